/**
 * What this machine can do at this moment, measured between the blocks of the benchmarks: 128-bit multiplications and additions
 * in registers, which no WebAssembly kernel can exceed, and reading and writing memory that no cache holds.
 */
import { moduleBuilder } from '../src/backends/wasm/encode.ts';
import { instantiate, newMemory } from '../src/backends/wasm/host.ts';
import { must } from '../src/text/result.ts';

// biome-ignore format: a table reads better in rows
const PAIRS = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3], [0, 0], [1, 1]] as const;

/** Eight sums, each with its own pair of factors, for equal products would be computed once. */
export function openPeak(turns = 200_000): { gflops(): number } {
  const m = moduleBuilder();
  m.importMemory('host', 'memory', { least: 1 });
  const f = m.function({ params: [], results: [] }, (code) => {
    const sums = Array.from({ length: PAIRS.length }, () => code.local('v128'));
    const left = code.local('i32');
    const factors = [0, 16, 32, 48].map((at) => {
      const factor = code.local('v128');
      code.i32(0);
      code.memory('v128.load', at);
      code.set(factor);
      return factor;
    });
    code.i32(turns);
    code.set(left);
    code.loop(() => {
      for (const [i, sum] of sums.entries()) {
        const [a, b] = PAIRS[i] ?? [0, 0];
        code.get(sum);
        code.get(factors[a] ?? sum);
        code.get(factors[b] ?? sum);
        code.op('f32x4.mul');
        code.op('f32x4.add');
        code.set(sum);
      }
      code.get(left);
      code.i32(1);
      code.op('i32.sub');
      code.tee(left);
      code.brIf(0);
    });
    for (const sum of sums) {
      code.i32(0);
      code.get(sum);
      code.memory('v128.store', 0);
    }
  });
  m.exportFunction('f', f);
  const run = must(instantiate(m.finish(), { host: { memory: newMemory(1) } }).f);
  for (let i = 0; i < 10; i++) run();
  return { gflops: () => (turns * PAIRS.length * 8) / (seconds(run) * 1e9) };
}

const MEGABYTES = 64;

/** Adds one array of 64 MB to another: two reads and a write of each word. */
export function openBandwidth(): { gigabytes(): number } {
  const bytes = MEGABYTES * 2 ** 20;
  const m = moduleBuilder();
  const pages = (2 * bytes) / 65536;
  m.importMemory('host', 'memory', { least: pages });
  const f = m.function({ params: [], results: [] }, (code) => {
    const at = code.local('i32');
    code.loop(() => {
      code.get(at);
      code.get(at);
      code.memory('v128.load', 0);
      code.get(at);
      code.memory('v128.load', bytes);
      code.op('f32x4.add');
      code.memory('v128.store', 0);
      code.get(at);
      code.i32(16);
      code.op('i32.add');
      code.tee(at);
      code.i32(bytes);
      code.op('i32.lt_u');
      code.brIf(0);
    });
  });
  m.exportFunction('f', f);
  const run = must(instantiate(m.finish(), { host: { memory: newMemory(2 * bytes) } }).f);
  run();
  return { gigabytes: () => (3 * bytes) / (seconds(run) * 1e9) };
}

function seconds(run: () => void): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}
