/** Threads through the binary: the same files with one and two, an end of the process, and no work for idle workers. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../src/text/result.ts';
import { workerProgram } from '../threads-host.ts';
import { workplace } from './sutra.ts';

const place = workplace();
const { sutra, write, read } = place;

beforeAll(() => {
  place.copy('examples/digits');
  const wide = (text: string): string =>
    text.replace('Dense<64, 32>', 'Dense<64, 256>').replace('Dense<32, 10>', 'Dense<256, 10>');
  for (const name of ['one', 'two']) write(`${name}.su`, wide(read('digits.su')));
});

describe('--threads', () => {
  it('changes no byte of what a training writes', () => {
    const one = sutra('train', 'one.su', '--epochs', '3', '--threads', '1');
    const two = sutra('train', 'two.su', '--epochs', '3', '--threads', '2');
    expect([one.code, one.err, two.code, two.err]).toEqual([0, '', 0, '']);
    expect(two.out).toBe(one.out.replaceAll('one.', 'two.'));
    expect(read('two.su')).toBe(read('one.su').replaceAll('one.', 'two.'));
    expect(read('two.safetensors')).toBe(read('one.safetensors'));
    expect(sutra('certify', 'two.su').out).toBe('equal\n');
  });

  it('changes no byte of a table', () => {
    const tables = ['1', '2', '3'].map((n) => sutra('run', 'two.su', '--data', 'digits.csv.gz', '--threads', n));
    expect(tables.map((t) => t.code)).toEqual([0, 0, 0]);
    expect(must(tables[1]).out).toBe(must(tables[0]).out);
    expect(must(tables[2]).out).toBe(must(tables[0]).out);
  });

  it('takes a number that makes sense', () => {
    expect(sutra('run', 'two.su', '--data', 'digits.csv.gz', '--threads', '0')).toMatchObject({
      code: 2,
      err: expect.stringContaining('1 to 64'),
    });
  });

  it('shows in explain what is shared', () => {
    const { out } = sutra('explain', 'two.su', '--stage', 'kernels', '--threads', '2');
    expect(out).toContain('// not worth 2 threads\n');
    write('large.su', 'fn main(x: f32[256, 256], y: f32[256, 256]) -> f32[256, 256] {\n  x @ y\n}\n');
    const large = sutra('explain', 'large.su', '--stage', 'kernels', '--threads', '2').out;
    expect(large).toMatch(/\/\/ 2 threads share 1 steps and meet at 1 places: about \d+ µs instead of \d+\n/);
    expect(large).toContain('//   contract over i < 256, j < 256: ');
  });

  it('shows in doctor how many there are', () => {
    expect(sutra('doctor').out).toMatch(/ok +threads +(large steps use up to \d+|one processor)/);
  });
});

/** Steps with three threads, then nothing for a second; prints how many steps they ran together and the time of the processor in both. */
const IDLE = `
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { wasmThreads } from './src/backends/wasm/threads/index.ts';
import { graphBuilder } from './src/ops/build.ts';
declare const PROGRAM: string;
const b = graphBuilder();
const [x, y] = [b.input('x', [256, 256]), b.input('y', [256, 256])];
const graph = b.finish([{ name: 'p', value: b.einsum(x, y, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' }) }]);
const backend = wasmThreads({ mayWait: true, start() {
  const w = new Worker(PROGRAM, { eval: true });
  w.unref();
  return { post: (m) => w.postMessage(m), onEnd: (f) => void w.once('exit', f), stop: () => void w.terminate() };
} }, 3);
const { resident } = backend.compile(graph);
setTimeout(() => {
  while (backend.together() < 20) resident.step();
  setTimeout(() => {
    const [start, used] = [performance.now(), process.cpuUsage()];
    setTimeout(() => {
      const { user, system } = process.cpuUsage(used);
      console.log(JSON.stringify({ together: backend.together(), share: (user + system) / 1000 / (performance.now() - start) }));
    }, 1000);
  }, 100);
}, 500);
`;

describe('idle workers', () => {
  it('take no time and let the process end', () => {
    const { outputFiles } = buildSync({
      stdin: { contents: IDLE, resolveDir: fileURLToPath(new URL('../../', import.meta.url)), loader: 'ts' },
      define: { PROGRAM: JSON.stringify(workerProgram()) },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
    });
    const ended = spawnSync(process.execPath, ['-'], { input: must(outputFiles[0]).text, timeout: 20_000 });
    expect([ended.status, ended.stderr.toString()]).toEqual([0, '']);
    const { together, share } = JSON.parse(ended.stdout.toString()) as { together: number; share: number };
    expect(together).toBe(20);
    expect(share).toBeLessThan(0.1);
  });
});
