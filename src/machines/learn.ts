/**
 * A machine from what it gave: states of the prefix tree of all words are merged as long as no output disagrees, by the evidence for it
 * (red-blue merging: Lang, Pearlmutter and Price, "Results of the Abbadingo One DFA learning competition", 1998; for machines with outputs
 * Oncina and Garcia, "Inferring regular languages in polynomial update time", 1992). Deterministic. What it gives agrees with every word.
 */
import type { Machine } from './machine.ts';
import { foldAt, type Giving, type Merging, movedEdges, startMerging, takeBack } from './merging.ts';
import { Queue } from './queue.ts';
import { type Contradiction, prefixTree, UNKNOWN, type Words } from './words.ts';

export type { Giving } from './merging.ts';
export type { Contradiction, Words } from './words.ts';
export { UNKNOWN } from './words.ts';

/** A machine of which some cells were never seen: `next` and `out` are `UNKNOWN` there. */
export interface Seen extends Machine {
  readonly giving: Giving;
  /** How many next states, and how many outputs, no word tells. */
  readonly open: { readonly next: number; readonly out: number };
}

export type Learned =
  | { readonly kind: 'machine'; readonly machine: Seen }
  | { readonly kind: 'contradiction'; readonly where: Contradiction }
  /** The smallest machine that was found has so many states; nothing where none was found within bounds. */
  | { readonly kind: 'too many'; readonly states: number | undefined };

export interface LearnOptions {
  /** What an output belongs to; `step` when absent. */
  readonly giving?: Giving;
  /** What belongs to the state at the start, if that is known; only where outputs belong to states. */
  readonly first?: number;
  /** States that the machine may have. */
  readonly most: number;
}

/**
 * Which of the open nodes is decided next: the one that most words go through; of the `WINDOW` that most words go through one that agrees with no
 * state, else the one whose best state is furthest ahead of the second; the one of the shortest, first word. The smallest machine is taken.
 */
type Order = 'weight' | 'word' | 'evidence';
const ORDERS: readonly Order[] = ['weight', 'word', 'evidence'];
const WINDOW = 64;
/** Edges that are looked at in one order: beyond, it is given up. */
const MOST_LOOKED = 5e7;

export function learnMachine(words: Words, { giving = 'step', first = UNKNOWN, most }: LearnOptions): Learned {
  const tree = prefixTree(words);
  if ('word' in tree) return { kind: 'contradiction', where: tree };
  let best: Seen | undefined;
  for (const order of ORDERS) {
    const bound = best ? best.states - 1 : 2 * most + 8;
    best = merged(startMerging(tree, giving, first), order, bound) ?? best;
  }
  if (best && best.states <= most) return { kind: 'machine', machine: best };
  return { kind: 'too many', states: best?.states };
}

/** The nodes that are decided, and the edges from them to others. */
interface Front {
  readonly m: Merging;
  readonly order: Order;
  readonly red: number[];
  readonly isRed: Set<number>;
  readonly open: Queue;
}

/** Merges until every edge of a decided state leads to a decided state; nothing when that needs more than `most`. */
function merged(m: Merging | undefined, order: Order, most: number): Seen | undefined {
  if (!m) return undefined;
  const front: Front = { m, order, red: [], isRed: new Set(), open: new Queue() };
  promote(front, 0);
  for (let turn = nextTurn(front); turn; turn = nextTurn(front)) {
    if (turn.into !== undefined) accept(front, turn.into, turn.edge);
    else if (front.red.length === most || m.looked > MOST_LOOKED) return undefined;
    else promote(front, m.to[turn.edge] as number);
  }
  return tabled(m, front.red);
}

function promote(front: Front, node: number): void {
  const { m, red, isRed } = front;
  red.push(node);
  isRed.add(node);
  for (let e = m.first[node] as number; e !== 0; e = m.sibling[e] as number) open(front, e);
}

function accept(front: Front, into: number, edge: number): void {
  const { m, isRed } = front;
  foldAt(m, into, edge);
  for (const e of movedEdges(m)) if (isRed.has(m.from[e] as number)) open(front, e);
  m.log.length = 0;
}

const open = (front: Front, edge: number): void => front.open.push(edge, priorityOf(front, edge));

const priorityOf = ({ m, order, red }: Front, edge: number): number =>
  order === 'word'
    ? -(red.indexOf(m.from[edge] as number) * m.tree.symbols + (m.tree.symbol[edge] as number))
    : weightOf(m, edge);
