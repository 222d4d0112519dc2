/** Training with threads: steps run on all of them, and everything that would be written is that of one thread. */
import { setTimeout as later, setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { type ThreadsBackend, wasmThreads } from '../../src/backends/wasm/threads/index.ts';
import { openTable } from '../../src/cli/table.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { compile, train } from '../../src/road.ts';
import { openProgram, succeed } from '../programs.ts';
import { testHost, workerProgram } from '../threads-host.ts';

const DIGITS = fileURLToPath(new URL('../../examples/digits/digits.su', import.meta.url));

async function trained(backend: Backend) {
  const { source, host } = openProgram(DIGITS);
  const text = source.text.replace('Dense<64, 32>', 'Dense<64, 128>').replace('Dense<32, 10>', 'Dense<128, 10>');
  const compiled = succeed(compile({ ...source, text }, host));
  const table = succeed(await openTable(DIGITS.replace('digits.su', 'digits.csv.gz')));
  const data = { kind: 'csv', file: 'digits.csv.gz', table } as const;
  const { written, checkpoint } = succeed(
    await train(compiled, host, { data, backend, epochs: 3, breathe: () => nextTurn() }),
  );
  return {
    files: written.files.map((f) => f.after),
    sides: written.sides.map((s) => [...s.bytes]),
    checkpoint: [...checkpoint],
  };
}

/** Steps that are worth it, until the workers have come: on a busy machine they take their time. */
async function awaken(backend: ThreadsBackend): Promise<void> {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [192, 192]), b.input('y', [192, 192])];
  const value = b.einsum(x, y, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
  const { resident } = backend.compile(b.finish([{ name: 'product', value }]));
  for (let i = 0; i < 1000 && backend.together() === 0; i++) {
    resident.step();
    await later(10);
  }
}

it('writes the bytes of one thread', async () => {
  const backend = wasmThreads(testHost(workerProgram()), 2);
  await awaken(backend);
  const before = backend.together();
  const two = await trained(backend);
  expect(backend.together()).toBeGreaterThan(before);
  backend.close();
  expect(two).toEqual(await trained(wasm));
});
