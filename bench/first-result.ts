/**
 * From source text to a first result, warm: `node bench/run.mjs bench/first-result.ts [FILE:fn]`. Prints the median of each stage in
 * milliseconds: checking and lowering, passes, the plan, the bytes of WebAssembly, the machine, the run.
 */
import { performance } from 'node:perf_hooks';
import { schedulePlan } from '../src/backends/schedule/index.ts';
import { planModule } from '../src/backends/wasm/nests.ts';
import { openMachine } from '../src/backends/wasm/run.ts';
import { openFiles, splitTarget } from '../src/cli/files.ts';
import { ready } from '../src/passes/index.ts';
import { checkText, compile } from '../src/road.ts';
import { must } from '../src/text/result.ts';
import { findEntry } from '../src/train/run.ts';

const { file, fn } = splitTarget(process.argv[2] ?? 'examples/digits/digits.su');
const files = openFiles();
const source = files.source(file);
if (!source.ok) throw new Error(`no ${file}`);
const RUNS = 41;
const WARM = 10;

/** One way through, stage by stage; a text that was never seen before each time. */
function once(turn: number): Readonly<Record<string, number>> {
  const text = `${must(source.ok ? source.value.text : undefined)}\n// ${turn}\n`;
  const marks: [string, number][] = [];
  const mark = (name: string): void => void marks.push([name, performance.now()]);
  mark('start');
  const checked = checkText({ name: file, text }, files);
  mark('check (again, alone)');
  const compiled = compile({ name: file, text }, files);
  if (!checked.ok || !compiled.ok) throw new Error('it does not compile');
  mark('check and lower');
  const { entries, program } = compiled.value;
  const entry = findEntry(entries, fn, file, program.train?.target);
  if (!entry.ok) throw new Error('no such function');
  const graph = ready(entry.value.graph);
  mark('passes');
  const plan = schedulePlan(graph);
  mark('plan');
  const module = planModule(plan);
  mark('print');
  const machine = openMachine(plan, module);
  for (const { name, buffer } of plan.params) {
    const { offset } = must(plan.buffers[buffer]);
    machine.floats.set(must(program.params.find((p) => p.name === name)).value, offset);
  }
  mark('instantiate');
  machine.run();
  mark('run');
  return Object.fromEntries(marks.slice(1).map(([name, at], i) => [name, at - must(marks[i])[1]]));
}

const runs = Array.from({ length: WARM + RUNS }, (_, turn) => once(turn)).slice(WARM);
const median = (values: readonly number[]): number =>
  must([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]);
const least = (values: readonly number[]): number => Math.min(...values);
const totals: [number, number] = [0, 0];
const line = (name: string, ms: readonly [number, number]): void =>
  console.log(`${name.padEnd(22)} ${ms.map((x) => x.toFixed(2).padStart(6)).join(' ')}`);
console.log(`${''.padEnd(22)} median  least (ms)`);
for (const name of Object.keys(must(runs[0]))) {
  const values = runs.map((run) => run[name] ?? 0);
  const ms = [median(values), least(values)] as const;
  if (name !== 'check (again, alone)') {
    totals[0] += ms[0];
    totals[1] += ms[1];
  }
  line(name, ms);
}
line('all', totals);
