/**
 * Views: a tensor indexed by static integers, read only when it is needed. An index that runs with loops outside of which the
 * tensor lies becomes one `take` (slice, transpose) before those loops and a mapped input of them; only a tensor made inside
 * a loop and indexed by that loop's own variable is looked up by a one-hot pick.
 */
import { sizeOf } from '../ir/graph.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { must } from '../text/result.ts';
import { type ConstTensor, constTensor, liesIn, mapInto, splat, splatValue, type Tensor } from './bodies.ts';
import { type Env, emit, type OpenLoop, report, type StaticValue } from './environment.ts';
import { jointSize, soleValue, spreadOver, TABLE_LIMIT, tabulate, unionOfLoops } from './statics.ts';
import { axesFrom, compare, indicator, reshape, spread, takeAxis, transpose, zeros } from './tensors.ts';

/** `base[at[0]][at[1]]...`: the leading axes are indexed. */
export interface View {
  readonly base: Tensor;
  readonly at: readonly StaticValue[];
}

/** The tensor that a view shows, in the innermost of the loops it runs with. The same view gives the same tensor. */
export function read(env: Env, view: View): Tensor {
  if (view.at.length === 0) return view.base;
  const known = env.build.reads.get(view.base) ?? [];
  const same = known.find((k) => sameIndices(k.at, view.at));
  if (same) return same.result;
  const result = readAfresh(env, view);
  env.build.reads.set(view.base, [...known, { at: view.at, result }]);
  return result;
}

const sameIndices = (a: readonly StaticValue[], b: readonly StaticValue[]): boolean =>
  a.length === b.length && a.every((s, i) => sameTable(s, must(b[i])));

const sameTable = (a: StaticValue, b: StaticValue): boolean =>
  a.loops.length === b.loops.length &&
  a.loops.every((loop, i) => loop === b.loops[i]) &&
  a.values.every((v, i) => v === b.values[i]);

function readAfresh(env: Env, view: View): Tensor {
  const base = view.base;
  const loops = unionOfLoops(view.at);
  const around = base.kind === 'node' ? loops.filter((loop) => liesIn(base.body, loop.body)) : [];
  if (around.length > 0) return pickThrough(env, view, around);
  return mapThrough(gathered(env, view, loops), loops);
}

/** A tensor whose leading axes are the loops', as its slice inside them. */
export const mapThrough = (t: Tensor, loops: readonly OpenLoop[]): Tensor =>
  loops.reduce((inner: Tensor, loop) => mapInto(loop.body, inner), t);

/** The indexed tensor outside of all its loops: their axes in order, then what is left of the base's. */
function gathered(env: Env, view: View, loops: readonly OpenLoop[]): Tensor {
  const { base, at } = view;
  const rest = base.shape.slice(at.length);
  const lengths = loops.map((l) => l.length);
  if (base.kind === 'const') return gatherConstant(view, loops);
  const used = at.flatMap((s) => s.loops);
  if (new Set(used).size === used.length) return gatherByAxes(env, view, loops);
  if (jointSize(at) > TABLE_LIMIT) {
    report(env, 'table-too-large', {
      loops: loops.map((l) => l.name).join(', '),
      entries: jointSize(at),
      most: TABLE_LIMIT,
    });
    return zeros([...lengths, ...rest]);
  }
  const flat = reshape(env, base, [sizeOf(base.shape.slice(0, at.length)), ...rest]);
  const indices = spreadOver(flatIndex(view), loops);
  return reshape(env, takeAxis(env, flat, 0, [...indices]), [...lengths, ...rest]);
}

/** The row-major place in the indexed axes. */
function flatIndex(view: View): StaticValue {
  const { base, at } = view;
  return at.reduce((flat, s, axis) => tabulate([flat, s], (f, v) => must(f) * must(base.shape[axis]) + must(v)), {
    loops: [],
    values: Float64Array.of(0),
  } as StaticValue);
}

function gatherConstant(view: View & { readonly base: Tensor }, loops: readonly OpenLoop[]): Tensor {
  const rest = view.base.shape.slice(view.at.length);
  const size = sizeOf(rest);
  const value = splatValue(view.base);
  if (value !== undefined) return splat([...loops.map((l) => l.length), ...rest], value);
  const indices = spreadOver(flatIndex(view), loops);
  const from = view.base.kind === 'const' ? view.base.data : new Float32Array();
  const data = new Float32Array(indices.length * size);
  for (const [j, i] of indices.entries()) data.set(from.subarray(i * size, (i + 1) * size), j * size);
  return constTensor([...loops.map((l) => l.length), ...rest], data);
}

