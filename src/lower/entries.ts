/** Entries: every function of the module that can be called from outside, as a graph; and the tests. */
import type { FnDecl, TestDecl } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import { must } from '../text/result.ts';
import { beginGraph, finishGraph, inputValue, outputsOf } from './builds.ts';
import { lower, typeIn, type World } from './environment.ts';
import { inline } from './functions.ts';
import { closed, layoutOf, NO_GENERICS, tensorLayout } from './instance.ts';
import type { Entry, LoweredTest } from './program.ts';

const closedType = (type: Type): Type => closed(type, NO_GENERICS);

/** No generics, and nothing but tensors go in and out. */
export const isEntry = (fn: FnDecl): boolean =>
  fn.generics.length === 0 &&
  fn.body !== undefined &&
  [...fn.params.map((p) => p.type), fn.result].every((t) => layoutOf(closedType(t)) !== undefined);

export function lowerEntry(world: World, fn: FnDecl): Entry {
  const env = beginGraph(world, fn.at);
  const args = fn.params.map((p) => inputValue({ ...env, origin: { at: p.at } }, p.name, closedType(p.type)));
  const result = closedType(fn.result);
  const value = inline(env, { fn, generics: NO_GENERICS, args, result });
  const graph = finishGraph(env, outputsOf(env, 'result', { value, type: result }), fn.name);
  const inputs = fn.params.map((p, i) => {
    const range = fn.ranges[i];
    return { name: p.name, layout: tensorLayout(closedType(p.type)), ...(range && { range }) };
  });
  return { name: fn.name, graph, inputs, output: tensorLayout(result), at: fn.at };
}

export function lowerTest(world: World, test: TestDecl): LoweredTest {
  const env = beginGraph(world, test.at);
  const type = typeIn(env, test.body.type);
  const outputs = outputsOf(env, 'assert', { value: lower(env, test.body), type });
  const named = outputs.map((o, i) => ({ name: `assert.${i}`, tensor: must(o.tensor) }));
  return { title: test.title, at: test.at, graph: finishGraph(env, named, test.title), asserts: test.asserts };
}
