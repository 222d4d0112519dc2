/** `sutra freeze` and `certify --against` its certificate, through the built binary. */
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, workplace } from './sutra.ts';

const { sutra, write, read, has } = workplace();

const rows = Array.from({ length: 14 }, (_, i) => [Math.floor(i / 2), i % 2] as const)
  .map(([s, b]) => `(${s}, ${b}) -> ${(2 * s + b) % 7}`)
  .join(', ');
const DIV7 = `/// Numbers in binary, modulo seven.
param table next(Index<7>, Index<2>) -> Index<7> { ${rows} }

// the whole number
fn rest(bits: Index<2>[6]) -> Index<7> { fold s = 0 for b in bits { next(s, b) } }

test "of 21" { assert rest([0, 1, 0, 1, 0, 1]) == 0; }
`;
const FROZEN = `/// Numbers in binary, modulo seven.
fn next(s: Index<7>, b: Index<2>) -> Index<7> {
  (2 * s + b) % 7
}

// the whole number
fn rest(bits: Index<2>[6]) -> Index<7> { fold s = 0 for b in bits { next(s, b) } }

test "of 21" { assert rest([0, 1, 0, 1, 0, 1]) == 0; }
`;

beforeAll(() => write('div7.su', DIV7));

describe('freeze', () => {
  it('writes plain code, and says what it did', () => {
    const { code, out, err } = sutra('freeze', 'div7.su', '-o', 'plain.su');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('it is a sum of its arguments, in all 14 rows\n');
    expect(out).toMatch(/\n2 changes in 2 stages, 2 functions equal, 0 bits differ\n$/);
    expect([read('plain.su'), read('div7.su')]).toEqual([FROZEN, DIV7]);
    expect(sutra('test', 'plain.su').code).toBe(0);
  });

  it('tells it as JSON', () => {
    const { out } = sutra('freeze', 'div7.su', '-o', 'j.su', '--json');
    const evidence = [
      { function: 'next', by: 'rows' },
      { function: 'rest', by: 'functions' },
    ];
    expect(jsonLines(out)).toMatchObject([{ v: 1, done: true, evidence, file: 'j.su', certificate: 'j.freeze.json' }]);
  });

  it.each([
    ['no target', ['div7.su'], 2, /needs `-o OUT.su`/],
    ['itself as target', ['div7.su', '-o', './div7.su'], 2, /must stay/],
    ['a file that is not there', ['none.su', '-o', 'x.su'], 1, /none\.su/],
    ['a program without marks', ['plain.su', '-o', 'x.su'], 1, /SU0726/],
  ] as const)('refuses %s, and writes nothing', (_, words, exit, message) => {
    const { code, err } = sutra('freeze', ...words);
    expect([code, err]).toEqual([exit, expect.stringMatching(message)]);
    expect(has('x.su') || has('x.freeze.json')).toBe(false);
  });
});

describe('its certificate', () => {
  it('is replayed, and refused for another program', () => {
    const equal = sutra('certify', 'plain.su', '--against', 'plain.freeze.json');
    expect(equal).toMatchObject({ code: 0, out: 'equal: 2 changes in 2 stages lead from div7.su to it\n' });
    write('other.su', read('plain.su').replace('2 * s', '3 * s'));
    const other = sutra('certify', 'other.su', '--against', 'plain.freeze.json');
    expect([other.code, other.err]).toEqual([3, expect.stringContaining('SU0722')]);
    write('forged.freeze.json', read('plain.freeze.json').replace('(2 * s', '(3 * s'));
    const forged = sutra('certify', 'plain.su', '--against', 'forged.freeze.json', '--json');
    expect([forged.code, jsonLines(forged.out)]).toMatchObject([1, [{ problems: [{ code: 'SU0702' }] }]]);
  });
});
