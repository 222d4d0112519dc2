/** Kernels printed as C give the bits of the evaluator: every op, elementary function and primitive, on special and random numbers. */
import { describe, expect, it } from 'vitest';
import { kernelOf, subset } from '../../scripts/elementary/subset.ts';
import { ARITY, type OpAttrs, type OpName } from '../../src/ir/vocabulary.ts';
import { kernelBuilder, SIGNATURES } from '../../src/kernel/build.ts';
import type { Expr, KernelType } from '../../src/kernel/expr.ts';
import type { Access, Buffer, Plan } from '../../src/kernel/nest.ts';
import { OPS } from '../../src/ops/index.ts';
import { scalarExpr } from '../../src/ops/reference/kernels.ts';
import { must } from '../../src/text/result.ts';
import { patterns, runBlocks } from '../kernel/run.ts';
import { loadMany, roadsHere } from './c-library.ts';
import { asF32, operand, STEPS } from './primitives.ts';

/** Not a whole number of vectors, so that the last is a part. */
const LENGTH = 65536 + 7;

interface Case {
  readonly title: string;
  readonly root: Expr;
  readonly args: readonly Float32Array[];
}

const SPECIALS = [...patterns(19, 0)];

/** Every pair of special values first, then bit patterns. */
function pairs(): [Float32Array, Float32Array] {
  const [a, b] = [patterns(LENGTH, 1).reverse(), patterns(LENGTH, 2).reverse()];
  for (const [i, x] of SPECIALS.entries()) {
    for (const [j, y] of SPECIALS.entries()) {
      a[19 * i + j] = x;
      b[19 * i + j] = y;
    }
  }
  return [a, b];
}
const [A, B] = pairs();
const THIRD = Float32Array.from(patterns(LENGTH, 3), (x, i) => (i % 3 === 0 ? i / 7 : x));
/** Numbers of everyday size, where the interesting parts of the elementary functions are. */
const EVERYDAY = Float32Array.from({ length: LENGTH }, (_, i) => (i - LENGTH / 2) / 301);
const some = subset();
const SUBSET = Float32Array.from({ length: LENGTH }, (_, i) => must(some[i % some.length]));

const ELEMENTWISE = (Object.keys(OPS) as OpName[]).filter((op) => OPS[op].scalar);
const ATTRS = { width: 1 } as unknown as OpAttrs[OpName];

const ops = ELEMENTWISE.flatMap((op): Case[] => {
  const root = scalarExpr(op, ATTRS);
  const first = (args: readonly Float32Array[]): Case => ({ title: op, root, args: args.slice(0, ARITY[op] ?? 0) });
  return [first([A, B, THIRD]), first([EVERYDAY, B, A])];
});

const functions = (['exp', 'log', 'tanh', 'sigmoid', 'softplus', 'sin', 'cos', 'erf'] as const).flatMap(
  (name): Case[] => [SUBSET, EVERYDAY].map((x) => ({ title: name, root: kernelOf(name), args: [x] })),
);
const powers: Case[] = [
  { title: 'pow', root: kernelOf('pow'), args: [SUBSET, SUBSET.map((_, i) => ((i % 4001) - 2000) / 64)] },
  { title: 'pow', root: kernelOf('pow'), args: [A, B] },
];

const k = kernelBuilder();
const [x, y] = [k.arg('f32', 0), k.arg('f32', 1)];

const primitives = STEPS.flatMap((step): Case[] => {
  const types: readonly KernelType[] = SIGNATURES[step].slice(0, -1);
  const made = (from: readonly Expr[]): Expr =>
    asF32(k, k.step(step, ...types.map((type, i) => operand(k, type, must(from[i])))));
  const half = k.f32(-2.5);
  return [
    { title: step, root: made([x, y]), args: [A, B] },
    { title: `${step} of a constant and a number`, root: made([half, y]), args: [A, B] },
    { title: `${step} of a number and a constant`, root: made([x, half]), args: [A, B] },
    { title: `${step} of constants`, root: k.step('f32.add', made([half, k.f32(3)]), x), args: [A, B] },
  ];
});

