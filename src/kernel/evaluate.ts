/**
 * Runs kernels without generating code (safe under a content security policy): the steps of the DAG one after the other,
 * each over a block of elements in typed arrays. The reference backend runs elementwise ops with this.
 */
import { invariant, must } from '../text/result.ts';
import {
  BLOCK,
  LOOPS,
  productSumF32,
  productSumF64,
  type Register,
  register,
  selectDoubles,
  selectWords,
} from './blocks.ts';
import { inOrder, operandsOf } from './build.ts';
import type { Expr, KernelType, Primitive } from './expr.ts';

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
  const { order, readBy } = withProductsInside(results);
  const lastUse = new Map<Expr, number>();
  order.forEach((e, at) => {
    for (const operand of readBy(e)) lastUse.set(operand, at);
  });
  for (const r of results) lastUse.set(r, order.length);
  const free: Record<'wide' | 'narrow', Register[]> = { wide: [], narrow: [] };
  const homes = new Map<Expr, Register>();
  const args: { register: Register; index: number }[] = [];
  const steps: Step[] = [];
  order.forEach((e, at) => {
    // Arguments and constants are written before the first step runs, so their registers are nobody else's.
    const reused = isComputed(e) ? free[sizeOf(e.type)].pop() : undefined;
    const own = reused ?? register(e.type === 'f64');
    homes.set(e, own);
    if (e.kind === 'arg') {
      invariant(e.type === 'f32' && e.index < argCount, 'arguments are f32 and in range');
      args.push({ register: own, index: e.index });
    } else if (e.kind === 'const') fill(own, e.type, e.value);
    else
      steps.push(
        stepOf(
          e,
          own,
          readBy(e).map((operand) => must(homes.get(operand))),
        ),
      );
    for (const operand of new Set(readBy(e))) {
      if (lastUse.get(operand) === at && isComputed(operand)) free[sizeOf(operand.type)].push(must(homes.get(operand)));
    }
  });
  return { args, steps, results: results.map((r) => must(homes.get(r))) };
}

/**
 * The nodes in order, without products that only a sum reads: such a sum reads the two factors and the other summand
 * instead (three operands) and runs as one loop.
 */
function withProductsInside(results: readonly Expr[]): {
  order: readonly Expr[];
  readBy: (e: Expr) => readonly Expr[];
} {
  const all = inOrder(results);
  const uses = new Map<Expr, number>();
  for (const e of [...all.flatMap(operandsOf), ...results]) uses.set(e, (uses.get(e) ?? 0) + 1);
  const reads = new Map<Expr, readonly Expr[]>();
  const inside = new Set<Expr>();
  for (const e of all) {
    const product = productIn(e);
    if (!product || uses.get(product) !== 1) continue;
    inside.add(product);
    reads.set(e, [...product.args, ...operandsOf(e).slice(1)]);
  }
  return { order: all.filter((e) => !inside.has(e)), readBy: (e) => reads.get(e) ?? operandsOf(e) };
}

type StepExpr = Extract<Expr, { kind: 'step' }>;

const PRODUCTS: Partial<Record<Primitive, Primitive>> = { 'f32.add': 'f32.mul', 'f64.add': 'f64.mul' };

/** The product that is the first operand of a sum. */
function productIn(e: Expr): StepExpr | undefined {
  if (e.kind !== 'step') return undefined;
  const [first] = e.args;
  return first?.kind === 'step' && PRODUCTS[e.step] === first.step ? first : undefined;
}

const isComputed = (e: Expr): boolean => e.kind === 'step' || e.kind === 'select';
const sizeOf = (type: KernelType): 'wide' | 'narrow' => (type === 'f64' ? 'wide' : 'narrow');

function stepOf(e: Expr, own: Register, [a, b, c]: readonly Register[]): Step {
  if (e.kind === 'select') {
    const select = e.type === 'f64' ? selectDoubles : selectWords;
    return (count) => select(own, must(a), must(b), must(c), count);
  }
  if (c) {
    const productSum = e.type === 'f64' ? productSumF64 : productSumF32;
    return (count) => productSum(own, must(a), must(b), c, count);
  }
  invariant(e.kind === 'step' && a, 'only steps are run');
  const loop = LOOPS[e.step];
  return (count) => loop(own, a, b ?? a, count);
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
