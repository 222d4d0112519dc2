/**
 * The way to a shorter program: first numbers become 0, the cheapest first, then what is left gets fewer digits. After each step the prover is
 * asked; what breaks the budget is undone and tried in halves, down to single numbers.
 */

import type { Flat } from './flat.ts';
import type { Model } from './model.ts';
import { digitsOf, shortestNear } from './numbers.ts';

/** Whether the difference of outputs with these numbers is proved to be at most a limit. */
export type IsNear = (numbers: Float64Array, limit: number) => boolean;

export interface StepsOptions {
  readonly within: number;
  readonly isNear: IsNear;
  /** Asked before every proof: whether there is time left. */
  readonly goOn: () => boolean;
}

/** Of the budget, what zeros may take; the rest is for digits. */
const FOR_ZEROS = 0.9;
/** Numbers that are chosen before costs are computed anew: one in so many. */
const FRESH = 64;
/** Steps that are too small to be worth a proof: one number in so many. */
const FINE = 256;

/** Fixes numbers at 0, as many as the proof allows. */
export function dropped(flat: Flat, model: Model, options: StepsOptions): Model {
  const kept = new Set<number>();
  const limit = FOR_ZEROS * options.within;
  let [best, chunk] = [model, Math.max(1, Math.floor(flat.size / 4))];
  for (;;) {
    const trial = best.copy();
    const chosen = zeroCheapest(flat, trial, kept, chunk);
    if (chosen.length === 0 || !options.goOn()) return best;
    trial.settle();
    if (options.isNear(trial.numbers, limit)) {
      best = trial;
      continue;
    }
    if (chosen.length > 1 && chunk > flat.size / FINE) chunk = Math.max(1, Math.floor(chosen.length / 2));
    else if (flat.size > FINE) return best;
    else for (const i of chosen) kept.add(i);
  }
}

function zeroCheapest(flat: Flat, model: Model, kept: ReadonlySet<number>, count: number): number[] {
  const chosen: number[] = [];
  const batch = Math.ceil(flat.size / FRESH);
  while (chosen.length < count) {
    const costs = [...flat.values.keys()]
      .filter((i) => !model.isFixed(i) && !kept.has(i) && mayBeZero(flat, i))
      .map((i) => ({ i, cost: Math.abs(model.numbers[i] as number) / Math.max(model.looseness(i), 1e-300) }));
    const cheapest = costs.sort((a, b) => a.cost - b.cost).slice(0, Math.min(batch, count - chosen.length));
    if (cheapest.length === 0) break;
    for (const { i } of cheapest) model.fix(i, 0);
    chosen.push(...cheapest.map(({ i }) => i));
  }
  return chosen;
}

const mayBeZero = ({ least, most }: Flat, i: number): boolean => (least[i] as number) <= 0 && (most[i] as number) >= 0;

/** Powers of two of the budget that a number's rounding may cost by the model. */
const [FINEST, COARSEST] = [-24, 12];

/** Numbers with fewer digits: the coarsest rounding that is proved, then single numbers coarser still. */
export function shortened(flat: Flat, model: Model, options: StepsOptions): Float64Array {
  const { within, isNear, goOn } = options;
  let [low, high, best] = [FINEST - 1, COARSEST + 1, undefined as Float64Array | undefined];
  while (high - low > 1 && goOn()) {
    const middle = Math.floor((low + high) / 2);
    const numbers = rounded(flat, model.copy(), within * 2 ** middle);
    if (isNear(numbers, within)) [low, best] = [middle, numbers];
    else high = middle;
  }
  const found = best ?? plain(flat, model.numbers);
  return flat.size > FINE ? found : oneByOne(flat, found, options);
}

const plain = ({ least, most }: Flat, numbers: Float64Array): Float64Array =>
  numbers.map((x, i) => shortestNear(x, 0, least[i] as number, most[i] as number));

function rounded(flat: Flat, model: Model, cost: number): Float64Array {
  for (const i of flat.values.keys()) {
    if (model.isFixed(i)) continue;
    const off = cost * model.looseness(i);
    model.fix(i, shortestNear(model.numbers[i] as number, off, flat.least[i] as number, flat.most[i] as number));
  }
  return model.numbers;
}

/** Each number with as few digits as the proof allows while the others stay, those of many digits first. */
function oneByOne(flat: Flat, numbers: Float64Array, { within, isNear, goOn }: StepsOptions): Float64Array {
  const found = numbers.slice();
  const digits = (i: number): number => digitsOf(found[i] as number);
  for (const i of [...found.keys()].sort((a, b) => digits(b) - digits(a)))
    for (let count = 0; count < digits(i) && goOn(); count++) {
      const old = found[i] as number;
      const y = count === 0 ? 0 : Math.fround(Number(old.toPrecision(count)));
      if (y < (flat.least[i] as number) || y > (flat.most[i] as number)) continue;
      found[i] = y;
      if (isNear(found, within)) break;
      found[i] = old;
    }
  return found;
}
