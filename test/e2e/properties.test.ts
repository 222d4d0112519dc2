/** `sutra prove FILE.su` through the built binary: verdicts, counterexamples that run again, and what is refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, workplace } from './sutra.ts';

const { sutra, write, read } = workplace();

const RULES = `enum Color { red, green, blue }
record Paint { depth: f32, shades: f32[2], color: Color }
fn weight(p: Paint) -> f32 { p.depth + sum(p.shades) + match p.color { red => 1.0, green => 0.0, blue => -1.0 } }
fn square(x: f32) -> f32 { x * x }
fn cube(x: f32 in [0, 1]) -> f32 { x * x * x }

prove "paint weighs" {
  forall p: Paint in [Paint { depth: 0.0, shades: [0.0, 0.0], color: red }, Paint { depth: 1.0, shades: [1.0, 2.0], color: red }];
  forall color: Color;
  assume color == blue;
  assert weight({ ...p, color: color }) > 0.1;
}
`;

const VERDICTS = `enum Color { red, green, blue }
fn square(x: f32) -> f32 { x * x }
fn weight(c: Color, heavy: bool) -> f32 { match c { red => 1.0, green => 2.0, blue => 3.0 } + if heavy { 1.0 } else { 0.0 } }
prove "bounds" {
  forall x: f32 in [-1.0, 1.0];
  assert square(x) <= 1.5;
}
prove "cases" {
  forall c: Color;
  forall heavy: bool;
  assert weight(c, heavy) >= 1.0;
}
prove "graph" square == (y => y * y);
prove "vacuous" {
  forall x: f32 in [-1.0, 1.0];
  assume x > 2.0;
  assert square(x) <= 1.5;
}
prove "idle" {
  forall x: f32 in [-1.0, 1.0];
  assert
    x <= 2.0;
  assert square(x) <= 1.5;
}
`;

const HARD = `prove "hard" {
  forall x: f32[3] in [-1.0, 1.0];
  assert x[0] * x[1] * x[2] <= x[0] ** 2 + x[1] ** 2 + x[2] ** 2 + 1e-6;
}
`;

const BEYOND = `fn half(x: f32 in [0, 1]) -> f32 { 0.5 * x }
prove "both" {
  forall x: f32 in [0.0, 2.0];
  assert half(x) > 1.0;
}
`;

beforeAll(() => {
  write('verdicts.su', VERDICTS);
  write('hard.su', HARD);
  write('beyond.su', BEYOND);
  write('paint.su', RULES);
  write(
    'relation.su',
    `${RULES.slice(0, RULES.indexOf('prove'))}prove "the same" square == cube;\nprove square ~= cube within 0.01;\n`,
  );
  write(
    'late.su',
    'param low = 2.0;\nprove "late" { forall x: f32 in [low, 1.0]; assert x > 0.0; }\nprove "false" { assert low < 1.0; }\n',
  );
  write('none.su', 'fn f(x: f32) -> f32 { x }\n');
  write('broken.su', 'prove "empty" { forall x: f32 in [1.0, 0.0]; assert x > 0.0; }\n');
});

/** Splits a command as a POSIX shell does that knows single quotes. */
const words = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g)].map(([word]) => word.replace(/'([^']*)'|\\(')/g, '$1$2'));