function conversions(): Case[] {
  const bounded = k.step('f32.max', k.step('f32.min', x, k.f32(1000)), k.f32(-1000));
  const safe = k.select(k.step('f32.eq', bounded, bounded), bounded, k.f32(0));
  const n = k.step('f32.toI32', safe);
  const odd = k.step('i32.and', operand(k, 'i32', x), k.i32(1));
  const both = k.step('i32.and', k.step('f32.lt', x, y), k.step('f32.lt', k.f32(0), x));
  const wide = (e: Expr): Expr => k.step('f64.fromF32', e);
  const least = (a: Expr, b: Expr): Expr => k.select(k.step('f32.lt', b, a), b, a);
  const roots = {
    'f32.toI32': k.step('f32.fromI32', n),
    'f64.toI32': k.step('f32.fromI32', k.step('f64.toI32', wide(safe))),
    'f64.exp2i': k.step('f32.fromF64', k.step('f64.mul', k.step('f64.exp2i', n), k.f64(2 ** 300))),
    'select of doubles': asF32(k, k.select(k.step('f32.lt', bounded, k.f32(0)), wide(bounded), k.f64(0.1))),
    'select by a number that is no mask': k.select(odd, x, y),
    'select by a mask of masks': k.select(both, x, y),
    'select by a select': k.select(k.select(both, both, k.step('f32.eq', x, x)), y, x),
    'select of doubles by a number': asF32(k, k.select(odd, wide(x), wide(y))),
    'select of words': asF32(k, k.select(both, operand(k, 'i32', x), k.i32(-7))),
    // What one compiler takes for one minimum.
    'nested minima': k.step('f32.min', k.f32(0.5), k.step('f32.min', x, k.f32(0.5))),
    'nested minima by selects': least(k.f32(0.5), least(x, k.f32(0.5))),
    'nested maxima': k.step('f32.max', k.f32(-0), k.step('f32.max', x, k.f32(-0))),
    'a constant': k.f32(-0),
  };
  return Object.entries(roots).map(([title, root]) => ({ title, root, args: [A, B] }));
}

const CASES = [...ops, ...functions, ...powers, ...primitives, ...conversions()];

/** `out[i] = kernel(arg0[i], arg1[i], ...)`. */
function planOf({ root, args }: Case): Plan {
  const words = 16 * Math.ceil(LENGTH / 16);
  const names = [...args.map((_, i) => `arg${i}`), 'out'];
  const buffers = names.map(
    (name, i): Buffer => ({ role: name === 'out' ? 'output' : 'input', name, offset: i * words, length: LENGTH }),
  );
  const access = (buffer: number): Access => ({ buffer, base: 0, strides: [1], outer: [], gathers: [] });
  const stores = [{ to: access(args.length), value: root }];
  const arena = words * names.length;
  return {
    arena,
    peak: arena,
    buffers,
    inputs: args.map((_, i) => i),
    outputs: [args.length],
    alarms: [],
    params: [],
    steps: [{ kind: 'map', loops: [LENGTH], loads: args.map((_, i) => access(i)), stores }],
  };
}

it('there is a case for every op with a kernel', () => expect(ELEMENTWISE.length).toBeGreaterThanOrEqual(25));

describe.each(roadsHere())('$name', (road) => {
  it('every op, function and primitive', () => {
    const plans = CASES.map(planOf);
    const opens = loadMany(plans, road);
    for (const [n, { title, root, args }] of CASES.entries()) {
      const { floats, run } = must(opens[n])();
      const out = must(must(plans[n]).buffers.at(-1)).offset;
      for (const [i, arg] of args.entries()) floats.set(arg, must(must(plans[n]).buffers[i]).offset);
      run();
      const expected = runBlocks(root, args, LENGTH);
      for (let i = 0; i < LENGTH; i++) {
        const got = floats[out + i];
        if (!Object.is(got, expected[i]))
          expect.fail(`${title}: ${got}, the evaluator ${expected[i]} at ${args.map((a) => a[i])}`);
      }
    }
  });
});
