/**
 * Writes `src/artefact/generated.ts` from `src/runtime/`: the runtime as one small text that every `model.js` has inside. Run
 * `node scripts/embed-runtime.mjs` after a change there; `--check` only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const target = `${root}src/artefact/generated.ts`;

/** `var sutra=(()=>{...})();` */
const made = await build({
  entryPoints: [`${root}src/runtime/index.ts`],
  bundle: true,
  minify: true,
  format: 'iife',
  globalName: 'sutra',
  target: 'es2022',
  write: false,
});
const text = made.outputFiles[0].text.replace(/^"use strict";/, '').trim();
const generated = `/** The runtime of models, from \`src/runtime/\` by \`node scripts/embed-runtime.mjs\`; not edited by hand. */
export const RUNTIME = ${JSON.stringify(text)};
`;

if (!process.argv.includes('--check')) writeFileSync(target, generated);
else if (readFileSync(target, 'utf8') !== generated) {
  console.error('src/artefact/generated.ts is not current: run node scripts/embed-runtime.mjs');
  process.exitCode = 1;
}
