/**
 * Inputs to try an artefact on: random ones that keep what the program promises, and numbers that are often trouble. The same
 * program gets the same ones. Trying is no proof, and nobody who calls this says so.
 */
import { sizeOf } from '../ir/graph.ts';
import { type Leaf, leavesOf } from '../ir/layout.ts';
import { type RandomStream, randomStream } from '../num/random.ts';
import { must } from '../text/result.ts';
import type { Input } from './subject.ts';

const SEED = 1;
const SCALES = [1, 1, 10, 100] as const;
const SPECIAL = [0, -0, 1, -1, 0.5, 1e-30, 1e6] as const;

/** The leaves of the inputs of so many calls. */
export function sampleInputs(inputs: readonly Input[], count: number): readonly (readonly Float32Array[])[] {
  const random = randomStream(SEED, 0);
  const leaves = inputs.flatMap(({ name, layout, range }) => leavesOf(layout, name).map((leaf) => ({ leaf, range })));
  return Array.from({ length: count }, () => leaves.map(({ leaf, range }) => sampleLeaf(random, leaf, range)));
}

function sampleLeaf(random: RandomStream, { layout, shape }: Leaf, range: Input['range']): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  switch (layout.kind) {
    case 'number':
    case 'truth': {
      const limits = layout.kind === 'truth' ? intersect(range, [-1, 1]) : range;
      return data.map(() => anyNumber(random, limits));
    }
    case 'bool':
      return data.map(() => (random.below(2) === 0 ? -1 : 1));
    case 'cases':
      for (let i = 0; i < data.length; i += layout.size)
        fillCase(random, data.subarray(i, i + layout.size), layout.soft);
      return data;
    default:
      return layout satisfies never;
  }
}

const intersect = (a: Input['range'], b: readonly [number, number]): readonly [number, number] =>
  a ? [Math.max(a[0], b[0]), Math.min(a[1], b[1])] : b;

function anyNumber(random: RandomStream, range: Input['range']): number {
  const scale = must(SCALES[random.below(SCALES.length)]);
  const free =
    random.below(16) === 0 ? must(SPECIAL[random.below(SPECIAL.length)]) : scale * (2 * random.uniform() - 1);
  if (!range) return free;
  const [low, high] = [Math.fround(range[0]), Math.fround(range[1])];
  const edge = random.below(8);
  if (edge === 0 && Number.isFinite(low)) return low;
  if (edge === 1 && Number.isFinite(high)) return high;
  if (!Number.isFinite(low) || !Number.isFinite(high)) return Math.min(high, Math.max(low, free));
  return Math.min(high, Math.max(low, Math.fround(low + random.uniform() * (high - low))));
}

/** One case, or weights that sum to 1; of these a third are all on one case. */
function fillCase(random: RandomStream, data: Float32Array, isSoft: boolean): void {
  if (!isSoft || random.below(3) === 0) data[random.below(data.length)] = 1;
  else {
    for (let i = 0; i < data.length; i++) data[i] = random.uniform() + 0.01;
    const total = data.reduce((sum, x) => sum + x, 0);
    for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) / total;
  }
}
