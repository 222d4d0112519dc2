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
