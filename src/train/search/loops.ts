/**
 * The loop of a program whose states are to be inferred from examples: found by what depends on what, not by how it is written. What it reads at a
 * step, of the inputs alone, is the symbol of that step.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { dependentResults } from '../../passes/dependence.ts';
import type { Space } from './strategy.ts';

export interface Loop {
  readonly node: NodeOf<'scan'>;
  /** Which of its states a step reads. The others are only given. */
  readonly live: readonly boolean[];
  /** Arrays with a slice for each step, then what it reads besides of the inputs: what tells the symbol of a step. */
  readonly slices: readonly ValueId[];
  readonly whole: readonly ValueId[];
}

/** Or why there is no such loop. */
export function loopOf(graph: Graph, space: Space): Loop | string {
  const names = new Set(space.choices.map((c) => c.spec.name));
  const chosen = dependent(graph, (n) => n.op === 'param' && names.has(n.attrs.name));
  const given = dependent(graph, (n) => n.op === 'input');
  const isOf = (marks: readonly boolean[]) => (v: ValueId) => marks[v] === true;
  const loops = graph.nodes.filter(
    (n): n is NodeOf<'scan'> => n.op === 'scan' && n.attrs.carries > 0 && n.inputs.some(isOf(chosen)),
  );
  const [node, ...others] = loops;
  if (!node) return 'no loop with a state reads what is to be chosen';
  if (others.length > 0) return 'several loops with states read what is to be chosen';
  const { carries, mapped } = node.attrs;
  const [states, read] = [node.inputs.slice(0, carries), node.inputs.slice(carries)];
  if (states.some(isOf(given))) return 'the state at the start depends on the inputs';
  const symbols = read.filter(isOf(given));
  if (symbols.some(isOf(chosen))) return 'what the loop reads at a step depends on what is to be chosen';
  const isRead = readInputs(node);
  const slices = read.slice(0, mapped).filter((_, i) => isRead[carries + i]);
  const whole = read.slice(mapped).filter((v) => symbols.includes(v));
  return { node, live: isRead.slice(0, carries), slices, whole };
}

/** What the results of some nodes reach. */
function dependent(graph: Graph, isSource: (node: Node) => boolean): readonly boolean[] {
  const marks = graph.types.map(() => false);
  for (const node of graph.nodes) {
    const given = node.inputs.map((v) => marks[v] === true);
    const results = given.includes(true) ? dependentResults(node, given) : given;
    for (const [i, v] of node.results.entries()) marks[v] = isSource(node) || results[i] === true;
  }
  return marks;
}

/** Which inputs of a loop's body something depends on. */
function readInputs({ attrs: { body } }: NodeOf<'scan'>): readonly boolean[] {
  const read = new Set([...body.nodes.flatMap((n) => n.inputs), ...body.outputs.map((o) => o.value)]);
  return body.inputs.map((v) => read.has(v));
}