describe('a refuted property', () => {
  it('is told with its inputs, what is false there, and a command that runs it again', () => {
    const { code, out, err } = sutra('prove', 'paint.su');
    expect([code, err]).toEqual([3, '']);
    const [head, p, color, claim, command, replay, last] = out.split('\n');
    expect(head).toMatch(/^refuted "paint weighs" \(S1\): \d+ box(es)?, [\d.]+ s$/);
    expect(p).toMatch(/^ {2}p = Paint \{ depth: [\d.e-]+, shades: \[[\d.e-]+, [\d.e-]+\], color: red \}$/);
    expect(color).toBe('  color = blue');
    expect(claim).toMatch(
      /^ {2}paint\.su:11: weight\(\{ \.\.\.p, color: color \}\) > 0\.1 is false: -?[\d.e-]+ on the left, 0\.1 on the right$/,
    );
    expect(last).toBe('0 proved, 1 refuted, 0 unknown');
    const [left = ''] = /-?[\d.e-]+(?= on the left)/.exec(claim ?? '') ?? [];
    const again = sutra(...words(command ?? '').slice(1));
    expect(again).toMatchObject({ code: 0, out: `${left} : f32\n` });
    const there = sutra(...words(replay ?? '').slice(1));
    expect(there.code).toBe(3);
    expect(there.out.split('\n')).toEqual(['false here', p, color, claim, command, replay, '']);
  });

  it('is the same as JSON', () => {
    const { code, out } = sutra('prove', 'paint.su', 'paint weighs', '--json');
    expect(code).toBe(3);
    expect(jsonLines(out)).toMatchObject([
      {
        v: 1,
        name: 'paint weighs',
        file: 'paint.su',
        line: 7,
        verdict: 'refuted',
        tiers: ['S1'],
        counterexample: { p: { color: 'red' }, color: 'blue' },
        failed: [{ line: 11, comparisons: [{ right: '0.1' }] }],
        run: [
          expect.stringMatching(/^sutra run paint\.su:weight --in 'p=Paint \{ .*, color: blue \}'$/),
          expect.stringMatching(
            /^sutra prove paint\.su 'paint weighs' --in 'p=Paint \{ .*, color: red \}' --in color=blue$/,
          ),
        ],
      },
    ]);
  });

  it('has the same counterexample with every backend', () => {
    const of = (backend: string): unknown =>
      jsonLines(sutra('prove', 'paint.su', '--json', '--backend', backend).out)[0]?.counterexample;
    expect(of('reference')).toEqual(of('wasm'));
    expect(of('reference')).toBeDefined();
  });
});

it('a relation is refuted with both sides and both calls', () => {
  const { code, out } = sutra('prove', 'relation.su');
  expect(code).toBe(3);
  expect(out).toMatch(/^refuted "the same" \(S1\)/);
  expect(out).toMatch(/\nrefuted "square ~= cube within 0\.01" \(S1\)/);
  expect(out).toMatch(/\n {2}relation\.su:7: square == cube is false: [\d.e-]+ on the left, [\d.e-]+ on the right\n/);
  const commands = out.split('\n').filter((line) => line.startsWith('  sutra run'));
  const values = commands.map((c) => sutra(...words(c).slice(1)).out);
  expect(values).toHaveLength(4);
  expect(values[0]).not.toBe(values[1]);
});

describe('other verdicts', () => {
  const verdictOf = (title: string, ...more: string[]) => sutra('prove', 'verdicts.su', title, ...more);

  it('proved, with how it was shown', () => {
    expect(verdictOf('bounds')).toMatchObject({ code: 0, err: '' });
    expect(verdictOf('bounds').out).toMatch(
      /^proved "bounds" \(S1 S2 S3\): \d+ box(es)?, [\d.]+ s\n1 proved, 0 refuted, 0 unknown\n$/,
    );
    expect(verdictOf('cases').out).toMatch(/^proved "cases" \(S1 S2 S3\): exhaustive, 6 cases, [\d.]+ s\n/);
    expect(verdictOf('graph').out).toMatch(/^proved "graph" \(S1 S2 S3\): same graph, [\d.]+ s\n/);
    expect(verdictOf('idle').out).toMatch(
      /^proved "idle" .*\n {2}verdicts\.su:22: x <= 2\.0 would hold of any program\n/,
    );
  });

  it('vacuous, apart from what is proved', () => {
    const { code, out } = verdictOf('vacuous');
    expect(code).toBe(4);
    expect(out).toMatch(
      /^vacuous "vacuous": the assumptions hold nowhere, .*\n0 proved, 0 refuted, 0 unknown, 1 vacuous\n$/,
    );
  });

  it('unknown, with what to try', () => {
    const { code, out } = sutra('prove', 'hard.su', '--timeout', '0s');
    expect(code).toBe(4);
    expect(out).toMatch(
      /^unknown "hard": time is up, .*\d+ open, \d+ box(es)?, [\d.]+ s\n {2}Give it more time \(`--timeout 10min`\)/,
    );
  });

  it('of all, one line each as JSON', () => {
    const { code, out } = sutra('prove', 'verdicts.su', '--json');
    expect(code).toBe(4);
    expect(jsonLines(out).map((line) => line.verdict)).toEqual(['proved', 'proved', 'proved', 'vacuous', 'proved']);
    expect(jsonLines(out)[4]).toMatchObject({ name: 'idle', idle: [0] });
    expect(jsonLines(out)[1]).toMatchObject({ tiers: ['S1', 'S2', 'S3'], kind: 'cases', boxes: 6, splits: 6, open: 0 });
  });
});

