/**
 * A shorter program that is proved to be near: numbers become 0 or get fewer digits, and what the prover does not confirm is undone. The
 * way there is by a model of slopes; the bound that is stated is the prover's, of the program as written against the original.
 */
import type { Graph } from '../../ir/graph.ts';
import type { ParamSpec } from '../../lower/program.ts';
import { randomStream } from '../../num/random.ts';
import { must } from '../../text/result.ts';
import type { Source } from '../../text/span.ts';
import { inside } from '../../verify/index.ts';
import { countChanged } from '../writeback.ts';
import { type Flat, flatten, type Values, valuesOf } from './flat.ts';
import { modelOf } from './model.ts';
import { areNear, type Box, farthest, type Pair, pairOf, type Side } from './near.ts';
import { digitsOf } from './numbers.ts';
import { slopes } from './slopes.ts';
import { dropped, shortened } from './steps.ts';

/** The function that is simplified, in its program. */
export interface Subject {
  readonly graph: Graph;
  readonly params: readonly ParamSpec[];
  /** Only numbers of this file are touched. */
  readonly main: Source;
  /** What the result is to be near: the program before its functions were named, and how near it is proved to be. Without it the program itself. */
  readonly original?: { readonly side: Side; readonly bound: number };
}

export interface ShorterOptions {
  /** The most that an output may differ. */
  readonly within: number;
  readonly boxes: readonly Box[];
  /** Asked before every proof, with how many there were: whether to go on. */
  readonly goOn: (proofs: number) => boolean;
}

export interface Shorter {
  readonly values: Values;
  /** Proved: no output differs by more, over any of the boxes. */
  readonly bound: number;
  readonly before: Length;
  readonly after: Length;
  /** Whether the prover says that the program is as near to itself. Where not, no other can be. */
  readonly isBounded: boolean;
}

/** How long the numbers are that may be simplified. */
export interface Length {
  readonly numbers: number;
  readonly zeros: number;
  /** Digits that carry meaning, all together. */
  readonly digits: number;
}

/** Numbers in a block of the model, at most. */
const BLOCK = 256;

export function shorter({ graph, params, main, original }: Subject, { within, boxes, goOn }: ShorterOptions): Shorter {
  const flat = flatten(params, graph, main);
  const own: Values = new Map(params.map((p) => [p.name, p.value]));
  const withNumbers = (numbers: Float64Array): Values => new Map([...own, ...valuesOf(flat, numbers)]);
  const order = [...boxes.keys()];
  const from = original?.side ?? { graph, params: own };
  const pair = (numbers: Float64Array): Pair => pairOf(from, { graph, params: withNumbers(numbers) });
  let proofs = 0;
  const options = {
    within,
    goOn: () => goOn(proofs),
    isNear(numbers: Float64Array, limit: number): boolean {
      proofs++;
      return areNear(pair(numbers), boxes, limit, order);
    },
  };
  const before = lengthOf(flat, flat.values);
  const nothing = { values: own, bound: original?.bound ?? 0, before, after: before };
  if (original && flat.size === 0) return { ...nothing, isBounded: true };
  if (!original && !options.isNear(flat.values, within)) return { ...nothing, isBounded: false };
  const blocks = slopes(graph, flat, { points: pointsOf(boxes), params: own, block: BLOCK });
  const found = shortened(flat, dropped(flat, modelOf(flat, blocks), options), options);
  const values = withNumbers(found);
  const isSame = params.every((p) => countChanged(p.value, must(values.get(p.name))) === 0);
  if (isSame || !areNear(pair(found), boxes, within)) return { ...nothing, isBounded: true };
  const bound = Math.min(within, farthest(pair(found), boxes).bound);
  return { values, bound, before, after: lengthOf(flat, found), isBounded: true };
}

const lengthOf = ({ size }: Flat, numbers: Float64Array): Length => ({
  numbers: size,
  zeros: numbers.filter((x) => x === 0).length,
  digits: numbers.reduce((n, x) => n + digitsOf(x), 0),
});

/** Points in all, about; of so many boxes at most. */
const POINTS = 256;

/** The middles of boxes, and corners by chance. */
function pointsOf(boxes: readonly Box[]): Float32Array[][] {
  const { uniform } = randomStream(0, 0);
  const at = (box: Box, place: () => number): Float32Array[] =>
    box.map(({ lo, hi }) => Float32Array.from(lo, (l, j) => inside(l + place() * (must(hi[j]) - l), l, must(hi[j]))));
  const each = Math.max(2, Math.ceil(POINTS / boxes.length));
  const corner = (): number => (uniform() < 0.5 ? 0 : 1);
  return boxes
    .slice(0, POINTS)
    .flatMap((box) => Array.from({ length: each }, (_, i) => at(box, i === 0 ? () => 0.5 : corner)));
}
