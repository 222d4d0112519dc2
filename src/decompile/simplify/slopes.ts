/**
 * How the outputs of a function move with its numbers, at points of the boxes: a quadratic model of what changing them costs, block by
 * block. The operands of ops that are not linear count too, by how much the outputs depend on them: where those stay near, the function does
 * between the points. The model only proposes; what is kept is proved.
 */
import { gradient } from '../../autodiff/index.ts';
import { type Graph, sizeOf, type ValueId } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/build.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { evaluator } from '../../ops/reference.ts';
import { copyNode, inputNames, inputsFirst, places } from '../../passes/copy.ts';
import { unrolled } from '../../passes/unroll.ts';
import { must } from '../../text/result.ts';
import { asItStands, openNet } from '../../verify/index.ts';
import type { Flat, Values } from './flat.ts';

/** Numbers [from, to) of the vector, and Σ over rows of slope · slopeᵀ. */
export interface Block {
  readonly from: number;
  readonly to: number;
  readonly squares: Float64Array;
}

/** One row of slopes, without its zeros. */
export interface Row {
  readonly index: Uint32Array;
  readonly slope: Float64Array;
}

export interface Slopes {
  readonly blocks: readonly Block[];
  /** All rows, where they are not too many to be kept. */
  readonly rows: readonly Row[];
}

export interface SlopesOptions {
  readonly points: readonly (readonly Float32Array[])[];
  readonly params: Values;
  /** Numbers in a block, at most. */
  readonly block: number;
}

/** How much a move of an inner operand counts beside one of an output. */
const INNER = 0.3;
/** Rows that are computed, at most; then fewer points are taken. */
const MOST_ROWS = 20_000;
/** Slopes that are kept, at most: 12 bytes each. */
const MOST_KEPT = 2 ** 24;

export function slopes(graph: Graph, flat: Flat, { points, params, block }: SlopesOptions): Slopes {
  const blocks = blocksOf(flat, block);
  const list: Row[] = [];
  let held = 0;
  const add = (own: Float64Array, weight: number): void => {
    const row = rowOf(own, Math.sqrt(weight));
    addRow(blocks, row);
    held += row.index.length;
    if (held <= MOST_KEPT) list.push(row);
  };
  const probe = probeOf(unrolled(graph), flat, params);
  const rows = probe.outer + probe.inner;
  const kept = points.slice(0, Math.max(1, Math.floor(MOST_ROWS / Math.max(1, rows))));
  const reach = new Float64Array(probe.inner);
  for (const point of kept)
    for (let k = 0; k < probe.outer; k++) {
      const { own, inner } = probe.row(point, k);
      add(own, 1);
      for (let j = 0; j < reach.length; j++) reach[j] = (reach[j] as number) + (inner[j] as number) ** 2;
    }
  for (const point of kept)
    for (let j = 0; j < probe.inner; j++) {
      const weight = (INNER * INNER * must(reach[j])) / kept.length;
      if (weight > 0) add(probe.row(point, probe.outer + j).own, weight);
    }
  return { blocks, rows: held <= MOST_KEPT ? list : [] };
}

function rowOf(own: Float64Array, scale: number): Row {
  const index = Uint32Array.from([...own.keys()].filter((i) => own[i] !== 0));
  return { index, slope: Float64Array.from(index, (i) => (own[i] as number) * scale) };
}

/** All numbers together where they are few, else slices of params along the leading axis, cut where they are long. */
function blocksOf({ params, size }: Flat, most: number): Block[] {
  const made = (from: number, to: number): Block => ({ from, to, squares: new Float64Array((to - from) ** 2) });
  if (size <= most) return [made(0, size)];
  return params.flatMap(({ from, to, row }) => {
    const step = Math.max(1, Math.min(row, most));
    return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) =>
      made(from + i * step, Math.min(to, from + (i + 1) * step)),
    );
  });
}

/** Both stand in ascending order. */
function addRow(blocks: readonly Block[], { index, slope }: Row): void {
  let first = 0;
  for (const { from, to, squares } of blocks) {
    const n = to - from;
    while (first < index.length && (index[first] as number) < from) first++;
    let last = first;
    while (last < index.length && (index[last] as number) < to) last++;
    for (let i = first; i < last; i++) {
      const [a, row] = [slope[i] as number, ((index[i] as number) - from) * n - from];
      for (let j = first; j < last; j++) {
        const at = row + (index[j] as number);
        squares[at] = (squares[at] as number) + a * (slope[j] as number);
      }
    }
    first = last;
  }
}

