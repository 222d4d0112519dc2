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

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

export interface MachineShape {
  readonly states: number;
  readonly base: number;
  readonly length: number;
  readonly outputs: number;
  /** An output at each step, of state and digit; else one at the end, of the state. */
  readonly each?: boolean;
}

/** A state machine whose tables are learned: states q0 ..., outputs o0 ... */
export function machine({ states, base, length, outputs, each = false }: MachineShape): string {
  const table = (rows: number, columns: number, of: string): string =>
    `[${names('', rows)
      .map(
        () =>
          `[${names('', columns)
            .map(() => of)
            .join(', ')}]`,
      )
      .join(', ')}]`;
  const head = `
import { cross_entropy } from "std/loss";
enum State { ${names('q', states).join(', ')} }
enum Out { ${names('o', outputs).join(', ')} }
param next: State[${states}, ${base}] = ${table(states, base, 'q0')};
param says: Out[${states}, ${base}] = ${table(states, base, 'o0')};
record Step { state: State, out: Out }
`;
  const settings = 'optimizer: adam(rate = 0.1), epochs: 10, restarts: 8 }';
  const data = 'data: csv("rows.csv", label = "y")';
  return each
    ? `${head}
fn run(xs: Index<${base}>[${length}]) -> Out[${length}] {
  let steps = scan s = Step { state: q0, out: o0 } for x in xs { Step { state: next[s.state][x], out: says[s.state][x] } };
  [for i in 0..${length}: steps[i].out]
}
fn all_right(p: Out[${length}], label: Out[${length}]) -> f32 { mean(for i in 0..${length}: cross_entropy(p[i], label[i])) }
train run { ${data}, loss: all_right, ${settings}`
    : `${head}
fn run(xs: Index<${base}>[${length}]) -> Out {
  let last = fold s = Step { state: q0, out: o0 } for x in xs { Step { state: next[s.state][x], out: says[s.state][x] } };
  last.out
}
train run { ${data}, loss: cross_entropy, ${settings}`;
}
