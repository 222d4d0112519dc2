/**
 * `npm run demo`: trains a copy of examples/iris in a temporary folder through the built binary, and shows what
 * changed in the source and what the certificate says. Nothing in the repository is touched.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const binary = join(root, 'dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'sutra-demo-'));

/** Runs one verb in the demo folder and shows it; ends the demo when it fails. */
function sutra(...words) {
  console.log(`\n$ sutra ${words.join(' ')}`);
  const { status } = spawnSync(process.execPath, [binary, ...words], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    process.exit(status ?? 1);
  }
}

/** The lines that differ; training changes lines in place, so they stand in pairs. */
function showDiff(before, after) {
  console.log('\nWhat training changed in iris.su:\n');
  const old = before.split('\n');
  for (const [i, line] of after.split('\n').entries()) {
    if (line === old[i]) continue;
    console.log(`- ${old[i]}`);
    console.log(`+ ${line}`);
  }
}

cpSync(join(root, 'examples/iris'), folder, { recursive: true, filter: (path) => !path.includes('.sutra') });
const before = readFileSync(join(folder, 'iris.su'), 'utf8');
sutra('check', 'iris.su');
sutra('train', 'iris.su');
showDiff(before, readFileSync(join(folder, 'iris.su'), 'utf8'));
sutra('test', 'iris.su');
sutra('certify', 'iris.su');
rmSync(folder, { recursive: true, force: true });
