/**
 * Relations for every length: machines of both sides, the shortest input that tells them apart, what is not finite; and every way in which a
 * length or a position can get into a program, each of which must not be taken as a machine.
 */
import { describe, expect, it } from 'vitest';
import { wasm } from '../../src/backends/wasm/index.ts';
import { randomStream } from '../../src/num/random.ts';
import { type PropertyProof, proveProperty } from '../../src/prove/index.ts';
import { must } from '../../src/text/result.ts';
import { programOf } from '../lower/lowering.ts';
import { succeed } from '../programs.ts';

const HEAD = `enum Bit { zero, one }
enum Parity { even, odd }
fn flip(s: Parity, x: Bit) -> Parity { match (s, x) { (even, one) | (odd, zero) => odd, _ => even } }
fn digit(x: Bit) -> Index<2> { match x { zero => 0, one => 1 } }
fn number(x: Bit) -> f32 { if x == one { 1.0 } else { 0.0 } }
fn parity<n>(xs: Bit[n]) -> Parity[n] { scan s = even for x in xs { flip(s, x) } }
fn last<n>(xs: Bit[n]) -> Parity { fold s = even for x in xs { flip(s, x) } }
`;

function proofOf(text: string, relation: string, steps = Infinity): PropertyProof {
  const program = programOf(`${HEAD}${text}\nprove ${relation};`);
  const property = must(program.properties[0]);
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  const goOn = ({ boxes }: { readonly boxes: number }): boolean => boxes <= steps;
  return succeed(proveProperty(property, params, { backend: wasm, random: randomStream(0, 0).uniform, goOn }));
}

/** The places of the ones in the rows of an input. */
const cases = (xs: Float32Array | undefined, size: number): number[] =>
  Array.from({ length: (xs?.length ?? 0) / size }, (_, k) => must(xs).indexOf(1, k * size) - k * size);

