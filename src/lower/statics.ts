/**
 * Static values: integers, bools and cases that the compiler knows. One may vary over the range loops around it, and is then
 * a table over their indices. Loops are rectangular, so tables are; arithmetic runs over the union of the operands' loops.
 */
import { Bug, must } from '../text/result.ts';

/** A range loop in the making. `depth` orders loops from the outermost in; identity is the object. */
export interface Loop {
  readonly name: string;
  readonly depth: number;
  readonly from: number;
  readonly length: number;
}

/** A table over `loops` (outermost first), row-major; a bool is 1 or 0, a case its number. */
export interface Static<L extends Loop = Loop> {
  readonly loops: readonly L[];
  readonly values: Float64Array;
}

/** Larger tables are refused: they would be built in memory. */
export const TABLE_LIMIT = 1 << 24;

export const known = (value: number): Static<never> => ({ loops: [], values: Float64Array.of(value) });

/** The index of a loop itself. */
export const indexOfLoop = <L extends Loop>(loop: L): Static<L> => ({
  loops: [loop],
  values: Float64Array.from({ length: loop.length }, (_, i) => loop.from + i),
});

const volume = (loops: readonly Loop[]): number => loops.reduce((n, l) => n * l.length, 1);

export const unionOfLoops = <L extends Loop>(tables: readonly Static<L>[]): readonly L[] =>
  [...new Set(tables.flatMap((t) => t.loops))].sort((a, b) => a.depth - b.depth);

/** How many entries a table over all loops of `tables` has. */
export const jointSize = (tables: readonly Static[]): number => volume(unionOfLoops(tables));

/** Per entry of a table over `loops`, the entry of `table` that belongs to it. */
function alignment(table: Static, loops: readonly Loop[]): Int32Array {
  const strides = loops.map((loop) => {
    const k = table.loops.indexOf(loop);
    return k < 0 ? 0 : volume(table.loops.slice(k + 1));
  });
  let at = new Int32Array([0]);
  for (const [k, loop] of loops.entries()) {
    const stride = must(strides[k]);
    const wider = new Int32Array(at.length * loop.length);
    for (let j = 0; j < wider.length; j++)
      wider[j] = must(at[Math.floor(j / loop.length)]) + stride * (j % loop.length);
    at = wider;
  }
  return at;
}

/** The same value as a table over more loops. */
export function spreadOver<L extends Loop>(table: Static<L>, loops: readonly L[]): Float64Array {
  if (table.loops.length === loops.length) return table.values;
  const at = alignment(table, loops);
  return Float64Array.from(at, (j) => must(table.values[j]));
}

/** `f` of the values, entry by entry. Callers have checked `jointSize` against the limit. */
export function tabulate<L extends Loop>(tables: readonly Static<L>[], f: (...values: number[]) => number): Static<L> {
  const loops = unionOfLoops(tables);
  const columns = tables.map((t) => spreadOver(t, loops));
  const values = new Float64Array(volume(loops));
  for (let j = 0; j < values.length; j++) values[j] = f(...columns.map((c) => must(c[j])));
  return { loops, values };
}

/** The one value of a table that does not vary; undefined when it does. */
export function soleValue(table: Static): number | undefined {
  const [first] = table.values;
  return first !== undefined && table.values.every((v) => v === first) ? first : undefined;
}

/** The loop indices at entry `j`: `i = 3, k = 0`. */
export function whereIn(loops: readonly Loop[], j: number): string {
  let rest = j;
  const parts = [...loops].reverse().map((loop) => {
    const i = rest % loop.length;
    rest = Math.floor(rest / loop.length);
    return `${loop.name} = ${loop.from + i}`;
  });
  return parts.reverse().join(', ');
}

/** The first entry where `wrong` holds and the condition (a bool table, absent: always) too. */
export function findWrong<L extends Loop>(
  table: Static<L>,
  condition: Static<L> | undefined,
  wrong: (value: number) => boolean,
): { readonly value: number; readonly where: string } | undefined {
  if (!table.values.some(wrong)) return undefined;
  const loops = unionOfLoops(condition ? [table, condition] : [table]);
  const values = spreadOver(table, loops);
  const holds = condition ? spreadOver(condition, loops) : undefined;
  const j = values.findIndex((v, k) => wrong(v) && (holds === undefined || holds[k] === 1));
  return j < 0 ? undefined : { value: must(values[j]), where: whereIn(loops, j) };
}

/** Floor division's remainder: it has the sign of the divisor, so `(i - 1) % n` lies in 0..n. */
export function modulo(a: number, b: number): number {
  if (b === 0) throw new Bug('modulo zero was not checked');
  return a - b * Math.floor(a / b);
}
