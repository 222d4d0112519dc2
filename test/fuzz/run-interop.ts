/**
 * The long form of the test of damaged files: `node bench/run.mjs test/fuzz/run-interop.ts <mutants> [seed] [file ...]`
 * reads so many damaged ONNX files and as many VNN-LIB texts; files that are named are damaged too. Prints what failed,
 * how many were accepted, the longest time and the most memory.
 */
import { readFileSync } from 'node:fs';
import { SEEDS } from '../interop/models.ts';
import { readMutant, SPECS } from './interop.ts';

const [count = '2000', seed = '1', ...files] = process.argv.slice(2);
const seeds = {
  models: [...SEEDS, ...files.filter((f) => f.endsWith('.onnx')).map((f) => new Uint8Array(readFileSync(f)))],
  specs: [...SPECS, ...files.filter((f) => f.endsWith('.vnnlib')).map((f) => readFileSync(f, 'utf8'))],
};
let failed = 0;
for (const kind of ['onnx', 'vnnlib'] as const) {
  let [accepted, slowest] = [0, 0];
  for (let i = 0; i < Number(count) && failed < 5; i++) {
    const start = performance.now();
    const { wrong, read } = readMutant(kind, Number(seed) * 1_000_003 + i, seeds);
    slowest = Math.max(slowest, performance.now() - start);
    if (read) accepted++;
    if (wrong === undefined) continue;
    failed++;
    console.log(`--- ${kind} ${i}: ${wrong}`);
  }
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${count} damaged ${kind} files, ${accepted} accepted, slowest ${slowest.toFixed(0)} ms, memory at most ${megabytes.toFixed(0)} MB`,
  );
}
process.exitCode = failed > 0 ? 1 : 0;