describe('one point', () => {
  const at = (depth: string, color: string, ...more: string[]) =>
    sutra(
      'prove',
      'paint.su',
      'paint weighs',
      '--in',
      `p=Paint { depth: ${depth}, shades: [0, 1], color: red }`,
      '--in',
      `color=${color}`,
      ...more,
    );

  it('may be one where it is true, or one of which it does not speak', () => {
    expect(at('1', 'blue')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^true here; of other inputs nothing is said\n/),
    });
    expect(at('1', 'red').out).toMatch(
      /^the property does not speak of these inputs\n.*\n.*\n {2}paint\.su:10: color == blue is false/,
    );
    expect(at('2', 'blue').out).toMatch(/^the property does not speak of these inputs\n/);
    expect(jsonLines(at('0', 'blue', '--json').out)).toMatchObject([
      { name: 'paint weighs', here: 'false', inputs: { color: 'blue' }, failed: [{ line: 11 }] },
    ]);
  });

  it('is shown by calls within what functions promise', () => {
    const given = (x: string): string => sutra('prove', 'beyond.su', 'both', '--in', `x=${x}`).out;
    expect(given('0.5')).toContain('sutra run beyond.su:half --in x=0.5\n');
    expect(given('2')).not.toContain('sutra run');
  });

  it('has all inputs of the property and no others', () => {
    const { code, err } = sutra('prove', 'paint.su', 'paint weighs', '--in', 'q=1');
    expect(code).toBe(1);
    for (const id of ['SU0514', 'SU0516']) expect(err).toContain(id);
    expect(at('x', 'blue').err).toContain('SU0515');
  });
});

describe('what is no question', () => {
  it('is an error where it stands', () => {
    expect(sutra('prove', 'broken.su')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('SU0415') });
  });

  it('is told of one property while the others are examined, where params make it so', () => {
    const { code, out, err } = sutra('prove', 'late.su');
    expect(code).toBe(1);
    expect(err).toContain('SU0415');
    expect(out).toMatch(
      /^refuted "false" \(S1\).*\n {2}late\.su:3: low < 1\.0 is false: 2\.0 on the left, 1\.0 on the right\n/,
    );
    expect(out).toMatch(/\n0 proved, 1 refuted, 0 unknown, 1 error\n$/);
    expect(sutra('check', 'late.su').code).toBe(0);
    expect(jsonLines(sutra('prove', 'late.su', '--json').out)).toMatchObject([{ problems: [{ code: 'SU0415' }] }, {}]);
  });

  it('is a title that no property has', () => {
    const { code, err } = sutra('prove', 'paint.su', 'paint weights');
    expect(code).toBe(1);
    expect(err).toContain('SU1122');
    expect(err).toContain('Did you mean "paint weighs"?');
    expect(sutra('prove', 'none.su', 'any').err).toContain('It has none.');
  });

  it('is a program without properties', () => {
    expect(sutra('prove', 'none.su')).toEqual({
      code: 4,
      out: '0 proved, 0 refuted, 0 unknown\n',
      err: 'none.su has no `prove` block\n',
    });
  });

  it('is wrong usage', () => {
    for (const more of [['a', 'b'], ['net.onnx'], ['a.vnnlib'], ['--timeout', 'soon'], ['--in', 'p=1']])
      expect(sutra('prove', 'paint.su', ...more).code).toBe(2);
  });
});

it('checks without a warning, and proving changes nothing', () => {
  expect(sutra('check', 'paint.su')).toMatchObject({ code: 0, out: '' });
  expect(read('paint.su')).toBe(RULES);
});
