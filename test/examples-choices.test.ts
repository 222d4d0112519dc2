/** The examples whose branches, points and shapes are learned: what their text promises, written back, exact. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { wasm } from '../src/backends/wasm/index.ts';
import { compile, entryOf, prove, runTests, simplify, type Trained } from '../src/road.ts';
import { must } from '../src/text/result.ts';
import { inputBoxes } from '../src/train/boxes.ts';
import { hostAfter, succeed, trainProgram } from './programs.ts';

const at = (path: string): string => fileURLToPath(new URL(`../examples/${path}`, import.meta.url));
const textAfter = ({ written }: Trained): string => must(written.files[0]).after;

/** Compiled again, its tests and properties hold. */
function holds(trained: Trained, path: string): void {
  expect(trained.verified).toMatchObject({ bitsDiffer: 0, graphEqual: true });
  const compiled = succeed(compile({ name: at(path), text: textAfter(trained) }, hostAfter(trained)));
  expect(runTests(compiled).failures).toEqual([]);
  for (const report of prove(compiled, undefined, { goOn: ({ boxes }) => boxes < 1000 }))
    expect(succeed(report).proof.verdict).toBe('proved');
}

describe('examples that choose', () => {
  it('scorecard: whole points, at least 0.94 of the tumours held out', async () => {
    const { trained } = await trainProgram(at('scorecard/scorecard.su'), wasm);
    expect(trained.outcome.final.holdout_accuracy).toBeGreaterThanOrEqual(0.94);
    expect(textAfter(trained).match(/pick \d \{/g)?.length).toBe(5);
    holds(trained, 'scorecard/scorecard.su');
  });

  it('rules: a list of rules, at least 0.92 of the tumours held out', async () => {
    const { trained } = await trainProgram(at('rules/rules.su'), wasm);
    expect(trained.outcome.final.holdout_accuracy).toBeGreaterThanOrEqual(0.92);
    holds(trained, 'rules/rules.su');
  });
});

describe('gates', () => {
  it('a fifth of its tables reach 0.9 of the digits held out, written back exactly', async () => {
    const small = (text: string): string =>
      text.replaceAll('160', '32').replace('0.1 *', '0.25 *').replace('epochs: 15', 'epochs: 6');
    const { trained } = await trainProgram(at('gates/gates.su'), wasm, small);
    expect(trained.outcome.final.holdout_accuracy).toBeGreaterThanOrEqual(0.9);
    expect(trained.verified).toMatchObject({ bitsDiffer: 0, graphEqual: true });
  });
});

describe('examples that learn a shape', () => {
  it('gaussian: a spline that is given back as a formula, with a proved distance', async () => {
    const { trained } = await trainProgram(at('gaussian/gaussian.su'), wasm);
    expect(trained.outcome.final.loss).toBeLessThan(1e-7);
    const host = hostAfter(trained);
    const compiled = succeed(compile({ name: at('gaussian/gaussian.su'), text: textAfter(trained) }, host));
    const { boxes, text: over } = succeed(await inputBoxes(succeed(entryOf(compiled, 'curve')), { ends: [] }));
    const options = { within: 0.05, boxes, over, files: ['gaussian.su', 'bell.su'], goOn: () => true } as const;
    const found = succeed(simplify(compiled, host, 'curve', options));
    expect(found.names.map(({ name, formula }) => [name, formula])).toEqual([['bell', 'exp(-0.5 * x * x)']]);
    expect(found.bound).toBeLessThanOrEqual(0.05);
  });
});
