/** The checker never throws, and never gives a module with errors in it: mutants of good programs, by a fixed seed. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { randomFrom } from '../fuzz/mutate.ts';
import { examine, mutate, seedPrograms } from './mutation.ts';

const seeds = seedPrograms(fileURLToPath(new URL('../cases/check/', import.meta.url)));

it('survives 1,500 mutated programs', () => {
  const random = randomFrom(20);
  let good = 0;
  for (let i = 0; i < 1500; i++) {
    const seed = seeds[i % seeds.length] ?? '';
    const text = mutate(seed, seeds[Math.floor(random() * seeds.length)] ?? '', random);
    try {
      if (examine(text) === 'good') good++;
    } catch (error) {
      throw new Error(`the checker fails on:\n${text}`, { cause: error });
    }
  }
  expect(good).toBeGreaterThan(50);
});
