/** The road through the binary: train, write back, certify, interrupt, resume, and what can go wrong on the way. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { jsonLines, until, workplace } from './sutra.ts';

const place = workplace();
const { sutra, write, read, has } = place;
const IRIS = () => read('iris.su');

beforeEach(() => place.copy('examples/iris'));

/** The runs of iris, the oldest first. */
const runs = (): string[] =>
  (has('.sutra/runs') ? readdirSync(join(place.folder, '.sutra/runs')) : [])
    .filter((id) => id.includes('-iris'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const lastRun = (): string => join('.sutra/runs', runs().at(-1) ?? '');
const linesOf = (name: string): number => (has(name) ? read(name).split('\n').length - 1 : 0);

/** Long enough to be interrupted, and made of the same steps. */
const LONG = ['--epochs', '4000'] as const;

/** Ends soon, and later than the interruption comes. */
const SHORTER = ['--epochs', '1500'] as const;

/** Starts a training and waits until its run has a few epochs. */
async function begin(...words: string[]) {
  const before = runs();
  const started = place.start('train', 'iris.su', ...words);
  await until(() => runs().length > before.length && linesOf(join(lastRun(), 'metrics.jsonl')) > 3);
  return started;
}

describe('train', () => {
  it('writes three numbers back, touches no other byte, and certifies', () => {
    const before = IRIS();
    const { code, out, err } = sutra('train', 'iris.su');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('3 numbers to learn\n');
    expect(out).toMatch(/short_petal +2\.0 +-> +\d\S* +iris\.su:13\n/);
    expect(out.endsWith('3 parameters written, 0 bits differ, graph equal\n')).toBe(true);
    const changed = /= -?[\d.e-]+;/g;
    expect(IRIS()).not.toBe(before);
    expect(IRIS().replace(changed, '= _;')).toBe(before.replace(changed, '= _;'));
    expect(sutra('certify', 'iris.su')).toEqual({ code: 0, out: 'equal\n', err: '' });
    expect(sutra('test', 'iris.su').code).toBe(0);
  });

  it('keeps the run: settings, a line per epoch, the source before, checkpoint and certificate', () => {
    const before = IRIS();
    expect(sutra('train', 'iris.su', '--epochs', '5', '--rate', '0.01', '--seed', '7').code).toBe(0);
    const record = JSON.parse(read(join(lastRun(), 'run.json'))) as Record<string, unknown>;
    expect(record).toMatchObject({
      v: 1,
      file: 'iris.su',
      state: 'finished',
      written: 'iris.su',
      options: { epochs: 5, rate: 0.01, seed: 7 },
    });
    const epochs = jsonLines(read(join(lastRun(), 'metrics.jsonl')));
    expect(epochs.map((e) => e.epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(epochs[0]).toMatchObject({
      v: 1,
      loss: expect.any(Number),
      metrics: { holdout_accuracy: expect.any(Number) },
    });
    expect(read(join(lastRun(), 'before/iris.su'))).toBe(before);
    expect(has(join(lastRun(), 'checkpoint'))).toBe(true);
    expect(JSON.parse(read(join(lastRun(), 'certificate.json')))).toMatchObject({
      v: 1,
      graph: expect.stringMatching(/^sha256:/),
    });
  });

  it('speaks JSON: a line per epoch, then what was written', () => {
    const { code, out } = sutra('train', 'iris.su', '--epochs', '3', '--json');
    expect(code).toBe(0);
    const lines = jsonLines(out);
    expect(lines.slice(0, 3).map((l) => l.epoch)).toEqual([1, 2, 3]);
    expect(lines[3]).toMatchObject({
      v: 1,
      done: true,
      parameters: 3,
      bits_differ: 0,
      graph_equal: true,
      file: 'iris.su',
      certificate: expect.stringContaining('certificate.json'),
    });
  });

  it('gives the same bits for the same seed and others for another', () => {
    const trained = (seed: string): string => {
      sutra('train', 'iris.su', '--epochs', '20', '--seed', seed, '--out', 'out.su');
      return read('out.su');
    };
    expect(trained('3')).toBe(trained('3'));
    expect(trained('4')).not.toBe(trained('3'));
  });

  it('writes elsewhere with --out, and nowhere with --no-write', () => {
    const before = IRIS();
    expect(sutra('train', 'iris.su', '--epochs', '3', '--out', 'other.su').code).toBe(0);
    expect(IRIS()).toBe(before);
    expect(sutra('certify', 'other.su').out).toBe('equal\n');
    const { code, out } = sutra('train', 'iris.su', '--epochs', '3', '--no-write');
    expect([code, IRIS()]).toEqual([0, before]);
    expect(out).toContain(`nothing was written to iris.su; the trained source is ${lastRun()}/after/iris.su`);
    expect(read(join(lastRun(), 'after/iris.su'))).toBe(read('other.su'));
    expect(sutra('train', 'iris.su', '--out', 'a.su', '--no-write').code).toBe(2);
  });

  it('takes another table', () => {
    write(
      'half.csv',
      read('iris.csv')
        .split('\n')
        .filter((_, i) => i % 2 === 0)
        .join('\n'),
    );
    expect(sutra('train', 'iris.su', '--epochs', '3', '--data', 'half.csv', '--no-write').code).toBe(0);
  });
});

describe('--backend wasm', () => {
  it('learns the same bits as the reference', () => {
    const before = IRIS();
    expect(sutra('train', 'iris.su', '--epochs', '20').code).toBe(0);
    const expected = IRIS();
    write('iris.su', before);
    expect(sutra('train', 'iris.su', '--epochs', '20', '--backend', 'wasm').code).toBe(0);
    expect(IRIS()).toBe(expected);
    expect(expected).not.toBe(before);
  });
});

describe('interruption', () => {
  it('^C leaves the file as it was; --resume gives the bits of the uninterrupted training', async () => {
    const before = IRIS();
    const { process: child, ended } = await begin(...SHORTER);
    child.kill('SIGINT');
    const { code, err } = await ended();
    expect(code).toBe(130);
    expect(err).toContain('sutra train iris.su --resume');
    expect(IRIS()).toBe(before);
    expect(JSON.parse(read(join(lastRun(), 'run.json')))).toMatchObject({ state: 'interrupted' });
    const folder = lastRun();
    const resumed = sutra('train', 'iris.su', '--resume', ...SHORTER);
    expect(resumed.err).toBe('');
    expect(resumed.code).toBe(0);
    expect(lastRun()).toBe(folder);
    const epochs = jsonLines(read(join(folder, 'metrics.jsonl'))).map((l) => l.epoch);
    expect(epochs).toEqual(Array.from({ length: epochs.length }, (_, i) => i + 1));
    const after = IRIS();
    write('iris.su', before);
    expect(sutra('train', 'iris.su', ...SHORTER).code).toBe(0);
    expect(IRIS()).toBe(after);
  });

  it('goes on from the last checkpoint of a process that was killed', async () => {
    const { process: child, ended } = await begin(...SHORTER);
    child.kill('SIGINT');
    await ended();
    const record = join(lastRun(), 'run.json');
    write(record, read(record).replace('"interrupted"', '"running"'));
    const metrics = join(lastRun(), 'metrics.jsonl');
    const ahead = jsonLines(read(metrics)).length + 1;
    write(metrics, `${read(metrics)}{"v":1,"epoch":${ahead},"loss":-1}\n{"v":1,"epoch":${ahead + 1},"loss":-1}\n`);
    expect(sutra('train', 'iris.su', '--resume', ...SHORTER).code).toBe(0);
    const lines = jsonLines(read(metrics));
    expect(lines.map((l) => l.epoch)).toEqual(lines.map((_, i) => i + 1));
    expect(lines.some((l) => l.loss === -1)).toBe(false);
    expect(JSON.parse(read(record))).toMatchObject({ state: 'finished' });
  });

  it('says that there is nothing to resume', () => {
    expect(sutra('train', 'iris.su', '--epochs', '2').code).toBe(0);
    expect(sutra('train', 'iris.su', '--resume')).toMatchObject({ code: 1, err: expect.stringContaining('SU0808') });
  });
});

describe('two at once', () => {
  it('refuses to train a file that is being trained', async () => {
    const { process: child, ended } = await begin(...LONG);
    const second = sutra('train', 'iris.su', '--epochs', '1');
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining('SU0803') });
    expect(second.err).toContain(String(child.pid));
    child.kill('SIGINT');
    expect((await ended()).code).toBe(130);
    expect(sutra('train', 'iris.su', '--epochs', '1').code).toBe(0);
  });

  it('takes over from a training that was killed', async () => {
    const { process: child, ended } = await begin(...LONG);
    child.kill('SIGKILL');
    await ended();
    expect(sutra('train', 'iris.su', '--epochs', '1').code).toBe(0);
  });

  it('does not overwrite a file that was edited meanwhile', async () => {
    const { ended } = await begin('--epochs', '400');
    const edited = `${IRIS()}\n// an edit\n`;
    writeFileSync(join(place.folder, 'iris.su'), edited);
    const { code, err } = await ended();
    expect(code).toBe(1);
    expect(err).toContain('SU0804');
    expect(IRIS()).toBe(edited);
    expect(readFileSync(join(place.folder, lastRun(), 'after/iris.su'), 'utf8')).toContain('param short_petal');
  });
});

describe('bad data', () => {
  const rows = (change: (lines: string[]) => string[]): void => {
    place.copy('examples/iris');
    write('iris.csv', change(read('iris.csv').trimEnd().split('\n')).join('\n'));
  };
  const cases: readonly (readonly [string, (lines: string[]) => string[], RegExp])[] = [
    [
      'a misspelt column',
      ([head = '', ...rest]) => [head.replace('petal_width', 'petl_width'), ...rest],
      /SU0501[\s\S]*petal_width[\s\S]*petl_width/,
    ],
    [
      'a missing label column',
      ([head = '', ...rest]) => [head.replace(',species', ',kind'), ...rest],
      /SU0501[\s\S]*species/,
    ],
    [
      'a label that is no case',
      (lines) => lines.map((l, i) => (i === 7 ? l.replace('setosa', 'setossa') : l)),
      /iris\.csv:8[\s\S]*setossa[\s\S]*setosa/,
    ],
    [
      'text in a number column',
      (lines) => lines.map((l, i) => (i === 3 ? l.replace(/^[\d.]+/, 'five') : l)),
      /iris\.csv:4[\s\S]*five/,
    ],
    [
      'a NaN in a number column',
      (lines) => lines.map((l, i) => (i === 3 ? l.replace(/^[\d.]+/, 'nan') : l)),
      /iris\.csv:4[\s\S]*nan/,
    ],
    ['a row too short', (lines) => lines.map((l, i) => (i === 9 ? '1,2' : l)), /iris\.csv:10[\s\S]*2 cells/],
    ['a table without rows', ([head = '']) => [head], /SU0507/],
    ['an empty file', () => [''], /SU05\d\d/],
    ['an open quote', (lines) => [...lines, '"1.0,2,3,4,setosa'], /SU0811/],
  ];
  for (const [what, change, message] of cases) {
    it(`${what}: says where, and the source stays as it was`, () => {
      rows(change);
      const before = IRIS();
      const { code, err } = sutra('train', 'iris.su', '--epochs', '2');
      expect(code).toBe(1);
      expect(err).toMatch(message);
      expect(IRIS()).toBe(before);
    });
  }

  it('a table that is not there: shows the line of the program that names it', () => {
    write('lost.su', IRIS().replace('"iris.csv"', '"lost.csv"'));
    const { code, err } = sutra('train', 'lost.su');
    expect(code).toBe(1);
    expect(err).toMatch(/SU0801[\s\S]*lost\.csv/);
  });

  it('a program without a train block', () => {
    write('plain.su', 'fn f(x: f32) -> f32 { x }\n');
    expect(sutra('train', 'plain.su')).toMatchObject({ code: 1, err: expect.stringContaining('SU0602') });
  });

  it('a rate that blows up: names the line, and the source stays as it was', () => {
    write('line.csv', 'x,y\n1,2\n2,4\n3,6\n');
    const program = `import { squared_error } from "std/loss";
param w = 40.0;
fn f(x: f32) -> f32 {
  exp(w * x)
}
train f { data: csv("line.csv", label = "y"), loss: squared_error, optimizer: sgd(rate = 100.0), epochs: 50 }
`;
    write('line.su', program);
    const { code, err } = sutra('train', 'line.su');
    expect(code).toBe(1);
    expect(err).toMatch(/SU0601[\s\S]*line\.su:4/);
    expect(read('line.su')).toBe(program);
  });

  it('a place that cannot be written is found before training', () => {
    expect(sutra('train', 'iris.su', '--out', 'no/such/folder/x.su')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU0802'),
    });
    expect(sutra('train', 'none.su')).toMatchObject({ code: 1, err: expect.stringContaining('SU0801') });
    expect(sutra('train', '-').code).toBe(2);
  });
});

describe('certify', () => {
  it('refuses a changed number, a changed rule, a renamed parameter and a forged certificate', () => {
    expect(sutra('train', 'iris.su', '--epochs', '3').code).toBe(0);
    const trained = IRIS();
    const differs = (change: (text: string) => string): string => {
      write('iris.su', change(trained));
      const { code, err } = sutra('certify', 'iris.su');
      expect(code).toBe(3);
      return err;
    };
    expect(differs((t) => t.replace(/(narrow_petal = )\S+;/, '$11.25;'))).toContain('`narrow_petal`');
    expect(differs((t) => t.replace('!short && narrow', 'short && narrow'))).toMatch(/SU070\d/);
    expect(differs((t) => t.replaceAll('softness', 'width'))).toMatch(/`?width`?/);
    write('iris.su', trained);
    const certificate = join(lastRun(), 'certificate.json');
    write('forged.json', read(certificate).replace(/"values":\s*\[\s*"[^"]+"/, '"values": ["9.5"'));
    expect(sutra('certify', 'iris.su', '--against', 'forged.json')).toMatchObject({
      code: 3,
      err: expect.stringContaining('SU0702'),
    });
    expect(jsonLines(sutra('certify', 'iris.su', '--json').out)).toMatchObject([
      { v: 1, equal: true, parameters: 3, bits_differ: 0, graph: expect.stringMatching(/^sha256:/) },
    ]);
  });

  it('says that there is nothing to compare with', () => {
    write('fresh.su', IRIS());
    expect(sutra('certify', 'fresh.su')).toMatchObject({ code: 1, err: expect.stringContaining('SU0809') });
  });
});

describe('decompile', () => {
  const NET = `import { squared_error } from "std/loss";
param w: f32[8, 12] = normal(scale = 0.1);
param b = 0.5;
fn f(x: f32[12]) -> f32 { sum(w @ x) + b }
train f { data: csv("net.csv", label = "y"), loss: squared_error, optimizer: adam(rate = 0.01), epochs: 3 }
`;

  it('writes weights of a file at the marks, and refuses those of another program', () => {
    const head = Array.from({ length: 12 }, (_, i) => `x${i}`).join(',');
    const row = (k: number): string => [...Array.from({ length: 12 }, (_, i) => (i + k) / 10), k].join(',');
    write('net.csv', `${head},y\n${[1, 2, 3, 4].map(row).join('\n')}\n`);
    write('net.su', NET);
    expect(sutra('train', 'net.su').out).toMatch(/97 parameters written, 0 bits differ, graph equal\n$/);
    expect(read('net.su')).toContain('load("net.safetensors", "w", sha256 = "');
    expect(sutra('certify', 'net.su').out).toBe('equal\n');
    const other = sutra('decompile', 'net.safetensors', '--into', 'iris.su');
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('SU07') });
    expect(sutra('decompile', 'net.safetensors')).toMatchObject({ code: 2, err: expect.stringContaining('--into') });
    expect(sutra('decompile', 'model.onnx', '-o', 'x.su')).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot read model.onnx'),
    });
    expect(sutra('decompile', 'iris.csv', '--into', 'iris.su').code).toBe(1);
  });

  it('puts numbers into the text', () => {
    const header = JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } });
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    write('w.safetensors', Buffer.concat([size, Buffer.from(header), Buffer.from(Float32Array.of(1.5, -2.25).buffer)]));
    write('w.su', 'param w: f32[2] = [0.0, 0.0]; // two\nfn f() -> f32 { w[0] + w[1] }\n');
    const { code, out } = sutra('decompile', 'w.safetensors', '--into', 'w.su');
    expect(code).toBe(0);
    expect(out).toMatch(/2 parameters written, 0 bits differ, graph equal\n$/);
    expect(read('w.su')).toBe('param w: f32[2] = [1.5, -2.25]; // two\nfn f() -> f32 { w[0] + w[1] }\n');
    expect(sutra('certify', 'w.su').out).toBe('equal\n');
    expect(sutra('certify', 'w.su', '--against', 'w.safetensors').out).toBe('equal\n');
  });
});
