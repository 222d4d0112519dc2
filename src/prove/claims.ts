/**
 * A case of a specification as the search takes it: a box of doubles and an unsafe set of doubles. Both may only grow on the way, never
 * shrink, so that what is proved of them holds for the decimals. What cannot be kept so is refused, never rounded.
 */
import type { Case, Inequality, InputRange } from '../interop/index.ts';
import { belowF64, compareFloat, type Decimal, nearestF64, negated, ONE, plus, times, ZERO } from '../num/decimal.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import type { Claim, Ends, Inequality as Row } from '../verify/index.ts';
import { type Joined, limit } from './joined.ts';

/** The box of all real points that are meant, and of all points that tools reach that round its ends to float32. */
export function boxOf({ box }: Case, { inputs }: Joined): Ends[] {
  const ranges = new Map(box.map((r) => [r.variable, r]));
  return inputs.map((variables) => {
    const all = variables.map((v) => must(ranges.get(v)));
    return { lo: Float64Array.from(all, lowest), hi: Float64Array.from(all, highest) };
  });
}

const lowest = ({ hull, rounded }: InputRange): number => Math.min(hull[0], rounded[0]);
const highest = ({ hull, rounded }: InputRange): number => Math.max(hull[1], rounded[1]);

/** The unsafe set of a case over the output of its graph. */
export function claimOf({ unsafe, links }: Case, { outputs }: Joined): Result<Claim> {
  const place = new Map(outputs.map((v, i) => [v, i]));
  const rows = unsafe.map((all) =>
    all.map((one) => rowOf(one, (v) => must(place.get(links.get(v) ?? v)), outputs.length)),
  );
  if (rows.flat().includes(undefined))
    return fail([
      limit(
        'A coefficient has more digits than a double holds, also when the inequality is multiplied by a power of ten.',
      ),
    ]);
  return ok({ unsafe: rows.map((all) => all.map((row) => must(row))) });
}

/** Exact coefficients, if need be times a power of ten; a constant that is not above the exact one. */
function rowOf(
  { terms, bound, strict }: Inequality,
  placeOf: (variable: number) => number,
  size: number,
): Row | undefined {
  const totals = new Map<number, Decimal>();
  for (const { variable, coefficient } of terms) {
    const at = placeOf(variable);
    totals.set(at, plus(totals.get(at) ?? ZERO, coefficient));
  }
  const exact = [...totals.values()];
  const scale: Decimal = exact.every(isDouble) ? ONE : { m: 1n, e: -Math.min(0, ...exact.map((c) => c.e)) };
  const coefficients = new Float64Array(size);
  for (const [at, total] of totals) {
    const scaled = times(total, scale);
    if (!isDouble(scaled)) return undefined;
    coefficients[at] = nearestF64(scaled);
  }
  const at = belowF64(times(negated(bound), scale));
  return Number.isFinite(at) ? { coefficients, at, strict } : undefined;
}

const isDouble = (a: Decimal): boolean => compareFloat(a, nearestF64(a)) === 0;
