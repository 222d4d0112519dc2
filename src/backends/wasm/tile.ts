/**
 * Cells: kernels printed for several points side by side, with numbers that several cells read loaded once. A cell is one
 * point, or four neighbours along an axis.
 */
import { inOrder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import { must } from '../../text/result.ts';
import type { Place } from '../nests/axes.ts';
import type { Code, Local } from './code.ts';
import { exprPrinter } from './expr.ts';
import type { Ahead, Walk } from './walk.ts';

/** Prints an argument of a kernel: leaves it on the stack. */
export type PushArg = (index: number) => void;

export const argsOf = (roots: readonly Expr[]): number[] =>
  inOrder(roots).flatMap((e) => (e.kind === 'arg' ? [e.index] : []));

/** How many steps a kernel has: more than a few, and unrolling gains nothing. */
export const weightOf = (roots: readonly Expr[]): number =>
  inOrder(roots).filter((e) => e.kind === 'step' || e.kind === 'select').length;

/**
 * Loads for cells that lie `aheads` ahead and read the arguments `args` each: what more than one of them reads goes to a local
 * until the last has read it. Gives the argument printer of each cell; cells must be printed in order.
 */
export function sharedLoads(
  code: Code,
  walk: Walk,
  places: readonly Place[],
  {
    aheads,
    args,
    four,
  }: { readonly aheads: readonly Ahead[]; readonly args: readonly number[]; readonly four: number | undefined },
): PushArg[] {
  const readers = new Map<string, number>();
  for (const ahead of aheads) {
    for (const n of args) {
      const key = walk.key(must(places[n]), ahead);
      readers.set(key, (readers.get(key) ?? 0) + 1);
    }
  }
  const held = new Map<string, Local>();
  return aheads.map((ahead) => (n) => {
    const place = must(places[n]);
    const key = walk.key(place, ahead);
    const left = must(readers.get(key)) - 1;
    readers.set(key, left);
    const local = held.get(key);
    if (local === undefined) {
      walk.load(place, ahead, four);
      if (left === 0) return;
      const fresh = code.local(four === undefined ? 'f32' : 'v128');
      code.tee(fresh);
      held.set(key, fresh);
    } else {
      code.get(local);
      if (left === 0) code.free(local);
    }
  });
}

export interface PlacedStore {
  readonly place: Place;
  readonly value: Expr;
}

/** Computes all values of one cell, then stores them: a store may overwrite what another value was made from. */
export function storeCell(
  code: Code,
  walk: Walk,
  stores: readonly PlacedStore[],
  { ahead, four, pushArg }: { readonly ahead: Ahead; readonly four: number | undefined; readonly pushArg: PushArg },
): void {
  const printer = exprPrinter(
    code,
    four === undefined ? 'scalar' : 'lanes',
    stores.map((s) => s.value),
    pushArg,
  );
  const [only, ...others] = stores;
  if (only && others.length === 0) {
    walk.store(only.place, ahead, four, () => printer.push(only.value));
    return;
  }
  const values = stores.map(({ value }) => {
    const local = code.local(four === undefined ? 'f32' : 'v128');
    printer.push(value);
    code.set(local);
    return local;
  });
  stores.forEach(({ place }, i) => {
    const local = must(values[i]);
    walk.store(place, ahead, four, () => code.get(local));
    code.free(local);
  });
}

/** The pieces that an extent falls into: as many of the first width as fit, then of the next. The last width is 1. */
export function pieces(
  extent: number,
  widths: readonly number[],
): { readonly width: number; readonly times: number }[] {
  let left = extent;
  return widths.flatMap((width) => {
    const times = Math.floor(left / width);
    left -= times * width;
    return times > 0 ? [{ width, times }] : [];
  });
}
