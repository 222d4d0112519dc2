/** Tables to tensors: what is read, and what each mistake says. */
import { describe, expect, test } from 'vitest';
import type { Layout } from '../../src/ir/layout.ts';
import type { Problem } from '../../src/text/problem.ts';
import { must, type Result } from '../../src/text/result.ts';
import type { Wanted } from '../../src/train/columns.ts';
import { type Batch, type BatchRequest, type Dataset, openDataset } from '../../src/train/dataset.ts';
import { tableOf } from '../../src/train/rows.ts';

const NUMBER: Layout = { kind: 'number' };
const SPECIES: Layout = {
  kind: 'cases',
  soft: false,
  size: 3,
  name: 'Species',
  cases: ['setosa', 'versicolor', 'virginica'],
};
const FLOWER: Layout = {
  kind: 'record',
  name: 'Flower',
  fields: [
    { name: 'petal_length', layout: NUMBER },
    { name: 'petal_width', layout: NUMBER },
  ],
};
const iris: Wanted = {
  file: 'iris.csv',
  at: undefined,
  inputs: [{ name: 'f', layout: FLOWER }],
  label: { name: 'species', layout: SPECIES },
};
const OPTIONS = { holdout: 0, seed: 1, memoryBytes: 1e6 };
const HEADER = ['petal_length', 'petal_width', 'species'];

async function problemsOf(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  wanted = iris,
): Promise<readonly Problem[]> {
  const result = await openDataset(tableOf(header, rows), wanted, OPTIONS);
  return result.ok ? [] : result.problems;
}

const textOf = (p: Problem | undefined): string => (p ? `${p.id} ${p.title} | ${p.help}` : 'no problem');

async function open(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  wanted = iris,
  options = OPTIONS,
): Promise<Dataset> {
  const result = await openDataset(tableOf(header, rows), wanted, options);
  if (!result.ok) throw new Error(result.problems.map(textOf).join('\n'));
  return result.value;
}

const unwrap = <T>(r: Result<T>): T => {
  if (!r.ok) throw new Error(r.problems.map(textOf).join('\n'));
  return r.value;
};

async function batches(d: Dataset, request: BatchRequest): Promise<Batch[]> {
  const out: Batch[] = [];
  for await (const batch of d.batches(request)) out.push(unwrap(batch));
  return out;
}

describe('what is read', () => {
  test('a record by field names, a case as one-hot, in whatever column order', async () => {
    const d = await open(
      ['species', 'petal_width', 'petal_length'],
      [
        ['virginica', '0.5', '2'],
        ['setosa', '1e-1', '.25'],
      ],
    );
    const [batch] = await batches(d, { part: 'train', size: 10 });
    expect(d.leaves.map((l) => l.path)).toEqual(['f.petal_length', 'f.petal_width', 'species']);
    expect(must(batch).leaves.map((l) => [...l])).toEqual([
      [2, 0.25],
      [0.5, Math.fround(0.1)],
      [0, 0, 1, 1, 0, 0],
    ]);
  });

  test('a matrix reads p0, p1, ... row-major; an Index the number; a bool four spellings', async () => {
    const wanted: Wanted = {
      ...iris,
      inputs: [
        { name: 'p', layout: { kind: 'array', size: 2, of: { kind: 'array', size: 2, of: NUMBER } } },
        { name: 'flag', layout: { kind: 'bool' } },
      ],
      label: { name: 'digit', layout: { kind: 'cases', soft: false, size: 4, name: 'Index' } },
    };
    const d = await open(
      ['p0', 'p1', 'p2', 'p3', 'flag', 'digit'],
      [
        ['1', '2', '3', '4', 'TRUE', '3'],
        ['5', '6', '7', '8', '0', '0'],
      ],
      wanted,
    );
    const [batch] = await batches(d, { part: 'train', size: 2 });
    expect(must(batch).leaves.map((l) => [...l])).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8],
      [1, -1],
      [0, 0, 0, 1, 1, 0, 0, 0],
    ]);
  });

  test('fields of one name in two inputs are read by their full path', async () => {
    const wanted: Wanted = {
      file: 't.csv',
      at: undefined,
      inputs: [
        { name: 'a', layout: FLOWER },
        { name: 'b', layout: FLOWER },
      ],
    };
    const d = await open(
      ['a.petal_length', 'a.petal_width', 'b.petal_length', 'b.petal_width'],
      [['1', '2', '3', '4']],
      wanted,
    );
    const [batch] = await batches(d, { part: 'train', size: 1 });
    expect(must(batch).leaves.map((l) => l[0])).toEqual([1, 2, 3, 4]);
  });

  test('a label whose fields are named like those of an input does not read the columns of the input', async () => {
    const wanted: Wanted = { ...iris, label: { name: 'y', layout: FLOWER } };
    const [batch] = await batches(
      await open(['petal_length', 'petal_width', 'y.petal_length', 'y.petal_width'], [['1', '2', '3', '4']], wanted),
      { part: 'train', size: 1 },
    );
    expect(must(batch).leaves.map((l) => l[0])).toEqual([1, 2, 3, 4]);
  });

  test('a byte order mark, spaces and blank lines are no data', async () => {
    const d = await open(
      ['\uFEFFpetal_length', ' petal_width', 'species '],
      [[' 1', '2 ', ' setosa'], [''], ['3', '4', 'setosa']],
    );
    expect(d.rows).toBe(2);
  });
});

