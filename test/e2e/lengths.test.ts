/** `prove f == g;` for every length through the built binary: verdicts, a counterexample that runs again, certificates that are replayed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, workplace } from './sutra.ts';

const { sutra, write, read } = workplace();

const HEAD = `enum Bit { zero, one }
enum Parity { even, odd }
fn flip(s: Parity, x: Bit) -> Parity { match (s, x) { (even, one) | (odd, zero) => odd, _ => even } }
fn run<n>(xs: Bit[n]) -> Parity[n] { scan s = even for x in xs { flip(s, x) } }
`;

const RIGHT = `${HEAD}fn spec<n>(xs: Bit[n]) -> Parity[n] {
  let odds = scan s = false for x in xs { s ^^ (x == one) };
  [for o in odds: if o { odd } else { even }]
}
prove run == spec;
fn mean_of<n>(xs: f32[n]) -> f32[n] { scan s = 0.0 for x in xs { 0.5 * s + 0.5 * x } }
fn turned<n>(xs: f32[n]) -> f32[n] { scan s = 0.0 for x in xs { x * 0.5 + s * 0.5 } }
prove mean_of == turned;
`;

const WRONG = `${HEAD}fn stays<n>(xs: Bit[n], start: Parity) -> Parity[n] { scan s = start for x in xs { if x == one { odd } else { s } } }
fn from<n>(xs: Bit[n], start: Parity) -> Parity[n] { scan s = start for x in xs { flip(s, x) } }
prove from == stays;
`;

const COUNT = `${HEAD}fn a<n>(xs: Bit[n]) -> bool { let s = fold s = 0.0 for x in xs { if x == one { s + 1.0 } else { s } }; s < 0.0 }
fn b<n>(xs: Bit[n]) -> bool { let s = fold s = 0.0 for x in xs { if x == one { s + 2.0 } else { s } }; s < 0.0 }
prove "counts" a == b;
`;

beforeAll(() => {
  write('right.su', RIGHT);
  write('wrong.su', WRONG);
  write('count.su', COUNT);
  write('two.su', `${HEAD}fn f<n, m>(xs: Bit[n], ys: Bit[m]) -> Bit[n] { xs }\nprove f == f;\n`);
  write('near.su', 'fn f<n>(xs: f32[n] in [0, 1]) -> f32[n] { xs }\nprove f ~= f within 0.1;\n');
});

/** Splits a command as a POSIX shell does that knows single quotes. */
const words = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replace(/'([^']*)'/g, '$1'));

describe('a relation for every length', () => {
  it('is proved, with how much there was, and its certificate is replayed', () => {
    const { code, out, err } = sutra('prove', 'right.su', '--certificate', 'right.json');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^proved "run == spec" \(S1 S2 S3\): every length, 2 states and 4 steps, [\d.]+ s\n/);
    expect(out).toMatch(/\nproved "mean_of == turned" \(S1 S2 S3\): every length, by induction, [\d.]+ s\n/);
    expect(JSON.parse(read('right.json')).properties).toMatchObject([{ by: 'machine' }, { by: 'induction' }]);
    expect(sutra('certify', '--proof', 'right.json', 'right.su').code).toBe(0);
    write('right.su', RIGHT.replace('{ odd } else { even }', '{ odd } else { odd }'));
    expect(sutra('certify', '--proof', 'right.json', 'right.su').code).toBe(3);
    write('right.su', RIGHT);
  });

  it('is refuted with the shortest input, and commands that show it again', () => {
    const { code, out } = sutra('prove', 'wrong.su');
    expect(code).toBe(3);
    const [head, xs, start, claim, left, right, replay] = out.split('\n');
    expect(head).toMatch(/^refuted "from == stays" \(S1\): [\d.]+ s$/);
    expect([xs, start]).toEqual(['  xs = [one]', '  start = odd']);
    expect(claim).toBe('  wrong.su:7: from == stays is false: [even] on the left, [odd] on the right');
    expect(sutra(...words(left ?? '').slice(1))).toMatchObject({ code: 0, out: '[even] : Parity[1]\n' });
    expect(sutra(...words(right ?? '').slice(1))).toMatchObject({ code: 0, out: '[odd] : Parity[1]\n' });
    const there = sutra(...words(replay ?? '').slice(1));
    expect(there.code).toBe(3);
    expect(there.out.split('\n').slice(1)).toEqual([xs, start, claim, left, right, replay, '']);
    const longer = sutra('prove', 'wrong.su', 'from == stays', '--in', 'xs=[one, zero, zero]', '--in', 'start=even');
    expect(longer).toMatchObject({ code: 0 });
    expect(jsonLines(sutra('prove', 'wrong.su', '--json').out)).toMatchObject([
      { verdict: 'refuted', kind: 'machine', length: 1, counterexample: { xs: ['one'], start: 'odd' } },
    ]);
  });

  it('ends in time where states have no end', () => {
    const { code, out } = sutra('prove', 'count.su', '--timeout', '500ms');
    expect(code).toBe(4);
    expect(out).toMatch(
      /^unknown "counts": (time is up|too many states: \d+ so far); no difference up to length \d+, \d+ open/,
    );
  });

  it('has one size, and is stated by ==', () => {
    expect(sutra('prove', 'two.su')).toMatchObject({ code: 1, err: expect.stringContaining('SU0336') });
    expect(sutra('prove', 'near.su')).toMatchObject({ code: 1, err: expect.stringContaining('only `==` is stated') });
  });
});
