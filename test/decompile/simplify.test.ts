/** Simplifying: each kind of step on a program where it is plain to see, what stays as it is, the line in the text, and claims. */
import { describe, expect, it } from 'vitest';
import { checkClaim, printClaim, readClaim } from '../../src/decompile/simplify/index.ts';
import { digitsOf, shortestNear } from '../../src/decompile/simplify/numbers.ts';
import { utf8Encode } from '../../src/num/bytes.ts';
import { sha256 } from '../../src/num/sha256.ts';
import { type Compiled, compile, entryOf, type Simplified, simplify, type Written } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { inputBoxes, type NamedEnds } from '../../src/train/boxes.ts';
import { type Files, hostOf, messageOf, program, unwrap } from '../train/programs.ts';

interface Asked {
  readonly within: number;
  readonly ends?: readonly NamedEnds[];
  readonly fn?: string;
  readonly files?: Files;
}

interface Done {
  readonly original: Compiled;
  readonly found: Written & Simplified;
  readonly text: string;
  readonly result: Compiled;
}

async function shortened(text: string, { within, ends = [], fn, files = {} }: Asked): Promise<Done> {
  const original = program(text, files);
  const { boxes, text: over } = unwrap(await inputBoxes(unwrap(entryOf(original, fn)), { ends }));
  const options = { within, boxes, over, files: ['p.su', 'q.su'], goOn: () => true } as const;
  const found = unwrap(simplify(original, hostOf(files), fn, options));
  const after = must(found.written.files[0]).after;
  const all = { ...files, ...Object.fromEntries(found.written.sides.map((s) => [s.path, s.bytes])) };
  return { original, found, text: after, result: unwrap(compile({ name: 'p.su', text: after }, hostOf(all))) };
}

const valuesOf = (c: Compiled, name: string): number[] =>
  Array.from(must(c.program.params.find((p) => p.name === name)).value);

describe('short numbers', () => {
  it('are the decimals of fewest digits that are near', () => {
    expect(shortestNear(0.14839, 0.01, -1, 1)).toBe(Math.fround(0.15));
    expect(shortestNear(0.14839, 0.06, -1, 1)).toBe(Math.fround(0.1));
    expect(shortestNear(0.14839, 0.2, -1, 1)).toBe(0);
    expect(shortestNear(0.14839, 0.2, 0.1, 1)).toBe(Math.fround(0.1));
    expect(shortestNear(1234.5, 60, -9999, 9999)).toBe(1200);
    expect(shortestNear(0.14839, 0, -1, 1)).toBe(Math.fround(0.14839));
  });

  it('count their digits', () => {
    expect([0, 1, -20, 0.001, 1e-30, 0.125, 1234567].map(digitsOf)).toEqual([0, 1, 1, 1, 1, 3, 7]);
  });
});

describe('steps', () => {
  it('digits: only as many as the distance asks for', async () => {
    const { result, found } = await shortened('param a = 0.33333334;\nfn f(x: f32 in [0.0, 1.0]) -> f32 { a * x }', {
      within: 0.01,
    });
    expect(valuesOf(result, 'a')).toEqual([Math.fround(0.33)]);
    expect(found.bound).toBeGreaterThan(0.0033);
    expect(found.bound).toBeLessThan(0.0034);
    expect(found.after.digits).toBe(2);
  });

  it('terms: what counts little is gone', async () => {
    const { text, found } = await shortened(
      'fn f(x: f32 in [0.0, 1.0], y: f32 in [0.0, 1.0]) -> f32 { ?0.75 * x + ?0.00123 * y }',
      { within: 0.002 },
    );
    expect(text.split('\n')[1]).toContain('?0.75 * x + ?0.0 * y');
    expect(found.after.zeros).toBe(1);
    expect(found.bound).toBeGreaterThanOrEqual(0.00123);
  });

  it('dead neurons: a relu that is off everywhere in the box loses its numbers', async () => {
    const source = `
      param w: f32[2] = [0.5123, 0.7321]; param b: f32[2] = [0.25, -7.125]; param v: f32[2] = [1.123, 1.321];
      fn f(x: f32 in [0.0, 1.0]) -> f32 { sum(for i in 0..2: v[i] * relu(w[i] * x + b[i])) }`;
    const { result, found } = await shortened(source, { within: 1e-4 });
    expect(valuesOf(result, 'v')[1]).toBe(0);
    expect(valuesOf(result, 'w')[1]).toBe(0);
    expect(found.after.zeros).toBe(3);
  });

  it('merged neurons: two that do the same become one', async () => {
    const source = `
      param w: f32[2] = [0.5123, 0.5123]; param b: f32[2] = [0.25, 0.25]; param v: f32[2] = [1.123, 0.321];
      fn f(x: f32 in [0.0, 1.0]) -> f32 { sum(for i in 0..2: v[i] * tanh(w[i] * x + b[i])) }`;
    const { result, found } = await shortened(source, { within: 1e-3 });
    expect(found.after.zeros).toBe(3);
    expect(Math.max(...valuesOf(result, 'v'))).toBeCloseTo(1.444, 2);
  });

  it('a gate that is open everywhere needs no numbers of its own but one', async () => {
    const source = 'fn f(x: f32 in [0.0, 1.0]) -> f32 { x * sigmoid(?3.217 * x + ?14.125) }';
    const { found } = await shortened(source, { within: 1e-3 });
    expect(found.after).toMatchObject({ zeros: 1, digits: 1 });
  });

  it('nothing where nothing may change: the bound is 0', async () => {
    const { found, result, original } = await shortened('fn f(x: f32 in [0.0, 1.0]) -> f32 { ?0.5 * x }', {
      within: 1e-5,
    });
    expect(found.bound).toBe(0);
    expect(result.program.params).toMatchObject(original.program.params.map(({ value }) => ({ value })));
  });
});

