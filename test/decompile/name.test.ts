/** Learned functions that are given back as formulas: each form is found, and what is no formula stays. */
import { describe, expect, it } from 'vitest';
import { namesFor } from '../../src/decompile/simplify/name/fit.ts';
import { formulaValue } from '../../src/decompile/simplify/name/forms.ts';
import { compile, entryOf, simplify } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { inputBoxes } from '../../src/train/boxes.ts';
import { hostOf, program, unwrap } from '../train/programs.ts';

const PIECES = 16;

/** A program that learned a function, with some more around. */
function learned(f: (x: number) => number, low: number, high: number, more = 'fn g(x: f32) -> f32 { f(x) }'): string {
  const values = Array.from({ length: PIECES + 1 }, (_, i) => Math.fround(f(low + ((high - low) * i) / PIECES)));
  return `/// What it is.\nparam fn f(x: f32 in [${low}, ${high}]) -> f32 = pwl([${values.join(', ')}]); // learned\n${more}\n`;
}

async function named(text: string, within: number, fn: string, over: string) {
  const original = program(text);
  const [low, high] = JSON.parse(over) as [number, number];
  const ends = [{ name: 'x', lo: low, hi: high }];
  const { boxes, text: words } = unwrap(await inputBoxes(unwrap(entryOf(original, fn)), { ends }));
  const options = { within, boxes, over: words, files: ['p.su', 'q.su'], goOn: () => true } as const;
  const found = unwrap(simplify(original, hostOf({}), fn, options));
  return { found, original, text: must(found.written.files[0]).after };
}

const samples = (f: (x: number) => number, low: number, high: number) => {
  const xs = Array.from({ length: 129 }, (_, i) => low + ((high - low) * i) / 128);
  return { xs, ys: xs.map(f) };
};

describe('names', () => {
  it.each([
    ['2.5', () => 2.5, 0, 1],
    ['2.0 * x + 1.0', (x: number) => 2 * x + 1, -1, 1],
    ['x * x', (x: number) => x * x, -2, 2],
    ['(x - 1.0) ** 2', (x: number) => (x - 1) ** 2, -2, 2],
    ['exp(-0.5 * x * x)', (x: number) => Math.exp(-0.5 * x * x), -3, 3],
    ['tanh(2.0 * x)', (x: number) => Math.tanh(2 * x), -1, 1],
    ['sin(3.0 * x)', (x: number) => Math.sin(3 * x), -1, 1],
    ['abs(x - 0.5)', (x: number) => Math.abs(x - 0.5), -1, 2],
    ['exp(x)', (x: number) => Math.exp(x), -1, 1],
    ['3.0 * sqrt(x + 1.0)', (x: number) => 3 * Math.sqrt(x + 1), 0, 3],
    ['log(x)', (x: number) => Math.log(x), 1, 4],
    ['x ** 3', (x: number) => x ** 3, -1, 1],
    ['2.0 * (1.0 / (x + 1.0))', (x: number) => 2 / (x + 1), 0, 3],
    ['max(x, 0.0) - 1.0', (x: number) => Math.max(x, 0) - 1, -1, 1],
  ] as const)('%s', (formula, f, low, high) => {
    expect(namesFor(samples(f, low, high), 0.01, 'x')[0]?.text).toBe(formula);
  });

  it('are near at every sample, or there is none', () => {
    const { xs, ys } = samples((x) => Math.exp(x) + 0.01 * Math.sin(9 * x), -1, 2);
    for (const tolerance of [0.2, 0.02]) {
      for (const { form, coefficients } of namesFor({ xs, ys }, tolerance, 'x'))
        for (const [i, x] of xs.entries())
          expect(Math.abs(formulaValue(form, x, coefficients) - must(ys[i]))).toBeLessThanOrEqual(tolerance);
    }
    expect(namesFor({ xs, ys }, 0.2, 'x').length).toBeGreaterThan(0);
    expect(namesFor({ xs, ys }, 0.001, 'x')).toEqual([]);
  });
});

describe('a learned function', () => {
  it('becomes the formula that is proved to be near it', async () => {
    const { found, text } = await named(
      learned((x) => Math.exp(-0.5 * x * x), -3, 3),
      0.05,
      'g',
      '[-3, 3]',
    );
    expect(found.names.map((n) => n.formula)).toEqual(['exp(-0.5 * x * x)']);
    expect(text).toContain('\n/// What it is.\nfn f(x: f32 in [-3, 3]) -> f32 {\n  exp(-0.5 * x * x)\n} // learned\n');
    expect(found.bound).toBeLessThanOrEqual(0.05);
    expect(unwrap(compile({ name: 'q.su', text }, hostOf({}))).program.params).toEqual([]);
  });

  it('stays where the rest of the program makes a small difference large', async () => {
    const text = learned((x) => x, -1, 1, 'fn g(x: f32) -> f32 { 100.0 * f(x) }');
    const wavy = text.replace(/pwl\(\[(.*?)\]/, (_, list: string) => {
      const values = list.split(', ').map((v, i) => Number(v) + 0.004 * (i % 2));
      return `pwl([${values.join(', ')}]`;
    });
    expect((await named(wavy, 0.02, 'g', '[-1, 1]')).found.names).toEqual([]);
  });
});
