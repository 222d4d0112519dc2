/**
 * Runs kernels without generating code (safe under a content security policy): the steps of the DAG one after the other,
 * each over a block of elements in typed arrays. The reference backend runs elementwise ops with this.
 */
import { invariant, must } from '../text/result.ts';
import { BLOCK, LOOPS, type Register, register, selectDoubles, selectWords } from './blocks.ts';
import { inOrder, operandsOf } from './build.ts';
import type { Expr, KernelType } from './expr.ts';

/** A kernel ready to run. Not re-entrant: it owns its registers. */
export interface Kernel {
  readonly argCount: number;
  /** Fills `outs[k]` (all of one length) from the elements of `args`, each at least as long. An output may be an argument. */
  run(args: readonly Float32Array[], outs: readonly Float32Array[]): void;
}

/** Plans a kernel with one or several results; its arguments are f32 and number `argCount`. */
export function compileKernel(roots: Expr | readonly Expr[], argCount: number): Kernel {
  const results = 'kind' in roots ? [roots] : roots;
  for (const r of results) invariant(r.type === 'f32', 'a kernel gives f32');
  const plan = planRegisters(results, argCount);
  const run = (args: readonly Float32Array[], outs: readonly Float32Array[]): void => {
    const length = must(outs[0]).length;
    for (let start = 0; start < length; start += BLOCK) {
      const count = Math.min(BLOCK, length - start);
      for (const { register: r, index } of plan.args) load(r.f32, must(args[index]), start, count);
      for (const step of plan.steps) step(count);
      for (let k = 0; k < outs.length; k++) store(must(outs[k]), must(plan.results[k]).f32, start, count);
    }
  };
  return { argCount, run };
}

type Step = (count: number) => void;

interface Plan {
  readonly args: readonly { readonly register: Register; readonly index: number }[];
  readonly steps: readonly Step[];
  readonly results: readonly Register[];
}

/** Gives every value a register; one whose last user has run is used again, so that few stay warm. */
function planRegisters(results: readonly Expr[], argCount: number): Plan {
  const order = inOrder(results);
  const lastUse = new Map<Expr, number>();
  order.forEach((e, at) => {
    for (const operand of operandsOf(e)) lastUse.set(operand, at);
  });
  for (const r of results) lastUse.set(r, order.length);
  const free: Record<'wide' | 'narrow', Register[]> = { wide: [], narrow: [] };
  const homes = new Map<Expr, Register>();
  const home = (e: Expr): Register => must(homes.get(e));
  const args: { register: Register; index: number }[] = [];
  const steps: Step[] = [];
  order.forEach((e, at) => {
    // Arguments and constants are written before the first step runs, so their registers are nobody else's.
    const reused = isComputed(e) ? free[sizeOf(e.type)].pop() : undefined;
    const own = reused ?? register(e.type === 'f64');
    homes.set(e, own);
    switch (e.kind) {
      case 'arg':
        invariant(e.type === 'f32' && e.index < argCount, 'arguments are f32 and in range');
        args.push({ register: own, index: e.index });
        break;
      case 'const':
        fill(own, e.type, e.value);
        break;
      case 'step':
        steps.push(stepOf(e, own, home));
        break;
      case 'select':
        steps.push(selectOf(e, own, home));
        break;
      default:
        e satisfies never;
    }
    for (const operand of new Set(operandsOf(e))) {
      if (lastUse.get(operand) === at && isComputed(operand)) free[sizeOf(operand.type)].push(home(operand));
    }
  });
  return { args, steps, results: results.map(home) };
}

const isComputed = (e: Expr): boolean => e.kind === 'step' || e.kind === 'select';
const sizeOf = (type: KernelType): 'wide' | 'narrow' => (type === 'f64' ? 'wide' : 'narrow');

function stepOf(e: Extract<Expr, { kind: 'step' }>, own: Register, home: (e: Expr) => Register): Step {
  const loop = LOOPS[e.step];
  const a = home(must(e.args[0]));
  const b = e.args[1] ? home(e.args[1]) : a;
  return (count) => loop(own, a, b, count);
}

function selectOf(e: Extract<Expr, { kind: 'select' }>, own: Register, home: (e: Expr) => Register): Step {
  const loop = e.type === 'f64' ? selectDoubles : selectWords;
  const [mask, a, b] = [home(e.mask), home(e.then), home(e.else)];
  return (count) => loop(own, mask, a, b, count);
}

function fill(r: Register, type: KernelType, value: number): void {
  if (type === 'f64') r.f64.fill(value);
  else if (type === 'f32') r.f32.fill(value);
  else r.i32.fill(value);
}

function load(to: Float32Array, from: Float32Array, start: number, count: number): void {
  if (count === BLOCK) to.set(from.subarray(start, start + BLOCK));
  else for (let i = 0; i < count; i++) to[i] = from[start + i] as number;
}

function store(to: Float32Array, from: Float32Array, start: number, count: number): void {
  if (count === BLOCK) to.set(from, start);
  else for (let i = 0; i < count; i++) to[start + i] = from[i] as number;
}
