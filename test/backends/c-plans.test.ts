/** Plans printed as C give the bits of the evaluator: random plans, and plans at the edges of what a plan may say. */
import { describe, expect, it } from 'vitest';
import { kernelBuilder } from '../../src/kernel/build.ts';
import { openArena, runPlan } from '../../src/kernel/evaluate-nest.ts';
import type { Access, Buffer, Plan, Role, Step } from '../../src/kernel/nest.ts';
import { printPlan } from '../../src/kernel/print-nest.ts';
import { normals } from '../../src/num/random.ts';
import { must } from '../../src/text/result.ts';
import { differingBit } from '../random-graph.ts';
import { loadMany, roadsHere } from './c-library.ts';
import { randomPlan } from './random-plan.ts';

const COUNT = Number(process.env.PLANS ?? 30);
const roads = roadsHere();

interface Case {
  readonly plan: Plan;
  readonly inputs: readonly Float32Array[];
}

function outputsOf(plan: Plan, floats: Float32Array): Float32Array[] {
  return plan.outputs.map((id) => {
    const { offset, length } = must(plan.buffers[id]);
    return floats.slice(offset, offset + length);
  });
}

const known = new Map<Case, Float32Array[]>();

/** What the evaluator gives; it is slow, and all roads are held against the same. */
function evaluated(one: Case): Float32Array[] {
  const { plan, inputs } = one;
  const before = known.get(one);
  if (before) return before;
  const arena = openArena(plan, Number.NaN);
  for (const [i, id] of plan.inputs.entries()) arena.f32.set(must(inputs[i]), must(plan.buffers[id]).offset);
  runPlan(plan, arena);
  const outputs = outputsOf(plan, arena.f32);
  known.set(one, outputs);
  return outputs;
}

describe.each(roads)('$name', (road) => {
  const agree = (cases: readonly Case[]): void => {
    const opens = loadMany(
      cases.map((c) => c.plan),
      road,
    );
    for (const [n, one] of cases.entries()) {
      const { plan, inputs } = one;
      const machine = must(opens[n])();
      for (const [i, id] of plan.inputs.entries()) machine.floats.set(must(inputs[i]), must(plan.buffers[id]).offset);
      machine.run();
      const difference = differingBit(outputsOf(plan, machine.floats), evaluated(one));
      if (difference) expect.fail(`case ${n}: ${difference}\n${printPlan(plan)}`);
    }
  };

  it('random plans', () => agree(RANDOM));
  it('edges', () => agree(EDGES));
  it('large products in every layout', () => agree(PRODUCTS));
});

const RANDOM: readonly Case[] = Array.from({ length: COUNT }, (_, seed) => randomPlan(seed));

// --- plans by hand -----------------------------------------------------------------------------------

interface Named {
  readonly role: Role;
  readonly length: number;
  readonly data?: Float32Array | Int32Array;
}

/** A plan over these buffers; inputs hold random numbers. */
function planOf(named: readonly Named[], steps: readonly Step[]): Case {
  let words = 0;
  const buffers = named.map(({ role, length, data }, i): Buffer => {
    const offset = words;
    words += Math.ceil(Math.max(1, length) / 16) * 16;
    const made: Buffer = { role, name: `${role}${i}`, offset, length };
    return data ? { ...made, data } : made;
  });
  const ids = (role: Role): number[] => buffers.flatMap((b, i) => (b.role === role ? [i] : []));
  const inputs = ids('input');
  return {
    plan: { arena: words, peak: words, buffers, inputs, outputs: ids('output'), alarms: [], params: [], steps },
    inputs: inputs.map((id) => normals(must(buffers[id]).length, 7, id)),
  };
}

const access = (buffer: number, strides: readonly number[], more: Partial<Access> = {}): Access => ({
  buffer,
  base: 0,
  strides,
  outer: [],
  gathers: [],
  ...more,
});

