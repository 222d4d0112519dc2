/**
 * A plan in the making: steps over tensors and views, to which members are still added. A group is the body of a map, or what a
 * sum or product does with its results; its members are values that are computed there and stored only if somebody needs them.
 */
import type { Shape } from '../../ir/vocabulary.ts';
import type { KernelFactory } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import { foldingBuilder } from '../../kernel/fold.ts';
import type { Combine } from '../../kernel/nest.ts';
import type { Cuts } from './space.ts';
import { joinCuts, needsOf, within } from './space.ts';
import { normalAxes, type Tensor, type View } from './view.ts';

/** A straight line of steps: the plan itself or the body of a loop. */
export class Scope {
  readonly steps: Draft[] = [];
  readonly parent: Scope | undefined;
  constructor(parent?: Scope) {
    this.parent = parent;
  }

  push<D extends Draft>(draft: D): D {
    draft.at = this.steps.length;
    this.steps.push(draft);
    return draft;
  }
}

/** A value of a group. */
export interface Member {
  group: Group;
  value: Expr;
  /** Where it is stored and read from. */
  place?: View;
  /** Where else it is stored. */
  readonly copies: View[];
  /** Where it would best be stored. */
  readonly wanted?: View | undefined;
}

export interface Group {
  readonly kernel: KernelFactory;
  readonly loads: View[];
  /** Argument number by load. */
  readonly known: Map<string, Expr>;
  readonly members: Member[];
  /** Argument number of the first load. */
  readonly first: number;
  cuts: Cuts;
  /** Its loops are given by a sum or product. */
  readonly fixed: boolean;
  step: Draft;
}

interface Placed {
  /** Its place in the scope. */
  at: number;
  readonly scope: Scope;
}

export type MapDraft = Placed & { readonly kind: 'map'; readonly group: Group };

/** Sums over the terms of a walk through `shape`; `kept` axes stay. */
export type ReduceDraft = Placed & {
  readonly kind: 'reduce';
  readonly shape: Shape;
  readonly kept: readonly number[];
  readonly combine: Combine;
  readonly terms: Group;
  readonly term: Expr;
  readonly group: Group;
};

/** The views' axes are `loops`, then `reduced`. */
export type ProductDraft = Placed & {
  readonly kind: 'contract' | 'pick';
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
  readonly combine: 'sequential' | 'lanes';
  readonly lhs: View;
  readonly rhs: View;
  readonly group: Group;
};

export type ArgmaxDraft = Placed & {
  readonly kind: 'argmax';
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
  readonly from: View;
  readonly to: View;
};

export type ScatterDraft = Placed & {
  readonly kind: 'scatter';
  readonly along: number;
  readonly from: View;
  readonly to: View;
};

export type LoopDraft = Placed & {
  readonly kind: 'loop';
  readonly variable: number;
  readonly count: number;
  readonly reverse: boolean;
  readonly carried: readonly Tensor[];
  readonly body: Scope;
};

export type WhileDraft = Placed & {
  readonly kind: 'while';
  readonly max: number;
  readonly carried: readonly Tensor[];
  readonly cond: Scope;
  readonly test: View;
  readonly body: Scope;
};

export type Draft = MapDraft | ReduceDraft | ProductDraft | ArgmaxDraft | ScatterDraft | LoopDraft | WhileDraft;

type Fresh = Omit<Group, 'step'>;

const fresh = (first: number, cuts: Cuts, fixed: boolean): Fresh => ({
  kernel: foldingBuilder(),
  loads: [],
  known: new Map(),
  members: [],
  first,
  cuts,
  fixed,
});

/** A group that is completed by its step. */
export function groupOf<D extends Draft>(
  options: { readonly first: number; readonly cuts: Cuts; readonly fixed: boolean },
  step: (group: Group) => D,
): D {
  const group = fresh(options.first, options.cuts, options.fixed) as Group;
  const made = step(group);
  group.step = made;
  return made;
}

/** A new map over this many points at the end of a scope. */
export const pushMap = (scope: Scope, points: number): MapDraft =>
  scope.push(
    groupOf({ first: 0, cuts: points === 1 ? [1] : [1, points], fixed: false }, (group) => ({
      kind: 'map',
      at: 0,
      scope,
      group,
    })),
  );

/** Whether a group's loops can walk through these views. */
export function fits(group: Group, views: readonly View[]): boolean {
  let cuts: Cuts | undefined = group.cuts;
  for (const view of views) {
    const needs = needsOf(view.axes);
    if (group.fixed) {
      if (!within(needs, group.cuts)) return false;
    } else cuts = cuts && joinCuts(cuts, needs);
  }
  return cuts !== undefined;
}

/** Cuts the group's loops so that they walk through a view that fits. */
export function cutFor(group: Group, view: View): void {
  if (!group.fixed) group.cuts = joinCuts(group.cuts, needsOf(view.axes)) ?? group.cuts;
}

/** A text that equal walks over one tensor share. */
export function keyOf(view: View): string {
  const axes = normalAxes(view.axes).map((a) => `${a.size}:${a.offsets?.join() ?? a.stride}`);
  const outer = view.outer.map((o) => `${o.variable}*${o.stride}`);
  return `${view.tensor.name} ${view.base} ${axes.join(' ')} ${outer.join(' ')}`;
}

/** The argument that reads a view; a number that never changes is written into the kernel. */
export function loadOf(group: Group, view: View): Expr {
  const { data, length } = view.tensor;
  if (length === 1 && data) return group.kernel.f32(data[0] as number);
  const key = keyOf(view);
  const known = group.known.get(key);
  if (known) return known;
  cutFor(group, view);
  const arg = group.kernel.arg('f32', group.first + group.loads.length);
  group.loads.push(view);
  group.known.set(key, arg);
  return arg;
}

/** All views that a step reads, bodies of loops included. */
export function readsOf(draft: Draft): View[] {
  switch (draft.kind) {
    case 'map':
      return draft.group.loads;
    case 'reduce':
      return [...draft.terms.loads, ...draft.group.loads];
    case 'contract':
    case 'pick':
      return [draft.lhs, draft.rhs, ...draft.group.loads];
    case 'argmax':
      return [draft.from];
    case 'scatter':
      return [draft.from];
    case 'loop':
      return draft.body.steps.flatMap(readsOf);
    case 'while':
      return [...draft.cond.steps.flatMap(readsOf), draft.test, ...draft.body.steps.flatMap(readsOf)];
    default:
      return draft satisfies never;
  }
}