describe('relations for every length', () => {
  it('are proved where every reached step gives the same', () => {
    const other = `fn by_count<n>(xs: Bit[n]) -> Parity[n] {
      let odds = scan s = false for i in 0..n { s ^^ (xs[i] == one) };
      [for o in odds: if o { odd } else { even }]
    }`;
    expect(proofOf(other, 'parity == by_count')).toMatchObject({
      verdict: 'proved',
      kind: 'machine',
      tiers: ['S1', 'S2', 'S3'],
      states: 2,
      boxes: 4,
    });
  });

  it('know tables that are learned', () => {
    const table = `param next: Parity[2, 2] = [[even, odd], [odd, even]];
    fn looked<n>(xs: Bit[n]) -> Parity[n] { scan s = even for x in xs { next[s][x] } }`;
    expect(proofOf(table, 'parity == looked')).toMatchObject({ verdict: 'proved', states: 2 });
    expect(proofOf(table.replace('[odd, even]', '[odd, odd]'), 'parity == looked')).toMatchObject({
      verdict: 'refuted',
      length: 2,
    });
  });

  it('compare results after the last step, and records of both', () => {
    const more = `record Both<n> { all: Parity[n], end: Parity }
    fn both<n>(xs: Bit[n]) -> Both<n> { Both { all: parity(xs), end: last(xs) } }
    fn joint<n>(xs: Bit[n]) -> Both<n> {
      let end = fold s = false for x in xs { if x == one { !s } else { s } };
      Both { all: [for s in parity(xs): if s == odd { odd } else { even }], end: if end { odd } else { even } }
    }`;
    expect(proofOf(more, 'both == joint')).toMatchObject({ verdict: 'proved' });
    const wrong = more.replace('if end { odd } else { even }', 'if end { odd } else { odd }');
    expect(proofOf(wrong, 'both == joint')).toMatchObject({ verdict: 'refuted', length: 0 });
  });

  it('take index arithmetic and f32 states of few values', () => {
    const seven = `fn exact<n>(xs: Bit[n]) -> f32[n] {
      let start: Index<7> = 0;
      let all = scan s = start for x in xs { (2 * s + digit(x)) % 7 };
      [for s in all: f32(s)]
    }
    fn floats<n>(xs: Bit[n]) -> f32[n] {
      scan s = 0.0 for x in xs { let t = 2.0 * s + number(x); t - 7.0 * floor(t / 7.0) }
    }`;
    expect(proofOf(seven, 'exact == floats')).toMatchObject({ verdict: 'proved', states: 7, boxes: 14 });
    expect(proofOf(seven.replace('7.0 * floor(t / 7.0)', '7.0 * floor(t / 8.0)'), 'exact == floats')).toMatchObject({
      verdict: 'refuted',
      length: 3,
    });
  });

  it('take two inputs per step, and a start that is an input', () => {
    const add = `fn carried<n>(a: Index<10>[n], b: Index<10>[n], start: bool) -> f32[n] {
      let all = scan s = (0.0, if start { 1.0 } else { 0.0 }) for i in 0..n {
        let t = f32(a[i]) + f32(b[i]) + s.1;
        if t >= 10.0 { (t - 10.0, 1.0) } else { (t, 0.0) }
      };
      [for s in all: s.0]
    }
    fn looked<n>(a: Index<10>[n], b: Index<10>[n], start: bool) -> f32[n] {
      let pairs = [for i in 0..n: f32(a[i]) + f32(b[i])];
      let carries = scan s = (false, start) for t in pairs { (s.1, t > 9.0 || (t == 9.0 && s.1)) };
      let ins = scan s = (start, start) for t in pairs { (s.1, t > 9.0 || (t == 9.0 && s.1)) };
      [for i in 0..n: { let t = pairs[i] + if ins[i].0 { 1.0 } else { 0.0 }; if t >= 10.0 { t - 10.0 } else { t } }]
    }`.replace(/\n.*let carries.*/, '');
    expect(proofOf(add, 'carried == looked')).toMatchObject({ verdict: 'proved' });
    const late = proofOf(add.replace('t == 9.0 && s.1', 't == 10.0 && s.1'), 'carried == looked');
    expect(late).toMatchObject({ verdict: 'refuted', tiers: ['S1'], length: 2 });
    expect(late.witness?.map((xs) => xs.length)).toEqual([20, 20, 1]);
  });

  it('find the shortest input, however long', () => {
    const reset = (at: number, name: string): string =>
      `fn ${name}<n>(xs: Bit[n]) -> bool {
        let f = fold s = 0.0 for x in xs { if x == zero || s == ${at}.0 { 0.0 } else { s + 1.0 } };
        f == 40.0
      }`;
    const proof = proofOf(`${reset(97, 'a')}${reset(98, 'b')}`, 'a == b');
    expect(proof).toMatchObject({ verdict: 'refuted', length: 138 });
    expect(cases(proof.witness?.[0], 2)).toEqual(Array(138).fill(1));
    expect(proofOf(`${reset(97, 'a')}${reset(97, 'b')}`, 'a == b')).toMatchObject({ verdict: 'proved' });
  });

  it('are not taken for one length: of none, of one', () => {
    const start = `fn a<n>(xs: Bit[n]) -> Parity { fold s = odd for x in xs { flip(even, x) } }
    fn b<n>(xs: Bit[n]) -> Parity { fold s = even for x in xs { flip(even, x) } }
    fn c<n>(xs: Bit[n]) -> bool { let (_, late) = fold s = (false, false) for x in xs { (true, s.0 && x == one) }; late }
    fn d<n>(xs: Bit[n]) -> bool { fold s = false for x in xs { x == one } }`.replace(
      /for x in xs \{ flip\(even, x\) \}/g,
      'for x in xs { flip(even, x) }',
    );
    expect(proofOf(start, 'a == b')).toMatchObject({ verdict: 'refuted', length: 0 });
    expect(proofOf(start, 'c == d')).toMatchObject({ verdict: 'refuted', length: 1 });
  });

  it('end where states have no end, with how many there are, and when time is up', () => {
    const count = `fn a<n>(xs: Bit[n]) -> bool { let s = fold s = 0.0 for x in xs { s + number(x) }; s < 0.0 }
    fn b<n>(xs: Bit[n]) -> bool { let s = fold s = 0.0 for x in xs { s + number(x) * 0.5 }; s < 0.0 }`;
    const proof = proofOf(count, 'a == b', 5000);
    expect(proof).toMatchObject({ verdict: 'unknown', kind: 'machine' });
    expect(proof.reason).toMatch(/^time is up; no difference up to length \d+$/);
  });

  it('leave out states that no output depends on', () => {
    const idle = `fn counted<n>(xs: Bit[n]) -> Parity[n] {
      let all = scan s = (even, 0.0) for x in xs { (flip(s.0, x), s.1 + 1.0) };
      [for s in all: s.0]
    }`;
    expect(
      proofOf(
        idle.replace('flip(s.0, x)', 'if x == one { flip(even, if s.0 == odd { zero } else { one }) } else { s.0 }'),
        'parity == counted',
      ),
    ).toMatchObject({
      verdict: 'proved',
      kind: 'machine',
      states: 2,
    });
  });
});

