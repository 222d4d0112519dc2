/** Records of the ops without operands: inputs, parameters, constants and random numbers. */
import { sizeOf } from '../../ir/graph.ts';
import type { OpTable } from '../def.ts';
import { isShape, showShape } from './rules.ts';

export const leaves: Pick<OpTable, 'input' | 'param' | 'const' | 'random'> = {
  input: {
    doc: 'A tensor that the caller passes, by position.',
    infer: (_, { shape }) => (isShape(shape) ? [{ shape }] : `${showShape(shape)} is no shape`),
    vjp: 'leaf',
    batch: 'leaf',
    bounds: { kind: 'leaf' },
    domain: [-2, 2],
  },
  param: {
    doc: 'A tensor that is learned, by name.',
    infer: (_, { shape }) => (isShape(shape) ? [{ shape }] : `${showShape(shape)} is no shape`),
    vjp: 'leaf',
    batch: 'leaf',
    bounds: { kind: 'leaf' },
    domain: [-2, 2],
  },
  const: {
    doc: 'A tensor known to the compiler.',
    infer: (_, { shape, data }) =>
      isShape(shape) && data.length === sizeOf(shape)
        ? [{ shape }]
        : `a constant of shape ${showShape(shape)} does not hold ${data.length} numbers`,
    vjp: 'leaf',
    batch: 'leaf',
    bounds: { kind: 'leaf' },
    domain: [-2, 2],
  },
  random: {
    doc: 'Random numbers of a counter-based generator (Philox 4x32-10): standard normal, or uniform on [0, 1). The same seed and stream give the same bits.',
    infer: (_, { shape, seed, stream }) => {
      if (!isShape(shape)) return `${showShape(shape)} is no shape`;
      return Number.isInteger(seed) && Number.isInteger(stream) ? [{ shape }] : 'seed and stream are whole numbers';
    },
    vjp: 'leaf',
    batch: 'leaf',
    bounds: { kind: 'leaf' },
    domain: [-2, 2],
  },
};
