/** A search context over a program and its examples, and programs of state machines with their tables. */
import type { Backend } from '../../../src/backends/backend.ts';
import { wasm } from '../../../src/backends/wasm/index.ts';
import { randomStream } from '../../../src/num/random.ts';
import type { Compiled } from '../../../src/road.ts';
import { must } from '../../../src/text/result.ts';
import { openDataset } from '../../../src/train/dataset.ts';
import { type RowSource, tableOf } from '../../../src/train/rows.ts';
import { openContext } from '../../../src/train/search/context.ts';
import type { SearchContext } from '../../../src/train/search/strategy.ts';
import { unwrap } from '../programs.ts';


export async function contextOf(c: Compiled, table: RowSource, backend: Backend = wasm): Promise<SearchContext> {
  const task = must(c.program.train);
  const label = { name: task.data.label, layout: task.label };
  const wanted = { file: 'rows.csv', at: task.data.at, inputs: task.inputs, label };
  const split = { holdout: task.holdout, seed: task.seed, memoryBytes: 2 ** 30 };
  const dataset = unwrap(await openDataset(table, wanted, split));
  return unwrap(await openContext({ params: c.program.params, task, dataset, backend, identity: '' }));
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