/** Each axis by its own loops or by none: slices and takes, and a transpose that puts the loops in order. */
function gatherByAxes(env: Env, view: View, loops: readonly OpenLoop[]): Tensor {
  let t = view.base;
  for (const [axis, s] of view.at.entries()) t = takeAxis(env, t, axis, [...s.values]);
  const found = view.at.flatMap((s) => s.loops);
  const rest = view.base.shape.slice(view.at.length);
  t = reshape(env, t, [...found.map((loop) => loop.length), ...rest]);
  const order = loops.map((loop) => found.indexOf(loop));
  return transpose(env, t, [...order, ...axesFrom(loops.length, loops.length + rest.length)]);
}

/** The base lies inside the loops `around`: the axes that vary with them alone are picked, one by one; then the rest is read. */
function pickThrough(env: Env, view: View, around: readonly OpenLoop[]): Tensor {
  const isAround = (s: StaticValue): boolean => s.loops.length > 0 && s.loops.every((loop) => around.includes(loop));
  const axis = view.at.findIndex(isAround);
  if (axis >= 0) {
    const size = must(view.base.shape[axis]);
    const row = oneHotOf(env, mapThrough(numbersOf(must(view.at[axis])), must(view.at[axis]).loops), size);
    const labels = axesFrom(0, view.base.shape.length);
    const out = labels.filter((l) => l !== axis);
    const base = emit(env, 'einsum', [row, view.base], { lhs: [axis], rhs: labels, out, order: 'pick' });
    return read(env, { base, at: view.at.filter((_, k) => k !== axis) });
  }
  const mixes = view.at.some((s) => s.loops.some((loop) => around.includes(loop)));
  return mixes ? pickFlat(env, view, around) : readAfresh(env, view);
}

/** An index that mixes loops around the base with loops further in: rows of one-hots over all indexed axes at once. */
function pickFlat(env: Env, view: View, around: readonly OpenLoop[]): Tensor {
  const index = flatIndex(view);
  const inner = index.loops.filter((loop) => !around.includes(loop));
  const rest = view.base.shape.slice(view.at.length);
  const count = sizeOf(view.base.shape.slice(0, view.at.length));
  const flat = reshape(env, view.base, [count, ...rest]);
  const outer = index.loops.filter((loop) => around.includes(loop));
  const oneHot = oneHotOf(env, mapThrough(numbersOf(index), outer), count);
  const k = inner.length;
  const [steps, free] = [axesFrom(0, k), axesFrom(k + 1, k + 1 + rest.length)];
  const attrs = { lhs: [...steps, k], rhs: [k, ...free], out: [...steps, ...free], order: 'pick' } as const;
  return mapThrough(emit(env, 'einsum', [oneHot, flat], attrs), inner);
}

/** A table as a constant whose axes are its loops'. Loops around a tensor come before those inside its body. */
const numbersOf = (s: StaticValue): Tensor =>
  constTensor(
    s.loops.map((l) => l.length),
    Float32Array.from(s.values),
  );

/** One-hot rows of `size` for numbers, made where they are used. */
export function oneHotOf(env: Env, numbers: Tensor, size: number): Tensor {
  const shape = [...numbers.shape, size];
  const ramp = constTensor(
    [size],
    Float32Array.from({ length: size }, (_, i) => i),
  );
  const wide = spread(env, numbers, shape, axesFrom(0, numbers.shape.length));
  return indicator(env, compare(env, 'eq', wide, spread(env, ramp, shape, [shape.length - 1])));
}

/** How one entry of a table is written as numbers. */
export interface Cell {
  readonly shape: Shape;
  readonly write: (value: number, into: Float32Array) => void;
}

/** A static value as a tensor: a constant, sliced by the loops that it runs with. */
export function materialise(env: Env, s: StaticValue, cell: Cell): Tensor {
  const sole = s.loops.length > 0 ? soleValue(s) : undefined;
  const values = sole === undefined ? s.values : Float64Array.of(sole);
  const loops = sole === undefined ? s.loops : [];
  const size = sizeOf(cell.shape);
  const data = new Float32Array(values.length * size);
  for (const [j, v] of values.entries()) cell.write(v, data.subarray(j * size, (j + 1) * size));
  return mapThrough(intern(env, constTensor([...loops.map((l) => l.length), ...cell.shape], data)), loops);
}

/** Tables up to this size are compared, so that one that is used twice is one input of its loop. */
const INTERNED = 1024;

function intern(env: Env, t: ConstTensor): ConstTensor {
  if (t.data.length > INTERNED) return t;
  const key = `${t.shape.join()}:${new Uint32Array(Float32Array.from(t.data).buffer).join()}`;
  const known = env.build.tables.get(key);
  if (known) return known;
  env.build.tables.set(key, t);
  return t;
}
