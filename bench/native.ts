/**
 * The native backend against WebAssembly, interleaved in one run: `node bench/run.mjs bench/native.ts [part of a title]`. Prints, per
 * work item, the time to compile, the median time of a step on each and with fused products, and whether all bits are equal; before
 * that what no kernel of this machine can exceed, and what a call costs.
 */
import type { Backend, Resident } from '../src/backends/backend.ts';
import { wasm } from '../src/backends/wasm/index.ts';
import { findCompiler } from '../src/cli/native/compiler.ts';
import { sameF32s } from '../src/num/bits.ts';
import { must } from '../src/text/result.ts';
import { ITEMS, type Item, type Values, valuesOf } from './items.ts';
import { type Build, built, nativeOf, openMaker } from './native-backend.ts';
import { median, peak, time, timesFor } from './timing.ts';

const compiler = must(findCompiler(process.env), 'no C compiler');
const makers = { native: makerOf(false), fused: makerOf(true) };

function makerOf(mayFuse: boolean): Build {
  const maker = openMaker(mayFuse);
  if (typeof maker === 'string') throw new Error(maker);
  return maker;
}

const backend = (name: keyof typeof makers): Backend => nativeOf(makers[name], name === 'fused');

const TURNS = 1_000_000;
const SUMS = 12;

const each = (text: (n: number) => string): string => Array.from({ length: SUMS }, (_, n) => text(n)).join('\n  ');

/** Products and sums of 16 lanes in registers. The compiler must take each factor for another in each turn, or it multiplies once. */
const PEAK = `
typedef float v __attribute__((vector_size(64)));
void sutra_plan(float *arena) {
  ${each((n) => `v x${n} = ((v *)arena)[${n}], sum${n} = x${n};`)}
  for (long turn = 0; turn < ${TURNS}; turn++) {
  ${each((n) => `__asm__ volatile("" : "+v"(x${n}));`)}
  ${each((n) => `sum${n} += x${n} * x${(n + 1) % SUMS};`)}
  }
  ${each((n) => `((v *)arena)[${n}] = sum${n};`)}
}`;

/** GFLOP/s, the best of some. */
function peakOf(name: keyof typeof makers): number {
  const { run } = built(makers[name], PEAK).open(16 * SUMS);
  return (TURNS * SUMS * 32) / (1000 * Math.min(...Array.from({ length: 20 }, () => time(run, 1))));
}

function callCost(): string {
  const { run } = built(makers.native, 'void sutra_plan(float *arena) { (void)arena; }').open(16);
  time(run, 100_000);
  const rounds = Array.from({ length: 9 }, () => 1000 * time(run, 100_000));
  return median(rounds).toFixed(1);
}

function filled(resident: Resident, { inputs, params }: Values): Resident {
  for (const [i, view] of resident.inputs.entries()) view.set(must(inputs[i]));
  for (const [name, view] of resident.params) view.set(must(params.get(name)));
  return resident;
}

const ROUNDS = 15;

function measure(item: Item): void {
  const values = valuesOf(item);
  const open = (b: Backend) => {
    const begun = performance.now();
    const { resident } = b.compile(item.graph, item.updates);
    return { resident: filled(resident, values), compileMs: performance.now() - begun };
  };
  const [web, native, fused] = [open(wasm), open(backend('native')), open(backend('fused'))];
  for (const { resident } of [web, native]) resident.step();
  const equal = native.resident.outputs.every((out, i) => sameF32s(out, must(web.resident.outputs[i])));
  const steps = [web, native, fused].map((e) => e.resident.step);
  const many = timesFor(must(steps[0]), 20_000);
  const times = steps.map((): number[] => []);
  for (const step of steps) time(step, Math.ceil(many / 2));
  for (let round = 0; round < ROUNDS; round++)
    for (const [n, step] of steps.entries()) must(times[n]).push(time(step, many));
  const [w = 0, c = 0, f = 0] = times.map(median);
  console.log(
    `${item.title}: wasm ${w.toPrecision(3)} µs, native ${c.toPrecision(3)} (${(w / c).toPrecision(3)}x), fused ${f.toPrecision(3)} (${(w / f).toPrecision(3)}x), ` +
      `${equal ? 'same bits' : 'BITS DIFFER'}; compile ${web.compileMs.toFixed(0)} and ${native.compileMs.toFixed(0)} ms`,
  );
}

console.log(`${compiler.version}; a call ${callCost()} ns`);
console.log(
  `peak: wasm ${peak().toFixed(0)} GFLOP/s, native ${peakOf('native').toFixed(0)}, fused ${peakOf('fused').toFixed(0)}`,
);
const only = process.argv[2];
for (const [title, make] of ITEMS) if (only === undefined || title.includes(only)) measure(make(title));
