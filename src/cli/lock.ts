/**
 * One training per file at a time. The lock is a small file `.sutra/locks/<name>` beside the program that names its
 * holder; it appears whole or not at all, and one whose process is gone is recognised and taken over.
 */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { cannotWrite, makeFolder } from './disk.ts';

interface Holder {
  readonly process: number;
  readonly host: string;
  /** What tells this process from a later one with the same number; empty where the system does not say. */
  readonly started: string;
}

export interface Lock {
  release(): void;
}

/** When a process began, as Linux counts it; other systems do not say. */
function startOf(process: number): string {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.process, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = startOf(holder.process);
  return started === '' || holder.started === '' || started === holder.started;
}

function read(path: string): { readonly text: string; readonly holder: Holder } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, holder: JSON.parse(text) as Holder };
  } catch {
    return undefined;
  }
}

/** Creates `path` with `text` in one step; false when it is there already. */
function create(path: string, text: string): boolean {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Moves a dead holder's lock away, unless somebody was faster and a living one stands there now. */
function clear(path: string, seen: string): void {
  const away = `${path}.stale.${process.pid}`;
  renameSync(path, away);
  if (readFileSync(away, 'utf8') !== seen) linkSync(away, path);
  unlinkSync(away);
}

/** Takes the lock of a program, or says who holds it. */
export function lockFile(file: string): Result<Lock> {
  const folder = join(dirname(file), '.sutra', 'locks');
  const made = makeFolder(folder);
  if (!made.ok) return made;
  const path = join(folder, basename(file));
  const own: Holder = { process: process.pid, host: hostname(), started: startOf(process.pid) };
  const text = JSON.stringify(own);
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (create(path, text)) return ok({ release: () => release(path, text) });
      const held = read(path);
      if (held && isAlive(held.holder))
        return fail([problem('locked', undefined, { file, process: held.holder.process, lock: path })]);
      clear(path, held?.text ?? readFileSync(path, 'utf8'));
    }
    return fail([problem('locked', undefined, { file, process: '(unknown)', lock: path })]);
  } catch (error) {
    return fail([cannotWrite(path, error)]);
  }
}

function release(path: string, own: string): void {
  if (read(path)?.text === own) unlinkSync(path);
}
