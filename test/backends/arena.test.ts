/**
 * What compiled training needs: an arena near what is alive at once, nothing allocated from one step to the next, and no
 * slower steps when the gradients have faded.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fade } from '../../bench/flush.ts';
import { schedulePlan } from '../../src/backends/schedule/index.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import type { Plan } from '../../src/kernel/nest.ts';
import { must } from '../../src/text/result.ts';
import { fuseStep } from '../../src/train/fuse.ts';
import { openParameters } from '../../src/train/parameters.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram } from '../programs.ts';
import { liveBytes } from './plan-lives.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const trained = EXAMPLE_GRAPHS.flatMap((path) => {
  const { program } = openProgram(join(EXAMPLES, path)).compiled;
  return program.train?.optimizer.step
    ? [{ path, task: program.train, slots: openParameters(program.params).slots }]
    : [];
});

const planOf = ({ task, slots }: (typeof trained)[number], rows: number): Plan => {
  const { step, state: stateNames } = task.optimizer;
  const fused = fuseStep({ loss: task.loss, slots, weighted: false, step: must(step), stateNames }, rows);
  return schedulePlan(fused.graph, fused.updates);
};

describe('the arena of a training step', () => {
  for (const example of trained)
    it(`${example.path}: at most 1.3 times the bytes that are alive at once`, () => {
      for (const rows of [16, 50, 64]) {
        const plan = planOf(example, rows);
        expect(4 * plan.arena).toBeGreaterThanOrEqual(liveBytes(plan));
        expect((4 * plan.arena) / liveBytes(plan), `${rows} rows`).toBeLessThanOrEqual(1.3);
      }
    });

  it('is found too large when it is', () => {
    const plan = planOf(must(trained[0]), 16);
    expect((2 * 4 * plan.arena) / liveBytes(plan)).toBeGreaterThan(1.3);
  });
});

describe('steps', () => {
  /** Bytes by which the heap grows per call, in a process of its own whose young generation is larger than all of it. */
  const growth = (program: string): Record<string, number> => {
    const flags = ['--expose-gc', '--max-semi-space-size=128', '--min-semi-space-size=128'];
    const script = join(ROOT, 'test/backends/heap-growth.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, script, join(ROOT, program)], {
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, number>;
  };

  for (const program of ['examples/rules_reference/five.su', 'examples/adding/adding.su'])
    it(`of ${program} in place allocate nothing`, () => {
      const { step, run } = growth(program);
      // No object is smaller than 8 bytes; what is left is the measuring itself.
      expect(step).toBeLessThan(4);
      // The copying face returns fresh arrays: the same measure sees them.
      expect(run).toBeGreaterThan(50);
    });
});

describe('Adam after the gradients have ended', () => {
  it('has no denormals in its state, comes to 0, and keeps its pace', () => {
    const { task } = must(trained.find(({ path }) => path.includes('iris')));
    const fading = fade(must(task.optimizer.step), wasm, 256, 70_000);
    expect(fading).toMatchObject({ denormals: 0, left: 0 });
    // Denormals take some fifty times as long.
    expect(fading.last / fading.first).toBeLessThan(5);
  });
});
