/**
 * How far two programs with the same inputs are apart over boxes, as proved: the one place where `simplify`, `diff` and the check of a
 * certificate ask the prover. Bounds of a whole box come first; a box where they do not do is split.
 */
import { withConstants } from '../../interop/index.ts';
import { type Graph, sizeOf, type ValueId } from '../../ir/graph.ts';
import { randomStream } from '../../num/random.ts';
import { graphBuilder } from '../../ops/build.ts';
import { evaluator } from '../../ops/reference.ts';
import { unrolled } from '../../passes/unroll.ts';
import { must } from '../../text/result.ts';
import {
  attack,
  type Claim,
  type Conjunction,
  differenceOf,
  type Ends,
  openNet,
  type Point,
  type Run,
  search,
  sideBySide,
  spreadOut,
} from '../../verify/index.ts';
import type { Values } from './flat.ts';

/** Per leaf of the function's inputs. */
export type Box = readonly Ends[];

/** A function as it runs: its graph, and the params of its program by name. */
export interface Side {
  readonly graph: Graph;
  readonly params: Values;
}

/** Two functions side by side, ready to be asked. The same question gets the same answer. */
export interface Pair {
  /** Proved: no output differs by more in this box. Infinity where nothing is known. */
  bound(box: Box): number;
  /** Whether that is proved for a limit; boxes of few inputs are split for it. */
  isNear(box: Box, limit: number): boolean;
  /** A point of the box where some output differs much, and by how much. */
  far(box: Box, runs: number): { readonly point: Point; readonly by: number };
}

/** Splitting is for boxes of few numbers: each split halves one of them. */
const MOST_INPUTS = 24;
const MOST_PIECES = 400;
/** Runs before a box is split, and those that look for a far point, in all boxes together. */
const [FEW_RUNS, MANY_RUNS] = [200, 8000];
/** An attack that comes so far ends. */
const BEYOND = 2 ** 20;

export function pairOf(f: Side, g: Side): Pair {
  const both = sideBySide(withConstants(f), withConstants(g));
  const joined = joinedUp(both);
  const difference = differenceOf(withConstants(f), withConstants(g));
  const size = sizeOf(must(joined.types[must(joined.outputs[0]).value]).shape) / 2;
  const work = evaluator(joined);
  const run: Run = (point) => must(work(point, new Map()).outputs[0]);
  let net: ReturnType<typeof openNet> | undefined;
  const random = (): (() => number) => randomStream(0, 0).uniform;
  return {
    bound: (box) => difference(box)?.reduce(largest, 0) ?? Infinity,
    isNear(box, limit) {
      if ((difference(box)?.reduce(largest, 0) ?? Infinity) <= limit) return true;
      if (box.reduce((n, { lo }) => n + lo.length, 0) > MOST_INPUTS) return false;
      net ??= openNet(spreadOut(unrolled(joined)), new Map());
      let runs = 0;
      const goOn: Parameters<typeof search>[3]['goOn'] = ({ stage, boxes }) =>
        stage === 'attack' ? runs++ < FEW_RUNS : boxes < MOST_PIECES;
      return search(net, box, farClaim(size, limit), { run, random: random(), goOn }).kind === 'proved';
    },
    far(box, runs) {
      const { point } = attack(box, farClaim(size, BEYOND), { run, random: random(), runs, goOn: () => true });
      const values = run(point);
      let by = 0;
      for (let k = 0; k < size; k++) by = Math.max(by, Math.abs((values[size + k] as number) - (values[k] as number)));
      return { point, by };
    },
  };
}

/** Unsafe: an output of the second program is more than `limit` above that of the first, or below. */
function farClaim(size: number, limit: number): Claim {
  const one = (k: number, sign: 1 | -1): Conjunction => {
    const coefficients = new Float64Array(2 * size);
    coefficients[k] = sign;
    coefficients[size + k] = -sign;
    return [{ coefficients, at: limit, strict: true }];
  };
  return { unsafe: Array.from({ length: size }, (_, k) => [one(k, 1), one(k, -1)]).flat() };
}

/** All outputs end to end. */
function joinedUp(graph: Graph): Graph {
  const b = graphBuilder();
  const names = graph.inputs.map((_, i) => `x${i}`);
  const inputs = graph.inputs.map((v, i) => b.input(must(names[i]), must(graph.types[v]).shape));
  const flat = (v: ValueId): ValueId => b.reshape(v, [sizeOf(b.shapeOf(v))]);
  return b.finish([{ name: 'both', value: b.op('concat', b.inline(graph, inputs).map(flat), { axis: 0 }) }]);
}

/** NaN never passes for small. */
function largest(most: number, { lo, hi }: Ends): number {
  let found = most;
  for (let k = 0; k < lo.length; k++) {
    const here = Math.max(-(lo[k] as number), hi[k] as number);
    if (!(here <= found)) found = here >= 0 ? here : Infinity;
  }
  return found;
}

/** Whether no output differs by more than `limit` in any of the boxes. `order` is changed so that a box that is not near comes first next time. */
export function areNear(pair: Pair, boxes: readonly Box[], limit: number, order = [...boxes.keys()]): boolean {
  const turn = order.findIndex((which) => !pair.isNear(must(boxes[which]), limit));
  if (turn < 0) return true;
  order.unshift(...order.splice(turn, 1));
  return false;
}

/** A bound that is proved for all boxes by bounds alone; Infinity where there is none. */
export const boundOver = (pair: Pair, boxes: readonly Box[]): number =>
  boxes.reduce((most, box) => Math.max(most, pair.bound(box)), 0);

/** A far point, and a bound that is proved; boxes are split to bring the two together. */
export function farthest(pair: Pair, boxes: readonly Box[]): { readonly bound: number; readonly found: Found } {
  const found = farPoint(pair, boxes);
  let bound = boundOver(pair, boxes);
  let known = found.by;
  for (let turn = 0; turn < REFINEMENTS && bound > known * ENOUGH; turn++) {
    const next = Number.isFinite(bound) ? (known + bound) / 2 : Math.max(4 * known, LEAST);
    if (areNear(pair, boxes, next)) bound = next;
    else known = next;
  }
  return { bound, found };
}

const REFINEMENTS = 12;
/** A bound so near to what is known not to be one is not made better. */
const ENOUGH = 1.05;
const LEAST = 2 ** -20;

export interface Found {
  readonly box: number;
  readonly point: Point;
  readonly by: number;
}

function farPoint(pair: Pair, boxes: readonly Box[]): Found {
  let best: Found = { box: 0, point: [], by: -1 };
  for (const [i, box] of boxes.entries()) {
    const { point, by } = pair.far(box, Math.ceil(MANY_RUNS / boxes.length));
    if (by > best.by) best = { box: i, point, by };
  }
  return best;
}
