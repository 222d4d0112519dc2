import { describe, expect, it } from 'vitest';
import type { Graph, Node, ValueId } from '../../src/ir/graph.ts';
import { graphHash, graphText, printGraph } from '../../src/ir/print.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
import { canonical } from '../../src/passes/index.ts';
import { must } from '../../src/text/result.ts';
import { type Random, random } from '../fuzz/random.ts';
import { randomGraph } from '../random-graph.ts';

const GRAPHS = Number(process.env.GRAPHS ?? 150);

/** The same program written otherwise: nodes in another order, loop variables renamed, captured values turned around. */
function scrambled(r: Random, graph: Graph, isBody: boolean): Graph {
  const b = graphBuilder();
  const here = new Map<ValueId, ValueId>();
  const names = new Map(graph.nodes.flatMap((n) => (n.op === 'input' ? [[n.results[0], n.attrs.name] as const] : [])));
  for (const v of graph.inputs) {
    const name = isBody ? `n${r.bits()}` : must(names.get(v));
    here.set(v, b.input(name, must(graph.types[v]).shape));
  }
  const waiting = graph.nodes.filter((n) => n.op !== 'input');
  while (waiting.length > 0) {
    const free = waiting.filter((n) => n.inputs.every((v) => here.has(v)));
    const node = r.pick(free);
    waiting.splice(waiting.indexOf(node), 1);
    const { inputs, attrs } = turned(r, node);
    const made =
      node.op === 'param'
        ? [b.param(node.attrs.name, node.attrs.shape)]
        : b.node(
            node.op,
            inputs.map((v) => must(here.get(v))),
            attrs,
          );
    for (const [i, v] of node.results.entries()) here.set(v, must(made[i]));
  }
  return b.finish(
    graph.outputs.map((o) => ({ name: isBody ? `n${r.bits()}` : o.name, value: must(here.get(o.value)) })),
  );
}

/** A loop with its captured values in the opposite order. */
function turned(r: Random, node: Node): Node {
  if (node.op !== 'scan' && node.op !== 'iterate') return node;
  const fixed = node.attrs.carries + (node.op === 'scan' ? node.attrs.mapped : 0);
  const turn = <T>(list: readonly T[]): T[] => [...list.slice(0, fixed), ...list.slice(fixed).reverse()];
  const change = (g: Graph): Graph => scrambled(r, { ...g, inputs: turn(g.inputs) }, true);
  const inputs = turn(node.inputs);
  if (node.op === 'scan') return { ...node, inputs, attrs: { ...node.attrs, body: change(node.attrs.body) } };
  return { ...node, inputs, attrs: { ...node.attrs, body: change(node.attrs.body), cond: change(node.attrs.cond) } };
}

describe('the canonical form', () => {
  it('does not depend on the order and the names of a random graph, and has one hash', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const graph = randomGraph(seed);
      const other = verifyGraph(scrambled(random(seed), graph, false));
      const [a, b] = [canonical(graph), canonical(other)];
      expect({ seed, text: printGraph(b) }).toEqual({ seed, text: printGraph(a) });
      expect(graphHash(b)).toBe(graphHash(a));
    }
  });

  it('is its own canonical form', () => {
    for (let seed = 0; seed < GRAPHS; seed++) {
      const once = canonical(randomGraph(seed));
      expect({ seed, text: graphText(canonical(once)) }).toEqual({ seed, text: graphText(once) });
    }
  });

  it('tells programs apart: another constant, width or order of operands', () => {
    const make = (first: number, width: number, isTurned: boolean): string => {
      const b = graphBuilder();
      const [x, c] = [b.input('x', []), b.full([], first)];
      return graphHash(canonical(b.finish([{ name: 'y', value: b.op('lt', isTurned ? [c, x] : [x, c], { width }) }])));
    };
    const hashes = [make(0, 1, false), make(-0, 1, false), make(0, 0.5, false), make(0, 1, true), make(0, 1, false)];
    expect(new Set(hashes).size).toBe(4);
    expect(hashes[4]).toBe(hashes[0]);
  });
});
