/** Operators that state numbers or say something about shapes, and those that do nothing at inference. */
import {
  floatAttr,
  floatsAttr,
  ignore,
  indexList,
  intAttr,
  intsAttr,
  made,
  numbers,
  operand,
  possible,
  type Rule,
  refuse,
  result,
  tensorAttr,
  wholes,
} from '../node.ts';
import type { Tensor } from '../tensor.ts';
import { knownValue, range, type Value } from '../value.ts';

/** A tensor of the file. Floats with axes become params, so they can be seen and learned; `name` is that of the param. */
export const fileValue = (name: string, t: Tensor): Value => {
  const known = t.type === 'bool' ? t.data.map((x) => (x === 0 ? -1 : 1)) : t.data;
  return { type: t.type, shape: t.shape, known, ...(t.type === 'float' && name !== '' && { weight: name }) };
};

const constant: Rule = function* (c) {
  const tensor = yield* tensorAttr(c, 'value');
  if (tensor) return [fileValue('', tensor)];
  const [f, i] = [yield* floatAttr(c, 'value_float', undefined), yield* intAttr(c, 'value_int', undefined)];
  const [fs, is] = [yield* floatsAttr(c, 'value_floats'), yield* intsAttr(c, 'value_ints')];
  if (f !== undefined) return [knownValue('float', [], [f])];
  if (i !== undefined) return [knownValue('int', [], [i])];
  if (fs) return [knownValue('float', [fs.length], fs)];
  return is ? [indexList(is)] : yield* refuse('it states no numbers');
};

/** Small ones are known, large ones a number that is spread. */
const MOST_KNOWN = 2 ** 12;

const constantOfShape: Rule = function* (c) {
  const tensor = yield* tensorAttr(c, 'value');
  const shape = yield* possible(yield* wholes(c, 0, 'shape'));
  const value = tensor ? fileValue('', tensor) : knownValue('float', [], [0]);
  const sole = value.known?.[0];
  if (sole === undefined || value.known?.length !== 1) return yield* refuse('its value is not one number');
  const size = shape.reduce((n, d) => n * d, 1);
  if (size <= MOST_KNOWN) return [knownValue(value.type, shape, new Float64Array(size).fill(sole))];
  if (value.type === 'double') return yield* refuse('only float32 is computed with');
  return result(c, c.b.full(shape, sole), value.type);
};

const shapeRule: Rule = function* (c) {
  const { shape } = yield* operand(c, 0);
  const clamp = (i: number): number => Math.min(shape.length, Math.max(0, i < 0 ? i + shape.length : i));
  const start = clamp(yield* intAttr(c, 'start', 0));
  const end = clamp(yield* intAttr(c, 'end', shape.length));
  return [indexList(shape.slice(start, Math.max(start, end)))];
};

const size: Rule = function* (c) {
  return [knownValue('int', [], [(yield* operand(c, 0)).shape.reduce((n, d) => n * d, 1)])];
};

const rangeRule: Rule = function* (c) {
  const { type } = yield* operand(c, 0);
  const [start = NaN] = yield* numbers(c, 0, 'start');
  const [end = NaN] = yield* numbers(c, 1, 'end');
  const [step = NaN] = yield* numbers(c, 2, 'step');
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (!(count <= MOST_KNOWN) || type !== 'int') return yield* refuse('it is not a short list of whole numbers');
  return [indexList(range(count).map((i) => start + i * step))];
};

const identity: Rule = function* (c) {
  return [yield* operand(c, 0)];
};

/** Inference: nothing is dropped. */
const dropout: Rule = function* (c) {
  ignore(c, 'ratio', 'seed', 'is_test');
  if (c.inputs[2]?.known?.[0] === 1 || (c.inputs[2] && !c.inputs[2].known))
    return yield* refuse('it is in training mode');
  const value = yield* operand(c, 0);
  const mask = c.b.full(value.shape, 1);
  return c.outputs > 1 ? [value, made(c, mask, 'bool')] : [value];
};

export const CONSTANTS: Readonly<Record<string, Rule>> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Shape: shapeRule,
  Size: size,
  Range: rangeRule,
  Identity: identity,
  Dropout: dropout,
};
