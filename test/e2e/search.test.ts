/** Searching for choices with the built binary: what a person reads, what a program reads, interrupting and going on. */
import { beforeEach, describe, expect, it } from 'vitest';
import { jsonLines, until, workplace } from './sutra.ts';

const place = workplace();
const { sutra, write, read } = place;

const PARITY = (settings = ''): string => `enum State { even, odd }

enum Bit { zero, one }

param next: State[2, 2] = [[even, even], [even, even]];

fn parity(bits: Bit[5]) -> bool {
  let last = fold s = even for b in bits {
    next[s][b]
  };
  last == odd
}

fn error(p: bool, label: bool) -> f32 {
  if p == label { 0.0 } else { 1.0 }
}

train parity {
  data: csv("bits.csv", label = "odd"),
  loss: error,
  epochs: 20,
  holdout: 0.25,
${settings}}
`;

/** All words of five bits, and whether the number of ones is odd. */
function bits(label = (x: readonly number[]): boolean => x.reduce((a, b) => a + b, 0) % 2 === 1): string {
  const rows = Array.from({ length: 32 }, (_, n) => {
    const x = [0, 1, 2, 3, 4].map((k) => (n >> k) % 2);
    return [...x.map((b) => (b ? 'one' : 'zero')), label(x)].join();
  });
  return `${[0, 1, 2, 3, 4].map((k) => `bits${k}`).join()},odd\n${rows.join('\n')}\n`;
}

beforeEach(() => {
  write('parity.su', PARITY());
  write('bits.csv', bits());
});

describe('a search', () => {
  it('shows what was tried and what changed, and writes it back', () => {
    const { code, out } = sutra('train', 'parity.su');
    expect(code).toBe(0);
    expect(out).toMatch(/learned {2}next {2}State\[2, 2\] +parity\.su:5\n4 choices to learn\n/);
    expect(out).toMatch(/\nsearch +loss +holdout +bits +restarts +measured\n/);
    expect(out).toMatch(/\nenumerate +0 +0 +4 +1 +\d+ +kept\nnot needed: .*local/);
    expect(out).toContain('\nkept: loss 0, accuracy 1, holdout_accuracy 1, holdout_loss 0\n');
    expect(out).toMatch(/next\[0, 1\] +even +-> +odd +parity\.su:5\nnext\[1, 0\] +even +-> +odd +parity\.su:5\n/);
    expect(read('parity.su')).toContain('\nparam next: State[2, 2] = [[even, odd], [odd, even]];\n');
    expect(sutra('certify', 'parity.su').out).toBe('equal\n');
  });

  it('speaks JSON: a line per strategy, then what was written', () => {
    const { code, out } = sutra('train', 'parity.su', '--json');
    expect(code).toBe(0);
    const lines = jsonLines(out);
    expect(lines.at(-2)).toMatchObject({ v: 1, search: 'enumerate', loss: 0, holdout_loss: 0, bits: 4, restarts: 1 });
    expect(lines.at(-1)).toMatchObject({ v: 1, done: true, search: { won: 'enumerate', unfit: expect.any(Array) } });
  });

  it('warns of contradictions and of what no row decides', () => {
    write('bits.csv', `${bits(() => false)}zero,zero,zero,zero,zero,true\n`);
    const { code, err } = sutra('train', 'parity.su');
    expect(code).toBe(0);
    expect(err).toContain('warning[SU0613]: 2 rows of bits.csv contradict each other');
    expect(err).toContain('lines 2 and 34. Whatever is learned, at most 32 of the 33 rows can be right.');
  });

  it('refuses a mode that cannot work', () => {
    write('parity.su', PARITY('  search: local,\n').replace('param next', 'frozen param next'));
    const { code, err } = sutra('train', 'parity.su');
    expect([code, err]).toEqual([1, expect.stringContaining('error[SU0611]: `search: local` has nothing to choose')]);
  });
});

describe('interrupted', () => {
  it('leaves the source, and goes on to what an uninterrupted search finds', async () => {
    const long = PARITY('  search: local,\n  restarts: 400,\n');
    write(
      'bits.csv',
      bits((x) => x.reduce((a, b) => a + b, 0) >= 3),
    );
    write('parity.su', long);
    expect(sutra('train', 'parity.su', '--out', 'whole.su').code).toBe(0);
    const started = place.start('train', 'parity.su', '--verbose');
    let told = '';
    started.process.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await until(() => told.includes('trying local'));
    started.process.kill('SIGINT');
    const { code, err } = await started.ended();
    expect([code, err]).toEqual([130, expect.stringContaining('Go on with: sutra train parity.su --resume')]);
    expect(read('parity.su')).toBe(long);
    expect(sutra('train', 'parity.su', '--resume').code).toBe(0);
    expect(read('parity.su')).toBe(read('whole.su'));
  });
});
