/** Params and learned numbers: their tensors, the values they have in this source, and the sites that write-back may replace. */
import type { HoleDecl, ParamDecl } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import { crispName, isCrisp, type Leaf, type LeafLayout, leavesOf } from '../ir/layout.ts';
import { evaluate } from '../ops/reference.ts';
import { problem } from '../text/problem.ts';
import { must } from '../text/result.ts';
import { numbersIn } from './bodies.ts';
import { beginGraph, finishGraph, outputsOf } from './builds.ts';
import { lower, type World } from './environment.ts';
import { closed, NO_GENERICS, tensorLayout } from './instance.ts';
import type { Learned } from './names.ts';
import type { ParamSpec, Site } from './program.ts';
import { sitesOfParam } from './sites.ts';
import { visit } from './walk.ts';

export interface Parameters {
  readonly params: readonly ParamSpec[];
  readonly sites: readonly Site[];
}

/** All parameters of the program in order of declaration. */
export function lowerParams(world: World): Parameters {
  const values = new Map<string, Float32Array>();
  const parts = world.names.learned.map((entry) => {
    const found = entry.kind === 'param' ? lowerParam(world, entry, values) : lowerHole(entry.root, entry.decl);
    for (const p of found.params) values.set(p.name, p.value);
    return found;
  });
  return { params: parts.flatMap((p) => p.params), sites: parts.flatMap((p) => p.sites) };
}

function lowerHole(root: string, decl: HoleDecl): Parameters {
  const site: Site = { kind: 'number', at: decl.at, param: root, index: 0 };
  const shared = { name: root, frozen: false, at: decl.choice?.wordAt ?? decl.at };
  if (!decl.choice) {
    const number = { layout: { kind: 'number' }, value: Float32Array.of(decl.value) } as const;
    return { params: [{ ...shared, shape: [], ...number }], sites: [site] };
  }
  const { bits, isWritten } = decl.choice;
  const size = bits.length;
  const value = Float32Array.from(bits, (_, i) => (i === decl.value ? 1 : 0));
  const layout = { kind: 'cases', soft: false, size, name: `Index<${size}>` } as const;
  const place = isWritten ? site : { ...site, lead: ' ' };
  return { params: [{ ...shared, shape: [size], layout, value, bits }], sites: [place] };
}

type LearnedParam = Extract<Learned, { kind: 'param' }>;

function lowerParam(
  world: World,
  { root, decl }: LearnedParam,
  earlier: ReadonlyMap<string, Float32Array>,
): Parameters {
  const type = closed(decl.type, NO_GENERICS);
  const layout = tensorLayout(type);
  const leaves = leavesOf(layout, root);
  const values = initialValues(world, { root, decl }, type, earlier);
  reportUncrisp(world, decl, leaves, values);
  const table = decl.table && { root, keys: keysOf(decl.table.arguments) };
  const params = leaves.map(
    (l, i): ParamSpec => ({
      name: l.path,
      shape: l.shape,
      layout: l.layout,
      frozen: decl.frozen,
      ...(decl.range && { range: decl.range }),
      value: must(values[i]),
      at: decl.at,
      ...(table && { table }),
    }),
  );
  return { params, sites: sitesOfParam(decl, layout, root) };
}

/** One for each crisp part of a table's arguments. */
const keysOf = (types: readonly Type[]): readonly LeafLayout[] =>
  types.flatMap((t) => leavesOf(tensorLayout(closed(t, NO_GENERICS)), '').map((leaf) => leaf.layout));

/** A file may hold numbers between the cases; a crisp param is one of them. */
function reportUncrisp(world: World, decl: ParamDecl, leaves: readonly Leaf[], values: readonly Float32Array[]): void {
  for (const [i, { path, layout }] of leaves.entries()) {
    if (isCrisp(layout, must(values[i]))) continue;
    visit(decl.value, (core) => {
      if (core.kind !== 'load') return;
      const data = { file: core.file, name: path, type: crispName(layout) };
      world.problems.add(problem('weight-no-case', core.at, data));
    });
  }
}

/** The tensors that the initialiser gives: written out, loaded, or computed by the reference interpreter. */
function initialValues(
  world: World,
  { root, decl }: { readonly root: string; readonly decl: ParamDecl },
  type: Type,
  earlier: ReadonlyMap<string, Float32Array>,
): readonly Float32Array[] {
  const env = beginGraph(world, decl.value.at, root);
  const value = lower(env, decl.value);
  const outputs = outputsOf(env, root, { value, type });
  const isWritten = outputs.every((o) => o.tensor.kind === 'const');
  if (isWritten)
    return outputs.map((o) =>
      o.tensor.kind === 'const' ? Float32Array.from(numbersIn(o.tensor)) : new Float32Array(),
    );
  const graph = finishGraph(env, outputs, root);
  return evaluate(graph, [], earlier).outputs.map((data) => Float32Array.from(data));
}
