/**
 * Reading what the user names: sources, tables, weights. A file that cannot be read is a Problem, never an exception;
 * `-` is standard input. Every path that was read is remembered, for `--watch`.
 */
import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { Host } from '../road.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import type { Source } from '../text/span.ts';
import { reasonOf } from './disk.ts';

export interface Files extends Host {
  /** A source as it stands on disk; byte order mark and line ends are part of its text. */
  source(path: string): Result<Source>;
  bytes(path: string): Result<Uint8Array>;
  /** Everything that was read or asked for. */
  readonly touched: ReadonlySet<string>;
}

const STDIN = 0;

/** The name standard input has in messages. */
export const STDIN_NAME = '<stdin>';

export function openFiles(): Files {
  const touched = new Set<string>();
  const load = (path: string): Uint8Array => {
    if (path !== '-') touched.add(normalize(path));
    const { buffer, byteOffset, length } = readFileSync(path === '-' ? STDIN : path);
    // A plain array of bytes: the `slice` of Node's Buffer does not copy.
    return new Uint8Array(buffer, byteOffset, length);
  };
  const attempt = (path: string): Result<Uint8Array> => {
    try {
      return ok(load(path));
    } catch (error) {
      return fail([cannotRead(path, reasonOf(error))]);
    }
  };
  return {
    touched,
    bytes: attempt,
    read(path) {
      const result = attempt(path);
      return result.ok ? result.value : undefined;
    },
    source(path) {
      const bytes = attempt(path);
      if (!bytes.ok) return bytes;
      const text = decode(bytes.value);
      if (text === undefined) return fail([cannotRead(path, 'It is not UTF-8 text.')]);
      return ok({ name: path === '-' ? STDIN_NAME : path, text });
    },
  };
}

/** Strict, so that writing the text back gives the same bytes; a byte order mark stays. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export const cannotRead = (file: string, reason: string): Problem =>
  problem('cannot-read', undefined, { file, reason });

/** `iris.su:classify` to file and function; a Windows drive letter is no function. */
export function splitTarget(word: string): { readonly file: string; readonly fn?: string } {
  const at = word.lastIndexOf(':');
  const fn = word.slice(at + 1);
  return at > 1 && /^[A-Za-z_]\w*$/.test(fn) ? { file: word.slice(0, at), fn } : { file: word };
}

/** Pages and templates that are shipped with the package. */
export const shipped = (...parts: string[]): string => join(import.meta.dirname, '..', '..', ...parts);
