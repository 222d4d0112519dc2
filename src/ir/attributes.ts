/** What kind of thing each attribute is, in the order it is printed: the printer and the parser of IR text read this. */
import type { OpAttrs, OpName } from './vocabulary.ts';

/**
 * `shape`: the shape of the result, so it is not printed again; `floats`: float32 data; a list: one of these words.
 */
export type AttributeKind = 'shape' | 'string' | 'number' | 'numbers' | 'flag' | 'floats' | 'graph' | readonly string[];

type Schema = { readonly [K in OpName]: { readonly [A in keyof OpAttrs[K]]: AttributeKind } };

const NONE = {};
const WIDTH = { width: 'number' } as const;
const AXES = { axes: 'numbers' } as const;

export const ATTRIBUTES: Schema = {
  input: { name: 'string', shape: 'shape' },
  param: { name: 'string', shape: 'shape' },
  const: { shape: 'shape', data: 'floats' },
  random: { shape: 'shape', kind: ['normal', 'uniform'], seed: 'number', stream: 'number' },
  neg: NONE,
  abs: NONE,
  sqrt: NONE,
  exp: NONE,
  log: NONE,
  tanh: NONE,
  sigmoid: NONE,
  softplus: NONE,
  sin: NONE,
  cos: NONE,
  erf: NONE,
  floor: NONE,
  round: NONE,
  sign: WIDTH,
  stopGradient: NONE,
  add: NONE,
  sub: NONE,
  mul: NONE,
  gate: NONE,
  div: NONE,
  pow: NONE,
  min: NONE,
  max: NONE,
  lt: WIDTH,
  le: WIDTH,
  eq: WIDTH,
  select: NONE,
  reshape: { shape: 'shape' },
  transpose: { perm: 'numbers' },
  broadcast: { shape: 'shape', axes: 'numbers' },
  slice: { starts: 'numbers', limits: 'numbers' },
  pad: { low: 'numbers', high: 'numbers' },
  concat: { axis: 'number' },
  take: { axis: 'number', indices: 'numbers' },
  put: { axis: 'number', indices: 'numbers', size: 'number' },
  sum: { axes: 'numbers', order: ['lanes', 'sequential'] },
  reduceMax: AXES,
  reduceMin: AXES,
  argmax: { axis: 'number', width: 'number' },
  einsum: { lhs: 'numbers', rhs: 'numbers', out: 'numbers', order: ['lanes', 'sequential', 'pick'] },
  scan: { carries: 'number', mapped: 'number', length: 'number', reverse: 'flag', body: 'graph' },
  iterate: { carries: 'number', max: 'number', cond: 'graph', body: 'graph' },
};

/** The attributes of an op in printing order. */
export const attributesOf = (op: OpName): readonly (readonly [string, AttributeKind])[] =>
  Object.entries(ATTRIBUTES[op]);
