/**
 * The judge of bounds: a net, a box, and points of it, at each of which the float32 program and the ideal function (in double precision)
 * must stay within the ends and above the rows. Rows are compared in exact arithmetic. Used by the tests, by the mutants and by the
 * long run.
 */
import type { Graph, Node, ValueId } from '../../src/ir/graph.ts';
import { type Elementary, evaluate, type Numbers } from '../../src/ops/reference.ts';
import { copyNode, rebuild } from '../../src/passes/copy.ts';
import { unrolled } from '../../src/passes/unroll.ts';
import { must } from '../../src/text/result.ts';
import { type Analysis, boundsOf, type Ends } from '../../src/verify/bounds.ts';
import type { Case as Branch } from '../../src/verify/cases.ts';
import { openNet } from '../../src/verify/net.ts';
import { type RunError, type Spread, spreadOut } from '../../src/verify/spread.ts';
import type { Random } from '../fuzz/random.ts';
import { HOST } from '../table/elementary.ts';
import { anyCases, anyChoice, isIn } from './judge-cases.ts';
import { anyBox, anyPoint, type Case } from './nets.ts';
import { rowAt, whole } from './rational.ts';

export interface Tally {
  boxes: number;
  refused: number;
  points: number;
  rows: number;
}

export const newTally = (): Tally => ({ boxes: 0, refused: 0, points: 0, rows: 0 });

/** e^x is infinite in doubles where softplus is not. */
export const IDEAL: Elementary = { ...HOST, softplus: (x, y) => (x > 40 ? x : must(HOST.softplus)(x, y)) };

/** Values of a run by id, and the outputs of the graph as it was given. */
interface Ran {
  readonly values: ReadonlyMap<ValueId, Numbers>;
  readonly outputs: readonly Numbers[];
}

interface Judged {
  readonly given: Graph;
  readonly opened: Graph;
  readonly params: ReadonlyMap<string, Float32Array>;
}

function runAt({ given, opened, params }: Judged, inputs: readonly Float64Array[], ideal: boolean): Ran {
  const values = new Map<ValueId, Numbers>();
  const watch = (node: Node, results: readonly Numbers[]): void => {
    for (const [i, v] of node.results.entries()) values.set(v, must(results[i]).slice());
  };
  const xs = ideal ? inputs : inputs.map((x) => Float32Array.from(x));
  for (const [i, v] of opened.inputs.entries()) values.set(v, must(xs[i]));
  if (!ideal) {
    evaluate(opened, xs, params, { watch });
    return { values, outputs: evaluate(given, xs, params).outputs };
  }
  const doubles = new Map([...params].map(([name, x]) => [name, Float64Array.from(x)]));
  evaluate(opened, xs, doubles, { watch, arithmetic: 'f64', elementary: IDEAL });
  return { values, outputs: [] };
}

/** Doubles are themselves rounded: the ideal value is this near to what they say, where nothing cancels much. */
export const near = (x: number): number => Math.abs(x) * 1e-9 + 1e-280;

function outsideEnds({ ends }: Analysis, values: Ran['values'], ideal: boolean): string | undefined {
  for (const [v, { lo, hi }] of ends) {
    const xs = values.get(v);
    if (!xs) continue;
    for (let k = 0; k < lo.length; k++) {
      const x = xs[k] as number;
      if (Number.isNaN(x) && ideal) continue;
      const room = ideal && Number.isFinite(x) ? near(x) : 0;
      if (!(x + room >= (lo[k] as number) && x - room <= (hi[k] as number)))
        return `${ideal ? 'ideal ' : ''}value ${v}[${k}] = ${x} is not in [${lo[k]}, ${hi[k]}]`;
    }
  }
  return undefined;
}

interface Row {
  readonly value: ValueId;
  readonly output: number;
  readonly coefficients: Float64Array;
  at: number;
  bound: number;
}

const anyDouble = (r: Random): number => ((r.bits() + r.bits() / 2 ** 32) / 2 ** 31 - 1) * 2 ** (r.below(8) - 4);

