/** `param fn`: the families are what their formulas say, they learn, and what was learned stands in the source. */
import { describe, expect, test } from 'vitest';
import { runTable } from '../../src/road.ts';
import { random } from '../fuzz/random.ts';
import { afterOf, program, table, trainOn, unwrap } from '../train/programs.ts';

type Family = (c: readonly number[], x: number) => number;

const LOW = -2;
const HIGH = 3;
const inside = (x: number): number => Math.min(HIGH, Math.max(LOW, x));

/** By the recursion of Cox and de Boor over uniform knots, the one of `n` pieces. */
function basis(degree: number, i: number, t: number): number {
  if (degree === 0) return t >= i && t < i + 1 ? 1 : 0;
  const [left, right] = [(t - i) / degree, (i + degree + 1 - t) / degree];
  return left * basis(degree - 1, i, t) + right * basis(degree - 1, i + 1, t);
}

const FAMILIES: Readonly<Record<string, { readonly more: number; readonly f: Family }>> = {
  pwl: {
    more: 1,
    f: (c, x) => {
      const n = c.length - 1;
      const t = ((inside(x) - LOW) / (HIGH - LOW)) * n;
      const k = Math.min(n - 1, Math.floor(t));
      return (c[k] ?? 0) * (k + 1 - t) + (c[k + 1] ?? 0) * (t - k);
    },
  },
  spline: {
    more: 3,
    f: (c, x) => {
      const n = c.length - 3;
      const t = Math.min(n - 1e-12, ((inside(x) - LOW) / (HIGH - LOW)) * n);
      return c.reduce((sum, w, i) => sum + w * basis(3, i - 3, t), 0);
    },
  },
  poly: { more: 1, f: (c, x) => c.reduce((sum, w, i) => sum + w * x ** i, 0) },
  monotone: {
    more: 1,
    f: (c, x) => {
      const n = c.length - 1;
      const t = ((inside(x) - LOW) / (HIGH - LOW)) * n;
      return c.slice(1).reduce((sum, w, i) => sum + Math.abs(w) * Math.min(1, Math.max(0, t - i)), c[0] ?? 0);
    },
  },
};

const shape = (family: string, argument: string): string =>
  `import { squared_error } from "std/loss";\nparam fn f(x: f32 in [${LOW}, ${HIGH}]) -> f32 = ${family}(${argument});\nfn g(x: f32) -> f32 { f(x) }\n` +
  `train g { data: csv("d.csv", label = "y"), loss: squared_error, optimizer: lbfgs(), epochs: 40 }\n`;

describe.each(Object.entries(FAMILIES))('%s', (name, { more, f }) => {
  test('is its formula, inside and beyond its range', async () => {
    const r = random(7);
    for (let size = 1; size <= 6; size++) {
      const c = Array.from({ length: size + more }, () => r.below(2001) / 1000 - 1);
      const xs = Array.from({ length: 40 }, () => LOW - 1 + r.below(7001) / 1000);
      const rows = table(`x\n${[LOW, HIGH, 0.5, ...xs].join('\n')}\n`);
      const found: number[] = [];
      const compiled = program(shape(name, `[${c.join(', ')}]`));
      for await (const block of runTable(compiled, 'g', { file: 'x.csv', table: rows }))
        for (const row of unwrap(block)) found.push(row.value as number);
      for (const [i, x] of [LOW, HIGH, 0.5, ...xs].entries())
        expect(Math.abs((found[i] ?? Number.NaN) - f(c.map(Math.fround), Math.fround(x)))).toBeLessThan(2e-4);
    }
  });

  test('learns, and its numbers stand where its size stood', async () => {
    const c = Array.from({ length: 5 + more }, (_, i) => ((i * 7) % 5) / 4);
    const xs = Array.from({ length: 101 }, (_, i) => LOW + ((HIGH - LOW) * i) / 100);
    const rows = `x,y\n${xs.map((x) => `${x},${f(c, x)}`).join('\n')}\n`;
    const trained = unwrap(await trainOn(program(shape(name, '5')), table(rows)));
    expect(trained.outcome.final.loss).toBeLessThan(name === 'poly' ? 1e-2 : 1e-6);
    const text = trained.written.files[0]?.after ?? '';
    expect(text).toMatch(new RegExp(`= ${name}\\(\\[`));
    const numbers = JSON.parse(/\((\[[^\]]*\])\)/.exec(text)?.[1]?.replace(/,\s*\]/, ']') ?? '[]') as number[];
    expect(numbers.map(Math.fround)).toEqual(afterOf(trained, 'f'));
    expect(trained.verified.bitsDiffer).toBe(0);
  });
});
