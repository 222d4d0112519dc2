/** Write-back: only the bytes of learned numbers change, and what is written reads back to the same bits. */
import { describe, expect, test } from 'vitest';
import { writeBack } from '../../src/decompile/writeback.ts';
import { readSafetensors } from '../../src/interop/safetensors.ts';
import { bitsOfF32, f32OfBits } from '../../src/num/bits.ts';
import { sha256 } from '../../src/num/sha256.ts';
import { type Compiled, compile } from '../../src/road.ts';
import { hostOf, program, unwrap } from '../train/programs.ts';

type NewValues = Readonly<Record<string, readonly number[]>>;
const f32s = (values: NewValues): Map<string, Float32Array> =>
  new Map(Object.entries(values).map(([k, v]) => [k, Float32Array.from(v)]));

/** The text after writing values; compiled again it must have exactly them. */
function rewritten(
  text: string,
  values: NewValues,
  files: Record<string, Uint8Array> = {},
): { text: string; again: Compiled; sides: ReadonlyMap<string, Uint8Array> } {
  const c = program(text, files);
  const written = writeBack(c.program, f32s(values), hostOf(files).read);
  const after = written.files[0]?.after ?? text;
  const sides = new Map(written.sides.map((s) => [s.path, s.bytes]));
  const again = unwrap(compile({ name: 'p.su', text: after }, { read: (p) => sides.get(p) ?? files[p] }));
  expect(again.graph).toBe(c.graph);
  for (const p of again.program.params) {
    const expected = values[p.name] ?? c.program.params.find((q) => q.name === p.name)?.value ?? [];
    expect(Array.from(p.value, bitsOfF32)).toEqual(Array.from(expected, bitsOfF32));
  }
  return { text: after, again, sides };
}

describe('numbers in place', () => {
  test('comments, spacing and every other byte stay; an unchanged number keeps its spelling', () => {
    const text =
      '\uFEFFparam a   =  2.50 ; // cm\r\nparam b = 1e0;\r\n\tfn f(x: f32) -> f32 { a*x   + b - ?0.50 /* no */ }\r\n'.replace(
        ' /* no */',
        '',
      );
    const { text: after } = rewritten(text, { a: [-0.125], 'f?1': [3] });
    expect(after).toBe(text.replace('2.50', '-0.125').replace('?0.50', '?3.0'));
  });

  test('a minus is part of the number', () => {
    const { text } = rewritten('param a = -2.0;\nfn f(x: f32) -> f32 { a * x - ?-1.0 }', { a: [4], 'f?1': [-0.5] });
    expect(text).toBe('param a = 4.0;\nfn f(x: f32) -> f32 { a * x - ?-0.5 }');
  });

  test('elements of vectors, records and tuples one by one', () => {
    const text = `record P { at: f32[2], on: bool }
enum Mode { slow, fast }
frozen param p: P = P { at: [1.0, 2.0], on: true };
frozen param m: Mode = slow;
param q: (f32, f32[2, 2]) = (0.5, [[1.0, 2.0], [3.0, 4.0]]);
fn first(t: (f32, f32[2, 2])) -> f32 { let (a, b) = t; a + b[1][0] }
fn f(x: f32) -> f32 { x + p.at[0] + first(q) + if p.on { 1.0 } else { 0.0 } + match m { slow => 1.0, fast => 2.0 } }`;
    const { text: after } = rewritten(text, {
      'p.at': [1, -2],
      'p.on': [-1],
      m: [0, 1],
      'q.0': [0.25],
      'q.1': [1, 2, 30, 4],
    });
    expect(after).toContain('P { at: [1.0, -2.0], on: false }');
    expect(after).toContain('m: Mode = fast;');
    expect(after).toContain('(0.25, [[1.0, 2.0], [30.0, 4.0]])');
  });

  test('all kinds of bits survive', () => {
    const special = [
      0x00000001, 0x80000001, 0x007fffff, 0x80000000, 0x7f7fffff, 0xff7fffff, 0x00800000, 0x3f800001, 0x3eaaaaab,
    ].map(f32OfBits);
    const values = Object.fromEntries(special.map((x, i) => [`w${i}`, [x]]));
    const text = `${special.map((_, i) => `param w${i} = 0.5;`).join('\n')}\nfn f(x: f32) -> f32 { x ${special.map((_, i) => `+ w${i}`).join(' ')} }`;
    rewritten(text, values);
    let seed = 12345;
    const random = Array.from({ length: 300 }, () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed & 0x7f800000) === 0x7f800000 ? seed & 0xbfffffff : seed;
    }).map(f32OfBits);
    const many = `param v: f32[300] = [${random.map(() => '1.0').join(', ')}];\nfn f(x: f32) -> f32 { x + v[7] }`;
    rewritten(many, { v: random });
  });
});