/** Coefficients of full mantissas; half of them cancel, or differ by little. */
function anyRow(r: Random, n: number): Float64Array {
  const kind = r.below(4);
  if (kind === 0) {
    const one = new Float64Array(n);
    if (n > 0) one[r.below(n)] = r.chance(0.5) ? 1 : -1;
    return one;
  }
  const row = Float64Array.from({ length: n }, () => (r.chance(0.3) ? 0 : anyDouble(r)));
  if (kind === 1 || n < 2) return row;
  const used = [...row.keys()].sort(() => r.below(3) - 1).slice(0, 2 + r.below(4));
  const kept = Float64Array.from({ length: n }, (_, k) => (used.includes(k) ? (row[k] as number) : 0));
  kept[must(used[0])] = 0;
  kept[must(used[0])] = -kept.reduce((a, b) => a + b, 0);
  if (kind === 3) kept[must(used[1])] = (kept[must(used[1])] as number) * 2 ** -(10 + r.below(50));
  return kept;
}

/** A row over the second half less one over the first, nearly. */
function opposedRow(r: Random, n: number): Float64Array {
  const half = n / 2;
  const row = anyRow(r, half);
  const [by, other] = [r.pick([1, 1, 1 - 2 ** -30, 0.7, 1.5]), r.chance(0.2) ? anyRow(r, half) : undefined];
  return Float64Array.from({ length: n }, (_, k) =>
    k < half ? -by * must(row[k]) : must(row[k - half]) + (other ? must(other[k - half]) : 0),
  );
}

/** Rows over outputs with their bounds, half of them by any choice of slopes; each also with `at` such that the bound is about 0. */
function anyRows(
  r: Random,
  found: Analysis,
  { graph, copies }: Pick<Case, 'graph' | 'copies'>,
  sizes: readonly number[],
): Row[] {
  const rows: Row[] = [];
  for (const [output, { value }] of graph.outputs.entries()) {
    const size = must(sizes[output]);
    if (size === 0) continue;
    const lists = Array.from({ length: 3 }, () => (copies ? opposedRow(r, size) : anyRow(r, size)));
    const coefficients = Float64Array.from(lists.flatMap((list) => [...list]));
    const choice = r.chance(0.5) ? anyChoice(r, found, lists.length) : undefined;
    const asked = (at: Float64Array): void => {
      const { bounds } = found.lower({ value, count: lists.length, coefficients, at }, choice);
      for (const [i, list] of lists.entries())
        rows.push({ value, output, coefficients: list, at: must(at[i]), bound: must(bounds[i]) });
    };
    asked(new Float64Array(lists.length));
    const shift = rows.slice(-lists.length).map(({ bound }) => (Number.isFinite(bound) ? -bound : 1));
    asked(Float64Array.from(shift));
  }
  return rows.filter(({ bound }) => bound > -Infinity);
}

/** Ops whose doubles are exact, so that rows over them can be compared without room. */
const EXACT = new Set([
  'input',
  'const',
  'param',
  'neg',
  'abs',
  'min',
  'max',
  'concat',
  'reshape',
  'slice',
  'select',
  'transpose',
  'take',
  'pad',
  'broadcast',
]);

function belowRow(row: Row, xs: Numbers, room: number): string | undefined {
  const used = xs.filter((_, k) => row.coefficients[k] !== 0);
  if (!used.every(Number.isFinite)) return used.some(Number.isNaN) ? `NaN has a bound ${row.bound}` : undefined;
  if (row.bound === Infinity) return 'a bound is infinite';
  const real = rowAt(row.coefficients, xs, row.at);
  if (real + (room > 0 ? whole(room) : 0n) >= whole(row.bound)) return undefined;
  return `row ${row.coefficients} + ${row.at} over output ${row.output} at ${xs} is below ${row.bound}`;
}

interface Sample {
  readonly inputs: readonly Float64Array[];
  readonly ideal: boolean;
  readonly cases: readonly Branch[];
}

