/**
 * The WebAssembly backend against the reference, interleaved in one run: `node bench/run.mjs bench/wasm.ts [ITEM]`. Prints, per
 * work item, the time to compile, the median time of a run on each, their ratio, and whether all bits are equal.
 */
import type { Executable } from '../src/backends/backend.ts';
import { reference } from '../src/backends/reference.ts';
import { schedulePlan } from '../src/backends/schedule/index.ts';
import { wasm } from '../src/backends/wasm/index.ts';
import { planModule } from '../src/backends/wasm/nests.ts';
import { sameF32s } from '../src/num/bits.ts';
import { ITEMS, type Item, valuesOf } from './items.ts';
import { median, peak, time } from './timing.ts';

function measure(item: Item): void {
  const { title, graph, updates } = item;
  const { inputs, params } = valuesOf(item);
  const begun = performance.now();
  const plan = schedulePlan(graph, updates);
  const planned = performance.now();
  const { bytes } = planModule(plan);
  const printed = performance.now();
  const [slow, fast] = [reference.compile(graph, updates), wasm.compile(graph, updates)];
  const run = (e: Executable) => () => e.run(inputs, params);
  const { resident } = wasm.compile(graph, updates);
  for (const [i, view] of resident.inputs.entries()) view.set(inputs[i] ?? []);
  for (const [name, view] of resident.params) view.set(params.get(name) ?? []);
  const expected = slow.run(inputs, params).outputs;
  const equal = fast.run(inputs, params).outputs.every((out, i) => sameF32s(out, expected[i] ?? []));
  const once = time(run(slow), 1);
  const [few, many] = [Math.max(1, Math.ceil(5000 / once)), Math.max(3, Math.ceil(50_000 / once))];
  time(run(fast), 200);
  time(resident.step, 200);
  const [a, b, c]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < 15; i++) {
    a.push(time(run(slow), few));
    b.push(time(run(fast), many));
    c.push(time(resident.step, many));
  }
  const [ra, rb] = [median(a), median(b)];
  console.log(
    `${title}: reference ${ra.toPrecision(3)} µs, wasm ${rb.toPrecision(3)} µs (its code alone ${median(c).toPrecision(3)}), ${(ra / rb).toPrecision(3)}x, ${equal ? 'same bits' : 'BITS DIFFER'}; ` +
      `plan ${(planned - begun).toFixed(1)} ms, print ${(printed - planned).toFixed(1)} ms, ${bytes.length} bytes, arena ${plan.arena} (peak ${plan.peak})`,
  );
}

console.log(`peak ${peak().toPrecision(3)} GFLOP/s`);
const only = process.argv[2];
for (const [title, make] of ITEMS) if (only === undefined || title.includes(only)) measure(make(title));
