/** Where lines of results go: standard output, or a file that appears under its name when it is complete. */
import { once } from 'node:events';
import { createWriteStream, renameSync, unlinkSync } from 'node:fs';
import type { Session } from './session.ts';

export interface Sink {
  write(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
  /** The result is not wanted: nothing stays behind. */
  abandon(): void;
}

export const terminalSink = (session: Session): Sink => ({
  write: async (lines) => session.terminal.out(lines.map((line) => `${line}\n`).join('')),
  close: async () => {},
  abandon: () => {},
});

/** Writes beside the target and renames at the end. Failures of the disk are thrown by the call that meets them. */
export async function fileSink(path: string): Promise<Sink> {
  const temporary = `${path}.${process.pid}.new`;
  const stream = createWriteStream(temporary, { flags: 'wx' });
  await once(stream, 'open');
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  const check = (): void => {
    if (failure) throw failure;
  };
  return {
    async write(lines) {
      check();
      if (!stream.write(lines.map((line) => `${line}\n`).join(''))) await once(stream, 'drain');
    },
    async close() {
      await new Promise<void>((resolve) => stream.end(() => resolve()));
      check();
      renameSync(temporary, path);
    },
    abandon() {
      stream.destroy();
      try {
        unlinkSync(temporary);
      } catch {
        // It was renamed into place, or never made.
      }
    },
  };
}
