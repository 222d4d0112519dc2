/** What is left of a mistake of ours: a folder with the command, the error and the sources, to attach to a report. */
import { copyFileSync, existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { splitTarget } from './files.ts';

const LARGEST = 1_000_000;

/** Writes the reproducer and gives the message that says where it is. */
export function reproduce(error: unknown, argv: readonly string[], version: string): string {
  const what = error instanceof Error ? error : new Error(String(error));
  const head = `internal error: ${what.message}\nThis is a mistake in sutra ${version}, not in your program.\n`;
  try {
    const folder = mkdtempSync(join(tmpdir(), 'sutra-bug-'));
    const about = [
      `sutra ${version}, node ${process.version}, ${process.platform} ${process.arch}`,
      `sutra ${argv.map(quoted).join(' ')}`,
      '',
      what.stack,
    ];
    writeFileSync(join(folder, 'error.txt'), `${about.join('\n')}\n`);
    for (const file of argv.map((word) => splitTarget(word).file).filter(isSmallFile))
      copyFileSync(file, join(folder, basename(file)));
    return `${head}A reproducer was written to ${folder}; please attach it to a report.\n`;
  } catch {
    return `${head}${what.stack}\n`;
  }
}

const isSmallFile = (path: string): boolean => {
  const stat = existsSync(path) ? statSync(path) : undefined;
  return stat?.isFile() === true && stat.size <= LARGEST;
};

const quoted = (word: string): string => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
