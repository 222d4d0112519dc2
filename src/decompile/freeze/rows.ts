/** Functions on finite types, run on all that they can be given: the column of a table, or the first row where two functions part. */
import { batchGraph } from '../../autodiff/index.ts';
import { type Graph, sizeOf } from '../../ir/graph.ts';
import { type Layout, leavesOf } from '../../ir/layout.ts';
import type { Entry, ParamSpec } from '../../lower/program.ts';
import { bitsOfF32 } from '../../num/bits.ts';
import { evaluate } from '../../ops/reference.ts';
import { must } from '../../text/result.ts';
import type { CompiledEntry } from '../compile.ts';
import type { FiniteArg, FiniteType } from './tables/finite.ts';

/** More rows are not run. */
export const MOST_ROWS = 2 ** 14;

/** A place in the inputs that holds one of so many cases: numbers `at` to `at + width` of a leaf. */
interface Cell {
  readonly leaf: number;
  readonly at: number;
  readonly width: number;
  readonly cases: number;
}

type Inputs = Entry['inputs'];

const leavesOfInputs = (inputs: Inputs) => inputs.flatMap((i) => leavesOf(i.layout, i.name));

/** The places of crisp inputs; undefined when an input that is read is a number or soft. */
function cellsOf(inputs: Inputs, read?: ReadonlySet<number>): Cell[] | undefined {
  const cells: Cell[] = [];
  for (const [leaf, { layout, shape }] of leavesOfInputs(inputs).entries()) {
    if (read && !read.has(leaf)) continue;
    const isCases = layout.kind === 'cases' && !layout.soft;
    if (!isCases && layout.kind !== 'bool') return undefined;
    const width = isCases ? layout.size : 1;
    for (let at = 0; at < sizeOf(shape); at += width) cells.push({ leaf, at, width, cases: isCases ? width : 2 });
  }
  return cells;
}

/** How many rows there are; undefined when there are too many, or not finitely many. */
export function rowCount(inputs: Inputs, read?: ReadonlySet<number>): number | undefined {
  const count = cellsOf(inputs, read)?.reduce((n, c) => n * c.cases, 1);
  return count !== undefined && count <= MOST_ROWS ? count : undefined;
}

/** Which leaves of the inputs a graph reads. */
export function leavesRead(graph: Graph): ReadonlySet<number> {
  const read = new Set([...graph.nodes.flatMap((n) => n.inputs), ...graph.outputs.map((o) => o.value)]);
  return new Set(graph.inputs.flatMap((v, leaf) => (read.has(v) ? [leaf] : [])));
}

/**
 * The outputs of every row, leaf by leaf: a leading axis runs over the rows, of which the last input changes fastest. Leaves that are not among those
 * `read` (all, without) are 0.
 */
export function outputsOfRows(
  entry: CompiledEntry,
  params: readonly ParamSpec[],
  read?: ReadonlySet<number>,
): readonly Float32Array[] | undefined {
  const rows = rowCount(entry.inputs, read);
  const cells = cellsOf(entry.inputs, read);
  if (rows === undefined || !cells) return undefined;
  const data = leavesOfInputs(entry.inputs).map(({ shape }) => new Float32Array(rows * sizeOf(shape)));
  let stride = rows;
  for (const { leaf, at, width, cases } of cells) {
    stride /= cases;
    const numbers = must(data[leaf]);
    const size = numbers.length / rows;
    for (let row = 0; row < rows; row++) {
      const value = Math.floor(row / stride) % cases;
      if (width === 1 && cases === 2) numbers[row * size + at] = value === 1 ? 1 : -1;
      else numbers[row * size + at + value] = 1;
    }
  }
  const values = new Map(params.map((p) => [p.name, p.value]));
  const { outputs } = evaluate(batchGraph(withAlarms(entry.ready), rows), data, values);
  return outputs.map((o) => Float32Array.from(o));
}

/** What is reported of a run is compared too: alarms as further outputs. */
const withAlarms = (graph: Graph): Graph => ({
  ...graph,
  outputs: [...graph.outputs, ...graph.alarms.map(({ value }, i) => ({ name: `alarm.${i}`, value }))],
  alarms: [],
});

/** Whether two columns of outputs are equal bit for bit; else the first row where they are not. */
export function firstDifference(
  a: readonly Float32Array[],
  b: readonly Float32Array[],
  rows: number,
): number | undefined {
  if (a.length !== b.length || a.some((leaf, i) => leaf.length !== b[i]?.length)) return 0;
  const differs = (row: number): boolean =>
    a.some((leaf, i) => {
      const size = leaf.length / rows;
      const other = must(b[i]);
      for (let k = row * size; k < (row + 1) * size; k++)
        if (bitsOfF32(must(leaf[k])) !== bitsOfF32(must(other[k]))) return true;
      return false;
    });
  for (let row = 0; row < rows; row++) if (differs(row)) return row;
  return undefined;
}

// --- as a table --------------------------------------------------------------------------------------------

export function finiteType(layout: Layout): FiniteType | undefined {
  if (layout.kind === 'bool') return { kind: 'bool' };
  if (layout.kind !== 'cases' || layout.soft) return undefined;
  return layout.cases ? { kind: 'enum', name: layout.name, cases: layout.cases } : { kind: 'index', size: layout.size };
}

export function finiteArgs(entry: CompiledEntry): FiniteArg[] | undefined {
  const args = entry.inputs.map((i) => ({ name: i.name, type: finiteType(i.layout) }));
  return args.every((a): a is FiniteArg => a.type !== undefined) ? args : undefined;
}

/** The column of results of a function of crisp values; undefined when it is not one, or a result is not crisp. */
export function columnOf(entry: CompiledEntry, params: readonly ParamSpec[]): Int32Array | undefined {
  const result = finiteType(entry.output);
  const [numbers] = (result && finiteArgs(entry) && outputsOfRows(entry, params)) ?? [];
  const rows = rowCount(entry.inputs);
  if (!numbers || rows === undefined || entry.graph.alarms.length > 0) return undefined;
  if (result?.kind === 'bool') return Int32Array.from(numbers, (x) => Number(x > 0));
  const width = numbers.length / rows;
  const column = Int32Array.from({ length: rows }, (_, row) =>
    numbers.subarray(row * width, (row + 1) * width).indexOf(1),
  );
  return column.includes(-1) ? undefined : column;
}
