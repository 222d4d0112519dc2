/**
 * The few steps on the file system that must not be half done. `replaceFiles` changes several files as one: everything is
 * written beside its target and flushed first, then renamed into place in order, and a failure puts the old files back.
 * Tests pass a `Disk` that fails at a chosen step.
 */
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Problem, problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';

export interface Disk {
  open(path: string): number;
  write(fd: number, bytes: Uint8Array, offset: number): number;
  flush(fd: number): void;
  mode(fd: number, mode: number): void;
  close(fd: number): void;
  /** Throws where this user may not write the file. */
  mayWrite(path: string): void;
  rename(from: string, to: string): void;
  /** A second name for a file (or a copy where that is not possible). */
  keep(from: string, to: string): void;
  remove(path: string): void;
}

export const realDisk: Disk = {
  open: (path) => openSync(path, 'wx', 0o666),
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  flush: fsyncSync,
  mode: fchmodSync,
  close: closeSync,
  mayWrite: (path) => accessSync(path, constants.W_OK),
  rename: renameSync,
  keep: (from, to) => {
    try {
      linkSync(from, to);
    } catch {
      copyFileSync(from, to);
    }
  },
  remove: unlinkSync,
};

export interface NewFile {
  readonly path: string;
  readonly content: Uint8Array | string;
}

interface Staged {
  readonly target: string;
  readonly temporary: string;
  /** The old file under another name, while the change is under way. */
  backup?: string;
  renamed: boolean;
}

/** Why a step failed, in words a person can act on. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'There is no such file or folder.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'It may not be read or written by this user.';
    case 'EISDIR':
      return 'It is a folder.';
    case 'ENOTDIR':
      return 'A part of the path is a file, not a folder.';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full.';
    default:
      return `${message}.`;
  }
}

let counter = 0;
const beside = (target: string, what: string): string => {
  counter += 1;
  return join(dirname(target), `.${basename(target)}.${process.pid}.${counter}.${what}`);
};

/** The file that a path means: a symbolic link is followed, so that the link itself stays. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Throws where the file at `target` is write-protected: its folder alone would let it be replaced. */
function mayReplace(target: string, disk: Disk): void {
  const old = statSync(target, { throwIfNoEntry: false });
  if (old === undefined) return;
  if (!old.isFile()) throw new Error('It is not a regular file');
  disk.mayWrite(target);
}

function stage(file: NewFile, disk: Disk): Staged {
  const target = targetOf(file.path);
  mayReplace(target, disk);
  const temporary = beside(target, 'new');
  const bytes = typeof file.content === 'string' ? Buffer.from(file.content) : file.content;
  const fd = disk.open(temporary);
  try {
    for (let done = 0; done < bytes.length; ) done += disk.write(fd, bytes, done);
    const old = statSync(target, { throwIfNoEntry: false });
    if (old) disk.mode(fd, old.mode & 0o7777);
    disk.flush(fd);
  } catch (error) {
    quietly(() => disk.close(fd));
    quietly(() => disk.remove(temporary));
    throw error;
  }
  disk.close(fd);
  return { target, temporary, renamed: false };
}

/** Steps of clean-up that may fail without harm: what they would remove is a file nobody reads. */
function quietly(step: () => void): void {
  try {
    step();
  } catch {
    // Nothing depends on it.
  }
}

function swap(staged: Staged, disk: Disk): void {
  if (statSync(staged.target, { throwIfNoEntry: false })) {
    const backup = beside(staged.target, 'old');
    disk.keep(staged.target, backup);
    staged.backup = backup;
  }
  disk.rename(staged.temporary, staged.target);
  staged.renamed = true;
}

function undo(all: readonly Staged[], disk: Disk): void {
  for (const s of [...all].reverse()) {
    const { backup } = s;
    if (!s.renamed) quietly(() => disk.remove(s.temporary));
    else if (backup === undefined) quietly(() => disk.remove(s.target));
    else quietly(() => disk.rename(backup, s.target));
    if (backup !== undefined && !s.renamed) quietly(() => disk.remove(backup));
  }
}

/**
 * Replaces or creates all files, in the order given, or none of them. Readers see each old or each new file whole.
 * A failure gives `cannot-write` with the file it happened at.
 */
export function replaceFiles(files: readonly NewFile[], disk: Disk = realDisk): Result<void> {
  const all: Staged[] = [];
  let at: NewFile | undefined;
  try {
    for (const file of files) {
      at = file;
      all.push(stage(file, disk));
    }
    for (const [i, staged] of all.entries()) {
      at = files[i];
      swap(staged, disk);
    }
  } catch (error) {
    undo(all, disk);
    return fail([cannotWrite(at?.path ?? '', error)]);
  }
  for (const { backup } of all) if (backup !== undefined) quietly(() => disk.remove(backup));
  return ok(undefined);
}

export const cannotWrite = (file: string, error: unknown): Problem =>
  problem('cannot-write', undefined, { file, reason: reasonOf(error) });

/** Whether a file could be replaced or made here, found out before long work is done for it. */
export function canWrite(path: string, disk: Disk = realDisk): Result<void> {
  const target = targetOf(path);
  const probe = beside(target, 'probe');
  try {
    mayReplace(target, disk);
    disk.close(disk.open(probe));
    disk.remove(probe);
    return ok(undefined);
  } catch (error) {
    return fail([cannotWrite(path, error)]);
  }
}

/** Makes a folder and its parents; a failure is a problem. */
export function makeFolder(path: string): Result<void> {
  try {
    mkdirSync(path, { recursive: true });
    return ok(undefined);
  } catch (error) {
    return fail([cannotWrite(path, error)]);
  }
}
