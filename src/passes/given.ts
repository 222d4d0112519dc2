/**
 * Graphs of which something is known: their params and some inputs become constants, and `settled` takes the consequences that the pipelines leave
 * alone: constants go into loops, and what a known case picks is that piece. Every bit of the results stays; gradients may not.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { must } from '../text/result.ts';
import { copyNode, rebuild } from './copy.ts';
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

/** What follows from the constants of a graph. */
export const settled = (graph: Graph): Graph =>
  rewrite(sunk(fold.run(graph)), together(exactRules, { einsum: [pickKnown] }));

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
  const constants = new Map(graph.nodes.flatMap((n) => (n.op === 'const' ? [[must(n.results[0]), n] as const] : [])));
  return rebuild(graph, (b, node, inputs) => {
    const loop = node.op === 'scan' || node.op === 'iterate' ? node : undefined;
    if (!loop) return copyNode(b, node, inputs);
    const first = loop.attrs.carries + (loop.op === 'scan' ? loop.attrs.mapped : 0);
    const known = loop.inputs.map((v, i) => (i < first ? undefined : constants.get(v)));
    const inside = (body: Graph): Graph => sunk(withConstants(body, known));
    const kept = inputs.filter((_, i) => !known[i]);
    return copyNode(b, loopOf(loop, inside), kept);
  });
}

function loopOf(loop: NodeOf<'scan'> | NodeOf<'iterate'>, inside: (body: Graph) => Graph): Node {
  const body = inside(loop.attrs.body);
  if (loop.op === 'scan') return { ...loop, attrs: { ...loop.attrs, body } };
  return { ...loop, attrs: { ...loop.attrs, body, cond: inside(loop.attrs.cond) } };
}

/** A body with some of its inputs as constants. */
function withConstants(body: Graph, known: readonly (NodeOf<'const'> | undefined)[]): Graph {
  const places = new Map(body.inputs.map((v, i) => [v, known[i]]));
  return rebuild(body, (b: GraphBuilder, node, inputs) => {
    const constant = node.op === 'input' ? places.get(must(node.results[0])) : undefined;
    return copyNode(b, constant ?? node, constant ? [] : inputs);
  });
}
