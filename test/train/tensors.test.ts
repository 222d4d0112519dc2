/** Training data from tensors: case numbers or one-hot rows, and each way in which a file does not fit. */
import { describe, expect, test } from 'vitest';
import { f32Tensor, type Tensor, writeSafetensors } from '../../src/interop/safetensors.ts';
import type { Layout } from '../../src/ir/layout.ts';
import { must } from '../../src/text/result.ts';
import type { Wanted } from '../../src/train/columns.ts';
import { openTensors } from '../../src/train/tensors.ts';
import { messageOf, problemsOf, unwrap } from './programs.ts';

const VECTOR: Layout = { kind: 'array', size: 2, of: { kind: 'number' } };
const CASE: Layout = { kind: 'cases', soft: false, size: 3, name: 'Kind', cases: ['a', 'b', 'c'] };
const wanted: Wanted = {
  file: 'd.safetensors',
  at: undefined,
  inputs: [{ name: 'x', layout: VECTOR }],
  label: { name: 'y', layout: CASE },
};
const OPTIONS = { holdout: 0, seed: 0, memoryBytes: 0 };
const X = f32Tensor('x', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));

const open = (...tensors: Tensor[]) => openTensors(writeSafetensors(tensors), wanted, OPTIONS);
const told = (...tensors: Tensor[]): string => messageOf(problemsOf(open(...tensors))[0]);

describe('labels', () => {
  const labels = async (y: Tensor): Promise<number[]> => {
    for await (const batch of unwrap(open(X, y)).batches({ part: 'train', size: 3 }))
      return [...must(unwrap(batch).leaves[1])];
    return [];
  };
  const ONE_HOT = [0, 0, 1, 1, 0, 0, 0, 1, 0];

  test('as numbers of any type, and as one-hot rows', async () => {
    expect(await labels({ name: 'y', dtype: 'I64', shape: [3], data: BigInt64Array.of(2n, 0n, 1n) })).toEqual(ONE_HOT);
    expect(await labels({ name: 'y', dtype: 'U8', shape: [3], data: Uint8Array.of(2, 0, 1) })).toEqual(ONE_HOT);
    expect(await labels(f32Tensor('y', [3, 3], Float32Array.from(ONE_HOT)))).toEqual(ONE_HOT);
  });
});

describe('what does not fit', () => {
  const Y = f32Tensor('y', [3], Float32Array.of(0, 1, 2));

  test('names, shapes, lengths', () => {
    expect(told(X)).toContain('SU0510 d.safetensors has no tensor `y`');
    expect(told({ ...X, name: 'X' }, Y)).toContain('Did you mean `X`?');
    expect(told(f32Tensor('x', [3, 3], new Float32Array(9)), Y)).toContain(
      'tensor `x` has shape [3, 3], expected [n, 2]',
    );
    expect(told(X, f32Tensor('y', [2], new Float32Array(2)))).toContain('tensor `y` has shape [2], expected [3]');
    expect(told(f32Tensor('x', [0, 2], new Float32Array()), f32Tensor('y', [0], new Float32Array()))).toContain(
      'SU0507',
    );
  });

  test('numbers', () => {
    expect(told(X, f32Tensor('y', [3], Float32Array.of(0, 3, 1)))).toContain(
      'SU0505 d.safetensors:2: column `y` holds 3',
    );
    expect(told(X, f32Tensor('y', [3, 3], Float32Array.of(1, 0, 0, 0, 1, 1, 0, 0, 1)))).toContain(
      'SU0505 d.safetensors:2',
    );
    expect(told({ ...X, data: Float32Array.of(1, 2, 3, Number.NaN, 5, 6) } as Tensor, Y)).toContain(
      'SU0504 d.safetensors:2: column `x` holds NaN',
    );
  });
});
