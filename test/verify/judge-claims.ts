/**
 * The judge of verdicts: random claims about random nets over random boxes, most of them near the edge of what holds. What is proved must hold at
 * every point that is tried: as it runs, in exact arithmetic, and, where the proof speaks of it, for the ideal function. What is refuted must be
 * so at its witness. Used by the tests, by broken searches and by the long run.
 */
import { wasm } from '../../src/backends/wasm/index.ts';
import { withConstants } from '../../src/interop/index.ts';
import { type Graph, sizeOf } from '../../src/ir/graph.ts';
import { type Evaluator, evaluator } from '../../src/ops/reference.ts';
import { ready } from '../../src/passes/index.ts';
import { unrolled } from '../../src/passes/unroll.ts';
import { must } from '../../src/text/result.ts';
import type { Point } from '../../src/verify/attack.ts';
import type { Ends } from '../../src/verify/bounds.ts';
import type { Claim, Inequality } from '../../src/verify/claim.ts';
import { openNet } from '../../src/verify/net.ts';
import { search, type Verdict } from '../../src/verify/search.ts';
import { asItStands, spreadOut } from '../../src/verify/spread.ts';
import { tiersOf } from '../../src/verify/tiers.ts';
import type { Random } from '../fuzz/random.ts';
import { IDEAL, jumps, near, withNumbers } from './judge.ts';
import { anyBox, anyPoint, type Case } from './nets.ts';
import { rowAt, whole as scaled } from './rational.ts';

export interface ClaimTally {
  claims: number;
  proved: number;
  compiled: number;
  refuted: number;
  unknown: number;
  points: number;
  ideal: number;
}

export const newClaimTally = (): ClaimTally => ({
  claims: 0,
  proved: 0,
  compiled: 0,
  refuted: 0,
  unknown: 0,
  points: 0,
  ideal: 0,
});

export interface ClaimEffort {
  readonly boxes: number;
  readonly points: number;
}

const unit = (r: Random) => (): number => r.bits() / 2 ** 32;

/** With one of its outputs only. */
const oneOutput = (r: Random, { graph, params }: Case): Case => ({
  graph: { ...graph, outputs: [r.pick(graph.outputs)] },
  params,
});

const boxesOf = (box: readonly Ends[]): string =>
  box.map(({ lo, hi }) => `{${[...lo].map((l, j) => `[${l}, ${hi[j]}]`).join(' ')}}`).join(' ');

const dot = (a: ArrayLike<number>, xs: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) if (a[k] !== 0) sum += (a[k] as number) * (xs[k] as number);
  return sum;
};

/** Over one to three elements; its edge is at the least value that was seen, a little or much below it, or somewhere among them. */
function anyInequality(r: Random, seen: readonly ArrayLike<number>[]): Inequality {
  const size = must(seen[0]).length;
  const coefficients = new Float64Array(size);
  for (let n = r.below(3); n >= 0; n--) coefficients[r.below(size)] = r.pick([1, -1, 0.5, 3, unit(r)() - 0.5]);
  const values = seen.map((xs) => dot(coefficients, xs)).filter(Number.isFinite);
  const [least, most] = [Math.min(...values, Infinity), Math.max(...values, -Infinity)];
  const spread = Math.max(most - least, Math.abs(least) * 2 ** -20);
  const margin = r.pick([0, 0, 2 ** -22, 0.01, 0.1, 0.5, 2]) * spread;
  const edge = r.chance(0.15) ? least + 0.1 * spread : least - margin;
  return { coefficients, at: Number.isFinite(edge) ? -edge : 1, strict: r.chance(0.5) };
}

function anyClaim(r: Random, seen: readonly ArrayLike<number>[]): Claim {
  const rows = (n: number): Inequality[] => Array.from({ length: n }, () => anyInequality(r, seen));
  return { unsafe: Array.from({ length: 1 + r.below(3) }, () => rows(1 + (r.chance(0.3) ? 1 + r.below(2) : 0))) };
}

/** Whether an inequality holds at outputs, with room for what they may be off; of infinite ones as doubles say, never of NaN. */
function holds(one: Inequality, xs: ArrayLike<number>, room: number): boolean {
  const left = dot(one.coefficients, xs) + one.at;
  if (!Number.isFinite(left)) return left < 0;
  const used = Array.from(xs, (x, k) => (one.coefficients[k] === 0 ? 0 : x));
  const real = rowAt(one.coefficients, used, one.at) + (room > 0 ? scaled(room) : 0n);
  return one.strict ? real < 0n : real <= 0n;
}

/** Doubles decide most of it: exact arithmetic is for what is near the edge. `ofNaN`: whether an inequality that reads NaN is taken to hold. */
function isUnsafe(
  { unsafe }: Claim,
  xs: ArrayLike<number>,
  { isIdeal, ofNaN }: { readonly isIdeal: boolean; readonly ofNaN: boolean },
): boolean {
  return unsafe.some((all) =>
    all.every((one) => {
      const left = dot(one.coefficients, xs) + one.at;
      if (one.coefficients.some((a, k) => a !== 0 && Number.isNaN(xs[k]))) return ofNaN;
      const size = one.coefficients.reduce((s, a, k) => s + (a === 0 ? 0 : near(a * (xs[k] as number))), near(one.at));
      return left <= size && holds(one, xs, isIdeal ? size : 0);
    }),
  );
}

