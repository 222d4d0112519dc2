/**
 * The long form of the reading test: `node bench/run.mjs test/fuzz/run-syntax.ts <programs> [seed]` mutates
 * the programs of `test/syntax/programs`, `std` and `examples`, reads, formats and checks each, and prints what
 * failed and the longest time. `SHOW=<n>` prints the text of the failing program n.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkText } from '../../src/road.ts';
import { mutate, randomFrom, wrongWith } from './mutate.ts';

const count = Number(process.argv[2] ?? 2000);
const seed = Number(process.argv[3] ?? 1);
const programs = ['test/syntax/programs', 'std', 'examples']
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))))
  .filter((path) => path.endsWith('.su'))
  .map((path) => readFileSync(path, 'utf8'));

let failed = 0;
let slowestMs = 0;
for (let i = 0; i < count && failed < 5; i++) {
  const random = randomFrom(seed * 1_000_003 + i);
  const text = mutate(random, programs[i % programs.length] ?? '');
  const start = performance.now();
  let wrong: string | undefined;
  try {
    wrong = wrongWith(text);
    // The checker may say what it likes, but it may not throw.
    checkText({ name: 'fuzz.su', text }, { read: () => undefined });
  } catch (error) {
    wrong = String(error instanceof Error ? error.stack : error);
  }
  slowestMs = Math.max(slowestMs, performance.now() - start);
  if (wrong === undefined) continue;
  failed++;
  console.log(`--- program ${i}: ${wrong}\n${process.env.SHOW === String(i) ? text : ''}`);
}
console.log(`${count} mutated programs of ${programs.length}, ${failed} failed, slowest ${slowestMs.toFixed(1)} ms`);
process.exitCode = failed > 0 ? 1 : 0;
