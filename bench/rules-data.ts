/** The published classifier's examples and start as tensors: the files that `examples/rules_reference` trains from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '../src/interop/index.ts';
import { must } from '../src/text/result.ts';
import type { Tensor, Tensors } from './work.ts';

const CATEGORIES = 5;

function tensorIn(
  root: string,
  file: string,
  name: string,
): { readonly shape: readonly number[]; readonly numbers: number[] } {
  const path = join(root, 'examples/rules_reference', file);
  const read = readSafetensors(new Uint8Array(readFileSync(path)), file);
  if (!read.ok) throw new Error(`${file} cannot be read`);
  const { shape, data } = must(
    read.value.tensors.find((t) => t.name === name),
    `${file} has no ${name}`,
  );
  return { shape, numbers: Array.from(data as ArrayLike<number | bigint>, Number) };
}

export function rulesTensors(root: string): Tensors {
  const floats = (file: string, name: string): Tensor => {
    const { shape, numbers } = tensorIn(root, file, name);
    return { shape, data: Float32Array.from(numbers) };
  };
  const categories = tensorIn(root, 'five.data.safetensors', 'category').numbers;
  const marks = new Float32Array(categories.length * CATEGORIES);
  for (const [i, category] of categories.entries()) marks[i * CATEGORIES + category] = 1;
  return new Map([
    ['x', floats('five.data.safetensors', 'x')],
    ['y', { shape: [categories.length, CATEGORIES], data: marks }],
    ['prototypes', floats('five.safetensors', 'prototypes')],
  ]);
}
