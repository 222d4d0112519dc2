/** SU05xx: the data does not fit the program. */
import type { Entry } from '../problem.ts';

export const DATA = {
  'missing-column': {
    id: 'SU0501',
    severity: 'error',
    title: '{file} has no column `{column}`',
    help: '{hint}',
  },
} as const satisfies Record<string, Entry>;