const k = kernelBuilder();
const [first, second] = [k.arg('f32', 0), k.arg('f32', 1)];
const store = (to: Access, value = first) => [{ to, value }];
const fill = (buffer: number, length: number, value: number): Step => ({
  kind: 'map',
  loops: [length],
  loads: [],
  stores: store(access(buffer, [1]), k.f32(value)),
});
const copy = (from: Access, to: Access, loops: readonly number[] = []): Step => ({
  kind: 'map',
  loops,
  loads: [from],
  stores: store(to),
});
const plus = (from: Access, to: Access, by: number): Step => ({
  kind: 'map',
  loops: [],
  loads: [from],
  stores: store(to, k.step('f32.add', first, k.f32(by))),
});

const sumOf = (combine: 'sequential' | 'lanes', loops: readonly number[], reduced: readonly number[]): Step => ({
  kind: 'reduce',
  loops,
  reduced,
  combine,
  loads: [
    access(
      0,
      [...loops, ...reduced].map(() => 1),
    ),
  ],
  term: first,
  epilogue: {
    loads: [],
    stores: store(
      access(
        1,
        loops.map(() => 1),
      ),
    ),
  },
});

/** A sum over this many terms in each order, by rows and by columns. */
const sums = (terms: number): Case[] =>
  (['sequential', 'lanes'] as const).flatMap((combine) =>
    [
      [terms, 1],
      [1, 21],
    ].map(([down, along]) => {
      const loops = [21];
      const loads = [access(0, [along === 1 ? terms : 1, down === 1 ? 21 : 1])];
      const step: Step = {
        kind: 'reduce',
        loops,
        reduced: [terms],
        combine,
        loads,
        term: k.step('f32.mul', first, first),
        epilogue: { loads: [], stores: store(access(1, [1])) },
      };
      return planOf(
        [
          { role: 'input', length: 21 * terms },
          { role: 'output', length: 21 },
        ],
        [step],
      );
    }),
  );

const whileBelow = (limit: number, max: number): Case =>
  planOf(
    [
      { role: 'output', length: 1 },
      { role: 'temporary', length: 1 },
    ],
    [
      fill(0, 1, 0),
      {
        kind: 'while',
        max,
        carried: [0],
        cond: [
          {
            kind: 'map',
            loops: [],
            loads: [access(0, [])],
            stores: store(access(1, []), k.step('f32.sub', k.f32(limit), first)),
          },
        ],
        test: access(1, []),
        body: [plus(access(0, []), access(0, []), 1)],
      },
    ],
  );

