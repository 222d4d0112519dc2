/**
 * Every program in examples/: it checks without a warning, its tests pass, and those that train reach what their text
 * promises, are written back, and are certified.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gradient } from '../src/autodiff/index.ts';
import { reference } from '../src/backends/reference.ts';
import { wasm } from '../src/backends/wasm/index.ts';
import { type Compiled, certify, compile, prove, run, runTests, type Trained } from '../src/road.ts';
import { EXAMPLE_PROGRAMS, hostAfter, openProgram, succeed, trainProgram } from './programs.ts';

const ROOT = fileURLToPath(new URL('../examples/', import.meta.url));
const at = (path: string): string => join(ROOT, path);

/** What a property of an example may take. */
const MOST_BOXES = 10_000;

const verdicts = (compiled: Compiled, title?: string, most = MOST_BOXES): readonly string[] => {
  const goOn = ({ boxes }: { readonly boxes: number }): boolean => boxes < most;
  return [...prove(compiled, title, { goOn, backend: wasm })].map((r) => succeed(r).proof.verdict);
};

/** Programs that learn a discrete thing: their tests and properties hold once they are trained, and for every input. */
const LEARNED: readonly string[] = [
  ...['parity/parity.su', 'div7/div7.su', 'carry/carry.su'],
  ...[1, 2, 3, 4, 5, 6, 7].map((n) => `tomita/tomita${n}.su`),
  ...['monk/monk1.su', 'monk/monk2.su', 'monk/monk3.su'],
  ...['reverse/reverse.su', 'sort/sort.su', 'hist/hist.su', 'hist/most_freq.su', 'dyck/dyck1.su'],
];

/** What a program says of its choices holds once they are learned. */
const chooses = ({ program }: Compiled): boolean =>
  program.params.some((p) => !p.frozen && (p.layout.kind === 'cases' || p.layout.kind === 'bool'));

describe('every example', () => {
  for (const path of EXAMPLE_PROGRAMS) {
    it(`${path} checks without a warning and its tests pass, unless it has choices to learn`, () => {
      const { compiled } = openProgram(at(path));
      if (!chooses(compiled)) expect(runTests(compiled).failures).toEqual([]);
    });
  }

  for (const path of EXAMPLE_PROGRAMS) {
    const { compiled } = openProgram(at(path));
    if (compiled.program.properties.length === 0 || chooses(compiled)) continue;
    it(`${path}: all its properties are proved`, () => {
      expect(verdicts(compiled)).toEqual(compiled.program.properties.map(() => 'proved'));
    });
  }

  it('loan/loan.su: a score that looks at the group is refuted', () => {
    const { source, host } = openProgram(at('loan/loan.su'));
    const text = source.text.replace(
      'min(p.years, 10.0)',
      'min(p.years, 10.0) + match p.group { a => 0.01, b => 0.0, c => 0.0 }',
    );
    const compiled = succeed(compile({ name: source.name, text }, host));
    expect(verdicts(compiled, 'the group does not count')).toEqual(['refuted']);
  });

  it('has its data and their licence in the repository', () => {
    const notice = readFileSync(at('DATA.md'), 'utf8');
    const data = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
      (path) => /\.(csv|csv\.gz|safetensors)$/.test(path) && !path.includes('.sutra'),
    );
    expect(data.filter((path) => !notice.includes(path))).toEqual([]);
  });
});

/** What was written compiles to the same network again, and the new text differs only where numbers stood. */
function holds(trained: Trained): Compiled {
  expect(trained.verified).toMatchObject({ bitsDiffer: 0, graphEqual: true });
  const host = hostAfter(trained);
  const [main] = trained.written.files;
  if (main === undefined || trained.certificate === undefined) throw new Error('nothing was written');
  const source = { name: main.name, text: main.after };
  const certificate = JSON.stringify(trained.certificate);
  expect(succeed(certify(source, host, { certificate }))).toMatchObject({ equal: true, bitsDiffer: 0 });
  return succeed(compile(source, host));
}

/** The pixels of a row of the table of digits. */
function picture(row: number): readonly number[] {
  const [header = [], ...rows] = gunzipSync(readFileSync(at('digits/digits.csv.gz')))
    .toString()
    .trim()
    .split(/\r?\n/)
    .map((l) => l.split(','));
  return Array.from({ length: 64 }, (_, i) => Number(rows[row]?.[header.indexOf(`p${i}`)]));
}

/** A property: whatever changes each pixel by at most `radius`, the digit stays what it is. */
const robust = (pixels: readonly number[], digit: number, radius: number): string => `
prove "robust" {
  forall p: f32[64] in [
    [${pixels.map((x) => x - radius).join(', ')}],
    [${pixels.map((x) => x + radius).join(', ')}],
  ];
  assert argmax(classify(p)) == ${digit};
}
`;

describe('examples that learn a discrete thing', () => {
  it.each(LEARNED)('%s: nothing it learned is wrong, and that is proved', async (path) => {
    const { compiled: before } = openProgram(at(path));
    expect(runTests(before).failed).toBeGreaterThan(0);
    const { trained } = await trainProgram(at(path), wasm);
    const compiled = holds(trained);
    expect(runTests(compiled).failures).toEqual([]);
    expect(verdicts(compiled, undefined, 2 ** 20)).toEqual(compiled.program.properties.map(() => 'proved'));
  });
});

