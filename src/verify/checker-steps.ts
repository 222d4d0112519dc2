/**
 * A graph as the checker goes through it: what depends on no input is a number, what is linear is a matrix, the rest are elementwise rules of
 * the op table. Part of the independent checker: it imports `ir`, `num` and `ops` only. Note [Errors] of `checker-bounds.ts` says why matrices are exact.
 */
import { type Graph, type Node, sizeOf, type ValueId } from '../ir/graph.ts';
import { squareBounds } from '../ops/bounds/power.ts';
import type { ElementRule } from '../ops/bounds.ts';
import { graphBuilder } from '../ops/build.ts';
import { OPS } from '../ops/index.ts';
import { evaluate, evaluator } from '../ops/reference.ts';
import { must } from '../text/result.ts';
import type { Ends } from './ends.ts';
import type { RunError, Spread } from './spread/rewrite.ts';

/** Splits on the way to a leaf, at most. */
export const MOST_DEPTH = 4000;

/** Weights of an operand, row by row without zeros: those of result k stand from start[k] to start[k + 1]. */
export interface Part {
  readonly operand: ValueId;
  readonly start: Uint32Array;
  readonly column: Uint32Array;
  readonly weight: Float64Array;
}

export interface Step {
  readonly node: Node;
  readonly result: ValueId;
  readonly size: number;
  /** Elementwise by this rule, or else linear. */
  readonly rule?: ElementRule;
  readonly parts: readonly Part[];
  /** Per result of a linear step: how often a term is rounded at most. */
  readonly roundings: Uint32Array;
  /** How far the program may be from it, in the place of `roundings`: where what is bounded is another form of what runs. */
  readonly error?: RunError;
}

export interface Opened {
  readonly graph: Graph;
  readonly output: ValueId;
  /** What depends on an input and is read on the way to the output, in order. */
  readonly steps: readonly Step[];
  /** Of the second of two steps that are bounded together, the first. */
  readonly twins: ReadonlyMap<ValueId, Step>;
  /** What depends on no input, as points. */
  readonly fixed: ReadonlyMap<ValueId, Ends>;
  /** The most terms that any sum of the checker has, splits of the tree not counted. */
  readonly terms: number;
  /** Where coefficients go back to: inputs and numbers. */
  readonly given: readonly ValueId[];
  /** By value: coefficients of a row on its way, zeros between two of them. */
  readonly rows: readonly Float64Array[];
}

/** The graph as steps, or why it has none. */
export function opened({ graph, errors }: Spread): Opened | string {
  const [output, ...others] = graph.outputs.map(({ value }) => value);
  if (output === undefined || others.length > 0) return 'the graph has not one output';
  if (graph.nodes.some((n) => OPS[n.op].bounds.kind === 'loop')) return 'the graph has loops';
  const numbers = numbersOf(graph);
  const read = new Set([output]);
  const steps: Step[] = [];
  for (const node of [...graph.nodes].reverse()) {
    const result = must(node.results[0]);
    if (node.op === 'input' || numbers.has(result) || !read.has(result)) continue;
    const error = errors.get(result);
    const isSum = error && (node.op === 'add' || node.op === 'sub');
    const step = isSum ? linearStep(graph, node) : stepOf(graph, node, numbers);
    if (!step) return `there is no rule for ${node.op}`;
    if (error && step.rule) return `value ${result} is not linear and has an error of its own`;
    steps.unshift(error ? { ...step, error } : step);
    for (const v of node.inputs) read.add(v);
  }
  const fixed = new Map<ValueId, Ends>();
  for (const [v, xs] of numbers)
    if (read.has(v)) fixed.set(v, { lo: Float64Array.from(xs), hi: Float64Array.from(xs) });
  if (![...fixed.values()].every(({ lo }) => lo.every(Number.isFinite))) return 'a number is not finite';
  const parts = steps.flatMap((s) => s.parts);
  const sizes = graph.types.reduce((n, { shape }) => n + sizeOf(shape), 0);
  // thrice: for its own sake, and for that of a twin before it and of one after it
  const terms = 3 * parts.reduce((n, { weight }) => n + weight.length, 2 * sizes);
  const rows = graph.types.map(({ shape }) => new Float64Array(sizeOf(shape)));
  const carriedTo = new Set(steps.flatMap((s) => (s.rule ? [] : s.parts.map((p) => p.operand))));
  const given = [...graph.inputs, ...[...fixed.keys()].filter((v) => carriedTo.has(v))];
  return { graph, output, steps, twins: new Map(), fixed, terms, given, rows };
}

