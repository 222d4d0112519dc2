/** Boxes of inputs: declared ranges, ends by name, rows of a table, cases one by one; and what is no box. */
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../src/road.ts';
import type { Result } from '../../src/text/result.ts';
import { type InputBoxes, inputBoxes, type NamedEnds } from '../../src/train/boxes.ts';
import type { Value } from '../../src/train/value.ts';
import { messageOf, program, table, unwrap } from './programs.ts';

type Ends = Readonly<Record<string, readonly [Value, Value]>>;
interface Rows {
  readonly csv: string;
  readonly radius: number;
  readonly most?: number;
}

const asked = (text: string, ends: Ends = {}, rows?: Rows): Promise<Result<InputBoxes>> => {
  const named = Object.entries(ends).map(([name, [lo, hi]]): NamedEnds => ({ name, lo, hi }));
  const { csv = '', ...more } = rows ?? {};
  const around = rows && { file: 'd.csv', table: table(csv), radius: rows.radius, ...more };
  return inputBoxes(unwrap(entryOf(program(text), 'f')), { ends: named, ...(around && { rows: around }) });
};
/** Lower and upper ends of all leaves end to end, box by box. */
const numbers = async (...args: Parameters<typeof asked>): Promise<readonly (readonly [number[], number[]])[]> =>
  unwrap(await asked(...args)).boxes.map((box) => [box.flatMap(({ lo }) => [...lo]), box.flatMap(({ hi }) => [...hi])]);
const refused = async (...args: Parameters<typeof asked>): Promise<string> => {
  const found = await asked(...args);
  return found.ok ? 'a box' : messageOf(found.problems[0]);
};

const FLOWER = 'record Flower { a: f32, b: f32 }\nfn f(p: Flower) -> f32 { p.a + p.b }';
const LIST = 'fn f(x: f32[2], y: f32 in [0.0, 2.0]) -> f32 { x[0] + x[1] + y }';

describe('boxes', () => {
  it('are the declared ranges, and ends by name within them', async () => {
    expect(await numbers(LIST, { x: [-1, 1] })).toEqual([
      [
        [-1, -1, 0],
        [1, 1, 2],
      ],
    ]);
    expect(
      await numbers(LIST, {
        x: [
          [0, 1],
          [0, 3],
        ],
        y: [1, 1],
      }),
    ).toEqual([
      [
        [0, 1, 1],
        [0, 3, 1],
      ],
    ]);
    expect(unwrap(await asked(LIST, { x: [-1, 1] })).text).toBe('y in [0, 2], x in [-1, 1]');
  });

  it('of records: whole, by field, by path', async () => {
    expect(await numbers(FLOWER, { p: [0, 8] })).toEqual([
      [
        [0, 0],
        [8, 8],
      ],
    ]);
    expect(await numbers(FLOWER, { a: [1, 2], 'p.b': [3, 4] })).toEqual([
      [
        [1, 3],
        [2, 4],
      ],
    ]);
    expect(
      await numbers(FLOWER, {
        p: [
          { a: 1, b: 3 },
          { a: 2, b: 4 },
        ],
      }),
    ).toEqual([
      [
        [1, 3],
        [2, 4],
      ],
    ]);
    expect(await numbers(FLOWER, { p: [0, 8], a: [1, 2] })).toEqual([
      [
        [1, 0],
        [2, 8],
      ],
    ]);
  });

  it('take enums and bools case by case', async () => {
    const text = 'enum E { u, v }\nfn f(e: E, b: bool, t: truth) -> f32 { (match e { u => 1.0, v => 2.0 }) + b + t }';
    const found = await numbers(text);
    expect(found).toHaveLength(4);
    expect(found).toContainEqual([
      [0, 1, -1, -1],
      [0, 1, -1, 1],
    ]);
    expect(await numbers(text, { e: ['v', 'v'], b: [true, true] })).toEqual([
      [
        [0, 1, 1, -1],
        [0, 1, 1, 1],
      ],
    ]);
  });

  it('lie around rows, within their ranges', async () => {
    const csv = 'x0,x1,y\n1,2,0.25\n3,4,1.5\n5,6,1\n';
    expect(await numbers(LIST, {}, { csv, radius: 0.5, most: 2 })).toEqual([
      [
        [0.5, 1.5, 0],
        [1.5, 2.5, 0.75],
      ],
      [
        [2.5, 3.5, 1],
        [3.5, 4.5, 2],
      ],
    ]);
    const { text } = unwrap(await asked(LIST, {}, { csv, radius: 0.5 }));
    expect(text).toBe('3 rows of d.csv, each number within 0.5, y in [0, 2]');
  });
});

describe('what is no box', () => {
  const table = { csv: 'x0,x1,y\n1,2,9\n', radius: 0.5 };
  const wrong: readonly (readonly [string, RegExp, ...Parameters<typeof asked>])[] = [
    ['an input without one', /^SU0720 .*`x`/, LIST],
    ['a field without one', /^SU0720 .*`p\.b`/, FLOWER, { a: [0, 1] }],
    ['an empty one', /^SU0721 .*1 is above 0/, LIST, { x: [1, 0] }],
    [
      'one that is empty in one element',
      /^SU0721 /,
      LIST,
      {
        x: [
          [0, 1],
          [1, 0],
        ],
      },
    ],
    ['an infinite one', /^SU0721 .*finite/, LIST, { x: [0, Infinity] }],
    ['one of NaN', /^SU0721 .*finite/, LIST, { x: [Number.NaN, 1] }],
    ['one outside of the declared range', /^SU0721 .*declared/, LIST, { x: [0, 1], y: [0, 3] }],
    ['one for an unknown name', /Did you mean `p\.a`|p\.a/, FLOWER, { 'p.aa': [0, 1] }],
    [
      'ends of another type',
      /SU05\d\d/,
      FLOWER,
      {
        p: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    ['a row outside of the range', /^SU0721 .*Line 2 of d\.csv/, LIST, {}, table],
    ['a table without rows', /^SU0721 .*no rows/, LIST, {}, { csv: 'x0,x1,y\n', radius: 1 }],
    ['a table without a column', /SU05\d\d .*x1/, LIST, {}, { csv: 'x0,y\n1,1\n', radius: 1 }],
    ['a negative radius', /^SU0721 .*radius/, LIST, {}, { ...table, radius: -1 }],
  ];
  for (const [name, message, ...args] of wrong) it(name, async () => expect(await refused(...args)).toMatch(message));
});
