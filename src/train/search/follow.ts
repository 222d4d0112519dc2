/**
 * Follows a program through one example while choices are open: every number is known, or is that of an open choice which was only moved, or depends
 * on one. Each op does what it does on the numbers and, where it only moves them, on their ids as well. The states of one loop are shown after each
 * step, as soon as they are there, so that whoever follows can decide them.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import { OPS } from '../../ops/index.ts';
import type { Numbers } from '../../ops/reference/arithmetic.ts';
import { nodeSteps } from '../../ops/reference.ts';
import { must } from '../../text/result.ts';
import { type Cells, numberAt } from './cells.ts';

/** A tensor of which some numbers are open: `ids` above 0 name them, below 0 say that the number depends on the one named; absent where all are known. */
export interface Open {
  readonly data: Float32Array;
  readonly ids?: Float32Array;
}

/** The loop whose states are shown. */
export interface Watched {
  readonly loop: NodeOf<'scan'>;
  /** Which of its states are wanted before anything else of a step is done. */
  readonly live: readonly boolean[];
  /** Called with the states at the start, with 0, and after each step, counted from 1. It may make choices. */
  show(step: number, states: readonly Open[]): void;
  /** Steps that are done; the others are taken to depend on what is open. */
  steps: number;
}

/** Called with the graph's inputs; gives its outputs. They may be overwritten by the next call. */
export type Follow = (inputs: readonly Float32Array[]) => readonly Open[];

export function follower(graph: Graph, cells: Cells, watched: Watched): Follow {
  const run = ready(graph, { cells, watched });
  return (inputs) => run(inputs.map((data) => ({ data })));
}

interface Following {
  readonly cells: Cells;
  readonly watched: Watched;
}

type Slots = Open[];
/** `between` is called with the outputs that `early` leads to, before the rest is done. */
type Run = (inputs: readonly Open[], between?: (outputs: readonly Open[]) => void) => readonly Open[];

function ready(graph: Graph, f: Following, early: readonly boolean[] = []): Run {
  const steps = stepsOf(graph, f);
  const wanted = graph.outputs.filter((_, i) => early[i] === true).map((o) => o.value);
  const first = new Set(needed(graph, wanted));
  const nodes = graph.nodes.filter((n) => n.op !== 'input');
  const order = [...nodes.filter((n) => first.has(n)), ...nodes.filter((n) => !first.has(n))].map(steps);
  const slots: Slots = [];
  const outputs = (): Open[] => graph.outputs.map((o) => slots[o.value] ?? { data: new Float32Array(0) });
  const count = nodes.filter((n) => first.has(n)).length;
  return (inputs, between) => {
    for (const [i, v] of graph.inputs.entries()) slots[v] = must(inputs[i]);
    for (const [i, step] of order.entries()) {
      if (i === count) between?.(outputs());
      step(slots);
    }
    if (count === order.length) between?.(outputs());
    return outputs().map((open) => fresh(open, f.cells));
  };
}

function needed(graph: Graph, values: readonly ValueId[]): readonly Node[] {
  const wanted = new Set(values);
  return [...graph.nodes].reverse().filter((node) => {
    const isWanted = node.results.some((v) => wanted.has(v));
    if (isWanted) for (const v of node.inputs) wanted.add(v);
    return isWanted;
  });
}

/** Choices that were made since a tensor was filled are put into it. */
export function fresh(open: Open, cells: Cells): Open {
  const { data, ids } = open;
  if (!ids) return open;
  let isOpen = false;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    if (id === 0) continue;
    const known = id > 0 ? numberAt(cells, id) : undefined;
    if (known === undefined) isOpen = true;
    else {
      data[i] = known;
      ids[i] = 0;
    }
  }
  return isOpen ? open : { data };
}

/** One number that a tensor needs and that is open. */
export const openIn = ({ ids }: Open): number | undefined => {
  const found = ids?.find((id) => id !== 0);
  return found === undefined ? undefined : Math.abs(found);
};

// --- nodes ---------------------------------------------------------------------------------------------------

type Step = (slots: Slots) => void;

function stepsOf(graph: Graph, f: Following): (node: Node) => Step {
  const shapeOf = (v: ValueId): number => sizeOf(must(graph.types[v]).shape);
  const [onNumbers, onIds] = [nodeSteps(graph, f.cells.numbers), nodeSteps(graph, f.cells.numbers)];
  return (node) => {
    if (node.op === 'param') return paramStep(node, f.cells);
    if (node.op === 'scan') return scanStep(node, f, shapeOf);
    const result = must(node.results[0]);
    const numbers = runner(node, onNumbers);
    const ids = movesNumbers(node) ? runner(node, onIds) : undefined;
    return (slots) => {
      const operands = node.inputs.map((v) => fresh(must(slots[v]), f.cells));
      slots[result] = resultOf(node, operands, numbers, ids);
    };
  };
}

