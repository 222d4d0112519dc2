/** Made-up inputs of a function, for measuring it: the same ones each time, within the ranges that it states. */
import { leavesOf } from '../ir/layout.ts';
import type { Entry } from '../lower/index.ts';
import { normals } from '../num/random.ts';

const SEED = 1;

/** One array per leaf of the inputs, `rows` examples each (1: a single call, without the axis of examples). */
export function madeUpInputs(entry: Entry, rows: number): Float32Array[] {
  const leaves = entry.inputs.flatMap(({ name, layout, range }) =>
    leavesOf(layout, name).map((leaf) => ({ ...leaf, range })),
  );
  return leaves.map(({ shape, layout, range }, stream) => {
    const size = rows * shape.reduce((n, m) => n * m, 1);
    const drawn = normals(size, SEED, stream);
    switch (layout.kind) {
      case 'number':
        return range ? drawn.map((x) => clamp(x, range)) : drawn;
      case 'truth':
        return drawn.map((x) => clamp(x, [-1, 1]));
      case 'bool':
        return drawn.map((x) => (x > 0 ? 1 : -1));
      case 'cases':
        // Row i has its 1 at i mod the number of cases.
        return drawn.map((_, i) => (i % layout.size === Math.floor(i / layout.size) % layout.size ? 1 : 0));
      default:
        return layout satisfies never;
    }
  });
}

const clamp = (x: number, [low, high]: readonly [number, number]): number => Math.min(high, Math.max(low, x));