/** What depends on no input, by a run on zeros. */
function numbersOf(graph: Graph): ReadonlyMap<ValueId, Float32Array> {
  const varies = new Set<ValueId>(graph.inputs);
  const numbers = new Map<ValueId, Float32Array>();
  const watch = ({ inputs, results }: Node, values: readonly ArrayLike<number>[]): void => {
    for (const [i, v] of results.entries())
      if (inputs.some((x) => varies.has(x))) varies.add(v);
      else numbers.set(v, Float32Array.from(must(values[i])));
  };
  const zeros = graph.inputs.map((v) => new Float32Array(sizeOf(must(graph.types[v]).shape)));
  evaluate(graph, zeros, new Map(), { watch });
  return numbers;
}

function stepOf(graph: Graph, node: Node, numbers: ReadonlyMap<ValueId, Float32Array>): Step | undefined {
  const { bounds } = OPS[node.op];
  const isProduct = node.op === 'mul' || (node.op === 'einsum' && node.attrs.order !== 'pick');
  if (isProduct && node.inputs.some((v) => numbers.has(v))) return linearStep(graph, node, numbers);
  if (bounds.kind === 'move' || bounds.kind === 'sum') return linearStep(graph, node);
  if (bounds.kind !== 'elementwise') return undefined;
  const isSquare = node.op === 'mul' && node.inputs[0] === node.inputs[1];
  const rule = isSquare ? squareBounds : (bounds as ElementRule);
  const result = must(node.results[0]);
  const size = sizeOf(must(graph.types[result]).shape);
  const start = Uint32Array.from({ length: size + 1 }, (_, k) => k);
  const parts = node.inputs.map((operand) => ({ operand, start, column: start, weight: new Float64Array(size) }));
  return { node, result, size, rule, parts, roundings: new Uint32Array(0) };
}

/** What is linear in its operands; a product has `factors` that are numbers. The node itself is run on unit vectors. */
function linearStep(graph: Graph, node: Node, factors?: ReadonlyMap<ValueId, Float32Array>): Step | undefined {
  const shapes = node.inputs.map((v) => must(graph.types[v]).shape);
  const result = must(node.results[0]);
  const b = graphBuilder();
  const inputs = shapes.map((shape, i) => b.input(`x${i}`, shape));
  const run = evaluator(b.finish([{ name: 'y', value: must(b.node(node.op, inputs, node.attrs as never)[0]) }]));
  const xs = node.inputs.map((v, i) => factors?.get(v) ?? new Float32Array(sizeOf(must(shapes[i]))));
  const roundings = new Uint32Array(sizeOf(must(graph.types[result]).shape));
  const parts = node.inputs.flatMap((operand, o): Part[] => {
    if (factors?.has(operand)) return [];
    const rows = Array.from(roundings, (): [column: number, weight: number][] => []);
    const x = must(xs[o]);
    for (const j of x.keys()) {
      x[j] = 1;
      for (const [k, w] of must(run(xs, new Map()).outputs[0]).entries()) if (w !== 0) rows[k]?.push([j, w]);
      x[j] = 0;
    }
    const [all, start] = [rows.flat(), new Uint32Array(rows.length + 1)];
    for (const [k, { length }] of rows.entries()) start[k + 1] = (start[k] as number) + length;
    for (const [k, { length }] of rows.entries()) roundings[k] = (roundings[k] as number) + length;
    return [
      { operand, start, column: Uint32Array.from(all, ([j]) => j), weight: Float64Array.from(all, ([, w]) => w) },
    ];
  });
  // a product is rounded itself; all terms but one are added to others; what is only moved is exact
  const roundingsOf = (entries: number): number => Math.max(0, factors ? entries : entries - 1);
  const isUsable = parts.every(({ weight }) => weight.every(Number.isFinite)) && roundings.every((n) => n < 2 ** 20);
  return isUsable ? { node, result, size: roundings.length, parts, roundings: roundings.map(roundingsOf) } : undefined;
}
