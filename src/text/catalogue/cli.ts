/** SU08xx: files, options and the command line. */
import type { Entry } from '../problem.ts';

export const CLI = {
  'cannot-read': {
    id: 'SU0801',
    severity: 'error',
    title: 'cannot read {file}',
    help: '{reason}',
  },
} as const satisfies Record<string, Entry>;
