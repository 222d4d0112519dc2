/** What each kind of step means, on plans written by hand; and their text. */
import { describe, expect, it } from 'vitest';
import { kernelBuilder } from '../../src/kernel/build.ts';
import { openArena, runPlan } from '../../src/kernel/evaluate-nest.ts';
import type { Access, Buffer, Epilogue, Plan, Step } from '../../src/kernel/nest.ts';
import { printPlan } from '../../src/kernel/print-nest.ts';
import { must } from '../../src/text/result.ts';

const k = kernelBuilder();
const arg = (n: number) => k.arg('f32', n);

/** Buffers of these names and lengths, one after the other; `t...` are tables, `c...` constants, the last is the output. */
function planOf(sizes: Readonly<Record<string, number | readonly number[]>>, steps: (at: At) => Step[]): Plan {
  let offset = 0;
  const names = Object.keys(sizes);
  const buffers = names.map((name, i): Buffer => {
    const given = sizes[name] ?? 0;
    const length = typeof given === 'number' ? given : given.length;
    const role = name.startsWith('t')
      ? 'table'
      : typeof given !== 'number'
        ? 'constant'
        : i === names.length - 1
          ? 'output'
          : 'temporary';
    const data =
      typeof given === 'number' ? {} : { data: role === 'table' ? Int32Array.from(given) : Float32Array.from(given) };
    const buffer = { role, name, offset, length, ...data } as const;
    offset += Math.ceil(length / 4) * 4;
    return buffer;
  });
  const at: At = (name, strides, rest = {}) => ({
    buffer: names.indexOf(name),
    base: 0,
    strides,
    outer: [],
    gathers: [],
    ...rest,
  });
  const outputs = [names.length - 1];
  return { arena: offset, peak: offset, buffers, inputs: [], outputs, alarms: [], params: [], steps: steps(at) };
}

type At = (name: string, strides: readonly number[], rest?: Partial<Access>) => Access;

function outputOf(plan: Plan): number[] {
  const arena = openArena(plan, Number.NaN);
  runPlan(plan, arena);
  const { offset, length } = must(plan.buffers[must(plan.outputs[0])]);
  return Array.from(arena.f32.subarray(offset, offset + length));
}

const into = (to: Access): Epilogue => ({ loads: [], stores: [{ to, value: arg(0) }] });

describe('a map', () => {
  it('walks by strides, looks up by tables and stores several results', () => {
    const plan = planOf({ c: [1, 2, 3, 4, 5, 6], t: [4, 0], y: 8 }, (at) => [
      {
        kind: 'map',
        loops: [2, 2],
        loads: [at('c', [0, 1], { gathers: [{ table: 1, base: 0, strides: [1, 0] }] })],
        stores: [
          { to: at('y', [1, 2]), value: arg(0) },
          { to: at('y', [-1, -2], { base: 7 }), value: k.step('f32.mul', arg(0), k.f32(10)) },
        ],
      },
    ]);
    expect(outputOf(plan)).toEqual([5, 1, 6, 2, 20, 60, 10, 50]);
  });
});

describe('sums', () => {
  const sum = (terms: readonly number[], combine: 'lanes' | 'sequential' | 'max' | 'min'): number =>
    must(
      outputOf(
        planOf({ c: terms, y: 1 }, (at) => [
          {
            kind: 'reduce',
            loops: [],
            reduced: [terms.length],
            combine,
            loads: [at('c', [1])],
            term: arg(0),
            epilogue: into(at('y', [])),
          },
        ]),
      )[0],
    );

  it('in sequence begin with the first term', () => {
    expect(sum([-0], 'sequential')).toBe(-0);
    expect(sum([1, 2 ** -24, 2 ** -24], 'sequential')).toBe(1);
    expect(sum([2 ** -24, 2 ** -24, 1], 'sequential')).toBe(Math.fround(1 + 2 ** -23));
    expect(sum([], 'sequential')).toBe(0);
  });

  it('in lanes begin with +0 and end as a tree', () => {
    expect(sum([-0], 'lanes')).toBe(0);
    // Terms 0 and 16 share a lane; 1 meets its small neighbours only after they have met each other.
    const terms = Array.from({ length: 20 }, () => 0);
    [terms[0], terms[4], terms[12]] = [1, 2 ** -24, 2 ** -24];
    expect(sum(terms, 'lanes')).toBe(Math.fround(1 + 2 ** -23));
    [terms[4], terms[12], terms[16], terms[8]] = [0, 0, 2 ** -24, 2 ** -24];
    expect(sum(terms, 'lanes')).toBe(1);
  });

  it('of extremes keep the first on ties and a nan that comes first', () => {
    expect(sum([0, -0], 'max')).toBe(0);
    expect(sum([-0, 0], 'min')).toBe(-0);
    expect(sum([Number.NaN, 1], 'max')).toBe(Number.NaN);
    expect(sum([1, Number.NaN, 2], 'max')).toBe(2);
  });
});

