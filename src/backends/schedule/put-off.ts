/**
 * Which elementwise values are put off: computed in the one step that reads them instead of in one of their own. Those that a
 * single reduction reads become part of its terms; those made of inputs, params and constants alone go where what they meet is computed.
 */
import type { Graph, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import { OPS } from '../../ops/index.ts';
import { must } from '../../text/result.ts';

/** Kernels are walked by recursion, and longer ones run no faster. */
const LONGEST = 64;
const REDUCTIONS: ReadonlySet<OpName> = new Set<OpName>(['sum', 'reduceMax', 'reduceMin']);
/** Ops that a schedule turns into views. */
export const MOVES: ReadonlySet<OpName> = new Set<OpName>(['reshape', 'transpose', 'broadcast', 'slice', 'take']);
const LEAVES: ReadonlySet<OpName> = new Set<OpName>(['input', 'param', 'const']);

export const isElementwise = (node: NodeOf<OpName>): boolean => OPS[node.op].batch === 'elementwise';

/** The values of a graph that are put off. */
export function putOff(graph: Graph): ReadonlySet<ValueId> {
  const users = usersOf(graph);
  const toReduction = beforeReductions(graph, users);
  return new Set([...toReduction, ...besideOthers(graph, users)]);
}

const isCandidate = (graph: Graph, node: NodeOf<OpName>): boolean =>
  isElementwise(node) && sizeOf(must(graph.types[must(node.results[0])]).shape) > 0;

/** The only node that reads a value. */
function onlyUser(users: Users, v: ValueId): NodeOf<OpName> | undefined {
  const list = users.get(v) ?? [];
  return list.length === 1 ? list[0] : undefined;
}

/** Values that one reduction reads, perhaps through others of this kind. */
function beforeReductions(graph: Graph, users: Users): ReadonlySet<ValueId> {
  const chains = new Map<ValueId, number>();
  for (const node of [...graph.nodes].reverse() as NodeOf<OpName>[]) {
    const [v] = node.results;
    const user = v === undefined ? undefined : onlyUser(users, v);
    if (v === undefined || !user || !isCandidate(graph, node)) continue;
    const next = user.results.map((r) => chains.get(r)).find((chain) => chain !== undefined);
    const chain = REDUCTIONS.has(user.op) ? 1 : next === undefined ? undefined : next + 1;
    if (chain !== undefined && chain <= LONGEST) chains.set(v, chain);
  }
  return new Set(chains.keys());
}

/** Values made of leaves alone that one other elementwise op reads. */
function besideOthers(graph: Graph, users: Users): ReadonlySet<ValueId> {
  const depths = new Map<ValueId, number>();
  const leaves = new Set<ValueId>();
  for (const node of graph.nodes as readonly NodeOf<OpName>[]) {
    const [v] = node.results;
    if (v === undefined) continue;
    if (LEAVES.has(node.op) || (MOVES.has(node.op) && node.inputs.every((x) => leaves.has(x)))) leaves.add(v);
    const user = onlyUser(users, v);
    if (!user || !isElementwise(user) || !isCandidate(graph, node)) continue;
    if (!node.inputs.every((x) => leaves.has(x) || depths.has(x))) continue;
    const depth = 1 + Math.max(0, ...node.inputs.map((x) => depths.get(x) ?? 0));
    if (depth <= LONGEST / 4) depths.set(v, depth);
  }
  return new Set(depths.keys());
}

type Users = ReadonlyMap<ValueId, readonly (NodeOf<OpName> | undefined)[]>;

/** The nodes that read each value; nothing stands for an output or alarm. */
function usersOf(graph: Graph): Users {
  const users = new Map<ValueId, (NodeOf<OpName> | undefined)[]>();
  const add = (v: ValueId, user: NodeOf<OpName> | undefined): void => {
    const list = users.get(v);
    if (list) list.push(user);
    else users.set(v, [user]);
  };
  for (const node of graph.nodes as readonly NodeOf<OpName>[]) for (const v of node.inputs) add(v, node);
  for (const { value } of [...graph.outputs, ...graph.alarms]) add(value, undefined);
  return users;
}
