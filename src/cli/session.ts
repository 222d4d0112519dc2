/**
 * What every verb is given: the terminal, the files, and the one way to tell problems. A verb returns its exit code;
 * it never ends the process and never prints except through here.
 */
import { performance } from 'node:perf_hooks';
import type { Backend } from '../backends/backend.ts';
import type { Problem } from '../text/problem.ts';
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { EXIT, type ExitCode, Usage } from './exit.ts';
import { type Files, openFiles } from './files.ts';
import type { CommonOptions } from './options.ts';
import { type MessageFormat, printProblems, problemJson } from './report.ts';
import { openTerminal, type Terminal } from './terminal.ts';

export interface Session {
  readonly terminal: Terminal;
  readonly files: Files;
  readonly options: CommonOptions;
  /** Prints problems to standard error: errors always, warnings unless quiet. */
  warn(problems: readonly Problem[]): void;
  /**
   * Ends a verb: the problems as JSON on standard output with `--json`, else on standard error. Gives exit code 1.
   * `also`: what the JSON says besides.
   */
  refuse(problems: readonly Problem[], also?: object): ExitCode;
  /** One line of JSON. */
  json(value: object): void;
  /** Milliseconds since some start. */
  now(): number;
}

export function openSession(options: CommonOptions): Session {
  const terminal = openTerminal(options.quiet);
  const format: MessageFormat = options['message-format'] ?? 'human';
  const print = (problems: readonly Problem[]): void => {
    if (problems.length > 0) terminal.error(printProblems(problems, format, terminal.errColor));
  };
  return {
    terminal,
    files: openFiles(),
    options,
    warn: (problems) => print(options.quiet ? problems.filter((p) => p.severity === 'error') : problems),
    refuse(problems, also) {
      if (options.json) terminal.out(`${JSON.stringify({ v: 1, ...also, problems: problems.map(problemJson) })}\n`);
      else print(problems);
      return EXIT.problems;
    },
    json: (value) => terminal.out(`${JSON.stringify({ v: 1, ...value })}\n`),
    now: () => performance.now(),
  };
}

/** The backends of this version, loaded when one is asked for. */
export const BACKENDS: Readonly<Record<string, (threads: number | undefined) => Promise<Backend>>> = {
  reference: async () => (await import('../backends/reference.ts')).reference,
  wasm: async (threads) => (await import('./threads.ts')).threadsBackend(threads),
};

/** The backend that `--backend` names; else the compiled one, whose bits are those of the reference. */
export async function backendOf(session: Session): Promise<Result<Backend>> {
  const name = session.options.backend ?? 'wasm';
  const load = BACKENDS[name];
  return load ? ok(await load(threadsOf(session.options))) : fail([problem('backend-not-here', undefined, { name })]);
}

const MOST_THREADS = 64;

/** What `--threads` says, if anything. */
export function threadsOf({ threads }: CommonOptions): number | undefined {
  if (threads !== undefined && (threads < 1 || threads > MOST_THREADS))
    throw new Usage(`\`--threads\` takes 1 to ${MOST_THREADS}`);
  return threads;
}
