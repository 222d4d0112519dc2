/**
 * Products of tensors. A plan lays the result out as rows and columns (the last result label); `rowLhs[row] + column ·
 * columnLhs + sumLhs[k]` addresses the k-th factor. `plainEinsum` is the meaning; the float32 loops are the same additions
 * in an order of outputs that a processor likes. Orders of summation: Note [Summation order] in ops/reference.
 */
import { sizeOf } from '../../ir/graph.ts';
import type { OpAttrs, Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { summedLabels } from '../table/contract.ts';
import type { Arithmetic, Numbers } from './arithmetic.ts';
import { offsets, stridesOf } from './offsets.ts';
import { LANES, largest, tree } from './reduce.ts';
import { filling, type StepRule } from './step.ts';

export interface EinsumPlan {
  readonly rows: number;
  readonly columns: number;
  readonly rowLhs: Int32Array;
  readonly rowRhs: Int32Array;
  readonly columnLhs: number;
  readonly columnRhs: number;
  readonly sumLhs: Int32Array;
  readonly sumRhs: Int32Array;
}

/** Lays out an einsum for operands of these shapes. */
export function einsumPlan(attrs: OpAttrs['einsum'], lhs: Shape, rhs: Shape): EinsumPlan {
  const size = (label: number): number => lhs[attrs.lhs.indexOf(label)] ?? rhs[attrs.rhs.indexOf(label)] ?? 0;
  const [ownLhs, ownRhs] = [stridesOf(lhs), stridesOf(rhs)];
  const strideLhs = (label: number): number => ownLhs[attrs.lhs.indexOf(label)] ?? 0;
  const strideRhs = (label: number): number => ownRhs[attrs.rhs.indexOf(label)] ?? 0;
  const over = (labels: readonly number[], stride: (label: number) => number): Int32Array =>
    offsets(labels.map(size), labels.map(stride));
  const rows = attrs.out.slice(0, -1);
  const column = attrs.out.at(-1);
  const summed = summedLabels(attrs);
  return {
    rows: sizeOf(rows.map(size)),
    columns: column === undefined ? 1 : size(column),
    rowLhs: over(rows, strideLhs),
    rowRhs: over(rows, strideRhs),
    columnLhs: column === undefined ? 0 : strideLhs(column),
    columnRhs: column === undefined ? 0 : strideRhs(column),
    sumLhs: over(summed, strideLhs),
    sumRhs: over(summed, strideRhs),
  };
}

type Product = (out: Numbers, lhs: Numbers, rhs: Numbers) => void;

/** Calls with the offsets of every result in turn. */
export function eachResult(p: EinsumPlan, f: (o: number, lhs: number, rhs: number) => void): void {
  for (let row = 0; row < p.rows; row++) {
    for (let column = 0; column < p.columns; column++) {
      f(
        row * p.columns + column,
        (p.rowLhs[row] as number) + column * p.columnLhs,
        (p.rowRhs[row] as number) + column * p.columnRhs,
      );
    }
  }
}

/** The sum of products as it is defined, in either arithmetic. */
function plainEinsum(p: EinsumPlan, order: 'lanes' | 'sequential', arithmetic: Arithmetic): Product {
  const lanes = arithmetic.zeros(LANES);
  const term = (lhs: Numbers, rhs: Numbers, l: number, r: number, k: number): number =>
    arithmetic.round((lhs[l + (p.sumLhs[k] as number)] as number) * (rhs[r + (p.sumRhs[k] as number)] as number));
  const inLanes: Product = (out, lhs, rhs) =>
    eachResult(p, (o, l, r) => {
      lanes.fill(0);
      for (let k = 0; k < p.sumLhs.length; k++)
        lanes[k % LANES] = (lanes[k % LANES] as number) + term(lhs, rhs, l, r, k);
      out[o] = tree(lanes);
    });
  const inSequence: Product = (out, lhs, rhs) =>
    eachResult(p, (o, l, r) => {
      let sum = p.sumLhs.length === 0 ? 0 : term(lhs, rhs, l, r, 0);
      for (let k = 1; k < p.sumLhs.length; k++) sum = arithmetic.round(sum + term(lhs, rhs, l, r, k));
      out[o] = sum;
    });
  return order === 'lanes' ? inLanes : inSequence;
}

/** The tensors of one call, and the offsets in them that a piece of work starts at. */
interface Factors {
  readonly out: Numbers;
  readonly lhs: Numbers;
  readonly rhs: Numbers;
}

interface Place {
  readonly o: number;
  readonly l: number;
  readonly r: number;
}

/** The same in float32, quickly. A product does not depend on the order of its factors, so the columns may lie in rhs. */
function quickEinsum(plan: EinsumPlan, order: 'lanes' | 'sequential'): Product {
  const turned = plan.columnRhs === 0;
  const p = turned ? turnedPlan(plan) : plan;
  const work = order === 'lanes' ? laneProducts : p.columnLhs === 0 && p.columnRhs !== 1 ? dots : rowsByK;
  return (out, lhs, rhs) => work(p, turned ? { out, lhs: rhs, rhs: lhs } : { out, lhs, rhs });
}

const turnedPlan = (p: EinsumPlan): EinsumPlan => ({
  rows: p.rows,
  columns: p.columns,
  rowLhs: p.rowRhs,
  rowRhs: p.rowLhs,
  columnLhs: p.columnRhs,
  columnRhs: p.columnLhs,
  sumLhs: p.sumRhs,
  sumRhs: p.sumLhs,
});

/** Accumulators in registers, four columns at a time: for columns that lie far apart, as in x · transposed w. */
function dots(p: EinsumPlan, factors: Factors): void {
  if (p.sumLhs.length === 0) factors.out.fill(0);
  else for (let row = 0; row < p.rows; row++) dotRow(p, factors, row);
}

function dotRow(p: EinsumPlan, factors: Factors, row: number): void {
  const l = p.rowLhs[row] as number;
  let r = p.rowRhs[row] as number;
  let o = row * p.columns;
  const end = o + p.columns;
  for (; o + 4 <= end; o += 4, r += 4 * p.columnRhs) fourDots(p, factors, { o, l, r });
  for (; o < end; o++, r += p.columnRhs) oneDot(p, factors, { o, l, r });
}

function oneDot({ sumLhs, sumRhs }: EinsumPlan, { out, lhs, rhs }: Factors, { o, l, r }: Place): void {
  let sum = Math.fround((lhs[l + (sumLhs[0] as number)] as number) * (rhs[r + (sumRhs[0] as number)] as number));
  for (let k = 1; k < sumLhs.length; k++) {
    const product = (lhs[l + (sumLhs[k] as number)] as number) * (rhs[r + (sumRhs[k] as number)] as number);
    sum = Math.fround(sum + Math.fround(product));
  }
  out[o] = sum;
}

function fourDots({ sumLhs, sumRhs, columnRhs }: EinsumPlan, { out, lhs, rhs }: Factors, { o, l, r }: Place): void {
  const x = lhs[l + (sumLhs[0] as number)] as number;
  const first = r + (sumRhs[0] as number);
  let a = Math.fround(x * (rhs[first] as number));
  let b = Math.fround(x * (rhs[first + columnRhs] as number));
  let c = Math.fround(x * (rhs[first + 2 * columnRhs] as number));
  let d = Math.fround(x * (rhs[first + 3 * columnRhs] as number));
  for (let k = 1; k < sumLhs.length; k++) {
    const y = lhs[l + (sumLhs[k] as number)] as number;
    const at = r + (sumRhs[k] as number);
    a = Math.fround(a + Math.fround(y * (rhs[at] as number)));
    b = Math.fround(b + Math.fround(y * (rhs[at + columnRhs] as number)));
    c = Math.fround(c + Math.fround(y * (rhs[at + 2 * columnRhs] as number)));
    d = Math.fround(d + Math.fround(y * (rhs[at + 3 * columnRhs] as number)));
  }
  out[o] = a;
  out[o + 1] = b;
  out[o + 2] = c;
  out[o + 3] = d;
}

/** A row of accumulators, in the result itself: for each k in turn the whole row gets its term. */
function rowsByK(p: EinsumPlan, factors: Factors): void {
  if (p.sumLhs.length === 0) factors.out.fill(0);
  for (let row = 0; row < p.rows; row++) {
    for (let k = 0; k < p.sumLhs.length; k++) {
      const l = (p.rowLhs[row] as number) + (p.sumLhs[k] as number);
      const r = (p.rowRhs[row] as number) + (p.sumRhs[k] as number);
      const place = { o: row * p.columns, l, r };
      if (k === 0) setProducts(p, factors, place);
      else if (p.columnLhs === 0 && p.columnRhs === 1) addScaled(p.columns, factors, place);
      else addProducts(p, factors, place);
    }
  }
}

function setProducts(p: EinsumPlan, { out, lhs, rhs }: Factors, { o, l, r }: Place): void {
  for (let c = 0; c < p.columns; c++) {
    out[o + c] = (lhs[l + c * p.columnLhs] as number) * (rhs[r + c * p.columnRhs] as number);
  }
}

function addScaled(columns: number, { out, lhs, rhs }: Factors, { o, l, r }: Place): void {
  const scale = lhs[l] as number;
  for (let c = 0; c < columns; c++) {
    out[o + c] = (out[o + c] as number) + Math.fround(scale * (rhs[r + c] as number));
  }
}

function addProducts(p: EinsumPlan, { out, lhs, rhs }: Factors, { o, l, r }: Place): void {
  for (let c = 0; c < p.columns; c++) {
    const product = (lhs[l + c * p.columnLhs] as number) * (rhs[r + c * p.columnRhs] as number);
    out[o + c] = (out[o + c] as number) + Math.fround(product);
  }
}

const partial = new Float32Array(LANES);

function laneProducts({ sumLhs, sumRhs, ...p }: EinsumPlan, { out, lhs, rhs }: Factors): void {
  for (let row = 0, o = 0; row < p.rows; row++) {
    let l = p.rowLhs[row] as number;
    let r = p.rowRhs[row] as number;
    for (let column = 0; column < p.columns; column++, o++, l += p.columnLhs, r += p.columnRhs) {
      partial.fill(0);
      for (let k = 0; k < sumLhs.length; k++) {
        const product = (lhs[l + (sumLhs[k] as number)] as number) * (rhs[r + (sumRhs[k] as number)] as number);
        partial[k % LANES] = (partial[k % LANES] as number) + Math.fround(product);
      }
      out[o] = tree(partial);
    }
  }
}

/** The exact lookup: the factor of rhs where lhs is largest. */
function pick(p: EinsumPlan): Product {
  const places = Int32Array.from(p.sumLhs);
  return (out, lhs, rhs) =>
    eachResult(p, (o, l, r) => {
      const best = largest(lhs, l, places);
      out[o] = rhs[r + (p.sumRhs[places.indexOf(best)] as number)] as number;
    });
}

const einsum: StepRule<'einsum'> = (node, c) => {
  const { order } = node.attrs;
  const plan = einsumPlan(node.attrs, c.shapeOf(must(node.inputs[0])), c.shapeOf(must(node.inputs[1])));
  const product =
    order === 'pick'
      ? pick(plan)
      : c.arithmetic.name === 'f32'
        ? quickEinsum(plan, order)
        : plainEinsum(plan, order, c.arithmetic);
  return filling(node, c, (out, [lhs, rhs]) => product(out, must(lhs), must(rhs)));
};

export const contractions = { einsum };
