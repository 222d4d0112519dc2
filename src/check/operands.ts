/** What operators and built-in functions share: operands as numbers or truths, one shape for both, and the problems of it. */
import type { Span } from '../text/span.ts';
import { axesOf, BOOL, ERROR, errorCore, F32, fromAxes, leafOf, prim, TRUTH, withLeaf } from './build.ts';
import { adapt, numeric } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, Prim } from './core.ts';
import { showType } from './show.ts';
import type { Size, Type } from './types.ts';

/** Both operands as numbers and the type of the result; reports and gives nothing when they do not fit. */
export function numbers(
  c: Checker,
  op: string,
  at: Span,
  left: Core,
  right: Core,
): readonly [Core, Core, Type] | undefined {
  const a = numeric(c, left);
  const b = numeric(c, right);
  if (!a || !b) {
    operandProblem(c, op, at, [left, right], 'Both sides must be numbers or arrays of numbers.');
    return undefined;
  }
  const type = broadcast(c, op, at, a, b, F32);
  return type && [a, b, type];
}

/** The type of an elementwise operation: a scalar goes with anything, two arrays must have one shape. */
export function broadcast(c: Checker, op: string, at: Span, left: Core, right: Core, leaf: Type): Type | undefined {
  const a = c.solver.type(left.type);
  const b = c.solver.type(right.type);
  if (a.kind !== 'array') return withLeaf(b, leaf);
  if (b.kind !== 'array') return withLeaf(a, leaf);
  const shape = withLeaf(a, leaf);
  if (c.solver.unify(shape, withLeaf(b, leaf))) return c.solver.type(shape);
  shapeProblem(c, op, at, left, right);
  return undefined;
}

export function shapeProblem(c: Checker, op: string, at: Span, left: Core, right: Core): void {
  const [a, b] = [showType(c.solver.type(left.type)), showType(c.solver.type(right.type))];
  const why =
    axesOf(left.type).length === axesOf(right.type).length
      ? `\`${op}\` works element by element, so both sides must have one shape.`
      : 'Only a single number broadcasts against an array; repeat the smaller one with a comprehension.';
  const also = [
    { at: left.at, text: `this is ${a}` },
    { at: right.at, text: `this is ${b}` },
    ...origin(left, a),
    ...origin(right, b),
  ];
  c.fail('shape-mismatch', at, { expected: a, found: b, why }, { label: `\`${op}\` of ${a} and ${b}`, also });
}

const origin = (e: Core, type: string): readonly { at: Span; text: string }[] =>
  e.kind === 'local'
    ? [{ at: e.local.at, text: `\`${e.local.name}\` is declared as ${type}` }]
    : e.kind === 'param'
      ? [{ at: e.decl.at, text: `\`${e.decl.name}\` is ${type}` }]
      : [];

export function matmul(c: Checker, at: Span, left: Core, right: Core): Core {
  const a = axesOf(c.solver.type(left.type));
  const b = axesOf(c.solver.type(right.type));
  const [last, first] = [a[a.length - 1], b[0]];
  if (!last || !first)
    return operandProblem(
      c,
      '@',
      at,
      [left, right],
      'It contracts the last axis of the left array with the first of the right one; a single number is multiplied with `*`.',
    );
  if (!c.solver.unifySizes(last, first)) {
    const [x, y] = [showType(c.solver.type(left.type)), showType(c.solver.type(right.type))];
    const why = 'The last axis of the left side and the first axis of the right side must have one size.';
    const also = [
      { at: left.at, text: `this is ${x}` },
      { at: right.at, text: `this is ${y}` },
      ...origin(left, x),
      ...origin(right, y),
    ];
    return c.fail('shape-mismatch', at, { expected: x, found: y, why }, { label: `\`@\` of ${x} and ${y}`, also });
  }
  const axes: readonly Size[] = [...a.slice(0, -1), ...b.slice(1)];
  return prim('matmul', c.solver.type(fromAxes(F32, axes)), at, [left, right]);
}

/** Two truths (crisp when both are) joined by the module's logic. */
export function connect(c: Checker, name: Prim, op: string, at: Span, a: Core, b: Core): Core {
  const crisp = leafOf(c.solver.type(a.type)).kind === 'bool' && leafOf(c.solver.type(b.type)).kind === 'bool';
  const leaf = crisp ? BOOL : TRUTH;
  const type = broadcast(c, op, at, a, b, leaf);
  if (!type) return errorCore(at);
  const as = (x: Core): Core => adapt(c, x, withLeaf(c.solver.type(x.type), leaf)) ?? x;
  return prim(name, type, at, [as(a), as(b)], c.module.logic);
}

export function operandProblem(c: Checker, op: string, at: Span, operands: readonly Core[], why: string): Core {
  const types = operands.map((o) => c.solver.type(o.type));
  if (types.some((t) => t.kind === 'error')) return errorCore(at);
  const found = types.map(showType).join(' and ');
  const also =
    operands.length > 1 ? operands.map((o, i) => ({ at: o.at, text: `this is ${showType(types[i] ?? ERROR)}` })) : [];
  return c.fail('operand-types', at, { op, found, why }, { also });
}

export const isKind = (c: Checker, e: Core, kind: Type['kind']): boolean => c.solver.type(e.type).kind === kind;
export const isError = (c: Checker, e: Core): boolean => isKind(c, e, 'error');
