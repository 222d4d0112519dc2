/** The golden cases: the first line of an input, `// passes: a, b`, says which passes run. */
import { readGraph } from '../../src/ir/parse.ts';
import { printGraph } from '../../src/ir/print.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
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
  vectorise,
} from '../../src/passes/index.ts';
import { runCases } from '../cases.ts';

const PASSES = [simplify, contract, vectorise, hoist, accumulate, fold, cse, dce, forgetGradients, canonicalise];

function passesOf(input: string): readonly Pass[] {
  const names = /^\/\/ passes: (.*)$/m.exec(input)?.[1]?.split(', ') ?? [];
  return names.flatMap((name) => (name === 'default' ? DEFAULT_PIPELINE : PASSES.filter((p) => p.name === name)));
}

runCases('passes', (input) => printGraph(runPasses(passesOf(input), verifyGraph(readGraph(input)))));
