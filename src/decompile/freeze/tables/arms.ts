/**
 * A table as few arms of a `match`: patterns with alternatives and wildcards, read from the top. Groups of rows that are products of sets
 * of values are merged greedily, the value that most rows have comes last under `_`, and every arm that the ones below it make idle is dropped.
 */
import { must } from '../../../text/result.ts';
import { casesOf, type FiniteArg, FREE, rowOf, rowsOf, type Table, valueText } from './finite.ts';

/** Per argument, a set of values as bits; all of them is a wildcard. Below 31 cases. */
export interface Arm {
  readonly sets: readonly number[];
  readonly value: number;
}

const MOST_CASES = 30;

/** The arms; undefined when an argument has too many cases. */
export function armsOf(table: Table): readonly Arm[] | undefined {
  if (table.args.length === 0 || table.args.some((a) => casesOf(a.type) > MOST_CASES)) return undefined;
  const values = [...new Set(table.values)].filter((v) => v !== FREE);
  const counts = new Map(values.map((v) => [v, table.values.reduce((n, w) => n + Number(w === v), 0)]));
  values.sort((a, b) => must(counts.get(a)) - must(counts.get(b)) || a - b);
  const candidates = values.map((last) => covered(table, [...values.filter((v) => v !== last), last]));
  return candidates.sort((a, b) => armsBits(a, table.args) - armsBits(b, table.args))[0] ?? [];
}

const all = (a: FiniteArg): number => 2 ** casesOf(a.type) - 1;

/** Arms for the values in this order; what an arm above has taken is free for those below. */
function covered(table: Table, order: readonly number[]): Arm[] {
  const left = table.values.slice();
  const arms: Arm[] = [];
  for (const value of order) {
    if (value === order.at(-1)) {
      arms.push({ sets: table.args.map(all), value });
      break;
    }
    for (let seed = left.indexOf(value); seed >= 0; seed = left.indexOf(value)) {
      const arm = grown(table, left, seed, value);
      arms.push(arm);
      for (const row of rowsIn(arm.sets, table.args)) left[row] = FREE;
    }
  }
  return arms;
}

/** The arm around a row, argument by argument as wide as the rows allow, in the order of arguments that makes it cover most. */
function grown(table: Table, left: Int32Array, seed: number, value: number): Arm {
  const start = rowOf(table.args, seed).map((v) => 1 << v);
  const orders = [table.args.map((_, i) => i), table.args.map((_, i) => table.args.length - 1 - i)];
  const arms = orders.map((order) => {
    const sets = [...start];
    for (const i of order) sets[i] = widest(table, left, sets, i, value);
    return { sets, value };
  });
  const gain = (arm: Arm): number =>
    rowsIn(arm.sets, table.args).reduce((n, row) => n + Number(left[row] === value), 0);
  return must(arms.sort((a, b) => gain(b) - gain(a) || patternBits(a, table.args) - patternBits(b, table.args))[0]);
}

function widest(table: Table, left: Int32Array, sets: readonly number[], i: number, value: number): number {
  let set = must(sets[i]);
  for (let v = 0; v < casesOf(must(table.args[i]).type); v++) {
    const tried = sets.map((s, j) => (j === i ? 1 << v : s));
    if (rowsIn(tried, table.args).every((row) => left[row] === value || left[row] === FREE)) set |= 1 << v;
  }
  return set;
}

function rowsIn(sets: readonly number[], args: readonly FiniteArg[]): number[] {
  let rows = [0];
  for (const [i, a] of args.entries()) {
    const values = Array.from({ length: casesOf(a.type) }, (_, v) => v).filter((v) => must(sets[i]) & (1 << v));
    rows = rows.flatMap((row) => values.map((v) => row * casesOf(a.type) + v));
  }
  return rows;
}

/** What the arms give row by row: the first that fits. */
export function valuesOfArms(arms: readonly Arm[], args: readonly FiniteArg[]): Int32Array {
  const values = new Int32Array(rowsOf(args)).fill(FREE);
  for (const arm of arms) for (const row of rowsIn(arm.sets, args)) if (values[row] === FREE) values[row] = arm.value;
  return values;
}

// --- price and text ----------------------------------------------------------------------------------------

const members = (set: number, cases: number): number[] =>
  Array.from({ length: cases }, (_, v) => v).filter((v) => set & (1 << v));

const [MATCH, ARM, CASE] = [4, 5, 4];

const patternBits = (arm: Arm, args: readonly FiniteArg[]): number =>
  args.reduce((bits, a, i) => {
    const set = must(arm.sets[i]);
    return bits + (set === all(a) ? 0 : CASE * members(set, casesOf(a.type)).length);
  }, 1);

/** What the `match` takes to write, in the bits of terms. */
export const armsBits = (arms: readonly Arm[], args: readonly FiniteArg[]): number =>
  lines(arms).reduce(
    (bits, line) => line.reduce((sum, arm) => sum + patternBits(arm, args), bits + ARM),
    MATCH + CASE * args.length,
  );

/** Neighbours of one value share a line. */
function lines(arms: readonly Arm[]): Arm[][] {
  const found: Arm[][] = [];
  for (const arm of arms) {
    const last = found.at(-1);
    if (last?.[0]?.value === arm.value) last.push(arm);
    else found.push([arm]);
  }
  return found;
}

/** What is matched: `a` or `(a, b)`. */
export const scrutinee = (args: readonly FiniteArg[]): string =>
  args.length === 1 ? must(args[0]).name : `(${args.map((a) => a.name).join(', ')})`;

/** `(0 | 1, 2) => 3`, arm by arm. */
export const armLines = (arms: readonly Arm[], { args, result }: Pick<Table, 'args' | 'result'>): string[] =>
  lines(arms).map((line) => {
    const patterns = line.map((arm) => patternText(arm, args)).join(' | ');
    return `${patterns} => ${valueText(result, must(line[0]).value)}`;
  });

function patternText(arm: Arm, args: readonly FiniteArg[]): string {
  if (args.every((a, i) => arm.sets[i] === all(a))) return '_';
  const parts = args.map((a, i) => {
    const set = must(arm.sets[i]);
    if (set === all(a)) return '_';
    return members(set, casesOf(a.type))
      .map((v) => valueText(a.type, v))
      .join(' | ');
  });
  return parts.length === 1 ? must(parts[0]) : `(${parts.join(', ')})`;
}