type Runner = (operands: readonly Float32Array[]) => Float32Array;

function runner(node: Node, steps: (node: Node) => (slots: Numbers[]) => void): Runner {
  const step = steps(node);
  const slots: Numbers[] = [];
  return (operands) => {
    for (const [i, v] of node.inputs.entries()) slots[v] = must(operands[i]);
    step(slots);
    return slots[must(node.results[0])] as Float32Array;
  };
}

const isLookup = (node: Node): boolean => node.op === 'einsum' && node.attrs.order === 'pick';
const movesNumbers = (node: Node): boolean =>
  isLookup(node) || OPS[node.op].bounds.kind === 'move' || node.op === 'stopGradient';

function resultOf(node: Node, operands: readonly Open[], numbers: Runner, ids: Runner | undefined): Open {
  const data = numbers(operands.map((o) => o.data));
  const open = operands.map(openIn);
  const blocker = open.find((id) => id !== undefined);
  if (blocker === undefined) return { data };
  if (node.op === 'select' && open[0] === undefined) return { data, ids: selected(operands) };
  if (isLookup(node) && open[0] === undefined) {
    const [place, table] = operands as readonly [Open, Open];
    return { data, ids: must(ids)([place.data, must(table.ids)]) };
  }
  if (ids && !isLookup(node)) return { data, ids: ids(operands.map((o) => o.ids ?? new Float32Array(o.data.length))) };
  if (OPS[node.op].batch === 'elementwise') return { data, ids: eachBlocked(operands, data.length) };
  return { data, ids: new Float32Array(data.length).fill(-blocker) };
}

/** A selection by what is known moves numbers. */
function selected([chosen, a, b]: readonly Open[]): Float32Array {
  return must(chosen).data.map((c, i) => (c > 0 ? a : b)?.ids?.[i] ?? 0);
}

function eachBlocked(operands: readonly Open[], size: number): Float32Array {
  const ids = new Float32Array(size);
  for (const { ids: own } of operands) if (own) for (let i = 0; i < size; i++) ids[i] ||= -Math.abs(own[i] as number);
  return ids;
}

const paramStep = (node: NodeOf<'param'>, { numbers, ids }: Cells): Step => {
  const { name } = node.attrs;
  const [data, own] = [must(numbers.get(name)), ids.get(name)];
  return (slots) => {
    slots[must(node.results[0])] = own ? { data, ids: own } : { data };
  };
};

// --- loops ---------------------------------------------------------------------------------------------------

function scanStep(node: NodeOf<'scan'>, f: Following, size: (v: ValueId) => number): Step {
  const { carries, mapped, length, reverse, body } = node.attrs;
  const isWatched = f.watched.loop === node;
  const run = ready(body, f, isWatched ? f.watched.live : []);
  const pieces = node.inputs.slice(carries, carries + mapped).map((v) => size(v) / Math.max(1, length));
  return (slots) => {
    const given = node.inputs.map((v) => fresh(must(slots[v]), f.cells));
    const stacks = node.results.slice(carries).map((v) => laterNumbers(size(v)));
    let states = given.slice(0, carries).map(copied);
    if (isWatched) f.watched.show(0, states);
    const steps = isWatched ? Math.min(length, f.watched.steps) : length;
    for (let i = 0; i < steps; i++) {
      const at = reverse ? length - 1 - i : i;
      const slices = pieces.map((n, k) => part(must(given[carries + k]), at * n, n));
      const inputs = [...states.map((s) => fresh(s, f.cells)), ...slices, ...given.slice(carries + mapped)];
      const outputs = run(inputs, isWatched ? (early) => f.watched.show(i + 1, early.slice(0, carries)) : undefined);
      states = outputs.slice(0, carries).map(copied);
      for (const [k, stack] of stacks.entries()) put(stack, must(outputs[carries + k]), at);
    }
    for (const [i, v] of node.results.entries()) slots[v] = fresh(must([...states, ...stacks][i]), f.cells);
  };
}

/** What stands for a number of a step that is not done. */
const LATER = -(2 ** 23);
const laterNumbers = (size: number): Required<Open> => ({
  data: new Float32Array(size),
  ids: new Float32Array(size).fill(LATER),
});

const copied = ({ data, ids }: Open): Open => ({ data: data.slice(), ...(ids && { ids: ids.slice() }) });
const part = ({ data, ids }: Open, from: number, size: number): Open => ({
  data: data.subarray(from, from + size),
  ...(ids && { ids: ids.slice(from, from + size) }),
});

function put(stack: Required<Open>, { data, ids }: Open, at: number): void {
  stack.data.set(data, at * data.length);
  if (ids) stack.ids.set(ids, at * data.length);
  else stack.ids.fill(0, at * data.length, (at + 1) * data.length);
}
