/** Random static indices in nested loops against plain loops: takes, transposes, windows, and picks of tensors made inside loops. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { must } from '../../src/text/result.ts';
import { programOf, runGraph } from './lowering.ts';

const LOOPS = ['i', 'j', 'k'] as const;
type Indices = Readonly<Record<(typeof LOOPS)[number], number>>;

/** `(a*i + b*j + c*k + d) % n` as text and as a function. */
interface Index {
  readonly text: string;
  readonly at: (v: Indices) => number;
}

const index = (n: number): fc.Arbitrary<Index> =>
  fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 2 })), fc.boolean()).map((parts) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts as number[];
    const terms = [
      ...LOOPS.map((l, q) => [must([a, b, c][q]), l] as const)
        .filter(([times]) => times > 0)
        .map(([t, l]) => (t === 1 ? l : `${t} * ${l}`)),
      `${d}`,
    ];
    return { text: `(${terms.join(' + ')}) % ${n}`, at: (v) => (a * v.i + b * v.j + c * v.k + d) % n };
  });

/** What is indexed: the input, or arrays made in the outer loop and in the middle one. */
const SOURCES = { x: () => 1, y: (v: Indices) => v.i + 1, z: (v: Indices) => v.i + 2 * v.j + 1 } as const;

const access = fc.record({ of: fc.constantFrom('x', 'y', 'z'), row: index(4), column: index(3) });

describe('static indices', () => {
  it('read what plain loops read', () => {
    const sizes = fc.tuple(...LOOPS.map(() => fc.integer({ min: 1, max: 4 })));
    fc.assert(
      fc.property(fc.array(access, { minLength: 1, maxLength: 3 }), sizes, (accesses, lengths) => {
        const [l = 1, m = 1, n = 1] = lengths;
        const sum = accesses.map((a) => `${a.of}[${a.row.text}][${a.column.text}]`).join(' + ');
        const program = programOf(`fn f(x: f32[4, 3]) -> f32[${l}, ${m}, ${n}] {
          [for i in 0..${l}: {
            let y = [for row in x: row * (f32(i) + 1.0)];
            [for j in 0..${m}: {
              let z = [for row in x: row * (f32(i) + 2.0 * f32(j) + 1.0)];
              [for k in 0..${n}: ${sum} + 0.0 * f32(i + j + k) + 0.0 * y[0][0] + 0.0 * z[0][0]]
            }]
          }]
        }`);
        const x = Float32Array.from({ length: 12 }, (_, q) => q * q + 1);
        const out = must(runGraph(program, must(program.entries[0]).graph, [x]).outputs[0]);
        const expected: number[] = [];
        for (let i = 0; i < l; i++)
          for (let j = 0; j < m; j++)
            for (let k = 0; k < n; k++) {
              const v = { i, j, k };
              expected.push(
                accesses.reduce(
                  (s, a) => s + must(x[3 * a.row.at(v) + a.column.at(v)]) * SOURCES[a.of as keyof typeof SOURCES](v),
                  0,
                ),
              );
            }
        expect([...out]).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
