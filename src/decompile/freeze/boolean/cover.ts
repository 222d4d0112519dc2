/**
 * Two-level minimisation: the prime implicants of a truth table with free rows, and few of them that cover it (essential ones, then the best
 * next, then none that the others make idle). Method: McCluskey, Bell System Technical Journal 35, 1956; above ten inputs implicants are
 * grown from single rows instead of all being listed, as the EXPAND step of Espresso does (Brayton et al., 1984).
 */
import { must } from '../../../text/result.ts';
import { FREE } from '../tables/finite.ts';

/** A product of inputs: those in `mask` have the values in `bits`, the others are any. */
export interface Cube {
  readonly mask: number;
  readonly bits: number;
}

const MOST_LISTED = 10;

const has = (c: Cube, row: number): boolean => (row & c.mask) === c.bits;

/** The number of inputs that a cube reads. */
export function literalsOf({ mask }: Cube): number {
  let n = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) n++;
  return n;
}

/** Cubes that together hold all rows of `value` and none of the other; the table has 2^inputs rows of 0, 1 or `FREE`. */
export function coverOf(truth: Int32Array, value = 1): readonly Cube[] {
  const inputs = 31 - Math.clz32(truth.length);
  const rows = Array.from(truth.keys()).filter((row) => truth[row] === value);
  const allowed = truth.map((v) => Number(v === value || v === FREE));
  const cubes = inputs <= MOST_LISTED ? primes(allowed, inputs) : rows.map((row) => grow(row, allowed, inputs));
  return chosen(cubes, rows);
}

/** All prime implicants: cubes of one free input more, as long as pairs of cubes make them. */
function primes(allowed: Int32Array, inputs: number): Cube[] {
  const full = 2 ** inputs - 1;
  let level = new Map<string, Cube>();
  for (const [row, is] of allowed.entries()) if (is) level.set(`${full},${row}`, { mask: full, bits: row });
  const found: Cube[] = [];
  while (level.size > 0) {
    const next = new Map<string, Cube>();
    const merged = new Set<string>();
    for (const [key, { mask, bits }] of level)
      for (let bit = 1; bit <= full; bit <<= 1) {
        const other = `${mask},${bits ^ bit}`;
        if (!(mask & bit) || !level.has(other)) continue;
        merged.add(key);
        next.set(`${mask & ~bit},${bits & ~bit}`, { mask: mask & ~bit, bits: bits & ~bit });
      }
    for (const [key, cube] of level) if (!merged.has(key)) found.push(cube);
    level = next;
  }
  return found;
}

/** A row with as many inputs freed as the table allows, the first ones first. */
function grow(row: number, allowed: Int32Array, inputs: number): Cube {
  let cube: Cube = { mask: 2 ** inputs - 1, bits: row };
  for (let i = 0; i < inputs; i++) {
    const wider = { mask: cube.mask & ~(1 << i), bits: cube.bits & ~(1 << i) };
    if (allowed.every((is, r) => is === 1 || !has(wider, r))) cube = wider;
  }
  return cube;
}

function chosen(cubes: readonly Cube[], rows: readonly number[]): Cube[] {
  const left = new Set(rows);
  const taken: Cube[] = [];
  const take = (c: Cube): void => {
    taken.push(c);
    for (const row of left) if (has(c, row)) left.delete(row);
  };
  for (const row of rows) {
    const holding = cubes.filter((c) => has(c, row));
    if (holding.length === 1 && !taken.includes(must(holding[0]))) take(must(holding[0]));
  }
  while (left.size > 0) {
    const gain = (c: Cube): number => [...left].reduce((n, row) => n + Number(has(c, row)), 0);
    const best = cubes.reduce((a, b) => {
      const more = gain(b) - gain(a) || literalsOf(a) - literalsOf(b);
      return more > 0 ? b : a;
    });
    take(best);
  }
  return needed(taken, rows);
}

/** Without those that the others make idle, the longest first. */
function needed(cubes: readonly Cube[], rows: readonly number[]): Cube[] {
  let kept = [...cubes];
  for (const c of [...cubes].sort((a, b) => literalsOf(b) - literalsOf(a))) {
    const rest = kept.filter((k) => k !== c);
    if (rows.every((row) => !has(c, row) || rest.some((k) => has(k, row)))) kept = rest;
  }
  return kept;
}
