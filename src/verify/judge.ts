/** One box against the claim: whether bounds show that no conjunction holds in it, and what the search should know where they do not. */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { cornerOf, middleOf, type Point } from './attack.ts';
import type { Bounder, Ends, Lowered } from './bounds.ts';
import type { Claim } from './claim.ts';

export interface Judged {
  /** Per conjunction, the row that shows that it holds nowhere (counted in the conjunction); undefined where some may hold. */
  readonly rows: readonly number[] | undefined;
  /** The best bound of the conjunction that is nearest to holding. */
  readonly worst: number;
  readonly known: ReadonlyMap<ValueId, Ends> | undefined;
  /** How much each input matters. */
  readonly weights: readonly Float64Array[];
  /** Where a counterexample would be likeliest. */
  readonly corner: Point;
}

export interface Asked {
  readonly box: readonly Ends[];
  /** Bounds of a box around it. */
  readonly known: ReadonlyMap<ValueId, Ends> | undefined;
}

/** How much the reach of an input counts beside its slope in the proof that failed. */
const SMEAR = 0.01;

export function judge({ net, analyse }: Bounder, { box, known }: Asked, claim: Claim): Judged {
  const found = analyse(box, known);
  const widths = box.map(({ lo, hi }) => hi.map((h, j) => h - (lo[j] as number)));
  if (!found) return { rows: undefined, worst: -Infinity, known, weights: widths, corner: middleOf(box) };
  const value = must(net.outputs[0]);
  const size = net.sizeOf(value);
  const all = claim.unsafe.flat();
  const coefficients = new Float64Array(all.length * size);
  for (const [r, one] of all.entries()) coefficients.set(one.coefficients, r * size);
  const at = Float64Array.from(all, (one) => one.at);
  const lowered = found.lower({ value, count: all.length, coefficients: coefficients.slice(), at });
  const { rows, worst, row } = decide(claim, lowered);
  if (rows) return { rows, worst, known, weights: widths, corner: middleOf(box) };
  const slope = (i: number, j: number): number => must(must(lowered.inputs[i])[row * must(box[i]).lo.length + j]);
  const reach = found.reach({ value, count: 1, coefficients: coefficients.slice(row * size, (row + 1) * size) });
  const weights = widths.map((list, i) =>
    list.map((width, j) => width * (Math.abs(slope(i, j)) + SMEAR * must(must(reach[i])[j]))),
  );
  return { rows, worst, known: found.ends, weights, corner: cornerOf(box, slope) };
}

interface Decided {
  readonly rows: readonly number[] | undefined;
  readonly worst: number;
  /** The best of the conjunction that is nearest to holding, among all. */
  readonly row: number;
}

/** Whether no conjunction can hold; else the one that is nearest to holding, and its best row. */
function decide({ unsafe }: Claim, { bounds }: Lowered): Decided {
  let [isProved, worst, row, first] = [true, Infinity, 0, 0];
  const rows = unsafe.map((all) => {
    let [best, shown] = [0, -1];
    for (const [r, one] of all.entries()) {
      const bound = must(bounds[first + r]);
      if (shown < 0 && (one.strict ? bound >= 0 : bound > 0)) shown = r;
      if (bound > must(bounds[first + best])) best = r;
    }
    const bound = all.length > 0 ? must(bounds[first + best]) : -Infinity;
    if (shown < 0) {
      isProved = false;
      if (bound < worst) [worst, row] = [bound, first + best];
    }
    first += all.length;
    return shown;
  });
  return { rows: isProved ? rows : undefined, worst, row };
}