describe('each mistake', () => {
  test('a misspelt column names the nearest and lists what is there', async () => {
    const [p] = await problemsOf(['petal_lenght', 'petal_width', 'species'], [['1', '2', 'setosa']]);
    expect(textOf(p)).toBe(
      'SU0501 iris.csv has no column `petal_length` | Did you mean `petal_lenght`? The columns are petal_lenght, petal_width, species.',
    );
  });

  test('a missing label says that it is the label', async () => {
    const [p] = await problemsOf(['petal_length', 'petal_width', 'kind'], [['1', '2', 'setosa']]);
    expect(textOf(p)).toContain('no column `species` | It is the label. The columns are');
  });

  test('all missing columns at once', async () => {
    expect((await problemsOf(['x'], [['1']])).length).toBe(3);
  });

  test('a column twice', async () => {
    const [p] = await problemsOf([...HEADER, 'species'], [['1', '2', 'setosa', 'setosa']]);
    expect(textOf(p)).toContain('SU0502 iris.csv has two columns called `species` | They are columns 3 and 4');
  });

  test.each([
    [['abc', '2', 'setosa'], 'SU0503 iris.csv:2: column `petal_length` holds "abc", which is not a number'],
    [['', '2', 'setosa'], 'SU0503 iris.csv:2: column `petal_length` holds nothing'],
    [['1,5', '2', 'setosa'], 'SU0503 iris.csv:2: column `petal_length` holds "1,5"'],
    [['0x10', '2', 'setosa'], 'SU0503'],
    [['NaN', '2', 'setosa'], 'SU0504 iris.csv:2: column `petal_length` holds "NaN", which is not a finite number'],
    [['-Infinity', '2', 'setosa'], 'SU0504'],
    [['1e39', '2', 'setosa'], 'SU0504 iris.csv:2: column `petal_length` holds "1e39"'],
    [['1', '2'], 'SU0506 iris.csv:2: the row has 2 cells, the header has 3 | A cell is missing'],
    [['1', '2', 'setosa', ''], 'SU0506 iris.csv:2: the row has 4 cells, the header has 3 | A comma too many'],
  ])('%j: %s', async (row, message) => {
    expect(textOf((await problemsOf(HEADER, [row]))[0])).toContain(message);
  });

  test('a label that is no case names the nearest and the cases', async () => {
    const [p] = await problemsOf(HEADER, [['1', '2', 'setossa']]);
    expect(textOf(p)).toBe(
      'SU0505 iris.csv:2: column `species` holds "setossa", which is no case of `Species` | Did you mean `setosa`? The cases are setosa, versicolor, virginica.',
    );
  });

  test('an Index beyond its size', async () => {
    const wanted: Wanted = {
      ...iris,
      label: { name: 'species', layout: { kind: 'cases', soft: false, size: 3, name: 'Index' } },
    };
    expect(textOf((await problemsOf(HEADER, [['1', '2', '3']], wanted))[0])).toContain(
      'no case of Index<3> | The numbers are 0 to 2.',
    );
    expect(textOf((await problemsOf(HEADER, [['1', '2', '0.5']], wanted))[0])).toContain('SU0505');
  });

  test('a truth outside -1 to 1', async () => {
    const wanted: Wanted = { file: 't.csv', at: undefined, inputs: [{ name: 'x', layout: { kind: 'truth' } }] };
    expect(textOf((await problemsOf(['x'], [['1.5']], wanted))[0])).toContain(
      'SU0508 t.csv:2: column `x` holds "1.5", outside -1 to 1',
    );
  });

  test('an empty table, with and without a header', async () => {
    expect(textOf((await problemsOf(HEADER, []))[0])).toBe(
      'SU0507 iris.csv has no rows | It has a header and nothing below it. Is it the right file?',
    );
    expect(textOf((await problemsOf([], []))[0])).toBe('SU0507 iris.csv has no rows | The file is empty.');
  });

  test('several rows are reported in one run, and a flood is cut', async () => {
    const problems = await problemsOf(
      HEADER,
      Array.from({ length: 50 }, () => ['x', 'y', 'setosa']),
    );
    expect(problems.length).toBe(21);
    expect(textOf(problems[20])).toContain('iris.csv has 80 more mistakes');
  });

  test('a table too small to split', async () => {
    const result = await openDataset(tableOf(HEADER, [['1', '2', 'setosa']]), iris, { ...OPTIONS, holdout: 0.5 });
    expect(result.ok ? '' : textOf(result.problems[0])).toContain('SU0513');
  });
});