describe('examples that train', () => {
  it('iris: at least 0.95 of the flowers held out', async () => {
    const { trained } = await trainProgram(at('iris/iris.su'));
    expect(trained.outcome.final.holdout_accuracy).toBeGreaterThanOrEqual(0.95);
    const compiled = holds(trained);
    expect(runTests(compiled)).toMatchObject({ passed: 1, failed: 0 });
    expect(verdicts(compiled, 'a petal well over the threshold is of no setosa')).toEqual(['proved']);
    expect(trained.params.every((p) => p.changed === 1)).toBe(true);
  });

  it('breast_cancer: crisp tests, at least 0.93 of the tumours held out', async () => {
    const { trained } = await trainProgram(at('breast_cancer/breast_cancer.su'));
    expect(trained.outcome.final.holdout_accuracy).toBeGreaterThanOrEqual(0.93);
    const compiled = holds(trained);
    expect(runTests(compiled).failed).toBe(0);
    expect(verdicts(compiled)).toEqual(['proved']);
  });

  it('digits: at least 0.95 of the digits held out, weights beside the program', async () => {
    const { trained } = await trainProgram(at('digits/digits.su'));
    expect(trained.outcome.final.holdout_accuracy).toBeGreaterThanOrEqual(0.95);
    expect(trained.written.sides.map((s) => s.path)).toEqual([at('digits/digits.safetensors')]);
    expect(trained.written.files[0]?.after).toMatch(
      /load\("digits\.safetensors", "hidden\.w", sha256 = "[0-9a-f]{64}"\)/,
    );
    const { source } = holds(trained);
    const text = `${source.text}${robust(picture(0), 0, 0.25)}`;
    const compiled = succeed(compile({ name: source.name, text }, hostAfter(trained)));
    expect(verdicts(compiled)).toEqual(['proved']);
  });

  it('words: from chance to every word, prototypes and gain written back', async () => {
    const { trained, epochs } = await trainProgram(at('words/words.su'));
    expect(epochs[0]?.loss).toBeGreaterThan(1.3);
    expect(trained.outcome.final.accuracy).toBe(1);
    expect(trained.params.map((p) => [p.name, p.changed])).toEqual([
      ['prototypes', 500],
      ['gain', 1],
    ]);
    holds(trained);
  });

  it('adding: the gate learns to open at the marks', async () => {
    const { trained } = await trainProgram(at('adding/adding.su'));
    expect(trained.outcome.final.holdout_mean_absolute_error).toBeLessThan(0.05);
    holds(trained);
  });

  it('permutation: every place goes where it should', async () => {
    const { trained } = await trainProgram(at('permutation/permutation.su'));
    expect(trained.outcome.final.accuracy).toBe(1);
    const compiled = holds(trained);
    const goesTo = [0, 1, 2, 3, 4, 5, 6, 7].map((place) => {
      const { value } = succeed(run(compiled, 'send', { place }));
      const weights = Object.values(value as Record<string, number>);
      return weights.indexOf(Math.max(...weights));
    });
    expect(goesTo).toEqual([3, 7, 0, 5, 1, 2, 6, 4]);
  });
});

describe('the published rule classifier', () => {
  interface Expected {
    readonly five: { readonly losses: readonly number[] };
    readonly gain: { readonly losses: readonly number[]; readonly gain: number };
  }
  const expected = JSON.parse(readFileSync(at('rules_reference/expected.json'), 'utf8')) as Expected;
  const farthest = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((x, i) => Math.abs(x - (b[i] ?? Number.NaN))));

  it('five: the thirty losses to 1e-5', async () => {
    const { trained, epochs } = await trainProgram(at('rules_reference/five.su'));
    expect(
      farthest(
        expected.five.losses,
        epochs.map((e) => e.loss),
      ),
    ).toBeLessThan(1e-5);
    expect(trained.outcome.final.accuracy).toBe(1);
    holds(trained);
  });

  it('gain: the thirty losses to 1e-5 and the learned gain to 1e-5', async () => {
    const { trained, epochs } = await trainProgram(at('rules_reference/gain.su'));
    expect(
      farthest(
        expected.gain.losses,
        epochs.map((e) => e.loss),
      ),
    ).toBeLessThan(1e-5);
    const gain = trained.params.find((p) => p.name === 'gain');
    expect(Math.abs((gain?.after[0] ?? Number.NaN) - expected.gain.gain)).toBeLessThan(1e-5);
    holds(trained);
  });

  it('five similarities are in the graph, not one per pair', () => {
    const { compiled } = openProgram(at('rules_reference/five.su'));
    const entry = compiled.entries.find((e) => e.name === 'scores');
    const einsums = entry?.ready.nodes.filter((n) => n.op === 'einsum') ?? [];
    // x · p for the five prototypes at once, x · x, and p · p.
    expect(einsums).toHaveLength(3);
    expect(entry?.ready.nodes.some((n) => n.op === 'scan')).toBe(true);
  });
});

describe('the loop of sum_loop', () => {
  it('has the gradient 5 w^4 through the turns it took', () => {
    const { compiled } = openProgram(at('plain/sum_loop.su'));
    const entry = compiled.entries.find((e) => e.name === 'geometric');
    if (entry === undefined) throw new Error('geometric is missing');
    const { graph } = gradient(entry.graph, { of: 'result', wrt: ['ratio'] });
    const params = new Map([['ratio', Float32Array.of(1.5)]]);
    const { outputs } = reference.compile(graph).run([Float32Array.of(5)], params);
    expect(outputs.map((o) => o[0])).toEqual([7.59375, 25.3125]);
  });
});
