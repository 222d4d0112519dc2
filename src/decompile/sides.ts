/**
 * Weights files beside the sources: puts new tensors into what the file holds already, and gives the new bytes with their hash.
 * Tensors of other names stay as they are, bytes and types included.
 */
import { f32Tensor, readSafetensors, type Tensor, writeSafetensors } from '../interop/safetensors.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { sha256 } from '../num/sha256.ts';

export interface SideTensors {
  /** Of the file. */
  readonly path: string;
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

export interface SideFiles {
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** sha256 of each file's bytes, as `sha256sum` prints it. */
  readonly hashes: ReadonlyMap<string, string>;
}

export function sideFiles(tensors: readonly SideTensors[], read: (path: string) => Uint8Array | undefined): SideFiles {
  const paths = [...new Set(tensors.map((t) => t.path))];
  const files = paths.map((path) => ({
    path,
    bytes: fileWith(
      tensors.filter((t) => t.path === path),
      read(path),
    ),
  }));
  return { files, hashes: new Map(files.map(({ path, bytes }) => [path, sha256(bytes)])) };
}

/** The old tensors in their order with the new ones in place, then those that are new. Deterministic. */
function fileWith(tensors: readonly SideTensors[], old: Uint8Array | undefined): Uint8Array {
  const fresh = new Map(tensors.map((t) => [t.name, f32Tensor(t.name, t.shape, t.data)]));
  const had = old && readSafetensors(old);
  const kept: Tensor[] = [];
  for (const tensor of had?.ok ? had.value.tensors : []) {
    kept.push(fresh.get(tensor.name) ?? tensor);
    fresh.delete(tensor.name);
  }
  return writeSafetensors([...kept, ...fresh.values()], had?.ok ? had.value.metadata : {});
}
