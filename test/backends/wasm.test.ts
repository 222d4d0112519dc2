/** The WebAssembly backend gives the bits of the reference: random graphs, random programs with their gradients, the examples. */
import { describe, expect, it } from 'vitest';
import { batchGraph } from '../../src/autodiff/index.ts';
import { reference } from '../../src/backends/reference.ts';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { planModule } from '../../src/backends/wasm/nests.ts';
import { openMachine } from '../../src/backends/wasm/run.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { ready } from '../../src/passes/index.ts';
import { compile, runTests } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { randomProgram } from '../fuzz/program.ts';
import { random } from '../fuzz/random.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram } from '../programs.ts';
import { anyInputs, anyParams, differingBit, randomGraph } from '../random-graph.ts';
import { gradientOf } from './gradient-of.ts';

/** Two runs of each, for a buffer that is not stored before it is loaded shows in the second. Gives the numbers compared. */
function same(graph: Graph, seed: number, what: () => string): number {
  const [one, two] = [reference.compile(graph), wasm.compile(graph)];
  const r = random(seed);
  let numbers = 0;
  for (const specials of [true, false]) {
    const [inputs, params] = [anyInputs(r, graph, specials), anyParams(r, graph, specials)];
    const [expected, got] = [one.run(inputs, params), two.run(inputs, params)];
    const difference = differingBit(got.outputs, expected.outputs);
    if (difference) expect.fail(`seed ${seed}: ${difference}\n${what()}`);
    expect(got.alarms).toEqual(expected.alarms);
    numbers += expected.outputs.reduce((n, out) => n + out.length, 0);
  }
  return numbers;
}

describe('random graphs', () => {
  it('give the bits of the reference', () => {
    let numbers = 0;
    for (let seed = 0; seed < 2000; seed++) numbers += same(randomGraph(seed), seed, () => 'plain');
    for (let seed = 0; seed < 300; seed++)
      numbers += same(randomGraph(seed, { nodes: 40, depth: 1 }), seed, () => '40 nodes');
    expect(numbers).toBeGreaterThan(100_000);
  });

  it('give them after the passes too', () => {
    for (let seed = 5000; seed < 5300; seed++) same(ready(randomGraph(seed)), seed, () => 'ready');
  });
});

describe('a run', () => {
  const b = graphBuilder();
  const sum = b.add(b.input('x', [20]), b.param('w', [20]));
  const one = wasm.compile(b.finish([{ name: 'sum', value: sum }]));
  const [x, w] = [new Float32Array(20).fill(1), new Float32Array(20).fill(2)];

  it('gives arrays that the next run leaves alone', () => {
    const first = one.run([x], new Map([['w', w]]));
    const second = one.run([w], new Map([['w', w]]));
    expect([first.outputs[0]?.[19], second.outputs[0]?.[19], first.alarms]).toEqual([3, 4, []]);
  });

  it('refuses what does not fit', () => {
    expect(() => one.run([], new Map())).toThrow('the graph takes 1 inputs and is given 0');
    expect(() => one.run([x], new Map())).toThrow('there is no value for the param w');
    expect(() => one.run([x.subarray(1)], new Map([['w', w]]))).toThrow('input 0 holds 19 numbers, not 20');
  });
});

describe('large products', () => {
  const sizes = [
    [16, 512, 16],
    [17, 700, 13],
    [70, 1030, 43],
    [129, 300, 530],
    [2, 2000, 40],
    [66, 5000, 66],
    [1, 301, 83],
    [203, 129, 1],
  ] as const;
  const turns = [
    [
      [0, 1],
      [1, 2],
      [0, 2],
    ],
    [
      [0, 1],
      [2, 1],
      [0, 2],
    ],
    [
      [1, 0],
      [1, 2],
      [0, 2],
    ],
    [
      [1, 0],
      [2, 1],
      [2, 0],
    ],
    [
      [3, 0, 1],
      [3, 1, 2],
      [3, 0, 2],
    ],
    [
      [3, 0, 1],
      [1, 2],
      [3, 0, 2],
    ],
  ] as const;
  it('give the bits of the reference in every layout, with something added in place', () => {
    for (const [rows, depth, columns] of sizes) {
      for (const [lhs, rhs, out] of turns) {
        if (lhs.length > 2 && rows * depth * columns > 1e6) continue;
        const extent = (label: number): number => must([rows, depth, columns, 3][label]);
        const b = graphBuilder();
        const [x, y] = [b.input('x', lhs.map(extent)), b.input('y', rhs.map(extent))];
        const sum = b.einsum(x, y, { lhs, rhs, out, order: 'sequential' });
        const z = b.input('z', out.map(extent));
        const graph = b.finish([{ name: 'p', value: b.max(b.add(sum, z), b.full([], 0)) }]);
        same(graph, rows + depth, () => `${rows} ${depth} ${columns}: ${lhs} ${rhs} ${out}`);
      }
    }
  });
});

describe('sums of nothing but -0', () => {
  it('are -0 in products of every size', () => {
    for (const [rows, depth, columns] of sizesOf([1, 2, 20], [3, 260], [5, 67])) {
      const b = graphBuilder();
      const [x, y] = [b.input('x', [rows, depth]), b.input('y', [depth, columns])];
      const product = b.einsum(x, y, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
      const run = wasm.compile(b.finish([{ name: 'p', value: product }]));
      const inputs = [new Float32Array(rows * depth).fill(-0), new Float32Array(depth * columns).fill(1)];
      const found = run.run(inputs, new Map()).outputs[0];
      expect(found?.every((sum) => Object.is(sum, -0))).toBe(true);
    }
  });
});

function sizesOf(
  rows: readonly number[],
  depths: readonly number[],
  columns: readonly number[],
): (readonly [number, number, number])[] {
  return rows.flatMap((r) => depths.flatMap((d) => columns.map((c) => [r, d, c] as const)));
}

describe('random programs', () => {
  it('give the bits of the reference: alone, in a batch, and their gradients', () => {
    let gradients = 0;
    for (let seed = 0; seed < 250; seed++) {
      const text = randomProgram(seed);
      const result = compile({ name: 'program.su', text }, { read: () => undefined });
      if (!result.ok) throw new Error(`seed ${seed} does not compile`);
      for (const entry of result.value.program.entries) {
        const what = (): string => `${entry.name}\n${text}`;
        same(entry.graph, seed, what);
        same(ready(batchGraph(entry.graph, 5)), seed, what);
        const made = gradientOf(entry.graph);
        if (made) same(made, seed, what);
        if (made) gradients++;
      }
    }
    expect(gradients).toBeGreaterThan(100);
  });
});

describe('the examples', () => {
  it.each(EXAMPLE_GRAPHS)(
    '%s: its tests come out as with the reference, and every function and gradient gives its bits',
    (path) => {
      const { compiled } = openProgram(EXAMPLES + path);
      expect(runTests(compiled, { backend: wasm })).toEqual(runTests(compiled));
      for (const { name, graph } of compiled.program.entries) {
        same(graph, 1, () => name);
        same(ready(batchGraph(graph, 9)), 2, () => `${name}, in a batch`);
        const made = gradientOf(graph);
        if (made) same(made, 3, () => `${name}, its gradient`);
      }
    },
  );
});

describe('memory that is not there', () => {
  it('ends with a message, not with a wrong result', () => {
    const b = graphBuilder();
    const plan = schedulePlan(b.finish([{ name: 'y', value: b.neg(b.input('x', [4])) }]));
    const { bytes } = planModule(plan);
    expect(() => openMachine(plan, { bytes, memory: 2 ** 33 })).toThrow(/needs 8\.00 GB of memory at once/);
  });
});
