/** Reductions: of one array, or of a comprehension written in the call (`sum(for i in 0..n: x[i])`). */
import type { Expr } from '../../syntax/ast.ts';
import { BOOL, errorCore, F32, leafOf, prim, TRUTH, withLeaf } from '../build.ts';
import { adapt, numeric } from '../coerce.ts';
import type { Checker } from '../context.ts';
import type { Core, Prim } from '../core.ts';
import { showType } from '../show.ts';
import type { Type } from '../types.ts';
import { anyArray, take } from './arguments.ts';
import type { Intrinsic, IntrinsicCall, Rule } from './table.ts';

/** How many axes a reduction removes: those of the comprehension in the call, else all. */
const axesIn = (e: Expr, type: Type): number =>
  e.kind === 'comprehension' && e.inCall ? e.binders.length : rankOf(type);
const rankOf = (type: Type): number => (type.kind === 'array' ? 1 + rankOf(type.of) : 0);

/** Applies `name` until the axes are gone: at once when a scalar remains, axis by axis otherwise. */
function reduce(c: Checker, call: IntrinsicCall, name: Prim, array: Core, leaf: Type, axes: number): Core {
  const type = c.solver.type(array.type);
  if (axes >= rankOf(type)) return prim(name, leaf, call.at, [array], c.module.logic);
  let value = array;
  for (let i = 0; i < axes; i++) {
    const of = c.solver.type(value.type);
    if (of.kind === 'array') value = prim(name, withLeaf(of.of, leaf), call.at, [value], c.module.logic);
  }
  return value;
}

const read = (c: Checker, call: IntrinsicCall): readonly [Core, number] | undefined => {
  const [e] = take(c, call, ['xs']) ?? [];
  const found = e && anyArray(c, call, c.infer(e));
  return e && found && [found[0], axesIn(e, found[1])];
};

/** Of numbers; `min` and `max` of truths are truths. */
export const reduction =
  (name: Prim): Rule =>
  (c, call) => {
    const found = read(c, call);
    if (!found) return errorCore(call.at);
    const [array, axes] = found;
    const leaf = leafOf(c.solver.type(array.type));
    if ((name === 'maximum' || name === 'minimum') && (leaf.kind === 'truth' || leaf.kind === 'bool'))
      return reduce(c, call, name, truths(c, array), TRUTH, axes);
    const numbers = numeric(c, array);
    if (numbers) return reduce(c, call, name, numbers, F32, axes);
    return c.fail('operand-types', array.at, {
      op: call.name,
      found: showType(c.solver.type(array.type)),
      why: 'It takes an array of numbers.',
    });
  };

const truths = (c: Checker, array: Core): Core => adapt(c, array, withLeaf(c.solver.type(array.type), TRUTH)) ?? array;

const quantifier =
  (name: 'all' | 'any' | 'count'): Rule =>
  (c, call) => {
    const found = read(c, call);
    if (!found) return errorCore(call.at);
    const [array, axes] = found;
    const type = c.solver.type(array.type);
    const leaf = leafOf(type).kind;
    if (leaf === 'f32')
      return c.fail('number-is-not-truth', array.at, { found: showType(type) }, { label: `\`${name}\` takes truths` });
    if (leaf !== 'bool' && leaf !== 'truth')
      return c.fail('operand-types', array.at, {
        op: name,
        found: showType(type),
        why: 'It takes an array of bools or truths.',
      });
    return reduce(c, call, name, array, name === 'count' ? F32 : leaf === 'bool' ? BOOL : TRUTH, axes);
  };

const over = (name: string, doc: string, rule: Rule, result = 'f32'): Intrinsic => ({
  name,
  signature: `${name}(xs: ${result === 'f32' && name !== 'count' ? 'f32' : 'truth'}[n]) -> ${result}`,
  doc,
  arity: 1,
  rule,
});

export const REDUCTIONS: readonly Intrinsic[] = [
  over('sum', 'The sum of all elements; of rows, when a comprehension gives rows.', reduction('sum')),
  over('mean', 'The mean of all elements.', reduction('mean')),
  over('product', 'The product of all elements.', reduction('product')),
  over('all', 'Whether all hold: `&&` of all elements.', quantifier('all'), 'truth'),
  over('any', 'Whether some hold: `||` of all elements.', quantifier('any'), 'truth'),
  over('count', 'How many hold: the sum of (1 + t) / 2.', quantifier('count')),
];
