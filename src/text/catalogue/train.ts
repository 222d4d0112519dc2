/** SU06xx: training cannot start or cannot go on. */
import type { Entry } from '../problem.ts';

export const TRAIN = {
  'nan-in-training': {
    id: 'SU0601',
    severity: 'error',
    title: 'the loss became {value} in epoch {epoch}',
    help: '{hint} The source file is as it was.',
  },
} as const satisfies Record<string, Entry>;
