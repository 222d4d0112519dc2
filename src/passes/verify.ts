/**
 * The graph checker: values are numbered by the order of their nodes and made before they are used, and every type is
 * what the op table infers. Run after each pass; loop bodies are graphs and are checked as such.
 */
import type { Graph, Node, TensorType } from '../ir/graph.ts';
import { ARITY, type OpAttrs, type OpName } from '../ir/vocabulary.ts';
import { OPS } from '../ops/index.ts';
import { bodiesOf } from './bodies.ts';

const inferTypes = <K extends OpName>(op: K, inputs: readonly TensorType[], attrs: OpAttrs[K]) =>
  OPS[op].infer(inputs, attrs);

const sameTypes = (a: readonly TensorType[], b: readonly (TensorType | undefined)[]): boolean =>
  a.length === b.length && a.every((t, i) => t.shape.join() === b[i]?.shape.join());

/** Why the node that makes the values from `next` on is malformed. */
function wrongNode(graph: Graph, node: Node, next: number): string | undefined {
  const arity = ARITY[node.op];
  if (arity !== null && arity !== node.inputs.length) return `it has ${node.inputs.length} operands`;
  if (node.results.some((v, i) => v !== next + i))
    return `its results are numbered ${node.results.join()}, not ${next}...`;
  const late = node.inputs.find((v) => !(v >= 0 && v < next));
  if (late !== undefined) return `it uses value ${late} before it is made`;
  const types = node.inputs.map((v) => graph.types[v] ?? { shape: [] });
  const inferred = inferTypes(node.op, types, node.attrs);
  if (typeof inferred === 'string') return inferred;
  if (
    !sameTypes(
      inferred,
      node.results.map((v) => graph.types[v]),
    )
  )
    return 'its types are not what the op infers';
  for (const body of bodiesOf(node)) {
    const wrong = verify(body);
    if (wrong !== undefined) return `in its body, ${wrong}`;
  }
  return undefined;
}

/** Why a graph is malformed, or undefined when it is well-formed. */
export function verify(graph: Graph): string | undefined {
  let next = 0;
  for (const [i, node] of graph.nodes.entries()) {
    const wrong = wrongNode(graph, node, next);
    if (wrong !== undefined) return `node ${i} (${node.op}): ${wrong}`;
    next += node.results.length;
  }
  if (graph.types.length !== next) return `${next} values have ${graph.types.length} types`;
  const inputs = graph.nodes.filter((n) => n.op === 'input').flatMap((n) => n.results);
  if (inputs.length !== graph.inputs.length || inputs.some((v) => !graph.inputs.includes(v)))
    return 'the list of inputs is not that of the input nodes';
  const read = [...graph.outputs, ...graph.alarms].find((o) => !(o.value >= 0 && o.value < next));
  return read ? `an output or alarm reads value ${read.value}, which nothing makes` : undefined;
}
