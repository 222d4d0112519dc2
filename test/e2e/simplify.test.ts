/** `sutra simplify`, `diff --over` and `certify --against` a claim, through the built binary. */
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, workplace } from './sutra.ts';

const { sutra, write, read, has, copy } = workplace();

beforeAll(() => {
  copy('examples/iris');
  write(
    'iris.su',
    read('iris.su').replace('= 2.0; ', '= 2.6420994; ').replace('= 1.2; ', '= 1.6192675; ').replace('= 0.5;', '= 0.1;'),
  );
});

describe('simplify', () => {
  it('writes the program, says the bound in its first line, and claims it in full', () => {
    const { code, out, err } = sutra('simplify', 'iris.su', '--within', '0.05', '--over', 'f=[0, 8]', '-o', 'short.su');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^short_petal +2\.6420994 +-> +2\.64 /);
    const bound = /(0\.0\d+)\n$/.exec(out)?.[1];
    expect(out).toContain(
      `3 parameters: 0 are 0 (0 before), 7 digits (17 before); outputs differ by at most ${bound}\n`,
    );
    const [line = '', ...rest] = read('short.su').split('\n');
    expect(line).toMatch(/^\/\/ simplified: outputs of classify differ by at most [\d.]+ from iris\.su \(sha256:/);
    expect(line).toContain(`at most ${bound} `);
    const before = read('iris.su').replace('2.6420994', '2.64').replace('1.6192675', '1.62');
    expect(rest.join('\n')).toBe(before);
    expect(JSON.parse(read('short.claim.json'))).toMatchObject({ function: 'classify', bound: Number(bound) });
  });

  it('tells it as JSON', () => {
    const { out } = sutra('simplify', 'iris.su', '--within', '0.01', '--over', 'f=[1, 2]', '-o', 'j.su', '--json');
    expect(jsonLines(out)).toMatchObject([{ v: 1, done: true, function: 'classify', boxes: 1, file: 'j.su' }]);
  });

  it('takes boxes around the rows of a table', () => {
    const rows = ['--over', 'iris.csv', '--radius', '0.1', '--rows', '20'];
    const { code, out } = sutra('simplify', 'iris.su:classify', '--within', '0.05', ...rows, '-o', 'rows.su', '--json');
    expect(code).toBe(0);
    expect(jsonLines(out)).toMatchObject([{ boxes: 20, over: '20 rows of iris.csv, each number within 0.1' }]);
  });

  const refused: readonly (readonly [string, string[], number, RegExp])[] = [
    ['no distance', ['-o', 'x.su'], 2, /needs `--within E`/],
    ['no target', ['--within', '0.1'], 2, /needs `-o OUT.su`/],
    ['itself as target', ['--within', '0.1', '-o', './iris.su'], 2, /must stay/],
    ['no box', ['--within', '0.1', '-o', 'x.su'], 1, /SU0720.*\n.*iris\.su:17/],
    ['half a box', ['--within', '0.1', '-o', 'x.su', '--over', 'f=3'], 1, /SU0812/],
    ['an empty box', ['--within', '0.1', '-o', 'x.su', '--over', 'f=[3, 2]'], 1, /SU0721/],
    ['a table without a radius', ['--within', '0.1', '-o', 'x.su', '--over', 'iris.csv'], 2, /needs `--radius R`/],
    ['a radius without a table', ['--within', '0.1', '-o', 'x.su', '--radius', '1'], 2, /go with `--over TABLE`/],
    ['too small a distance', ['--within', '1e-12', '-o', 'x.su', '--over', 'f=[0, 8]'], 1, /SU0724/],
  ];
  it.each(refused)('refuses %s, and writes nothing', (_, words, exit, message) => {
    const { code, err } = sutra('simplify', 'iris.su', ...words);
    expect([code, err]).toEqual([exit, expect.stringMatching(message)]);
    expect(has('x.su') || has('x.claim.json')).toBe(false);
  });
});

describe('the claim', () => {
  it('is proved again, and refused for another program', () => {
    const proved = sutra('certify', 'short.su', '--against', 'short.claim.json');
    expect(proved.code).toBe(0);
    expect(proved.out).toMatch(/^proved \(S1 S2 S3\): outputs of classify differ by at most 0\.0\d+ over 1 box\n$/);
    write('other.su', read('short.su').replace('2.64', '2.65'));
    const other = sutra('certify', 'other.su', '--against', 'short.claim.json');
    expect([other.code, other.err]).toEqual([3, expect.stringContaining('SU0722')]);
  });
});

describe('diff --over', () => {
  it('gives a proved bound, and a point that comes near to it', () => {
    const { code, out } = sutra('diff', 'iris.su', 'short.su', '--over', 'f=[0, 8]');
    expect(code).toBe(3);
    const [, found, inputs, bound] =
      /outputs differ by (\S+) at --in '(.*)'\n.*outputs differ by at most (\S+)\n$/s.exec(out) ?? [];
    expect(Number(found)).toBeGreaterThan(0.005);
    expect(Number(bound)).toBeGreaterThanOrEqual(Number(found));
    const [a, b] = ['iris.su', 'short.su'].map((file) => {
      const { value } = jsonLines(sutra('run', file, '--in', inputs ?? '', '--json').out)[0] ?? {};
      return Object.values(value as Record<string, number>);
    });
    const apart = Math.max(...(a ?? []).map((x, i) => Math.abs(x - (b?.[i] ?? 0))));
    expect(apart).toBeCloseTo(Number(found), 5);
  });

  it('of a program and itself is nothing, of other outputs is refused', () => {
    expect(sutra('diff', 'iris.su', 'iris.su', '--over', 'f=[0, 8]').out).toMatch(/outputs differ by at most 0\n$/);
    write('g.su', 'fn classify(x: f32) -> f32 { x }\n');
    expect(sutra('diff', 'iris.su', 'g.su', '--over', 'f=[0, 8]')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU0725'),
    });
  });
});
