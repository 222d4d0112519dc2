/**
 * Printed plans compiled by the system's compilers and loaded, for tests that hold them against the evaluator. Many plans make one
 * file, because a compiler's start costs more than a plan.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import type { Width } from '../../src/backends/c/expr.ts';
import { SLACK } from '../../src/backends/c/index.ts';
import type { NamedPlan } from '../../src/backends/c/nests.ts';
import { printFile } from '../../src/backends/c/nests.ts';
import { layData } from '../../src/kernel/evaluate-nest.ts';
import type { Plan } from '../../src/kernel/nest.ts';
import { must } from '../../src/text/result.ts';

/** One way to compile: what stands before the file's name on the command line. */
export interface Road {
  readonly name: string;
  readonly width: Width;
  readonly compiler: string;
  readonly flags: readonly string[];
}

export const hasCompiler = (compiler: string): boolean => spawnSync(compiler, ['--version']).status === 0;

export interface Loaded {
  /** The plan's memory, constants laid in. */
  readonly floats: Float32Array;
  readonly run: () => void;
}

/** Compiles these plans into one library and loads it. Throws with the compiler's words. */
export function loadPlans(plans: readonly Plan[], road: Road): Loaded[] {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-c-'));
  try {
    const named = plans.map((plan, i): NamedPlan => ({ name: `plan_${i}`, plan }));
    const constants = road.width === 1 ? 'text' : 'arena';
    const source = join(folder, 'plans.c');
    const library = join(folder, 'plans.so');
    writeFileSync(source, printFile(named, { width: road.width, constants }));
    const { status, stderr } = spawnSync(
      road.compiler,
      [...road.flags, '-shared', '-fPIC', '-o', library, source, '-lm'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`${road.compiler} ${road.flags.join(' ')}:\n${stderr.slice(0, 2000)}`);
    const loaded = koffi.load(library);
    return named.map(({ name, plan }) => {
      const floats = new Float32Array(plan.arena + SLACK);
      layData(plan, floats);
      const run = loaded.func(name, 'void', ['float *']);
      return { floats, run: () => run(floats) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function outputsOf(plan: Plan, floats: Float32Array): Float32Array[] {
  return plan.outputs.map((id) => {
    const { offset, length } = must(plan.buffers[id]);
    return floats.slice(offset, offset + length);
  });
}
