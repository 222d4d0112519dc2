/**
 * Where the time of a plan goes: each step printed and timed alone, over the memory that a run of the whole plan left.
 * `node bench/run.mjs bench/profile.ts ITEM [long]` (a part of a title in items.ts), or `PROGRAM.su ROWS [long]` for its step of
 * training. Steps of a loop run as that loop with one step.
 */

import { schedulePlan } from '../src/backends/schedule/index.ts';
import { planModule } from '../src/backends/wasm/nests.ts';
import { openMachine } from '../src/backends/wasm/run.ts';
import { inOrder } from '../src/kernel/build.ts';
import { openArena } from '../src/kernel/evaluate-nest.ts';
import type { Expr } from '../src/kernel/expr.ts';
import type { Epilogue, Plan, Step } from '../src/kernel/nest.ts';
import { printPlan } from '../src/kernel/print-nest.ts';
import { must } from '../src/text/result.ts';
import { ITEMS, type Item, itemOfProgram, valuesOf } from './items.ts';
import { peak, time, timesFor } from './timing.ts';

const count = (extents: readonly number[]): number => extents.reduce((n, d) => n * d, 1);

const stepsIn = (roots: readonly Expr[]): number =>
  inOrder(roots).filter((e) => e.kind === 'step' || e.kind === 'select').length;

const ofStores = ({ stores }: Pick<Epilogue, 'stores'>): number => stepsIn(stores.map((s) => s.value));

/** Scalar operations of one run: what the kernels say, at all points. */
function operations(step: Step): number {
  switch (step.kind) {
    case 'map':
      return count(step.loops) * ofStores(step);
    case 'reduce':
      return count(step.loops) * (count(step.reduced) * (stepsIn([step.term]) + 1) + ofStores(step.epilogue));
    case 'contract':
      return count(step.loops) * (2 * count(step.reduced) + ofStores(step.epilogue));
    case 'pick':
    case 'argmax':
      return count(step.loops) * count(step.reduced);
    case 'scatter':
      return count(step.loops);
    case 'loop':
      return step.count * step.body.reduce((sum, s) => sum + operations(s), 0);
    case 'while':
    case 'barrier':
      return 0;
    default:
      return step satisfies never;
  }
}

/** The text of one step, without the plan around it. */
function textOf(plan: Plan, step: Step): string[] {
  const lines = printPlan({ ...plan, steps: [step], outputs: [], alarms: [] })
    .trimEnd()
    .split('\n');
  return lines.slice(1 + plan.buffers.length);
}

interface Part {
  readonly title: string;
  readonly text: readonly string[];
  readonly step: Step;
}

/** All steps; those of a loop after it, each within the loop alone. */
function partsOf(plan: Plan, steps: readonly Step[], name: string, around: (step: Step) => Step): Part[] {
  return steps.flatMap((step, i): Part[] => {
    const title = `${name}${i}`;
    const whole = around(step);
    if (step.kind !== 'loop') return [{ title, text: textOf(plan, step), step: whole }];
    const text = [`loop of ${step.count}`];
    const inner = partsOf(plan, step.body, `${title}.`, (s) => around({ ...step, body: [s] }));
    return [{ title, text, step: whole }, ...inner];
  });
}

const ROUNDS = 15;

/** A plan over memory of its own, and how to lay that as it was before the first run, or after it. */
interface Bench {
  readonly run: () => void;
  readonly reset: () => void;
}

function benchOf(plan: Plan, steps: readonly Step[], memory: Float32Array): Bench {
  const { floats, run } = openMachine(plan, planModule({ ...plan, steps }));
  return { run, reset: () => floats.set(memory) };
}

/** What a run starts from. */
function memoryOf(plan: Plan, item: Item): Float32Array {
  const { inputs, params } = valuesOf(item);
  const { f32 } = openArena(plan);
  for (const [i, id] of plan.inputs.entries()) f32.set(must(inputs[i]), must(plan.buffers[id]).offset);
  for (const { name, buffer } of plan.params) f32.set(must(params.get(name)), must(plan.buffers[buffer]).offset);
  return f32;
}

/** Microseconds of one run of each, the least of several rounds; always from the same numbers, for steps of training change theirs. */
function leastTimes(benches: readonly Bench[]): number[] {
  const often = benches.map(({ run, reset }) => {
    reset();
    time(run, timesFor(run, 3000));
    return Math.min(200, timesFor(run, 1500));
  });
  const least = benches.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++)
    benches.forEach(({ run, reset }, i) => {
      reset();
      least[i] = Math.min(must(least[i]), time(run, must(often[i])));
    });
  return least;
}

function profile(item: Item, most: number, long: boolean): void {
  const plan = schedulePlan(item.graph, item.updates);
  const before = memoryOf(plan, item);
  const after = openMachine(plan, planModule(plan));
  after.floats.set(before);
  after.run();
  const left = after.floats.slice(0, plan.arena);
  const parts = partsOf(plan, plan.steps, '', (step) => step);
  const benches = [benchOf(plan, plan.steps, before), ...parts.map(({ step }) => benchOf(plan, [step], left))];
  const least = leastTimes(benches);
  const [total, ...own] = least as [number, ...number[]];
  console.log(
    `\n${item.title}: ${total.toPrecision(3)} µs, arena ${plan.arena} words, peak ${most.toPrecision(3)} GFLOP/s`,
  );
  parts.forEach(({ title, text, step }, i) => {
    const µs = must(own[i]);
    const speed = operations(step) / µs / 1000;
    const figures = [
      µs.toPrecision(3).padStart(8),
      `${((100 * µs) / total).toFixed(0)} %`.padStart(6),
      speed.toFixed(1).padStart(6),
    ];
    const shown = long ? text : text.slice(0, 1);
    console.log(`${figures.join(' ')} G/s  ${title} ${shown.join('\n                            ')}`);
  });
}

const [only = '', ...more] = process.argv.slice(2);
const most = peak();
const long = more.includes('long');
if (only.endsWith('.su')) profile(itemOfProgram(only, Number(more[0] ?? 1)), most, long);
else for (const [title, make] of ITEMS) if (title.includes(only)) profile(make(title), most, long);
