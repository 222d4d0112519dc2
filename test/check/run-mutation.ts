/** `node bench/run.mjs test/check/run-mutation.ts [count] [seed]`: many mutants; prints those at which the checker throws. */
import { resolve } from 'node:path';
import { randomFrom } from '../fuzz/mutate.ts';
import { examine, mutate, seedPrograms } from './mutation.ts';

const count = Number(process.argv[2] ?? 100_000);
const random = randomFrom(Number(process.argv[3] ?? 1));
const seeds = seedPrograms(resolve('test/cases/check'));
let [good, failed, slowestMs] = [0, 0, 0];
const seen = new Set<string>();
for (let i = 0; i < count; i++) {
  const seed = seeds[Math.floor(random() * seeds.length)] ?? '';
  const text = mutate(seed, seeds[Math.floor(random() * seeds.length)] ?? '', random);
  const start = performance.now();
  try {
    if (examine(text) === 'good') good++;
  } catch (error) {
    failed++;
    const what = error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 3).join(' ') : String(error);
    if (!seen.has(what) && seen.size < 10) process.stdout.write(`${what}\n${text}\n---\n`);
    seen.add(what);
  }
  slowestMs = Math.max(slowestMs, performance.now() - start);
}
process.stdout.write(
  `${count} mutants: ${failed} crashes, ${good} without errors, slowest ${slowestMs.toFixed(0)} ms\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
