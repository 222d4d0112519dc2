/** The choices as they are written: only the numbers are trained. What all other strategies must be better than. */
import { ok } from '../../text/result.ts';
import { GRADIENT } from './context.ts';
import type { Strategy } from './strategy.ts';

export const gradient: Strategy = {
  name: 'gradient',
  unfit: async () => undefined,
  cost: ({ hasNumbers, job }) => (hasNumbers ? GRADIENT * job.task.epochs : 1),
  search: async ({ start }) => ok({ values: start, restarts: 1, measured: 1 }),
};