describe('states without end', () => {
  const NUMBERS = `fn a<n>(xs: f32[n]) -> f32[n] { scan s = 0.0 for x in xs { 0.5 * s + 0.5 * x } }
    fn turned<n>(xs: f32[n]) -> f32[n] { let all = scan s = (0.0, 1.0) for x in xs { (x * 0.5 + s.0 * 0.5, s.1 * 2.0) }; [for s in all: s.0] }
    fn close<n>(xs: f32[n]) -> f32[n] { scan s = 0.0 for x in xs { s + 0.5 * (x - s) } }
    fn halved<n>(xs: f32[n]) -> f32[n] { scan s = 0.0 for x in xs { 0.5 * (s + x) } }
    fn other<n>(xs: f32[n]) -> f32[n] { scan s = 0.0 for x in xs { 0.5 * s + 0.25 * x } }
    fn later<n>(xs: f32[n]) -> f32[n] { scan s = 1.0 for x in xs { 0.5 * s + 0.5 * x } }`;

  it('are the same bit for bit by induction', () => {
    const tanh = `fn c<n>(xs: f32[n], start: f32) -> f32[n] { scan s = start for x in xs { tanh(0.3 * s + x) } }
    fn d<n>(xs: f32[n], start: f32) -> f32[n] { scan t = start for x in xs { tanh(x + t * 0.3) } }
    fn e<n>(xs: f32[n], start: f32) -> f32[n] { scan t = start + 1.0 for x in xs { tanh(x + t * 0.3) } }`;
    const proved = { verdict: 'proved', kind: 'induction', tiers: ['S1', 'S2', 'S3'] };
    expect(proofOf(NUMBERS, 'a == turned')).toMatchObject(proved);
    expect(proofOf(tanh, 'c == d')).toMatchObject(proved);
    expect(proofOf(tanh, 'd == e').verdict).not.toBe('proved');
  });

  it('of affine and polynomial steps are compared as real functions, and say so', () => {
    expect(proofOf(NUMBERS, 'a == halved')).toMatchObject({ verdict: 'proved', kind: 'induction', tiers: ['S3'] });
    const squares = `fn s<n>(xs: Bit[n]) -> f32 { let e = fold s = (0.0, 0.0) for _x in xs { (s.0 + 1.0, s.1 + 2.0 * s.0 + 1.0) }; e.1 }
    fn t<n>(xs: Bit[n]) -> f32 { let e = fold s = 0.0 for _x in xs { s + 1.0 }; e * e }`;
    const counted = proofOf(squares, 's == t', 2000);
    expect(counted).toMatchObject({ verdict: 'proved', tiers: ['S3'] });
    expect(counted.reason).toMatch(/^time is up; no difference up to length \d+$/);
    const free = squares.replaceAll('Bit[n]', 'f32[n]');
    expect(proofOf(free, 's == t')).toMatchObject({ verdict: 'proved', kind: 'induction', tiers: ['S3'] });
    expect(proofOf(free.replace('2.0 * s.0', '3.0 * s.0'), 's == t')).toMatchObject({ verdict: 'refuted' });
  });

  it('are refuted by runs, and where only bits differ that is told', () => {
    const close = proofOf(NUMBERS, 'a == close');
    expect(close).toMatchObject({ verdict: 'refuted', tiers: ['S1'] });
    expect(close.reason).toMatch(/rounding alone/);
    for (const wrong of ['other', 'later']) {
      const proof = proofOf(NUMBERS, `a == ${wrong}`);
      expect(proof).toMatchObject({ verdict: 'refuted' });
      expect(proof.reason).toBeUndefined();
    }
  });

  it('of other functions stay open', () => {
    const curved = `fn c<n>(xs: f32[n]) -> f32[n] { scan s = 0.0 for x in xs { tanh(s) + x * 0.0 } }
    fn d<n>(xs: f32[n]) -> f32[n] { [for x in xs: x * 0.0 + 0.0] }`;
    const proof = proofOf(curved, 'c == d');
    expect(proof.verdict).toBe('unknown');
    expect(proof.reason).toMatch(/`xs` has too many values to try each; no difference of bits was found at \d+ points/);
  });
});

