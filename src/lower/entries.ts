/** Entries: every function of the module that can be called from outside, as a graph; and the tests. */
import type { Core, FnDecl, Prim, TestDecl } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import type { Layout } from '../ir/layout.ts';
import { fail, invariant, must, ok } from '../text/result.ts';
import { beginGraph, finishGraph, inputValue, outputsOf } from './builds.ts';
import { lower, ProblemList, typeIn, type World } from './environment.ts';
import { inline } from './functions.ts';
import { closed, type Generics, layoutOf, NO_GENERICS, tensorLayout } from './instance.ts';
import type { Entry, LoweredTest, Sized } from './program.ts';

const closedType = (type: Type): Type => closed(type, NO_GENERICS);

/** No generics, and nothing but tensors go in and out. */
export const isEntry = (fn: FnDecl): boolean => fn.generics.length === 0 && isOfTensors(fn, NO_GENERICS);

const isOfTensors = (fn: FnDecl, generics: Generics): boolean =>
  fn.body !== undefined &&
  [...fn.params.map((p) => p.type), fn.result].every((t) => layoutOf(closed(t, generics)) !== undefined);

export function lowerEntry(world: World, fn: FnDecl, generics = NO_GENERICS): Entry {
  const env = beginGraph(world, fn.at);
  const here = (type: Type): Type => closed(type, generics);
  const args = fn.params.map((p) => inputValue({ ...env, origin: { at: p.at } }, p.name, here(p.type)));
  const result = here(fn.result);
  const value = inline(env, { fn, generics, args, result });
  const graph = finishGraph(env, outputsOf(env, 'result', { value, type: result }), fn.name);
  return { name: fn.name, graph, inputs: inputsOf(fn, generics), output: tensorLayout(result), at: fn.at };
}

/** One size that is not known, of arrays that go in, and nothing but tensors. */
export function isSized(fn: FnDecl): boolean {
  const [size, ...more] = fn.generics;
  return size?.kind === 'size' && more.length === 0 && isOfTensors(fn, genericsAt(fn, 1));
}

/** The generics of a function of one size. */
export const genericsAt = (fn: FnDecl, size: number): Generics => ({
  ...NO_GENERICS,
  sizes: new Map(fn.generics.map((g) => [g.name, size])),
});

export const lowerSized = (world: World, fn: FnDecl): Sized => ({
  name: fn.name,
  inputs: (size) => inputsOf(fn, genericsAt(fn, size)),
  at(size) {
    const problems = new ProblemList();
    const entry = lowerEntry({ ...world, problems }, fn, genericsAt(fn, size));
    return problems.hasErrors ? fail(problems.all) : ok(entry);
  },
});

/** The parameters of an entry as they are given from outside. */
export const inputsOf = (fn: FnDecl, generics = NO_GENERICS): Entry['inputs'] =>
  fn.params.map((p, i) => {
    const range = fn.ranges[i];
    return { name: p.name, layout: tensorLayout(closed(p.type, generics)), ...(range && { range }) };
  });

export function lowerTest(world: World, test: TestDecl): LoweredTest {
  const env = beginGraph(world, test.at);
  const sides: (readonly [Layout, Layout] | undefined)[] = [];
  const body = withSides(test.body, sides);
  const outputs = outputsOf(env, 'assert', { value: lower(env, body), type: typeIn(env, body.type) });
  const named = outputs.map((o, i) => ({ name: `assert.${i}`, tensor: must(o.tensor) }));
  return { title: test.title, at: test.at, graph: finishGraph(env, named, test.title), asserts: test.asserts, sides };
}

const COMPARISONS: readonly Prim[] = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'];

/** The body of a test with what its asserts compare behind them. */
function withSides(body: Core, sides: (readonly [Layout, Layout] | undefined)[]): Core {
  if (body.kind === 'let') {
    const inner = withSides(body.body, sides);
    return { ...body, body: inner, type: inner.type };
  }
  invariant(body.kind === 'tuple', 'a test is lets around a tuple');
  const behind: Core[] = [];
  for (const item of body.items) {
    const compared = item.kind === 'prim' && COMPARISONS.includes(item.prim) ? item.args : [];
    const [left, right] = compared.map((side) => layoutOf(closedType(side.type)));
    sides.push(left && right ? [left, right] : undefined);
    if (left && right) behind.push(...compared);
  }
  const items = [...body.items, ...behind];
  return { ...body, items, type: { kind: 'tuple', items: items.map((i) => i.type) } };
}
