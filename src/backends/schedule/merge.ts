/**
 * Joining two maps into the later one: its loops then compute the earlier one's values too. Only where no step between them
 * reads or stores what moves, or stores what it reads.
 */

import { inOrder } from '../../kernel/build.ts';
import type { Expr } from '../../kernel/expr.ts';
import { must } from '../../text/result.ts';
import { type Draft, type Group, loadOf, readsOf } from './draft.ts';
import { joinCuts } from './space.ts';
import type { Tensor } from './view.ts';

const placesOf = (group: Group): Tensor[] =>
  group.members.flatMap(({ place, copies }) => [...(place ? [place] : []), ...copies].map((view) => view.tensor));

/** All tensors that a step stores to, bodies of loops included. */
export function writesOf(draft: Draft): Tensor[] {
  switch (draft.kind) {
    case 'map':
    case 'reduce':
    case 'contract':
    case 'pick':
      return placesOf(draft.group);
    case 'argmax':
    case 'scatter':
      return [draft.to.tensor];
    case 'loop':
      return [...draft.carried, ...draft.body.steps.flatMap(writesOf)];
    case 'while':
      return [...draft.carried, ...draft.cond.steps.flatMap(writesOf), ...draft.body.steps.flatMap(writesOf)];
    default:
      return draft satisfies never;
  }
}

/** Moves all members of `early` to `late`, or does nothing and says so. Both are maps of one scope over as many points. */
export function mergeInto(late: Group, early: Group): boolean {
  const cuts = joinCuts(early.cuts, late.cuts);
  if (!cuts || !canMove(early, late)) return false;
  late.cuts = cuts;
  const moved = new Map<Expr, Expr>();
  const at = (e: Expr): Expr => must(moved.get(e));
  for (const e of inOrder(early.members.map((m) => m.value))) moved.set(e, rebuilt(e, at, early, late));
  for (const tensor of placesOf(early)) if (tensor.writer === early.step) tensor.writer = late.step;
  for (const member of early.members) {
    member.value = at(member.value);
    member.group = late;
    late.members.push(member);
  }
  early.members.length = 0;
  early.loads.length = 0;
  early.known.clear();
  return true;
}

function canMove(early: Group, late: Group): boolean {
  const stored = new Set(placesOf(early));
  const read = new Set(early.loads.map((view) => view.tensor));
  const between = late.step.scope.steps.slice(early.step.at + 1, late.step.at + 1);
  return between.every(
    (step) =>
      readsOf(step).every((view) => !stored.has(view.tensor)) &&
      writesOf(step).every((tensor) => !stored.has(tensor) && !read.has(tensor)),
  );
}

function rebuilt(e: Expr, at: (e: Expr) => Expr, early: Group, late: Group): Expr {
  switch (e.kind) {
    case 'arg':
      return loadOf(late, must(early.loads[e.index - early.first]));
    case 'const':
      return late.kernel[e.type](e.value);
    case 'step':
      return late.kernel.step(e.step, ...e.args.map(at));
    case 'select':
      return late.kernel.select(at(e.mask), at(e.then), at(e.else));
    default:
      return e satisfies never;
  }
}
