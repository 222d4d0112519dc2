/** How tight the rules are: points give the run itself, narrow boxes narrow bounds, and known lines come out as they are known. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ARITY } from '../../src/ir/vocabulary.ts';
import { nextUpF32, ulpF32 } from '../../src/num/bits.ts';
import { KERNEL_ULPS } from '../../src/ops/bounds/errors.ts';
import type { Alpha, Interval, Planes } from '../../src/ops/bounds.ts';
import { OPS } from '../../src/ops/index.ts';
import { draw } from '../table/draw.ts';
import { choices, ELEMENTWISE, newPlanes, type Op, randomBox, ruleOf, runOp } from './harness.ts';

const attrs = { width: 1 } as never;
const f = Math.fround;

function intervalOf(op: Op, box: readonly Interval[]): Interval {
  const out: Interval = { lo: Number.NaN, hi: Number.NaN };
  return ruleOf(op).interval(box, attrs, out) ? out : { lo: Number.NaN, hi: Number.NaN };
}

function planesOf(op: Op, box: readonly Interval[], alpha?: Alpha): Planes {
  const out = newPlanes(op);
  expect(ruleOf(op).planes(box, attrs, alpha, out)).toBe(true);
  return out;
}

/** Width between the planes in the middle of a box. */
function gap(box: readonly Interval[], { lower, lowerAt, upper, upperAt }: Planes): number {
  return box.reduce(
    (sum, { lo, hi }, j) => sum + ((upper[j] as number) - (lower[j] as number)) * ((lo + hi) / 2),
    upperAt - lowerAt,
  );
}

const pointsOf = (op: Op, seed: number): Interval[][] => {
  const d = draw(seed);
  return Array.from({ length: 50 }, () =>
    Array.from({ length: ARITY[op] ?? 0 }, () => {
      const at = f(d.numbers([], OPS[op].domain)[0] as number);
      return { lo: at, hi: at };
    }),
  );
};

describe.each(ELEMENTWISE)('bounds of %s', (op) => {
  it('at a point are the run', () => {
    for (const box of pointsOf(op, 3)) {
      const y = runOp(
        op,
        box.map(({ lo }) => lo),
      );
      const out = intervalOf(op, box);
      expect([out.lo + 0, out.hi + 0]).toEqual([y + 0, y + 0]);
    }
  });

  it('have planes four ulps apart at most at a point', () => {
    for (const box of pointsOf(op, 4)) {
      const reach = Math.max(
        ...box.map(({ lo }) => Math.abs(lo)),
        Math.abs(
          runOp(
            op,
            box.map(({ lo }) => lo),
          ),
        ),
      );
      expect(gap(box, planesOf(op, box))).toBeLessThanOrEqual(4 * ulpF32(nextUpF32(reach)));
    }
  });
});

/** Ops whose intervals are a little wide (see docs/notes/bounds.md), and eq, which may be true far from the corners. */
const WIDE: ReadonlySet<Op> = new Set(['sin', 'cos', 'pow', 'eq']);

describe.each(ELEMENTWISE.filter((op) => !WIDE.has(op)))('the interval of %s', (op) => {
  it('has ends that are results', () => {
    const d = draw(5);
    for (let i = 0; i < 300; i++) {
      const box = randomBox(op, d);
      const out = intervalOf(op, box);
      if (Number.isNaN(out.lo)) continue;
      const corners = choices(box.map(({ lo, hi }) => [lo, hi, 0, -0].filter((x) => x >= lo && x <= hi)));
      const results = corners.map((x) => runOp(op, x));
      expect([Math.min(...results) + 0, Math.max(...results) + 0]).toEqual([out.lo + 0, out.hi + 0]);
    }
  });
});

const SMOOTH: readonly Op[] = [
  'sqrt',
  'exp',
  'log',
  'tanh',
  'sigmoid',
  'softplus',
  'sin',
  'cos',
  'erf',
  'mul',
  'gate',
  'div',
];

