/** Operators that work element by element: arithmetic with broadcasting, functions of one number, comparisons, choices. */
import type { ValueId } from '../../../ir/graph.ts';
import type { OpName } from '../../../ir/vocabulary.ts';
import type { GraphBuilder } from '../../../ops/builder.ts';
import {
  type Attempt,
  entered,
  float,
  floatAttr,
  ignore,
  intAttr,
  type NodeContext,
  operand,
  type Rule,
  refuse,
  result,
} from '../node.ts';
import type { Value } from '../value.ts';
import { commonShape, spread } from '../value.ts';

/** All operands in one shape, and of one type. */
export function* leveled(c: NodeContext, values: readonly Value[]): Attempt<ValueId[]> {
  let shape = values[0]?.shape ?? [];
  for (const v of values) {
    const common = commonShape(shape, v.shape);
    if (!common)
      return yield* refuse(`the shapes [${shape.join(', ')}] and [${v.shape.join(', ')}] do not go together`);
    shape = common;
  }
  const ids: ValueId[] = [];
  for (const v of values) ids.push(spread(c.b, yield* entered(c, v), shape));
  return ids;
}

function* operands(c: NodeContext, count: number): Attempt<readonly [Value, ...Value[]]> {
  const first = yield* operand(c, 0);
  const all: [Value, ...Value[]] = [first];
  for (let i = 1; i < count; i++) all.push(yield* operand(c, i));
  const odd = all.find((v) => v.type !== first.type);
  if (odd) return yield* refuse(`its inputs are of types ${first.type} and ${odd.type}`);
  return all;
}

type Two = (b: GraphBuilder, x: ValueId, y: ValueId) => ValueId;

/** `whole` computes with integers, where that is not the same. */
const two = (f: Two, whole: Two = f): Rule =>
  function* (c) {
    const values = yield* operands(c, 2);
    const { type } = values[0];
    if (type === 'bool') return yield* refuse('it computes with truth values');
    const [x, y] = yield* leveled(c, values);
    if (x === undefined || y === undefined) return yield* refuse('it has no two inputs');
    return result(c, (type === 'int' ? whole : f)(c.b, x, y), type);
  };

type One = (b: GraphBuilder, x: ValueId) => ValueId;

const one = (f: One): Rule =>
  function* (c) {
    return result(c, f(c.b, yield* float(c, 0)));
  };

/** For functions that keep whole numbers whole. */
const oneOf = (f: One): Rule =>
  function* (c) {
    const value = yield* operand(c, 0);
    if (value.type === 'bool') return yield* refuse('it computes with truth values');
    return result(c, f(c.b, yield* entered(c, value)), value.type);
  };

const simple =
  (
    op: Extract<
      OpName,
      | 'abs'
      | 'sqrt'
      | 'exp'
      | 'log'
      | 'tanh'
      | 'sigmoid'
      | 'softplus'
      | 'sin'
      | 'cos'
      | 'erf'
      | 'floor'
      | 'round'
      | 'neg'
    >,
  ): One =>
  (b, x) =>
    b.op(op, [x], {});

/** Towards zero. */
const truncated: One = (b, x) => {
  const zero = b.full(b.shapeOf(x), 0);
  const negative = b.op('lt', [x, zero], { width: 1 });
  return b.select(negative, b.neg(b.op('floor', [b.neg(x)], {})), b.op('floor', [x], {}));
};

/** The same op over any number of operands, from the left. */
const chain = (f: Two): Rule =>
  function* (c) {
    const values = yield* operands(c, Math.max(1, c.inputs.length));
    const { type } = values[0];
    if (type === 'bool') return yield* refuse('it computes with truth values');
    const [first, ...rest] = yield* leveled(c, values);
    if (first === undefined) return yield* refuse('it has no input');
    return result(
      c,
      rest.reduce((x, y) => f(c.b, x, y), first),
      type,
    );
  };

const compare = (op: 'lt' | 'le' | 'eq', swapped = false): Rule =>
  function* (c) {
    const [x, y] = yield* leveled(c, yield* operands(c, 2));
    if (x === undefined || y === undefined) return yield* refuse('it has no two inputs');
    return result(c, c.b.op(op, swapped ? [y, x] : [x, y], { width: 1 }), 'bool');
  };

const logical = (f: Two): Rule =>
  function* (c) {
    const values = yield* operands(c, 2);
    if (values[0].type !== 'bool') return yield* refuse('it works on truth values');
    const [x, y] = yield* leveled(c, values);
    if (x === undefined || y === undefined) return yield* refuse('it has no two inputs');
    return result(c, f(c.b, x, y), 'bool');
  };

