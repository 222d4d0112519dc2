/** `--backend native` through the built binary: the same bits, its cache, `--fast-math`, and what happens where something is missing. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../src/text/result.ts';
import { jsonLines, workplace } from './sutra.ts';

const cache = mkdtempSync(join(tmpdir(), 'sutra-cache-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));
const FOLDER = join(cache, 'sutra');
const entries = (): string[] => readdirSync(FOLDER).sort();

/** A module that makes `koffi` not to be found. */
const HIDING = join(cache, 'hide.mjs');
writeFileSync(HIDING, `import { register } from 'node:module';\nregister('./hook.mjs', import.meta.url);\n`);
const hook = `if (name === 'koffi') throw new Error('hidden'); return next(name, context);`;
writeFileSync(join(cache, 'hook.mjs'), `export async function resolve(name, context, next) { ${hook} }\n`);

const place = workplace({ XDG_CACHE_HOME: cache });
const bare = workplace({ XDG_CACHE_HOME: cache, PATH: '/nowhere' });
const broken = workplace({ XDG_CACHE_HOME: join(cache, 'empty'), CC: './cc' });
const alone = workplace({ XDG_CACHE_HOME: cache, NODE_OPTIONS: `--import=${HIDING}` });

const RUN = ['run', 'iris.su:classify', '--in', 'i={ petal_length: 4.5, petal_width: 1.5 }'] as const;
const hasCompiler = ['gcc', 'clang'].some((compiler) => spawnSync(compiler, ['--version']).status === 0);
if (!hasCompiler) console.warn('NOT TESTED: the backend native, for no C compiler is installed');

beforeAll(() => {
  for (const p of [place, bare, broken, alone]) p.copy('examples/iris');
});

describe.skipIf(!hasCompiler)('--backend native', () => {
  it('learns the same bits as wasm', () => {
    const before = place.read('iris.su');
    expect(place.sutra('train', 'iris.su', '--epochs', '20').code).toBe(0);
    const expected = place.read('iris.su');
    place.write('iris.su', before);
    expect(place.sutra('train', 'iris.su', '--epochs', '20', '--backend', 'native')).toMatchObject({
      code: 0,
      err: '',
    });
    expect(place.read('iris.su')).toBe(expected);
    expect(expected).not.toBe(before);
  });

  it('keeps what it compiled, and nothing else', () => {
    const kept = entries();
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((name) => !/^[0-9a-f]{32}-[0-9a-f]{64}\.lib$/.test(name))).toEqual([]);
    const times = kept.map((name) => statSync(join(FOLDER, name)).mtimeMs);
    expect(place.sutra('test', 'iris.su', '--backend', 'native').code).toBe(0);
    expect(place.sutra('test', 'iris.su', '--backend', 'native').code).toBe(0);
    expect(kept.map((name) => statSync(join(FOLDER, name)).mtimeMs)).toEqual(times);
  });

  it('notices an entry that is damaged, and makes it anew', () => {
    expect(place.sutra('test', 'iris.su', '--backend', 'native').code).toBe(0);
    const kept = entries();
    const sizes = kept.map((name) => statSync(join(FOLDER, name)).size);
    for (const name of kept) writeFileSync(join(FOLDER, name), 'not a library');
    expect(place.sutra('test', 'iris.su', '--backend', 'native')).toMatchObject({ code: 0, err: '' });
    const again = kept.filter((name, i) => entries().includes(name) && statSync(join(FOLDER, name)).size === sizes[i]);
    expect(again.length).toBeGreaterThan(0);
  });

  it('notices an entry that belongs to another program', () => {
    rmSync(FOLDER, { recursive: true });
    expect(place.sutra('test', 'iris.su', '--backend', 'native').code).toBe(0);
    const own = must(entries()[0]);
    place.write('other.su', 'fn f(x: f32) -> f32 { x * 3 }\ntest "other" { assert f(2.0) == 6.0; }\n');
    const before = new Set(entries());
    expect(place.sutra('test', 'other.su', '--backend', 'native').code).toBe(0);
    const other = must(entries().find((name) => !before.has(name)));
    // The other's library under our key, with the hash that it has.
    const foreign = `${own.slice(0, 32)}-${other.slice(33)}`;
    copyFileSync(join(FOLDER, other), join(FOLDER, foreign));
    rmSync(join(FOLDER, own));
    expect(place.sutra('test', 'iris.su', '--backend', 'native')).toMatchObject({ code: 0, err: '' });
    expect(entries()).toContain(own);
    expect(entries()).not.toContain(foreign);
  });
});

describe.skipIf(!hasCompiler)('--fast-math', () => {
  it('says that bits may differ, on every line of JSON and also when quiet', () => {
    const human = place.sutra('test', 'iris.su', '--backend', 'native', '--fast-math', '-q');
    expect(human).toMatchObject({ code: 0, err: expect.stringContaining('bits may differ') });
    const { out } = place.sutra(
      'train',
      'iris.su',
      '--epochs',
      '2',
      '--no-write',
      '--backend',
      'native',
      '--fast-math',
      '--json',
    );
    const lines = jsonLines(out);
    expect(lines.length).toBe(3);
    for (const line of lines)
      expect(line).toMatchObject({ v: 1, fast_math: true, bits: 'may differ from the reference' });
    const once = place.sutra(...RUN, '--backend', 'native', '--fast-math', '--json');
    expect(jsonLines(once.out)).toMatchObject([{ v: 1, fast_math: true }]);
  });

  it('is refused with other backends', () => {
    for (const words of [[], ['--backend', 'wasm'], ['--backend', 'reference']])
      expect(place.sutra('test', 'iris.su', ...words, '--fast-math')).toMatchObject({
        code: 2,
        err: expect.stringContaining('--backend native'),
      });
  });
});

describe('where something is missing', () => {
  const same = (p: typeof place) => expect(p.sutra(...RUN, '--backend', 'native').out).toBe(p.sutra(...RUN).out);

  it('no compiler: says so, and wasm runs the program', () => {
    expect(bare.sutra('test', 'iris.su', '--backend', 'native')).toMatchObject({
      code: 0,
      err: expect.stringContaining('SU0820'),
    });
    expect(bare.sutra('doctor')).toMatchObject({ code: 0, out: expect.stringContaining('needs a C compiler') });
    same(bare);
  });

  it('no koffi: says how to get it, and wasm runs the program', () => {
    expect(alone.sutra('test', 'iris.su', '--backend', 'native')).toMatchObject({
      code: 0,
      err: expect.stringContaining('npm install koffi'),
    });
    expect(alone.sutra('doctor').out).toContain('needs the package `koffi`');
    same(alone);
  });

  it('a compiler that fails: says what it said, once, and leaves nothing behind', () => {
    broken.write('cc', '#!/bin/sh\n[ "$1" = --version ] && echo gcc && exit\necho "error: out of order" >&2\nexit 1\n');
    spawnSync('chmod', ['+x', join(broken.folder, 'cc')]);
    const { code, err } = broken.sutra('train', 'iris.su', '--epochs', '2', '--no-write', '--backend', 'native');
    expect([code, err.split('SU0821').length, err.includes('out of order')]).toEqual([0, 2, true]);
    expect(readdirSync(join(cache, 'empty', 'sutra'))).toEqual([]);
    same(broken);
  });
});
