/** The loop: the same seed gives the same bits, a checkpoint continues them, and every setting does what it says. */
import { describe, expect, test } from 'vitest';
import { type Trained, type TrainOptions, train } from '../../src/road.ts';
import { afterOf, hostOf, messageOf, problemsOf, program, stopAfter, table, trainOn, unwrap } from './programs.ts';

const LINE = (settings: string): string => `
import { squared_error } from "std/loss";
param slope: f32 = 0.5;
param offset: f32 = normal(scale = 0.1);
fn predict(x: f32) -> f32 { slope * x + offset }
train predict { data: csv("rows.csv", label = "y"), loss: squared_error, ${settings} }
`;
const rows = table(
  `x,y\n${Array.from({ length: 23 }, (_, i) => `${i / 4 - 2},${(i / 4 - 2) * 1.5 + 0.3 + (i % 3) / 10}`).join('\n')}`,
);

const bits = (t: Trained): string => [...t.checkpoint].join(',');
const learn = async (settings: string, options: Partial<TrainOptions> = {}): Promise<Trained> =>
  unwrap(await trainOn(program(LINE(settings)), rows, options));

describe('repeatable', () => {
  test('the same seed gives the same bits, another seed others', async () => {
    const settings = 'optimizer: adam(rate = 0.05), epochs: 6, batch: 5, holdout: 0.2, seed: 3';
    expect(bits(await learn(settings))).toBe(bits(await learn(settings)));
    const other = await learn(settings, { seed: 4 });
    expect(afterOf(other, 'slope')).not.toEqual(afterOf(await learn(settings), 'slope'));
    expect(other.verified.bitsDiffer).toBe(0);
  });

  test('a streamed table gives its own bits, the same each time', async () => {
    const settings = 'optimizer: adam(rate = 0.05), epochs: 3, batch: 5, holdout: 0.2, seed: 3';
    const one = await learn(settings, { memoryBytes: 64 });
    expect(one.outcome.streamed).toBe(true);
    expect(bits(one)).toBe(bits(await learn(settings, { memoryBytes: 64 })));
  });

  for (const [name, settings] of [
    ['adam in batches', 'optimizer: adam(rate = 0.05), epochs: 10, batch: 5, holdout: 0.2, seed: 3'],
    [
      'sgd with momentum and a schedule',
      'optimizer: sgd(rate = 0.01, momentum = 0.9), schedule: cosine(warmup = 2), epochs: 10, batch: 5',
    ],
    ['rmsprop over all rows', 'optimizer: rmsprop(rate = 0.02), epochs: 10'],
    ['lbfgs', 'optimizer: lbfgs(), epochs: 10, holdout: 0.2'],
  ] as const) {
    test(`${name}: 10 epochs are 4, a checkpoint and 6, bit for bit`, async () => {
      const whole = await learn(settings);
      const steps =
        whole.outcome.epochs.length > 0 && settings.includes('batch: 5') ? Math.ceil(whole.outcome.trainRows / 5) : 1;
      // At the end of an epoch, and (with batches) in the middle of one.
      for (const taken of [4 * steps, 4 * steps + (steps > 1 ? 2 : 0)]) {
        const first = await learn(settings, stopAfter(taken));
        expect(first.outcome.end).toBe('interrupted');
        expect(first.written.files).toEqual([]);
        const rest = await learn(settings, { resume: first.checkpoint });
        expect(bits(rest)).toBe(bits(whole));
        expect(rest.written.files).toEqual(whole.written.files.map((f) => ({ ...f, before: expect.anything() })));
      }
    });
  }

  test('a finished training of 4 epochs goes on to 10 as if it had been 10 from the start', async () => {
    const settings = 'optimizer: adam(rate = 0.05), epochs: 10, batch: 5, holdout: 0.2, seed: 3';
    const four = await learn(settings, { epochs: 4 });
    expect(four.outcome.end).toBe('finished');
    expect(bits(await learn(settings, { resume: four.checkpoint }))).toBe(bits(await learn(settings)));
  });

  test('a streamed training resumes in the middle of an epoch', async () => {
    const settings = 'optimizer: adam(rate = 0.05), epochs: 4, batch: 5, holdout: 0.2, seed: 3';
    const options = { memoryBytes: 100 };
    const first = await learn(settings, { ...options, ...stopAfter(6) });
    expect(bits(await learn(settings, { ...options, resume: first.checkpoint }))).toBe(
      bits(await learn(settings, options)),
    );
  });
});

describe('checkpoints are refused', () => {
  const settings = 'optimizer: adam(rate = 0.05), epochs: 4, seed: 3';
  const resumed = async (text: string, resume: Uint8Array): Promise<string> =>
    messageOf(problemsOf(await trainOn(program(text), rows, { resume }))[0]);

  test('of another program, seed or table', async () => {
    const { checkpoint } = await learn(settings, stopAfter(2));
    expect(await resumed(LINE(settings).replace('slope * x', 'slope * x * x'), checkpoint)).toContain(
      'SU0605 the checkpoint does not fit: the program differs',
    );
    expect(await resumed(LINE(settings.replace('seed: 3', 'seed: 5')), checkpoint)).toContain('`seed` differs');
    expect(await resumed(LINE(settings.replace('adam', 'sgd')), checkpoint)).toContain('the optimizer differs');
    const shorter = unwrap(await trainOn(program(LINE(settings)), rows, stopAfter(1)));
    expect(
      messageOf(
        problemsOf(await trainOn(program(LINE(settings)), table('x,y\n1,2\n2,3'), { resume: shorter.checkpoint }))[0],
      ),
    ).toContain('the number of rows differs');
  });

  test('that are none', async () => {
    expect(await resumed(LINE(settings), new Uint8Array([1, 2, 3]))).toContain('SU0610 the checkpoint cannot be read');
  });
});

