/**
 * Graphs of which something is known: their params and some inputs become constants, and `settled` takes the consequences that the pipelines leave
 * alone: constants go into loops, and what a known case picks is that piece. Every bit of the results stays; gradients may not.
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import { must } from '../text/result.ts';
import { mapBodies } from './bodies.ts';
import { copyNode, rebuild } from './copy.ts';
import { cse } from './cse.ts';
import { fold } from './fold.ts';
import { type Rule, rewrite } from './rewrite.ts';
import { exactRules, together } from './simplify/index.ts';

/** The graph with its params and some inputs as constants. */
export function withNumbers(
  graph: Graph,
  params: ReadonlyMap<string, Float32Array>,
  fixed: readonly (Float32Array | undefined)[] = [],
): Graph {
  const b = graphBuilder();
  const constants = new Map<string, ValueId>();
  const names = new Map<ValueId, string>();
  for (const { op, attrs, results } of graph.nodes) {
    if (op === 'param') constants.set(attrs.name, b.constant(attrs.shape, must(params.get(attrs.name))));
    if (op === 'input') names.set(must(results[0]), attrs.name);
  }
  const inputs = graph.inputs.map((v, i) => {
    const { shape } = must(graph.types[v]);
    const numbers = fixed[i];
    return numbers ? b.constant(shape, numbers) : b.input(must(names.get(v)), shape);
  });
  const values = b.inline({ ...graph, alarms: [] }, inputs, constants);
  return b.finish(graph.outputs.map(({ name }, i) => ({ name, value: must(values[i]) })));
}

/** What follows from the constants of a graph; twice, since what meets its equal in the first round may be known in the second. */
export const settled = (graph: Graph): Graph => settledOnce(settledOnce(graph));

const settledOnce = (graph: Graph): Graph =>
  cse.run(fold.run(rewrite(sunk(fold.run(graph)), together(exactRules, { einsum: [pickKnown] }))));

/** A pick by a known case, `[0, 1, 0]`, is that piece of the other side. */
const pickKnown: Rule<'einsum'> = (c, [picker, from], { lhs, rhs, out, order }) => {
  const data = c.made(picker, 'const')?.attrs.data;
  const [label] = lhs;
  if (order !== 'pick' || lhs.length !== 1 || label === undefined || !data || from === undefined) return undefined;
  const at = data.indexOf(1);
  const axis = rhs.indexOf(label);
  const rest = rhs.filter((l) => l !== label);
  if (at < 0 || !data.every((x, i) => x === (i === at ? 1 : 0))) return undefined;
  if (out.length !== rest.length || out.some((l, i) => l !== rest[i]) || new Set(rhs).size !== rhs.length)
    return undefined;
  const shape = c.shapeOf(from);
  const cut = c.emit('slice', [from], {
    starts: shape.map((_, i) => (i === axis ? at : 0)),
    limits: shape.map((d, i) => (i === axis ? at + 1 : d)),
  });
  return c.emit('reshape', [cut], { shape: shape.filter((_, i) => i !== axis) });
};

/** Loops with the constants that they capture inside. */
function sunk(graph: Graph): Graph {
  const constants = new Map<ValueId, Chain>();
  for (const node of graph.nodes) {
    const chain =
      node.op === 'const' ? [] : SPREADS.includes(node.op) ? constants.get(must(node.inputs[0])) : undefined;
    if (chain) constants.set(must(node.results[0]), [...chain, node]);
  }
  return rebuild(graph, (b, node, inputs) => {
    const loop = node.op === 'scan' || node.op === 'iterate' ? node : undefined;
    if (!loop) return copyNode(b, node, inputs);
    const first = loop.attrs.carries + (loop.op === 'scan' ? loop.attrs.mapped : 0);
    const known = loop.inputs.map((v, i) => (i < first ? undefined : constants.get(v)));
    const kept = inputs.filter((_, i) => !known[i]);
    return copyNode(
      b,
      mapBodies(loop, (body) => sunk(withConstants(body, known))),
      kept,
    );
  });
}

/** A constant, and how it is spread: each node reads the one before it. */
type Chain = readonly Node[];
const SPREADS: readonly OpName[] = ['broadcast', 'reshape'];

/** A body with some of its inputs as constants. */
function withConstants(body: Graph, known: readonly (Chain | undefined)[]): Graph {
  const chains = new Map(body.inputs.map((v, i) => [v, known[i]]));
  return rebuild(body, (b, node, inputs) => {
    const chain = node.op === 'input' ? chains.get(must(node.results[0])) : undefined;
    return chain
      ? chain.reduce((last, n) => copyNode(b, n, last), [] as readonly ValueId[])
      : copyNode(b, node, inputs);
  });
}
