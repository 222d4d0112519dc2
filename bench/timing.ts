/** Timing within one process, and the figure that no kernel of this machine can exceed. */
import { moduleBuilder } from '../src/backends/wasm/encode.ts';
import { instantiate, newMemory } from '../src/backends/wasm/host.ts';

export const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** Microseconds of one run, when it is run so many times. */
export function time(run: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return ((performance.now() - start) / times) * 1000;
}

/** How often something must run to take so many microseconds. */
export function timesFor(run: () => void, microseconds: number): number {
  let times = 1;
  while (time(run, times) * times < microseconds / 4) times *= 2;
  return Math.max(1, Math.round(microseconds / time(run, times)));
}

// biome-ignore format: a table reads better in rows
const PAIRS = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3], [0, 0], [1, 1]] as const;

/** GFLOP/s of multiplications and additions of four floats in registers: what no kernel can exceed. */
export function peak(): number {
  const turns = 1_000_000;
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
      // Each sum has its own pair of factors, for equal products would be computed once.
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
  const run = instantiate(m.finish(), { host: { memory: newMemory(1) } }).f;
  const times = Array.from({ length: 20 }, () => time(() => run?.(), 1));
  return (turns * PAIRS.length * 8) / (Math.min(...times) * 1000);
}