describe('settings', () => {
  test('the best epoch is kept, and patience stops', async () => {
    // A rate so large that every step makes it worse: the start is kept.
    const t = await learn('optimizer: sgd(rate = 0.9), epochs: 20, patience: 3');
    expect(t.outcome).toMatchObject({ end: 'early', keptEpoch: 0 });
    expect(t.outcome.epochs.length).toBe(3);
    expect(t.params.map((p) => p.changed)).toEqual([0, 0]);
    expect(t.written.files).toEqual([]);
  });

  test('ranges hold after every step, frozen numbers never move', async () => {
    const text = LINE('optimizer: sgd(rate = 0.05), epochs: 30')
      .replace('param slope: f32 = 0.5', 'param slope: f32 in [0.25, 0.75] = 0.5')
      .replace('param offset', 'frozen param offset');
    const t = unwrap(await trainOn(program(text), rows));
    expect(afterOf(t, 'slope')).toEqual([0.75]);
    expect(t.params[1]?.changed).toBe(0);
    expect(t.verified.parameters).toBe(1);
  });

  test('clipping bounds the step by the norm of the whole gradient', async () => {
    const t = await learn('optimizer: sgd(rate = 1.0), epochs: 1, clip: 0.01');
    const moved = t.params.map((p) => (p.after[0] ?? 0) - (p.before[0] ?? 0));
    expect(Math.sqrt(moved.reduce((s, m) => s + m * m, 0))).toBeCloseTo(0.01, 5);
  });

  test('an epoch’s loss is the mean over its steps, the measures come after it', async () => {
    const reports: number[] = [];
    const t = await learn('optimizer: sgd(rate = 0.01), epochs: 2', {
      events: { epoch: (e) => void reports.push(e.loss) },
    });
    expect(reports).toEqual(t.outcome.epochs.map((e) => e.loss));
    // Over all rows the loss of epoch 2 is what was measured after epoch 1: then the final loss is lower still.
    expect(t.outcome.final.loss).toBeLessThan(reports[1] ?? 0);
    expect(Object.keys(t.outcome.final)).toEqual(['loss', 'mean_absolute_error']);
  });

  test('progress tells steps and the time left', async () => {
    let now = 0;
    const left: (number | undefined)[] = [];
    const step: NonNullable<TrainOptions['events']>['step'] = (s) => {
      now += 1000;
      left.push(s.secondsLeft);
    };
    await learn('optimizer: adam(rate = 0.01), epochs: 2, batch: 12', { now: () => now, events: { step } });
    // The clock moves after each report: 0 s after 1 of 4 steps, 1 s after 2, 2 s after 3.
    expect(left).toEqual([0, 1, 2 / 3, 0]);
  });

  test.each([
    ['epochs: 2, batch: 5, optimizer: lbfgs()', {}, 'SU0607 `batch` is 5 | It must be left out with `lbfgs`'],
    ['epochs: 2', { memoryBytes: 0 }, 'SU0607 `batch` is missing'],
    ['epochs: 2', { rate: -1 }, 'SU0607 `rate` is -1'],
    ['epochs: 2', { epochs: 1.5 }, 'SU0607 `epochs` is 1.5'],
  ] as const)('%s %j is refused', async (settings, options, message) => {
    expect(messageOf(problemsOf(await trainOn(program(LINE(settings)), rows, options))[0])).toContain(message);
  });

  test('nothing to learn', async () => {
    const text = LINE('epochs: 2').replaceAll('param ', 'frozen param ');
    expect(messageOf(problemsOf(await trainOn(program(text), rows))[0])).toContain(
      'SU0606 `predict` has nothing to learn',
    );
  });

  test('no train block', async () => {
    const c = program('param a = 1.0;\nfn f(x: f32) -> f32 { a * x }');
    expect(messageOf(problemsOf(await trainOn(c, rows))[0])).toContain('SU0602 p.su has no `train` block');
    expect(await train(c, hostOf({}), { data: { kind: 'csv', file: 'r.csv', table: rows } })).toMatchObject({
      ok: false,
    });
  });
});

describe('class weights', () => {
  const TEXT = (weights: string): string => `
import { cross_entropy } from "std/loss";
enum Side { left, right }
param bias = 0.0;
fn guess(x: f32) -> Soft<Side> { softmax({ left: 0.0, right: bias + 0.0 * x }) }
train guess { data: csv("rows.csv", label = "side"), loss: cross_entropy, optimizer: sgd(rate = 0.5), epochs: 200, ${weights} seed: 1 }
`;
  const uneven = table(
    `x,side\n${Array.from({ length: 20 }, (_, i) => `${i},${i < 16 ? 'left' : 'right'}`).join('\n')}`,
  );

  test('without them the bias learns the share, balanced it stays in the middle', async () => {
    const plain = unwrap(await trainOn(program(TEXT('')), uneven));
    expect(afterOf(plain, 'bias')[0]).toBeCloseTo(-1.3862944, 3); // ln(4/16)
    const balanced = unwrap(await trainOn(program(TEXT('class_weights: "balanced",')), uneven));
    expect(Math.abs(afterOf(balanced, 'bias')[0] ?? 1)).toBeLessThan(1e-6);
  });
});
