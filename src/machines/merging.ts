/**
 * A machine that is being merged from a prefix tree: two of its states are made one by folding the tree below the second into the first, until
 * an output disagrees. Every change is noted, so that a fold can be tried and taken back. Used by `learn.ts` alone.
 */
import { type Tree, UNKNOWN } from './words.ts';

/**
 * What an output belongs to. `step`: the state and the input (Mealy). `after`: the state that the step leads to (Moore). `before`: the state
 * that the step starts from.
 */
export type Giving = 'step' | 'after' | 'before';

export interface Merging {
  readonly tree: Tree;
  readonly giving: Giving;
  readonly first: Int32Array;
  readonly sibling: Int32Array;
  /** The node that an edge leaves, and the one that it leads to. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Per edge. */
  readonly out: Int32Array;
  /** Per node, where outputs belong to states; else none is known. */
  readonly label: Int32Array;
  readonly weight: Int32Array;
  /** Changes since they are noted, three numbers each: which array (`FIRST` and so on), where, what stood there. */
  readonly log: number[];
  /** Edges that were looked at, in foldings that were taken back too: what merging costs. */
  looked: number;
}

const FIRST = 0;
const SIBLING = 1;
const FROM = 2;
const TO = 3;
const OUT = 4;
const LABEL = 5;
const WEIGHT = 6;
type Which = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** `first`: what belongs to the state at the start, if that is known. */
export function startMerging(tree: Tree, giving: Giving, first: number): Merging | undefined {
  const unknown = (): Int32Array => new Int32Array(tree.nodes).fill(UNKNOWN);
  const label = giving === 'step' ? unknown() : giving === 'after' ? tree.out.slice(0, tree.nodes) : labelsBefore(tree);
  if (!label) return undefined;
  if (first !== UNKNOWN) label[0] = first;
  return {
    tree,
    giving,
    first: tree.first.slice(),
    sibling: tree.sibling.slice(),
    from: sourcesOf(tree),
    to: Int32Array.from({ length: tree.nodes }, (_, i) => i),
    out: giving === 'step' ? tree.out.slice() : unknown(),
    label,
    weight: tree.weight.slice(),
    log: [],
    looked: 0,
  };
}

function sourcesOf(tree: Tree): Int32Array {
  const from = new Int32Array(tree.nodes);
  for (let node = 0; node < tree.nodes; node++)
    for (let e = tree.first[node] as number; e !== 0; e = tree.sibling[e] as number) from[e] = node;
  return from;
}

/** The one output of all edges that leave a node; nothing where some node gives two. */
function labelsBefore(tree: Tree): Int32Array | undefined {
  const label = new Int32Array(tree.nodes).fill(UNKNOWN);
  for (let node = 0; node < tree.nodes; node++) {
    for (let e = tree.first[node] as number; e !== 0; e = tree.sibling[e] as number) {
      const out = tree.out[e] as number;
      if (out === UNKNOWN || label[node] === out) continue;
      if (label[node] !== UNKNOWN) return undefined;
      label[node] = out;
    }
  }
  return label;
}

function arrayOf(m: Merging, which: Which): Int32Array {
  switch (which) {
    case FIRST:
      return m.first;
    case SIBLING:
      return m.sibling;
    case FROM:
      return m.from;
    case TO:
      return m.to;
    case OUT:
      return m.out;
    case LABEL:
      return m.label;
    default:
      return m.weight;
  }
}

function change(m: Merging, which: Which, at: number, value: number): void {
  const array = arrayOf(m, which);
  m.log.push(which, at, array[at] as number);
  array[at] = value;
}

/** The edges that were put below another node since changes are noted. */
export function movedEdges({ log }: Merging): readonly number[] {
  const edges: number[] = [];
  for (let i = 0; i < log.length; i += 3) if (log[i] === FROM) edges.push(log[i + 1] as number);
  return edges;
}

/** Takes back every change that is noted. */
export function takeBack(m: Merging): void {
  const { log } = m;
  for (let i = log.length - 3; i >= 0; i -= 3) arrayOf(m, log[i] as Which)[log[i + 1] as number] = log[i + 2] as number;
  log.length = 0;
}

/** Lets an edge lead to `into`, and folds the node that it led to into that. The number of outputs that were seen on both sides, or -1 where two disagree. */
export function foldAt(m: Merging, into: number, edge: number): number {
  const node = m.to[edge] as number;
  change(m, TO, edge, into);
  return fold(m, into, node);
}

function fold(m: Merging, into: number, node: number): number {
  m.looked++;
  let agreed = agreeing(m, LABEL, into, node);
  if (agreed < 0) return -1;
  change(m, WEIGHT, into, (m.weight[into] as number) + (m.weight[node] as number));
  let before = 0;
  let edge = m.first[node] as number;
  while (edge !== 0) {
    const following = m.sibling[edge] as number;
    before = lastBelow(m, into, before, m.tree.symbol[edge] as number);
    const twin = before === 0 ? (m.first[into] as number) : (m.sibling[before] as number);
    if (twin !== 0 && m.tree.symbol[twin] === m.tree.symbol[edge]) {
      const more = foldEdge(m, twin, edge);
      if (more < 0) return -1;
      agreed += more;
    } else insert(m, into, before, edge);
    edge = following;
  }
  return agreed;
}

/** Edges are put in while others are folded, so the place is found anew from an edge that is known to lie before. */
function lastBelow(m: Merging, node: number, from: number, symbol: number): number {
  let before = from;
  for (;;) {
    m.looked++;
    const edge = before === 0 ? (m.first[node] as number) : (m.sibling[before] as number);
    if (edge === 0 || (m.tree.symbol[edge] as number) >= symbol) return before;
    before = edge;
  }
}

function foldEdge(m: Merging, twin: number, edge: number): number {
  const own = agreeing(m, OUT, twin, edge);
  if (own < 0) return -1;
  const below = fold(m, m.to[twin] as number, m.to[edge] as number);
  return below < 0 ? -1 : own + below;
}

function insert(m: Merging, node: number, before: number, edge: number): void {
  const following = before === 0 ? (m.first[node] as number) : (m.sibling[before] as number);
  change(m, FROM, edge, node);
  change(m, SIBLING, edge, following);
  if (before === 0) change(m, FIRST, node, edge);
  else change(m, SIBLING, before, edge);
}

function agreeing(m: Merging, which: Which, into: number, from: number): number {
  const values = arrayOf(m, which);
  const [a, b] = [values[into] as number, values[from] as number];
  if (b === UNKNOWN) return 0;
  if (a === UNKNOWN) {
    change(m, which, into, b);
    return 0;
  }
  return a === b ? 1 : -1;
}
