/**
 * Layout: how a value of the language lies in tensors. `run` reads and prints values by it, `train` finds columns
 * by it, write-back prints literals by it; so no room above `lower/` needs the checker's types.
 * Arrays put their axes in front of the axes of what they hold: one tensor per leaf.
 */
import type { Shape } from './vocabulary.ts';

export type Layout =
  | { readonly kind: 'number' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'truth' }
  /** A crisp case (one-hot) or, when `soft`, a distribution. `cases` is absent for `Index<size>`. */
  | {
      readonly kind: 'cases';
      readonly soft: boolean;
      readonly size: number;
      readonly name: string;
      readonly cases?: readonly string[];
    }
  | {
      readonly kind: 'record';
      readonly name: string;
      readonly fields: readonly { readonly name: string; readonly layout: Layout }[];
    }
  | { readonly kind: 'tuple'; readonly items: readonly Layout[] }
  /** `cases`: the axis runs over an enum's cases. */
  | { readonly kind: 'array'; readonly size: number; readonly of: Layout; readonly cases?: readonly string[] };

/** A leaf layout: one tensor holds it. */
export type LeafLayout = Extract<Layout, { kind: 'number' | 'bool' | 'truth' | 'cases' }>;

export interface Leaf {
  /** `hidden.w`, `pair.0`, or the root name alone. */
  readonly path: string;
  /** The axes of the arrays around it, then the one-hot axis of `cases`. */
  readonly shape: Shape;
  readonly layout: LeafLayout;
}

/** The axes over which the cells of a leaf lie: without the one-hot axis. */
export const cellAxes = ({ shape, layout }: Pick<Leaf, 'shape' | 'layout'>): Shape =>
  layout.kind === 'cases' ? shape.slice(0, -1) : shape;

/** How many numbers, bools or cases it is written with. */
export const cellCount = (leaf: Pick<Leaf, 'shape' | 'layout'>): number => cellAxes(leaf).reduce((n, d) => n * d, 1);

/** The tensors of a value, in order of declaration. */
export function leavesOf(layout: Layout, root: string): Leaf[] {
  const go = (l: Layout, path: string, outer: Shape): Leaf[] => {
    switch (l.kind) {
      case 'number':
      case 'bool':
      case 'truth':
        return [{ path, shape: outer, layout: l }];
      case 'cases':
        return [{ path, shape: [...outer, l.size], layout: l }];
      case 'record':
        return l.fields.flatMap((f) => go(f.layout, `${path}.${f.name}`, outer));
      case 'tuple':
        return l.items.flatMap((item, i) => go(item, `${path}.${i}`, outer));
      case 'array':
        return go(l.of, path, [...outer, l.size]);
      default:
        return l satisfies never;
    }
  };
  return go(layout, root, []);
}

/** Whether numbers are values of a crisp layout, bit for bit: 1 and -1 for bools, rows with one 1 and else 0 for cases. Others hold any. */
export function isCrisp(layout: LeafLayout, numbers: Float32Array): boolean {
  if (layout.kind === 'bool') return numbers.every((x) => x === 1 || x === -1);
  if (layout.kind !== 'cases' || layout.soft) return true;
  for (let from = 0; from < numbers.length; from += layout.size) {
    const row = numbers.subarray(from, from + layout.size);
    if (row.filter((x) => x === 1).length !== 1 || row.filter((x) => Object.is(x, 0)).length !== layout.size - 1)
      return false;
  }
  return true;
}

/** What a crisp layout is called in messages. */
export const crispName = (layout: LeafLayout): string =>
  layout.kind === 'cases' ? (layout.cases ? `\`${layout.name}\`` : `Index<${layout.size}>`) : 'bool';