/** x^y; small whole exponents are products, as runtimes compute them. */
const pow: Rule = function* (c) {
  const [base, exponent] = [yield* operand(c, 0), yield* operand(c, 1)];
  if (base.type !== 'float') return yield* refuse('its base is not float');
  const sole =
    exponent.known?.length === 1 && exponent.shape.length <= base.shape.length ? exponent.known[0] : undefined;
  const x = yield* entered(c, base);
  if (sole === 1) return result(c, x);
  if (sole === 2) return result(c, c.b.mul(x, x));
  if (sole === 3) return result(c, c.b.mul(c.b.mul(x, x), x));
  const [u, v] = yield* leveled(c, [
    { ...base, id: x },
    { ...exponent, type: 'float' },
  ]);
  if (u === undefined || v === undefined) return yield* refuse('it has no two inputs');
  return result(c, c.b.op('pow', [u, v], {}));
};

/** A bound of Clip: an input from opset 11 on, an attribute before. */
function* limit(c: NodeContext, i: number, name: string): Attempt<number | undefined> {
  const attribute = yield* floatAttr(c, name, undefined);
  if (c.opset < 11) return attribute;
  const value = c.inputs[i];
  if (value === undefined) return undefined;
  const known = value.known?.length === 1 ? value.known[0] : undefined;
  return known ?? (yield* refuse(`its ${name} is not one number that is known`));
}

const clip: Rule = function* (c) {
  const value = yield* operand(c, 0);
  const [low, high] = [yield* limit(c, 1, 'min'), yield* limit(c, 2, 'max')];
  let x = yield* entered(c, value);
  if (low !== undefined) x = c.b.max(x, c.b.full(value.shape, low));
  if (high !== undefined) x = c.b.min(x, c.b.full(value.shape, high));
  return result(c, x, value.type);
};

/** x where positive, else f(x). */
const positiveOr = (c: NodeContext, x: ValueId, other: ValueId): readonly Value[] =>
  result(c, c.b.select(c.b.op('lt', [c.b.full(c.b.shapeOf(x), 0), x], { width: 1 }), x, other));

/** slope·x below zero. Between 0 and 1 that is the larger of both, which bounds are tighter for. */
const leakyRelu: Rule = function* (c) {
  const slope = Math.fround(yield* floatAttr(c, 'alpha', 0.01));
  const x = yield* float(c, 0);
  const scaled = c.b.mul(x, c.b.full([], slope));
  return slope >= 0 && slope <= 1 ? result(c, c.b.max(x, scaled)) : positiveOr(c, x, scaled);
};

const elu: Rule = function* (c) {
  const scale = yield* floatAttr(c, 'alpha', 1);
  const x = yield* float(c, 0);
  return positiveOr(c, x, c.b.mul(c.b.full([], scale), c.b.sub(c.b.op('exp', [x], {}), c.b.full([], 1))));
};

const pRelu: Rule = function* (c) {
  const [x, slope] = yield* leveled(c, yield* operands(c, 2));
  if (x === undefined || slope === undefined) return yield* refuse('it has no slope');
  return positiveOr(c, x, c.b.mul(slope, x));
};

const hardSigmoid: Rule = function* (c) {
  const [slope, shift] = [yield* floatAttr(c, 'alpha', 0.2), yield* floatAttr(c, 'beta', 0.5)];
  const x = c.b.add(c.b.mul(yield* float(c, 0), c.b.full([], slope)), c.b.full([], shift));
  return result(c, c.b.max(c.b.full([], 0), c.b.min(c.b.full([], 1), x)));
};

const where: Rule = function* (c) {
  const [test, yes, no] = [yield* operand(c, 0), yield* operand(c, 1), yield* operand(c, 2)];
  if (test.type !== 'bool') return yield* refuse('its condition is not a truth value');
  if (yes.type !== no.type) return yield* refuse(`its branches are of types ${yes.type} and ${no.type}`);
  const [t, x, y] = yield* leveled(c, [test, yes, no]);
  if (t === undefined || x === undefined || y === undefined) return yield* refuse('it has no three inputs');
  return result(c, c.b.select(t, x, y), yes.type);
};

