/** A few steps of a program's own training on made-up examples, in one compiled plan, with every number of it known in advance. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Backend } from '../../src/backends/backend.ts';
import { leavesOf } from '../../src/ir/layout.ts';
import type { TrainTask } from '../../src/lower/program.ts';
import { normals } from '../../src/num/random.ts';
import { sha256 } from '../../src/num/sha256.ts';
import { must } from '../../src/text/result.ts';
import { fuseStep } from '../../src/train/fuse.ts';
import { openParameters } from '../../src/train/parameters.ts';
import { openProgram } from '../programs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Stepped {
  readonly losses: readonly number[];
  /** SHA-256 over the bits of all trained parameters, in order of declaration, little-endian. */
  readonly hash: string;
}

export function takeSteps(program: string, rows: number, steps: number, backend: Backend): Stepped {
  const path = join(ROOT, program);
  if (!existsSync(path)) throw new Error(`there is no ${program}`);
  const { compiled } = openProgram(path);
  const task = must(compiled.program.train, `${program} does not train`);
  const { slots } = openParameters(compiled.program.params);
  const { step, state, numbers } = task.optimizer;
  const fused = fuseStep({ loss: task.loss, slots, weighted: false, step: must(step), stateNames: state }, rows);
  const { resident } = backend.compile(fused.graph, fused.updates);
  const examples = examplesOf(task, rows);
  for (const [i, leaf] of examples.entries()) must(resident.inputs[i]).set(leaf);
  const [t, rate] = [must(resident.inputs[examples.length]), must(resident.inputs[examples.length + 1])];
  rate[0] = must(numbers.rate);
  const views = fused.blocks.flatMap((block) => {
    let at = 0;
    const whole = must(resident.params.get(block.name));
    return block.slots.map((slot) => {
      const view = whole.subarray(at, at + slot.end - slot.start);
      at += view.length;
      return { slot, view };
    });
  });
  for (const { slot, view } of views) view.set(slot.spec.value);
  const losses = Array.from({ length: steps }, (_, i) => {
    t[0] = i + 1;
    resident.step();
    return must(must(resident.outputs[0])[0]);
  });
  const ordered = [...views].sort((a, b) => a.slot.start - b.slot.start).map(({ view }) => view);
  return { losses, hash: hashOf(ordered) };
}

/** Normal numbers; for cases row i has its 1 at i mod the number of them; for bools every other row is true. */
function examplesOf({ inputs, label }: TrainTask, rows: number): Float32Array[] {
  const leaves = [...inputs.flatMap((i) => leavesOf(i.layout, i.name)), ...leavesOf(label, 'label')];
  return leaves.map(({ shape, layout }, stream) => {
    const size = shape.reduce((n, m) => n * m, 1);
    if (layout.kind === 'cases')
      return Float32Array.from({ length: rows * size }, (_, i) =>
        i % layout.size === Math.floor(i / layout.size) % layout.size ? 1 : 0,
      );
    if (layout.kind === 'bool') return Float32Array.from({ length: rows * size }, (_, i) => (i % 2 === 0 ? 1 : -1));
    return normals(rows * size, 11, stream);
  });
}

function hashOf(arrays: readonly Float32Array[]): string {
  const bytes = new Uint8Array(arrays.reduce((n, a) => n + 4 * a.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const array of arrays)
    for (const x of array) {
      view.setFloat32(at, x, true);
      at += 4;
    }
  return sha256(bytes);
}
