/** Built-in functions on numbers, element by element. */
import type { Span } from '../../text/span.ts';
import {
  axesOf,
  coerced,
  core,
  errorCore,
  F32,
  fromAxes,
  leafOf,
  numberCore,
  prim,
  TRUTH,
  withLeaf,
} from '../build.ts';
import { adapt } from '../coerce.ts';
import type { Checker } from '../context.ts';
import type { Core, Prim } from '../core.ts';
import { constantValue } from '../numbers.ts';
import { broadcast } from '../operands.ts';
import { showType } from '../show.ts';
import type { Type } from '../types.ts';
import { number, take } from './arguments.ts';
import { reduction } from './reduce.ts';
import type { Intrinsic, IntrinsicCall, Rule } from './table.ts';

/** The type of a result with the axes of `of`. */
const shaped = (c: Checker, of: Core, leaf: Type): Type => fromAxes(leaf, axesOf(c.solver.type(of.type)));

const unary =
  (name: Prim, leaf: Type = F32): Rule =>
  (c, call, hint) => {
    const [e] = take(c, call, ['x']) ?? [];
    const x = e && number(c, call, c.infer(e, arrayHint(c, hint)));
    return x ? prim(name, shaped(c, x, leaf), call.at, [x]) : errorCore(call.at);
  };

const arrayHint = (c: Checker, hint?: Type): Type | undefined =>
  hint && c.solver.type(hint).kind === 'array' ? hint : undefined;

function many(c: Checker, call: IntrinsicCall, names: readonly string[]): readonly Core[] | undefined {
  const slots = take(c, call, names);
  const read = slots?.map((e) => e && number(c, call, c.infer(e)));
  return read?.every((x): x is Core => x !== undefined) ? read : undefined;
}

/** One shape for all operands. */
function commonShape(c: Checker, name: string, at: Span, operands: readonly Core[], leaf: Type): Type | undefined {
  let first = operands[0];
  for (const operand of operands) {
    const type = first && broadcast(c, name, at, first, operand, leaf);
    if (!type) return undefined;
    if (c.solver.type(operand.type).kind === 'array') first = operand;
  }
  return first && shaped(c, first, leaf);
}

const nary =
  (name: Prim, names: readonly string[], leaf: Type = F32): Rule =>
  (c, call) => {
    const args = many(c, call, names);
    const type = args && commonShape(c, call.name, call.at, args, leaf);
    return args && type ? prim(name, type, call.at, args) : errorCore(call.at);
  };

/** With one array it reduces, with two operands it works element by element. */
const extreme =
  (name: 'min' | 'max', whole: 'minimum' | 'maximum'): Rule =>
  (c, call, hint) => {
    if (call.args.length + call.named.size === 1) return reduction(whole)(c, call, hint);
    const slots = take(c, call, ['a', 'b']);
    const [a, b] = slots?.map((e) => e && c.infer(e)) ?? [];
    if (!a || !b) return errorCore(call.at);
    const leaf = isTruth(c, a) && isTruth(c, b) ? TRUTH : F32;
    const [x, y] = [a, b].map((v) =>
      leaf === TRUTH ? adapt(c, v, withLeaf(c.solver.type(v.type), TRUTH)) : number(c, call, v),
    );
    const type = x && y && broadcast(c, call.name, call.at, x, y, leaf);
    return x && y && type ? prim(name, type, call.at, [x, y]) : errorCore(call.at);
  };

const isTruth = (c: Checker, e: Core): boolean => ['truth', 'bool'].includes(leafOf(c.solver.type(e.type)).kind);

/** A truth when its bounds are constants inside [-1, 1]. */
const clamp: Rule = (c, call) => {
  const args = many(c, call, ['x', 'low', 'high']);
  if (!args) return errorCore(call.at);
  const [low, high] = args.slice(1).map(constantValue);
  const inside = low !== undefined && high !== undefined && low >= -1 && high <= 1;
  if (low !== undefined && high !== undefined && low > high)
    return c.fail('bad-bounds', call.at, { why: `The lower bound ${low} is above the upper one ${high}.` });
  const type = commonShape(c, 'clamp', call.at, args, inside ? TRUTH : F32);
  return type ? prim('clamp', type, call.at, args) : errorCore(call.at);
};

