/** SU01xx: the text is not a program (lexer and parser). */
import type { Entry } from '../problem.ts';

export const SYNTAX = {
  'unexpected-token': {
    id: 'SU0101',
    severity: 'error',
    title: 'expected {expected}, found {found}',
    help: 'The text cannot be read as a program at this place.',
  },
} as const satisfies Record<string, Entry>;
