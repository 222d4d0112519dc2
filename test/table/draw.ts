/** Random sizes and numbers from one seed, which fast-check draws and prints when a property fails. */

import { sizeOf } from '../../src/ir/graph.ts';
import type { Shape } from '../../src/ir/vocabulary.ts';
import { type RandomStream, randomStream } from '../../src/num/random.ts';

export interface Draw {
  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(): boolean;
  pick<T>(items: readonly T[]): T;
  /** Some of the items, in their order. */
  some<T>(items: readonly T[]): T[];
  shuffled<T>(items: readonly T[]): T[];
  shape(lowRank: number, highRank: number, sizes?: readonly [number, number]): number[];
  /** Doubles uniform on an interval, row-major. */
  numbers(shape: Shape, domain: readonly [number, number]): Float64Array;
}

export function draw(seed: number): Draw {
  const random: RandomStream = randomStream(seed, 7);
  const int = (low: number, high: number): number => low + random.below(high - low + 1);
  const chance = (): boolean => random.below(2) === 1;
  const uniform = (): number => random.next() / 2 ** 32 + random.next() / 2 ** 64;
  return {
    int,
    chance,
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
    some: (items) => items.filter(chance),
    shuffled: (items) =>
      items
        .map((item) => ({ item, key: random.next() }))
        .sort((a, b) => a.key - b.key)
        .map((x) => x.item),
    shape: (low, high, [least, most] = [1, 4]) => Array.from({ length: int(low, high) }, () => int(least, most)),
    numbers: (shape, [low, high]) => Float64Array.from({ length: sizeOf(shape) }, () => low + uniform() * (high - low)),
  };
}