const less: Rule = (c, call) => {
  const slots = take(c, call, ['a', 'b', 'width'], 2);
  const read = slots?.map((e) => (e ? number(c, call, c.infer(e)) : numberCore(1, call.at)));
  if (!read?.every((x): x is Core => x !== undefined)) return errorCore(call.at);
  const type = commonShape(c, 'less', call.at, read, TRUTH);
  return type ? prim('less', type, call.at, read) : errorCore(call.at);
};

/** `f32(x)`: the number of an int, an index, a bool or a truth. */
const toF32: Rule = (c, call) => {
  const [e] = take(c, call, ['x']) ?? [];
  const value = e && c.infer(e);
  const type = value && c.solver.type(value.type);
  if (!value || !type || type.kind === 'error') return errorCore(call.at);
  if (leafOf(type).kind === 'index') return coerced('index-to-f32', withLeaf(type, F32), value);
  const fitted = type.kind === 'soft' ? undefined : adapt(c, value, withLeaf(type, F32));
  if (!fitted)
    return c.fail('operand-types', value.at, {
      op: 'f32',
      found: showType(type),
      why: 'It gives the number of an int, an index, a bool or a truth.',
    });
  return core(fitted.type, call.at, fitted);
};

const stopGradient: Rule = (c, call, hint) => {
  const [e] = take(c, call, ['x']) ?? [];
  const value = e && c.infer(e, hint);
  if (!value || c.solver.type(value.type).kind === 'error') return errorCore(call.at);
  const x = c.solver.type(value.type).kind === 'int' ? (adapt(c, value, F32) ?? value) : value;
  return prim('stopGradient', x.type, call.at, [x]);
};

const one = (name: Prim, doc: string, leaf: Type = F32): Intrinsic => ({
  name,
  signature: `${name}(x: f32) -> ${leaf.kind}`,
  doc,
  arity: 1,
  rule: unary(name, leaf),
});

export const NUMBER_FUNCTIONS: readonly Intrinsic[] = [
  one('exp', 'e to the power x.'),
  one('log', 'The natural logarithm; -inf at 0, nan below.'),
  one('tanh', 'The hyperbolic tangent; it lies in [-1, 1], so it is a truth.', TRUTH),
  one('sigmoid', '1 / (1 + exp(-x)).'),
  one('softplus', 'log(1 + exp(x)).'),
  one('sin', 'The sine of x radians.'),
  one('cos', 'The cosine of x radians.'),
  one('erf', 'The error function, 2/sqrt(pi) times the integral of exp(-t * t) from 0 to x.'),
  one('sqrt', 'The square root, correctly rounded; nan below 0.'),
  one('abs', 'The distance from 0.'),
  one('sign', '-1, 0 or 1; its gradient is a surrogate.'),
  one('floor', 'The largest whole number not above x.'),
  one('ceil', 'The smallest whole number not below x.'),
  one('round', 'The nearest whole number, ties to even; its gradient is that of x.'),
  {
    name: 'pow',
    signature: 'pow(a: f32, b: f32) -> f32',
    doc: 'a to the power b, for any b.',
    arity: 2,
    rule: nary('pow', ['a', 'b']),
  },
  {
    name: 'min',
    signature: 'min(a: f32, b: f32) -> f32, min(xs: f32[n]) -> f32',
    doc: 'The smaller of two, element by element, or the smallest of an array.',
    arity: 2,
    rule: extreme('min', 'minimum'),
  },
  {
    name: 'max',
    signature: 'max(a: f32, b: f32) -> f32, max(xs: f32[n]) -> f32',
    doc: 'The larger of two, element by element, or the largest of an array.',
    arity: 2,
    rule: extreme('max', 'maximum'),
  },
  {
    name: 'clamp',
    signature: 'clamp(x: f32, low: f32, high: f32) -> f32',
    doc: 'x held between two bounds; a truth when the bounds are constants inside [-1, 1].',
    arity: 3,
    rule: clamp,
  },
  {
    name: 'less',
    signature: 'less(a: f32, b: f32, width: f32 = 1.0) -> truth',
    doc: 'How far a lies below b: tanh((b - a) / width).',
    arity: 2,
    rule: less,
  },
  {
    name: 'f32',
    signature: 'f32(x) -> f32',
    doc: 'The number of an int, an index, a bool (1 or -1) or a truth.',
    arity: 1,
    rule: toF32,
  },
  {
    name: 'stop_gradient',
    signature: 'stop_gradient(x: T) -> T',
    doc: 'x, through which no gradient flows.',
    arity: 1,
    rule: stopGradient,
  },
];
