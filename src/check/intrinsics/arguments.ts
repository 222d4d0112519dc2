/** Reading the arguments of built-in functions: how many, by which names, as numbers, arrays or constants. */
import type { Expr } from '../../syntax/ast.ts';
import { nearest } from '../../text/nearest.ts';
import { arrayOf, F32 } from '../build.ts';
import { count } from '../calls-count.ts';
import { coerce, numeric, weightsOf } from '../coerce.ts';
import type { Checker } from '../context.ts';
import type { Core } from '../core.ts';
import { showType } from '../show.ts';
import type { Type } from '../types.ts';
import type { IntrinsicCall } from './table.ts';

/**
 * The arguments in order of `names`; reports wrong counts and unknown names. Those from `required` on may be left out.
 */
export function take(
  c: Checker,
  call: IntrinsicCall,
  names: readonly string[],
  required = names.length,
): readonly (Expr | undefined)[] | undefined {
  const slots: (Expr | undefined)[] = names.map((name, i) => call.args[i] ?? call.named.get(name));
  const declared = `${call.name}(${names.map((n, i) => (i < required ? n : `${n} = ...`)).join(', ')})`;
  for (const [name, e] of call.named) {
    const at = names.indexOf(name);
    if (at >= 0 && at >= call.args.length) continue;
    if (at >= 0) c.fail('given-twice', e.at, { name });
    else {
      const near = nearest(name, names);
      c.fail('unknown-argument', e.at, {
        name: call.name,
        argument: name,
        hint: near ? `Did you mean \`${near}\`?` : `It is declared as \`${declared}\`.`,
      });
    }
    return undefined;
  }
  const found = call.args.length + call.named.size;
  if (call.args.length <= names.length && slots.slice(0, required).every((s) => s)) return slots;
  const expected = required === names.length ? count(required) : `${required} to ${count(names.length)}`;
  c.fail('argument-count', call.at, { name: call.name, expected, found, declared });
  for (const e of call.args) if (e.kind !== 'lambda') c.infer(e);
  return undefined;
}

/** A number or an array of numbers; reports anything else. */
export function number(c: Checker, call: IntrinsicCall, value: Core): Core | undefined {
  const fitted = numeric(c, value);
  if (fitted && c.solver.type(fitted.type).kind !== 'error') return fitted;
  const type = c.solver.type(value.type);
  if (type.kind !== 'error')
    c.fail('operand-types', value.at, {
      op: call.name,
      found: showType(type),
      why: 'It takes numbers or arrays of numbers.',
    });
  return undefined;
}

/** An array of anything (a distribution is its weights); reports anything else. */
export function anyArray(
  c: Checker,
  call: IntrinsicCall,
  value: Core,
): readonly [Core, Extract<Type, { kind: 'array' }>] | undefined {
  const type = c.solver.type(value.type);
  if (type.kind === 'array') return [value, type];
  const weights = type.kind === 'soft' ? weightsOf(value, type) : undefined;
  if (weights?.type.kind === 'array') return [weights, weights.type];
  if (type.kind !== 'error')
    c.fail('operand-types', value.at, { op: call.name, found: showType(type), why: 'It takes an array.' });
  return undefined;
}

/** A vector of numbers; an unknown size is chosen where it is free. */
export function vector(c: Checker, e: Expr, hint?: Type): Core | undefined {
  const size = c.solver.freshSize();
  const value = c.infer(e, hint);
  const fitted = coerce(c, value, arrayOf(F32, size));
  return c.solver.type(fitted.type).kind === 'error' ? undefined : fitted;
}
