/**
 * Branch and bound over input boxes: a box is proved when every conjunction of the unsafe set has an inequality that holds nowhere in
 * it; else it is split along the input that matters most, and both halves inherit its bounds. Depth first, so memory stays small.
 */
import type { ValueId } from '../ir/graph.ts';
import { invariant, must } from '../text/result.ts';
import { attack, cornerOf, descend, middleOf, type Point, type Run } from './attack.ts';
import { type Bounder, boundsOf, type Ends, type Lowered } from './bounds.ts';
import { type Claim, isUnsafe } from './claim.ts';
import type { Net } from './net.ts';

export type Verdict =
  | { readonly kind: 'proved'; readonly boxes: number }
  | { readonly kind: 'refuted'; readonly boxes: number; readonly inputs: Point }
  | { readonly kind: 'unknown'; readonly boxes: number; readonly open: number; readonly best: number };

export interface Progress {
  readonly boxes: number;
  readonly open: number;
  /** Of the claim's whole box, the part that is proved, by volume. */
  readonly proved: number;
}

export interface SearchOptions {
  /** The float32 program itself; what it says at a point is the truth. */
  readonly run: Run;
  /** Whether to go on; asked before every box. */
  readonly goOn: (progress: Progress) => boolean;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
}

/** A box that is not proved yet, what is known of it, and its part of the whole. */
interface Open {
  readonly box: readonly Ends[];
  readonly known: ReadonlyMap<ValueId, Ends> | undefined;
  readonly part: number;
}

const FIRST_RUNS = 2000;
const LATER_RUNS = 40;
/** So many boxes pass between two attacks. */
const ATTACK_EVERY = 8;

/** Proves or refutes a claim about the only output of a net over a box. `unknown` when told to stop, or where boxes cannot be split further. */
export function search(net: Net, box: readonly Ends[], claim: Claim, options: SearchOptions): Verdict {
  const [output, ...others] = net.outputs;
  invariant(output !== undefined && others.length === 0, 'a claim is about the one output of a net');
  for (const one of claim.unsafe.flat())
    invariant(
      one.coefficients.length === net.sizeOf(output),
      'an inequality has a coefficient for each output element',
    );
  const bounder = boundsOf(net);
  const stack: Open[] = [{ box, known: undefined, part: 1 }];
  const progress = { boxes: 0, open: 1, proved: 0 };
  const first = attack(box, claim, { ...options, runs: FIRST_RUNS });
  if (isUnsafe(claim, options.run(first.point))) return { kind: 'refuted', boxes: 0, inputs: first.point };
  let [stuck, best] = [0, Infinity];
  while (stack.length > 0) {
    progress.open = stack.length;
    if (!options.goOn(progress)) return { kind: 'unknown', boxes: progress.boxes, open: stack.length + stuck, best };
    const open = must(stack.pop());
    progress.boxes++;
    const judged = judge(bounder, open, claim);
    if (judged.isProved) {
      progress.proved += open.part;
      continue;
    }
    const found = counterexample(judged, open, claim, progress.boxes, options);
    if (found) return { kind: 'refuted', boxes: progress.boxes, inputs: found };
    const split = halves(open, judged);
    if (split) stack.push(...split);
    else stuck++;
    if (!split) best = Math.min(best, judged.worst);
  }
  return stuck === 0
    ? { kind: 'proved', boxes: progress.boxes }
    : { kind: 'unknown', boxes: progress.boxes, open: stuck, best };
}

interface Judged {
  readonly isProved: boolean;
  /** The best bound of the conjunction that is nearest to holding. */
  readonly worst: number;
  readonly known: ReadonlyMap<ValueId, Ends> | undefined;
  /** How much each input matters. */
  readonly weights: readonly Float64Array[];
  /** Where a counterexample would be likeliest. */
  readonly corner: Point;
}

