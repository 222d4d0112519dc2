/**
 * Threads in a page: one that is isolated from other origins runs steps on two threads, any other on one, and both give the bits of
 * Node. Skipped, with a line on the terminal, where there is no Chromium.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { wasm } from '../../src/backends/wasm/index.ts';
import { must } from '../../src/text/result.ts';
import type { Found } from './threads-page.ts';
import { hashOf, threadWork } from './threads-work.ts';

const CHROMIUM = process.env.SUTRA_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking';
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
const isThere = existsSync(CHROMIUM);
if (!isThere)
  process.stderr.write(`\nSKIPPED: threads in a browser. There is no ${CHROMIUM}; SUTRA_CHROMIUM names another.\n\n`);

/** Opens the page and gives what it found. */
async function open(headers: Readonly<Record<string, string>>): Promise<Found> {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./threads-page.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
  });
  const script = must(outputFiles[0]).text;
  let tell: (text: string) => void = () => undefined;
  const done = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === '/done') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => tell(Buffer.concat(parts).toString()));
      return void response.end();
    }
    const isScript = request.url === '/page.js';
    response.writeHead(200, { ...headers, 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : '<!doctype html><link rel="icon" href="data:,"><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = mkdtempSync(join(tmpdir(), 'sutra-chromium-'));
  const { port } = server.address() as AddressInfo;
  const flags = [...FLAGS.split(' '), `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`];
  const browser = spawn(CHROMIUM, flags, { stdio: 'ignore', detached: true });
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  try {
    return JSON.parse(await done) as Found;
  } finally {
    server.closeAllConnections();
    server.close();
    // It has a group of its own, so that its helpers end with it.
    process.kill(-must(browser.pid), 'SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

const expected = (): string[] =>
  threadWork(wasm)
    .map(({ step, outputs }) => {
      step();
      return hashOf(outputs);
    })
    .sort();

describe('a page', () => {
  it.skipIf(!isThere)('that is isolated shares steps with a worker, with the bits of Node', async () => {
    const found = await open(ISOLATED);
    expect(found.hashes).toEqual(expected());
    expect(found.isIsolated).toBe(true);
    expect(found.together).toBeGreaterThan(0);
  });

  it.skipIf(!isThere)('that is not runs on one thread, with the bits of Node', async () => {
    expect(await open({})).toEqual({ isIsolated: false, together: 0, hashes: expected() });
  });
});
