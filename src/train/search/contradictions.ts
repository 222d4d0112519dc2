/** Rows with equal inputs and different labels: no program is right on all of them. Asked where the label is discrete. */
import { sizeOf } from '../../ir/graph.ts';
import { leavesOf } from '../../ir/layout.ts';
import type { TrainTask } from '../../lower/program.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Batch, Dataset } from '../dataset.ts';

const SHOWN_GROUPS = 3;
const SHOWN_ROWS = 5;
const BLOCK = 4096;

/** Rows of one input: per label its rows, in the order of the table. */
type Group = Map<string, number[]>;

/** A warning, or nothing. A streamed table is not asked: its rows do not fit into memory. */
export async function contradictions(dataset: Dataset, task: TrainTask): Promise<Result<Problem | undefined>> {
  const labels = leavesOf(task.label, '');
  const isDiscrete = labels.every(({ layout: l }) => l.kind === 'bool' || (l.kind === 'cases' && !l.soft));
  if (!isDiscrete || dataset.streamed) return ok(undefined);
  const groups = new Map<string, Group>();
  for (const part of ['train', 'holdout'] as const) {
    const rows = rowsOf(dataset, part);
    for await (const batch of dataset.batches({ part, size: BLOCK })) {
      if (!batch.ok) return batch;
      group(groups, batch.value, { dataset, labels: labels.length, rows });
    }
  }
  const clashing = [...groups.values()].filter((g) => g.size > 1);
  return ok(clashing.length === 0 ? undefined : told(clashing, dataset, task));
}

/** The rows of a part, as its batches give them. */
function rowsOf({ rows, split }: Dataset, part: 'train' | 'holdout'): Iterator<number> {
  const own = Array.from({ length: rows }, (_, r) => r).filter((r) => split.isHeldOut(r) === (part === 'holdout'));
  return own.values();
}

interface Grouping {
  readonly dataset: Dataset;
  /** How many leaves at the end are the label's. */
  readonly labels: number;
  readonly rows: Iterator<number>;
}

function group(groups: Map<string, Group>, batch: Batch, { dataset: { leaves }, labels, rows }: Grouping): void {
  const keyOf = (k: number, from: number, to: number): string =>
    batch.leaves
      .slice(from, to)
      .map((data, i) => {
        const size = sizeOf(must(leaves[from + i]).shape);
        return data.subarray(k * size, (k + 1) * size).join();
      })
      .join(';');
  const split = leaves.length - labels;
  for (let k = 0; k < batch.rows; k++) {
    const [inputs, label] = [keyOf(k, 0, split), keyOf(k, split, leaves.length)];
    const known = groups.get(inputs) ?? new Map<string, number[]>();
    groups.set(inputs, known.set(label, [...(known.get(label) ?? []), must(rows.next().value)]));
  }
}

function told(groups: readonly Group[], dataset: Dataset, task: TrainTask): Problem {
  const all = groups.map((g) => [...g.values()].flat().sort((a, b) => a - b)).sort((a, b) => must(a[0]) - must(b[0]));
  const wrong = groups.reduce((n, g) => {
    const counts = Array.from(g.values(), (rows) => rows.length);
    return n + counts.reduce((a, b) => a + b, 0) - Math.max(...counts);
  }, 0);
  const word = dataset.lineOf ? 'lines' : 'rows';
  const place = dataset.lineOf ?? ((row: number) => row + 1);
  const shown = all.slice(0, SHOWN_GROUPS).map((rows) => `${word} ${listed(rows.map(place))}`);
  const more = all.length > SHOWN_GROUPS ? [`${all.length - SHOWN_GROUPS} more such groups`] : [];
  return problem('contradictory-rows', task.data.at, {
    file: dataset.file,
    count: all.reduce((n, rows) => n + rows.length, 0),
    groups: [...shown, ...more].join('; '),
    right: dataset.rows - wrong,
    rows: dataset.rows,
  });
}

/** `3, 17 and 20`. */
function listed(places: readonly number[]): string {
  const shown = places.slice(0, SHOWN_ROWS).map(String);
  const more = places.length - shown.length;
  const last = more > 0 ? `${more} more` : must(shown.pop());
  return `${shown.join(', ')} and ${last}`;
}
