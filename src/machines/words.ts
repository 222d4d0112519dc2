/**
 * What is seen of a machine: words of inputs and what it gave, as one prefix tree. Words that begin alike share their nodes, so that two of them
 * that disagree are found when the tree is grown. Read by `learn.ts`.
 */

/** Not known: an output that was not seen, a next state that no word tells. */
export const UNKNOWN = -1;

/** Words one after the other. */
export interface Words {
  /** Inputs are 0 to `symbols` - 1. */
  readonly symbols: number;
  /** Word w is the part from `starts[w]` to `starts[w + 1]`. */
  readonly starts: Int32Array;
  readonly inputs: Int32Array;
  /** What was given at each input; `UNKNOWN` where it was not seen. */
  readonly outputs: Int32Array;
}

/** Two words with the same beginning and another output there: no machine gives both. */
export interface Contradiction {
  readonly word: number;
  /** Which input of the word, from 0. */
  readonly at: number;
  readonly outputs: readonly [earlier: number, now: number];
}

/** Node 0 is the empty word. Edge e leads to node e, at first; edge 0 is none. Edges of a node are in order of their symbols. */
export interface Tree {
  readonly nodes: number;
  readonly symbols: number;
  /** The first edge that leaves a node; 0 is none. */
  readonly first: Int32Array;
  /** The next edge that leaves the same node. */
  readonly sibling: Int32Array;
  readonly symbol: Int32Array;
  /** What was given on an edge. */
  readonly out: Int32Array;
  /** How many words go through a node. */
  readonly weight: Int32Array;
}

/** Grows the tree of all words, or tells the first contradiction. */
export function prefixTree(words: Words): Tree | Contradiction {
  const size = words.inputs.length + 1;
  const tree = {
    nodes: 1,
    symbols: words.symbols,
    first: new Int32Array(size),
    sibling: new Int32Array(size),
    symbol: new Int32Array(size),
    out: new Int32Array(size).fill(UNKNOWN),
    weight: new Int32Array(size),
  };
  for (let w = 0; w + 1 < words.starts.length; w++) {
    const wrong = addWord(tree, words, w);
    if (wrong) return wrong;
  }
  return tree;
}

type Growing = { -readonly [K in keyof Tree]: Tree[K] };

function addWord(tree: Growing, words: Words, word: number): Contradiction | undefined {
  const [from, to] = [words.starts[word] as number, words.starts[word + 1] as number];
  let node = 0;
  tree.weight[0] = (tree.weight[0] as number) + 1;
  for (let i = from; i < to; i++) {
    node = childOf(tree, node, words.inputs[i] as number);
    tree.weight[node] = (tree.weight[node] as number) + 1;
    const now = words.outputs[i] as number;
    const earlier = tree.out[node] as number;
    if (earlier === UNKNOWN) tree.out[node] = now;
    else if (now !== UNKNOWN && now !== earlier) return { word, at: i - from, outputs: [earlier, now] };
  }
  return undefined;
}

function childOf(tree: Growing, node: number, symbol: number): number {
  let before = 0;
  let edge = tree.first[node] as number;
  while (edge !== 0 && (tree.symbol[edge] as number) < symbol) {
    before = edge;
    edge = tree.sibling[edge] as number;
  }
  if (edge !== 0 && tree.symbol[edge] === symbol) return edge;
  const made = tree.nodes++;
  tree.symbol[made] = symbol;
  tree.sibling[made] = edge;
  if (before === 0) tree.first[node] = made;
  else tree.sibling[before] = made;
  return made;
}
