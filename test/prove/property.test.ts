/** Properties of small programs whose truth is known on paper: connectives, functions that return bools, enums, ties, limits, cases, vacuity. */
import { describe, expect, it } from 'vitest';
import { type Box, failedAt, prepared, proofOf } from './properties.ts';

const XY = 'x: f32, y: f32';
const SQUARE: Box = { x: [-1, 1], y: [-1, 1] };

/** The proof of one assert over x and y, its witness checked by the reference. */
function decided(assert: string, assume?: string, { box = SQUARE, more = '', takes = XY } = {}) {
  const text = `${more}\nfn post(${takes}) -> bool { ${assert} }\nfn pre(${takes}) -> bool { ${assume ?? 'true'} }`;
  const property = prepared(text, box, { asserts: ['post'], ...(assume !== undefined && { assumes: ['pre'] }) });
  const proof = proofOf(property);
  if (proof.verdict === 'refuted') expect(failedAt(property)(proof.witness ?? [])).toEqual(proof.failed);
  return proof;
}

const verdict = (...args: Parameters<typeof decided>): string => decided(...args).verdict;

describe('connectives', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['x + y <= 2.01', true],
    ['x + y < 2.0', false],
    ['x + y <= 2.01 && x - y <= 2.01', true],
    ['x + y <= 2.0 && x - y <= 1.9', false],
    ['x * x >= -0.01 || y > 5.0', true],
    ['x > y || x <= y', true],
    ['x > y || x < y', false],
    ['!(x > y && y > x)', true],
    ['x < y ==> y - x >= -0.1', true],
    ['x < y ==> y - x >= 0.0', true],
    ['x < y ==> y > 0.0', false],
    ['(x < y) ^^ (x >= y)', true],
    ['(x < y) ^^ (x > y)', false],
    ['x == y ==> abs(x - y) <= 0.1', true],
    ['x != y || x <= y', true],
    ['x == y', false],
    ['max(x, y) >= x && max(x, y) >= y', true],
    ['max(x, y) > x || max(x, y) > y', false],
    ['abs(x) + abs(y) <= 2.01', true],
    ['abs(x) + abs(y) <= 1.99', false],
    ['if x > 0.0 { x >= 0.0 } else { x < 0.5 }', true],
    ['if x > 0.0 { x < 0.5 } else { true }', false],
  ];
  it.each(cases)('%s: %s', (text, holds) => {
    expect(verdict(text)).toMatch(holds ? /proved|vacuous/ : /refuted/);
  });
});

const ENUM = 'enum S { a, b, c }\nfn scores(x: f32, y: f32) -> f32[3] { [x, y, 0.25 * x - y] }\n';
const SOFT = `${ENUM}fn classify(x: f32, y: f32) -> Soft<S> { softmax({ a: x, b: y, c: 0.25 * x - y }) }\n`;

describe('ties', () => {
  it.each(['x + y <= 2.0', 'x * x >= 0.0', 'abs(x) + abs(y) <= 2.0', 'max(x, y) <= 1.0 && x * y <= 1.0'])(
    '%s holds for the compiled program',
    (text) => {
      expect(decided(text)).toMatchObject({ verdict: 'proved', tiers: ['S1'] });
    },
  );
});

describe('functions that return bools', () => {
  it.each([
    ['all(for i in 0..3: v[i] > -0.5 && v[i] < 2.0 || v[i] == 1.0)', true],
    ['all(for i in 0..3: v[i] > 0.5 || v[i] < 0.25)', false],
    ['any(for x in v, y in v: x < y) || v[0] == v[2]', true],
    ['count(for x in v: x > 0.5) <= 3.0', true],
    ['count(for x in v: x > 0.5) >= 1.0', false],
    ['count(for x in v: x > 0.5) >= 2.0 ==> v[0] + v[1] + v[2] > 0.99', true],
    ['count(for x in v: x > 0.5) == count(for x in v: !(x <= 0.5))', true],
    ['v[argmax(v)] >= v[1]', true],
    ['max(v) <= 0.9', false],
    ['max(v) <= 1.0', true],
  ])('%s: %s', (text, holds) => {
    expect(verdict(text, undefined, { takes: 'v: f32[3]', box: { v: [0, 1] } })).toMatch(
      holds ? /proved|vacuous/ : /refuted/,
    );
  });
});

