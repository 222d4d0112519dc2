/**
 * Conjunctions against the box, before any bounds: rows over inputs alone are exact there, so the box shrinks to where they hold, and a
 * conjunction that leaves nothing of it is out. Sums of two rows that share numbers are added to a conjunction, for they hold where both do.
 */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import type { Ends } from '../verify/index.ts';
import { type Key, sourceOfKey } from './elements.ts';
import { type Row, rowText } from './formula.ts';

/** Rounds of shrinking. */
const ROUNDS = 4;

/** The part of a box where rows may all hold; undefined where there is none. `inputs` are the values of the box. */
export function narrowed(
  rows: readonly Row[],
  inputs: readonly ValueId[],
  box: readonly Ends[],
): readonly Ends[] | undefined {
  const own = box.map(({ lo, hi }) => ({ lo: lo.slice(), hi: hi.slice() }));
  const place = new Map(inputs.map((v, i) => [v, i]));
  const endsOf = (key: Key): End | undefined => {
    const { value, at } = sourceOfKey(key);
    const i = place.get(value);
    return i === undefined ? undefined : { ...must(own[i]), at };
  };
  for (let round = 0; round < ROUNDS; round++)
    for (const row of rows) {
      const terms = row.terms.filter(([, c]) => c !== 0).map(([key, c]) => ({ ends: endsOf(key), c }));
      if (!shrink(terms, row)) return undefined;
    }
  return own;
}

/** One number of an input. */
interface End extends Ends {
  readonly at: number;
}

interface Term {
  readonly ends: End | undefined;
  readonly c: number;
}

/** Shrinks ±x + at <= 0 and x - y <= 0 exactly; false where nothing is left. Other rows say nothing. */
function shrink(terms: readonly Term[], { at, strict }: Row): boolean {
  const [x, y] = terms;
  if (!x?.ends || terms.some(({ ends, c }) => !ends || Math.abs(c) !== 1)) return true;
  if (!y) return atMost(x.c, x.ends, -at, strict);
  if (terms.length > 2 || at !== 0 || x.c === y.c || !y.ends) return true;
  const [small, large] = x.c === 1 ? [x.ends, y.ends] : [y.ends, x.ends];
  return atMost(1, small, must(large.hi[large.at]), strict) && atMost(-1, large, -must(small.lo[small.at]), strict);
}

/** c·x <= most with c = ±1. */
function atMost(c: number, { lo, hi, at }: End, most: number, strict: boolean): boolean {
  if (c === 1) hi[at] = Math.min(must(hi[at]), most);
  else lo[at] = Math.max(must(lo[at]), -most);
  const [low, high] = [must(lo[at]), must(hi[at])];
  return strict ? (c === 1 ? low < most : high > -most) : low <= high;
}

/** Conjunctions of more rows get no sums. */
const FEW = 8;

/** The conjunction and the sums of its pairs that have a number in common, or constants that cancel; a row of them all may be shown to hold nowhere where no single one can. */
export function withSums(rows: readonly Row[]): readonly Row[] {
  if (rows.length > FEW) return rows;
  const sums = rows.flatMap((a, i) => rows.slice(i + 1).flatMap((b) => sumOf(a, b)));
  const known = new Set(rows.map(rowText));
  return [...rows, ...new Map(sums.map((s) => [rowText(s), s])).values()].filter(
    (row, i) => i < rows.length || !known.has(rowText(row)),
  );
}

function sumOf(a: Row, b: Row): Row[] {
  const terms = new Map(a.terms);
  for (const [key, c] of b.terms) terms.set(key, (terms.get(key) ?? 0) + c);
  const at = a.at + b.at;
  const isExact = at - a.at === b.at && at - b.at === a.at;
  const meets = terms.size < a.terms.length + b.terms.length || (at === 0 && a.at !== 0);
  if (!meets || !isExact) return [];
  if ([...terms.values()].every((c) => c === 0)) return [];
  return [{ terms: [...terms].sort((p, q) => p[0] - q[0]), at, strict: a.strict || b.strict }];
}
