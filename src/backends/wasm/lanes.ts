/**
 * Sums in the order `lanes`: 16 accumulators as four vectors, term i into accumulator i mod 16, then the tree 8, 4, 2, 1. Where
 * the terms do not lie along one axis, the accumulators stand in memory.
 */
import { must } from '../../text/result.ts';
import { joiner, type Reduction } from './accumulate.ts';
import type { Code, Local } from './code.ts';
import { exprPrinter } from './expr.ts';
import { argsOf, pieces, sharedLoads } from './tile.ts';
import { overAxes } from './walk.ts';

export const LANES = 16;

/** Leaves the sum of one result's terms on the stack. */
export function printLanes(r: Reduction): void {
  const { reduced } = r.axes;
  const last = reduced.at(-1);
  if (last === undefined || (reduced.length > 1 && last % LANES !== 0)) inMemory(r);
  else inRegisters(r);
}

function inRegisters(r: Reduction): void {
  const { code } = r.site;
  const sums = [0, 1, 2, 3].map(() => code.local('v128'));
  for (const sum of sums) {
    code.f32x4([0, 0, 0, 0]);
    code.set(sum);
  }
  inVectors(r, sums);
  tree(code, sums);
  for (const sum of sums) code.free(sum);
}

function inVectors(r: Reduction, sums: readonly Local[]): void {
  const { loops, reduced } = r.axes;
  const axis = loops.length + reduced.length - 1;
  overAxes(r.walk, reduced.slice(0, -1), loops.length, () => {
    const extent = must(reduced.at(-1));
    const rest = extent % LANES;
    for (const { times } of pieces(extent, [LANES]))
      r.walk.repeat(axis, times, LANES, () => addTerms(r, sums, axis, LANES));
    addTerms(r, sums, axis, rest);
    r.walk.back(axis, extent - rest);
  });
}

/** Adds `count` terms from here on: whole vectors, then single ones into lanes of the next vector. */
function addTerms(r: Reduction, sums: readonly Local[], axis: number, count: number): void {
  const { code } = r.site;
  const whole = Math.floor(count / 4);
  for (let v = 0; v < whole; v++) {
    const sum = must(sums[v]);
    code.get(sum);
    pushTerm(r, axis, 4 * v, axis);
    code.op(joiner(r));
    code.set(sum);
  }
  const sum = must(sums[whole % 4]);
  for (let i = 4 * whole; i < count; i++) {
    code.get(sum);
    code.get(sum);
    code.lane('f32x4.extract_lane', i % 4);
    pushTerm(r, axis, i, undefined);
    code.op(r.minus ? 'f32.sub' : 'f32.add');
    code.lane('f32x4.replace_lane', i % 4);
    code.set(sum);
  }
}

function pushTerm(r: Reduction, axis: number, points: number, four: number | undefined): void {
  const { code } = r.site;
  const aheads = [[[axis, points]] as const];
  const [pushArg] = sharedLoads(code, r.walk, r.loads, { aheads, args: argsOf([r.term]), four });
  exprPrinter(code, four === undefined ? 'scalar' : 'lanes', [r.term], must(pushArg)).push(r.term);
}

/** Bytes of a vector from byte `start` on, then zeros of another. */
const upperBytes = (start: number): number[] => Array.from({ length: 16 }, (_, i) => (start + i) % 16);

function tree(code: Code, [a, b, c, d]: readonly Local[]): void {
  const add = (to: Local, from: Local): void => {
    code.get(to);
    code.get(from);
    code.op('f32x4.add');
    code.set(to);
  };
  const [first, second] = [must(a), must(b)];
  add(first, must(c));
  add(second, must(d));
  add(first, second);
  code.get(first);
  code.get(first);
  code.get(first);
  code.shuffle(upperBytes(8));
  code.op('f32x4.add');
  code.tee(first);
  code.lane('f32x4.extract_lane', 0);
  code.get(first);
  code.lane('f32x4.extract_lane', 1);
  code.op('f32.add');
}

/** Any order of axes: the accumulators stand in the scratch words, and a local goes round over them. */
function inMemory(r: Reduction): void {
  const { code, scratch } = r.site;
  const at = code.local('i32');
  for (const v of [0, 16, 32, 48]) {
    code.i32(0);
    code.f32x4([0, 0, 0, 0]);
    code.memory('v128.store', scratch + v);
  }
  code.i32(0);
  code.set(at);
  overAxes(r.walk, r.axes.reduced, r.axes.loops.length, () => {
    code.get(at);
    code.get(at);
    code.memory('f32.load', scratch);
    const [pushArg] = sharedLoads(code, r.walk, r.loads, { aheads: [[]], args: argsOf([r.term]), four: undefined });
    exprPrinter(code, 'scalar', [r.term], must(pushArg)).push(r.term);
    code.op(r.minus ? 'f32.sub' : 'f32.add');
    code.memory('f32.store', scratch);
    code.get(at);
    code.i32(4);
    code.op('i32.add');
    code.i32(4 * LANES - 1);
    code.op('i32.and');
    code.set(at);
  });
  code.free(at);
  const sums = [0, 16, 32, 48].map((v) => {
    const sum = code.local('v128');
    code.i32(0);
    code.memory('v128.load', scratch + v);
    code.set(sum);
    return sum;
  });
  tree(code, sums);
  for (const sum of sums) code.free(sum);
}
