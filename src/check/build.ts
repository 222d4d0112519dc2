/** Small constructors of types and core expressions, and questions about types. */
import type { Span } from '../text/span.ts';
import type { CoerceHow, Core, CoreKind, Local, Logic, Prim } from './core.ts';
import type { EnumDecl, Size, Type } from './types.ts';

export const F32: Type = { kind: 'f32' };
export const BOOL: Type = { kind: 'bool' };
export const TRUTH: Type = { kind: 'truth' };
export const INT: Type = { kind: 'int' };
export const STRING: Type = { kind: 'string' };
export const ERROR: Type = { kind: 'error' };

export const arrayOf = (of: Type, size: Size, cases?: EnumDecl): Type => ({
  kind: 'array',
  of,
  size,
  ...(cases && { cases }),
});
export const softOf = (of: Type): Type => ({ kind: 'soft', of });
export const tupleOf = (items: readonly Type[]): Type => ({ kind: 'tuple', items });

/** A node of core. */
export const core = (type: Type, at: Span, kind: CoreKind): Core => ({ type, at, ...kind });
export const errorCore = (at: Span): Core => core(ERROR, at, { kind: 'error' });
export const prim = (name: Prim, type: Type, at: Span, args: readonly Core[], logic?: Logic): Core =>
  core(type, at, { kind: 'prim', prim: name, args, ...(logic && { logic }) });
export const coerced = (how: CoerceHow, type: Type, value: Core): Core =>
  core(type, value.at, { kind: 'coerce', how, value });
export const localRef = (local: Local, at: Span): Core => core(local.type, at, { kind: 'local', local });
export const numberCore = (value: number, at: Span, type: Type = F32): Core =>
  core(type, at, { kind: 'number', value });
export const makeLocal = (name: string, type: Type, at: Span, isLoopIndex = false): Local => ({
  name,
  type,
  at,
  isLoopIndex,
});

/** Binds a value to a fresh local and uses it in `body`; plain values are not bound. */
export function share(value: Core, name: string, body: (value: Core) => Core): Core {
  if (
    value.kind === 'local' ||
    value.kind === 'number' ||
    value.kind === 'param' ||
    value.kind === 'global' ||
    value.kind === 'error'
  )
    return body(value);
  const local = makeLocal(name, value.type, value.at);
  const inner = body(localRef(local, value.at));
  return core(inner.type, inner.at, { kind: 'let', local, value, body: inner });
}

/** The type under all axes. */
export function leafOf(type: Type): Type {
  let t = type;
  while (t.kind === 'array') t = t.of;
  return t;
}

/** The sizes of all axes, first outermost. */
export function axesOf(type: Type): readonly Size[] {
  const sizes: Size[] = [];
  for (let t = type; t.kind === 'array'; t = t.of) sizes.push(t.size);
  return sizes;
}

/** Puts another leaf under the axes of `type`; labels of axes are kept. */
export const withLeaf = (type: Type, leaf: Type): Type =>
  type.kind === 'array' ? { ...type, of: withLeaf(type.of, leaf) } : leaf;

/** An array type from axes, first outermost. */
export const fromAxes = (leaf: Type, axes: readonly Size[]): Type =>
  axes.reduceRight<Type>((of, size) => arrayOf(of, size), leaf);

/** The number of cases of a crisp or soft type, when it is known here. */
export function caseCount(type: Type): Size | undefined {
  switch (type.kind) {
    case 'enum':
      return { constant: type.decl.cases.length, terms: [] };
    case 'index':
      return type.size;
    case 'soft':
      return caseCount(type.of);
    default:
      return undefined;
  }
}

/** Has a smooth form that blends: `bool` to `truth`, `E` to `Soft<E>`, inside arrays and tuples too. */
export function soften(type: Type): Type {
  switch (type.kind) {
    case 'bool':
      return TRUTH;
    case 'int':
      return F32;
    case 'enum':
    case 'index':
      return softOf(type);
    case 'array':
      return { ...type, of: soften(type.of) };
    case 'tuple':
      return { ...type, items: type.items.map(soften) };
    default:
      return type;
  }
}
