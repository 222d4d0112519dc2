/**
 * Runs a TypeScript file of this repository under plain Node: `node bench/run.mjs <file.ts> [arguments]`.
 * The file is bundled by esbuild into a temporary module beside nothing else and then imported, so benchmarks
 * and long checks measure the code as it ships, without a test runner around it. Beside it lies `worker.mjs`, for threads.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node bench/run.mjs <file.ts> [arguments]');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'sutra-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'bundle.mjs');
await build({
  entryPoints: { bundle: file, worker: new URL('../src/cli/worker.ts', import.meta.url).pathname },
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  logLevel: 'warning',
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
});
process.argv = [process.argv[0], resolve(file), ...rest];
await import(pathToFileURL(outfile).href);
