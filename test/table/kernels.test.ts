/** Scalar kernels of the records: on special values by example, and the interpreter's loops against single steps, bit for bit. */
import { describe, expect, it } from 'vitest';
import type { OpAttrs, OpName } from '../../src/ir/vocabulary.ts';
import { ARITY } from '../../src/ir/vocabulary.ts';
import { evaluateScalar } from '../../src/kernel/scalar.ts';
import { f32OfBits } from '../../src/num/bits.ts';
import { OPS } from '../../src/ops/index.ts';
import { scalarExpr } from '../../src/ops/reference/kernels.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { draw } from './draw.ts';
import { graphOf, OP_NAMES } from './operations.ts';

const ELEMENTWISE = OP_NAMES.filter((op) => OPS[op].scalar !== undefined);
const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const least = f32OfBits(1);
const largest = f32OfBits(0x7f7fffff);
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  2.5,
  -2.5,
  least,
  -least,
  1e-38,
  largest,
  -largest,
  inf,
  -inf,
  nan,
  88.8,
  -104,
  Math.PI,
];

const attrsOf = (op: OpName): OpAttrs[OpName] =>
  (['sign', 'lt', 'le', 'eq'].includes(op) ? { width: 1 } : {}) as OpAttrs[OpName];

/** The op over columns of operands. */
function run(op: OpName, columns: readonly (readonly number[])[]): number[] {
  const shapes = columns.map((column) => [column.length]);
  const graph = graphOf({ op, attrs: attrsOf(op), shapes });
  return [
    ...(evaluate(
      graph,
      columns.map((column) => Float32Array.from(column)),
    ).outputs[0] as Float32Array),
  ];
}

/** All combinations of special values, and as many random ones. */
function rows(arity: number): number[][] {
  const all = Array.from({ length: arity }).reduce<number[][]>(
    (list) => list.flatMap((row) => SPECIAL.map((x) => [...row, x])),
    [[]],
  );
  const d = draw(arity);
  return [
    ...all,
    ...all.map((row) => row.map(() => Math.fround((d.numbers([], [-8, 8])[0] as number) * 2 ** d.int(-30, 30)))),
  ];
}

describe.each(ELEMENTWISE)('the kernel of %s', (op) => {
  it('is what the interpreter runs', () => {
    const list = rows(ARITY[op] ?? 0);
    const columns = Array.from({ length: ARITY[op] ?? 0 }, (_, i) => list.map((row) => row[i] as number));
    const expr = scalarExpr(op, attrsOf(op));
    expect(run(op, columns)).toEqual(list.map((row) => evaluateScalar(expr, row)));
  });
});

describe('special values', () => {
  const unary: readonly [OpName, readonly number[], readonly number[]][] = [
    ['neg', [0, -0, inf, nan], [-0, 0, -inf, nan]],
    ['abs', [-0, -inf, nan], [0, inf, nan]],
    ['sqrt', [0, -0, 4, -1, inf], [0, -0, 2, nan, inf]],
    ['exp', [0, -inf, inf, nan, 1000, -1000], [1, 0, inf, nan, inf, 0]],
    ['log', [1, 0, -0, -1, inf, nan], [0, -inf, -inf, nan, inf, nan]],
    ['tanh', [0, -0, inf, -inf, nan], [0, -0, 1, -1, nan]],
    ['sigmoid', [0, inf, -inf, nan], [0.5, 1, 0, nan]],
    ['softplus', [inf, -inf, nan, 1000], [inf, 0, nan, 1000]],
    ['sin', [0, -0, inf, nan], [0, -0, nan, nan]],
    ['cos', [0, -inf, nan], [1, nan, nan]],
    ['erf', [0, -0, inf, -inf, nan], [0, -0, 1, -1, nan]],
    ['floor', [-0, 1.5, -1.5, inf, nan], [-0, 1, -2, inf, nan]],
    ['round', [0.5, 1.5, 2.5, -0.5, -1.5, inf], [0, 2, 2, -0, -2, inf]],
    ['sign', [3, -3, 0, -0, inf, nan], [1, -1, 0, -0, 1, nan]],
    ['stopGradient', [-0, nan, 3], [-0, nan, 3]],
  ];
  it.each(unary)('of %s', (op, x, y) => expect(run(op, [x])).toEqual(y));

  const binary: readonly [OpName, readonly (readonly [number, number, number])[]][] = [
    [
      'min',
      [
        [0, -0, 0],
        [-0, 0, -0],
        [nan, 1, nan],
        [1, nan, 1],
        [2, 1, 1],
      ],
    ],
    [
      'max',
      [
        [0, -0, 0],
        [-0, 0, -0],
        [nan, 1, nan],
        [1, nan, 1],
        [2, 1, 2],
      ],
    ],
    [
      'gate',
      [
        [0, inf, 0],
        [-0, nan, 0],
        [2, 3, 6],
        [nan, 0, nan],
        [1, inf, inf],
      ],
    ],
    [
      'div',
      [
        [1, 0, inf],
        [-1, 0, -inf],
        [0, 0, nan],
        [1, 3, Math.fround(1 / 3)],
      ],
    ],
    [
      'pow',
      [
        [0, 0, 1],
        [nan, 0, 1],
        [2, 10, 1024],
        [-2, 3, -8],
        [-2, 0.5, nan],
        [0, -1, inf],
        [4, 0.5, 2],
      ],
    ],
    [
      'lt',
      [
        [1, 2, 1],
        [2, 2, -1],
        [nan, 1, -1],
        [-0, 0, -1],
      ],
    ],
    [
      'le',
      [
        [1, 2, 1],
        [2, 2, 1],
        [nan, 1, -1],
        [-0, 0, 1],
      ],
    ],
    [
      'eq',
      [
        [1, 2, -1],
        [2, 2, 1],
        [nan, nan, -1],
        [-0, 0, 1],
      ],
    ],
  ];
  it.each(binary)('of %s', (op, list) => {
    expect(run(op, [list.map(([x]) => x), list.map(([, y]) => y)])).toEqual(list.map(([, , z]) => z));
  });

  it('of select: a condition that is not above 0 takes the second', () => {
    const c = [1, -1, 0, nan, least];
    expect(run('select', [c, c.map(() => nan), c.map(() => 2)])).toEqual([nan, 2, 2, 2, nan]);
  });
});
