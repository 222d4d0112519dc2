/** The driver: order, selection, price, report, doubts about the data, interruption and continuation. */
import { describe, expect, test } from 'vitest';
import type { Trained } from '../../../src/road.ts';
import { must } from '../../../src/text/result.ts';
import { tableOf } from '../../../src/train/rows.ts';
import { messageOf, problemsOf, program, type Settings, trainOn, unwrap } from '../programs.ts';
import { everyRow, lineOf, OPS, opRows, PARITY, parityRows, trained } from './programs.ts';

describe('the report', () => {
  test('strategies in the order of their costs, until one makes no mistake', async () => {
    const unrolled = PARITY(', holdout: 0.25').replace(
      'fold s = even for b in bits { next[s][b] }',
      'next[next[next[next[even][bits[0]]][bits[1]]][bits[2]]][bits[3]]',
    );
    const { search } = (await trained(unrolled, parityRows())).outcome;
    expect(search).toMatchObject({ won: 'enumerate', untried: expect.arrayContaining(['local']) });
    expect(search?.unfit.map((u) => u.strategy)).toContain('machine');
    expect(search?.tried.map((t) => t.strategy)).toEqual(['gradient', 'enumerate']);
    expect(search?.tried[1]).toMatchObject({ loss: 0, holdout: 0, bits: 4 });
  });

  test('a mode runs alone', async () => {
    const { search } = (await trained(PARITY(', search: local'), parityRows())).outcome;
    expect(search?.tried.map((t) => t.strategy)).toEqual(['local']);
    expect(search?.untried).toEqual([]);
  });

  test('all are tried where none is without mistakes, and the best on held-out examples is kept', async () => {
    const noisy = everyRow('bits', 4, ['zero', 'one'], (x) => String((x[3] === 1) !== (x.join('') === '1111')));
    const { search, final } = (await trained(PARITY(', holdout: 0.25'), noisy)).outcome;
    const tried = must(search).tried;
    expect(search?.untried).toEqual([]);
    expect(final.holdout_loss).toBe(Math.min(...tried.map((t) => must(t.holdout))));
  });
});

describe('settings', () => {
  const fails = async (text: string): Promise<string> =>
    messageOf(problemsOf(await trainOn(program(text), parityRows()))[0]);

  test('without choices the training is that of gradients, bit for bit', async () => {
    const text = OPS('batch: 8')
      .replace('epochs: 60', 'epochs: 5')
      .replace('param op', 'frozen param op')
      .replace('param left', 'frozen param left');
    const rows = opRows((x, y) => 2 * (x + y));
    const one = await trained(text, rows);
    const two = await trained(text.replace('batch: 8', 'batch: 8, search: gradient'), rows);
    expect(one.outcome.search).toBeUndefined();
    expect(one.outcome).toEqual(two.outcome);
    expect(one.checkpoint).toEqual(two.checkpoint);
  });

  test('too many ways to enumerate', async () => {
    const text = PARITY(', search: enumerate').replace('even, odd }', 'even, odd, c, d, e, f, g, h }');
    const wide = text.replace(
      'State[2, 2] = [[even, even], [even, even]]',
      `State[8, 2] = [${Array(8).fill('[even, even]').join(', ')}]`,
    );
    expect(await fails(wide)).toContain(
      'SU0612 `search: enumerate` cannot be used here: there are 2^48 ways to choose, and at most 2^20 are tried out',
    );
  });

  test('nothing to choose', async () => {
    expect(await fails(PARITY(', search: local').replace('param next', 'frozen param next'))).toContain(
      'SU0611 `search: local` has nothing to choose',
    );
  });
});

test('the price: bits that are worth less than the loss they save stay', async () => {
  const text = (price: number): string => `
enum Way { long, short }
param way: Way = short;
fn f(x: f32) -> f32 { match way { long => x, short => x + 0.25 } }
fn error(p: f32, label: f32) -> f32 { abs(p - label) }
train f { data: csv("rows.csv", label = "y"), loss: error, optimizer: adam(rate = 0.05), epochs: 2, search: enumerate, price: ${price} }`;
  const kept = async (price: number): Promise<string | undefined> => {
    const c = program(text(price));
    // As the cases of a choice between pieces of source have them.
    const params = c.program.params.map((p) => ({ ...p, bits: [20, 1] }));
    return lineOf(
      unwrap(
        await trainOn(
          { ...c, program: { ...c.program, params } },
          tableOf(
            ['x', 'y'],
            [
              ['1', '1'],
              ['2', '2'],
            ],
          ),
        ),
      ),
      'param',
    );
  };
  expect(await kept(0)).toBe('param way: Way = long;');
  expect(await kept(0.01)).toBe('param way: Way = long;');
  expect(await kept(0.02)).toBeUndefined();
});

