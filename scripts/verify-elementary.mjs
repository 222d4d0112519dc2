/**
 * `npm run verify:elementary [-- exp log ...]`: runs elementary functions over all 2^32 float32 inputs (pow: over samples),
 * and writes what it found to docs/notes/elementary.json and the table of docs/notes/elementary.md.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const outfile = join(mkdtempSync(join(tmpdir(), 'sutra-elementary-')), 'main.mjs');
await build({
  entryPoints: [join(root, 'scripts/elementary/main.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { main } = await import(pathToFileURL(outfile).href);
await main(process.argv.slice(2), join(root, 'docs/notes'));