describe('cases', () => {
  it.each([
    ['argmax(scores(x, y)) == 0 ==> x >= y', true],
    ['argmax(scores(x, y)) == 0 ==> x > y', false],
    ['argmax(scores(x, y)) == 1 ==> y > x', true],
    ['argmax(scores(x, y)) == 1 ==> y > x && y >= 0.25 * x - y', true],
    ['argmax(scores(x, y)) == argmax(scores(x, y))', true],
    ['argmax(scores(x, y)) == argmax(scores(y, x))', false],
    ['argmax(scores(x, y)) != 2 || y < 0.2', true],
    ['match argmax(scores(x, y)) { 0 => x >= y, 1 => y >= x, _ => y <= 0.2 }', true],
    ['match argmax(scores(x, y)) { 0 => x >= y, 1 => y >= 0.1, _ => y <= 0.2 }', false],
  ])('%s: %s', (text, holds) => {
    expect(verdict(text, undefined, { more: ENUM })).toMatch(holds ? /proved|vacuous/ : /refuted/);
  });

  it.each([
    ['argmax(classify(x, y)) == a ==> x > y - 0.001', true],
    ['argmax(classify(x, y)) == b ==> y > x', true],
    ['argmax(classify(x, y)) == a', false],
    ['argmax(classify(x, y)) == argmax(scores(x, y)) || x < y + 0.001 || x < 0.25 * x - y + 0.001', true],
    ['argmax(classify(x, 0.5 * x)) == a || x <= 0.01', true],
  ])('%s: %s', (text, holds) => {
    const more = SOFT.replace('f32[3] { [x', 'f32[3] { [x');
    const asked = text.replace('argmax(scores(x, y))', 'argmax(classify(x, y))');
    expect(verdict(asked, undefined, { more })).toMatch(holds ? /proved|vacuous/ : /refuted/);
  });
});

describe('what says nothing', () => {
  const PROGRAM =
    'param w = 0.5;\nfn f(x: f32) -> f32 { clamp(x * w, -1.0, 1.0) }\nfn isLarge(x: f32) -> bool { x > 2.0 }';
  const about = (assert: string, assume?: string) => decided(assert, assume, { more: PROGRAM });

  it.each([
    ['x <= 1.0', undefined],
    ['x < y ==> y > x', undefined],
    ['x >= -1.0 || f(x) > 0.5', undefined],
    ['f(x) > 0.0 || f(x) <= 0.0', undefined],
    ['x > 0.25', 'x > 0.5 && f(y) > 0.0'],
    ['all(for v in [x, y]: abs(v) <= 1.0)', undefined],
  ])('%s', (assert, assume) => {
    expect(about(assert, assume)).toMatchObject({ verdict: 'vacuous', tiers: [], idle: [0] });
  });

  it.each([
    ['f(x) <= 1.0', undefined],
    ['!isLarge(x)', undefined],
    ['f(x) <= 0.6', 'x > 0.5'],
    ['f(x) > 0.2 || x < 0.45', undefined],
  ])('but not %s', (assert, assume) => {
    expect(about(assert, assume)).toMatchObject({ verdict: 'proved' });
  });

  it('is told of single asserts', () => {
    const text = `${PROGRAM}\nfn a(x: f32) -> bool { f(x) < 0.6 }\nfn b(x: f32) -> bool { x < 1.5 }`;
    const property = prepared(text, { x: [-1, 1] }, { asserts: ['a', 'b'] });
    expect(proofOf(property)).toMatchObject({ verdict: 'proved', idle: [1] });
  });

  it('is an assumption that holds nowhere', () => {
    expect(about('f(x) > 5.0', 'x * w > 0.9')).toMatchObject({ verdict: 'vacuous', reason: /nowhere/ });
    expect(about('f(x) > 5.0', 'x * w > 0.4').verdict).toBe('refuted');
    expect(decided('c', 'c && !c', { takes: 'c: bool', box: {} })).toMatchObject({ verdict: 'vacuous' });
  });
});

