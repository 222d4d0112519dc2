/**
 * The terminal: results to standard output, everything else to standard error, colour and progress only where a
 * person looks. The verbs print through this and never touch `process` themselves.
 */
import { writeSync } from 'node:fs';

export interface Terminal {
  /** A result: standard output, as it stands. */
  out(text: string): void;
  /** Progress, warnings, remarks: standard error. Nothing when quiet. */
  note(text: string): void;
  /** Errors: standard error, also when quiet. */
  error(text: string): void;
  /** One line that is overwritten by the next; only on a terminal. An empty text wipes it. */
  progress(line: string): void;
  readonly outColor: boolean;
  readonly errColor: boolean;
  readonly columns: number;
}

/** Whether a stream is coloured: https://no-color.org, then FORCE_COLOR, then whether a person looks at it. */
const coloured = (isTTY: boolean | undefined): boolean => {
  if (process.env.NO_COLOR) return false;
  if (process.env.FORCE_COLOR && process.env.FORCE_COLOR !== '0') return true;
  return isTTY === true && process.env.TERM !== 'dumb';
};

/** Writes everything, also to a pipe that is full for a moment; a reader that went away ends us quietly. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export function openTerminal(quiet: boolean): Terminal {
  const errIsTerminal = process.stderr.isTTY === true;
  let shown = false;
  const wipe = (): void => {
    if (shown) writeAll(2, '\r\u001b[2K');
    shown = false;
  };
  const columns = process.stderr.columns ?? 100;
  return {
    out(text) {
      wipe();
      writeAll(1, text);
    },
    note(text) {
      if (quiet) return;
      wipe();
      writeAll(2, text);
    },
    error(text) {
      wipe();
      writeAll(2, text);
    },
    progress(line) {
      if (quiet || !errIsTerminal) return;
      wipe();
      if (line === '') return;
      writeAll(2, line.length < columns ? line : `${line.slice(0, columns - 2)}…`);
      shown = true;
    },
    outColor: coloured(process.stdout.isTTY),
    errColor: coloured(process.stderr.isTTY),
    columns,
  };
}