const EDGES: readonly Case[] = [
  // No points, and sums of no terms.
  planOf(
    [
      { role: 'input', length: 1 },
      { role: 'output', length: 4 },
    ],
    [fill(1, 4, 7), copy(access(0, [1]), access(1, [1]), [0])],
  ),
  ...(['sequential', 'lanes'] as const).map((combine) =>
    planOf(
      [
        { role: 'input', length: 1 },
        { role: 'output', length: 3 },
      ],
      [sumOf(combine, [3], [0])],
    ),
  ),
  planOf(
    [
      { role: 'input', length: 1 },
      { role: 'output', length: 3 },
    ],
    [fill(1, 3, 5), sumOf('lanes', [0], [3])],
  ),
  // Sums of one term, that is -0 too; of all lengths around whole vectors.
  planOf(
    [
      { role: 'constant', length: 1, data: Float32Array.of(-0) },
      { role: 'output', length: 1 },
    ],
    [sumOf('sequential', [1], [1])],
  ),
  planOf(
    [
      { role: 'constant', length: 1, data: Float32Array.of(-0) },
      { role: 'output', length: 1 },
    ],
    [sumOf('lanes', [1], [1])],
  ),
  ...[1, 2, 3, 5, 15, 16, 17, 31, 33, 47, 64, 100].flatMap(sums),
  // Turns: none, backwards, with addresses that follow them.
  planOf(
    [
      { role: 'input', length: 12 },
      { role: 'output', length: 12 },
      { role: 'output', length: 1 },
    ],
    [
      fill(1, 12, 9),
      fill(2, 1, 0),
      { kind: 'loop', variable: 0, count: 0, reverse: false, carried: [], body: [fill(2, 1, 1)] },
      {
        kind: 'loop',
        variable: 3,
        count: 3,
        reverse: true,
        carried: [2],
        body: [
          {
            kind: 'map',
            loops: [4],
            loads: [access(0, [-1], { base: 3, outer: [{ variable: 3, stride: 4 }] })],
            stores: store(access(1, [1], { base: 8, outer: [{ variable: 3, stride: -4 }] })),
          },
          plus(access(2, []), access(2, []), 1),
        ],
      },
    ],
  ),
  // A while that its count stops, its test stops, a nan stops, and that never begins.
  whileBelow(10, 4),
  whileBelow(3, 10),
  whileBelow(Number.NaN, 10),
  whileBelow(5, 0),
  // Scattered sums that meet, by a table and by a stride of 0; gathers backwards.
  planOf(
    [
      { role: 'input', length: 40 },
      { role: 'output', length: 20 },
      { role: 'table', length: 10, data: Int32Array.from([5, 0, 5, 5, 10, 0, 15, 10, 5, 0]) },
    ],
    [
      fill(1, 20, 0),
      {
        kind: 'scatter',
        loops: [10, 4],
        along: 0,
        from: access(0, [4, 1]),
        to: access(1, [0, 1], { gathers: [{ table: 2, base: 9, strides: [-1, 0] }] }),
      },
    ],
  ),
  planOf(
    [
      { role: 'input', length: 40 },
      { role: 'output', length: 4 },
    ],
    [fill(1, 4, 0), { kind: 'scatter', loops: [10, 4], along: 0, from: access(0, [4, 1]), to: access(1, [0, 1]) }],
  ),
  // The first of equals is picked; nan is never larger, and stays where it stands first.
  ...[
    [1, 3, 3, 2],
    [Number.NaN, 3, 3, 2],
    [1, Number.NaN, 3, 3],
    [-0, 0, -0, 0],
  ].map((numbers) =>
    planOf(
      [
        { role: 'constant', length: 4, data: Float32Array.from(numbers) },
        { role: 'input', length: 4 },
        { role: 'output', length: 1 },
        { role: 'output', length: 4 },
      ],
      [
        {
          kind: 'pick',
          loops: [],
          reduced: [4],
          lhs: access(0, [1]),
          rhs: access(1, [1]),
          epilogue: { loads: [], stores: store(access(2, [])) },
        },
        { kind: 'argmax', loops: [], reduced: [4], from: access(0, [1]), to: access(3, [1]) },
      ],
    ),
  ),
  // Two stores that read what the other overwrites.
  planOf(
    [
      { role: 'input', length: 37 },
      { role: 'output', length: 37 },
      { role: 'output', length: 37 },
    ],
    [
      copy(access(0, [1]), access(1, [1]), [37]),
      copy(access(0, [-1], { base: 36 }), access(2, [1]), [37]),
      {
        kind: 'map',
        loops: [37],
        loads: [access(1, [1]), access(2, [1])],
        stores: [
          { to: access(1, [1]), value: second },
          { to: access(2, [1]), value: first },
        ],
      },
    ],
  ),
];

const SIZES = [
  [17, 130, 13],
  [70, 300, 43],
  [9, 7000, 35],
] as const;

/** A product in each layout of its factors and of its result, with something added. */
const PRODUCTS: readonly Case[] = SIZES.flatMap(([rows, depth, columns]) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((turned) => {
    const [left, right, out] = [turned & 1, turned & 2, turned & 4];
    const sum = k.step('f32.max', k.step('f32.add', first, second), k.f32(0));
    const to = out ? [1, rows] : [columns, 1];
    const step: Step = {
      kind: 'contract',
      loops: [rows, columns],
      reduced: [depth],
      combine: 'sequential',
      lhs: access(0, left ? [1, 0, rows] : [depth, 0, 1]),
      rhs: access(1, right ? [0, depth, 1] : [0, 1, columns]),
      epilogue: { loads: [access(2, [0, 1])], stores: store(access(3, to), sum) },
    };
    return planOf(
      [
        { role: 'input', length: rows * depth },
        { role: 'input', length: depth * columns },
        { role: 'input', length: columns },
        { role: 'output', length: rows * columns },
      ],
      [step],
    );
  }),
);
