/** Raising for the tests: programs and random graphs written as source, and an equality of our own that does not ask `raise`. */
import { type Raised, raise } from '../../src/decompile/raise/index.ts';
import { raiseProgram } from '../../src/decompile/raise/program.ts';
import type { Graph, Node } from '../../src/ir/graph.ts';
import { graphHash } from '../../src/ir/print.ts';
import { ready } from '../../src/passes/index.ts';
import { type Compiled, compile } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';
import { succeed } from '../programs.ts';
import { anyParams, randomGraph } from '../random-graph.ts';

export const raisedProgram = (compiled: Compiled): Raised => succeed(raiseProgram(compiled, compiled.entries));

/** A random graph, every second one with loops in loops. */
export function raisedGraph(seed: number, literally = false): Raised {
  const graph = ready(randomGraph(seed, seed % 2 === 0 ? { depth: 0, nodes: 8 } : {}));
  const params = anyParams(random(seed), graph, true);
  return succeed(raise([{ name: 'network', graph }], params, { path: 'net.su', literally }));
}

/** Labels of contractions by their first use, inside of loops too: their numbers mean nothing. */
function relabelled(n: Node): Node {
  if (n.op === 'scan') return { ...n, attrs: { ...n.attrs, body: plain(n.attrs.body) } };
  if (n.op === 'iterate') return { ...n, attrs: { ...n.attrs, body: plain(n.attrs.body), cond: plain(n.attrs.cond) } };
  if (n.op !== 'einsum') return n;
  const { lhs, rhs, out, order } = n.attrs;
  const met = [...new Set([...lhs, ...rhs])];
  const [l, r, o] = [lhs, rhs, out].map((labels) => labels.map((label) => met.indexOf(label)));
  return { ...n, attrs: { lhs: must(l), rhs: must(r), out: must(o), order } };
}

const plain = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map(relabelled) });

/** Params, inputs and outputs under names that say only where they stand. */
function anonymous(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const nodes = graph.nodes.map((n): Node => {
    if (n.op === 'param') return { ...n, attrs: { ...n.attrs, name: names.get(n.attrs.name) ?? '' } };
    if (n.op !== 'input') return relabelled(n);
    return { ...n, attrs: { ...n.attrs, name: String(graph.inputs.indexOf(must(n.results[0]))) } };
  });
  return { ...graph, nodes, outputs: graph.outputs.map((o, i) => ({ ...o, name: String(i) })) };
}

const bitsOf = (data: Float32Array): string => new Uint32Array(data.slice().buffer).join();

/** Whether the raised text compiles to graphs of the same hashes, params taken by their order and their bits. */
export function allEqual(compiled: Compiled, raised: Raised): boolean {
  const again = succeed(compile({ name: 'again.su', text: raised.text }, { read: () => undefined }));
  return compiled.entries.every((entry, i) => {
    const other = must(again.entries.find((e) => e.name === raised.fns[i]));
    return hashOf(compiled, entry.ready) === hashOf(again, other.ready);
  });
}

function hashOf({ program }: Compiled, graph: Graph): string {
  const settled = ready(ready(graph));
  const values = new Map(program.params.map((p) => [p.name, `${p.shape} ${bitsOf(p.value)}`]));
  const seen = new Map<string, string>();
  for (const n of settled.nodes)
    if (n.op === 'param') seen.set(n.attrs.name, `${seen.size} ${must(values.get(n.attrs.name))}`);
  return graphHash(anonymous(settled, seen));
}
