/** The runtime: how small it is and what is not in it, what it refuses and how, and that calls allocate nothing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build as bundle } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { RUNTIME } from '../../src/artefact/generated.ts';
import { type ModelError, openModel } from '../../src/runtime/index.ts';
import { must } from '../../src/text/result.ts';
import { build, exampleSubjects, fileOf, importScript, loadText, textOf, textSubjects } from './built.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the bundle', () => {
  const make = () =>
    bundle({
      entryPoints: [`${ROOT}src/runtime/index.ts`],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      metafile: true,
      write: false,
      absWorkingDir: ROOT,
    });

  it('is at most 6 kB, minified and gzipped', async () => {
    const { outputFiles } = await make();
    expect(gzipSync(must(outputFiles[0]).contents, { level: 9 }).length).toBeLessThanOrEqual(6_000);
    expect(gzipSync(RUNTIME, { level: 9 }).length).toBeLessThanOrEqual(6_000);
  });

  it('holds no op, no gradient and no compiler', async () => {
    const { metafile, outputFiles } = await make();
    const rooms = Object.keys(metafile.inputs).map((path) => path.replace(/^src\/([^/]+)\/.*$/, '$1'));
    expect([...new Set(rooms)].sort()).toEqual(['num', 'runtime']);
    const words = /einsum|softplus|gradient|backward|schedule|opcode|lexer|parse[A-Z]|f32\.add/;
    expect(must(outputFiles[0]).text).not.toMatch(words);
  });
});

const iris = must(exampleSubjects('iris/iris.su').at(-1));
const FLOWER = { sepal_length: 5, sepal_width: 3.4, petal_length: 1.4, petal_width: 0.2 };

/** The error that a call ends with. */
async function errorOf(call: () => unknown): Promise<ModelError> {
  try {
    await call();
  } catch (error) {
    return error as ModelError;
  }
  throw new Error('it did not fail');
}

describe('a file that is not the model', () => {
  const wasm = build(iris, 'wasm');
  const bytes = fileOf(wasm, 'model.wasm');
  const other = fileOf(build(must(exampleSubjects('words/words.su').at(-1)), 'wasm'), 'model.wasm');
  const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['no module', new Uint8Array(8), /magic/],
    ['half of it', bytes.subarray(0, 500), /not the model/],
    ['a module of somebody else', EMPTY, /did not make/],
    ['another model', other, /the model classify with the hash/],
    [
      'an answer without the file',
      { ok: false, status: 404, url: 'http://x/model.wasm', arrayBuffer: () => undefined },
      /404/,
    ],
  ];
  for (const [what, source, message] of wrong)
    it(`is refused: ${what}`, async () => {
      const { load, ModelError: Own } = await importScript(wasm);
      const error = await errorOf(() => load(source));
      expect(error).toBeInstanceOf(Own);
      expect(error).toMatchObject({ code: 'wrong-artefact', path: '', message: expect.stringMatching(message) });
    });

  it('is loaded from bytes, buffers, answers and modules that are it', async () => {
    const { load } = await importScript(wasm);
    const answer = { ok: true, status: 200, url: '', arrayBuffer: async () => bytes.slice().buffer };
    for (const source of [bytes, bytes.slice().buffer, Buffer.from(bytes), answer, Promise.resolve(answer)])
      expect(must((await load(source)).run(FLOWER))).toHaveProperty('setosa');
  });

  it('is read without its script too', async () => {
    const { about, blocks } = await openModel(bytes);
    expect(about).toMatchObject({ v: 1, function: 'classify', id: iris.hashes.id });
    const [one] = blocks;
    for (const [name, x] of Object.entries(FLOWER)) must(one?.inputs[`f.${name}`])[0] = x;
    one?.step();
    expect(must(one?.outputs.result)[0]).toBeGreaterThan(0.4);
  });
});

