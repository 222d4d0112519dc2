/** The road as a user walks it: run, tables, tests, training to certificate, on small programs and on published figures. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { printCertificate } from '../../src/decompile/certificate.ts';
import {
  type Compiled,
  certify,
  compile,
  type Host,
  type RowReport,
  run,
  runTable,
  runTests,
  train,
  trainingFile,
  type Value,
} from '../../src/road.ts';
import { textOf } from '../../src/text/span.ts';
import { afterOf, hostOf, messageOf, problemsOf, program, table, trainOn, unwrap } from '../train/programs.ts';

const SHAPES = `
enum Size { small, large }
record Box { width: f32, height: f32 }
record Pair { left: Box, sizes: Size[2], sure: truth }
fn area(b: Box) -> f32 { b.width * b.height }
fn size_of(b: Box) -> Size { if area(b) < 10.0 { small } else { large } }
fn likely(x: f32 in [0.0, 1.0]) -> Soft<Size> { softmax({ small: 1.0 - x, large: x }) }
fn same(p: Pair) -> Pair { p }
fn grid(m: f32[2, 3], flags: bool[2]) -> f32[2, 3] { [for i in 0..2: [for j in 0..3: if flags[i] { m[i][j] } else { 0.0 }]] }
fn main(n: f32) -> f32 { let double = n + n; double * 3.0 }
`;

describe('run', () => {
  const c = program(SHAPES);
  const ran = (fn: string, inputs: { [name: string]: Value }): [Value, string, string] => {
    const r = unwrap(run(c, fn, inputs));
    return [r.value, r.text, r.type];
  };

  test('values of every kind go in and come out', () => {
    expect(ran('area', { b: { width: 2, height: 3 } })).toEqual([6, '6.0', 'f32']);
    expect(ran('size_of', { width: 5, height: 3 })).toEqual(['large', 'large', 'Size']);
    const pair = { left: { width: 1, height: 2 }, sizes: ['large', 'small'], sure: -0.5 };
    expect(ran('same', { p: pair })).toEqual([
      pair,
      'Pair { left: Box { width: 1.0, height: 2.0 }, sizes: [large, small], sure: -0.5 }',
      'Pair',
    ]);
    expect(
      ran('grid', {
        m: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        flags: [true, false],
      }),
    ).toEqual([
      [
        [1, 2, 3],
        [0, 0, 0],
      ],
      '[[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]',
      'f32[2, 3]',
    ]);
  });

  test('a distribution has its weights by case', () => {
    const [value, , type] = ran('likely', { x: 0.5 });
    expect(value).toEqual({ small: 0.5, large: 0.5 });
    expect(type).toBe('Soft<Size>');
  });

  test('without a name `main` runs; a trace tells every named step', () => {
    const steps: string[] = [];
    const report = unwrap(
      run(c, undefined, { n: 2 }, { trace: (s) => steps.push(`${s.name} = ${s.data.join()} at ${textOf(s.at)}`) }),
    );
    expect(report.value).toBe(12);
    expect(steps.some((s) => s.startsWith('double = 4'))).toBe(true);
  });

  test.each([
    ['aera', {}, 'SU0517 p.su has no function `aera` that can be run | Did you mean `area`?'],
    ['area', { b: { width: 2 } }, 'SU0516 `b` needs `height`, which is f32 | A Box has width, height.'],
    ['area', { b: { width: 2, height: 'tall' } }, 'SU0515 `b.height` is f32, and `tall` is none'],
    ['area', { b: { width: 2, height: 1, depth: 3 } }, 'SU0514 `Box` has no input `depth`'],
    [
      'same',
      { p: { left: { width: 1, height: 2 }, sizes: ['large', 'smal'], sure: 0 } },
      'SU0515 `p.sizes[1]` is Size, and `smal` is none | Did you mean `small`? The cases are small, large.',
    ],
    ['same', { p: { left: { width: 1, height: 2 }, sizes: ['large'], sure: 2 } }, '`p.sizes` is Size[2]'],
    ['grid', { m: [[1, 2, 3]], flags: [true, true] }, 'It is written as a list of 2. 1 were given.'],
    ['likely', { x: 1.5 }, 'SU0515 `x` is a number in [0.0, 1.0], and `1.5` is none'],
    ['main', {}, 'SU0516 `main` needs `n`, which is f32'],
  ] as const)('%s of %j is refused', (fn, inputs, message) => {
    expect(
      problemsOf(run(c, fn, inputs))
        .map(messageOf)
        .join('\n'),
    ).toContain(message);
  });
});

describe('tables', () => {
  const rowsOf = async (c: Compiled, fn: string, text: string): Promise<{ rows: RowReport[]; problems: string[] }> => {
    const rows: RowReport[] = [];
    for await (const block of runTable(c, fn, { file: 'boxes.csv', table: table(text) })) {
      if (!block.ok) return { rows, problems: block.problems.map(messageOf) };
      rows.push(...block.value);
    }
    return { rows, problems: [] };
  };

  test('row by row, with lines, as one at a time', async () => {
    const c = program(SHAPES);
    const lines = Array.from({ length: 600 }, (_, i) => `${i % 7},x,${i / 10}`);
    const { rows } = await rowsOf(c, 'size_of', `height,note,width\n${lines.join('\n')}`);
    expect(rows.length).toBe(600);
    expect(rows[599]?.line).toBe(601);
    for (const i of [0, 255, 256, 511, 599]) {
      expect(rows[i]?.value).toBe(unwrap(run(c, 'size_of', { width: i / 10, height: i % 7 })).value);
    }
  });

  test('the rows before a bad one are given, then its problem', async () => {
    const { rows, problems } = await rowsOf(program(SHAPES), 'area', 'width,height\n1,2\n3,4\n5,tall');
    expect(rows.map((r) => r.value)).toEqual([2, 12]);
    expect(problems).toEqual([expect.stringContaining('SU0503 boxes.csv:4: column `height` holds "tall"')]);
  });

  test('a missing column lists the columns and the nearest', async () => {
    const { problems } = await rowsOf(program(SHAPES), 'area', 'width,heigth\n1,2');
    expect(problems[0]).toContain(
      'SU0501 boxes.csv has no column `height` | Did you mean `heigth`? The columns are width, heigth.',
    );
  });
});

test('tests: passed, failed, and which assert', () => {
  const c = program(`fn f(x: f32) -> f32 { x + 1.0 }
test "good" { assert f(1.0) == 2.0; }
test "bad" { assert f(1.0) == 2.0; assert f(2.0) == 4.0; assert f(1.0) > 0.0 && false; }`);
  const report = runTests(c);
  expect([report.passed, report.failed]).toEqual([1, 1]);
  expect(report.failures[0]?.title).toBe('bad');
  const [compared, other] = report.failures[0]?.asserts ?? [];
  expect(compared && textOf(compared.at)).toContain('f(2.0) == 4.0');
  expect(compared?.sides).toEqual(['3.0', '4.0']);
  expect(other?.sides).toBeUndefined();
});

describe('training to certificate', () => {
  const TEXT = `import { cross_entropy } from "std/loss";
import { Dense, dense, dense_init } from "std/nn";
enum Side { left, right }
param hidden: Dense<2, 40> = dense_init(); // the first layer
param out: Dense<40, 2> = dense_init();
fn side(x: f32[2]) -> Soft<Side> { softmax(dense(tanh(dense(x, hidden)), out)) }
train side { data: csv("sides.csv", label = "side"), loss: cross_entropy, optimizer: adam(rate = 0.05), epochs: 12, batch: 8, seed: 7 }
`;
  const rows = table(
    `x0,x1,side\n${Array.from({ length: 40 }, (_, i) => {
      const [a, b] = [((i * 7) % 11) / 5 - 1, ((i * 3) % 13) / 6 - 1];
      return `${a},${b},${a * b > 0 ? 'left' : 'right'}`;
    }).join('\n')}`,
  );

  test('text, weights file and certificate hold together', async () => {
    const done = unwrap(await trainOn(program(TEXT), rows));
    expect(done.verified).toEqual({ parameters: 202, bitsDiffer: 0, graphEqual: true });
    const after = done.written.files[0]?.after ?? '';
    expect(after).toContain('load("p.safetensors", "hidden.w", sha256 = "');
    expect(after).toContain('// the first layer');
    const files = Object.fromEntries(done.written.sides.map((s) => [s.path, s.bytes]));
    const certificate = printCertificate(done.certificate);
    expect(certify({ name: 'p.su', text: after }, hostOf(files), { certificate }).ok).toBe(true);
    const weights = files['p.safetensors'] ?? new Uint8Array();
    // Another byte in the weights file is another file: the source says so itself.
    const broken = { 'p.safetensors': weights.map((b, i) => (i === weights.length - 1 ? b ^ 1 : b)) };
    const told = problemsOf(certify({ name: 'p.su', text: after }, hostOf(broken), { certificate })).map(messageOf);
    expect(told[0]).toContain('is not the file that this program was written with');
    // Training the written program goes on from there.
    const again = unwrap(await trainOn(program(after, files), rows, { epochs: 3 }, files));
    expect(again.verified.bitsDiffer).toBe(0);
  });

  test('another seed on the command line is written out, so the text alone gives the numbers', async () => {
    const frozen = TEXT.replace('param out', 'frozen param out');
    const done = unwrap(await trainOn(program(frozen), rows, { seed: 8, epochs: 1 }));
    expect(afterOf(done, 'out.w')).not.toEqual(Array.from(done.params.find((p) => p.name === 'out.w')?.before ?? []));
    expect(done.verified.bitsDiffer).toBe(0);
  });

  test('the file of the train block is found beside the program', () => {
    const c = unwrap(
      compile({ name: 'a/b/p.su', text: TEXT.replace('"sides.csv"', '"../data/sides.csv"') }, hostOf({})),
    );
    expect(trainingFile(c)).toMatchObject({ kind: 'csv', path: 'a/data/sides.csv' });
  });
});

describe('the published rule classifier', () => {
  const folder = fileURLToPath(new URL('../../examples/rules_reference/', import.meta.url));
  const host: Host = { read: (path) => (existsSync(path) ? readFileSync(path) : undefined) };

  test('its thirty losses come out to 1e-5, from five similarities', async () => {
    const name = `${folder}five.su`;
    const c = unwrap(compile({ name, text: readFileSync(name, 'utf8') }, host));
    const bytes = readFileSync(trainingFile(c)?.path ?? '');
    const done = unwrap(await train(c, host, { data: { kind: 'safetensors', file: 'five.data.safetensors', bytes } }));
    const { five } = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as { five: { losses: number[] } };
    expect(done.outcome.epochs.length).toBe(30);
    for (const [i, e] of done.outcome.epochs.entries())
      expect(Math.abs(e.loss - (five.losses[i] ?? 0))).toBeLessThan(1e-5);
    expect(done.verified).toEqual({ parameters: 3840, bitsDiffer: 0, graphEqual: true });
  });
});
