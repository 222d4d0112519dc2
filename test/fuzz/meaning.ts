/**
 * The meaning of random programs along the road: for every function, the lowered graph, the graph after the default passes,
 * one lane of the batched graph and the compiled WebAssembly give the same bits; IR text reads back to the same graph; the gradient of every number it returns
 * by every parameter can be built and evaluated. Called by the test and by `npm run fuzz:meaning`.
 */
import { batchGraph, gradient } from '../../src/autodiff/index.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { sizeOf } from '../../src/ir/graph.ts';
import { graphHash, parseGraph, printGraph } from '../../src/ir/index.ts';
import { leavesOf } from '../../src/ir/layout.ts';
import type { Entry } from '../../src/lower/program.ts';
import { sameF32s } from '../../src/num/bits.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { canonical, ready, runPasses, TRAIN_PIPELINE } from '../../src/passes/index.ts';
import { compile } from '../../src/road.ts';
import { randomProgram } from './program.ts';
import { type Random, random } from './random.ts';

const LANES = 3;
const NUMBERS = [0, -0, 1, -1, 0.5, 2, 1e-40, 3e38, -3e38, Number.POSITIVE_INFINITY, Number.NaN];

/** One random value for a graph input; a one-hot row where the leaf is crisp. */
export function randomInput(r: Random, entry: Entry, path: string, shape: readonly number[]): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  const leaf = leafKind(entry, path);
  const width = shape[shape.length - 1] ?? 1;
  for (let i = 0; i < data.length; i++) {
    if (leaf === 'cases') data[i] = 0;
    else if (leaf === 'bool') data[i] = r.chance(0.5) ? 1 : -1;
    else if (leaf === 'truth') data[i] = r.pick([-1, 0, 1, 0.25, -0.75]);
    else data[i] = r.chance(0.2) ? r.pick(NUMBERS) : r.below(2000) / 250 - 4;
  }
  if (leaf === 'cases') for (let at = 0; at < data.length; at += width) data[at + r.below(width)] = 1;
  return data;
}

function leafKind(entry: Entry, path: string): string {
  for (const input of entry.inputs) {
    const leaf = leavesOf(input.layout, input.name).find((l) => l.path === path);
    if (leaf) return leaf.layout.kind;
  }
  return 'number';
}

/** Evaluates everything that one program's functions mean; throws with the text when something differs. */
export function sameMeaning(seed: number): { readonly functions: number; readonly gradients: number } {
  const text = randomProgram(seed);
  const r = random(seed ^ 0xfeed);
  const result = compile({ name: 'program.su', text }, { read: () => undefined });
  if (!result.ok) throw new Error(`seed ${seed} does not compile\n${text}`);
  const { program } = result.value;
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  let gradients = 0;
  for (const entry of program.entries) {
    const complain = (what: string): never => {
      throw new Error(`seed ${seed}, ${entry.name}: ${what}\n${text}`);
    };
    const shapes = entry.graph.inputs.map((v) => entry.graph.types[v]?.shape ?? []);
    const names = inputNames(entry.graph);
    const lanes = Array.from({ length: LANES }, () => shapes.map((s, i) => randomInput(r, entry, names[i] ?? '', s)));
    const plain = lanes.map((inputs) => evaluate(entry.graph, inputs, params).outputs);
    const prepared = ready(entry.graph);
    const batched = ready(batchGraph(entry.graph, LANES));
    const stacked = shapes.map((s, i) => {
      const data = new Float32Array(LANES * sizeOf(s));
      for (const [lane, inputs] of lanes.entries()) data.set(inputs[i] ?? [], lane * sizeOf(s));
      return data;
    });
    const together = evaluate(batched, stacked, params).outputs;
    const compiled = wasm.compile(prepared);
    const compiledBatch = wasm.compile(batched).run(stacked, params).outputs;
    together.forEach((out, k) => {
      if (!sameF32s(out, compiledBatch[k] ?? [])) complain(`WebAssembly gives another result ${k} for the batch`);
    });
    plain.forEach((outputs, lane) => {
      const again = evaluate(prepared, lanes[lane] ?? [], params).outputs;
      const run = compiled.run(lanes[lane] ?? [], params).outputs;
      outputs.forEach((out, k) => {
        if (!sameF32s(out, again[k] ?? [])) complain(`the passes changed result ${k}: ${out} became ${again[k]}`);
        if (!sameF32s(out, run[k] ?? [])) complain(`WebAssembly gives ${run[k]} for result ${k}, not ${out}`);
        const lanePart = together[k]?.subarray(lane * out.length, (lane + 1) * out.length) ?? [];
        if (!sameF32s(out, lanePart)) complain(`lane ${lane} of the batch gives ${lanePart}, alone ${out}`);
      });
    });
    const form = canonical(entry.graph);
    if (graphHash(canonical(form)) !== graphHash(form)) complain('the canonical form is not stable');
    const read = parseGraph(printGraph(form));
    if (!read.ok || graphHash(read.value) !== graphHash(form)) complain('the printed graph reads back differently');
    gradients += gradientOf(
      entry.graph,
      program.params.map((p) => p.name),
      lanes[0] ?? [],
      params,
    )
      ? 1
      : 0;
  }
  return { functions: program.entries.length, gradients };
}

export const inputNames = (g: Graph): string[] => g.nodes.flatMap((n) => (n.op === 'input' ? [n.attrs.name] : []));

/** Builds the gradient of the sum of a function's results by its parameters, prepares it and runs it. */
function gradientOf(
  graph: Graph,
  names: readonly string[],
  inputs: readonly Float32Array[],
  params: ReadonlyMap<string, Float32Array>,
): boolean {
  const used = graph.nodes.flatMap((n) => (n.op === 'param' && names.includes(n.attrs.name) ? [n.attrs.name] : []));
  if (used.length === 0) return false;
  const b = graphBuilder();
  const outputs = b.inline(
    graph,
    graph.nodes.flatMap((n) => (n.op === 'input' ? [b.input(n.attrs.name, n.attrs.shape)] : [])),
  );
  const total = outputs
    .map((v) =>
      b.sum(
        v,
        b.shapeOf(v).map((_, i) => i),
        'lanes',
      ),
    )
    .reduce((x, y) => b.add(x, y));
  const { graph: made } = gradient(b.finish([{ name: 'loss', value: total }]), { of: 'loss', wrt: used });
  const ready = runPasses(TRAIN_PIPELINE, made);
  const expected = evaluate(ready, inputs, params).outputs;
  const run = wasm.compile(ready).run(inputs, params).outputs;
  expected.forEach((out, k) => {
    if (!sameF32s(out, run[k] ?? [])) throw new Error(`WebAssembly gives ${run[k]} for gradient ${k}, not ${out}`);
  });
  return true;
}
