/** Strategies that do not search: what the examples say is worked out once for each job, or a text says why it cannot be. */
import { must, ok, type Result } from '../../text/result.ts';
import type { TrainJob } from '../loop.ts';
import type { SearchContext, Strategy, Values } from './strategy.ts';

type Inferred = Promise<Result<Values | string>>;

/** A strategy of a way to work out values; cheap, and fit where it gives them. */
export function inferring(name: string, infer: (context: SearchContext) => Inferred): Strategy {
  const known = new WeakMap<TrainJob, Inferred>();
  const inferred = (context: SearchContext): Inferred => {
    const found = known.get(context.job) ?? infer(context);
    known.set(context.job, found);
    return found;
  };
  return {
    name,
    async unfit(context) {
      const found = await inferred(context);
      if (!found.ok) return must(found.problems[0]).title;
      return typeof found.value === 'string' ? found.value : undefined;
    },
    cost: () => 1,
    async search(context) {
      const found = await inferred(context);
      if (!found.ok) return found;
      const values = typeof found.value === 'string' ? context.start : found.value;
      return ok({ values, restarts: 1, measured: 1 });
    },
  };
}
