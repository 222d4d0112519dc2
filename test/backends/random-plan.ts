/** Random plans of a few nests with accesses of every layout: turned, repeated, reversed, gathered. For tests of printers. */
import { kernelBuilder } from '../../src/kernel/build.ts';
import { exp } from '../../src/kernel/elementary/index.ts';
import type { Expr } from '../../src/kernel/expr.ts';
import type { Access, Buffer, Epilogue, Plan, Role, Step, Store } from '../../src/kernel/nest.ts';
import { must } from '../../src/text/result.ts';
import { type Random, random } from '../fuzz/random.ts';
import { anyData } from '../random-graph.ts';

const EXTENTS = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 33, 70];

interface Making {
  readonly r: Random;
  readonly buffers: Buffer[];
  words: number;
  readonly outputs: number[];
}

function buffer(m: Making, role: Role, length: number, data?: Float32Array | Int32Array): number {
  const offset = m.words;
  m.words += Math.ceil(Math.max(1, length) / 16) * 16;
  const made: Buffer = { role, name: `${role}${m.buffers.length}`, offset, length };
  return m.buffers.push(data ? { ...made, data } : made) - 1;
}

const shuffled = (r: Random, n: number): number[] => {
  const list = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = r.below(i + 1);
    [list[i], list[j]] = [must(list[j]), must(list[i])];
  }
  return list;
};

/** Strides over these axes in a random order, with gaps perhaps, and the size that they span. */
function strided(r: Random, extents: readonly number[], axes: readonly number[], plain: boolean) {
  const strides = extents.map(() => 0);
  let size = 1;
  let base = 0;
  for (const axis of axes) {
    strides[axis] = size;
    const extent = must(extents[axis]);
    if (!plain && r.chance(0.15)) {
      strides[axis] = -size;
      base += (extent - 1) * size;
    }
    size *= extent;
    if (!plain && r.chance(0.15)) size += 3;
  }
  return { strides, base, size: size + base };
}

function anyLoad(m: Making, extents: readonly number[], gathers: boolean): Access {
  const { r } = m;
  const kept = shuffled(r, extents.length).filter(() => r.chance(0.75));
  const axes = r.chance(0.6) ? kept.sort((a, b) => b - a) : kept;
  const { strides, base, size } = strided(r, extents, axes, r.chance(0.6));
  const free = extents.map((_, i) => i).filter((i) => !axes.includes(i));
  const shift = r.below(3);
  if (!gathers || free.length === 0 || r.chance(0.6)) {
    const id = buffer(m, 'input', size + shift);
    return { buffer: id, base: base + shift, strides, outer: [], gathers: [] };
  }
  const axis = must(free[0]);
  const indices = Int32Array.from({ length: must(extents[axis]) + 1 }, () => size * r.below(5));
  const table = buffer(m, 'table', indices.length, indices);
  const id = buffer(m, 'input', 5 * size + shift);
  const along = extents.map((_, i) => (i === axis ? 1 : 0));
  const own = { table, base: r.below(2), strides: along };
  return { buffer: id, base: base + shift, strides, outer: [], gathers: [own] };
}

function anyStore(m: Making, extents: readonly number[]): Access {
  const axes = m.r.chance(0.7) ? extents.map((_, i) => extents.length - 1 - i) : shuffled(m.r, extents.length);
  const { strides, base, size } = strided(m.r, extents, axes, m.r.chance(0.8));
  const id = buffer(m, 'output', size);
  m.outputs.push(id);
  return { buffer: id, base, strides, outer: [], gathers: [] };
}

/** Points meet along the first axis: a few rows, at places that a table says, or one row. */
function meetingStore(m: Making, extents: readonly number[]): Access {
  const [count = 1, ...others] = extents;
  const axes = m.r.chance(0.7) ? others.map((_, i) => others.length - 1 - i) : shuffled(m.r, others.length);
  const { strides, base, size } = strided(m.r, others, axes, m.r.chance(0.8));
  if (m.r.chance(0.3)) {
    const row = buffer(m, 'output', size);
    m.outputs.push(row);
    return { buffer: row, base, strides: [0, ...strides], outer: [], gathers: [] };
  }
  const rows = 1 + m.r.below(3);
  const indices = Int32Array.from({ length: count }, () => size * m.r.below(rows));
  const own = { table: buffer(m, 'table', count, indices), base: 0, strides: [1, ...others.map(() => 0)] };
  const id = buffer(m, 'output', rows * size);
  m.outputs.push(id);
  return { buffer: id, base, strides: [0, ...strides], outer: [], gathers: [own] };
}

