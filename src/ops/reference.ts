/**
 * The reference interpreter: what a graph means, bit for bit. It decides disputes; every backend is compared with it.
 * `evaluator` makes a graph ready once (buffers, lists of offsets, loops) and runs it as often as wanted;
 * `evaluate` does both. Used by the reference backend, by constant folding and by the tests.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { normals, uniforms } from '../num/random.ts';
import { invariant, must } from '../text/result.ts';
import { OPS } from './index.ts';
import { type Arithmetic, type Elementary, FLOAT32, float64, type Numbers } from './reference/arithmetic.ts';
import { contractions } from './reference/contract.ts';
import { elementwise } from './reference/elementwise.ts';
import { loops } from './reference/loops.ts';
import { reductions } from './reference/reduce.ts';
import { moves } from './reference/shape.ts';
import { type Body, read, type Slots, type Step, type StepContext, type StepRule } from './reference/step.ts';

export type { Elementary, Numbers } from './reference/arithmetic.ts';

export interface EvaluateOptions {
  /** `f64`: the same graph in double precision, for comparisons; needs `elementary` where the graph has such ops. */
  readonly arithmetic?: 'f32' | 'f64';
  readonly elementary?: Elementary;
  /** Called after every node, bodies of loops included, with its results; they are valid during the call only. */
  readonly watch?: (node: Node, values: readonly Numbers[]) => void;
}

export interface Evaluation {
  /** Fresh arrays, in the graph's order. */
  readonly outputs: readonly Numbers[];
  /** Indices of the alarms of which any element is > 0. */
  readonly alarms: readonly number[];
}

export type Evaluator = (inputs: readonly Numbers[], params: ReadonlyMap<string, Numbers>) => Evaluation;

/** What only the outermost graph has: the parameters of this run. */
interface Run {
  params: ReadonlyMap<string, Numbers>;
}

type Rules = { readonly [K in OpName]?: StepRule<K> };
const RULES: Rules = { ...moves, ...reductions, ...contractions, ...loops };

const widened = (data: Float32Array, arithmetic: Arithmetic): Numbers => {
  if (arithmetic.name === 'f32') return data;
  return Float64Array.from(data);
};

type Leaf = Extract<Node, { op: 'param' | 'const' | 'random' }>;

function leaf(node: Leaf, c: StepContext, run: Run): Step {
  const result = must(node.results[0]);
  if (node.op === 'param') {
    const { name, shape } = node.attrs;
    return (slots) => {
      const value = must(run.params.get(name), () => `no value for the param ${name}`);
      invariant(
        value.length === sizeOf(shape),
        () => `the param ${name} holds ${value.length} numbers, not ${sizeOf(shape)}`,
      );
      slots[result] = value;
    };
  }
  const value = widened(node.op === 'const' ? node.attrs.data : randomNumbers(node.attrs), c.arithmetic);
  return (slots) => {
    slots[result] = value;
  };
}

const randomNumbers = ({ shape, kind, seed, stream }: NodeOf<'random'>['attrs']): Float32Array =>
  (kind === 'normal' ? normals : uniforms)(sizeOf(shape), seed, stream);

function stepOf<K extends OpName>(node: NodeOf<K>, c: StepContext): Step {
  const rule = RULES[node.op] as StepRule<K> | undefined;
  if (rule) return rule(node, c);
  invariant(OPS[node.op].batch === 'elementwise', () => `no meaning is given for ${node.op}`);
  return elementwise(node, c);
}

const isLeaf = (node: Node): node is Leaf => node.op === 'param' || node.op === 'const' || node.op === 'random';

/** What the rules of a graph's nodes see. */
function contextOf(graph: Graph, arithmetic: Arithmetic, options: EvaluateOptions, run: Run): StepContext {
  const shapeOf = (v: ValueId) => must(graph.types[v], () => `there is no value ${v}`).shape;
  return {
    arithmetic,
    shapeOf,
    buffer: (v) => arithmetic.zeros(sizeOf(shapeOf(v))),
    body: (inner): Body => {
      const work = ready(inner, arithmetic, options, run);
      return (inputs) => {
        const slots = work(inputs);
        return inner.outputs.map((o) => read(slots, o.value));
      };
    },
  };
}

