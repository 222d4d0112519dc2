/**
 * L-BFGS (Liu and Nocedal, "On the limited memory BFGS method", 1989) over the whole batch, with the bisecting weak-Wolfe line
 * search of Lewis and Overton (2013), which also ends on losses with kinks. Vectors are float32, products and sums double in
 * a fixed order, so that a run can be repeated and a checkpoint continues it bit for bit.
 */
import { must } from '../text/result.ts';
import type { LossAndGradient, Machine } from './machine.ts';
import { type Parameters, project } from './parameters.ts';
import { isFiniteAll, type Step, type Stepper } from './stepper.ts';

export interface LbfgsNumbers {
  /** Pairs that are remembered. */
  readonly memory: number;
  /** Stops when no gradient entry is larger. */
  readonly tolerance: number;
  /** Evaluations per line search. */
  readonly evaluations: number;
}

export function lbfgsNumbers(numbers: Readonly<Record<string, number>>): LbfgsNumbers {
  const { memory = 10, tolerance = 1e-7, evaluations = 25 } = numbers;
  return { memory, tolerance, evaluations };
}

/** s = x' - x and y = g' - g of an accepted step. */
interface Pair {
  readonly s: Float32Array;
  readonly y: Float32Array;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;

export function lbfgs(machine: Machine, params: Parameters, numbers: LbfgsNumbers): Stepper {
  let pairs: Pair[] = [];
  const { flat, slots, byName } = params;
  return {
    step(batch, weights, _t, rate): Step {
      const evaluate = (): LossAndGradient => machine.lossAndGradient(batch, weights, byName);
      const start = evaluate();
      const step = { loss: start.loss, alarms: start.alarms };
      if (!isUsable(start)) return { ...step, poisoned: { batch, weights, found: start } };
      if (start.gradient.every((g) => Math.abs(g) <= numbers.tolerance)) return { ...step, converged: true };
      const from = flat.slice();
      let direction = descend(pairs, start.gradient);
      if (!(dot(direction, start.gradient) < 0)) {
        pairs = [];
        direction = descend(pairs, start.gradient);
      }
      const first = pairs.length === 0 ? rate / Math.max(1, Math.sqrt(dot(start.gradient, start.gradient))) : rate;
      const moveTo = (length: number): LossAndGradient => {
        for (let i = 0; i < flat.length; i++) flat[i] = must(from[i]) + length * must(direction[i]);
        project(slots, flat);
        return evaluate();
      };
      const end = search(moveTo, start, direction, first, numbers.evaluations);
      if (end === undefined) {
        flat.set(from);
        const converged = pairs.length === 0;
        pairs = [];
        return { ...step, converged };
      }
      remember(pairs, { s: minus(flat, from), y: minus(end.gradient, start.gradient) }, numbers.memory);
      return step;
    },
    save: () =>
      new Map(
        pairs.flatMap(
          ({ s, y }, i) =>
            [
              [`s${i}`, s],
              [`y${i}`, y],
            ] as const,
        ),
      ),
    restore(saved) {
      pairs = [];
      for (let i = 0; saved.has(`s${i}`); i++) pairs.push({ s: must(saved.get(`s${i}`)), y: must(saved.get(`y${i}`)) });
    },
  };
}

const isUsable = (e: LossAndGradient): boolean => Number.isFinite(e.loss) && isFiniteAll(e.gradient);

/**
 * Bisects for a length with sufficient decrease and curvature; gives the evaluation there with the parameters moved to it.
 * When the evaluations run out, the longest length that decreased the loss is taken; undefined when none did.
 */
function search(
  moveTo: (length: number) => LossAndGradient,
  start: LossAndGradient,
  direction: Float64Array,
  first: number,
  evaluations: number,
): LossAndGradient | undefined {
  const slope = dot(direction, start.gradient);
  let [low, high, length] = [0, Infinity, first];
  for (let k = 0; k < evaluations; k++) {
    const here = moveTo(length);
    if (!isUsable(here) || !(here.loss <= start.loss + SUFFICIENT_DECREASE * length * slope)) high = length;
    else if (dot(direction, here.gradient) < CURVATURE * slope) low = length;
    else return here.loss < start.loss ? here : undefined;
    length = high === Infinity ? 2 * low : (low + high) / 2;
  }
  if (low === 0) return undefined;
  const here = moveTo(low);
  return here.loss < start.loss ? here : undefined;
}

/** -H g by the two-loop recursion. */
function descend(pairs: readonly Pair[], gradient: Float32Array): Float64Array {
  const q = Float64Array.from(gradient);
  const alphas: number[] = [];
  for (const { s, y } of [...pairs].reverse()) {
    const alpha = dot(s, q) / dot(s, y);
    alphas.push(alpha);
    for (let i = 0; i < q.length; i++) q[i] = must(q[i]) - alpha * must(y[i]);
  }
  const last = pairs[pairs.length - 1];
  const scale = last ? dot(last.s, last.y) / dot(last.y, last.y) : 1;
  for (let i = 0; i < q.length; i++) q[i] = must(q[i]) * scale;
  for (const [k, { s, y }] of pairs.entries()) {
    const beta = dot(y, q) / dot(s, y);
    const alpha = must(alphas[pairs.length - 1 - k]);
    for (let i = 0; i < q.length; i++) q[i] = must(q[i]) + (alpha - beta) * must(s[i]);
  }
  return q.map((x) => -x);
}

/** Keeps a pair of positive curvature; others would make H indefinite. */
function remember(pairs: Pair[], pair: Pair, memory: number): void {
  const curvature = dot(pair.s, pair.y);
  if (!(curvature > 1e-10 * Math.sqrt(dot(pair.s, pair.s) * dot(pair.y, pair.y)))) return;
  pairs.push(pair);
  if (pairs.length > memory) pairs.shift();
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += must(a[i]) * must(b[i]);
  return sum;
}

const minus = (a: Float32Array, b: Float32Array): Float32Array => a.map((x, i) => x - must(b[i]));
