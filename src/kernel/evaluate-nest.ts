/**
 * What a plan means: its steps run one after the other on plain lists of addresses. Plain rather than quick; printers and the
 * scheduler are compared with it bit for bit. Everything that does not depend on the numbers is made once, in `planRunner`.
 */
import { maxF32, minF32 } from '../num/arith.ts';
import { invariant, must } from '../text/result.ts';
import { compileKernel } from './evaluate.ts';
import type { Expr } from './expr.ts';
import type { Access, Affine, Combine, Epilogue, Plan, ScatterStep, Step, Store } from './nest.ts';

/** The memory of a plan, seen as floats and as words. */
export interface Arena {
  readonly f32: Float32Array;
  readonly i32: Int32Array;
}

/** Fresh memory with the constants and tables laid in; the rest holds `fill` (tests poison it with nan). */
export function openArena(plan: Plan, fill = 0): Arena {
  const words = new ArrayBuffer(4 * plan.arena);
  const arena = { f32: new Float32Array(words), i32: new Int32Array(words) };
  arena.f32.fill(fill);
  layData(plan, arena.f32);
  return arena;
}

/** Lays constants and tables in memory that begins where `floats` does. */
export function layData(plan: Plan, floats: Float32Array): void {
  const words = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
  for (const { data, offset } of plan.buffers) {
    if (data instanceof Float32Array) floats.set(data, offset);
    else if (data) words.set(data, offset);
  }
}

/** Runs a plan once: inputs and params stand in the arena, results will. */
export const runPlan = (plan: Plan, arena: Arena): void => planRunner(plan)(arena);

/** What a step sees: the floats, and the variables of the loops around it. */
export interface World {
  readonly memory: Float32Array;
  readonly variables: number[];
}

export type Work = (world: World) => void;

/** Makes a plan ready to run many times. Not reentrant. */
export function planRunner(plan: Plan): (arena: Arena) => void {
  const work = sequence(plan, plan.steps);
  return ({ f32 }) => work({ memory: f32, variables: [] });
}

const sequence = (plan: Plan, steps: readonly Step[]): Work => {
  const works = steps.map((step) => workOf(plan, step));
  return (world) => {
    for (const work of works) work(world);
  };
};

const count = (extents: readonly number[]): number => extents.reduce((n, d) => n * d, 1);

export function workOf(plan: Plan, step: Step): Work {
  switch (step.kind) {
    case 'map': {
      const read = reader(plan, step.loads, step.loops);
      const write = writer(plan, step.stores, step.loops, step.loads.length);
      return (world) => write(world, read(world));
    }
    case 'reduce': {
      const read = reader(plan, step.loads, [...step.loops, ...step.reduced]);
      const terms = new Float32Array(count(step.loops) * count(step.reduced));
      const kernel = compileKernel(step.term, step.loads.length);
      const join = joiner(plan, step.loops, step.epilogue, count(step.reduced), step.combine);
      return (world) => {
        kernel.run(read(world), [terms]);
        join(world, (result, k, size) => terms[result * size + k] as number);
      };
    }
    case 'contract': {
      const [lhs, rhs] = [factor(plan, step.lhs, step), factor(plan, step.rhs, step)];
      const join = joiner(plan, step.loops, step.epilogue, count(step.reduced), step.combine);
      return (world) => {
        const [l, r] = [lhs(world), rhs(world)];
        join(world, (result, k) => Math.fround(l(result, k) * r(result, k)));
      };
    }
    case 'pick': {
      const [lhs, rhs] = [factor(plan, step.lhs, step), factor(plan, step.rhs, step)];
      const size = count(step.reduced);
      const finish = finisher(plan, step.loops, step.epilogue);
      return (world) => {
        const [l, r] = [lhs(world), rhs(world)];
        finish(world, (result) => r(result, largest(l, result, size)));
      };
    }
    case 'argmax': {
      const from = factor(plan, step.from, step);
      const to = places(plan, step.to, [...step.loops, ...step.reduced]);
      const size = count(step.reduced);
      return (world) => {
        const x = from(world);
        const shift = shiftOf(step.to, world);
        for (let result = 0; result < count(step.loops); result++) {
          const best = largest(x, result, size);
          for (let k = 0; k < size; k++) world.memory[(to[result * size + k] as number) + shift] = k === best ? 1 : 0;
        }
      };
    }
    case 'scatter':
      return scatter(plan, step);
    case 'loop': {
      const body = sequence(plan, step.body);
      return (world) => {
        for (let turn = 0; turn < step.count; turn++) {
          world.variables[step.variable] = step.reverse ? step.count - 1 - turn : turn;
          body(world);
        }
      };
    }
    case 'while': {
      const [cond, body] = [sequence(plan, step.cond), sequence(plan, step.body)];
      const test = testOf(plan, step.test);
      return (world) => {
        for (let turn = 0; turn < step.max; turn++) {
          cond(world);
          if (!test(world)) break;
          body(world);
        }
      };
    }
    case 'barrier':
      return () => undefined;
    default:
      return step satisfies never;
  }
}

/** Whether a `while` goes on. */
export function testOf(plan: Plan, test: Access): (world: World) => boolean {
  const at = must(places(plan, test, [])[0]);
  return (world) => (world.memory[at + shiftOf(test, world)] as number) > 0;
}

// --- addresses ---------------------------------------------------------------------------------------

