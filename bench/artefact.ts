/**
 * What built models weigh and what a call costs: `node bench/run.mjs bench/artefact.ts`. Sizes of the files of iris, breast_cancer and
 * digits and of the runtime; nanoseconds per call of a model of 20 scalar operations through its typed call, its memory and in blocks.
 */
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { RUNTIME } from '../src/artefact/generated.ts';
import { buildArtefact, bytesOf, type Subject, subjectOf, TARGETS } from '../src/artefact/index.ts';
import { openFiles } from '../src/cli/files.ts';
import { compile } from '../src/road.ts';
import type { Block } from '../src/runtime/index.ts';
import { must } from '../src/text/result.ts';

const TWENTY = `fn twenty(a: f32, b: f32, c: f32) -> f32 {
  let d = a * b + c;
  let e = d * a - b;
  let g = e * e + d;
  let h = g * c - e;
  let i = h * a + g;
  let j = i * b - h;
  let k = j * c + i;
  let l = k * a - j;
  let m = l * b + k;
  m * c + l
}`;

const files = openFiles();

function subjectIn(name: string, text: string): Subject {
  const compiled = compile({ name, text }, files);
  if (!compiled.ok) throw new Error(`${name} does not compile`);
  const { entries, module, program } = compiled.value;
  return subjectOf({ module, entry: must(entries.at(-1)), params: program.params });
}

console.log(`runtime: ${RUNTIME.length} bytes minified, ${gzipSync(RUNTIME, { level: 9 }).length} gzipped`);
for (const name of ['iris', 'breast_cancer', 'digits']) {
  const source = files.source(`examples/${name}/${name}.su`);
  if (!source.ok) throw new Error(`no ${name}`);
  const subject = subjectIn(source.value.name, source.value.text);
  for (const target of TARGETS) {
    const made = buildArtefact(subject, target, '0.0.0');
    if (!made.ok) throw new Error(`${name} is not built`);
    const sizes = made.value.files.slice(0, -1).map((f) => [f.name, bytesOf(f.content).length] as const);
    const total = sizes.reduce((n, [, size]) => n + size, 0);
    console.log(`${name} ${target}: ${total} bytes (${sizes.map(([file, size]) => `${file} ${size}`).join(', ')})`);
  }
}

interface Row {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}
interface Twenty {
  run(inputs: Row): number;
  runAll(rows: readonly Row[], into?: number[]): number[];
  readonly raw: Block;
}

const built = buildArtefact(subjectIn('twenty.su', TWENTY), 'js', '0.0.0');
if (!built.ok) throw new Error('twenty is not built');
const script = Buffer.from(bytesOf(must(built.value.files[0]).content)).toString('base64');
const { load } = (await import(`data:text/javascript;base64,${script}`)) as { load(): Promise<Twenty> };
const model = await load();

const ROWS = 1024;
const TURNS = 100;
const rows = Array.from(
  { length: ROWS },
  (_, i): Row => ({ a: i * 0.01 + 0.003, b: 1 - i * 0.013, c: i * 0.001 + 0.2 }),
);
const results: number[] = [];
const { inputs, outputs, step } = model.raw;
const [a, b, c, out] = [must(inputs.a), must(inputs.b), must(inputs.c), must(outputs.result)];

const WORK: Readonly<Record<string, () => number>> = {
  'typed call'() {
    let sum = 0;
    for (let turn = 0; turn < TURNS; turn++) for (let i = 0; i < ROWS; i++) sum += model.run(rows[i] as Row);
    return sum;
  },
  'memory, inputs copied'() {
    let sum = 0;
    for (let turn = 0; turn < TURNS; turn++)
      for (let i = 0; i < ROWS; i++) {
        const row = rows[i] as Row;
        a[0] = row.a;
        b[0] = row.b;
        c[0] = row.c;
        step();
        sum += out[0] as number;
      }
    return sum;
  },
  'rows in blocks'() {
    for (let turn = 0; turn < TURNS; turn++) model.runAll(rows, results);
    return results[0] ?? 0;
  },
};

const times = new Map(Object.keys(WORK).map((name) => [name, [] as number[]]));
for (let round = 0; round < 35; round++)
  for (const [name, work] of Object.entries(WORK)) {
    const start = performance.now();
    work();
    if (round >= 4) must(times.get(name)).push((performance.now() - start) * (1e6 / (ROWS * TURNS)));
  }
for (const [name, list] of times) {
  const sorted = list.sort((x, y) => x - y);
  const median = must(sorted[Math.floor(sorted.length / 2)]);
  console.log(`20 scalar operations, ${name}: ${median.toFixed(1)} ns a call (least ${must(sorted[0]).toFixed(1)})`);
}
