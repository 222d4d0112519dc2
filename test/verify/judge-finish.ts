/**
 * The judge of the end of a search: tiny boxes of small nets, claims whose inequalities meet what the program computes at one of the points,
 * and all points counted out here, by steps along the float32 line. A leaf must be true, and nothing that is few may stay open.
 */
import { sizeOf } from '../../src/ir/graph.ts';
import { nextUpF32 } from '../../src/num/bits.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { unrolled } from '../../src/passes/unroll.ts';
import { must } from '../../src/text/result.ts';
import type { Ends } from '../../src/verify/bounds.ts';
import type { Claim, Inequality } from '../../src/verify/claim.ts';
import { finisher } from '../../src/verify/finish.ts';
import { type Random, random } from '../fuzz/random.ts';
import { type Case, number } from './nets.ts';
import { EXACT_NETS, exactCase } from './nets-exact.ts';
import { rowAt } from './rational.ts';

export interface FinishTally {
  boxes: number;
  exact: number;
  points: number;
  unsafe: number;
  open: number;
}

export const newFinishTally = (): FinishTally => ({ boxes: 0, exact: 0, points: 0, unsafe: 0, open: 0 });

/** A few floats wide in some elements, about 0 at times. */
function tinyBox(r: Random, { graph }: Case): Ends[] {
  let wide = 3;
  return graph.inputs.map((v) => {
    const lo = Float64Array.from({ length: sizeOf(must(graph.types[v]).shape) }, () =>
      r.chance(0.2) ? -(2 ** -149) : number(r),
    );
    const hi = lo.map((x) => {
      let y = x;
      for (let n = r.below(4); n > 0 && wide > 0; n--) y = nextUpF32(y);
      if (y !== x) wide--;
      return y;
    });
    return { lo, hi };
  });
}

function everyPoint(box: readonly Ends[], see: (point: readonly Float32Array[]) => void): void {
  const point = box.map(({ lo }) => Float32Array.from(lo));
  const places = box.flatMap(({ lo }, i) => Array.from(lo.keys(), (j) => [i, j] as const));
  const go = (n: number): void => {
    const place = places[n];
    if (!place) {
      see(point);
      return;
    }
    const [i, j] = place;
    for (let x = must(box[i]?.lo[j]); x <= must(box[i]?.hi[j]); x = nextUpF32(x))
      for (const y of x === 0 ? [0, -0] : [x]) {
        must(point[i])[j] = y;
        go(n + 1);
      }
  };
  go(0);
}

const pointsOf = (box: readonly Ends[]): number => {
  let n = 0;
  if (box.reduce((m, { lo }) => m + lo.length, 0) > 12) return Infinity;
  everyPoint(box, () => {
    n++;
  });
  return n;
};

/** Its left side is 0 at one of the outputs, or near it. */
function anyInequality(r: Random, outputs: readonly Float32Array[]): Inequality {
  const coefficients = Array.from(must(outputs[0]), () => r.pick([1, -1, 0, 0.1, r.bits() - 2 ** 31]));
  const lefts = outputs.map((xs) => coefficients.reduce((sum, a, k) => sum + a * (xs[k] as number), 0));
  const left = r.chance(0.7) ? Math.min(...lefts) : r.pick(lefts);
  return {
    coefficients: Float64Array.from(coefficients),
    at: -left * r.pick([1, 1, 1, 1 + 2 ** -50, 1 - 2 ** -40]),
    strict: r.chance(0.5),
  };
}

/** Exactly; where a value that is read is infinite, as doubles say. */
const isBelow = (one: Inequality, xs: Float32Array): boolean => {
  const used = xs.map((x, k) => (one.coefficients[k] === 0 ? 0 : x));
  if (!used.every(Number.isFinite)) return one.coefficients.reduce((sum, a, k) => sum + a * (used[k] as number), 0) < 0;
  const left = rowAt(one.coefficients, used, one.at);
  return one.strict ? left < 0n : left <= 0n;
};

/** The first contradiction of one net, or nothing. */
function judgeBox(r: Random, given: Case, tally: FinishTally): string | undefined {
  const [first] = given.graph.outputs;
  const graph = { ...given.graph, outputs: [must(first)] };
  const box = tinyBox(r, given);
  const count = pointsOf(box);
  const runs: { readonly point: readonly Float32Array[]; readonly y: Float32Array }[] = [];
  if (count > 600) return undefined;
  everyPoint(box, (point) => {
    const y = must(evaluate(graph, point, given.params).outputs[0]) as Float32Array;
    runs.push({ point: point.map((xs) => xs.slice()), y });
  });
  const outputs = runs.filter(({ y }) => y.every(Number.isFinite)).map(({ y }) => y);
  const isWhole = outputs.length === runs.length;
  if (outputs.length === 0 || must(outputs[0]).length === 0) return undefined;
  const conjunction = (): Inequality[] => Array.from({ length: 1 + r.below(2) }, () => anyInequality(r, outputs));
  const claim: Claim = { unsafe: Array.from({ length: 1 + r.below(2) }, conjunction) };
  const isUnsafeAt = (y: Float32Array): boolean => claim.unsafe.some((all) => all.every((one) => isBelow(one, y)));
  tally.boxes++;
  const found = finisher(r.chance(0.5) ? graph : unrolled(graph))(box, claim, () => true);
  tally[found?.kind ?? 'open']++;
  const unsafe = runs.find(({ y }) => isUnsafeAt(y));
  if (!found) return isWhole ? `${count} points stay open` : undefined;
  if (found.kind === 'unsafe') {
    const y = must(evaluate(graph, found.inputs, given.params).outputs[0]) as Float32Array;
    return isUnsafeAt(y) ? undefined : `${found.inputs.join(' ')} is not unsafe`;
  }
  const isRead = (k: number): boolean => claim.unsafe.flat().some((one) => one.coefficients[k] !== 0);
  if (runs.some(({ y }) => y.some((x, k) => Number.isNaN(x) && isRead(k))))
    return `proved by ${found.kind}, but not all are numbers`;
  return unsafe ? `proved by ${found.kind}, but ${unsafe.point.join(' ')} gives ${unsafe.y}` : undefined;
}

/** The first contradiction within so many boxes. */
export function judgeFinish(
  boxes: number,
  seed: number,
  tally = newFinishTally(),
  names: readonly string[] = EXACT_NETS,
): string | undefined {
  for (let n = seed; tally.boxes < boxes; n++) {
    const r = random(n);
    const name = r.pick(names);
    const wrong = judgeBox(r, exactCase(r, name), tally);
    if (wrong) return `seed ${n} ${name}: ${wrong}`;
  }
  return undefined;
}
