/** Weights that are loaded: where they come from, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { LoadedTensor } from '../../src/lower/index.ts';
import { must } from '../../src/text/result.ts';
import { textOf } from '../../src/text/span.ts';
import { lowered, programOf } from './lowering.ts';

const HASH = 'a'.repeat(64);
const weights = (shape: readonly number[]): LoadedTensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => i + 0.5),
  sha256: HASH,
});
const from =
  (found: LoadedTensor | string | undefined) =>
  (file: string, tensor: string): LoadedTensor | string | undefined =>
    file === 'w.safetensors' && tensor === 'w' ? found : undefined;

const PROGRAM = 'param w: f32[2, 3] = load("w.safetensors", "w");\nfn total() -> f32 { sum(w) }';
const errors = (text: string, found: LoadedTensor | string | undefined): string[] =>
  lowered(text, from(found)).problems.map((p) => p.id);

describe('load', () => {
  it('gives the numbers of the file, and a site that is the call', () => {
    const program = programOf(PROGRAM, from(weights([2, 3])));
    expect([...must(program.params[0]).value]).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
    const [site] = program.sites;
    expect(site).toMatchObject({ kind: 'load', param: 'w', file: 'w.safetensors', tensor: 'w' });
    expect(textOf(must(site).at)).toBe('load("w.safetensors", "w")');
  });

  it('may stand for one field of a record', () => {
    const text = `record Layer { w: f32[2, 3], b: f32[2] }
      param layer: Layer = Layer { w: load("w.safetensors", "w"), b: [0.0, 1.0] };
      fn total() -> f32 { sum(layer.w) + sum(layer.b) }`;
    const program = programOf(text, from(weights([2, 3])));
    expect(program.sites.map((s) => s.kind)).toEqual(['load', 'number', 'number']);
  });

  it('refuses a missing tensor, saying why', () => {
    expect(errors(PROGRAM, undefined)).toEqual(['SU0410']);
    expect(lowered(PROGRAM, from('the header is cut off')).problems[0]?.help).toBe('the header is cut off');
  });

  it('refuses another shape', () => expect(errors(PROGRAM, weights([3, 2]))).toEqual(['SU0411']));

  it('refuses a file with another hash', () => {
    const hashed = (hash: string): string => PROGRAM.replace('"w")', `"w", sha256 = "${hash}")`);
    expect(errors(hashed(HASH), weights([2, 3]))).toEqual([]);
    expect(errors(hashed('b'.repeat(64)), weights([2, 3]))).toEqual(['SU0412']);
  });
});