describe('split and order', () => {
  const rows = Array.from({ length: 103 }, (_, i) => [String(i), '0', 'setosa']);
  const numbersIn = async (d: Dataset, request: BatchRequest): Promise<number[]> =>
    (await batches(d, request)).flatMap((b) => [...must(b.leaves[0])]);
  const sorted = (xs: readonly number[]): number[] => [...xs].sort((a, b) => a - b);

  test('holds out exactly its share; both parts together are the table; another seed is another split', async () => {
    const d = await open(HEADER, rows, iris, { ...OPTIONS, holdout: 0.2 });
    const train = await numbersIn(d, { part: 'train', size: 7 });
    const held = await numbersIn(d, { part: 'holdout', size: 7 });
    expect([train.length, held.length]).toEqual([82, 21]);
    expect(sorted([...train, ...held])).toEqual(rows.map((_, i) => i));
    const other = await open(HEADER, rows, iris, { ...OPTIONS, holdout: 0.2, seed: 2 });
    expect(await numbersIn(other, { part: 'holdout', size: 7 })).not.toEqual(held);
  });

  test('streaming holds out the same rows and gives every row once per epoch', async () => {
    const memory = await open(HEADER, rows, iris, { ...OPTIONS, holdout: 0.2 });
    for (const memoryBytes of [0, 200, 900]) {
      const stream = await open(HEADER, rows, iris, { holdout: 0.2, seed: 1, memoryBytes });
      expect(stream.streamed).toBe(true);
      expect(await numbersIn(stream, { part: 'holdout', size: 5 })).toEqual(
        await numbersIn(memory, { part: 'holdout', size: 9 }),
      );
      const first = await numbersIn(stream, { part: 'train', size: 10, epoch: 1 });
      expect(sorted(first)).toEqual(sorted(await numbersIn(memory, { part: 'train', size: 10 })));
      expect(await numbersIn(stream, { part: 'train', size: 10, epoch: 1 })).toEqual(first);
      if (memoryBytes > 0) expect(await numbersIn(stream, { part: 'train', size: 10, epoch: 2 })).not.toEqual(first);
    }
  });

  test('an epoch is a permutation, each its own, and the last batch is what is left', async () => {
    const d = await open(HEADER, rows);
    const sizes = (await batches(d, { part: 'train', size: 25, epoch: 1 })).map((b) => b.rows);
    expect(sizes).toEqual([25, 25, 25, 25, 3]);
    const one = await numbersIn(d, { part: 'train', size: 25, epoch: 1 });
    expect(one).not.toEqual(await numbersIn(d, { part: 'train', size: 25, epoch: 2 }));
    expect(sorted(one)).toEqual(rows.map((_, i) => i));
  });

  test('the split of a share is even over the table', async () => {
    const d = await open(
      HEADER,
      Array.from({ length: 2000 }, (_, i) => [String(i), '0', 'setosa']),
      iris,
      { ...OPTIONS, holdout: 0.25 },
    );
    const held = await numbersIn(d, { part: 'holdout', size: 2000 });
    for (let quarter = 0; quarter < 4; quarter++) {
      const count = held.filter((r) => Math.floor(r / 500) === quarter).length;
      expect(count).toBeGreaterThan(90);
      expect(count).toBeLessThan(160);
    }
  });

  test('a table that changes under a streamed training is noticed', async () => {
    let opened = 0;
    const source = { header: HEADER, rows: () => tableOf(HEADER, opened++ === 0 ? rows : rows.slice(0, 50)).rows() };
    const d = unwrap(await openDataset(source, iris, { ...OPTIONS, memoryBytes: 0 }));
    const results: Result<Batch>[] = [];
    for await (const r of d.batches({ part: 'train', size: 10, epoch: 1 })) results.push(r);
    const last = must(results[results.length - 1]);
    expect(last.ok ? '' : textOf(last.problems[0])).toContain('SU0512 iris.csv changed while it was being read');
  });
});
