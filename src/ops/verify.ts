/** The checker that runs after every pass: a graph that breaks a rule of its form is our mistake, so it throws a Bug that says where. */
import type { Graph, Node, TensorType, ValueId } from '../ir/graph.ts';
import { ARITY, type OpAttrs, type OpName } from '../ir/vocabulary.ts';
import { invariant, must } from '../text/result.ts';
import { OPS } from './index.ts';
import { sameShape, showShape } from './table/rules.ts';

const sameTypes = (a: readonly TensorType[], b: readonly TensorType[]): boolean =>
  a.length === b.length && a.every((t, i) => sameShape(t.shape, b[i]?.shape ?? [-1]));

const show = (types: readonly TensorType[]): string => types.map((t) => showShape(t.shape)).join(', ');

const inferred = <K extends OpName>(op: K, inputs: readonly TensorType[], attrs: OpAttrs[K]) =>
  OPS[op].infer(inputs, attrs);

function verifyNode(node: Node, graph: Graph, first: number): void {
  const at = (): string => `%${first} = ${node.op}`;
  const arity = ARITY[node.op];
  invariant(
    arity === null || arity === node.inputs.length,
    () => `${at()}: takes ${arity} operands, not ${node.inputs.length}`,
  );
  for (const v of node.inputs) invariant(v >= 0 && v < first, () => `${at()}: operand %${v} is not made before`);
  for (const [i, v] of node.results.entries())
    invariant(v === first + i, () => `${at()}: result ${i} is numbered %${v}`);
  const types = (values: readonly ValueId[]): TensorType[] =>
    values.map((v) => must(graph.types[v], () => `${at()}: %${v} has no type`));
  const wanted = inferred(node.op, types(node.inputs), node.attrs as OpAttrs[OpName]);
  invariant(typeof wanted !== 'string', () => `${at()}: ${wanted}`);
  invariant(
    sameTypes(types(node.results), wanted),
    () => `${at()}: has ${show(types(node.results))}, its operands give ${show(wanted)}`,
  );
}

function verifyNames(graph: Graph): void {
  const distinct = (names: readonly string[], what: string): void => {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    invariant(twice === undefined, () => `two ${what} are called ${twice}`);
  };
  distinct(
    graph.outputs.map((o) => o.name),
    'outputs',
  );
  distinct(
    graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : [])),
    'params',
  );
}

function verifyForm(graph: Graph): void {
  let made = 0;
  for (const node of graph.nodes) {
    verifyNode(node, graph, made);
    made += node.results.length;
    if (node.op === 'scan' || node.op === 'iterate') verifyForm(node.attrs.body);
    if (node.op === 'iterate') verifyForm(node.attrs.cond);
  }
  invariant(graph.types.length === made, () => `the graph has ${graph.types.length} types for ${made} values`);
  const inputs = graph.nodes.flatMap((n) => (n.op === 'input' ? n.results : []));
  const inOrder = inputs.length === graph.inputs.length && inputs.every((v, i) => graph.inputs[i] === v);
  invariant(inOrder, 'the inputs are not the input nodes in order');
  const given = [...graph.outputs, ...graph.alarms].find(({ value }) => !(value >= 0 && value < made));
  invariant(given === undefined, () => `there is no value %${given?.value} to give`);
}

/**
 * Checks order, numbering, arity, types and names of a graph and of the bodies in it (whose outputs go by place, not by
 * name), and gives it back.
 * @throws Bug where a rule is broken.
 */
export function verifyGraph(graph: Graph): Graph {
  verifyForm(graph);
  verifyNames(graph);
  return graph;
}