function judgePoint(
  judged: Judged,
  found: Analysis,
  rows: readonly Row[],
  { inputs, ideal, cases }: Sample,
): string | undefined {
  const ran = runAt(judged, inputs, ideal);
  if (!cases.every((one) => isIn(judged.opened, one, ran.values, ideal))) return undefined;
  if (found.isEmpty) return 'cases that a point is in are said to contradict each other';
  const exact = judged.opened.nodes.every((n) => EXACT.has(n.op));
  for (const row of rows) {
    const xs = ideal ? must(ran.values.get(row.value)) : must(ran.outputs[row.output]);
    if (ideal && !xs.every(Number.isFinite)) continue;
    const sum = row.coefficients.reduce((s, a, k) => s + near(a * (xs[k] as number)), near(row.at));
    const wrong = belowRow(row, xs, ideal && !exact ? sum : 0);
    if (wrong) return `${ideal ? 'ideal ' : ''}${wrong}`;
  }
  // the program's own outputs, where the graph that is analysed is another one
  const given = new Map(ran.outputs.map((xs, i) => [must(judged.opened.outputs[i]).value, xs]));
  return outsideEnds(found, ran.values, ideal) ?? outsideEnds(found, given, false);
}

const show = (box: readonly Ends[]): string =>
  box.map(({ lo, hi }) => `{${[...lo].map((l, j) => `[${l}, ${hi[j]}]`).join(' ')}}`).join(' ');

export interface Effort {
  readonly boxes: number;
  readonly points: number;
}

/** The graph with the numbers of its fixed values as constants: the ideal function takes those as the float32 run gives them. */
export function withNumbers(spread: Spread, params: ReadonlyMap<string, Float32Array>): Spread {
  const { fixed } = openNet(spread, params);
  const errors = new Map<ValueId, RunError>();
  const graph = rebuild(spread.graph, (b, node, inputs) => {
    const old = must(node.results[0]);
    const numbers = fixed.get(old);
    const error = spread.errors.get(old);
    const results = numbers ? [b.constant(must(spread.graph.types[old]).shape, numbers)] : copyNode(b, node, inputs);
    if (error) errors.set(must(results[0]), error);
    return results;
  });
  return { graph, errors };
}

/** Ops that jump: rounding of doubles may take the other side. */
const JUMPS = new Set(['floor', 'round', 'sign', 'lt', 'le', 'eq', 'select', 'argmax', 'einsum']);
export const jumps = (graph: Graph): boolean =>
  graph.nodes.some((n) => JUMPS.has(n.op) && (n.op !== 'einsum' || n.attrs.order === 'pick'));

/** The first contradiction of one net on random boxes, or nothing. A part of each box is bounded too, with what is known of the whole. */
export function judgeCase(
  r: Random,
  { graph, params, copies }: Case,
  { boxes, points }: Effort,
  tally: Tally = newTally(),
): string | undefined {
  const spread = withNumbers(spreadOut(unrolled(graph)), params);
  const net = openNet(spread, params);
  const opened = spread.graph;
  const bounder = boundsOf(net);
  const judged: Judged = { given: graph, opened, params };
  const sizes = opened.outputs.map(({ value }) => net.sizeOf(value));
  const smooth = !jumps(opened);
  for (let n = 0; n < boxes; n++) {
    const whole = anyBox(r, opened);
    let known: Analysis | undefined;
    for (const turn of [0, 1, 2]) {
      const box = turn === 0 ? whole : halfOf(r, whole);
      const cases = turn === 2 ? anyCases(r, net, runAt(judged, anyPoint(r, box, false), false).values) : [];
      tally.boxes++;
      const found = bounder.analyse(box, known?.ends, { cases, refines: turn < 2 || r.chance(0.5) });
      if (turn === 0) known = found;
      if (!found) {
        tally.refused++;
        break;
      }
      const rows = anyRows(r, found, { graph: opened, ...(copies && { copies }) }, sizes);
      tally.rows += rows.length;
      for (let k = 0; k < points * (1 + cases.length); k++) {
        const ideal = k % 3 === 2 && smooth;
        // of what is spread out into other ops, runs have values that are not those of running these ops
        if (!ideal && cases.length > 0 && spread.errors.size > 0) continue;
        tally.points++;
        const wrong = judgePoint(judged, found, rows, { inputs: anyPoint(r, box, ideal), ideal, cases });
        if (wrong) return `${show(box)}: ${wrong}`;
      }
    }
  }
  return undefined;
}

function halfOf(r: Random, box: readonly Ends[]): Ends[] {
  return box.map(({ lo, hi }) => {
    const cut = lo.map((l, j) => Math.min(hi[j] as number, Math.max(l, Math.fround((l + (hi[j] as number)) / 2))));
    return r.chance(0.5) ? { lo, hi: cut } : { lo: cut, hi };
  });
}
