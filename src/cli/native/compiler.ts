/** Finds the system's C compiler and makes libraries with it. Only GCC and Clang know the vectors that are printed. */
import { spawnSync } from 'node:child_process';

export interface Compiler {
  /** What the user calls it. */
  readonly name: string;
  readonly command: string;
  /** What stands before our flags: the rest of `$CC`. */
  readonly before: readonly string[];
  /** The first line that it says of itself. */
  readonly version: string;
}

const LOOK_MS = 10_000;
const COMPILE_MS = 300_000;

/** `$CC`, then `cc`, `gcc`, `clang`: the first that is there and one of the two. */
export function findCompiler(env: NodeJS.ProcessEnv): Compiler | undefined {
  const named = env.CC?.trim();
  for (const name of [...(named ? [named] : []), 'cc', 'gcc', 'clang']) {
    const [command = '', ...before] = name.split(/\s+/);
    const { status, stdout } = spawnSync(command, [...before, '--version'], { encoding: 'utf8', timeout: LOOK_MS });
    if (status === 0 && /gcc|clang|Free Software Foundation/i.test(stdout))
      return { name, command, before, version: stdout.split('\n')[0] ?? '' };
  }
  return undefined;
}

/**
 * Every flag that code depends on. Roundings stay single unless `fuse`; errno and traps are for nobody, and tables lie among the
 * floats of the arena.
 */
export function flagsFor(compiler: Compiler, fuse: boolean): string[] {
  const clang = /clang/i.test(compiler.version) ? ['-fno-strict-float-cast-overflow'] : [];
  // Lanes that only a loop can name, as those of a square root, stay together.
  const whole = process.arch === 'x64' ? ['-mprefer-vector-width=512'] : [];
  const contract = `-ffp-contract=${fuse ? 'fast' : 'off'}`;
  return [
    ...['-std=gnu11', '-O3', '-march=native', contract, '-fno-math-errno', '-fno-trapping-math'],
    ...['-fno-strict-aliasing', '-fPIC', '-shared', '-w', ...whole, ...clang],
  ];
}

/** Makes a library of a source file; gives the compiler's complaint, or undefined where it has none. */
export function compileLibrary(
  { command, before }: Compiler,
  flags: readonly string[],
  { source, library }: { readonly source: string; readonly library: string },
): string | undefined {
  const words = [...before, ...flags, '-o', library, source, '-lm'];
  const { status, stderr, error } = spawnSync(command, words, { encoding: 'utf8', timeout: COMPILE_MS });
  if (status === 0) return undefined;
  return error?.message ?? stderr.split('\n').find((line) => /error/i.test(line)) ?? `it ended with ${status}`;
}
