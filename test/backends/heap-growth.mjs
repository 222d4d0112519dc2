/**
 * How many bytes of the heap a call takes: `node --expose-gc test/backends/heap-growth.mjs PROGRAM` prints JSON, for steps in
 * place and for the face that copies. Runs the built package, alone in its process, so that nobody else allocates.
 */
import { existsSync, readFileSync } from 'node:fs';
import { wasm } from '../../dist/backends/wasm/index.js';
import { compile } from '../../dist/road.js';
import { fuseStep } from '../../dist/train/fuse.js';
import { openParameters } from '../../dist/train/parameters.js';

const ROUNDS = 4;
const STEPS = 50_000;
const RUNS = 500;

const name = process.argv[2];
const read = (path) => (existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined);
const compiled = compile({ name, text: readFileSync(name, 'utf8') }, { read });
if (!compiled.ok) throw new Error(compiled.problems.map((p) => p.title).join('; '));
const { program } = compiled.value;
const { loss, optimizer } = program.train;
const { slots } = openParameters(program.params);
const task = { loss, slots, weighted: false, step: optimizer.step, stateNames: optimizer.state };
const { graph, updates } = fuseStep(task, 16);
const executable = wasm.compile(graph, updates);
const { resident } = executable;
for (const view of resident.inputs) view.fill(0.5);
for (const view of resident.params.values()) view.fill(0.25);

function inPlace(count) {
  for (let i = 0; i < count; i++) resident.step();
}

const inputs = resident.inputs.map((view) => view.slice());
const params = new Map([...resident.params].map(([key, view]) => [key, view.slice()]));
function copying(count) {
  for (let i = 0; i < count; i++) executable.run(inputs, params);
}

/** The least of several rounds: what the engine does beside it (code that is made better) only adds. */
function growth(repeat, count) {
  const used = (m) => m.heapUsed + m.arrayBuffers;
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    repeat(count);
    globalThis.gc();
    const before = process.memoryUsage();
    repeat(count);
    const after = process.memoryUsage();
    least = Math.min(least, (used(after) - used(before)) / count);
  }
  return least;
}

process.stdout.write(`${JSON.stringify({ step: growth(inPlace, STEPS), run: growth(copying, RUNS) })}\n`);
