/**
 * One step of a graph that is stated for every length: given its graphs of two lengths, which are alike, every position does the same, and
 * what goes from one to the next are the states of its loops. `prove/` runs such steps until they close. Note [Steps] at the foot.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { printGraph } from '../ir/print.ts';
import { prune } from '../ir/prune.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { copyNode, inputsFirst, type Places, places } from '../passes/copy.ts';
import { must } from '../text/result.ts';
import { atOne, isPointwise } from './pointwise.ts';

export interface Step {
  /**
   * Inputs: those of the graph, arrays over positions with one element; then the states. Outputs: those of the graph after this step, then the
   * next states, then the states at the start, which depend on nothing but inputs that are no arrays over positions.
   */
  readonly graph: Graph;
  /** Per input of the original: whether it has an element per position. */
  readonly isLong: readonly boolean[];
  /** How many outputs, and how many states. */
  readonly outputs: number;
  readonly states: number;
}

/** Or why it is no such graph. */
export type Refusal = string;

/** What a value is over the positions: the same everywhere, one element each, or known after the last one. */
export type Phase = 'fixed' | 'stream' | 'last';

/** `graphs` are those at two lengths; nothing else may tell them apart. */
export function stepOf(graphs: readonly [Graph, Graph], lengths: readonly [number, number]): Step | Refusal {
  const [a, b] = graphs.map((graph) => prune({ ...graph, alarms: [] })) as [Graph, Graph];
  const found = alike(a, b, lengths);
  return typeof found === 'string' ? found : new Taking(a, found).take();
}

// --- two lengths -------------------------------------------------------------------------------------------

/** What positions are in a graph. */
interface Positions {
  /** Per value: whether its first axis is that of the positions. */
  readonly isLong: readonly boolean[];
  /** Loops over all positions. */
  readonly loops: ReadonlySet<Node>;
}

/** The graphs side by side; or why they are not alike. */
function alike(a: Graph, b: Graph, lengths: readonly [number, number]): Positions | Refusal {
  const differ = 'its steps depend on the length';
  if (a.nodes.length !== b.nodes.length || a.types.length !== b.types.length) return differ;
  const list = (g: Graph): string =>
    [...g.nodes.map((n) => `${n.op} ${n.inputs}`), g.inputs, ...g.outputs.map((o) => `${o.name} ${o.value}`)].join(
      '\n',
    );
  const isAlike = (node: Node, i: number): boolean =>
    node.op === 'const' || isSame(node.attrs, must(b.nodes[i]).attrs, lengths);
  if (list(a) !== list(b) || !a.nodes.every(isAlike)) return differ;
  const isLong: boolean[] = [];
  for (const [v, { shape }] of a.types.entries()) {
    const other = must(b.types[v]).shape;
    const long = shape.map((d, k) => d === lengths[0] && other[k] === lengths[1]);
    if (shape.length !== other.length || shape.some((d, k) => !long[k] && d !== other[k])) return differ;
    if (long.lastIndexOf(true) > 0) return 'an axis of positions is not the first axis';
    isLong[v] = long[0] === true;
  }
  if (!a.nodes.every((node, i) => isSameConst(node, must(b.nodes[i])))) return 'a table depends on the position';
  const isLoop = (node: Node, i: number): boolean => node.op === 'scan' && !isSame(node.attrs, must(b.nodes[i]).attrs);
  return { isLong, loops: new Set(a.nodes.filter(isLoop)) };
}

/** Numbers are equal, or are the two lengths; graphs of bodies are the same. */
function isSame(x: unknown, y: unknown, lengths?: readonly [number, number]): boolean {
  if (Object.is(x, y)) return true;
  if (typeof x === 'number') return x === lengths?.[0] && y === lengths[1];
  if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) return false;
  if (isGraph(x)) return isGraph(y) && printGraph(x) === printGraph(y);
  const [own, other] = [Object.entries(x), new Map(Object.entries(y))];
  return own.length === other.size && own.every(([k, v]) => other.has(k) && isSame(v, other.get(k), lengths));
}

const isGraph = (x: object): x is Graph => 'nodes' in x && 'outputs' in x;

/** The same numbers; of a table over positions the same row everywhere. */
function isSameConst(a: Node, b: Node): boolean {
  if (a.op !== 'const' || b.op !== 'const') return true;
  const isLong = a.attrs.data.length !== b.attrs.data.length || a.attrs.shape[0] !== b.attrs.shape[0];
  const row = isLong ? a.attrs.data.slice(0, a.attrs.data.length / must(a.attrs.shape[0])) : a.attrs.data;
  return [a, b].every(({ attrs: { data } }) => data.every((x, k) => Object.is(x, row[k % row.length])));
}

// --- one step ----------------------------------------------------------------------------------------------

class Taking {
  readonly #b: GraphBuilder = graphBuilder();
  readonly #to: Places = places();
  readonly #phase = new Map<ValueId, Phase>();
  readonly #next: ValueId[] = [];
  readonly #start: ValueId[] = [];
  readonly #graph: Graph;
  readonly #positions: Positions;

  constructor(graph: Graph, positions: Positions) {
    this.#graph = graph;
    this.#positions = positions;
  }

