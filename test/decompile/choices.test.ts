/** Write-back of tables and choices: rows in place, rows divided where training made their cells differ, rows that were not there. */
import { describe, expect, test } from 'vitest';
import { writeAndVerify } from '../../src/decompile/written.ts';
import { f32Tensor, writeSafetensors } from '../../src/interop/safetensors.ts';
import { compile, decompileInto } from '../../src/road.ts';
import { format } from '../../src/syntax/format.ts';
import { hostOf, problemsOf, program, unwrap } from '../train/programs.ts';

/** One-hot rows of `size`. */
const cases = (size: number, ...chosen: readonly number[]): number[] =>
  chosen.flatMap((c) => Array.from({ length: size }, (_, i) => (i === c ? 1 : 0)));

/** The text with new values: compiled from nothing it is the same graph with exactly them, or `writeAndVerify` throws. */
function rewritten(text: string, values: Readonly<Record<string, readonly number[]>>): string {
  const c = program(text);
  const given = new Map(Object.entries(values).map(([name, v]) => [name, Float32Array.from(v)]));
  const { written } = writeAndVerify(c, hostOf({}), given);
  return written.files[0]?.after ?? text;
}

const isFormatted = (text: string): boolean => {
  const made = format({ name: 'p.su', text });
  return made.ok && made.value === text;
};

const STATES = 'enum State { even, odd }\n';

describe('rows that are written', () => {
  test('one for each cell: only the values that changed, each where it stands', () => {
    const text = `${STATES}param table next(State, bool) -> State {\n  (even, true)  ->  odd, // on\n  (even, false) -> even,\n  (odd, true)   -> even, (odd, false) -> odd\n}\n`;
    expect(rewritten(text, { next: cases(2, 0, 0, 1, 0) })).toBe(text.replace('odd, // on', 'even, // on'));
  });

  test('a row for several cells keeps its pattern while they agree', () => {
    const text = `${STATES}param table next(State, bool) -> State { (even, _) -> even, _ -> odd }\n`;
    expect(rewritten(text, { next: cases(2, 1, 1, 0, 0) })).toBe(
      text.replace('(even, _) -> even, _ -> odd', '(even, _) -> odd, _ -> even'),
    );
  });

  test('it becomes a row for each cell where they do not', () => {
    const text = `${STATES}param table next(State, bool) -> State { (even, _) -> even, _ -> odd }\n`;
    expect(rewritten(text, { next: cases(2, 0, 1, 1, 1) })).toBe(
      text.replace('(even, _) -> even', '(even, false) -> even, (even, true) -> odd'),
    );
    const lines = `${STATES}param table next(State, bool) -> State {\n  // kept\n  (even, true) -> odd,\n  // the rest\n  _ -> even, // all\n}\n`;
    expect(rewritten(lines, { next: cases(2, 0, 1, 1, 0) })).toBe(
      lines.replace('_ -> even', '(even, false) -> even,\n  (odd, false) -> odd,\n  (odd, true) -> even'),
    );
  });

  test('the numbers of a record one by one; a computed value as a whole', () => {
    const text = `record R { w: f32, on: bool }\nparam table t(bool) -> R { true -> R { w: 1.50, on: true }, false -> { w: 1.0 / 2.0, on: false } }\n`;
    expect(rewritten(text, { 't.w': [0.5, 2], 't.on': [-1, 1] })).toBe(text.replace('1.50', '2.0'));
    expect(rewritten(text, { 't.w': [0.25, 1.5], 't.on': [-1, -1] })).toBe(
      text.replace('on: true', 'on: false').replace('{ w: 1.0 / 2.0, on: false }', '{ w: 0.25, on: false }'),
    );
  });

  test('a -0 is not a 0', () => {
    const text = 'param table t(bool) -> f32 { _ -> 0.0 }\n';
    expect(rewritten(text, { t: [-0, -0] })).toBe(text.replace('0.0', '-0.0'));
    expect(rewritten(text, { t: [-0, 0] })).toBe(text.replace('_ -> 0.0', 'false -> -0.0, true -> 0.0'));
  });
});

