/** One graph from beginning to end: a build is begun, terms are lowered in its environment, and its outputs are frozen. */
import type { Type } from '../check/types.ts';
import type { Graph } from '../ir/graph.ts';
import { leavesOf } from '../ir/layout.ts';
import { prune } from '../ir/prune.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { newBody, nodeTensor, place, type Tensor, withNames } from './bodies.ts';
import { ARRAY_LIMIT, type Build, type Env, report, type World } from './environment.ts';
import { lower } from './expressions.ts';
import { NO_GENERICS, tensorLayout, volumeOf } from './instance.ts';
import { fromTensors, type Typed, tensorsOf, type Value } from './values.ts';

/** More operations than this in one graph are refused: inlining has run away. */
export const NODE_LIMIT = 100_000;

/** A fresh graph and the environment of its outermost terms. `initialiser`: the param whose first value it computes. */
export function beginGraph(world: World, at: Span, initialiser?: string): Env {
  const root = newBody();
  const build: Build = {
    world,
    lower,
    root,
    params: new Map(),
    globals: new Map(),
    initialiser: initialiser === undefined ? undefined : { name: initialiser, drawn: 0 },
    reads: new Map(),
    tables: new Map(),
    budget: NODE_LIMIT,
    depth: 0,
  };
  const origin = { at };
  return {
    build,
    generics: NO_GENERICS,
    locals: undefined,
    body: root,
    condition: undefined,
    guards: [],
    calledAt: undefined,
    origin,
  };
}

/** A structured input: one graph input per leaf, named by its path. */
export function inputValue(env: Env, name: string, type: Type): Value {
  const { builder } = env.build.root;
  checkVolume(env, type);
  const leaves = leavesOf(tensorLayout(type), name);
  const make = (path: string, shape: readonly number[]): Tensor =>
    nodeTensor(
      env.build.root,
      builder.within(env.origin && { ...env.origin, name: path }, () => builder.input(path, shape)),
    );
  return fromTensors(
    type,
    leaves.map((l) => make(l.path, l.shape)),
  );
}

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

function checkVolume(env: Env, type: Type): void {
  const numbers = volumeOf(type);
  if (numbers > ARRAY_LIMIT) report(env, 'array-too-large', { numbers, most: ARRAY_LIMIT });
}

/** The leaves of a value as named outputs. */
export function outputsOf(env: Env, name: string, typed: Typed): NamedTensor[] {
  checkVolume(env, typed.type);
  const tensors = tensorsOf(env, typed);
  return leavesOf(tensorLayout(typed.type), name).map((l, i) => ({ name: l.path, tensor: must(tensors[i]) }));
}

/** Freezes the graph; nodes that nothing needs are dropped. `what` is named when it became too large. */
export function finishGraph(env: Env, outputs: readonly NamedTensor[], what: string): Graph {
  const { root, budget } = env.build;
  if (budget <= 0) report(env, 'program-too-large', { what, most: NODE_LIMIT });
  const placed = outputs.map((o) => ({ name: o.name, value: place(o.tensor, root) }));
  for (const alarm of root.alarms) root.builder.alarm({ ...alarm, value: place(alarm.value, root) });
  return prune(withNames(root.builder.finish(placed), root.names));
}
