/**
 * The environment of an expression while it is lowered: what its names stand for, the loops and conditions around it, and the
 * build it belongs to. Immutable but for the build, which collects nodes and problems.
 */
import type { Core, LetDecl, Local } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import { type Origin, sizeOf } from '../ir/graph.ts';
import type { OpAttrs, OpName, Shape } from '../ir/vocabulary.ts';
import { type Problem, type ProblemData, type ProblemExtras, type ProblemName, problem } from '../text/problem.ts';
import { Bug, must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { append, type Body, type ConstTensor, type NodeTensor, type Tensor } from './bodies.ts';
import { closed, type Generics, sizeIn } from './instance.ts';
import type { Names } from './names.ts';
import type { Loop, Static } from './statics.ts';
import type { Value } from './values.ts';

/** A range loop whose body is open. */
export interface OpenLoop extends Loop {
  readonly body: Body;
}

export type StaticValue = Static<OpenLoop>;

/** A tensor of a safetensors file, and the hash of the file. */
export interface LoadedTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
  readonly sha256?: string;
}

/** Reads a tensor of a file that is named in the source `from`; a text says why it cannot be read, undefined means there is none of that name. */
export type LoadTensor = (file: string, tensor: string, from: string) => LoadedTensor | string | undefined;

/** What all graphs of a program share. */
export interface World {
  readonly problems: ProblemList;
  /** Width of the surrogate of crisp comparisons. */
  readonly surrogate: number;
  readonly seed: number;
  readonly load: LoadTensor;
  readonly names: Names;
}

/** Problems, each once: a function that is inlined at three places is wrong once. */
export class ProblemList {
  readonly #seen = new Map<string, Problem>();

  add(p: Problem): void {
    const key = `${p.id} ${p.at?.source.name}:${p.at?.start}:${p.at?.end} ${p.title}`;
    if (!this.#seen.has(key)) this.#seen.set(key, p);
  }

  get all(): readonly Problem[] {
    return [...this.#seen.values()];
  }

  get hasErrors(): boolean {
    return this.all.some((p) => p.severity === 'error');
  }
}

/** One graph in the making. */
export interface Build {
  readonly world: World;
  /** The lowering of any term; here, so that the files that need it do not import one another in a circle. */
  readonly lower: (env: Env, core: Core) => Value;
  readonly root: Body;
  readonly params: Map<string, Tensor>;
  readonly globals: Map<LetDecl, Value>;
  /** The params whose initialisers this graph computes, and how many random tensors were drawn for them. */
  readonly initialiser: { readonly name: string; drawn: number } | undefined;
  /** What static indices have been read of a tensor already. */
  readonly reads: Map<Tensor, readonly { readonly at: readonly StaticValue[]; readonly result: Tensor }[]>;
  /** Constant tables by content. */
  readonly tables: Map<string, ConstTensor>;
  /** Nodes that may still be appended. */
  budget: number;
  /** How many terms are being lowered inside one another, those of inlined functions included. */
  depth: number;
}

interface Binding {
  readonly local: Local;
  readonly value: Value;
  readonly outer: Binding | undefined;
}

export interface Env {
  readonly build: Build;
  readonly generics: Generics;
  readonly locals: Binding | undefined;
  /** The innermost open body: where new loops begin. */
  readonly body: Body;
  /** What static conditions around this place say; absent: nothing. */
  readonly condition: StaticValue | undefined;
  /** Crisp conditions around this place, as bools: alarms count only where they hold. */
  readonly guards: readonly (() => Tensor)[];
  /** While in library code: the place in the user's text that called it. */
  readonly calledAt: Span | undefined;
  readonly origin: Origin | undefined;
}

/** The value of a term. */
export const lower = (env: Env, core: Core): Value => env.build.lower(env, core);

export function bind(env: Env, local: Local, value: Value): Env {
  return { ...env, locals: { local, value, outer: env.locals } };
}

export function lookup(env: Env, local: Local): Value {
  let at = env.locals;
  while (at && at.local !== local) at = at.outer;
  return must(at, `the local ${local.name} has no value`).value;
}

/** The environment in which the nodes of `core` itself are made. */
export const here = (env: Env, core: Core): Env => ({ ...env, origin: { at: env.calledAt ?? core.at } });

export const typeIn = (env: Env, type: Type): Type => closed(type, env.generics);
export const sizeHere = (env: Env, size: Parameters<typeof sizeIn>[0]): number => sizeIn(size, env.generics);

/** The most numbers of one array: half a gibibyte. */
export const ARRAY_LIMIT = 2 ** 27;

/** Appends a node and gives all its results. */
export function emitAll<K extends OpName>(
  env: Env,
  op: K,
  operands: readonly Tensor[],
  attrs: OpAttrs[K],
): readonly NodeTensor[] {
  env.build.budget--;
  const results = append(env.body, { op, attrs, origin: env.origin }, operands);
  const numbers = results.reduce((most, t) => Math.max(most, sizeOf(t.shape)), 0);
  if (numbers > ARRAY_LIMIT) report(env, 'array-too-large', { numbers, most: ARRAY_LIMIT });
  return results;
}

/** Appends a node with one result. */
export function emit<K extends OpName>(env: Env, op: K, operands: readonly Tensor[], attrs: OpAttrs[K]): Tensor {
  const results = emitAll(env, op, operands, attrs);
  if (results.length !== 1) throw new Bug(`${op} gives ${results.length} values`);
  return must(results[0]);
}

/** Reports a problem at the place whose nodes are being made, or at `at`. */
export function report<N extends ProblemName>(
  env: Env,
  name: N,
  data: ProblemData<N>,
  extras: ProblemExtras & { readonly at?: Span } = {},
): void {
  const { at, ...rest } = extras;
  env.build.world.problems.add(problem(name, at ?? env.origin?.at, data, rest));
}
