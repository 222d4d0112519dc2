/** Where lines of results go: standard output, or a file that appears under its name when it is complete. */
import { statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Session } from './session.ts';

export interface Sink {
  write(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
  /** The result is not wanted: nothing stays behind. */
  abandon(): Promise<void>;
}

export const terminalSink = (session: Session): Sink => ({
  write: async (lines) => session.terminal.out(textOf(lines)),
  close: async () => {},
  abandon: async () => {},
});

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Pipes and devices are written to as they are; they cannot be replaced. */
const isSpecial = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === false;

/** Writes beside the target and renames at the end. Failures of the disk are thrown by the call that meets them. */
export async function fileSink(path: string): Promise<Sink> {
  const special = isSpecial(path);
  const temporary = special ? path : `${path}.${process.pid}.new`;
  const file: FileHandle = await open(temporary, special ? 'w' : 'wx');
  let isOpen = true;
  const shut = async (): Promise<void> => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    write: (lines) => file.writeFile(textOf(lines)),
    async close() {
      await shut();
      if (!special) await rename(temporary, path);
    },
    async abandon() {
      await shut();
      if (!special) await rm(temporary, { force: true });
    },
  };
}
