/**
 * Builds kernels: checks the types of every step and shares equal subexpressions, so that a DAG built twice from the same
 * parts has one node per value. Ops, fusion and the elementary functions all build through this.
 */
import { Bug, must } from '../text/result.ts';
import type { Expr, KernelBuilder, KernelType, Primitive, Primitives } from './expr.ts';

type Signature<P extends Primitive> = { readonly [K in P]: Primitives[K] };

/** The types of `Primitives` as data: operand types, then the result's. */
// biome-ignore format: a table reads better in rows
export const SIGNATURES: Signature<Primitive> = {
  'f32.add': ['f32', 'f32', 'f32'], 'f32.sub': ['f32', 'f32', 'f32'], 'f32.mul': ['f32', 'f32', 'f32'], 'f32.div': ['f32', 'f32', 'f32'],
  'f32.min': ['f32', 'f32', 'f32'], 'f32.max': ['f32', 'f32', 'f32'],
  'f32.neg': ['f32', 'f32'], 'f32.abs': ['f32', 'f32'], 'f32.sqrt': ['f32', 'f32'], 'f32.floor': ['f32', 'f32'], 'f32.nearest': ['f32', 'f32'],
  'f32.lt': ['f32', 'f32', 'i32'], 'f32.le': ['f32', 'f32', 'i32'], 'f32.eq': ['f32', 'f32', 'i32'],
  'f32.bits': ['f32', 'i32'], 'f32.fromBits': ['i32', 'f32'], 'f32.toI32': ['f32', 'i32'], 'f32.fromI32': ['i32', 'f32'],
  'f32.fromF64': ['f64', 'f32'], 'f64.fromF32': ['f32', 'f64'], 'f64.fromI32': ['i32', 'f64'],
  'f64.add': ['f64', 'f64', 'f64'], 'f64.sub': ['f64', 'f64', 'f64'], 'f64.mul': ['f64', 'f64', 'f64'], 'f64.div': ['f64', 'f64', 'f64'],
  'f64.neg': ['f64', 'f64'], 'f64.floor': ['f64', 'f64'], 'f64.nearest': ['f64', 'f64'], 'f64.toI32': ['f64', 'i32'],
  'f64.lt': ['f64', 'f64', 'i32'], 'f64.le': ['f64', 'f64', 'i32'], 'f64.exp2i': ['i32', 'f64'],
  'i32.add': ['i32', 'i32', 'i32'], 'i32.sub': ['i32', 'i32', 'i32'], 'i32.and': ['i32', 'i32', 'i32'], 'i32.or': ['i32', 'i32', 'i32'],
  'i32.xor': ['i32', 'i32', 'i32'], 'i32.shl': ['i32', 'i32', 'i32'], 'i32.shrS': ['i32', 'i32', 'i32'], 'i32.shrU': ['i32', 'i32', 'i32'],
  'i32.lt': ['i32', 'i32', 'i32'], 'i32.eq': ['i32', 'i32', 'i32'],
};

/** A builder that can also make arguments. Expressions of one kernel must come from one builder. */
export interface KernelFactory extends KernelBuilder {
  arg(type: KernelType, index: number): Expr;
}

export function kernelBuilder(): KernelFactory {
  const known = new Map<string, Expr>();
  const ids = new Map<Expr, number>();
  const idOf = (e: Expr): number => {
    const id = ids.get(e) ?? ids.size;
    ids.set(e, id);
    return id;
  };
  const share = (key: string, make: () => Expr): Expr => {
    const old = known.get(key);
    if (old) return old;
    const made = make();
    known.set(key, made);
    return made;
  };
  const constant = (type: KernelType, value: number): Expr =>
    share(`${type} ${Object.is(value, -0) ? '-0' : value}`, () => ({ kind: 'const', type, value }));
  return {
    arg: (type, index) => share(`arg ${type} ${index}`, () => ({ kind: 'arg', type, index })),
    f32: (value) => constant('f32', Math.fround(value)),
    f64: (value) => constant('f64', value),
    i32: (value) => constant('i32', value | 0),
    step: (step, ...args) => {
      const type = checkStep(step, args);
      return share(`${step} ${args.map(idOf).join(' ')}`, () => ({ kind: 'step', type, step, args }));
    },
    select: (mask, then, otherwise) => {
      if (mask.type !== 'i32' || then.type !== otherwise.type) {
        throw new Bug(`select over ${mask.type}, ${then.type}, ${otherwise.type}`);
      }
      const key = `select ${idOf(mask)} ${idOf(then)} ${idOf(otherwise)}`;
      return share(key, () => ({ kind: 'select', type: then.type, mask, then, else: otherwise }));
    },
  };
}

function checkStep(step: Primitive, args: readonly Expr[]): KernelType {
  const signature: readonly KernelType[] = SIGNATURES[step];
  const fits = args.length === signature.length - 1 && args.every((a, i) => a.type === signature[i]);
  if (!fits) throw new Bug(`${step} does not take (${args.map((a) => a.type).join(', ')})`);
  return must(signature[signature.length - 1]);
}

/** All nodes below the roots, operands before users, each once: the order in which a kernel runs and is printed. */
export function inOrder(roots: readonly Expr[]): Expr[] {
  const done = new Set<Expr>();
  const visit = (e: Expr): void => {
    if (done.has(e)) return;
    for (const operand of operandsOf(e)) visit(operand);
    done.add(e);
  };
  for (const root of roots) visit(root);
  return [...done];
}

export function operandsOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'arg':
    case 'const':
      return [];
    case 'step':
      return e.args;
    case 'select':
      return [e.mask, e.then, e.else];
    default:
      return e satisfies never;
  }
}
