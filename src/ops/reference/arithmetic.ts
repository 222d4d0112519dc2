/**
 * The arithmetic a graph is evaluated in: float32, which is the meaning, or float64, in which the tests compare gradients
 * with differences. Tensors are typed arrays of that arithmetic, so a store rounds.
 */
import type { OpName } from '../../ir/vocabulary.ts';

export type Numbers = Float32Array | Float64Array;

/** Functions that stand in for the elementary ops in float64, by op: `{ exp: Math.exp, ... }`. The caller brings them. */
export type Elementary = Readonly<Partial<Record<OpName, (x: number, y: number) => number>>>;

export interface Arithmetic {
  readonly name: 'f32' | 'f64';
  zeros(size: number): Numbers;
  /** Rounds one result of + - * /. */
  round(x: number): number;
  readonly elementary: Elementary;
}

export const FLOAT32: Arithmetic = {
  name: 'f32',
  zeros: (size) => new Float32Array(size),
  round: Math.fround,
  elementary: {},
};

export const float64 = (elementary: Elementary): Arithmetic => ({
  name: 'f64',
  zeros: (size) => new Float64Array(size),
  round: (x) => x,
  elementary,
});
