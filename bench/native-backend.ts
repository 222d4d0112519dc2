/** The native backend for benchmarks, which shall say so where it is not there instead of running something else. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Backend } from '../src/backends/backend.ts';
import { nativeBackend } from '../src/backends/c/index.ts';
import { wasm } from '../src/backends/wasm/index.ts';
import { findCompiler } from '../src/cli/native/compiler.ts';
import { newMaker } from '../src/cli/native/index.ts';
import type { Koffi } from '../src/cli/native/library.ts';

export type Build = ReturnType<typeof newMaker>;

/** A maker of libraries, or why there is none. */
export function openMaker(mayFuse: boolean): Build | string {
  const compiler = findCompiler(process.env);
  if (!compiler) return 'no C compiler';
  try {
    // The bundle that runs lies elsewhere; the package is the repository's.
    const koffi = createRequire(resolve('package.json'))('koffi') as Koffi;
    return newMaker({ ok: true, compiler, koffi }, mayFuse);
  } catch {
    return 'koffi is not installed';
  }
}

/** What a maker makes of a source; anything else is an error. */
export function built(maker: Build, source: string) {
  const made = maker(source);
  if ('complaint' in made) throw new Error(made.complaint);
  return made;
}

export const nativeOf = (maker: Build, mayFuse: boolean): Backend =>
  nativeBackend({ mayFuse, otherwise: wasm, build: (source) => built(maker, source) });
