/**
 * The backend `native`: plans are compiled by the system's compiler, kept in a cache, loaded with koffi and run over memory of ours.
 * Without koffi or a compiler, or where one of them fails, a warning says so and `wasm` runs the program.
 */
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Backend } from '../../backends/backend.ts';
import { ENTRY, type Library, nativeBackend } from '../../backends/c/index.ts';
import { wasm } from '../../backends/wasm/index.ts';
import { problem } from '../../text/problem.ts';
import { reasonOf } from '../disk.ts';
import type { Session } from '../session.ts';
import { cacheFolder, findLibrary, hashOf, makeLibrary } from './cache.ts';
import { type Compiler, compileLibrary, findCompiler, flagsFor } from './compiler.ts';
import { type Koffi, loadKoffi, openLibrary } from './library.ts';

/** What the backend stands on, or what is missing and how to get it. */
export type Tools =
  | { readonly ok: true; readonly compiler: Compiler; readonly koffi: Koffi }
  | { readonly ok: false; readonly what: string; readonly hint: string };

export async function findTools(): Promise<Tools> {
  const koffi = await loadKoffi();
  if (!koffi) return { ok: false, what: 'the package `koffi`', hint: 'Install it beside sutra: `npm install koffi`.' };
  const compiler = findCompiler(process.env);
  if (!compiler)
    return { ok: false, what: 'a C compiler', hint: 'Install gcc or clang, or name one in the variable CC.' };
  return { ok: true, compiler, koffi };
}

export async function openNative(session: Session): Promise<Backend> {
  const tools = await findTools();
  if (!tools.ok) {
    session.warn([problem('native-missing', undefined, { what: tools.what, hint: tools.hint })]);
    return wasm;
  }
  const mayFuse = session.options['fast-math'];
  if (mayFuse) {
    session.mark.text = ',"fast_math":true,"bits":"may differ from the reference"';
    session.insist([problem('bits-may-differ', undefined, {})]);
  }
  const maker = newMaker(tools, mayFuse);
  const told = new Set<string>();
  const build = (source: string): Library | undefined => {
    const made = maker(source);
    if (!('complaint' in made)) return made;
    const reason = made.complaint;
    // One word of it is enough, however many functions the program has.
    if (told.has(reason)) return undefined;
    told.add(reason);
    session.warn([problem('native-failed', undefined, { compiler: tools.compiler.name, reason })]);
    return undefined;
  };
  return nativeBackend({ build, otherwise: wasm, mayFuse });
}

/** Makes libraries of sources: from the cache, or new. Tools for tests and benchmarks too. */
export function newMaker(
  { compiler, koffi }: Extract<Tools, { ok: true }>,
  mayFuse: boolean,
): (source: string) => Library | { readonly complaint: string } {
  const folder = cacheFolder(process.env);
  const flags = flagsFor(compiler, mayFuse);
  const machine = `${process.platform} ${process.arch} ${cpus()[0]?.model}`;
  return (source) => {
    const key = hashOf(source, compiler.version, flags.join(' '), machine).slice(0, 32);
    // The function is called by the key, so that another library under this name is noticed.
    const entry = `${ENTRY}_${key}`;
    try {
      const kept = findLibrary(folder, key);
      const old = kept === undefined ? undefined : tryOpen(koffi, kept, entry);
      if (old) return old;
      if (kept !== undefined) rmSync(kept, { force: true });
      const make = (files: { source: string; library: string }): string | undefined =>
        compileLibrary(compiler, [`-D${ENTRY}=${entry}`, ...flags], files);
      const made = makeLibrary(folder, key, { source, make });
      return 'complaint' in made ? made : openLibrary(koffi, made.path, entry);
    } catch (error) {
      return { complaint: reasonOf(error) };
    }
  };
}

function tryOpen(koffi: Koffi, path: string, entry: string): Library | undefined {
  try {
    return openLibrary(koffi, path, entry);
  } catch {
    return undefined;
  }
}
