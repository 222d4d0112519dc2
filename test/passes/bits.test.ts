import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/ir/graph.ts';
import { evaluate } from '../../src/ops/reference.ts';
import {
  accumulate,
  canonicalise,
  contract,
  cse,
  DEFAULT_PIPELINE,
  dce,
  fold,
  forgetGradients,
  hoist,
  type Pass,
  runPasses,
  simplify,
  TRAIN_PIPELINE,
  vectorise,
} from '../../src/passes/index.ts';
import { random } from '../fuzz/random.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 150);

const LISTS: readonly (readonly [string, readonly Pass[]])[] = [
  ...[simplify, contract, vectorise, hoist, accumulate, fold, cse, dce, forgetGradients, canonicalise].map(
    (pass) => [pass.name, [pass]] as const,
  ),
  ['the default pipeline', DEFAULT_PIPELINE],
  ['the training pipeline', TRAIN_PIPELINE],
];

function difference(before: Graph, after: Graph, seed: number): string | undefined {
  const r = random(seed);
  for (const specials of [false, true]) {
    const inputs = anyInputs(r, before, specials);
    const params = anyParams(r, before, specials);
    const found = differingBit(evaluate(before, inputs, params).outputs, evaluate(after, inputs, params).outputs);
    if (found) return found;
  }
  return undefined;
}

describe('every pass keeps every bit on random graphs', () => {
  for (const [name, passes] of LISTS)
    it(name, () => {
      for (let seed = 0; seed < GRAPHS; seed++) {
        const before = randomGraph(seed);
        const after = runPasses(passes, before);
        expect({ seed, difference: difference(before, after, seed) }).toEqual({ seed, difference: undefined });
      }
    });
});
