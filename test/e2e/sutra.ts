/** The built binary in a folder of its own: run to its end, or started and spoken to. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BINARY = join(ROOT, 'dist/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Workplace {
  readonly folder: string;
  readonly binary: string;
  sutra(...words: string[]): Ended;
  /** With text on standard input. */
  feed(input: string | Uint8Array, ...words: string[]): Ended;
  start(...words: string[]): { readonly process: ChildProcess; ended(): Promise<Ended> };
  write(name: string, text: string | Uint8Array): void;
  read(name: string): string;
  has(name: string): boolean;
  /** Copies a folder of the repository in. */
  copy(from: string): void;
}

const ENVIRONMENT = { PATH: process.env.PATH ?? '', HOME: tmpdir(), NO_COLOR: '1' };

/** A temporary folder that is removed after the file's tests. `more`: variables of the environment. */
export function workplace(more: Readonly<Record<string, string>> = {}): Workplace {
  if (!existsSync(BINARY)) throw new Error('build first: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'sutra-e2e-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const settings = { cwd: folder, env: { ...ENVIRONMENT, ...more } };
  const feed = (input: string | Uint8Array, ...words: string[]): Ended => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...words], { ...settings, input });
    return { code: status, out: stdout.toString(), err: stderr.toString() };
  };
  return {
    folder,
    binary: BINARY,
    feed,
    sutra: (...words) => feed('', ...words),
    start(...words) {
      const child = spawn(process.execPath, [BINARY, ...words], settings);
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString();
      });
      const end = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
      return { process: child, ended: () => end };
    },
    write: (name, text) => writeFileSync(join(folder, name), text),
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    has: (name) => existsSync(join(folder, name)),
    copy: (from) => cpSync(join(ROOT, from), folder, { recursive: true, filter: (path) => !path.includes('.sutra') }),
  };
}

/** Waits until something holds; fails after ten seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to be within ten seconds');
}

/** Lines of JSON. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
