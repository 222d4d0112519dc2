/** Loads a compiled library with koffi, which is an optional package, and gives its function over memory of ours. */
import type { Library } from '../../backends/c/index.ts';

export type Koffi = typeof import('koffi');

/** Undefined where the package is not installed, or has no binary for this machine. */
export async function loadKoffi(): Promise<Koffi | undefined> {
  try {
    const { default: koffi } = (await import('koffi')) as unknown as { readonly default: Koffi };
    return koffi;
  } catch {
    return undefined;
  }
}

/** Vectors of 16 floats lie on such a boundary. */
const ALIGNMENT = 64;
const WORD = 4;

/** Throws where the file is no library or has no such function. */
export function openLibrary(koffi: Koffi, path: string, entry: string): Library {
  const call = koffi.load(path).func(entry, 'void', ['void *']);
  return {
    open(words) {
      const memory = new ArrayBuffer(WORD * words + ALIGNMENT);
      const start = koffi.address(new Uint8Array(memory));
      const skipped = (ALIGNMENT - Number(start % BigInt(ALIGNMENT))) % ALIGNMENT;
      const floats = new Float32Array(memory, skipped, words);
      const address = start + BigInt(skipped);
      // The closure holds the array too: memory that C writes to must not be collected.
      return { floats, run: () => floats.length > 0 && call(address) };
    },
  };
}
