/** `--watch`: runs a verb, waits until a file it read changes, and runs it again, until ^C. */
import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { basename, dirname } from 'node:path';
import { EXIT, type ExitCode } from './exit.ts';

/** Editors write in several steps; changes this close together are one. */
const SETTLE_MS = 60;

interface Turn {
  readonly code: ExitCode;
  readonly touched: ReadonlySet<string>;
}

/** Folders are watched rather than files: a replaced file is another one under the same name. */
function nextChange(paths: ReadonlySet<string>): Promise<'changed' | 'interrupted'> {
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    const end = (how: 'changed' | 'interrupted'): void => {
      for (const watcher of watchers) watcher.close();
      process.off('SIGINT', interrupt);
      resolve(how);
    };
    const interrupt = (): void => end('interrupted');
    process.once('SIGINT', interrupt);
    for (const folder of new Set([...paths].map((path) => dirname(path)))) {
      const names = new Set([...paths].filter((path) => dirname(path) === folder).map((path) => basename(path)));
      const changed = (_: string, name: string | null): void => {
        if (name === null || names.has(name)) setTimeout(() => end('changed'), SETTLE_MS);
      };
      watchers.push(watchFolder(folder, changed));
    }
  });
}

/** Runs `once` again and again; ends with 130. */
export async function watch(once: () => Promise<Turn>): Promise<ExitCode> {
  for (;;) {
    const { touched } = await once();
    if ((await nextChange(touched)) === 'interrupted') return EXIT.interrupted;
  }
}
