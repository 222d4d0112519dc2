import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f32Tensor, readSafetensors, type TensorToWrite, writeSafetensors } from '../../src/interop/safetensors.ts';
import { utf8Encode } from '../../src/num/bytes.ts';
import { sha256 } from '../../src/num/sha256.ts';
import { Bug } from '../../src/text/result.ts';

/** A file with this header text and so many bytes of data. */
function file(header: string, dataLength = 0): Uint8Array {
  const json = utf8Encode(header);
  const bytes = new Uint8Array(8 + json.length + dataLength);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

function read(bytes: Uint8Array) {
  const result = readSafetensors(bytes, 'w.safetensors');
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.title}: ${p.help}`).join('\n'));
  return result.value;
}

function complaints(bytes: Uint8Array): string[] {
  const result = readSafetensors(bytes, 'w.safetensors');
  return result.ok ? [] : result.problems.map((p) => `${p.id} ${p.title}: ${p.help}`);
}

const w = f32Tensor('w', [2, 2], Float32Array.of(1, -0, NaN, 1e-45));

describe('writing', () => {
  it('gives these bytes', () => {
    const bytes = writeSafetensors([w, { name: 'n', shape: [], data: Int32Array.of(7) }], { b: '2', a: '"1"' });
    const header =
      '{"__metadata__":{"a":"\\"1\\"","b":"2"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"n":{"dtype":"I32","shape":[],"data_offsets":[16,20]}}';
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + header.length))).toBe(header);
    expect(bytes[0] as number).toBe(Math.ceil(header.length / 8) * 8);
    expect((bytes.length - 20) % 8).toBe(0);
    expect(sha256(bytes)).toBe(
      sha256(writeSafetensors([w, { name: 'n', shape: [], data: Int32Array.of(7) }], { a: '"1"', b: '2' })),
    );
  });

  it('keeps the order of the tensors and needs none', () => {
    expect(read(writeSafetensors([])).tensors).toEqual([]);
    const names = ['z', 'a', 'm'];
    expect(
      read(writeSafetensors(names.map((n) => f32Tensor(n, [0], new Float32Array(0))))).tensors.map((t) => t.name),
    ).toEqual(names);
  });

  it('refuses what is no set of tensors', () => {
    expect(() => writeSafetensors([w, w])).toThrow(Bug);
    expect(() => writeSafetensors([f32Tensor('w', [3], new Float32Array(2))])).toThrow(
      'the shape of `w` fits its numbers',
    );
    expect(() => writeSafetensors([f32Tensor('__metadata__', [0], new Float32Array(0))])).toThrow(Bug);
  });
});

describe('there and back', () => {
  it('keeps every type, shape and bit', () => {
    const tensors: TensorToWrite[] = [
      { name: 'u8', shape: [3], data: Uint8Array.of(0, 1, 255) },
      { name: 'bool', dtype: 'BOOL', shape: [1], data: Uint8Array.of(1) },
      { name: 'i64', shape: [1, 2], data: BigInt64Array.of(-1n, 2n ** 62n) },
      { name: 'u64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
      { name: 'f64', shape: [2], data: Float64Array.of(0.1, -0) },
      { name: 'i8', shape: [1], data: Int8Array.of(-128) },
      { name: 'i16', shape: [1], data: Int16Array.of(-2) },
      { name: 'u16', shape: [1], data: Uint16Array.of(65535) },
      { name: 'u32', shape: [1], data: Uint32Array.of(4294967295) },
      w,
      { name: '', shape: [0, 5], data: new Float32Array(0) },
      { name: '__proto__', shape: [], data: Float32Array.of(3) },
    ];
    const back = read(writeSafetensors(tensors));
    expect(back.tensors.map(({ name, shape, data }) => ({ name, shape, data }))).toEqual(
      tensors.map(({ name, shape, data }) => ({ name, shape, data })),
    );
    expect(back.tensors.map((t) => t.dtype)).toEqual([
      'U8',
      'BOOL',
      'I64',
      'U64',
      'F64',
      'I8',
      'I16',
      'U16',
      'U32',
      'F32',
      'F32',
      'F32',
    ]);
    expect(writeSafetensors(back.tensors)).toEqual(writeSafetensors(tensors));
  });

  it('holds for any names, metadata and numbers', () => {
    const tensor = fc.record({
      name: fc.string({ unit: 'grapheme' }).filter((n) => n !== '__metadata__'),
      data: fc.float32Array(),
    });
    const all = fc.uniqueArray(tensor, { selector: (t) => t.name });
    fc.assert(
      fc.property(all, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        const bytes = writeSafetensors(
          tensors.map((t) => f32Tensor(t.name, [t.data.length], t.data)),
          metadata,
        );
        const back = read(bytes);
        expect(new Map(back.tensors.map((t) => [t.name, t.data]))).toEqual(
          new Map(tensors.map((t) => [t.name, t.data])),
        );
        expect(Object.entries(back.metadata).sort()).toEqual(Object.entries(metadata).sort());
      }),
    );
  });

  it('reads from the middle of a larger buffer, and numbers that are not aligned', () => {
    const bytes = file(
      '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}} ',
      5,
    );
    bytes.set(new Uint8Array(Float32Array.of(1.5).buffer), bytes.length - 4);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(read(larger.subarray(3, 3 + bytes.length)).tensors[1]?.data).toEqual(Float32Array.of(1.5));
  });
});

describe('reading what is broken', () => {
  const good = writeSafetensors([w], { made: 'by hand' });

  it.each([
    ['an empty file', new Uint8Array(0), /SU0520.*It has 0 bytes/],
    ['a text', utf8Encode('petal,sepal\n1,2\n'), /SU0520.*The header should take \d+ bytes, and only 8 follow/],
    ['no JSON', file('{"w":'), /SU0520.*not JSON/],
    ['an array', file('[]'), /SU0520.*begin with `{`/],
    ['bytes that are no text', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), /SU0520.*not UTF-8/],
    ['metadata that are no strings', file('{"__metadata__":{"a":1}}'), /SU0520.*object of strings/],
    [
      'a name twice',
      file('{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'),
      /SU0520.*given twice/,
    ],
    [
      'a key twice inside',
      file('{"w":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}'),
      /SU0520.*given twice/,
    ],
    ['a description that is none', file('{"w":3}'), /SU0521.*`w`.*not an object/],
    ['no type', file('{"w":{"shape":[],"data_offsets":[0,0]}}'), /SU0521.*`dtype`/],
    ['a negative size', file('{"w":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}'), /SU0521.*`shape`/],
    ['a size with a fraction', file('{"w":{"dtype":"U8","shape":[0.5],"data_offsets":[0,0]}}'), /SU0521.*`shape`/],
    ['three positions', file('{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}}'), /SU0521.*two positions/],
    [
      'an end before the start',
      file('{"w":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}', 1),
      /SU0521.*begins at 1 and ends before, at 0/,
    ],
    [
      'an unknown entry',
      file('{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"order":"C"}}'),
      /SU0521.*unknown entry `order`/,
    ],
    [
      'a shape that does not fit',
      file('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4),
      /SU0521.*\[2\] of F32 takes 8 bytes, and it is given 4/,
    ],
    [
      'an overlap',
      file(
        '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
        4,
      ),
      /SU0522.*`b` begins at byte 2, inside/,
    ],
    [
      'a gap',
      file(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}',
        3,
      ),
      /SU0522.*Bytes 1 to 2, before `b`/,
    ],
    ['bytes left over', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 3), /SU0522.*last 2 bytes/],
    ['a file that is cut off', good.subarray(0, good.length - 1), /SU0522.*take 16 bytes, and the file has 15/],
    [
      'half precision',
      file('{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}', 2),
      /SU0523.*`a`.*F16.*Readable are F32/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(complaints(bytes)).toHaveLength(1);
    expect(complaints(bytes)[0]).toMatch(message);
  });

  it('reports everything that is wrong at once', () => {
    expect(complaints(file('{"a":1,"b":{"dtype":"U8"}}'))).toHaveLength(2);
    expect(
      complaints(
        file(
          '{"a":{"dtype":"F16","shape":[0],"data_offsets":[0,0]},"b":{"dtype":"F8_E4M3","shape":[0],"data_offsets":[0,0]}}',
        ),
      ),
    ).toHaveLength(2);
  });

  it('never throws, whatever byte is changed or cut', () => {
    for (let at = 0; at < good.length; at++) {
      const changed = good.slice();
      changed[at] = (changed[at] as number) ^ 0x55;
      readSafetensors(changed);
      if (at > 0) expect(readSafetensors(good.subarray(0, at)).ok).toBe(false);
    }
  });
});