function judge({ net, analyse }: Bounder, { box, known }: Open, claim: Claim): Judged {
  const found = analyse(box, known);
  const widths = box.map(({ lo, hi }) => hi.map((h, j) => h - (lo[j] as number)));
  if (!found) return { isProved: false, worst: -Infinity, known, weights: widths, corner: middleOf(box) };
  const value = must(net.outputs[0]);
  const size = net.sizeOf(value);
  const rows = claim.unsafe.flat();
  const coefficients = new Float64Array(rows.length * size);
  for (const [r, one] of rows.entries()) coefficients.set(one.coefficients, r * size);
  const at = Float64Array.from(rows, (one) => one.at);
  const lowered = found.lower({ value, count: rows.length, coefficients: coefficients.slice(), at });
  const { isProved, worst, row } = decide(claim, lowered);
  if (isProved) return { isProved, worst, known, weights: widths, corner: middleOf(box) };
  const slope = (i: number, j: number): number => must(must(lowered.inputs[i])[row * must(box[i]).lo.length + j]);
  const reach = found.reach({ value, count: 1, coefficients: coefficients.slice(row * size, (row + 1) * size) });
  const weights = widths.map((list, i) =>
    list.map((width, j) => width * (Math.abs(slope(i, j)) + SMEAR * must(must(reach[i])[j]))),
  );
  return { isProved, worst, known: found.ends, weights, corner: cornerOf(box, slope) };
}

/** How much the reach of an input counts beside its slope in the proof that failed. */
const SMEAR = 0.01;

/** Whether no conjunction can hold; else the one that is nearest to holding, and its best row. */
function decide({ unsafe }: Claim, { bounds }: Lowered): { isProved: boolean; worst: number; row: number } {
  let [isProved, worst, row, r] = [true, Infinity, 0, 0];
  for (const all of unsafe) {
    let [best, bestRow, isSafe] = [-Infinity, r, false];
    for (const one of all) {
      const bound = must(bounds[r]);
      if (one.strict ? bound >= 0 : bound > 0) isSafe = true;
      if (bound > best) [best, bestRow] = [bound, r];
      r++;
    }
    if (isSafe) continue;
    isProved = false;
    if (best < worst) [worst, row] = [best, bestRow];
  }
  return { isProved, worst, row };
}

function counterexample(
  { corner }: Judged,
  { box }: Open,
  claim: Claim,
  boxes: number,
  options: SearchOptions,
): Point | undefined {
  const isUnsafeAt = (point: Point): boolean => isUnsafe(claim, options.run(point));
  if (isUnsafeAt(corner)) return corner;
  if (boxes % ATTACK_EVERY !== 0) return undefined;
  const { point } = descend(box, claim, corner, { ...options, runs: LATER_RUNS });
  return isUnsafeAt(point) ? point : undefined;
}

/** Two halves along the input of most weight that can still be cut at a float32 number. */
function halves({ box, part }: Open, { weights, known }: Judged): readonly [Open, Open] | undefined {
  let best: { i: number; j: number; cut: number; weight: number } | undefined;
  for (const [i, { lo, hi }] of box.entries())
    for (let j = 0; j < lo.length; j++) {
      const weight = must(must(weights[i])[j]);
      if (best && weight <= best.weight) continue;
      const [l, h] = [must(lo[j]), must(hi[j])];
      const cut = Math.fround(l + 0.5 * (h - l));
      if (cut > l && cut < h) best = { i, j, cut, weight };
    }
  if (!best) return undefined;
  const { i, j, cut } = best;
  const { lo, hi } = must(box[i]);
  const [below, above] = [hi.slice(), lo.slice()];
  below[j] = cut;
  above[j] = cut;
  const put = (ends: Ends): Ends[] => box.map((old, k) => (k === i ? ends : old));
  const made = (ends: Ends): Open => ({ box: put(ends), known, part: part / 2 });
  return [made({ lo, hi: below }), made({ lo: above, hi })];
}