function anyKernel(r: Random, args: number): () => Expr {
  const k = kernelBuilder();
  return () => {
    const pool: Expr[] = [...Array.from({ length: args }, (_, i) => k.arg('f32', i)), k.f32(0.5)];
    for (let i = 0; i < r.below(6); i++) {
      const op = r.pick(['f32.add', 'f32.mul', 'f32.sub', 'f32.min', 'f32.max'] as const);
      pool.push(r.chance(0.1) ? exp(k, r.pick(pool)) : k.step(op, r.pick(pool), r.pick(pool)));
      if (r.chance(0.15)) pool.push(k.step('f32.neg', r.pick(pool)));
      if (r.chance(0.15)) {
        const mask = k.step(r.chance(0.5) ? 'f32.eq' : 'f32.lt', r.pick(pool), k.f32(0));
        const arms = [k.f32(0), r.pick(pool)];
        pool.push(k.select(mask, must(arms[r.below(2)]), r.pick(arms)));
      }
    }
    return must(pool.at(r.chance(0.8) ? -1 : r.below(pool.length)));
  };
}

function anyStores(m: Making, loops: readonly number[], args: number): Store[] {
  const kernel = anyKernel(m.r, args);
  return Array.from({ length: 1 + m.r.below(2) }, () => ({ to: anyStore(m, loops), value: kernel() }));
}

const extents = (r: Random, most: number): number[] => Array.from({ length: r.below(most + 1) }, () => r.pick(EXTENTS));

function bounded(list: number[]): number[] {
  while (list.reduce((n, d) => n * d, 1) > 3000) list.pop();
  return list;
}

const loads = (m: Making, over: readonly number[], least: number, gathers = true): Access[] =>
  Array.from({ length: least + m.r.below(3) }, () => anyLoad(m, over, gathers));

function epilogue(m: Making, loops: readonly number[]): Epilogue {
  const own = m.r.chance(0.5) ? [] : loads(m, loops, 0);
  return { loads: own, stores: anyStores(m, loops, own.length + 1) };
}

function anyStep(m: Making): Step {
  const { r } = m;
  const kind = r.pick(['map', 'map', 'reduce', 'reduce', 'contract', 'pick', 'argmax', 'scatter'] as const);
  if (kind === 'map') {
    const loops = bounded(extents(r, 3));
    const from = loads(m, loops, 0);
    return { kind, loops, loads: from, stores: anyStores(m, loops, from.length) };
  }
  const all = bounded(extents(r, 4));
  const cut = r.below(all.length + 1);
  const [loops, reduced] = [all.slice(0, cut), all.slice(cut)];
  if (kind === 'reduce') {
    const combine = r.pick(['sequential', 'lanes', 'max', 'min'] as const);
    const from = loads(m, all, 1);
    return {
      kind,
      loops,
      reduced,
      combine,
      loads: from,
      term: anyKernel(r, from.length)(),
      epilogue: epilogue(m, loops),
    };
  }
  if (kind === 'contract') {
    const [lhs, rhs] = [anyLoad(m, all, false), anyLoad(m, all, false)];
    const combine = r.pick(['sequential', 'lanes'] as const);
    return { kind, loops, reduced, combine, lhs, rhs, epilogue: epilogue(m, loops) };
  }
  if (kind === 'pick') {
    const [lhs, rhs] = [anyLoad(m, all, false), anyLoad(m, all, false)];
    return { kind, loops, reduced, lhs, rhs, epilogue: epilogue(m, loops) };
  }
  if (kind === 'argmax') return { kind, loops, reduced, from: anyLoad(m, all, false), to: anyStore(m, all) };
  const to = all.length > 0 && r.chance(0.7) ? meetingStore(m, all) : anyStore(m, all);
  return { kind: 'scatter', loops: all, along: 0, from: anyLoad(m, all, true), to };
}

/** A plan whose inputs are of any size, and numbers for them. */
export function randomPlan(seed: number): { readonly plan: Plan; readonly inputs: readonly Float32Array[] } {
  const m: Making = { r: random(seed), buffers: [], words: 0, outputs: [] };
  const steps = Array.from({ length: 1 + m.r.below(4) }, () => anyStep(m));
  const isInput = (b: Buffer): boolean => b.role === 'input';
  const inputs = m.buffers.flatMap((b, i) => (isInput(b) ? [i] : []));
  const plan: Plan = {
    arena: m.words,
    peak: m.words,
    buffers: m.buffers,
    inputs,
    outputs: m.outputs,
    alarms: [],
    params: [],
    steps,
  };
  return { plan, inputs: m.buffers.filter(isInput).map((b) => anyData(m.r, b.length, true)) };
}