describe('doubts', () => {
  const notesOf = async (text: string, rows: Parameters<typeof trainOn>[1]): Promise<string[]> => {
    const result = await trainOn(program(text), rows);
    unwrap(result);
    return result.ok ? result.notes.map(messageOf) : [];
  };
  const TABLE = `
enum E { a, b, c }
param table t(Index<2>, Index<3>) -> E { _ -> c }
fn f(x: Index<2>, y: Index<3>) -> E { t(x, y) }
fn error(p: E, label: E) -> f32 { if p == label { 0.0 } else { 1.0 } }
train f { data: csv("rows.csv", label = "z"), loss: error, optimizer: adam(rate = 0.05), epochs: 20 }`;
  const all = ['0', '1'].flatMap((x) => ['0', '1', '2'].map((y) => [x, y, 'a']));

  test('cells that no row looks up keep their values and are listed', async () => {
    const rows = tableOf(
      ['x', 'y', 'z'],
      all.filter(([x, y]) => !(x === '1' && y !== '0')),
    );
    const [note, ...more] = await notesOf(TABLE, rows);
    expect(note).toContain(
      'SU0614 the data leave choices of `t` open | Whatever case `t(1, 1)` or `t(1, 2)` has, the loss of all 4 training examples stays the same.',
    );
    expect(more).toEqual([]);
    const text = must((await trained(TABLE, rows)).written.files[0]).after;
    expect(text).toContain(
      'param table t(Index<2>, Index<3>) -> E { (0, 0) -> a, (0, 1) -> a, (0, 2) -> a, (1, 0) -> a, (1, 1) -> c, (1, 2) -> c }',
    );
    expect(await notesOf(TABLE, tableOf(['x', 'y', 'z'], all))).toEqual([]);
  });

  test('rows that contradict each other', async () => {
    const rows = tableOf(['x', 'y', 'z'], [...all, ['0', '1', 'b'], ['0', '1', 'b'], ['1', '2', 'c']]);
    const notes = await notesOf(TABLE, rows);
    expect(notes).toEqual([
      'SU0613 5 rows of rows.csv contradict each other | They have equal inputs and different labels: lines 3, 8 and 9; lines 7 and 10. Whatever is learned, at most 7 of the 9 rows can be right.',
    ]);
  });
});

describe('interrupted', () => {
  /** Aborted when it has been asked so often. */
  const afterLooks = (times: number): Settings => {
    let asked = 0;
    return {
      signal: {
        get aborted() {
          return ++asked > times;
        },
      },
    };
  };
  /** Aborted in the last training of the numbers, after so many epochs. */
  const inEpoch = (epochs: number): Settings => {
    let seen = 0;
    return {
      events: { epoch: () => void seen++ },
      signal: {
        get aborted() {
          return seen >= epochs;
        },
      },
    };
  };
  const bits = (t: Trained): string => [...t.checkpoint].join();
  const text = OPS('holdout: 0.2, restarts: 1').replace('epochs: 60', 'epochs: 4');
  const rows = opRows((x, y) => 2.5 * Math.max(x, y) + 0.1 * x);

  const c = program(text);
  const ended = trainOn(c, rows).then(unwrap);

  for (const [where, settings] of [
    ['at once', afterLooks(1)],
    ['while strategies search', afterLooks(40)],
    ['later', afterLooks(90)],
    ['in the last training', inEpoch(2)],
  ] as const)
    test(`${where}: the source stays, going on gives what an uninterrupted search gives`, async () => {
      const whole = await ended;
      const part = unwrap(await trainOn(c, rows, settings));
      expect(part.outcome.end).toBe('interrupted');
      if (where !== 'at once') expect(part.outcome.search?.tried.length).toBeGreaterThan(0);
      expect(part.written.files).toEqual([]);
      const rest = unwrap(await trainOn(c, rows, { resume: part.checkpoint }));
      expect(rest.outcome).toEqual(whole.outcome);
      expect(bits(rest)).toBe(bits(whole));
      expect(rest.written.files[0]?.after).toBe(whole.written.files[0]?.after);
    });

  test('a checkpoint of other settings does not fit', async () => {
    const part = unwrap(await trainOn(program(text), rows, afterLooks(4)));
    const other = await trainOn(program(text.replace('restarts: 1', 'restarts: 3')), rows, { resume: part.checkpoint });
    expect(messageOf(problemsOf(other)[0])).toContain('SU0605 the checkpoint does not fit: `restarts` differs');
  });
});
