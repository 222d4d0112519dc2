/** SU04xx: well-typed, but not possible at these sizes, or not supported yet. */
import type { Entry } from '../problem.ts';

export const LOWER = {
  'not-yet': {
    id: 'SU0401',
    severity: 'error',
    title: '{what} is not there yet',
    help: 'The parser accepts it and the language reserves it; {instead}.',
  },
} as const satisfies Record<string, Entry>;
