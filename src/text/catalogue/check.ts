/** SU02xx names and imports, SU03xx types, shapes and declarations. */
import type { Entry } from '../problem.ts';

export const CHECK = {
  'unknown-name': {
    id: 'SU0201',
    severity: 'error',
    title: 'there is no `{name}` here',
    help: '{hint}',
  },
  'shape-mismatch': {
    id: 'SU0301',
    severity: 'error',
    title: 'expected {expected}, found {found}',
    help: '{why}',
  },
} as const satisfies Record<string, Entry>;
