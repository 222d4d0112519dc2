/** A search context over a program and its examples, and programs of state machines with their tables. */

import type { Backend } from '../../../src/backends/backend.ts';
import { wasm } from '../../../src/backends/wasm/index.ts';
import { randomStream } from '../../../src/num/random.ts';
import type { Compiled } from '../../../src/road.ts';
import { must, ok, type Result } from '../../../src/text/result.ts';
import { openDataset } from '../../../src/train/dataset.ts';
import { keepBatches, type Measured, measure } from '../../../src/train/evaluate.ts';
import { runTraining, type TrainJob } from '../../../src/train/loop.ts';
import { openMachine } from '../../../src/train/machine.ts';
import { openParameters } from '../../../src/train/parameters.ts';
import { type RowSource, tableOf } from '../../../src/train/rows.ts';
import { assignmentOf, bitsOf, spaceOf, withAssignment } from '../../../src/train/search/space.ts';
import type { SearchContext, Values } from '../../../src/train/search/strategy.ts';
import { unwrap } from '../programs.ts';

export async function contextOf(c: Compiled, table: RowSource, backend: Backend = wasm): Promise<SearchContext> {
  const task = must(c.program.train);
  const label = { name: task.data.label, layout: task.label };
  const wanted = { file: 'rows.csv', at: task.data.at, inputs: task.inputs, label };
  const dataset = keepBatches(
    unwrap(await openDataset(table, wanted, { holdout: task.holdout, seed: task.seed, memoryBytes: 2 ** 30 })),
  );
  const job: TrainJob = { params: c.program.params, task, dataset, backend, identity: '' };
  const params = openParameters(job.params);
  const machine = openMachine(task, params, false, backend);
  const space = spaceOf(job.params, task.loss);
  const m = { machine, dataset, metrics: task.metrics, weigh: () => undefined, batch: Math.min(1024, dataset.rows) };
  const measured = (values: Values, part: 'train' | 'holdout'): Promise<Result<Measured>> => measure(m, part, values);
  return {
    job,
    space,
    start: params.byName,
    valuesOf: (assignment, from = params.byName) => withAssignment(space, assignment, from),
    measure: measured,
    async score(values) {
      const found = await measured(values, 'train');
      return found.ok ? ok(found.value.loss + task.price * bitsOf(space, assignmentOf(space, values))) : found;
    },
    async polish(values) {
      if (params.flat.length === 0) return ok(values);
      const specs = job.params.map((p) => ({ ...p, value: must(values.get(p.name)) }));
      const trained = await runTraining({ ...job, params: specs });
      return trained.ok ? ok(trained.value.params) : trained;
    },
    isOver: async () => false,
  };
}

/** Rows of `length` random digits below `base` and what `f` says of them. */
export function sequences(
  f: (xs: readonly number[]) => string | number | readonly (string | number)[],
  { rows, length, base = 2, seed = 1 }: { rows: number; length: number; base?: number; seed?: number },
): RowSource {
  const random = randomStream(seed, 7);
  const table = Array.from({ length: rows }, () => {
    const xs = Array.from({ length }, () => random.below(base));
    return [...xs, ...[f(xs)].flat()].map(String);
  });
  const labels = must(table[0]).length - length;
  const header = [
    ...Array.from({ length }, (_, i) => `xs${i}`),
    ...(labels === 1 ? ['y'] : Array.from({ length: labels }, (_, i) => `y${i}`)),
  ];
  return tableOf(header, table);
}
