/** Says why a value does not fit: which message, why, and where both ends come from. */
import type { Label } from '../text/problem.ts';
import { caseCount, leafOf } from './build.ts';
import { count } from './calls-count.ts';
import type { Because, Checker } from './context.ts';
import type { Core } from './core.ts';
import { showSize, showType } from './show.ts';
import { sameSize } from './sizes.ts';
import type { Type } from './types.ts';

/** Reports that `value` is no `want`. */
export function reportMismatch(c: Checker, value: Core, want: Type, because?: Because): void {
  const expected = c.solver.type(want);
  const found = c.solver.type(value.type);
  const also = [...(because ? [because()].flat() : []), ...declared(value, found)];
  const unnatural = c.solver.notNatural;
  c.solver.notNatural = undefined;
  if (isTruth(leafOf(expected)) && isNumber(leafOf(found)) && leafOf(expected).kind === 'truth') {
    c.fail('number-is-not-truth', value.at, { found: showType(found) }, { label: 'a truth is wanted here', also });
    return;
  }
  if (unnatural && sameFrame(expected, found)) {
    const why = `What stands here must have at least as many elements as are wanted, which leaves ${showSize(unnatural)} for the rest; a size parameter may be 0. Declare a size that says so, for instance \`[n + 1]\`.`;
    c.fail('not-natural', value.at, { size: showSize(unnatural), why }, { also });
    return;
  }
  const data = { expected: showType(expected), found: showType(found), why: reason(expected, found) };
  const label = `this is ${showType(found)}`;
  c.fail(sameFrame(expected, found) ? 'shape-mismatch' : 'type-mismatch', value.at, data, { label, also });
}

const isTruth = (t: Type): boolean => t.kind === 'truth' || t.kind === 'bool';
const isNumber = (t: Type): boolean => t.kind === 'f32' || t.kind === 'int';

/** Where a name that stands for the value got its type. */
function declared(value: Core, type: Type): readonly Label[] {
  switch (value.kind) {
    case 'local':
      return value.local.at === value.at
        ? []
        : [{ at: value.local.at, text: `\`${value.local.name}\` is ${showType(type)}` }];
    case 'param':
    case 'global':
      return [{ at: value.decl.at, text: `\`${value.decl.name}\` is ${showType(type)}` }];
    case 'call':
    case 'lift':
      return [{ at: value.fn.at, text: `\`${value.fn.name}\` is declared here` }];
    default:
      return [];
  }
}

/** Arrays of the same kind of thing that differ in their sizes. */
function sameFrame(a: Type, b: Type): boolean {
  const la = leafOf(a);
  const lb = leafOf(b);
  if (a.kind !== 'array' && b.kind !== 'array')
    return (
      a.kind === b.kind && (a.kind === 'index' || (a.kind === 'record' && b.kind === 'record' && a.decl === b.decl))
    );
  return la.kind === lb.kind || la.kind === 'var' || lb.kind === 'var' || (isNumber(la) && isNumber(lb));
}

function rank(t: Type): number {
  return t.kind === 'array' ? 1 + rank(t.of) : 0;
}

function reason(expected: Type, found: Type): string {
  if (expected.kind === 'fn' && found.kind === 'fn' && expected.params.length !== found.params.length)
    return `A function of ${count(expected.params.length)} is wanted; this one takes ${count(found.params.length)}.`;
  if (sameFrame(expected, found) && expected.kind === 'array') return shapeReason(expected, found);
  if (found.kind === 'soft' && caseCount(expected) && expected.kind !== 'soft')
    return 'A distribution does not become a single case by itself: `argmax(...)` gives the likeliest.';
  const [wanted, given] = [caseCount(expected), caseCount(found)];
  if (wanted && given && !sameSize(wanted, given))
    return `One has ${showSize(wanted)} cases, the other ${showSize(given)}.`;
  if (expected.kind === 'bool' && found.kind === 'truth')
    return 'A truth may be partly true; a crisp comparison such as `t > 0` makes it a bool.';
  if (expected.kind === 'bool' && isNumber(found)) return 'A number is not a bool; compare it, for instance `x > 0.0`.';
  if (expected.kind === 'int')
    return 'A number that is known while compiling is wanted here: a literal, a size parameter, a loop index, or `+ - * %` of them.';
  if (expected.kind === 'f32' && found.kind === 'index') return 'The number of an index is `f32(i)`.';
  if (expected.kind === 'f32' && (found.kind === 'enum' || found.kind === 'soft'))
    return 'A case is no number; `weights(...)` gives the vector of its weights, `.name` one of them.';
  if (expected.kind === 'soft' && found.kind === 'array')
    return 'Numbers are not a distribution; `softmax(...)` makes one of them.';
  if (expected.kind === 'array' && found.kind !== 'array')
    return 'One value is no array: `[x]`, `full(x)` or a comprehension makes one.';
  if (found.kind === 'array' && expected.kind !== 'array')
    return 'An array is not one value: index it, or reduce it with `sum`, `max`, `all` or `[for x in xs: ...]`.';
  return `These are different types, and ${showType(found)} does not become ${showType(expected)} by itself.`;
}

function shapeReason(expected: Type, found: Type): string {
  if (rank(expected) !== rank(found))
    return `One has ${axes(rank(expected))}, the other ${axes(rank(found))}; only a single number broadcasts against an array.`;
  let a = expected;
  let b = found;
  for (let axis = 1; a.kind === 'array' && b.kind === 'array'; axis++) {
    if (!sameSize(a.size, b.size)) return `They differ in axis ${axis}: ${showSize(a.size)} and ${showSize(b.size)}.`;
    a = a.of;
    b = b.of;
  }
  return 'The elements differ.';
}

const axes = (n: number): string => (n === 1 ? '1 axis' : `${n} axes`);
