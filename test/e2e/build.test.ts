/** `sutra build` through the built binary: the files, what it says of them, and what it will not write over. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, workplace } from './sutra.ts';

const place = workplace();
const { sutra, write, read, has, folder } = place;

beforeAll(() => {
  place.copy('examples/iris');
  write(
    'loop.su',
    'fn f(x: f32) -> f32 { iterate s = x while s < 10.0 max 4 { s + 1.0 } }\nfn g(x: f32) -> f32 { 2.0 * x }\n',
  );
});

const filesIn = (name: string): Record<string, string> =>
  Object.fromEntries(readdirSync(join(folder, name)).map((file) => [file, read(join(name, file))]));

/** What a program of a user prints that imports the model from its file. */
function use(model: string, code: string): string {
  const url = pathToFileURL(join(folder, model, 'model.js')).href;
  const text = `import { load } from ${JSON.stringify(url)};\nconst model = await load();\n${code}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout;
}

describe('sutra build', () => {
  it('writes a module of WebAssembly, a script and types, and says how they were tried', () => {
    const { code, out } = sutra('build', 'iris.su', '--target', 'wasm');
    expect(code).toBe(0);
    expect(readdirSync(join(folder, 'iris-wasm')).sort()).toEqual([
      'manifest.json',
      'model.d.ts',
      'model.js',
      'model.wasm',
    ]);
    expect(out).toMatch(/^iris-wasm\/model\.wasm +\d+ bytes$/m);
    expect(out).toMatch(
      /4 files, \d+ bytes; executed on 200 sampled inputs: 0 of 600 numbers differ from the reference \(sampled, not proved\)\n$/,
    );
  });

  it('whose model runs from its folder', () => {
    const flower = '{ sepal_length: 5, sepal_width: 3.4, petal_length: 1.4, petal_width: 0.2 }';
    const out = use('iris-wasm', `const w = model.run(${flower}); console.log(Object.keys(w).join(), w.setosa > 0.5);`);
    expect(out).toBe('setosa,versicolor,virginica true\n');
  });

  it('gives the same answer as `sutra run`', () => {
    sutra('build', 'loop.su:g', '--target', 'js', '-o', 'g');
    const { out } = sutra('run', 'loop.su:g', '--in', 'x=0.1');
    expect(use('g', 'console.log(model.run({ x: 0.1 }));')).toBe(`${Math.fround(Number(out.split(' ')[0]))}\n`);
  });

  it('writes a pair of C files, and says so where they could not be tried', () => {
    expect(sutra('build', 'loop.su:g', '--target', 'c', '-o', 'in-c')).toMatchObject({ code: 0 });
    expect(readdirSync(join(folder, 'in-c')).sort()).toEqual(['g.c', 'g.h', 'manifest.json']);
    const { status, stdout } = spawnSync(
      process.execPath,
      [place.binary, 'build', 'loop.su:g', '--target', 'c', '-o', 'in-c2'],
      {
        cwd: folder,
        env: { PATH: '' },
        encoding: 'utf8',
      },
    );
    expect([status, stdout]).toEqual([0, expect.stringContaining('not executed here, for there is no C compiler')]);
  });

  it('tells the same as JSON', () => {
    const { out } = sutra('build', 'loop.su:f', '--target', 'js', '-o', 'loop', '--json');
    expect(jsonLines(out)).toEqual([
      {
        v: 1,
        target: 'js',
        function: 'f',
        id: expect.stringMatching(/^sha256:/),
        folder: 'loop',
        files: expect.arrayContaining([{ path: 'loop/model.js', bytes: expect.any(Number) }]),
        memory: expect.any(Number),
        alarms: [expect.stringContaining('bound of 4')],
        checked: { by: 'sampling', inputs: 200, numbers: 200, bits_differ: 0 },
      },
    ]);
  });

  it('names what the model may report', () => {
    expect(sutra('build', 'loop.su:f', '--target', 'js', '-o', 'loop').out).toContain(
      'it may report: iterate stopped at its bound',
    );
  });

  it('gives the same bytes again, from anywhere', () => {
    mkdirSync(join(folder, 'deep'));
    sutra('build', 'iris.su', '--target', 'wasm', '-o', 'deep/again');
    expect(filesIn('deep/again')).toEqual(filesIn('iris-wasm'));
  });

  it('writes over its own files, and over no others', () => {
    write('two.su', 'fn f(x: f32) -> f32 { 2.0 * x }\n');
    expect(sutra('build', 'two.su', '--target', 'js', '-o', 'two')).toMatchObject({ code: 0 });
    write('two.su', 'fn f(x: f32) -> f32 { 3.0 * x }\n');
    expect(sutra('build', 'two.su', '--target', 'js', '-o', 'two')).toMatchObject({ code: 0 });
    expect(use('two', 'console.log(model.run({ x: 1 }));')).toBe('3\n');
    write('two/model.d.ts', '// mine\n');
    const before = filesIn('two');
    write('two.su', 'fn f(x: f32) -> f32 { 4.0 * x }\n');
    const refused = sutra('build', 'two.su', '--target', 'js', '-o', 'two');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('SU0831]: two/model.d.ts') });
    expect(filesIn('two')).toEqual(before);
  });

  it('does not touch a file that was there before', () => {
    mkdirSync(join(folder, 'mine'));
    write('mine/model.js', 'export const mine = 1;\n');
    expect(sutra('build', 'iris.su', '--target', 'js', '-o', 'mine')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU0831'),
    });
    expect(filesIn('mine')).toEqual({ 'model.js': 'export const mine = 1;\n' });
  });

  it('refuses what it cannot do, and writes nothing', () => {
    expect(sutra('build', 'iris.su', '--target', 'onnx')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU0830'),
    });
    expect(sutra('build', 'iris.su')).toMatchObject({ code: 2, err: expect.stringContaining('needs `--target`') });
    expect(sutra('build', 'iris.su', '--target', 'pascal')).toMatchObject({ code: 2 });
    expect(sutra('build', 'iris.su:clasify', '--target', 'js')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Did you mean `classify`?'),
    });
    expect(has('iris-js') || has('iris-onnx')).toBe(false);
  });
});
