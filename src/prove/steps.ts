/**
 * Numbers that can only be one of a few: levels in ascending order, and for each but the lowest a formula for reaching it. Bools, marks of
 * cases, counts of them, and what is chosen among constants are such numbers. Only exact arithmetic is followed.
 */
import { must } from '../text/result.ts';
import { ALWAYS, all, any, chosen, type Formula, NEVER, not } from './formula.ts';

export interface Steps {
  readonly levels: readonly number[];
  /** `reached[i]`: the number is at least `levels[i + 1]`. */
  readonly reached: readonly Formula[];
}

/** More levels than these are not followed. */
const MOST = 64;

export const constant = (x: number): Steps => ({ levels: [x], reached: [] });
export const twoSteps = (low: number, high: number, isHigh: Formula): Steps => ({
  levels: [low, high],
  reached: [isHigh],
});

/** The number is at least `x`. */
export function atLeast({ levels, reached }: Steps, x: number): Formula {
  const i = levels.findIndex((l) => l >= x);
  return i < 0 ? NEVER : i === 0 ? ALWAYS : must(reached[i - 1]);
}

const above = ({ levels, reached }: Steps, x: number): Formula => {
  const i = levels.findIndex((l) => l > x);
  return i < 0 ? NEVER : i === 0 ? ALWAYS : must(reached[i - 1]);
};

/** x < y, or x <= y: for some level of y, it is reached and x stays below. */
export function isBelow(x: Steps, y: Steps, strict: boolean): Formula {
  return any(y.levels.map((l, i) => all([i === 0 ? ALWAYS : must(y.reached[i - 1]), staysBelow(x, l, strict)])));
}

const staysBelow = (x: Steps, l: number, strict: boolean): Formula => not(strict ? atLeast(x, l) : above(x, l));

/** Exactly which level: one formula each. */
export const guardsOf = ({ levels, reached }: Steps): Formula[] =>
  levels.map((_, i) =>
    all([i === 0 ? ALWAYS : must(reached[i - 1]), i < reached.length ? not(must(reached[i])) : ALWAYS]),
  );

/** Under a function that is strictly monotone on the levels; undefined where it rounds. */
export function mapped({ levels, reached }: Steps, f: (x: number) => number): Steps | undefined {
  const images = levels.map(f);
  if (!images.every((y) => Object.is(Math.fround(y), y) && Number.isFinite(y))) return undefined;
  if (images.every((y, i) => i === 0 || y > must(images[i - 1]))) return { levels: images, reached };
  if (!images.every((y, i) => i === 0 || y < must(images[i - 1]))) return undefined;
  return { levels: [...images].reverse(), reached: [...reached].reverse().map(not) };
}

/** All sums, from the least to the greatest; undefined where some order of summation could round. */
export function total(list: readonly Steps[]): Steps | undefined {
  const isExact = list.every(({ levels }) => levels.every((l) => Number.isInteger(l * FRACTION)));
  const reach = list.reduce((n, { levels }) => n + Math.max(...levels.map(Math.abs)), 0);
  if (!isExact || !(reach * FRACTION < 2 ** 24)) return undefined;
  let found: Steps | undefined = constant(0);
  for (const one of list) found = found && sum(found, one);
  return found;
}

/** Levels of sums are multiples of 1 / FRACTION, so that in float32 all sums below 2^24 / FRACTION are exact. */
const FRACTION = 2 ** 8;

function sum(x: Steps, y: Steps): Steps | undefined {
  const sums = x.levels.flatMap((a) => y.levels.map((b) => a + b));
  const levels = [...new Set(sums)].sort((a, b) => a - b);
  if (levels.length > MOST) return undefined;
  const reaches = (l: number): Formula => {
    const enough = x.levels.findIndex((a) => a + must(y.levels[0]) >= l);
    const some = enough < 0 ? x.levels : x.levels.slice(0, enough + 1);
    return any(some.map((a, i) => all([i === 0 ? ALWAYS : must(x.reached[i - 1]), atLeast(y, l - a)])));
  };
  return { levels, reached: levels.slice(1).map(reaches) };
}

export const smaller = (x: Steps, y: Steps): Steps => extreme(x, y, (l) => all([atLeast(x, l), atLeast(y, l)]));
export const larger = (x: Steps, y: Steps): Steps => extreme(x, y, (l) => any([atLeast(x, l), atLeast(y, l)]));

function extreme(x: Steps, y: Steps, reaches: (level: number) => Formula): Steps {
  const levels = [...new Set([...x.levels, ...y.levels])].sort((a, b) => a - b);
  return trimmed({ levels, reached: levels.slice(1).map(reaches) });
}

/** Without levels that are certainly passed or never reached. */
function trimmed({ levels, reached }: Steps): Steps {
  const passed = reached.reduce((n, f, i) => (f.kind === 'known' && f.holds ? i + 1 : n), 0);
  const end = reached.findIndex((f) => f.kind === 'known' && !f.holds);
  return {
    levels: levels.slice(passed, end < 0 ? undefined : end + 1),
    reached: reached.slice(passed, end < 0 ? undefined : end),
  };
}

/** The number `of` that stands where a guard holds; exactly one does. */
export function picked(guards: readonly Formula[], of: readonly Steps[]): Steps | undefined {
  const levels = [...new Set(of.flatMap((s) => s.levels))].sort((a, b) => a - b);
  if (levels.length > MOST) return undefined;
  return trimmed({
    levels,
    reached: levels.slice(1).map((l) =>
      chosen(
        guards,
        of.map((s) => atLeast(s, l)),
      ),
    ),
  });
}

/** All products: for each level of x, y times it. */
export function product(x: Steps, y: Steps): Steps | undefined {
  if (x.levels.length > y.levels.length) return product(y, x);
  const parts = x.levels.map((l) => (l === 0 ? constant(0) : mapped(y, (v) => v * l)));
  return parts.includes(undefined)
    ? undefined
    : picked(
        guardsOf(x),
        parts.map((p) => must(p)),
      );
}
