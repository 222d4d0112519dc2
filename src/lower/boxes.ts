/** The boxes of properties: bounds evaluated to float32 numbers with the values that the params have, each leaf checked to be a box. */
import type { Core, ProveInput } from '../check/core.ts';
import { sizeOf } from '../ir/graph.ts';
import { type Leaf, leavesOf } from '../ir/layout.ts';
import { printF32 } from '../num/literal.ts';
import { evaluate } from '../ops/reference.ts';
import { type Problem, problem } from '../text/problem.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { beginGraph, finishGraph, outputsOf } from './builds.ts';
import { lower, typeIn, type World } from './environment.ts';
import { closed, type Generics, tensorLayout } from './instance.ts';
import type { Quantified } from './program.ts';

export type Params = ReadonlyMap<string, Float32Array>;
type Ends = Quantified['box'][number];

/** An input with its box. Problems that depend on params are given back: training may bring them and take them away. */
export function quantified(
  world: World,
  { local, range }: ProveInput,
  { params, generics }: { readonly params: Params; readonly generics: Generics },
): { readonly input: Quantified; readonly problems: readonly Problem[] } {
  const layout = tensorLayout(closed(local.type, generics));
  const leaves = leavesOf(layout, local.name);
  const bounds = range?.map((bound) => boundOf(world, bound, leaves, params));
  const [low, high] = bounds ?? [];
  const box = leaves.map((leaf, i) => {
    const free = freeEnds(leaf);
    return { lo: low?.values[i] ?? free.lo, hi: high?.values[i] ?? free.hi };
  });
  const input: Quantified = { name: local.name, layout, at: local.at, box };
  const wrong = range ? problemsOf(input, leaves, [range[0].at, range[1].at]) : [];
  if (bounds?.some((b) => b.varies)) return { input, problems: wrong };
  for (const p of wrong) world.problems.add(p);
  return { input, problems: [] };
}

/** The values of a leaf without a range. */
function freeEnds({ layout, shape }: Leaf): Ends {
  const low = { number: Number.NEGATIVE_INFINITY, truth: -1, bool: -1, cases: 0 }[layout.kind];
  const high = layout.kind === 'number' ? Number.POSITIVE_INFINITY : 1;
  const size = sizeOf(shape);
  return { lo: new Float32Array(size).fill(low), hi: new Float32Array(size).fill(high) };
}

interface Bound {
  readonly values: readonly Float32Array[];
  /** Whether it depends on params. */
  readonly varies: boolean;
}

/** The numbers of a bound, leaf by leaf; one number holds for all. */
function boundOf(world: World, bound: Core, leaves: readonly Leaf[], params: Params): Bound {
  const env = beginGraph(world, bound.at);
  const type = typeIn(env, bound.type);
  const graph = finishGraph(env, outputsOf(env, 'bound', { value: lower(env, bound), type }), 'a bound');
  const values = evaluate(graph, [], params).outputs.map((data) => Float32Array.from(data));
  const varies = graph.nodes.some((n) => n.op === 'param');
  if (type.kind !== 'f32') return { values, varies };
  return { values: leaves.map((l) => new Float32Array(sizeOf(l.shape)).fill(must(values[0]?.[0]))), varies };
}

// --- what is no box ----------------------------------------------------------------------------------------

/** The first thing that is wrong with an input, if any. */
function problemsOf(input: Quantified, leaves: readonly Leaf[], at: readonly [Span, Span]): readonly Problem[] {
  for (const [i, leaf] of leaves.entries()) {
    const ends = must(input.box[i]);
    const wrong = leaf.layout.kind === 'cases' ? wrongCases(leaf, ends) : wrongNumbers(leaf, ends);
    if (!wrong) continue;
    const also = wrong.end === 'both' ? [{ at: at[1], text: 'to here' }] : [];
    const place = wrong.end === 'high' ? at[1] : at[0];
    return [problem('bad-box', place, { name: input.name, why: wrong.why }, { also })];
  }
  return [];
}

interface Wrong {
  readonly end: 'low' | 'high' | 'both';
  readonly why: string;
}

function wrongNumbers(leaf: Leaf, { lo, hi }: Ends): Wrong | undefined {
  for (const [k, low] of lo.entries()) {
    const high = must(hi[k]);
    const name = elementName(leaf, k);
    const stray = [low, high].findIndex((x) => !Number.isFinite(x));
    const end = stray === 0 ? 'low' : 'high';
    if (stray >= 0)
      return {
        end,
        why: `\`${name}\` has the bound ${printF32(stray === 0 ? low : high)}; bounds are finite numbers.`,
      };
    if (leaf.layout.kind === 'truth' && (low < -1 || high > 1))
      return { end: low < -1 ? 'low' : 'high', why: `\`${name}\` is a truth, and a truth lies in [-1, 1].` };
    if (low > high)
      return {
        end: 'both',
        why: `\`${name}\` would go from ${shown(leaf, low)} up to ${shown(leaf, high)}: no value lies between.`,
      };
  }
  return undefined;
}

const shown = (leaf: Leaf, x: number): string => (leaf.layout.kind === 'bool' ? String(x > 0) : printF32(x));

/** Cases have no order: both bounds have the same one. */
function wrongCases(leaf: Leaf, { lo, hi }: Ends): Wrong | undefined {
  const apart = lo.findIndex((x, k) => x !== hi[k]);
  if (apart < 0 || leaf.layout.kind !== 'cases') return undefined;
  const { size, cases } = leaf.layout;
  const row = Math.floor(apart / size);
  const caseOf = (data: Float32Array): string => {
    const index = data.subarray(row * size, (row + 1) * size).indexOf(1);
    return cases?.[index] ?? String(index);
  };
  const name = elementName({ ...leaf, shape: leaf.shape.slice(0, -1) }, row);
  const all =
    'Give both bounds the same one to hold it, or let it range on its own: `forall c: ...;` and `{ ...x, field: c }`.';
  return {
    end: 'both',
    why: `\`${name}\` is ${caseOf(lo)} in one bound and ${caseOf(hi)} in the other, and cases have no order. ${all}`,
  };
}

/** `f.petal_width`, `x[3][1]`. */
function elementName({ path, shape }: Pick<Leaf, 'path' | 'shape'>, element: number): string {
  let rest = element;
  const indices = [...shape].reverse().map((size) => {
    const index = rest % size;
    rest = Math.floor(rest / size);
    return `[${index}]`;
  });
  return `${path}${indices.reverse().join('')}`;
}
