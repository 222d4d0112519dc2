/** Tensors that a program loads: reads weights files through the host, once each, with the hash of the whole file. */
import { readSafetensors, type SafetensorsFile } from '../interop/safetensors.ts';
import type { LoadTensor } from '../lower/index.ts';
import { sha256 } from '../num/sha256.ts';
import type { Result } from '../text/result.ts';
import { joinPath } from './paths.ts';

interface Opened {
  readonly file: Result<SafetensorsFile>;
  readonly hash: string;
}

/** Paths are relative to the folder of the file that names them. */
export function tensorLoader(read: (path: string) => Uint8Array | undefined): LoadTensor {
  const opened = new Map<string, Opened | undefined>();
  const open = (path: string): Opened | undefined => {
    if (opened.has(path)) return opened.get(path);
    const bytes = read(path);
    const made = bytes && { file: readSafetensors(bytes, path), hash: sha256(bytes) };
    opened.set(path, made);
    return made;
  };
  return (name, tensor, from) => {
    const found = open(joinPath(from, name));
    if (!found) return undefined;
    if (!found.file.ok) return found.file.problems.map((p) => `${p.title}. ${p.help}`).join(' ');
    const { tensors } = found.file.value;
    const held = tensors.find((t) => t.name === tensor);
    if (!held) return `The file has ${tensors.map((t) => `\`${t.name}\``).join(', ') || 'no tensors'}.`;
    if (held.dtype !== 'F32') return `It holds ${held.dtype}; only F32 can be loaded without changing numbers.`;
    return { shape: held.shape, data: held.data, sha256: found.hash };
  };
}
