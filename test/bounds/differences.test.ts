/** Planes around differences hold every pair of points, and broken ones are found out, for every elementwise op. */
import { describe, expect, it } from 'vitest';
import { differencePlanes } from '../../src/ops/bounds/difference.ts';
import type { SlopeRange } from '../../src/ops/bounds.ts';
import { type Bounding, bounding, hull, judgeDifferences, newRange, type Tally } from './differences.ts';
import { ELEMENTWISE, newPlanes, type Op, ruleOf } from './harness.ts';

const attrs = { width: 1 } as never;

/** Bounds as the prover has them, from slopes that are bent. */
const bent =
  (bend: (range: SlopeRange) => SlopeRange): Bounding =>
  (op, [first, second], d) => {
    const [range, planes] = [newRange(op), newPlanes(op)];
    if (!ruleOf(op).slopes(hull(first, second), attrs, range)) return undefined;
    return differencePlanes(bend(range), d, planes) ? planes : undefined;
  };

const oneCopy: Bounding = (op, [first], d) => bounding(op, [first, first], d);

const oneEnd: Bounding = (op, [first, second], d) => {
  const low = hull(first, second).map(({ lo }) => ({ lo, hi: lo }));
  return bounding(op, [low, low], d);
};

const turnedChords: Bounding = (op, boxes, d) => {
  const planes = bounding(op, boxes, d);
  return planes && { lower: planes.upper, lowerAt: -planes.upperAt, upper: planes.lower, upperAt: -planes.lowerAt };
};

const noChords: Bounding = (op, boxes, d) => {
  const right = d.map(({ lo, hi }) => ({ lo: Math.max(lo, 0), hi: Math.max(hi, 0) }));
  return bounding(op, boxes, right);
};

const JUMPING = ['floor', 'round', 'sign', 'lt', 'le', 'eq', 'select'] as const;
/** One slope wherever there is one. */
const STRAIGHT: readonly Op[] = ['neg', 'stopGradient', 'add', 'sub', ...JUMPING];
const EXACT: readonly Op[] = ['neg', 'stopGradient', 'abs', 'min', 'max', ...JUMPING];

const NO_SUMS = ELEMENTWISE.filter((op) => !['add', 'sub', 'mul', 'gate', 'div'].includes(op));

const tooLow = bent(({ low, high, off }) => {
  const lower = high.map((slope) => slope - 1e-3 * Math.abs(slope));
  return { low: low.map((slope, j) => Math.min(slope, lower[j] as number)), high: lower, isMean: false, off };
});

const BROKEN: readonly (readonly [name: string, bound: Bounding, not: readonly Op[]])[] = [
  ['slopes a thousandth too low', tooLow, JUMPING],
  ['no error of the kernel', bent((range) => ({ ...range, off: 0 })), EXACT],
  ['the error of one kernel', bent((range) => ({ ...range, off: range.off / 2 })), EXACT],
  ['slopes at one end', oneEnd, STRAIGHT],
  ['the box of one copy', oneCopy, STRAIGHT],
  ['chords the wrong way round', turnedChords, STRAIGHT],
  ['lines for chords', noChords, STRAIGHT],
  ['taken for a mean', bent((range) => ({ ...range, isMean: true })), NO_SUMS],
];

describe.each(ELEMENTWISE)('differences of %s', (op) => {
  it('hold every pair', () => {
    const tally: Tally = { boxes: 0, bounded: 0 };
    expect(judgeDifferences(op, bounding, { seed: 3, boxes: 150 }, tally)).toBeUndefined();
    expect(tally.bounded).toBeGreaterThan(tally.boxes / 20);
  });

  it.each(BROKEN.filter(([, , not]) => !not.includes(op)))('are found out: %s', (_, bound) => {
    expect(judgeDifferences(op, bound, { seed: 5, boxes: 1500 })).toBeDefined();
  });
});