describe('finite things', () => {
  const TABLE = 'enum S { a, b, c }\nparam w = 0.3;\n';
  const takes = 's: S, t: S, x: f32';
  const box: Box = { x: [0, 1] };

  it('are all run where there is nothing else', () => {
    const options = { takes: 'i: Index<5>, j: Index<5>, c: bool', box: {} };
    expect(decided('c || f32(i) + f32(j) <= 8.0', undefined, options)).toMatchObject({
      verdict: 'proved',
      kind: 'cases',
      tiers: ['S1', 'S2', 'S3'],
    });
    expect(decided('f32(i) * 0.1 * f32(j) <= 1.7', undefined, options)).toMatchObject({
      verdict: 'proved',
      tiers: ['S1'],
    });
    const found = decided('c || f32(i) + f32(j) <= 7.0', undefined, options);
    expect(found).toMatchObject({ verdict: 'refuted', failed: [0] });
    expect(found.witness?.map((xs) => [...xs])).toEqual([[0, 0, 0, 0, 1], [0, 0, 0, 0, 1], [-1]]);
  });

  it('are taken one by one beside numbers', () => {
    const weight = 'match s { a => x * w, b => 0.5 * x, c => 0.0 - x }';
    const more = `${TABLE}fn weight(s: S, x: f32) -> f32 { ${weight} }`;
    const proof = decided('weight(s, x) <= 0.51 || s == t', undefined, { takes, box, more });
    expect(proof).toMatchObject({ verdict: 'proved', kind: 'bounds', tiers: ['S1', 'S2', 'S3'] });
    expect(proof.parts).toHaveLength(9);
    expect(decided('weight(s, x) <= 0.49 || s == t', undefined, { takes, box, more }).verdict).toBe('refuted');
    expect(decided('weight(s, x) <= 0.49', 's != b', { takes, box, more }).verdict).toBe('proved');
  });

  it('are proved of the compiled program alone where they are computed with by themselves', () => {
    const more = `${TABLE}fn weight(s: S) -> f32 { match s { a => w * 0.1, b => 0.7 * w, c => 1.0 } }`;
    const proof = decided('weight(s) * x <= 1.1', undefined, { takes, box, more });
    expect(proof.verdict).toBe('proved');
    expect(
      decided('(if s == a { 0.5 } else { 1.0 }) * x * w <= 1.1', undefined, { takes, box, more }).tiers,
    ).toHaveLength(3);
  });

  it('range with the numbers where there are too many', () => {
    const many = { takes: 'v: bool[20], x: f32', box };
    expect(decided('count(for b in v: b) + x <= 21.5', undefined, many)).toMatchObject({
      verdict: 'proved',
      kind: 'bounds',
    });
    expect(decided('count(for b in v: b) + x <= 19.5', undefined, many).verdict).toBe('refuted');
  });
});

describe('many cases', () => {
  it('keep parts together where they would be too many', () => {
    const pairs = 'all(for i in 0..14: u[i] < v[i] || u[i] > 0.75 || v[i] < 0.3)';
    const takes = 'u: f32[14], v: f32[14]';
    const box: Box = { u: [0, 1], v: [0, 1] };
    expect(decided(`!(${pairs})`, undefined, { takes, box }).verdict).toBe('refuted');
    const far: Box = { u: [0.8, 1], v: [0, 1] };
    expect(decided(`${pairs} || u[0] > 5.0`, undefined, { takes, box: far }).verdict).toMatch(/proved|vacuous/);
  });
});

describe('numbers that may be none', () => {
  const LOG = 'fn f(x: f32) -> f32 { log(x) }';
  it.each(['f(x) == f(x)', 'f(x) < 5.0 || f(x) >= 5.0'])('%s is refuted', (text) => {
    expect(verdict(text, undefined, { more: LOG })).toBe('refuted');
  });

  it.each([
    '!(f(x) < y) || f(x) < 0.0 || y > 0.0',
    'if f(x) > y { f(x) >= y } else { true }',
    'max(exp(100.0 * f(x + 3.0)), y) > -2.0',
  ])('%s is not proved', (text) => {
    expect(verdict(text, undefined, { more: LOG })).not.toBe('proved');
  });

  it('are those of a box without ends', () => {
    const box: Box = { x: [-Infinity, 1], y: [0, 1] };
    expect(decided('x <= 1.0', undefined, { box })).toMatchObject({ verdict: 'unknown', reason: '`x` has no bounds' });
  });
});
