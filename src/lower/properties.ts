/**
 * Properties: a `prove` block as a graph over its inputs, the boxes of these as numbers, and beside it what is shown of a point where
 * the property fails.
 */
import type { Core, ProveDecl } from '../check/core.ts';
import { prune } from '../ir/prune.ts';
import { invariant, must } from '../text/result.ts';
import { leakOf } from './blind.ts';
import { type Params, quantified } from './boxes.ts';
import { beginGraph, finishGraph, inputValue, outputsOf } from './builds.ts';
import { bind, type Env, lower, ProblemList, typeIn, type World } from './environment.ts';
import { closed, type Generics, NO_GENERICS, tensorLayout } from './instance.ts';
import type { LoweredProperty } from './program.ts';
import { withShown } from './shown.ts';
import type { Typed } from './values.ts';

export function lowerProperty(world: World, decl: ProveDecl, params: Params): LoweredProperty {
  const name = decl.relation?.length;
  if (name === undefined) return lowerAt(world, decl, { params, generics: NO_GENERICS });
  const leak = leakOf(decl, name);
  const at = (length: number): LoweredProperty => {
    const problems = new ProblemList();
    const generics = { ...NO_GENERICS, sizes: new Map([[name, length]]) };
    const property = lowerAt({ ...world, problems }, decl, { params, generics });
    return { ...property, problems: [...property.problems, ...problems.all.filter((p) => p.severity === 'error')] };
  };
  return { ...at(1), lengths: { name, ...(leak && { leak }), at } };
}

interface Setting {
  readonly params: Params;
  /** The length, of a relation that has one. */
  readonly generics: Generics;
}

function lowerAt(world: World, decl: ProveDecl, { params, generics }: Setting): LoweredProperty {
  const boxes = decl.inputs.map((input) => quantified(world, input, { params, generics }));
  const outer: Env = { ...beginGraph(world, decl.at), generics };
  const env = decl.inputs.reduce((e, { local }) => {
    const type = closed(local.type, generics);
    return bind(e, local, inputValue({ ...outer, origin: { at: local.at } }, local.name, type));
  }, outer);
  const { body, comparisons, calls } = withShown(decl, generics);
  const names = namesOf(decl);
  const parts = partsOf(env, body);
  const outputs = parts.map((part, i) => outputsOf(env, names[i] ?? `shown.${i}`, part));
  const full = finishGraph(env, outputs.flat(), decl.title);
  const own = outputs.slice(0, names.length).flat().length;
  return {
    title: decl.title,
    at: decl.at,
    inputs: boxes.map((b) => b.input),
    graph: prune({ ...full, outputs: full.outputs.slice(0, own) }),
    assumes: decl.assumes,
    asserts: decl.asserts,
    ...(decl.relation && { relation: { ...tolerance(decl.relation), sides: tensorLayout(must(parts[0]).type) } }),
    shown: { graph: full, comparisons, calls },
    problems: boxes.flatMap((b) => b.problems),
  };
}

const tolerance = ({ within }: NonNullable<ProveDecl['relation']>) => (within === undefined ? {} : { within });

/** The roots of the property's own outputs. */
const namesOf = ({ relation, assumes, asserts }: ProveDecl): readonly string[] =>
  relation ? ['left', 'right'] : [...assumes.map((_, i) => `assume.${i}`), ...asserts.map((_, i) => `assert.${i}`)];

/** The parts of the tuple that a property's lets end in. */
function partsOf(env: Env, body: Core): readonly Typed[] {
  const value = lower(env, body);
  const type = typeIn(env, body.type);
  invariant(value.kind === 'product' && type.kind === 'tuple', 'a property is lets around a tuple');
  return type.items.map((item, i) => ({ value: must(value.parts[i]), type: item }));
}