describe.each(SMOOTH)('planes of %s', (op) => {
  it('close in with the square of the width', () => {
    const at = 0.7;
    const boxes = [1e-1, 1e-2, 1e-3].map((w) =>
      Array.from({ length: ARITY[op] ?? 0 }, (_, j) => ({ lo: f(at + 0.3 * j - w / 2), hi: f(at + 0.3 * j + w / 2) })),
    );
    const gaps = boxes.map((box) => gap(box, planesOf(op, box)));
    const [wide, middle, narrow] = gaps as [number, number, number];
    expect(middle).toBeLessThan(wide / 80);
    expect(narrow).toBeLessThan(middle / 80 + 6e-7);
  });
});

describe('known lines', () => {
  const relu = (lo: number, hi: number, alpha?: Alpha): Planes =>
    planesOf(
      'max',
      [
        { lo, hi },
        { lo: 0, hi: 0 },
      ],
      alpha,
    );

  it('relu as CROWN has it', () => {
    const p = relu(-1, 3);
    expect([p.lower[0], p.lowerAt, p.upper[0]]).toEqual([1, 0, 0.75]);
    expect(p.upperAt).toBeCloseTo(0.75, 14);
    expect([relu(-3, 1).lower[0], relu(-3, 1).lowerAt]).toEqual([0, 0]);
    expect(relu(-1, 3, [0.25, 0]).lower[0]).toBe(0.25);
    expect(relu(1, 3)).toEqual({ lower: Float64Array.of(1, 0), lowerAt: 0, upper: Float64Array.of(1, 0), upperAt: 0 });
    expect(relu(-3, -1)).toEqual({
      lower: Float64Array.of(0, 1),
      lowerAt: 0,
      upper: Float64Array.of(0, 1),
      upperAt: 0,
    });
  });

  it('products as McCormick has them', () => {
    const box = [
      { lo: 1, hi: 2 },
      { lo: -3, hi: 5 },
    ];
    const first = planesOf('mul', box, [0, 0]);
    expect([...first.lower]).toEqual([-3, 1]);
    expect(first.lowerAt).toBeCloseTo(3, 5);
    expect([...first.upper]).toEqual([5, 1]);
    expect(first.upperAt).toBeCloseTo(-5, 5);
    const last = planesOf('mul', box, [1, 1]);
    expect([...last.lower, ...last.upper]).toEqual([5, 2, -3, 2]);
  });

  it('tangents and chords of exp', () => {
    const p = planesOf('exp', [{ lo: 0, hi: 1 }], [0, 0.5]);
    expect(p.lower[0]).toBe(1);
    expect(p.lowerAt).toBeCloseTo(1, 6);
    expect(p.upper[0]).toBeCloseTo(Math.E - 1, 12);
    expect(p.upperAt).toBeCloseTo(1, 6);
  });

  it('tanh across 0: the tangent through the other end', () => {
    const p = planesOf('tanh', [{ lo: -1, hi: 2 }]);
    const [slope, height] = [p.lower[0] as number, p.lowerAt];
    expect(2 * slope + height).toBeCloseTo(Math.tanh(2), 6);
    const gaps = Array.from({ length: 2000 }, (_, i) => Math.tanh(-i / 2000) + slope * (i / 2000) - height);
    expect(Math.min(...gaps)).toBeCloseTo(0, 6);
  });

  it('comparisons and branches that are decided', () => {
    const one = { lo: 0, hi: 1 };
    const two = { lo: 1, hi: 2 };
    expect(intervalOf('le', [one, two])).toEqual({ lo: 1, hi: 1 });
    expect(intervalOf('lt', [one, two])).toEqual({ lo: -1, hi: 1 });
    expect(intervalOf('lt', [two, one])).toEqual({ lo: -1, hi: -1 });
    expect(intervalOf('eq', [one, { lo: 3, hi: 4 }])).toEqual({ lo: -1, hi: -1 });
    expect(intervalOf('select', [{ lo: -1, hi: 0 }, one, two])).toEqual(two);
    expect(intervalOf('select', [{ lo: 1e-45, hi: 5 }, one, two])).toEqual(one);
    expect(intervalOf('select', [{ lo: -1, hi: 5 }, one, two])).toEqual({ lo: 0, hi: 2 });
  });

  it('extrema of waves', () => {
    expect(intervalOf('sin', [{ lo: 1, hi: 2 }]).hi).toBe(1);
    expect(intervalOf('cos', [{ lo: 3, hi: 3.5 }]).lo).toBe(-1);
    expect(intervalOf('cos', [{ lo: -1, hi: 1 }])).toEqual({ lo: expect.closeTo(Math.cos(1), 6), hi: 1 });
    expect(intervalOf('sin', [{ lo: 0, hi: 7 }])).toEqual({ lo: -1, hi: 1 });
  });
});

