/** The benchmark against peers: who computes something else is not timed, targets are judged by medians, one section of a file is replaced. */
import { describe, expect, it } from 'vitest';
import type { Contender, Results } from '../../bench/contender.ts';
import { measure } from '../../bench/measure.ts';
import { onnxWork } from '../../bench/peers/onnx-graphs.ts';
import { comparison, judge, withSection } from '../../bench/report.ts';
import { ITEMS, type Item, type Target, tensorsOf } from '../../bench/work.ts';
import { must } from '../../src/text/result.ts';

const TARGETS: readonly Target[] = [
  { kind: 'times', least: 4, of: ['slow', 'slower'], says: 'the best peer' },
  { kind: 'times', least: 10, of: ['slow'], says: 'slow' },
  { kind: 'times', least: 1, of: ['absent'], says: 'absent' },
  { kind: 'time', mostNs: 2e9 },
  { kind: 'peak', least: 0.8 },
  { kind: 'own', least: 2, name: 'ours twice' },
];
const ITEM: Item = { id: 'x', title: 'a work', work: { kind: 'chain' }, flops: 6e9, targets: TARGETS };

/** Takes so many seconds a run, on its own clock. */
const contender = (name: string, seconds: number, result: readonly number[] = [1, 2]): Contender => ({
  name,
  about: '',
  prepare: async () => ({ results: new Map([['result', Float32Array.from(result)]]), time: (runs) => runs * seconds }),
});

const settings = { rounds: 3, blockMs: 20, peak: () => 10 };
const measured = (others: readonly Contender[], item = ITEM) =>
  measure(item, new Map(), [contender('ours', 1), ...others], settings);

describe('measuring', () => {
  it('times those that compute the same and tells the others', async () => {
    const fails: Contender = { name: 'fails', about: '', prepare: () => Promise.reject(new Error('no such op')) };
    const without: Contender = { name: 'without', about: '', prepare: async () => undefined };
    const wrong = contender('wrong', 1, [1, 2.001]);
    const nan = contender('nan', 1, [1, Number.NaN]);
    const near = contender('near', 3, [1, 2.00001]);
    const m = await measured([fails, without, wrong, nan, near, contender('short', 1, [1])]);
    expect(m.figures.map((f) => [f.contender, f.median])).toEqual([
      ['ours', 1],
      ['near', 3],
    ]);
    expect(m.absent).toEqual(['without']);
    expect(m.differ.map((d) => [d.contender, d.by.split(' ').slice(0, 2).join(' ')])).toEqual([
      ['fails', 'fails: no'],
      ['wrong', 'differs: result'],
      ['nan', 'differs: result'],
      ['short', 'differs: result'],
    ]);
  });

  it('is as strict as the item says', async () => {
    const near = [contender('near', 3, [1, 2.00001])];
    expect((await measured(near, { ...ITEM, within: 1e-6 })).differ).toHaveLength(1);
    expect((await measured(near, { ...ITEM, within: 1e-5 })).differ).toHaveLength(0);
  });

  it('allows single parameters of a training step to differ, not many, and no loss', async () => {
    const step = (losses: number[], w: number[]): Results =>
      new Map([
        ['losses', Float32Array.from(losses)],
        ['w', Float32Array.from(w)],
      ]);
    const w = Array.from({ length: 1000 }, () => 0);
    const of = (name: string, results: Results): Contender => ({
      name,
      about: '',
      prepare: async () => ({ results, time: (runs) => runs }),
    });
    const one = w.map((x, i) => (i === 7 ? 0.002 : x));
    const contenders = [
      of('ours', step([1, 0.5], w)),
      of('one', step([1, 0.5], one)),
      of(
        'many',
        step(
          [1, 0.5],
          w.map(() => 0.002),
        ),
      ),
      of('loss', step([1, 0.501], w)),
    ];
    const { differ } = await measure(ITEM, new Map(), contenders, settings);
    expect(differ.map((d) => d.contender)).toEqual(['many', 'loss']);
  });
});

describe('the report', () => {
  it('judges targets by the fastest of those they name', async () => {
    const m = await measured([contender('slow', 5), contender('slower', 7), contender('ours twice', 0.4)]);
    const judged = TARGETS.map((t) => judge(m, must(m.figures[0]), t));
    expect(judged.map((j) => j.met)).toEqual([true, false, undefined, true, false, true]);
    expect(judged.map((j) => j.reached)).toEqual([
      '5x (slow) (p5 5x)',
      '5x (p5 5x)',
      'not measured',
      '1000 ms',
      '60 % (p5 60 %)',
      '2.5x (p5 2.5x)',
    ]);
    const text = comparison([m], ['ours', 'slow', 'gone']);
    expect(text).toContain('| a work | 1000 ms (p5 1000 ms), 6 GFLOP/s | 5000 ms, 5x | - |');
    expect(text.match(/\*\*missed\*\*/g)).toHaveLength(2);
  });

  it('replaces its section and nothing else', () => {
    const text = '# a\n<!-- x -->\nold\n<!-- /x -->\n## b\n';
    expect(withSection(text, 'x', 'new')).toBe('# a\n<!-- x -->\n\nnew\n\n<!-- /x -->\n## b\n');
    expect(() => withSection(text, 'y', 'new')).toThrow('no marks');
  });
});

describe('work items', () => {
  it('have names of their own and an ONNX graph each', () => {
    expect(new Set(ITEMS.map((i) => i.id)).size).toBe(ITEMS.length);
    for (const { work } of ITEMS) {
      if (work.kind === 'rules') continue;
      expect(onnxWork(work, tensorsOf(work))?.model.length).toBeGreaterThan(100);
    }
  });
});