const NAMES = new Map([
  [1, 'float'],
  [2, 'int'],
  [3, 'int'],
  [4, 'int'],
  [5, 'int'],
  [6, 'int'],
  [7, 'int'],
  [9, 'bool'],
  [11, 'double'],
  [12, 'int'],
  [13, 'int'],
] as const);

/** A change of type. Truth values are ±1 here and 0 or 1 as numbers. */
const cast: Rule = function* (c) {
  ignore(c, 'saturate');
  const to = NAMES.get((yield* intAttr(c, 'to', 0)) as 1);
  const value = yield* operand(c, 0);
  if (to === undefined) return yield* refuse('it casts to a type that is not computed with');
  if (to === value.type) return [value];
  if (value.known && !value.weight && (to === 'double' || value.type === 'double')) {
    const whole = to === 'int' ? Math.trunc : to === 'float' ? Math.fround : (x: number) => x;
    if (to !== 'bool' && value.type !== 'bool')
      return [
        {
          type: to,
          shape: value.shape,
          known: to === 'float' ? Float32Array.from(value.known) : value.known.map(whole),
        },
      ];
  }
  if (to === 'double' || value.type === 'double') return yield* refuse('only float32 is computed with');
  const x = yield* entered(c, value);
  const full = (n: number): ValueId => c.b.full(value.shape, n);
  if (to === 'bool') {
    const zero = c.b.op('eq', [x, full(0)], { width: 1 });
    return result(c, c.b.neg(zero), 'bool');
  }
  if (value.type === 'bool') return result(c, c.b.select(x, full(1), full(0)), to);
  return result(c, to === 'int' ? truncated(c.b, x) : x, to);
};

/** Division of whole numbers drops what is left over. */
const wholeDiv: Two = (b, x, y) => truncated(b, b.div(x, y));

/** x - y·floor(x / y) for whole numbers. */
const mod: Rule = function* (c) {
  if ((yield* intAttr(c, 'fmod', 0)) !== 0) return yield* refuse('fmod is not computed');
  const values = yield* operands(c, 2);
  if (values[0].type !== 'int') return yield* refuse('it works on whole numbers only');
  const [x, y] = yield* leveled(c, values);
  if (x === undefined || y === undefined) return yield* refuse('it has no two inputs');
  return result(c, c.b.sub(x, c.b.mul(y, c.b.op('floor', [c.b.div(x, y)], {}))), 'int');
};

export const ELEMENTWISE: Readonly<Record<string, Rule>> = {
  Add: two((b, x, y) => b.add(x, y)),
  Sub: two((b, x, y) => b.sub(x, y)),
  Mul: two((b, x, y) => b.mul(x, y)),
  Div: two((b, x, y) => b.div(x, y), wholeDiv),
  Mod: mod,
  Pow: pow,
  Min: chain((b, x, y) => b.min(x, y)),
  Max: chain((b, x, y) => b.max(x, y)),
  Sum: chain((b, x, y) => b.add(x, y)),
  Neg: oneOf(simple('neg')),
  Abs: oneOf(simple('abs')),
  Sign: oneOf((b, x) => b.op('sign', [x], { width: 1 })),
  Relu: one((b, x) => b.max(x, b.full([], 0))),
  LeakyRelu: leakyRelu,
  PRelu: pRelu,
  Elu: elu,
  HardSigmoid: hardSigmoid,
  Sigmoid: one(simple('sigmoid')),
  Tanh: one(simple('tanh')),
  Softplus: one(simple('softplus')),
  Erf: one(simple('erf')),
  Sin: one(simple('sin')),
  Cos: one(simple('cos')),
  Exp: one(simple('exp')),
  Log: one(simple('log')),
  Sqrt: one(simple('sqrt')),
  Reciprocal: one((b, x) => b.div(b.full([], 1), x)),
  Floor: one(simple('floor')),
  Ceil: one((b, x) => b.neg(b.op('floor', [b.neg(x)], {}))),
  Round: one(simple('round')),
  Clip: clip,
  Equal: compare('eq'),
  Less: compare('lt'),
  LessOrEqual: compare('le'),
  Greater: compare('lt', true),
  GreaterOrEqual: compare('le', true),
  And: logical((b, x, y) => b.min(x, y)),
  Or: logical((b, x, y) => b.max(x, y)),
  Not: function* (c) {
    const value = yield* operand(c, 0);
    if (value.type !== 'bool') return yield* refuse('it works on truth values');
    return result(c, c.b.neg(yield* entered(c, value)), 'bool');
  },
  Where: where,
  Cast: cast,
};