describe('what may be NaN or infinite', () => {
  const all = { lo: -Infinity, hi: Infinity };
  const refused: readonly (readonly [Op, readonly Interval[]])[] = [
    ['sqrt', [{ lo: -1e-45, hi: 1 }]],
    ['log', [{ lo: -1, hi: 1 }]],
    ['sin', [all]],
    ['add', [all, all]],
    [
      'sub',
      [
        { lo: 0, hi: Infinity },
        { lo: 0, hi: Infinity },
      ],
    ],
    ['mul', [all, { lo: 0, hi: 1 }]],
    [
      'gate',
      [
        { lo: 1, hi: Infinity },
        { lo: 0, hi: 1 },
      ],
    ],
    [
      'div',
      [
        { lo: 0, hi: 1 },
        { lo: -1, hi: 1 },
      ],
    ],
    ['div', [all, all]],
    [
      'pow',
      [
        { lo: -1, hi: 1 },
        { lo: 0.5, hi: 0.5 },
      ],
    ],
  ];

  it.each(refused)('%s is refused where it may be NaN', (op, box) => {
    expect(intervalOf(op, box).lo).toBeNaN();
    expect(ruleOf(op).planes(box, attrs, undefined, newPlanes(op))).toBe(false);
  });

  const infinite: readonly (readonly [Op, readonly Interval[], Interval])[] = [
    ['exp', [{ lo: 0, hi: 100 }], { lo: 1, hi: Infinity }],
    ['exp', [{ lo: -Infinity, hi: 0 }], { lo: 0, hi: 1 }],
    ['log', [{ lo: 0, hi: 1 }], { lo: -Infinity, hi: 0 }],
    [
      'div',
      [
        { lo: 1, hi: 2 },
        { lo: 0, hi: 1 },
      ],
      all,
    ],
    ['gate', [{ lo: 0, hi: 0 }, all], { lo: 0, hi: 0 }],
    [
      'mul',
      [
        { lo: 3e38, hi: 3e38 },
        { lo: 1, hi: 2 },
      ],
      { lo: f(3e38), hi: Infinity },
    ],
    ['tanh', [all], { lo: -1, hi: 1 }],
    [
      'pow',
      [
        { lo: 0, hi: 2 },
        { lo: -1, hi: -1 },
      ],
      all,
    ],
    [
      'pow',
      [
        { lo: -3, hi: 2 },
        { lo: 2, hi: 2 },
      ],
      { lo: 0, hi: nextUpF32(9) },
    ],
  ];

  it.each(infinite)('%s of %o', (op, box, wanted) => {
    const rounded = box.map(({ lo, hi }) => ({ lo: f(lo), hi: f(hi) }));
    const { lo, hi } = intervalOf(op, rounded);
    expect([lo + 0, hi + 0]).toEqual([wanted.lo, wanted.hi]);
    const bounded = Number.isFinite(lo) && Number.isFinite(hi);
    expect(ruleOf(op).planes(rounded, attrs, undefined, newPlanes(op))).toBe(bounded);
  });
});

describe('errors of kernels', () => {
  it('are those measured, rounded up', () => {
    const measured = JSON.parse(readFileSync(new URL('../../docs/notes/elementary.json', import.meta.url), 'utf8')) as {
      readonly [name: string]: { readonly maxUlp: number };
    };
    for (const [name, ulps] of Object.entries(KERNEL_ULPS)) {
      const most = measured[name]?.maxUlp ?? Number.NaN;
      expect(ulps).toBeGreaterThanOrEqual(most + 0.00005);
      expect(ulps).toBeLessThan(most + 0.01);
    }
  });
});
