/**
 * Numbers that lie along the terms. Where results run along the lanes, four terms of four results are loaded as they lie and turned
 * in registers, four by four; where they do not, four terms of one result are a vector. Which is worth it, and the turning.
 */
import { must } from '../../text/result.ts';
import { layoutAlong } from '../nests/axes.ts';
import type { Reduction } from './accumulate.ts';
import type { Code, Local } from './code.ts';
import { weightOf } from './tile.ts';
import type { Ahead } from './walk.ts';

/** Sums of fewer terms are not worth it. */
const LEAST_TERMS = 8;

/** The axis of the terms that run fastest. */
export const lastTerm = ({ axes }: Pick<Reduction, 'axes'>): number => axes.loops.length + axes.reduced.length - 1;

/** The loads (by their numbers) that are turned when results along `columns` are computed four at a time. */
export function turnedLoads(r: Pick<Reduction, 'axes' | 'loads'>, columns: number | undefined): number[] {
  if (columns === undefined || (r.axes.reduced.at(-1) ?? 0) < LEAST_TERMS) return [];
  return r.loads.flatMap((place, n) => {
    const isTurned = layoutAlong(place, columns) === 'apart' && layoutAlong(place, lastTerm(r)) === 'row';
    return isTurned && place.gathers.length === 0 ? [n] : [];
  });
}

/** Whether four neighbouring terms of one result are computed as one vector. */
export function termsInRow(r: Pick<Reduction, 'axes' | 'loads' | 'term'>): boolean {
  const layouts = r.loads.map((place) => layoutAlong(place, lastTerm(r)));
  const isLong = (r.axes.reduced.at(-1) ?? 0) >= LEAST_TERMS;
  return isLong && weightOf([r.term]) > 0 && layouts.includes('row') && !layouts.includes('apart');
}

/** Four terms from here on, of four neighbours along `columns`: one local for each term. */
export function turned(r: Reduction, n: number, ahead: Ahead, columns: number): Local[] {
  const { code } = r.site;
  const rows = [0, 1, 2, 3].map((lane) => {
    const row = code.local('v128');
    r.walk.load(must(r.loads[n]), [...ahead, [columns, lane]], lastTerm(r));
    code.set(row);
    return row;
  });
  const terms = turnFour(code, rows);
  for (const row of rows) code.free(row);
  return terms;
}

/** Words of two vectors as bytes: words 0-3 are of the first, 4-7 of the second. */
const words = (...at: readonly number[]): number[] => at.flatMap((w) => [0, 1, 2, 3].map((byte) => 4 * w + byte));

const LOW = words(0, 4, 1, 5);
const HIGH = words(2, 6, 3, 7);
const LOW_HALVES = words(0, 1, 4, 5);
const HIGH_HALVES = words(2, 3, 6, 7);

/** Vector i of the result holds word i of each of the four. */
function turnFour(code: Code, [a, b, c, d]: readonly Local[]): Local[] {
  const mixed = (x: Local | undefined, y: Local | undefined, bytes: readonly number[]): Local => {
    const to = code.local('v128');
    code.get(must(x));
    code.get(must(y));
    code.shuffle(bytes);
    code.set(to);
    return to;
  };
  const pairs = [LOW, HIGH].map((bytes) => [mixed(a, b, bytes), mixed(c, d, bytes)] as const);
  const result = pairs.flatMap(([x, y]) => [mixed(x, y, LOW_HALVES), mixed(x, y, HIGH_HALVES)]);
  for (const local of pairs.flat()) code.free(local);
  return result;
}