const weightOf = (m: Merging, edge: number): number => m.weight[m.to[edge] as number] as number;

/** An edge to an open node, and the decided state that the node is to be one with; without one it becomes a state itself. */
interface Turn {
  readonly edge: number;
  readonly into: number | undefined;
  /** How many more outputs agree than with the second best state. */
  readonly lead: number;
}

function nextTurn(front: Front): Turn | undefined {
  const seen: Turn[] = [];
  const size = front.order === 'evidence' ? WINDOW : 1;
  for (let edge = nextEdge(front); edge !== undefined; edge = seen.length < size ? nextEdge(front) : undefined) {
    const turn = bestFor(front, edge);
    seen.push(turn);
    if (turn.into === undefined) break;
  }
  const best = seen.reduce<Turn | undefined>(
    (a, b) => (a && b.into !== undefined && a.lead >= b.lead ? a : b),
    undefined,
  );
  for (const turn of seen) if (turn !== best) open(front, turn.edge);
  return best;
}

/** Priorities grow while nodes are folded, so one that is no longer true is put back. */
function nextEdge(front: Front): number | undefined {
  for (let first = front.open.pop(); first; first = front.open.pop()) {
    const [edge, key] = first;
    if (front.isRed.has(front.m.to[edge] as number)) continue;
    if (key === priorityOf(front, edge)) return edge;
    open(front, edge);
  }
  return undefined;
}

/** The decided state that agrees with a node, by the most outputs seen on both sides; the first of equals. */
function bestFor({ m, red }: Front, edge: number): Turn {
  let into: number | undefined;
  let [most, second] = [-1, -1];
  for (const node of red) {
    const agreed = foldAt(m, node, edge);
    takeBack(m);
    if (agreed > most) [into, most, second] = [node, agreed, most];
    else if (agreed > second) second = agreed;
  }
  return { edge, into, lead: most - Math.max(0, second) };
}

/** The tables, states numbered by their first words. */
function tabled(m: Merging, red: readonly number[]): Seen {
  const { giving } = m;
  const { symbols } = m.tree;
  const numbers = numbered(m, red);
  const next = new Int32Array(red.length * symbols).fill(UNKNOWN);
  const out = new Int32Array(red.length * symbols).fill(UNKNOWN);
  for (const [node, s] of numbers) {
    for (let e = m.first[node] as number; e !== 0; e = m.sibling[e] as number) {
      const at = s * symbols + (m.tree.symbol[e] as number);
      const to = m.to[e] as number;
      next[at] = numbers.get(to) as number;
      out[at] = giving === 'after' ? (m.label[to] as number) : (m.out[e] as number);
    }
    if (giving === 'before') out.fill(m.label[node] as number, s * symbols, (s + 1) * symbols);
  }
  const unknown = (cells: Int32Array): number => cells.reduce((n, x) => n + (x === UNKNOWN ? 1 : 0), 0);
  return { states: red.length, symbols, next, out, giving, open: { next: unknown(next), out: unknown(out) } };
}

/** Breadth first from the start, symbols ascending. */
function numbered(m: Merging, red: readonly number[]): ReadonlyMap<number, number> {
  const numbers = new Map([[red[0] as number, 0]]);
  for (const node of numbers.keys())
    for (let e = m.first[node] as number; e !== 0; e = m.sibling[e] as number) {
      const to = m.to[e] as number;
      if (!numbers.has(to)) numbers.set(to, numbers.size);
    }
  return numbers;
}

/** Every open cell filled: the state stays, and gives what it most often gives. */
export function completed(seen: Seen): Machine {
  const { symbols } = seen;
  const next = seen.next.map((to, i) => (to === UNKNOWN ? Math.floor(i / symbols) : to));
  const out = seen.out.slice();
  for (let s = 0; s < seen.states; s++) {
    const usual = commonest(seen.out.subarray(s * symbols, (s + 1) * symbols));
    for (let x = 0; x < symbols; x++) if (out[s * symbols + x] === UNKNOWN) out[s * symbols + x] = usual;
  }
  return { states: seen.states, symbols, next, out };
}

function commonest(values: Int32Array): number {
  const counts = new Map<number, number>();
  for (const v of values) if (v !== UNKNOWN) counts.set(v, (counts.get(v) ?? 0) + 1);
  let [best, most] = [0, 0];
  for (const [v, n] of counts) if (n > most || (n === most && v < best)) [best, most] = [v, n];
  return best;
}
