/**
 * How fast text becomes a program: lexing, parsing and formatting 1 MB. Run by
 * `node bench/run.mjs bench/frontend.ts`; prints the median and the least of several runs after warm-up.
 */
import { readFileSync } from 'node:fs';
import { formatTree } from '../src/syntax/format.ts';
import { lex, parse } from '../src/syntax/index.ts';
import { parseTree } from '../src/syntax/parser.ts';

const RUNS = 15;

/** Prints wall time and, since a busy machine stretches that, the processor time of the median run. */
function measure(what: string, f: () => void): void {
  for (let i = 0; i < 5; i++) f();
  const runs = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    const cpu = process.cpuUsage();
    f();
    const used = process.cpuUsage(cpu);
    return { wallMs: performance.now() - start, cpuMs: (used.user + used.system) / 1000 };
  }).sort((a, b) => a.wallMs - b.wallMs);
  const cpu = runs.map((r) => r.cpuMs).sort((a, b) => a - b);
  const [least = 0, median = 0] = [runs[0]?.wallMs, runs[RUNS >> 1]?.wallMs];
  const print = (ms: number): string => ms.toFixed(0).padStart(5);
  console.log(
    `${what.padEnd(34)} median ${print(median)} ms, least ${print(least)} ms, processor ${print(cpu[RUNS >> 1] ?? 0)} ms`,
  );
}

const program = ['test/syntax/programs/every-form.su', 'test/syntax/programs/iris.su']
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
const source = { name: 'large.su', text: program.repeat(Math.ceil(2 ** 20 / program.length)) };
const first = performance.now();
parse(source);
console.log(
  `${(source.text.length / 2 ** 20).toFixed(2)} MB, first parse ${(performance.now() - first).toFixed(1)} ms`,
);
measure('lex', () => lex(source));
measure('lex, parse to the lossless tree', () => parseTree(source));
measure('lex, parse, abstract syntax', () => parse(source));
const { tree } = parseTree(source);
measure('format', () => formatTree(tree));
