/** What a property can range over: types whose values can be chosen one by one, and numbers between bounds. */
import type { Span } from '../text/span.ts';
import { caseCount, leafOf } from './build.ts';
import type { Checker } from './context.ts';
import { showSize, showType } from './show.ts';
import { sizeOf } from './sizes.ts';
import type { Type } from './types.ts';
import { leavesOf } from './values.ts';

/** Whether inputs of this type can be chosen one by one; reports when they cannot. */
export function canRange(c: Checker, type: Type, at: Span): boolean {
  const leaves = leavesOf(type);
  if (leaves.some((t) => t.kind === 'error') || type.kind === 'error') return false;
  const bad = leaves.find((t) => !['f32', 'bool', 'truth', 'enum', 'index'].includes(t.kind));
  if (!bad) return true;
  const found = bad === type ? showType(type) : `${showType(type)}, which holds ${showType(bad)}`;
  c.fail('input-type', at, { type: found, why: whyNot(bad) });
  return false;
}

function whyNot(type: Type): string {
  if (type.kind === 'soft')
    return `Bounds on weights do not keep their sum at 1. Range over scores, \`forall scores: f32[${showSize(caseCount(type) ?? sizeOf(2))}] in [-5.0, 5.0];\`, and write \`softmax(scores)\` where the distribution is wanted.`;
  if (type.kind === 'int')
    return 'An `int` exists while compiling only. Whole numbers are `Index<n>`: `forall i: Index<10>;`.';
  return 'Inputs are made of f32, bool, truth, enums and `Index<n>`, in arrays, tuples and records.';
}

/** Numbers need bounds. */
export function demandEnds(c: Checker, type: Type, name: string, at: Span): void {
  if (!leavesOf(type).some((t) => t.kind === 'f32')) return;
  const leaf = leafOf(type);
  const hint =
    leaf.kind === 'record'
      ? `State the least and the greatest value of every field: \`in [${leaf.decl.name} { ... }, ${leaf.decl.name} { ... }]\`.`
      : leaf.kind === 'tuple'
        ? 'State the least and the greatest: `in [(0.0, 0.0), (1.0, 1.0)]`.'
        : `Write \`${name}: ${showType(type)} in [0.0, 1.0]\`${type.kind === 'array' ? '; two numbers hold for every element' : ''}.`;
  c.fail('input-unbounded', at, { name, type: showType(type), hint });
}
