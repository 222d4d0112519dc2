/**
 * A headless Chromium over a server of this process: serves files, opens one page, gives what the page posts back. No other
 * connection is made. Where there is no Chromium the tests say so and are skipped.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLACES = [process.env.SUTRA_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Where Chromium is; undefined, and a line on the terminal, where it is not. */
export function findChromium(): string | undefined {
  const found = PLACES.find((path) => path !== undefined && existsSync(path));
  if (found === undefined)
    process.stderr.write(
      `\nSKIPPED: tests in a browser. There is no Chromium (${PLACES.slice(1).join(', ')}, or SUTRA_CHROMIUM).\n\n`,
    );
  return found;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  wasm: 'application/wasm',
  json: 'application/json',
};

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What is served, by path without a leading slash. `index.html` is opened. */
export type Served = ReadonlyMap<string, string | Uint8Array>;

/** Opens the page; what it posts to `/done` is the answer. A page that is not done in time fails. */
export async function openPage(chromium: string, files: Served, timeoutMs: number): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'sutra-chromium-'));
  let tell: (text: string) => void = () => undefined;
  const done = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = await serve(files, tell);
  const { port } = server.address() as AddressInfo;
  const browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/index.html`], {
    stdio: 'ignore',
    // A group of its own, so that its helpers end with it.
    detached: true,
  });
  try {
    return await Promise.race([done, late(timeoutMs), gone(browser)]);
  } finally {
    server.closeAllConnections();
    server.close();
    await ended(browser);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function serve(files: Served, tell: (text: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://here').pathname.slice(1);
    if (path === 'done') {
      void bodyOf(request).then((text) => {
        response.end();
        tell(text);
      });
      return;
    }
    const content = files.get(path);
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    });
    response.end(content);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const late = (ms: number): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`the page was not done after ${ms} ms`)), ms).unref();
  });

const gone = (browser: ChildProcess): Promise<never> =>
  new Promise((_, reject) => {
    browser.once('error', reject);
    browser.once('exit', (code) => reject(new Error(`Chromium ended with ${code} before the page was done`)));
  });

/** Ends it and its helpers, which have its group. */
const ended = (browser: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (browser.exitCode !== null || browser.pid === undefined) return resolve();
    browser.once('exit', () => resolve());
    process.kill(-browser.pid, 'SIGKILL');
  });