describe('products', () => {
  it('round each product, add k ascending, and finish with the epilogue', () => {
    const plan = planOf({ a: [1, 2, 3, 4], b: [1, 10, 100, 1000], bias: [0.5, -0.5], y: 4 }, (at) => [
      {
        kind: 'contract',
        loops: [2, 2],
        reduced: [2],
        combine: 'sequential',
        lhs: at('a', [2, 0, 1]),
        rhs: at('b', [0, 1, 2]),
        epilogue: {
          loads: [at('bias', [0, 1])],
          stores: [{ to: at('y', [2, 1]), value: k.step('f32.add', arg(0), arg(1)) }],
        },
      },
    ]);
    expect(outputOf(plan)).toEqual([201.5, 2009.5, 403.5, 4029.5]);
  });

  it('pick the factor beside the first largest, and mark it', () => {
    const sizes = { c: [1, 5, 5, Number.NaN, 9, 1], values: [10, 20, 30], y: 2 };
    const plan = planOf(sizes, (at) => [
      {
        kind: 'pick',
        loops: [2],
        reduced: [3],
        lhs: at('c', [3, 1]),
        rhs: at('values', [0, 1]),
        epilogue: into(at('y', [1])),
      },
    ]);
    expect(outputOf(plan)).toEqual([20, 10]);
    const marks = planOf({ c: sizes.c, y: 6 }, (at) => [
      { kind: 'argmax', loops: [2], reduced: [3], from: at('c', [3, 1]), to: at('y', [3, 1]) },
    ]);
    expect(outputOf(marks)).toEqual([0, 1, 0, 1, 0, 0]);
  });
});

describe('loops', () => {
  const add = (at: At, to: string, from: Access): Step => ({
    kind: 'map',
    loops: [],
    loads: [at(to, []), from],
    stores: [{ to: at(to, []), value: k.step('f32.add', k.step('f32.mul', arg(0), k.f32(10)), arg(1)) }],
  });
  const set = (to: Access, value: number): Step => ({
    kind: 'map',
    loops: [],
    loads: [],
    stores: [{ to, value: k.f32(value) }],
  });

  it('count up and down', () => {
    for (const [reverse, result] of [
      [false, 123],
      [true, 321],
    ] as const) {
      const plan = planOf({ c: [1, 2, 3], y: 1 }, (at) => [
        set(at('y', []), 0),
        {
          kind: 'loop',
          variable: 0,
          count: 3,
          reverse,
          carried: [1],
          body: [add(at, 'y', at('c', [], { outer: [{ variable: 0, stride: 1 }] }))],
        },
      ]);
      expect(outputOf(plan)).toEqual([result]);
    }
  });

  it('go on while the test is positive, at most so often', () => {
    const plan = (max: number, limit: number): Plan =>
      planOf({ one: [1], test: 1, y: 1 }, (at) => [
        set(at('y', []), 0),
        {
          kind: 'while',
          max,
          carried: [2],
          cond: [
            {
              kind: 'map',
              loops: [],
              loads: [at('y', [])],
              stores: [{ to: at('test', []), value: k.step('f32.sub', k.f32(limit), arg(0)) }],
            },
          ],
          test: at('test', []),
          body: [add(at, 'y', at('one', []))],
        },
      ]);
    expect(outputOf(plan(9, 100))).toEqual([111]);
    expect(outputOf(plan(2, 100))).toEqual([11]);
    expect(outputOf(plan(9, Number.NaN))).toEqual([0]);
  });

  it('scatter adds in order', () => {
    const plan = planOf({ c: [1, 2 ** -24, 2 ** -24, 5], t: [1, 1, 1, 0], y: 2 }, (at) => [
      { kind: 'map', loops: [2], loads: [], stores: [{ to: at('y', [1]), value: k.f32(0) }] },
      {
        kind: 'scatter',
        loops: [4],
        along: 0,
        from: at('c', [1]),
        to: at('y', [0], { gathers: [{ table: 1, base: 0, strides: [1] }] }),
      },
    ]);
    expect(outputOf(plan)).toEqual([5, 1]);
  });
});

describe('the text of a plan', () => {
  it('says buffers, loops, kernels and addresses', () => {
    const plan = planOf({ x: 6, t: [4, 0], y: 2 }, (at) => [
      {
        kind: 'loop',
        variable: 3,
        count: 2,
        reverse: true,
        carried: [],
        body: [
          {
            kind: 'reduce',
            loops: [2],
            reduced: [2],
            combine: 'lanes',
            loads: [
              at('x', [0, 1], {
                gathers: [{ table: 1, base: 0, strides: [1, 0] }],
                outer: [{ variable: 3, stride: 1 }],
              }),
            ],
            term: k.step('f32.mul', arg(0), arg(0)),
            epilogue: { loads: [], stores: [{ to: at('y', [1]), value: k.step('f32.sqrt', arg(0)) }] },
          },
        ],
      },
    ]);
    expect(printPlan(plan)).toBe(`arena 16 words, 16 alive at most
temporary x: 6 at 0
table t: 2 at 8
output y: 2 at 12
loop t3 down from 2
  lanes over i < 2 along j < 2
    %0 = f32.mul(x[j + t3 + t[i]], x[j + t3 + t[i]])
    term = %0
    %0 = f32.sqrt(result)
    y[i] = %0
result 0 in y
`);
  });
});
