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
  /** Prints them to standard error, also when quiet. */
  insist(problems: readonly Problem[]): void;
  /**
   * Ends a verb: the problems as JSON on standard output with `--json`, else on standard error. Gives exit code 1.
   * `also`: what the JSON says besides.
   */
  refuse(problems: readonly Problem[], also?: object): ExitCode;
  /** One line of JSON. */
  json(value: object): void;
  /** What every line of JSON says after `"v":1`: nothing, or that bits may differ. */
  readonly mark: { text: string };
  /** Milliseconds since some start. */
  now(): number;
}

export function openSession(options: CommonOptions): Session {
  const terminal = openTerminal(options.quiet);
  const format: MessageFormat = options['message-format'] ?? 'human';
  const print = (problems: readonly Problem[]): void => {
    if (problems.length > 0) terminal.error(printProblems(problems, format, terminal.errColor));
  };
  const mark = { text: '' };
  const jsonLine = (value: object): string => {
    const rest = JSON.stringify(value).slice(1);
    return `{"v":1${mark.text}${rest === '}' ? '' : ','}${rest}\n`;
  };
  return {
    terminal,
    mark,
    files: openFiles(),
    options,
    warn: (problems) => print(options.quiet ? problems.filter((p) => p.severity === 'error') : problems),
    insist: print,
    refuse(problems, also) {
      if (options.json) terminal.out(jsonLine({ ...also, problems: problems.map(problemJson) }));
      else print(problems);
      return EXIT.problems;
    },
    json: (value) => terminal.out(jsonLine(value)),
    now: () => performance.now(),
  };
}

/** The backends of this version, loaded when one is asked for. */
export const BACKENDS: Readonly<Record<string, (session: Session) => Promise<Backend>>> = {
  reference: async () => (await import('../backends/reference.ts')).reference,
  wasm: async ({ options }) => (await import('./threads.ts')).threadsBackend(threadsOf(options)),
  native: async (session) => (await import('./native/index.ts')).openNative(session),
};

/** The backend that `--backend` names; else the compiled one, whose bits are those of the reference. */
export async function backendOf(session: Session): Promise<Result<Backend>> {
  const name = session.options.backend ?? 'wasm';
  const load = BACKENDS[name];
  return load ? ok(await load(session)) : fail([problem('backend-not-here', undefined, { name })]);
}

const MOST_THREADS = 64;

/** What `--threads` says, if anything. */
export function threadsOf({ threads }: CommonOptions): number | undefined {
  if (threads !== undefined && (threads < 1 || threads > MOST_THREADS))
    throw new Usage(`\`--threads\` takes 1 to ${MOST_THREADS}`);
  return threads;
}