const stepFor = (node: Node, context: StepContext, run: Run): Step =>
  isLeaf(node) ? leaf(node, context, run) : stepOf(node as NodeOf<OpName>, context);

/** The steps of single nodes of a graph in float32, each with buffers of its own: for analyses that run an op on other numbers than those of one run. */
export function nodeSteps(graph: Graph, params: ReadonlyMap<string, Numbers>): (node: Node) => Step {
  const run: Run = { params };
  const context = contextOf(graph, FLOAT32, {}, run);
  return (node) => stepFor(node, context, run);
}

/** A graph made ready: called with its inputs it fills the slots and gives them. */
function ready(
  graph: Graph,
  arithmetic: Arithmetic,
  options: EvaluateOptions,
  run: Run,
): (inputs: readonly Numbers[]) => Slots {
  const context = contextOf(graph, arithmetic, options, run);
  const steps = graph.nodes
    .filter((node) => node.op !== 'input')
    .map((node) => watched(node, stepFor(node, context, run), options));
  const slots: Slots = [];
  return (inputs) => {
    for (const [i, v] of graph.inputs.entries()) slots[v] = must(inputs[i]);
    for (const step of steps) step(slots);
    return slots;
  };
}

function watched(node: Node, step: Step, { watch }: EvaluateOptions): Step {
  if (!watch) return step;
  return (slots) => {
    step(slots);
    watch(
      node,
      node.results.map((v) => read(slots, v)),
    );
  };
}

function checkInputs(graph: Graph, inputs: readonly Numbers[]): void {
  invariant(
    inputs.length === graph.inputs.length,
    () => `the graph takes ${graph.inputs.length} inputs and is given ${inputs.length}`,
  );
  for (const [i, v] of graph.inputs.entries()) {
    const [has, wants] = [must(inputs[i]).length, sizeOf(must(graph.types[v]).shape)];
    invariant(has === wants, () => `input ${i} holds ${has} numbers, not ${wants}`);
  }
}

/** Makes a graph ready to be run many times. Not reentrant: buffers are shared by its runs. */
export function evaluator(graph: Graph, options: EvaluateOptions = {}): Evaluator {
  const arithmetic = options.arithmetic === 'f64' ? float64(options.elementary ?? {}) : FLOAT32;
  const run: Run = { params: new Map() };
  const work = ready(graph, arithmetic, options, run);
  return (inputs, params) => {
    checkInputs(graph, inputs);
    run.params = params;
    const slots = work(inputs);
    return {
      outputs: graph.outputs.map((o) => read(slots, o.value).slice()),
      alarms: graph.alarms.flatMap((alarm, i) => (read(slots, alarm.value).some((x) => x > 0) ? [i] : [])),
    };
  };
}

/** Runs a graph once. `inputs` in the graph's order, `params` by name; row-major numbers. */
export const evaluate = (
  graph: Graph,
  inputs: readonly Numbers[],
  params: ReadonlyMap<string, Numbers> = new Map(),
  options: EvaluateOptions = {},
): Evaluation => evaluator(graph, options)(inputs, params);

/*
Note [Summation order]

A float32 sum depends on its order, so the order is part of what a graph means.

`sequential` keeps one accumulator per result. It starts at the first term (not at +0, which would turn a lone -0 into +0)
and adds the others ascending. Over several axes the terms run in row-major order of the reduced axes; in an einsum in
row-major order of the summed labels as they stand in lhs. Matrix products are of this kind: the bits then depend neither
on tiles nor on vector width nor on threads.

`lanes` is for sums and dots along a contiguous axis. Sixteen accumulators start at +0; term i is added to accumulator
i mod 16, ascending. Then eight, four, two and one additions join accumulator j with j + 8, j + 4, j + 2, j + 1. With fewer
than sixteen terms the other accumulators stay +0 and take part. Processors with vectors of any width up to sixteen floats
do this without shuffling.

In an einsum a product is rounded to float32 before it is added: nothing is fused. No terms at all give +0. `put` adds to
zeros, so a lone -0 becomes +0 there. Batching adds an axis outside all of this and changes no bit.
*/
