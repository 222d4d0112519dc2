/**
 * Sums of multiples: `(a * s + b * t + c) % n` is found by solving, not by searching, for its coefficients are the differences of
 * the table at the corner; a comparison of such a sum with a number (a carry, a threshold) is found by trying small coefficients.
 */
import { must } from '../../../text/result.ts';
import { agrees, casesOf, FREE, type Table } from './finite.ts';
import { asType, type Term, type Terms } from './terms.ts';

/** The arguments that are numbers. */
const indices = (terms: Terms): readonly Term[] => terms.args.filter((a) => a.type.kind === 'index');

/** `a * s + ... + c`, without the terms of coefficient 0. */
export function sumOf(terms: Terms, parts: readonly { readonly by: number; readonly of: Term }[], plus: number): Term {
  const items = parts
    .filter(({ by }) => by !== 0)
    .map(({ by, of }) => (by === 1 ? of : terms.binary('*', terms.number(by), of)));
  if (plus !== 0 || items.length === 0) items.push(terms.number(plus));
  return items.reduce((a, b) => terms.binary('+', a, b));
}

/** The table as a sum modulo the number of its results, when it is one. All rows must be able to occur. */
export function affine(terms: Terms, table: Table): Term | undefined {
  if (table.result.kind !== 'index' || table.values.includes(FREE)) return undefined;
  const n = casesOf(table.result);
  const corner = must(table.values[0]);
  let stride = table.values.length;
  const parts = terms.args.map((of, i) => {
    const cases = casesOf(must(table.args[i]).type);
    stride /= cases;
    return { of, by: cases < 2 ? 0 : (must(table.values[stride]) - corner + n) % n };
  });
  if (parts.some(({ by, of }) => by !== 0 && of.type.kind !== 'index')) return undefined;
  const sums = [...differences(terms, parts, corner, n), sumOf(terms, parts, corner)];
  return sums.flatMap((sum) => {
    const isPlain = agrees(sum.values, table.values);
    const found = isPlain ? asType(terms, sum, table.result) : terms.binary('%', sum, terms.number(n));
    return found && agrees(found.values, table.values) ? [found] : [];
  })[0];
}

/** The same sum modulo n with an argument of coefficient -1 taken off: `a + n - b`, where the left side is never too small. */
function differences(
  terms: Terms,
  parts: readonly { readonly by: number; readonly of: Term }[],
  plus: number,
  n: number,
): Term[] {
  const found = n < 3 ? undefined : parts.find(({ by }) => by === n - 1);
  if (found?.of.type.kind !== 'index') return [];
  const room = found.of.type.size - 1;
  const from = plus + n * Math.max(0, Math.ceil((room - plus) / n));
  const rest = parts.filter((p) => p !== found);
  return [terms.binary('-', sumOf(terms, rest, from), found.of)];
}

/** The largest coefficient that comparisons are tried with, and the most arguments. */
const [LARGEST, MOST] = [3, 4];

/** A column of bools as `a * s + b * t >= k` or its like with terms on both sides; undefined when it is none. */
export function threshold(terms: Terms, wanted: Int32Array): Term | undefined {
  const args = indices(terms);
  if (args.length === 0 || args.length > MOST) return undefined;
  const limit = args.length > 2 ? 1 : LARGEST;
  const found = coefficients(args.length, limit).flatMap((by): Term[] => {
    const compared = cut(terms, args, by, wanted);
    return compared ? [compared] : [];
  });
  return found.sort((a, b) => a.bits - b.bits)[0];
}

/** All lists of coefficients from -limit to limit whose first that is not 0 is positive. */
function coefficients(length: number, limit: number): number[][] {
  const digits = Array.from({ length: 2 * limit + 1 }, (_, i) => i - limit);
  let lists: number[][] = [[]];
  for (let i = 0; i < length; i++) lists = lists.flatMap((list) => digits.map((d) => [...list, d]));
  return lists.filter((list) => (list.find((d) => d !== 0) ?? 0) > 0);
}

/** One comparison of the weighed sum that parts the rows as wanted. */
function cut(terms: Terms, args: readonly Term[], by: readonly number[], wanted: Int32Array): Term | undefined {
  const ends = { low: [Infinity, -Infinity], high: [Infinity, -Infinity] };
  for (const [row, w] of wanted.entries()) {
    if (w === FREE) continue;
    const sum = args.reduce((n, a, i) => n + must(by[i]) * must(a.values[row]), 0);
    const end = w === 1 ? ends.high : ends.low;
    end[0] = Math.min(must(end[0]), sum);
    end[1] = Math.max(must(end[1]), sum);
  }
  const [left, right] = [1, -1].map((sign) =>
    args.flatMap((of, i) => (must(by[i]) * sign > 0 ? [{ of, by: must(by[i]) * sign }] : [])),
  );
  const compare = (least: number, isHigh: boolean): Term => {
    // left - right >= least
    const a = sumOf(terms, must(left), Math.max(0, -least));
    const b = sumOf(terms, must(right), Math.max(0, least));
    return terms.binary(isHigh ? '>=' : '<', a, b);
  };
  if (must(ends.low[1]) < must(ends.high[0]) && Number.isFinite(ends.high[0])) return compare(must(ends.high[0]), true);
  if (must(ends.high[1]) < must(ends.low[0]) && Number.isFinite(ends.low[0])) return compare(must(ends.low[0]), false);
  return undefined;
}
