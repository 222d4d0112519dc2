/** Built models give the bits of the reference through their typed calls: every example, random programs, and every kind of value. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { type Artefact, bytesOf, type Subject } from '../../src/artefact/index.ts';
import { executeScript } from '../../src/cli/execute.ts';
import { must } from '../../src/text/result.ts';
import { randomProgram } from '../fuzz/program.ts';
import { build, EXAMPLE_FILES, exampleSubjects, fileOf, loadText, textOf, textSubjects } from './built.ts';
import { KINDS } from './kinds.ts';

/** Runs both scripts of a function beside the reference; gives the numbers compared. */
async function holds(subject: Subject): Promise<number> {
  const checks = await Promise.all((['wasm', 'js'] as const).map((t) => executeScript(build(subject, t), subject)));
  return checks.reduce((n, check) => n + check.numbers, 0);
}

describe('a built model', () => {
  it.each(EXAMPLE_FILES)('of %s gives the bits of the reference', async (file) => {
    for (const subject of exampleSubjects(file)) expect(await holds(subject)).toBeGreaterThan(0);
  });

  it('of random programs gives the bits of the reference', async () => {
    let numbers = 0;
    for (let seed = 0; seed < 40; seed++)
      for (const subject of textSubjects(randomProgram(seed))) numbers += await holds(subject);
    expect(numbers).toBeGreaterThan(10_000);
  });

  it('takes and gives every kind of value', async () => {
    expect(await holds(must(textSubjects(KINDS)[0]))).toBeGreaterThan(1000);
  });

  it('fills a result again where it is told to', async () => {
    const model = await loadText('record P { a: f32, b: f32[2] }\nfn f(x: f32) -> P { P { a: x, b: [x, 2.0 * x] } }');
    const first = model.run({ x: 1 });
    expect(first).toEqual({ a: 1, b: Float32Array.of(1, 2) });
    expect(model.run({ x: 3 }, first)).toBe(first);
    expect(first).toEqual({ a: 3, b: Float32Array.of(3, 6) });
    const rows = Array.from({ length: 70 }, (_, x) => ({ x }));
    const all = model.runAll(rows);
    expect(all[69]).toEqual({ a: 69, b: Float32Array.of(69, 138) });
    const [kept] = all;
    expect(model.runAll(rows.slice(5, 8), all)).toHaveLength(3);
    expect(all[0]).toBe(kept);
    expect(kept).toEqual({ a: 5, b: Float32Array.of(5, 10) });
  });

  it('says when a loop reached its bound', async () => {
    const model = await loadText('fn f(x: f32) -> f32 { iterate s = x while s < 10.0 max 4 { s + 1.0 } }');
    expect([model.run({ x: 8 }), model.alarms]).toEqual([10, []]);
    expect([model.run({ x: 1 }), model.alarms]).toEqual([5, [expect.stringContaining('bound of 4')]]);
    expect([model.run({ x: 8 }), model.alarms]).toEqual([10, []]);
    const rows = Array.from({ length: 66 }, (_, i) => ({ x: i === 7 ? 1 : 8 }));
    model.runAll(rows);
    expect(model.alarms).toHaveLength(1);
    model.runAll(rows.slice(8));
    expect(model.alarms).toEqual([]);
  });
});

