/**
 * Bundles the command line over the files that `tsc` wrote: one entry and a chunk per verb instead of some 250 modules,
 * because opening those is most of a cold start. The library stays as separate modules beside it.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
rmSync(`${root}dist/cli`, { recursive: true, force: true });
await build({
  entryPoints: ['main', 'worker', 'searcher'].map((name) => `${root}src/cli/${name}.ts`),
  outdir: `${root}dist/cli`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  chunkNames: 'chunk-[hash]',
  sourcemap: true,
  logLevel: 'warning',
});
