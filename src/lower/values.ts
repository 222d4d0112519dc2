/**
 * Lowered values: what an expression stands for once its function is inlined. Records and tuples are products of values,
 * arrays put their axes in front of the leaves' (so an array of records is a record of arrays), functions are closures, and
 * what the compiler knows is static until a tensor is wanted.
 */
import type { Type } from '../check/types.ts';
import { type LeafLayout, leavesOf } from '../ir/layout.ts';
import { Bug, must } from '../text/result.ts';
import { nameTensor, type Tensor } from './bodies.ts';
import { type Env, report, type StaticValue } from './environment.ts';
import { casesOf, layoutOf, partTypes, peel, shapeOfType, tensorLayout } from './instance.ts';
import { known } from './statics.ts';
import { zeros } from './tensors.ts';
import { type Cell, materialise, read, type View } from './views.ts';

export type Value =
  /** One leaf: a tensor, perhaps indexed. */
  | ({ readonly kind: 'view' } & View)
  /** An int, bool, enum or Index that is known. */
  | { readonly kind: 'static'; readonly table: StaticValue }
  | { readonly kind: 'product'; readonly parts: readonly Value[] }
  | { readonly kind: 'closure'; readonly call: Closure };

/** A function value: its environment is captured, loops and conditions are those of the call. */
export type Closure = (env: Env, args: readonly Typed[], result: Type) => Value;

/** A value with its closed type. */
export interface Typed {
  readonly value: Value;
  readonly type: Type;
}

export const leaf = (base: Tensor): Value => ({ kind: 'view', base, at: [] });
export const staticValue = (table: StaticValue): Value => ({ kind: 'static', table });
export const product = (parts: readonly Value[]): Value => ({ kind: 'product', parts });
export const closure = (call: Closure): Value => ({ kind: 'closure', call });

const NUMBER: Cell = {
  shape: [],
  write: (v, into) => {
    into[0] = v;
  },
};
const SIGN: Cell = {
  shape: [],
  write: (v, into) => {
    into[0] = v === 1 ? 1 : -1;
  },
};
const oneHot = (size: number): Cell => ({
  shape: [size],
  write: (v, into) => {
    into[v] = 1;
  },
});

/** How a static value of this type is written as numbers. */
function cellOf(type: Type): Cell {
  switch (type.kind) {
    case 'bool':
      return SIGN;
    case 'enum':
    case 'index':
      return oneHot(casesOf(type).size);
    case 'int':
    case 'f32':
      return NUMBER;
    default:
      throw new Bug(`a static ${type.kind}`);
  }
}

/** The one tensor of a value whose type has one leaf. */
export function tensorOf(env: Env, { value, type }: Typed): Tensor {
  switch (value.kind) {
    case 'view':
      return read(env, value);
    case 'static':
      return materialise(env, value.table, cellOf(type));
    case 'product':
    case 'closure':
      throw new Bug(`a ${value.kind} where a tensor of ${type.kind} was expected`);
    default:
      return value satisfies never;
  }
}

/** A number that is known, as a scalar or sliced by its loops. */
export const staticNumber = (env: Env, table: StaticValue): Tensor => materialise(env, table, NUMBER);

/** The tensors of a value in the order of its layout's leaves. */
export function tensorsOf(env: Env, typed: Typed): Tensor[] {
  const { axes, of } = peel(typed.type);
  const parts = partTypes(of);
  if (!parts) return [tensorOf(env, typed)];
  if (typed.value.kind !== 'product') throw new Bug(`a ${typed.value.kind} where a product was expected`);
  return typed.value.parts.flatMap((value, i) => tensorsOf(env, { value, type: under(axes, must(parts[i])) }));
}

/** The value that has these tensors as leaves; the inverse of `tensorsOf`. */
export function fromTensors(type: Type, tensors: readonly Tensor[]): Value {
  const rest = [...tensors];
  const go = (t: Type): Value => {
    const parts = partTypes(peel(t).of);
    return parts ? product(parts.map(go)) : leaf(must(rest.shift(), 'too few leaves'));
  };
  const value = go(type);
  if (rest.length > 0) throw new Bug('too many leaves');
  return value;
}

/** The value, its tensors called by a name of the text (and the path in a product) unless they have one. */
export function named(name: string, { value, type }: Typed): Value {
  if (value.kind === 'view' && value.at.length === 0) nameTensor(value.base, name);
  if (value.kind !== 'product') return value;
  const of = peel(type).of;
  const parts = must(partTypes(of));
  const partName = (i: number): string => (of.kind === 'record' ? must(of.decl.fields[i]).name : String(i));
  for (const [i, part] of value.parts.entries()) named(`${name}.${partName(i)}`, { value: part, type: must(parts[i]) });
  return value;
}

/** A type with array axes around it. */
export const under = (axes: readonly number[], of: Type): Type =>
  axes.reduceRight((t: Type, n) => ({ kind: 'array', of: t, size: { constant: n, terms: [] } }), of);

/** The types of the leaves, array axes included: what `tensorOf` needs for each. */
export function leafTypes(type: Type): Type[] {
  const { axes, of } = peel(type);
  const parts = partTypes(of);
  return parts ? parts.flatMap((p) => leafTypes(under(axes, p))) : [type];
}

/** Applies `f` to every leaf. */
export function mapLeaves(value: Value, f: (leaf: Value) => Value): Value {
  return value.kind === 'product' ? product(value.parts.map((p) => mapLeaves(p, f))) : f(value);
}

/** Combines the leaves of values of one type, which are read as tensors. */
export function combine(
  env: Env,
  type: Type,
  values: readonly Value[],
  f: (tensors: readonly Tensor[], layout: LeafLayout) => Tensor,
): Value {
  const columns = values.map((value) => tensorsOf(env, { value, type }));
  const layouts = leavesOf(tensorLayout(type), '').map((l) => l.layout);
  return fromTensors(
    type,
    layouts.map((layout, k) =>
      f(
        columns.map((c) => must(c[k])),
        layout,
      ),
    ),
  );
}

/** The value indexed by a static integer on its leading axis. (A closure stands for an array that was refused.) */
export function indexed(value: Value, index: StaticValue): Value {
  return mapLeaves(value, (l) => {
    if (l.kind === 'closure') return l;
    if (l.kind !== 'view') throw new Bug(`a ${l.kind} is indexed`);
    return { kind: 'view', base: l.base, at: [...l.at, index] };
  });
}

/** A value of the type, whatever the type: what stands for an expression that has a problem. */
export function someValue(env: Env, type: Type): Value {
  if (type.kind === 'int' || type.kind === 'string') return staticValue(known(0));
  const { axes, of } = peel(type);
  if (of.kind === 'fn') return closure((at, _args, result) => someValue(at, result));
  const parts = partTypes(of);
  if (parts) return product(parts.map((p) => someValue(env, under(axes, p))));
  return fromTensors(
    type,
    leafTypes(type).map((t) => zeros(shapeOfType(t))),
  );
}

/** Reports that an array or a loop's state would hold functions; gives the type when it holds none. */
export function dataType(env: Env, type: Type, what: string): Type | undefined {
  if (layoutOf(type)) return type;
  report(env, 'stored-function', { what });
  return undefined;
}

/** Whether a value is known entirely, without a loop: then a choice by it is made while compiling. */
export const asStatic = (value: Value): StaticValue | undefined => (value.kind === 'static' ? value.table : undefined);