describe('the files', () => {
  const everyFile = ({ files }: Artefact): string[] =>
    files.map((f) => Buffer.from(bytesOf(f.content)).toString('base64'));

  it('are the same bytes for the same source, wherever it lies', () => {
    for (const target of ['wasm', 'js'] as const) {
      const [one, two] = [0, 1].map(() => build(must(exampleSubjects('words/words.su').at(-1)), target));
      expect(everyFile(must(one))).toEqual(everyFile(must(two)));
    }
  });

  it('of rules stay below 20 kB', () => {
    for (const file of ['iris/iris.su', 'breast_cancer/breast_cancer.su'])
      for (const target of ['wasm', 'js'] as const) {
        const { files } = build(must(exampleSubjects(file).at(-1)), target);
        const bytes = files
          .filter((f) => f.name !== 'manifest.json')
          .reduce((n, f) => n + bytesOf(f.content).length, 0);
        expect(bytes).toBeLessThanOrEqual(20_000);
      }
  });

  it('of another number have another identity', () => {
    const hashes = ['2.0', '2.5'].map(
      (x) => must(textSubjects(`param p = ${x};\nfn f(x: f32) -> f32 { p * x }`)[0]).hashes,
    );
    expect(hashes[0]?.graph).toBe(hashes[1]?.graph);
    expect(hashes[0]?.parameters).not.toBe(hashes[1]?.parameters);
    expect(hashes[0]?.id).not.toBe(hashes[1]?.id);
  });

  it('hold what the source says about its values', () => {
    const types = textOf(build(must(textSubjects(KINDS)[0]), 'wasm'), 'model.d.ts');
    expect(types).toContain('/** How a machine feels. */\nexport type Mood = "calm" | "tense";');
    expect(types).toContain('  /** Along the road. km. */\n  readonly x: number;');
    expect(types).toContain('  /** km/h. In [0, 10]. */\n  readonly speed: number;');
    expect(types).toContain('/** Everything at once. */\nexport interface Model');
  });

  it('have a manifest that names them', () => {
    const artefact = build(must(textSubjects(KINDS)[0]), 'wasm');
    expect(JSON.parse(textOf(artefact, 'manifest.json'))).toMatchObject({
      v: 1,
      program: 'program.su',
      function: 'all_kinds',
      doc: 'Everything at once.',
      graph: expect.stringMatching(/^sha256:/),
      inputs: expect.arrayContaining([{ name: 'speed', layout: { kind: 'number' }, range: [0, 10], doc: 'km/h' }]),
      files: [
        { name: 'model.wasm', bytes: fileOf(artefact, 'model.wasm').length },
        { name: 'model.js' },
        { name: 'model.d.ts' },
      ],
    });
  });
});

describe('a bundler for pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-bundle-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['wasm', 'js'] as const)('takes the script of target %s', async (target) => {
    const artefact = build(must(textSubjects(KINDS)[0]), target);
    for (const { name } of artefact.files) writeFileSync(join(folder, name), fileOf(artefact, name));
    const options = {
      bundle: true,
      minify: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      logLevel: 'silent',
    } as const;
    const { warnings, outputFiles } = await bundle({ ...options, entryPoints: [join(folder, 'model.js')] });
    expect([warnings, outputFiles.length]).toEqual([[], 1]);
  });
});

describe('the types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-types-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

  /** The complaints of the compiler about a program that uses the model. */
  function complaints(text: string): string {
    const artefact = build(must(textSubjects(KINDS)[0]), 'wasm');
    writeFileSync(join(folder, 'model.d.ts'), textOf(artefact, 'model.d.ts'));
    writeFileSync(join(folder, 'use.mts'), `import { load, ModelError } from './model.js';\n${text}`);
    const options = [
      '--strict',
      '--noEmit',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--lib',
      'es2022',
      '--types',
      '',
    ];
    const { stdout } = spawnSync(process.execPath, [TSC, ...options, 'use.mts'], { cwd: folder });
    return stdout.toString();
  }

  const CALL = `const model = await load();
const [trip, who, row, seat, ready, chance, moods, sum] = model.run({
  speed: 1,
  trip: { spots: [{ x: 1, mood: 'calm' }, { x: 2, mood: 'tense' }], risk: 'unknown', pair: [1, true] },
  image: new Float32Array(6),
  truths: [true, 0.5],
  who: { calm: 0.5, tense: 0.5 },
  seat: 2,
  ready: false,
  chance: [0.5, 0.25, 0.25],
  moods: ['calm', 'tense'],
});
`;
  it('allow what is right', () => {
    expect(
      complaints(`${CALL}const weight: number = who.calm + row[0]! + seat + chance[0]! + sum;
const mood: 'calm' | 'tense' = moods[0]!;
export const used = [weight, mood, trip.spots[0]!.x, ready, ModelError, model.raw.inputs, model.alarms];`),
    ).toBe('');
  });
  it('refuse what is wrong', () => {
    expect(complaints(CALL.replace("mood: 'tense'", "mood: 'bored'"))).toContain('bored');
    expect(complaints(CALL.replace('seat: 2', 'set: 2'))).toContain("'set'");
    expect(complaints(`${CALL}who.bored;`)).toContain("'bored'");
  });
});
