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
import { type NamedPlan, printFile } from '../../src/backends/c/nests.ts';
import type { Machine } from '../../src/backends/resident.ts';
import { flagsFor } from '../../src/cli/native/compiler.ts';
import { layData } from '../../src/kernel/evaluate-nest.ts';
import type { Plan } from '../../src/kernel/nest.ts';

/** One way to compile. */
export interface Road {
  readonly name: string;
  readonly width: Width;
  readonly compiler: string;
  readonly flags: readonly string[];
  /** Whether short runs take it too. */
  readonly always?: true;
}

/** What a careful user asks of plain C; a variable that a random plan computes and drops is no mistake. */
const PORTABLE = ['-std=c99', '-pedantic', '-O2', '-Wall', '-Wextra', '-Werror', '-Wno-unknown-pragmas'];
const DROPPED = ['-Wno-unused-variable', '-Wno-unused-but-set-variable', '-Wno-unused-parameter'];

const nativeFlags = (compiler: string): string[] =>
  flagsFor({ name: compiler, command: compiler, before: [], version: compiler }, false);

const ALL: readonly Road[] = [
  {
    name: 'gcc, plain C99',
    always: true,
    width: 1,
    compiler: 'gcc',
    flags: [...PORTABLE, ...DROPPED, '-fPIC', '-shared'],
  },
  { name: 'gcc, this machine', always: true, width: 16, compiler: 'gcc', flags: nativeFlags('gcc') },
  {
    name: 'gcc, 16 lanes by SSE2',
    width: 16,
    compiler: 'gcc',
    flags: nativeFlags('gcc').filter((f) => f !== '-march=native'),
  },
  {
    name: 'gcc, plain C, fused if it may',
    width: 1,
    compiler: 'gcc',
    flags: ['-O2', '-march=native', '-fPIC', '-shared'],
  },
  { name: 'clang, this machine', always: true, width: 16, compiler: 'clang', flags: nativeFlags('clang') },
  { name: 'clang, plain C', width: 1, compiler: 'clang', flags: ['-O2', '-fPIC', '-shared'] },
];

const isHere = (compiler: string): boolean => spawnSync(compiler, ['--version']).status === 0;

/**
 * The compilers that are here: three ways, or with ROADS=all as many as there are. Says loudly what is not here, for then less is
 * tested.
 */
export function roadsHere(): readonly Road[] {
  const here = new Map(['gcc', 'clang'].map((compiler) => [compiler, isHere(compiler)]));
  for (const [compiler, found] of here) if (!found) console.warn(`NOT TESTED: ${compiler} is not installed`);
  const some = process.env.ROADS === 'all' ? ALL : ALL.filter((road) => road.always);
  return some.filter((road) => here.get(road.compiler));
}

/** Compiles these plans into one library; gives a function per plan that opens it over fresh memory. Throws with the compiler's words. */
export function loadPlans(plans: readonly Plan[], road: Road): (() => Machine)[] {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-c-'));
  try {
    const named = plans.map((plan, i): NamedPlan => ({ name: `plan_${i}`, plan }));
    const constants = road.width === 1 ? 'text' : 'arena';
    const [source, library] = [join(folder, 'plans.c'), join(folder, 'plans.so')];
    writeFileSync(source, printFile(named, { width: road.width, constants }));
    const { status, stderr } = spawnSync(road.compiler, [...road.flags, '-o', library, source, '-lm'], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${road.compiler} ${road.flags.join(' ')}:\n${stderr.slice(0, 2000)}`);
    const loaded = koffi.load(library);
    return named.map(({ name, plan }) => () => {
      const floats = new Float32Array(plan.arena + SLACK).fill(Number.NaN);
      layData(plan, floats);
      const call = loaded.func(name, 'void', ['float *']);
      return { floats, run: () => call(floats) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same with so many plans to a file. */
export function loadMany(plans: readonly Plan[], road: Road, perFile = 100): (() => Machine)[] {
  const files = Array.from({ length: Math.ceil(plans.length / perFile) }, (_, i) =>
    plans.slice(i * perFile, (i + 1) * perFile),
  );
  return files.flatMap((file) => loadPlans(file, road));
}