describe('rows that were not there', () => {
  test('on one line when they fit, formatted', () => {
    const after = rewritten(`${STATES}param table flip(State) -> State;\n`, { flip: cases(2, 1, 0) });
    expect(after).toBe(`${STATES}param table flip(State) -> State { even -> odd, odd -> even }\n`);
    expect(isFormatted(after)).toBe(true);
  });

  test('else on a line each, formatted', () => {
    const text = `${STATES}param table next(State, digit: Index<3>) -> (State, f32);\nfn f(s: State) -> (State, f32) { next(s, 1) }\n`;
    const after = rewritten(text, { 'next.0': cases(2, 0, 1, 0, 1, 1, 1), 'next.1': [0.5, 1, 2, 3, 4, 5] });
    expect(after).toContain('-> (State, f32) {\n  (even, 0) -> (even, 0.5),\n  (even, 1) -> (odd, 1.0),\n');
    expect(isFormatted(after)).toBe(true);
  });

  test('in place of a value that is computed', () => {
    const after = rewritten('param table t(bool) -> f32 = normal(scale = 0.1);\n', { t: [1, 2] });
    expect(after).toBe('param table t(bool) -> f32 { false -> 1.0, true -> 2.0 }\n');
  });

  test('of more than 4,096 cells in a file, and from there to it again', () => {
    const text = 'param table near(Index<70>, Index<70>) -> bool;\n';
    const value = Float32Array.from({ length: 4900 }, (_, i) => (i % 71 === 0 ? 1 : -1));
    const c = program(text);
    const { written } = writeAndVerify(c, hostOf({}), new Map([['near', value]]));
    const after = written.files[0]?.after ?? '';
    expect(after).toMatch(
      /^param table near\(Index<70>, Index<70>\) -> bool = load\("p.safetensors", "near", sha256 = "[0-9a-f]{64}"\);\n$/,
    );
    const files = Object.fromEntries(written.sides.map((s) => [s.path, s.bytes]));
    const again = program(after, files);
    const { written: twice } = writeAndVerify(again, hostOf(files), new Map([['near', value.map((x) => -x)]]));
    expect(twice.files[0]?.after).not.toBe(after);
    expect(twice.files[0]?.after).toMatch(/ = load\(/);
  });
});

describe('weights of a file', () => {
  const text = `${STATES}param table next(State, bool) -> State;\nfn f(a: f32, s: State) -> f32 { choose { a, -a } + match next(s, true) { even => 0.0, odd => 1.0 } }\n`;
  const weights = (next: readonly number[], choice: readonly number[]): Uint8Array =>
    writeSafetensors([
      f32Tensor('next', [2, 2, 2], Float32Array.from(next)),
      f32Tensor('f?choose1', [2], Float32Array.from(choice)),
    ]);

  test('become rows and numbers', () => {
    const bytes = weights(cases(2, 0, 1, 1, 0), [0, 1]);
    const into = unwrap(decompileInto(program(text), hostOf({}), { file: 'w.safetensors', bytes }));
    expect(into.written.files[0]?.after).toBe(
      text
        .replace(
          'State;',
          `State {\n  (even, false) -> even,\n  (even, true) -> odd,\n  (odd, false) -> odd,\n  (odd, true) -> even,\n}`,
        )
        .replace('choose {', 'choose 1 {'),
    );
  });

  test('between the cases are refused', () => {
    const bytes = weights([0.5, 0.5, 0, 1, 0, 1, 1, 0], [1, 1]);
    const problems = problemsOf(decompileInto(program(text), hostOf({}), { file: 'w.safetensors', bytes }));
    expect(problems.map((p) => p.id)).toEqual(['SU0715', 'SU0715']);
  });

  test('are refused where a source loads them too', () => {
    const loads = 'param table on(Index<2>) -> bool = load("w.safetensors", "on");\n';
    const of = (...on: readonly number[]): Record<string, Uint8Array> => ({
      'w.safetensors': writeSafetensors([f32Tensor('on', [2], Float32Array.from(on))]),
    });
    const tried = (files: Record<string, Uint8Array>): readonly string[] =>
      problemsOf(compile({ name: 'p.su', text: loads }, hostOf(files))).map((p) => p.id);
    expect(tried(of(1, -1))).toEqual([]);
    expect(tried(of(1, 0.5))).toEqual(['SU0715']);
  });
});

describe('choices', () => {
  test('the number is replaced where it stands, and put behind the word where there is none', () => {
    const text = 'fn f(a: f32, b: f32) -> f32 {\n  choose { a, b } * pick   1   { a, b, a + b } * choose{a,b}\n}\n';
    const after = rewritten(text, { 'f?choose1': cases(2, 1), 'f?pick1': cases(3, 2), 'f?choose2': cases(2, 1) });
    expect(after).toBe(
      text.replace('choose {', 'choose 1 {').replace('  1  ', '  2  ').replace('choose{', 'choose 1{'),
    );
  });

  test('option 0 that is not written stays so', () => {
    const text = 'fn f(a: f32, b: f32) -> f32 { choose { a, b } }\n';
    expect(rewritten(text, { 'f?choose1': cases(2, 0) })).toBe(text);
  });

  test('the bits of an option are 8 for each word and sign', () => {
    const [spec] = program('fn f(a: f32, b: f32) -> f32 { choose { a, a + b, max(a, 1.5) } }').program.params;
    expect(spec?.bits).toEqual([8, 24, 48]);
  });
});
