/**
 * Putting trained sources in place. The files a program was compiled from must still be the ones on disk; then side files
 * and sources are replaced as one change. Where that is refused the result is kept beside the run, never lost.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { WriteBack } from '../road.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { makeFolder, type NewFile, replaceFiles } from './disk.ts';

export interface Published {
  /** Paths that were written. */
  readonly paths: readonly string[];
}

/** The new files of a write-back, side files first, the program itself last. */
function filesOf(written: WriteBack, place: (path: string) => string): NewFile[] {
  return [
    ...written.sides.map((side) => ({ path: place(side.path), content: side.bytes })),
    ...[...written.files].reverse().map((file) => ({ path: place(file.name), content: file.after })),
  ];
}

const isAsBefore = (path: string, before: string): boolean => {
  try {
    return readFileSync(path, 'utf8') === before;
  } catch {
    return false;
  }
};

/** Replaces the sources in place, or keeps the result in `keep` when one of them changed meanwhile. */
export function publish(written: WriteBack, keep: string): Result<Published> {
  const changed = written.files.find((file) => !isAsBefore(file.name, file.before.text));
  if (!changed) return write(filesOf(written, (path) => path));
  const kept = publishInto(written, keep);
  if (!kept.ok) return kept;
  return fail([changedOnDisk(changed.name, join(keep, basename(changed.name)))]);
}

const changedOnDisk = (file: string, saved: string): Problem => problem('changed-on-disk', undefined, { file, saved });

/** Writes the result of a program to another file; side files go beside it. */
export const publishAs = (written: WriteBack, out: string): Result<Published> =>
  write(filesOf(written, (path) => (path.endsWith('.su') ? out : join(dirname(out), basename(path)))));

/** Writes the result into a folder of its own, for a run that leaves the sources alone. */
export function publishInto(written: WriteBack, folder: string): Result<Published> {
  const made = makeFolder(folder);
  return made.ok ? write(filesOf(written, (path) => join(folder, basename(path)))) : made;
}

function write(files: readonly NewFile[]): Result<Published> {
  const done = replaceFiles(files);
  return done.ok ? ok({ paths: files.map((f) => f.path) }) : done;
}