/** `base + Σ strides · i` for all points, the last variable fastest. */
function affine({ base, strides }: Affine, extents: readonly number[]): Int32Array {
  invariant(strides.length === extents.length, 'one stride for each variable');
  let list = Int32Array.of(base);
  for (const [d, extent] of extents.entries()) {
    const longer = new Int32Array(list.length * extent);
    for (let i = 0; i < longer.length; i++)
      longer[i] = (list[Math.floor(i / extent)] as number) + (i % extent) * must(strides[d]);
    list = longer;
  }
  return list;
}

/** The places of an access in the arena at all points, apart from the variables of loops around it. */
function places(plan: Plan, access: Access, extents: readonly number[]): Int32Array {
  const buffer = must(plan.buffers[access.buffer]);
  const list = affine(access, extents);
  for (const gather of access.gathers) {
    const { data } = must(plan.buffers[gather.table]);
    for (const [i, at] of affine(gather, extents).entries()) list[i] = (list[i] as number) + must(data?.[at]);
  }
  return list.map((at) => at + buffer.offset);
}

/** What the variables of the loops around it add. */
function shiftOf({ outer }: Access, { variables }: World): number {
  let shift = 0;
  for (const { variable, stride } of outer) shift += must(variables[variable]) * stride;
  return shift;
}

/** Gives one array per load, with its numbers at all points. */
function reader(plan: Plan, loads: readonly Access[], extents: readonly number[]): (world: World) => Float32Array[] {
  const lists = loads.map((load) => ({ load, from: places(plan, load, extents) }));
  const values = lists.map(({ from }) => new Float32Array(from.length));
  return (world) => {
    for (const [n, { load, from }] of lists.entries()) {
      const to = must(values[n]);
      const shift = shiftOf(load, world);
      for (let i = 0; i < to.length; i++) to[i] = world.memory[(from[i] as number) + shift] as number;
    }
    return values;
  };
}

/** Computes the stores from arrays of arguments, then stores them. */
function writer(plan: Plan, stores: readonly Store[], extents: readonly number[], args: number) {
  const kernel = compileKernel(
    stores.map((s): Expr => s.value),
    args,
  );
  const lists = stores.map(({ to }) => ({ access: to, to: places(plan, to, extents) }));
  const results = lists.map(({ to }) => new Float32Array(to.length));
  return (world: World, given: readonly Float32Array[]): void => {
    kernel.run(given, results);
    for (const [n, { access, to }] of lists.entries()) {
      const from = must(results[n]);
      const shift = shiftOf(access, world);
      for (let i = 0; i < from.length; i++) world.memory[(to[i] as number) + shift] = from[i] as number;
    }
  };
}

// --- sums and products -------------------------------------------------------------------------------

type Term = (result: number, k: number, size: number) => number;

/** The factors of a product: separate addresses for results and terms, since nothing gathers. */
function factor(
  plan: Plan,
  access: Access,
  step: { readonly loops: readonly number[]; readonly reduced: readonly number[] },
) {
  invariant(access.gathers.length === 0, 'a factor does not gather');
  const outside = { ...access, strides: access.strides.slice(0, step.loops.length) };
  const inside = { base: 0, strides: access.strides.slice(step.loops.length) };
  const [at, along] = [places(plan, outside, step.loops), affine(inside, step.reduced)];
  return (world: World) => {
    const shift = shiftOf(access, world);
    return (result: number, k: number): number =>
      world.memory[(at[result] as number) + (along[k] as number) + shift] as number;
  };
}

function finisher(plan: Plan, loops: readonly number[], { loads, stores }: Epilogue) {
  const results = new Float32Array(count(loops));
  const read = reader(plan, loads, loops);
  const write = writer(plan, stores, loops, loads.length + 1);
  return (world: World, result: (i: number) => number): void => {
    for (let i = 0; i < results.length; i++) results[i] = result(i);
    write(world, [results, ...read(world)]);
  };
}

function joiner(plan: Plan, loops: readonly number[], epilogue: Epilogue, size: number, combine: Combine) {
  const finish = finisher(plan, loops, epilogue);
  const join = JOIN[combine];
  return (world: World, term: Term): void => finish(world, (i) => (size === 0 ? 0 : join(term, i, size)));
}

const LANES = 16;
const lanes = new Float32Array(LANES);

const chain =
  (next: (sum: number, x: number) => number) =>
  (term: Term, i: number, size: number): number => {
    let sum = term(i, 0, size);
    for (let k = 1; k < size; k++) sum = next(sum, term(i, k, size));
    return sum;
  };

const JOIN: { readonly [C in Combine]: (term: Term, i: number, size: number) => number } = {
  sequential: chain((sum, x) => Math.fround(sum + x)),
  max: chain(maxF32),
  min: chain(minF32),
  lanes: (term, i, size) => {
    lanes.fill(0);
    for (let k = 0; k < size; k++) lanes[k % LANES] = (lanes[k % LANES] as number) + term(i, k, size);
    for (let half = LANES / 2; half >= 1; half /= 2)
      for (let j = 0; j < half; j++) lanes[j] = (lanes[j] as number) + (lanes[j + half] as number);
    return lanes[0] as number;
  },
};

function largest(x: (result: number, k: number) => number, result: number, size: number): number {
  let best = 0;
  for (let k = 1; k < size; k++) if (x(result, best) < x(result, k)) best = k;
  return best;
}

function scatter(plan: Plan, step: ScatterStep): Work {
  const [from, to] = [places(plan, step.from, step.loops), places(plan, step.to, step.loops)];
  return (world) => {
    const { memory } = world;
    const [read, write] = [shiftOf(step.from, world), shiftOf(step.to, world)];
    for (let i = 0; i < from.length; i++) {
      const at = (to[i] as number) + write;
      memory[at] = (memory[at] as number) + (memory[(from[i] as number) + read] as number);
    }
  };
}
