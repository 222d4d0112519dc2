/**
 * Libraries that were compiled before, in `$XDG_CACHE_HOME/sutra` or `~/.cache/sutra`. A file is called by the hash of what it was made
 * from and the hash of what it holds, so that a damaged one is not taken for a good one; files appear whole or not at all.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where libraries are kept. Paths that are not absolute are ignored, as the XDG rules want. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(env.HOME ?? homedir(), '.cache'), 'sutra');
}

export const hashOf = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return hash.digest('hex');
};

const SUFFIX = '.lib';

/** The path of the library with this key; undefined where there is none, or none that is whole. */
export function findLibrary(folder: string, key: string): string | undefined {
  for (const name of list(folder)) {
    if (!name.startsWith(`${key}-`) || !name.endsWith(SUFFIX)) continue;
    const path = join(folder, name);
    if (name === nameOf(key, readFileSync(path))) return path;
    rmSync(path, { force: true });
  }
  return undefined;
}

/** What `make` writes at the path that it is given, put in the cache; or its complaint. */
export function makeLibrary(
  folder: string,
  key: string,
  {
    source,
    make,
  }: { readonly source: string; readonly make: (files: { source: string; library: string }) => string | undefined },
): { readonly path: string } | { readonly complaint: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const work = mkdtempSync(join(folder, 'making-'));
  try {
    const files = { source: join(work, 'plan.c'), library: join(work, 'plan.lib') };
    writeFileSync(files.source, source);
    const complaint = make(files);
    if (complaint !== undefined) return { complaint };
    const path = join(folder, nameOf(key, readFileSync(files.library)));
    renameSync(files.library, path);
    return { path };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const nameOf = (key: string, bytes: Uint8Array): string => `${key}-${hashOf(bytes)}${SUFFIX}`;

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
