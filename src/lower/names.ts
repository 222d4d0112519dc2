/** What the names of a module stand for in a graph: its params and learned numbers, and its top-level lets. */
import type { CheckedModule, HoleDecl, LetDecl, ParamDecl } from '../check/core.ts';
import { leavesOf } from '../ir/layout.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { nodeTensor, type Tensor } from './bodies.ts';
import { type Env, lower } from './environment.ts';
import { closed, NO_GENERICS, tensorLayout } from './instance.ts';
import { fromTensors, leaf, named, type Value } from './values.ts';
import { holesIn } from './walk.ts';

/** A declaration that carries parameters, with the name under which they are known in the whole program. */
export type Learned =
  | { readonly kind: 'param'; readonly root: string; readonly decl: ParamDecl }
  | { readonly kind: 'hole'; readonly root: string; readonly decl: HoleDecl };

export interface Names {
  /** In order: module by module, the main one first, each in the order of its text. */
  readonly learned: readonly Learned[];
  readonly rootOf: ReadonlyMap<ParamDecl | HoleDecl, string>;
}

/** The modules of a program, the main one first, each once. */
export function modulesOf(main: CheckedModule): CheckedModule[] {
  const found: CheckedModule[] = [main];
  for (const module of found)
    for (const used of module.imports) if (!found.some((m) => m === used || m.name === used.name)) found.push(used);
  return found;
}

/** A name that two modules use is known by its module in front in those that come later. */
export function namesOf(main: CheckedModule): Names {
  const rootOf = new Map<ParamDecl | HoleDecl, string>();
  const taken = new Set<string>();
  const learned = modulesOf(main).flatMap((module) =>
    learnedIn(module).map((entry): Learned => {
      const root = taken.has(entry.root) ? `${module.name}:${entry.root}` : entry.root;
      taken.add(root);
      rootOf.set(entry.decl, root);
      return { ...entry, root };
    }),
  );
  return { learned, rootOf };
}

function learnedIn(module: CheckedModule): Learned[] {
  const params = module.params.map((decl): Learned => ({ kind: 'param', root: decl.name, decl }));
  const bodies = [...module.fns.map((fn) => fn.body), ...module.lets.map((l) => l.value)];
  const holes = bodies.flatMap((body) => (body ? holesIn(body) : []));
  const found = [...params, ...[...new Set(holes)].map((decl): Learned => ({ kind: 'hole', root: decl.name, decl }))];
  return found.sort((a, b) => a.decl.at.start - b.decl.at.start);
}

/** The node of a parameter; each is one node of the graph, outside of all loops. */
function paramTensor(env: Env, name: string, shape: Shape, at: Span): Tensor {
  const { params, root } = env.build;
  const known = params.get(name);
  if (known) return known;
  const made = nodeTensor(
    root,
    root.builder.within({ at, name }, () => root.builder.param(name, shape)),
  );
  params.set(name, made);
  return made;
}

export function paramValue(env: Env, decl: ParamDecl): Value {
  const type = closed(decl.type, NO_GENERICS);
  const root = must(env.build.world.names.rootOf.get(decl), `the param ${decl.name} is of no module`);
  const leaves = leavesOf(tensorLayout(type), root);
  return fromTensors(
    type,
    leaves.map((l) => paramTensor(env, l.path, l.shape, decl.at)),
  );
}

export function holeValue(env: Env, decl: HoleDecl): Value {
  const root = must(env.build.world.names.rootOf.get(decl), `the learned number ${decl.name} is of no module`);
  return leaf(paramTensor(env, root, decl.choice ? [decl.choice.bits.length] : [], decl.choice?.wordAt ?? decl.at));
}

/** A top-level let: lowered once per graph, outside of all loops and conditions. */
export function globalValue(env: Env, decl: LetDecl): Value {
  const { globals, root } = env.build;
  const known = globals.get(decl);
  if (known) return known;
  const outside: Env = {
    ...env,
    generics: NO_GENERICS,
    locals: undefined,
    body: root,
    condition: undefined,
    guards: [],
    calledAt: undefined,
  };
  const value = named(decl.name, { value: lower(outside, decl.value), type: closed(decl.type, NO_GENERICS) });
  globals.set(decl, value);
  return value;
}