/** One row: slopes of an output element (the first `outer`) or of an inner operand's element by the numbers, and by inner elements. */
interface Probe {
  readonly outer: number;
  readonly inner: number;
  row(point: readonly Float32Array[], k: number): { readonly own: Float64Array; readonly inner: Float64Array };
}

function probeOf(graph: Graph, flat: Flat, params: Values): Probe {
  const inner = innerOperands(graph, params);
  const sizes = (vs: readonly ValueId[]): number[] => vs.map((v) => sizeOf(must(graph.types[v]).shape));
  const outerSizes = sizes(graph.outputs.map((o) => o.value));
  const innerSizes = sizes(inner);
  const total = (list: readonly number[]): number => list.reduce((n, s) => n + s, 0);
  const moved = new Map(innerSizes.map((size, i) => [moveName(i), new Float32Array(size)]));
  const wrt = [...flat.params.map((p) => p.name), ...moved.keys()];
  const { graph: slopesGraph } = gradient(weighed(graph, inner), { of: 'all', wrt });
  const run = evaluator(slopesGraph);
  const all = new Map([...params, ...moved]);
  const weights = [...outerSizes, ...innerSizes].map((size) => new Float32Array(size));
  const place = placesOf(weights);
  return {
    outer: total(outerSizes),
    inner: total(innerSizes),
    row(point, k) {
      const { list, at } = must(place[k]);
      list[at] = 1;
      const { outputs } = run([...point, ...weights], all);
      list[at] = 0;
      const gradients = outputs.slice(1);
      const join = (lists: readonly ArrayLike<number>[]): Float64Array =>
        Float64Array.from(
          lists.flatMap((l) => Array.from(l)),
          finite,
        );
      return {
        own: join(gradients.slice(0, flat.params.length)),
        inner: join(gradients.slice(flat.params.length)),
      };
    },
  };
}

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);

const moveName = (i: number): string => `move ${i}`;

const placesOf = (lists: readonly Float32Array[]): { readonly list: Float32Array; readonly at: number }[] =>
  lists.flatMap((list) => Array.from(list, (_, at) => ({ list, at })));

/** What ops that are not linear read and that is no input. */
function innerOperands(graph: Graph, params: Values): ValueId[] {
  const net = openNet(asItStands(graph), params);
  const read = net.layers.flatMap((l) => (l.kind === 'other' ? l.node.inputs : []));
  const known = new Set([...net.inputs, ...net.fixed.keys()]);
  return [...new Set(read)].filter((v) => !known.has(v));
}

/** The sum of all outputs and inner operands, each times a weight that is an input; and a param of zeros added to every inner operand. */
function weighed(graph: Graph, inner: readonly ValueId[]): Graph {
  const b = graphBuilder();
  const names = inputNames(graph);
  const to = places();
  to.put(
    graph.inputs,
    graph.inputs.map((v, i) => b.input(must(names[i]), must(graph.types[v]).shape)),
  );
  const before = new Map<ValueId, ValueId>();
  for (const node of inputsFirst(graph)) {
    if (node.op === 'input') continue;
    const results = copyNode(b, node, to.all(node.inputs));
    to.put(
      node.results,
      node.results.map((old, i) => {
        const made = must(results[i]);
        const at = inner.indexOf(old);
        if (at < 0) return made;
        before.set(old, made);
        return b.add(made, b.param(moveName(at), b.shapeOf(made)));
      }),
    );
  }
  const outer = graph.outputs.map((o) => to.at(o.value));
  const terms = [...outer, ...inner.map((v) => must(before.get(v)))].map((v, i) => weighedSum(b, v, `weight ${i}`));
  return b.finish([{ name: 'all', value: terms.reduce((x, y) => b.add(x, y)) }]);
}

function weighedSum(b: GraphBuilder, v: ValueId, name: string): ValueId {
  const shape = b.shapeOf(v);
  const product = b.mul(v, b.input(name, shape));
  return shape.length === 0
    ? product
    : b.sum(
        product,
        shape.map((_, i) => i),
        'sequential',
      );
}