describe('what stays', () => {
  it('frozen numbers, cases, and numbers that only other functions read', async () => {
    const source = `
      enum Side { left, right }
      frozen param side: Side = left;
      frozen param k = 0.123456;
      param a = 0.123456; param c = 0.123456;
      fn f(x: f32 in [0.0, 1.0]) -> f32 { a * x + k + (match side { left => 0.0, right => 1.0 }) }
      fn g(x: f32) -> f32 { c * x }`;
    const { result } = await shortened(source, { within: 0.01, fn: 'f' });
    expect(valuesOf(result, 'k')).toEqual([Math.fround(0.123456)]);
    expect(valuesOf(result, 'c')).toEqual([Math.fround(0.123456)]);
    expect(valuesOf(result, 'side')).toEqual([1, 0]);
    expect(valuesOf(result, 'a')).toEqual([Math.fround(0.12)]);
  });

  it('ranges: no number leaves what its source states', async () => {
    const source = 'param a: f32 in [0.25, 1.0] = 0.2512;\nfn f(x: f32 in [0.0, 0.001]) -> f32 { a * x }';
    const { result } = await shortened(source, { within: 0.01 });
    expect(valuesOf(result, 'a')[0]).toBeGreaterThanOrEqual(0.25);
  });

  it('numbers of other files', async () => {
    const files = { 'scale.su': 'param k = 0.123456;\nfn scaled(x: f32) -> f32 { k * x }' };
    const source = 'import { scaled } from "./scale.su";\nfn f(x: f32 in [0.0, 1.0]) -> f32 { scaled(x) + ?0.123456 }';
    const { found, result } = await shortened(source, { within: 0.01, fn: 'f', files });
    expect(found.written.files).toHaveLength(1);
    expect(result.program.params.map(({ value }) => value[0])).toContain(Math.fround(0.123456));
  });
});

describe('the line in the text', () => {
  const TEXT = '\uFEFF/// Doc.\nfn f(x: f32 in [0.0, 1.0]) -> f32 { ?0.123456 * x }\n';

  it('stands first, behind a byte order mark, and is replaced by the next', async () => {
    const first = await shortened(TEXT, { within: 0.01 });
    expect(first.text).toMatch(
      /^\uFEFF\/\/ simplified: outputs of f differ by at most 0\.00346 from p\.su \(sha256:[0-9a-f]{12}\) over x in \[0, 1\]\n\/\/\/ Doc\.\nfn f/,
    );
    const second = await shortened(first.text, { within: 0.1 });
    expect(second.text.match(/simplified:/g)).toHaveLength(1);
    expect(second.text).toContain('{ ?0.1 * x }');
  });
});

describe('claims', () => {
  const TEXT = 'fn f(x: f32 in [0.0, 1.0]) -> f32 { tanh(?0.123456 * x) }\n';
  const check = async (
    change: (json: string) => string,
    texts: (text: string) => string = (t) => t,
  ): Promise<string> => {
    const { original, found, text } = await shortened(TEXT, { within: 0.01 });
    const read = readClaim(change(printClaim(found.claim)));
    if (!read?.ok) return read ? messageOf(read.problems[0]) : 'none';
    const again = unwrap(compile({ name: 'q.su', text: texts(text) }, hostOf({})));
    const report = checkClaim(read.value, original, again);
    return report.ok ? 'proved' : messageOf(report.problems[0]);
  };
  /** Changes the content and makes its hash anew, as a forger would. */
  const forge =
    (change: (claim: Record<string, unknown>) => object) =>
    (json: string): string => {
      const { self: _, ...body } = JSON.parse(json) as Record<string, unknown>;
      const forged = change(body);
      return JSON.stringify({ ...forged, self: `sha256:${sha256(utf8Encode(JSON.stringify(forged)))}` });
    };
  const keepLine = (text: string): string => text.slice(text.indexOf('\n') + 1);

  it('are proved again', async () => expect(await check((json) => json)).toBe('proved'));
  it('need no line in the text', async () => expect(await check((json) => json, keepLine)).toBe('proved'));
  it('are refused when they were changed', async () =>
    expect(await check((json) => json.replace('"bound":0.00', '"bound":0.000'))).toMatch(/^SU0702/));
  it('are refused with a smaller bound', async () =>
    expect(
      await check(
        forge((c) => ({ ...c, bound: 0.001 })),
        keepLine,
      ),
    ).toMatch(/^SU0723/));
  it('are refused with a larger box', async () =>
    expect(
      await check(
        forge((c) => ({ ...c, boxes: [[{ lo: [0], hi: [9] }]] })),
        keepLine,
      ),
    ).toMatch(/^SU0723/));
  it.each([
    ['no boxes', []],
    ['boxes of no input', [[]]],
    ['boxes of two numbers', [[{ lo: [0, 0], hi: [1, 1] }]]],
    ['ends that are no numbers', [[{ lo: [null], hi: [1] }]]],
  ])('are refused with %s', async (_, boxes) =>
    expect(
      await check(
        forge((c) => ({ ...c, boxes })),
        keepLine,
      ),
    ).toMatch(/^SU0702/),
  );
  it('are refused where the line says something else', async () =>
    expect(
      await check(
        (json) => json,
        (t) => t.replace('at most 0.00', 'at most 0.000'),
      ),
    ).toMatch(/^SU0722/));
  it('are refused for another program', async () =>
    expect(
      await check(
        (json) => json,
        (t) => t.replace('?0.12', '?0.125'),
      ),
    ).toMatch(/^SU0722/));
  it('are not certificates', () => expect(readClaim('{"v":1}')).toBeUndefined());
});