describe('values in place of initialisers', () => {
  test('a vector, once printed, is a literal with a site per number', () => {
    const first = rewritten('param w: f32[3] = normal(scale = 0.1); // start\nfn f(x: f32) -> f32 { w[0] * x }', {
      w: [1.0625, -0.4375013, 1e-30],
    });
    expect(first.text).toContain('param w: f32[3] = [1.0625, -0.4375013, 1e-30]; // start');
    expect(first.again.program.sites.length).toBe(3);
    expect(rewritten(first.text, { w: [1.0625, 2, 1e-30] }).text).toContain('[1.0625, 2.0, 1e-30]; // start');
  });

  test('a record; long ones are broken into lines', () => {
    const text = `import { Dense, dense, dense_init } from "std/nn";
param layer: Dense<2, 8> = dense_init();
fn f(x: f32[2]) -> f32[8] { dense(x, layer) }`;
    const shape = program(text).program.params;
    const values = Object.fromEntries(shape.map((p) => [p.name, Array.from(p.value, (_, i) => (i + 1) / 7)]));
    const { text: after } = rewritten(text, values);
    expect(after).toContain('param layer: Dense<2, 8> = {\n');
    expect(after.split('\n').every((line) => line.length <= 110)).toBe(true);
  });

  test('an untouched initialiser stays as it is', () => {
    const text = 'param w: f32[3] = normal();\nparam b = 1.0;\nfn f(x: f32) -> f32 { w[0] * x + b }';
    expect(rewritten(text, { b: [2] }).text).toBe(text.replace('1.0', '2.0'));
  });
});

describe('large tensors', () => {
  const TEXT = 'param w: f32[80] = normal();\nparam b = 1.0;\nfn f(x: f32) -> f32 { w[0] * x + b }';
  const values = Array.from({ length: 80 }, (_, i) => (i - 40) / 3);

  test('more than 64 numbers go beside the source, with the hash of the file', () => {
    const { text, sides } = rewritten(TEXT, { w: values });
    const bytes = sides.get('p.safetensors') ?? new Uint8Array();
    expect(text).toBe(TEXT.replace('normal()', `load("p.safetensors", "w", sha256 = "${sha256(bytes)}")`));
    expect(unwrap(readSafetensors(bytes)).tensors.map((t) => [t.name, t.shape])).toEqual([['w', [80]]]);
  });

  test('a second time the call is rewritten; other tensors of the file stay', () => {
    const first = rewritten(TEXT, { w: values });
    const files = { 'p.safetensors': first.sides.get('p.safetensors') ?? new Uint8Array() };
    const second = rewritten(first.text, { w: values.map((x) => x + 1) }, files);
    expect(second.text).not.toBe(first.text);
    const lone = rewritten(first.text, { b: [5] }, files);
    expect(lone.sides.size).toBe(0);
    expect(lone.text).toBe(first.text.replace('1.0', '5.0'));
  });

  test('a tensor loaded from a shared file moves to the program’s own', () => {
    const first = rewritten(TEXT, { w: values });
    const bytes = first.sides.get('p.safetensors') ?? new Uint8Array();
    const shared = first.text.replace('"p.safetensors"', '"shared.safetensors"');
    const second = rewritten(shared, { w: values.map((x) => 2 * x) }, { 'shared.safetensors': bytes });
    expect(second.text).toContain('load("p.safetensors", "w"');
    expect([...second.sides.keys()]).toEqual(['p.safetensors']);
  });

  test('64 numbers still stand in the text', () => {
    const text = 'param w: f32[64] = normal();\nfn f(x: f32) -> f32 { w[0] * x }';
    expect(rewritten(text, { w: values.slice(0, 64) }).sides.size).toBe(0);
  });
});

test('a program of several files: each gets its own edits and weights file', () => {
  const files = {
    'lib/layer.su': 'param scale = 2.0;\nparam w: f32[70] = zeros();\nfn scaled(x: f32) -> f32 { scale * x + w[3] }\n',
  };
  const text =
    'import { scaled } from "./lib/layer.su";\nparam offset = 1.0;\nfn f(x: f32) -> f32 { scaled(x) + offset }\n';
  const c = program(text, files);
  const names = c.program.params.map((p) => p.name);
  const values = new Map(c.program.params.map((p) => [p.name, p.value.map((_, i) => i + 0.5)]));
  const written = writeBack(c.program, values, hostOf(files).read);
  expect(written.files.map((f) => f.name).sort()).toEqual(['lib/layer.su', 'p.su']);
  expect(written.sides.map((s) => s.path)).toEqual(['lib/layer.safetensors']);
  const after = Object.fromEntries([
    ...written.files.map((f) => [f.name, f.after]),
    ...written.sides.map((s) => [s.path, s.bytes]),
  ]);
  const again = unwrap(compile({ name: 'p.su', text: String(after['p.su']) }, hostOf(after)));
  expect(again.program.params.map((p) => p.name)).toEqual(names);
  for (const p of again.program.params) expect(p.value).toEqual(values.get(p.name));
  expect(again.graph).toBe(c.graph);
});
