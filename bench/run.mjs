/**
 * Runs a TypeScript file of this repository under plain Node: `node bench/run.mjs <file.ts> [arguments]`.
 * The file is bundled by esbuild into a temporary module beside this one and then imported, so benchmarks
 * and long checks measure the code as it ships, without a test runner around it. Optional packages are found as the repository finds them;
 * `worker.mjs` lies beside it, for threads.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node bench/run.mjs <file.ts> [arguments]');
  process.exit(2);
}
const folder = mkdtempSync(fileURLToPath(new URL('.run-', import.meta.url)));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'bundle.mjs');
await build({
  entryPoints: { bundle: file, worker: new URL('../src/cli/worker.ts', import.meta.url).pathname },
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  external: ['koffi'],
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  logLevel: 'warning',
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
});
process.argv = [process.argv[0], resolve(file), ...rest];
await import(pathToFileURL(outfile).href);