  take(): Step | Refusal {
    const { inputs, outputs } = this.#graph;
    for (const node of inputsFirst(this.#graph)) {
      const why = this.#place(node);
      if (why !== undefined) return why;
    }
    const named = (prefix: string, values: readonly ValueId[]) =>
      values.map((value, i) => ({ name: `${prefix}.${i}`, value }));
    const graph = this.#b.finish([
      ...outputs.map((o) => ({ ...o, value: this.#to.at(o.value) })),
      ...named('next', this.#next),
      ...named('start', this.#start),
    ]);
    const isLong = inputs.map((v) => this.#positions.isLong[v] === true);
    return needed({ graph, isLong, outputs: outputs.length, states: this.#next.length });
  }

  /** Takes the step's part of a node; or says why there is none. */
  #place(node: Node): Refusal | undefined {
    const phases = node.inputs.map((v) => must(this.#phase.get(v)));
    if (this.#positions.loops.has(node)) return this.#loop(node as NodeOf<'scan'>, phases);
    if (node.op === 'random') return 'it draws random numbers';
    const isLong = phases.includes('stream') || node.results.some((v) => this.#positions.isLong[v]);
    if (!isLong) return this.#put(node, this.#copied(node), phases.includes('last') ? 'last' : 'fixed');
    if (phases.includes('last')) return 'what is known after the last step is used at every position';
    const operands = node.inputs.map((v, i) => ({ shape: this.#shapeOf(v), isLong: phases[i] === 'stream' }));
    if (!isPointwise(node, operands, this.#shapeOf(must(node.results[0]))))
      return `\`${node.op}\` looks at several positions`;
    return this.#put(node, this.#copied(atOne(node)), 'stream');
  }

  #put(node: Node, values: readonly ValueId[], phase: Phase): undefined {
    this.#to.put(node.results, values);
    for (const v of node.results) this.#phase.set(v, phase);
  }

  #copied = (node: Node): readonly ValueId[] =>
    this.#b.within(node.origin, () => copyNode(this.#b, node, this.#to.all(node.inputs)));

  #shapeOf = (v: ValueId): readonly number[] => must(this.#graph.types[v]).shape;

  /** A loop over all positions: its states become inputs, its body is done once. */
  #loop(node: NodeOf<'scan'>, phases: readonly Phase[]): Refusal | undefined {
    const { carries, mapped, reverse, body } = node.attrs;
    if (reverse) return 'a loop runs from the last position to the first';
    const wanted = (i: number): Phase => (i >= carries && i < carries + mapped ? 'stream' : 'fixed');
    if (phases.some((phase, i) => phase !== wanted(i))) return 'a loop reads more than the element at its position';
    const given = this.#to.all(node.inputs);
    const states = given
      .slice(0, carries)
      .map((v, i) => this.#b.input(`state.${this.#next.length + i}`, this.#b.shapeOf(v)));
    const slices = given.slice(carries, carries + mapped).map((v) => this.#b.reshape(v, this.#b.shapeOf(v).slice(1)));
    const results = this.#b.inline(body, [...states, ...slices, ...given.slice(carries + mapped)]);
    const stacked = results.slice(carries).map((v) => this.#b.reshape(v, [1, ...this.#b.shapeOf(v)]));
    this.#next.push(...results.slice(0, carries));
    this.#start.push(...given.slice(0, carries));
    this.#to.put(node.results, [...results.slice(0, carries), ...stacked]);
    for (const [i, v] of node.results.entries()) this.#phase.set(v, i < carries ? 'last' : 'stream');
    return undefined;
  }
}

// --- states that matter ------------------------------------------------------------------------------------

/** The step without states that no output depends on, now or later. */
function needed({ graph, isLong, outputs, states }: Step): Step {
  const inputs = graph.inputs.slice(isLong.length);
  const roots = graph.outputs.map((o) => o.value);
  const read = readsOf(graph);
  const kept = new Set<number>();
  const open = roots.slice(0, outputs);
  for (let root = open.pop(); root !== undefined; root = open.pop())
    for (const [k, input] of inputs.entries())
      if (!kept.has(k) && must(read[root]).has(input)) {
        kept.add(k);
        open.push(must(roots[outputs + k]));
      }
  const isKept = (k: number): boolean => kept.has(k);
  const dead = new Set(inputs.filter((_, k) => !isKept(k)));
  const isOwn = (i: number): boolean => i < outputs || isKept((i - outputs) % states);
  const own = prune({ ...graph, outputs: graph.outputs.filter((_, i) => isOwn(i)) });
  const names = new Set([...dead].map((v) => must(graph.inputs.indexOf(v))));
  const isDead = (v: ValueId): boolean => names.has(own.inputs.indexOf(v));
  const left = prune({
    ...own,
    nodes: own.nodes.filter((n) => !n.results.some(isDead)),
    inputs: own.inputs.filter((v) => !isDead(v)),
  });
  return { graph: left, isLong, outputs, states: kept.size };
}

/** Per value the inputs that it is computed of. */
function readsOf(graph: Graph): readonly ReadonlySet<ValueId>[] {
  const reads: Set<ValueId>[] = [];
  for (const { op, inputs, results } of graph.nodes) {
    const own = op === 'input' ? results : inputs.flatMap((v) => [...must(reads[v])]);
    for (const v of results) reads[v] = new Set(own);
  }
  return reads;
}

/*
Note [Steps]

A graph over arrays of n elements does the same at every position if it is made of four things: values without an axis of positions (`fixed`); ops
that act on each row of that axis by itself (`pointwise.ts`); loops over all positions, from the first to the last, whose states begin at fixed
values and which read of arrays the element at their position; and ops on what loops leave (`last`). Then what it gives at position t is a function of the inputs
at t and of the states before t, and what it gives after the last step one of the states there: the step below computes both, a stream's
element and, as if this were the last position, the rest. So with n = t + 1 outputs are equal for all inputs of length n if those of every step are, from
states that are reached in t steps. No axis of positions is inside of a body: bodies at two lengths have the same text.
*/