describe('inputs that do not fit', () => {
  const PROGRAM = `enum Mood { calm, tense }
record Spot { x: f32, mood: Mood }
fn f(speed: f32 in [0, 10], spot: Spot, image: f32[4], who: Soft<Mood>, seat: Index<4>, ready: bool, risk: truth, spots: Spot[2]) -> f32 {
  speed + spot.x + sum(image) + who.calm + f32(seat) + f32(ready) + risk + spots[0].x + spots[1].x + f32(spot.mood == calm) + f32(spots[0].mood == calm)
}`;
  const GOOD = {
    speed: 1,
    spot: { x: 1, mood: 'calm' },
    image: [1, 2, 3, 4],
    who: { calm: 0.25, tense: 0.75 },
    seat: 3,
    ready: true,
    risk: 'unknown',
    spots: [
      { x: 1, mood: 'calm' },
      { x: 2, mood: 'tense' },
    ],
  };
  const { speed: _, ...SPEEDLESS } = GOOD;
  const cases: readonly (readonly [object | undefined, string, string, RegExp])[] = [
    [undefined, 'missing-input', '', /an object with speed, spot/],
    [{ ...SPEEDLESS, sped: 1 }, 'missing-input', 'speed', /no input has the name sped/],
    [{ ...GOOD, speed: '1' }, 'wrong-value', 'speed', /is a number, and "1" is none/],
    [{ ...GOOD, speed: 11 }, 'out-of-range', 'speed', /lies in \[0, 10\], and 11 does not/],
    [{ ...GOOD, speed: Number.NaN }, 'out-of-range', 'speed', /NaN/],
    [{ ...GOOD, spot: 3 }, 'wrong-value', 'spot', /an object with x, mood/],
    [{ ...GOOD, spot: { x: 1, mood: 'bored' } }, 'wrong-value', 'spot.mood', /one of calm, tense/],
    [{ ...GOOD, image: [1, 2, 3] }, 'wrong-length', 'image', /has 4 elements, and 3 are given/],
    [{ ...GOOD, image: new Float32Array(5) }, 'wrong-length', 'image', /5 are given/],
    [{ ...GOOD, image: 'four' }, 'wrong-value', 'image', /a list of 4/],
    [{ ...GOOD, image: [1, 2, 3, null] }, 'wrong-value', 'image[3]', /a number/],
    [{ ...GOOD, who: { calm: 0.5 } }, 'out-of-range', 'who', /sum to 1; these sum to 0.5/],
    [{ ...GOOD, who: { calm: -1, tense: 2 } }, 'out-of-range', 'who', /not negative/],
    [{ ...GOOD, who: { calm: 'x', tense: 1 } }, 'wrong-value', 'who.calm', /a number/],
    [{ ...GOOD, seat: 4 }, 'wrong-value', 'seat', /from 0 to 3/],
    [{ ...GOOD, seat: 0.5 }, 'wrong-value', 'seat', /from 0 to 3/],
    [{ ...GOOD, ready: 1 }, 'wrong-value', 'ready', /true or false/],
    [{ ...GOOD, risk: 2 }, 'out-of-range', 'risk', /\[-1, 1\]/],
    [{ ...GOOD, risk: 'maybe' }, 'wrong-value', 'risk', /"unknown"/],
    [{ ...GOOD, spots: [{ x: 1, mood: 'calm' }] }, 'wrong-length', 'spots', /2 elements/],
    [{ ...GOOD, spots: [{ x: 1, mood: 'calm' }, { x: 1 }] }, 'missing-input', 'spots[].mood', /missing/],
  ];
  const model = loadText(PROGRAM);
  it('are told apart from good ones', async () => {
    expect((await model).run(GOOD)).toBeCloseTo(21.25, 5);
    expect((await model).run({ ...GOOD, who: 'calm', image: new Float64Array(4) })).toBeCloseTo(12, 5);
  });
  for (const [inputs, code, path, message] of cases)
    it(`${code} ${path}: ${message.source}`, async () => {
      const loaded = await model;
      const error = await errorOf(() => loaded.run(inputs));
      expect(error).toMatchObject({ name: 'ModelError', code, path, message: expect.stringMatching(message) });
      const rows = Array.from({ length: 65 }, () => GOOD) as unknown[];
      rows[64] = inputs;
      expect(await errorOf(() => loaded.runAll(rows))).toMatchObject({ code, path, row: 64 });
      rows[64] = GOOD;
      rows[7] = inputs;
      expect(await errorOf(() => loaded.runAll(rows))).toMatchObject({
        code,
        path,
        row: 7,
        message: expect.stringMatching(/^row 7: /),
      });
    });
  it('leave nothing behind', async () => {
    const loaded = await model;
    await errorOf(() => loaded.run({ ...GOOD, seat: 9 }));
    expect(loaded.run(GOOD)).toBeCloseTo(21.25, 5);
  });
});

describe('a call', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-calls-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('allocates nothing after the first, by values in place and in the memory itself', () => {
    writeFileSync(join(folder, 'iris.mjs'), textOf(build(iris, 'js'), 'model.js'));
    const vector = must(textSubjects('fn f(x: f32[40], n: Index<3>) -> f32[40] { 2.0 * x + f32(n) }')[0]);
    writeFileSync(join(folder, 'vector.mjs'), textOf(build(vector, 'js'), 'model.js'));
    writeFileSync(
      join(folder, 'calls.mjs'),
      `import { load as iris } from './iris.mjs';
import { load as vector } from './vector.mjs';
const [a, b] = [await iris(), await vector()];
const flower = ${JSON.stringify({ ...FLOWER, sepal_length: 5.1 })};
const numbers = { x: new Float32Array(40).fill(0.5), n: 2 };
const into = [a.run(flower), b.run(numbers)];
const rows = new Array(100).fill(flower);
const results = a.runAll(rows);
const { inputs, outputs, step } = a.raw;
const CALLS = 100000;
const work = {
  run() { for (let i = 0; i < CALLS; i++) { a.run(flower, into[0]); } },
  tensors() { for (let i = 0; i < CALLS; i++) { b.run(numbers, into[1]); } },
  rows() { for (let i = 0; i < CALLS / 100; i++) { a.runAll(rows, results); } },
  raw() { for (let i = 0; i < CALLS; i++) { inputs['f.sepal_length'][0] = 5; step(); } },
};
const grown = {};
for (const [name, go] of Object.entries(work)) {
  for (let i = 0; i < 8; i++) go();
  gc();
  const before = process.memoryUsage().heapUsed;
  go();
  grown[name] = (process.memoryUsage().heapUsed - before) / CALLS;
}
console.log(JSON.stringify(grown));`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', join(folder, 'calls.mjs')]);
    expect(stderr.toString()).toBe('');
    const grown = JSON.parse(stdout.toString()) as Record<string, number>;
    for (const [name, bytes] of Object.entries(grown)) expect(bytes, name).toBeLessThan(1);
  });
});
