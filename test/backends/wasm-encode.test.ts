import { describe, expect, it } from 'vitest';
import { byteWriter } from '../../src/backends/wasm/bytes.ts';
import type { Code, FunctionType, Local } from '../../src/backends/wasm/code.ts';
import { moduleBuilder } from '../../src/backends/wasm/encode.ts';
import { instantiate, newMemory, validate } from '../../src/backends/wasm/host.ts';
import { LANE, type LaneOp, MEMORY, type MemoryOp, PLAIN, type PlainOp } from '../../src/backends/wasm/opcodes.ts';
import { must } from '../../src/text/result.ts';

/** A module with one memory and one exported function `f`. */
function moduleOf(type: FunctionType, build: (code: Code, params: readonly Local[]) => void): Uint8Array {
  const m = moduleBuilder();
  m.importMemory('host', 'memory', { least: 1 });
  m.exportFunction('f', m.function(type, build));
  return m.finish();
}

const f32s = (bytes: ArrayBuffer): Float32Array => new Float32Array(bytes);

describe('integers', () => {
  const written = (write: (w: ReturnType<typeof byteWriter>) => void): number[] => {
    const w = byteWriter();
    write(w);
    return [...w.finish()];
  };

  it('are written as LEB128', () => {
    expect(written((w) => w.unsigned(0))).toEqual([0]);
    expect(written((w) => w.unsigned(127))).toEqual([127]);
    expect(written((w) => w.unsigned(624485))).toEqual([0xe5, 0x8e, 0x26]);
    expect(written((w) => w.unsigned(0xffffffff))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(written((w) => w.signed(63))).toEqual([63]);
    expect(written((w) => w.signed(64))).toEqual([0xc0, 0x00]);
    expect(written((w) => w.signed(-1))).toEqual([0x7f]);
    expect(written((w) => w.signed(-123456))).toEqual([0xc0, 0xbb, 0x78]);
    expect(written((w) => w.signed(-2147483648))).toEqual([0x80, 0x80, 0x80, 0x80, 0x78]);
  });
});

/** Where the operands and the result of an instruction stand, by the letters of its name. */
function signatureOf(name: string): { params: string[]; result: string } | undefined {
  const [shape = '', verb = ''] = name.split('.');
  if (name === 'unreachable' || name === 'return' || name === 'drop' || name === 'select') return undefined;
  const vector = shape === 'v128' || /x\d$/.test(shape);
  const compares = /^(eq|ne|lt|gt|le|ge)(_[su])?$/.test(verb);
  if (verb === 'splat') return { params: [shape.startsWith('i32') ? 'i32' : shape.slice(0, 3)], result: 'v128' };
  if (verb === 'bitselect') return { params: ['v128', 'v128', 'v128'], result: 'v128' };
  if (['any_true', 'all_true', 'bitmask'].includes(verb)) return { params: ['v128'], result: 'i32' };
  if (vector && /^sh/.test(verb)) return { params: ['v128', 'i32'], result: 'v128' };
  const from = /_(i32|i64|f32|f64)(_s)?$/.exec(verb)?.[1];
  if (!vector && from && !compares) return { params: [from], result: shape };
  const unary = /^(abs|neg|not|ceil|floor|trunc|nearest|sqrt|eqz)$|extend|promote|demote|convert|trunc_sat/.test(verb);
  const type = vector ? 'v128' : shape;
  return { params: unary ? [type] : [type, type], result: vector || !(compares || verb === 'eqz') ? type : 'i32' };
}

function zero(code: Code, type: string): void {
  if (type === 'i32') code.i32(0);
  else if (type === 'i64') {
    code.i32(0);
    code.op('i64.extend_i32_s');
  } else if (type === 'f32') code.f32(0);
  else if (type === 'f64') code.f64(0);
  else code.i32x4([0, 0, 0, 0]);
}

describe('every instruction', () => {
  it.each(Object.keys(PLAIN) as PlainOp[])('%s is valid with operands of its types', (name) => {
    const signature = signatureOf(name);
    if (!signature) return;
    const results = [signature.result] as FunctionType['results'];
    const bytes = moduleOf({ params: [], results }, (code) => {
      for (const type of signature.params) zero(code, type);
      code.op(name);
    });
    expect(validate(bytes)).toBe(true);
  });

  it.each(Object.keys(MEMORY) as MemoryOp[])('%s is valid', (name) => {
    const type = name.split('.')[0] as 'i32' | 'v128';
    const stores = name.endsWith('store');
    const bytes = moduleOf({ params: [], results: stores ? [] : [type] }, (code) => {
      code.i32(0);
      if (stores) zero(code, type);
      code.memory(name, 300);
    });
    expect(validate(bytes)).toBe(true);
  });

  it.each(Object.keys(LANE) as LaneOp[])('%s is valid', (name) => {
    const scalar = name.slice(0, 3) as 'i32';
    const replaces = name.includes('replace');
    const bytes = moduleOf({ params: [], results: [replaces ? 'v128' : scalar] }, (code) => {
      zero(code, 'v128');
      if (replaces) zero(code, scalar);
      code.lane(name, 1);
    });
    expect(validate(bytes)).toBe(true);
  });
});

describe('modules', () => {
  it('add numbers', () => {
    const bytes = moduleOf({ params: ['f32', 'f32'], results: ['f32'] }, (code, [a, b]) => {
      code.get(a as Local);
      code.get(b as Local);
      code.op('f32.add');
    });
    expect(instantiate(bytes, { host: { memory: newMemory(1) } }).f?.(0.1, 0.2)).toBe(
      Math.fround(Math.fround(0.1) + Math.fround(0.2)),
    );
  });

  it('loop over memory, four floats at a time', () => {
    const bytes = moduleOf({ params: [], results: [] }, (code) => {
      const at = code.local('i32');
      code.i32(0);
      code.set(at);
      code.loop(() => {
        code.get(at);
        code.get(at);
        code.memory('v128.load', 16);
        code.f32x4([1, 2, 3, 4]);
        code.op('f32x4.mul');
        code.memory('v128.store', 1024);
        code.get(at);
        code.i32(16);
        code.op('i32.add');
        code.tee(at);
        code.i32(64);
        code.op('i32.lt_u');
        code.brIf(0);
      });
    });
    const memory = must(newMemory(1));
    const x = f32s(memory.buffer);
    for (let i = 0; i < 20; i++) x[i] = i;
    instantiate(bytes, { host: { memory } }).f?.();
    expect([...x.subarray(256, 272)]).toEqual(Array.from({ length: 16 }, (_, i) => (i + 4) * ((i % 4) + 1)));
  });

  it('branch, call what they import, copy and fill, and begin with their data', () => {
    const m = moduleBuilder();
    m.importMemory('host', 'memory', { least: 1 });
    const told: number[] = [];
    const tell = m.importFunction('host', 'tell', { params: ['i32'], results: [] });
    const inner = m.function({ params: ['i32'], results: [] }, (code, [x]) => {
      code.get(x as Local);
      code.branch(
        () => {
          code.i32(-70000);
          code.call(tell);
        },
        () => {
          code.i32(70000);
          code.call(tell);
        },
      );
    });
    const outer = m.function({ params: [], results: [] }, (code) => {
      for (const x of [0, 1]) {
        code.i32(x);
        code.call(inner);
      }
      for (const x of [100, 8, 4]) code.i32(x);
      code.copy();
      for (const x of [104, 255, 2]) code.i32(x);
      code.fill();
    });
    m.exportFunction('f', outer);
    m.data(8, Uint8Array.of(1, 2, 3, 4));
    const memory = must(newMemory(1));
    instantiate(m.finish(), { host: { memory, tell: (x: number) => told.push(x) } }).f?.();
    expect(told).toEqual([70000, -70000]);
    expect([...new Uint8Array(memory.buffer, 100, 7)]).toEqual([1, 2, 3, 4, 255, 255, 0]);
  });

  it('are the same bytes each time, and free locals are used again', () => {
    const build = (): Uint8Array =>
      moduleOf({ params: [], results: [] }, (code) => {
        const a = code.local('v128');
        const b = code.local('i32');
        code.free(a);
        const c = code.local('v128');
        expect([a === c, (a as number) === (b as number)]).toEqual([true, false]);
        code.f32x4([Number.NaN, -0, 1, 2]);
        code.set(c);
        code.free(c);
        code.free(b);
      });
    expect(build()).toEqual(build());
    expect(validate(build())).toBe(true);
  });
});