describe('a length or a position', () => {
  const uses: Readonly<Record<string, readonly [text: string, why: RegExp]>> = {
    'the length as a number': ['scan s = 0.0 for x in xs { s + f32(n) * 0.0 + number(x) }', /computes with the length/],
    'the length in a condition': [
      'if n < 40 { scan s = 0.0 for x in xs { number(x) } } else { scan s = 1.0 for x in xs { s } }',
      /computes with the length/,
    ],
    'the index of the loop': ['[for i in 0..n: f32(i)]', /computes with a position/],
    'a condition on the index': [
      '[for i in 0..n: if i < 50 { 0.0 } else { number(xs[i]) }]',
      /computes with a position/,
    ],
    'the index modulo a number': [
      '[for i in 0..n: if i % 2 == 0 { 0.0 } else { number(xs[i]) }]',
      /computes with a position/,
    ],
    'the other end': ['[for i in 0..n: number(xs[n - 1 - i])]', /reads an element at a place of its own|computes/],
    'another element': ['[for i in 0..n: if i > 0 { number(xs[i - 1]) } else { 0.0 }]', /place of its own|computes/],
    'the reverse': ['[for x in reverse(xs): number(x)]', /`reverse` looks at all positions/],
    'a sum over all': ['let s = sum(for x in xs: number(x)); [for _x in xs: s]', /`sum` looks at all positions/],
    'a mean over all': ['let s = mean([for x in xs: number(x)]); [for _x in xs: s]', /`mean` looks at all positions/],
    'a count': ['let s = count([for x in xs: x == one]); [for _x in xs: s]', /`count` looks at all positions/],
    'any of all': [
      'let s = any(for x in xs: x == one); [for _x in xs: if s { 1.0 } else { 0.0 }]',
      /`any` looks at all/,
    ],
    'the largest of all': ['let s = max([for x in xs: number(x)]); [for _x in xs: s]', /looks at all positions/],
    'the last state at every position': [
      'let s = fold s = 0.0 for x in xs { number(x) }; [for _x in xs: s]',
      /after the last step is used at every position|more than the element/,
    ],
    'a loop within the loop': [
      '[for _x in xs: fold s = 0.0 for x in xs { number(x) }]',
      /more than the element|position/,
    ],
    'the first of two loops': [
      'let s = fold s = 0.0 for x in xs { number(x) }; scan t = s for x in xs { t + number(x) }',
      /more than the element/,
    ],
    'an array of all as a state': [
      'let all = fold s = [for _x in xs: 0.0] for x in xs { [for t in s: t + number(x)] }; all',
      /axis of positions|more than the element|depend on the length|position/,
    ],
    'an index as large as the length': [
      'let p = argmax([for x in xs: number(x)]); [for _x in xs: f32(p)]',
      /looks at all|a type in which/,
    ],
    'a table of all pairs': ['[for x in xs: sum(for y in xs: number(x) * number(y))]', /looks at all|a type in which/],
    'softmax over all': ['weights(softmax([for x in xs: number(x)]))', /looks at all|a type in which/],
    'a function of the library': ['cumulative_sum([for x in reverse(xs): number(x)])', /`reverse` looks/],
    'a function that is handed over': ['map([for x in xs: number(x)], v => v + f32(n))', /computes with the length/],
    'a bound of an iterate': [
      '[for x in xs: iterate s = number(x) while s < 5.0 max n { s + 1.0 }]',
      /bounds an `iterate`/,
    ],
  };
  for (const [what, [body, why]] of Object.entries(uses))
    it(`is no machine: ${what}`, () => {
      // both sides are the same, so only the way can be refused
      const sides = ['a', 'b'].map((f) => `fn ${f}<n>(xs: Bit[n]) -> f32[n] { ${body} }`).join('\n');
      const proof = proofOf(sides, 'a == b', 100);
      expect(proof.verdict).toBe('unknown');
      expect(proof.reason).toMatch(why);
    });

  it('is told with differences at short lengths', () => {
    const end = `fn a<n>(xs: Bit[n]) -> f32[n] { [for x in reverse(xs): number(x)] }
    fn b<n>(xs: Bit[n]) -> f32[n] { [for x in xs: number(x)] }`;
    expect(proofOf(end, 'a == b')).toMatchObject({ verdict: 'refuted', kind: 'cases', length: 2 });
  });

  it('leaves uses of the library that look at no other position', () => {
    const mapped = `fn a<n>(xs: Bit[n]) -> f32[n] { map(map2(xs, xs, (x, y) => number(x) + number(y)), v => 0.5 * v) }
    fn b<n>(xs: Bit[n]) -> f32[n] { [for x in xs: number(x)] }
    fn c<n>(xs: Bit[n]) -> f32[n] { 2.0 * [for x in xs: number(x)] - [for i in 0..n: number(xs[i])] }`;
    expect(proofOf(mapped, 'a == b')).toMatchObject({ verdict: 'proved', states: 1 });
    expect(proofOf(mapped, 'c == b')).toMatchObject({ verdict: 'proved', states: 1 });
  });
});