interface Asked {
  /** As it runs. */
  readonly given: Case;
  /** Without loops, its numbers as constants. */
  readonly graph: Graph;
  readonly box: readonly Ends[];
  readonly claim: Claim;
}

interface Programs {
  readonly real: Evaluator;
  /** Undefined where rounding of doubles may take another side than the ideal function. */
  readonly ideal: Evaluator | undefined;
}

const NONE: ReadonlyMap<string, Float32Array> = new Map();

/** A point at which what was proved does not hold. */
function violated(
  r: Random,
  { given, box, claim }: Asked,
  { real, ideal }: Programs,
  { points }: ClaimEffort,
  tally: ClaimTally,
): string | undefined {
  for (let n = 0; n < points; n++) {
    const point = anyPoint(r, box, false).map((xs) => Float32Array.from(xs));
    const y = must(real(point, given.params).outputs[0]);
    tally.points++;
    if (isUnsafe(claim, y, { isIdeal: false, ofNaN: true })) return `${point.join(' ')} gives ${y}`;
    if (!ideal || n % 4 > 0) continue;
    const inner = anyPoint(r, box, true);
    const z = must(ideal(inner, NONE).outputs[0]);
    tally.ideal++;
    if (z.every(Number.isFinite) && isUnsafe(claim, z, { isIdeal: true, ofNaN: false }))
      return `ideally ${inner.join(' ')} gives ${z}`;
  }
  return undefined;
}

const isInside = (box: readonly Ends[], point: Point): boolean =>
  box.every(({ lo, hi }, i) => lo.every((l, j) => l <= must(point[i]?.[j]) && must(point[i]?.[j]) <= must(hi[j])));

function contradiction(
  r: Random,
  asked: Asked,
  verdict: Verdict,
  effort: ClaimEffort,
  tally: ClaimTally,
): string | undefined {
  tally[verdict.kind]++;
  if (verdict.kind === 'unknown') return undefined;
  const real = evaluator(asked.given.graph);
  if (verdict.kind === 'refuted') {
    if (!isInside(asked.box, verdict.inputs)) return `the witness ${verdict.inputs.join(' ')} is outside`;
    const y = must(real(verdict.inputs as Float32Array[], asked.given.params).outputs[0]);
    return isUnsafe(asked.claim, y, { isIdeal: false, ofNaN: false })
      ? undefined
      : `the witness ${verdict.inputs.join(' ')} gives ${y}`;
  }
  const isForAll = tiersOf(verdict.proof).includes('S3');
  if (!isForAll) tally.compiled++;
  const ideal =
    isForAll && !jumps(spreadOut(asked.graph).graph)
      ? evaluator(asked.graph, { arithmetic: 'f64', elementary: IDEAL })
      : undefined;
  return violated(r, asked, { real, ideal }, effort, tally);
}

const show = ({ unsafe }: Claim): string =>
  unsafe
    .map((all) => all.map((o) => `${o.coefficients} · y + ${o.at} ${o.strict ? '<' : '<='} 0`).join(' and '))
    .join(' or ');

/** The first contradiction of one net on random boxes and claims, or nothing. */
export function judgeClaims(
  r: Random,
  whole: Case,
  effort: ClaimEffort,
  tally: ClaimTally = newClaimTally(),
): string | undefined {
  const given = oneOutput(r, whole);
  const program = withConstants(given);
  const graph = withNumbers(asItStands(unrolled(program)), NONE).graph;
  const size = sizeOf(must(graph.types[must(graph.outputs[0]).value]).shape);
  if (size === 0 || size > 200) return undefined;
  const net = openNet(spreadOut(graph), new Map());
  const compiled = wasm.compile(ready(given.graph));
  const run = (point: Point): ArrayLike<number> =>
    must(compiled.run(point as readonly Float32Array[], given.params).outputs[0]);
  for (let n = 0; n < 2; n++) {
    const box = anyBox(r, graph);
    const seen = Array.from({ length: 60 }, () =>
      Array.from(run(anyPoint(r, box, false).map((xs) => Float32Array.from(xs)))),
    );
    const claim = anyClaim(r, seen);
    tally.claims++;
    const goOn = ({ boxes }: { readonly boxes: number }): boolean => boxes < effort.boxes;
    const verdict = search(net, box, claim, {
      run,
      goOn,
      random: unit(r),
      ...(r.chance(0.5) && { compiled: program }),
    });
    const wrong = contradiction(r, { given, graph, box, claim }, verdict, effort, tally);
    if (wrong) return `${verdict.kind}: ${show(claim)} over ${boxesOf(box)}: ${wrong}`;
  }
  return undefined;
}
