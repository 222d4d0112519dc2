#!/usr/bin/env node
/**
 * The binary `sutra`: reads the command line, loads the one verb that is wanted, and turns its result into an exit code.
 * A mistake of ours is caught here and nowhere else: it leaves a reproducer and exit code 70.
 */
import { readFileSync } from 'node:fs';
import { EXIT, type ExitCode, Usage } from './exit.ts';
import type { VerbName } from './options.ts';
import { type Call, parse } from './parse.ts';
import type { Session } from './session.ts';

type CallOf<V extends VerbName> = Extract<Call, { verb: V }>;
export type Verb<V extends VerbName> = (call: CallOf<V>, session: Session) => Promise<ExitCode>;

/** Each verb is a module of its own, loaded only when it is called. */
const LOAD: { readonly [V in VerbName]: () => Promise<{ readonly verb: Verb<V> }> } = {
  new: () => import('./verbs/new.ts'),
  check: () => import('./verbs/check.ts'),
  run: () => import('./verbs/run.ts'),
  train: () => import('./verbs/train.ts'),
  decompile: () => import('./verbs/decompile.ts'),
  import: () => import('./verbs/import.ts'),
  certify: () => import('./verbs/certify.ts'),
  prove: () => import('./verbs/prove.ts'),
  simplify: () => import('./verbs/simplify.ts'),
  freeze: () => import('./verbs/freeze.ts'),
  test: () => import('./verbs/test.ts'),
  fmt: () => import('./verbs/fmt.ts'),
  diff: () => import('./verbs/diff.ts'),
  explain: () => import('./verbs/explain.ts'),
  build: () => import('./verbs/build.ts'),
  bench: () => import('./verbs/bench.ts'),
  completions: () => import('./verbs/completions.ts'),
  doctor: () => import('./verbs/doctor.ts'),
};

/** Verbs that `--watch` runs again. */
const WATCHED: readonly VerbName[] = ['check', 'test', 'run'];

const version = (): string => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
};

async function runVerb<V extends VerbName>(call: CallOf<V>): Promise<ExitCode> {
  if (call.options['fast-math'] && call.options.backend !== 'native')
    throw new Usage('`--fast-math` goes with `--backend native`; the other backends give the bits of the reference');
  const { openSession } = await import('./session.ts');
  const { verb } = await LOAD[call.verb as V]();
  const once = async (): Promise<{ readonly code: ExitCode; readonly touched: ReadonlySet<string> }> => {
    const session = openSession(call.options);
    return { code: await ended(verb(call, session), session), touched: session.files.touched };
  };
  if (!call.options.watch) return (await once()).code;
  if (!WATCHED.includes(call.verb))
    throw new Usage(`\`sutra ${call.verb}\` takes no --watch; ${WATCHED.join(', ')} do`);
  const { watch } = await import('./watch.ts');
  return watch(once);
}

/** A thread that was lost within a step is nobody's mistake, and says itself how to go on. */
async function ended(code: Promise<ExitCode>, session: Session): Promise<ExitCode> {
  try {
    return await code;
  } catch (error) {
    const { Halt } = await import('../backends/halt.ts');
    if (error instanceof Halt) return session.refuse([error.problem]);
    throw error;
  }
}

async function main(argv: readonly string[]): Promise<ExitCode> {
  const call = parse(argv, version());
  if (call.verb === undefined) {
    (call.code === EXIT.done ? process.stdout : process.stderr).write(call.text);
    return call.code;
  }
  try {
    return await runVerb(call);
  } catch (error) {
    if (error instanceof Usage) {
      process.stderr.write(`error: ${error.message}\n`);
      return EXIT.usage;
    }
    const { reproduce } = await import('./reproducer.ts');
    process.stderr.write(reproduce(error, argv, version()));
    return EXIT.bug;
  }
}

process.exitCode = await main(process.argv.slice(2));
