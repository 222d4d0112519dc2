/**
 * Cold start of `sutra check` against an empty Node script: medians of alternating runs, so that a busy machine hits
 * both alike. `node bench/cold-start.mjs [runs]`; build first.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const runs = Number(process.argv[2] ?? 25);
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'sutra --version': [join(root, 'dist/cli/main.js'), '--version'],
  'sutra check iris.su': [join(root, 'dist/cli/main.js'), 'check', join(root, 'examples/iris/iris.su')],
};

function milliseconds(words) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, words, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const times = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
for (let i = 0; i < runs; i++) {
  for (const [name, words] of Object.entries(COMMANDS)) times[name].push(milliseconds(words));
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const base = median(times['node -e 0']);
for (const [name, list] of Object.entries(times)) {
  console.log(`${name.padEnd(22)} ${median(list).toFixed(0).padStart(5)} ms   ${(median(list) - base).toFixed(0).padStart(5)} ms over an empty script`);
}
