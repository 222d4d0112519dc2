/** Searches among all floats: kernels of one varying operand, intervals of their ideal functions, and the first float with a property that comes to stay. */
import type { Node } from '../ir/graph.ts';
import { bitsOfF32, f32OfBits } from '../num/bits.ts';
import { compare, decimalOf, plus } from '../num/decimal.ts';
import type { Interval } from '../ops/bounds.ts';
import { graphBuilder } from '../ops/build.ts';
import { evaluator } from '../ops/reference.ts';
import { must } from '../text/result.ts';
import { elementRule, widen } from '../verify/index.ts';
import type { Element, Source } from './elements.ts';

/** A number computed of one other, all else being known. */
export interface Curve {
  readonly of: Element;
  /** Whether it rises or falls with that. */
  readonly direction: 1 | -1;
  readonly node: Node;
  readonly operands: readonly Source[];
  /** Which of them it is. */
  readonly place: number;
  /** What the run gives. */
  readonly kernel: (u: number) => number;
}

/** The node run on scalars, its one operand that is no number being given. */
export function kernelOf(node: Node, operands: readonly Source[]): (u: number) => number {
  const b = graphBuilder();
  const given = b.input('u', []);
  const values = operands.map((o) => (typeof o === 'number' ? b.full([], o) : given));
  const [result] = b.node(node.op, values, node.attrs as never);
  const run = evaluator(b.finish([{ name: 'y', value: must(result) }]));
  const none = new Map<string, Float32Array>();
  return (u) => must(run([Float32Array.of(u)], none).outputs[0])[0] as number;
}

/** Whether the ideal function at a float surely reaches a limit, and whether it may: known exactly where it is made by one step of arithmetic. */
export function idealReaches(
  curve: Curve,
  u: number,
  limit: number,
  strict: boolean,
): readonly [surely: boolean, perhaps: boolean] {
  const exact = comparedExactly(curve, u, limit);
  const reaches = (y: number): boolean => (strict ? y >= 0 : y > 0);
  if (exact !== undefined) return [reaches(exact), reaches(exact)];
  const { lo, hi } = idealEnds(curve, u);
  return [strict ? lo >= limit : lo > limit, strict ? hi >= limit : hi > limit];
}

/** Whether the ideal function is a limit at a float exactly, and nowhere else. */
export const isHit = (curve: Curve, u: number, limit: number): boolean => comparedExactly(curve, u, limit) === 0;

/** The sign of what one step of arithmetic gives less the limit. Products of two floats are exact as doubles. */
function comparedExactly({ node, operands, place }: Curve, u: number, limit: number): number | undefined {
  const other = operands.find((o) => typeof o === 'number') ?? 0;
  switch (node.op) {
    case 'add':
      return compare(plus(decimalOf(u), decimalOf(other)), decimalOf(limit));
    case 'sub':
      return compare(decimalOf(place === 0 ? u : other), plus(decimalOf(limit), decimalOf(place === 0 ? other : u)));
    case 'mul':
      return u * other - limit;
    case 'div':
      return other > 0 ? u - limit * other : limit * other - u;
    case 'sqrt':
      return u < 0 || limit < 0 ? undefined : u - limit * limit;
    default:
      return undefined;
  }
}

const NOTHING: Interval = { lo: -Infinity, hi: -Infinity };

/** Around the ideal function at a float; where it is not defined it counts as below everything. */
function idealEnds({ node, operands }: Curve, u: number): Interval {
  const x = operands.map((o): Interval => (typeof o === 'number' ? { lo: o, hi: o } : { lo: u, hi: u }));
  const out: Interval = { lo: 0, hi: 0 };
  const rule = elementRule(node);
  if (!rule?.interval(x, node.attrs, out)) return NOTHING;
  widen(node.op, out);
  return out;
}

/** Floats in their order as whole numbers, both zeros being 0. */
const placeOf = (x: number): number => {
  const bits = bitsOfF32(x);
  return bits >>> 31 === 1 ? -(bits & 0x7fffffff) : bits;
};
const floatAt = (place: number): number => (place < 0 ? -f32OfBits(-place) : f32OfBits(place));

const MOST = placeOf(3.4028234663852886e38);

/** The first finite float from which on something holds; undefined where it holds nowhere, or everywhere. */
export function firstWhere(holds: (x: number) => boolean): number | undefined {
  let [below, from] = [-MOST, MOST];
  if (holds(floatAt(below)) || !holds(floatAt(from))) return undefined;
  while (from - below > 1) {
    const middle = Math.floor((below + from) / 2);
    if (holds(floatAt(middle))) from = middle;
    else below = middle;
  }
  return floatAt(from);
}
