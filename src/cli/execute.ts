/**
 * Runs the files of an artefact as a user would, before they are put in place, and compares every result with the reference. A
 * difference is a mistake of ours.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type Artefact,
  bytesOf,
  differing,
  inputValue,
  leavesValue,
  type Subject,
  type Trial,
  trialLines,
  trialProgram,
  trialsOf,
  type Value,
} from '../artefact/index.ts';
import { Bug, must } from '../text/result.ts';
import { type Compiler, findCompiler } from './native/compiler.ts';

export interface Check {
  /** Calls that were made. */
  readonly inputs: number;
  /** Numbers that were compared. */
  readonly numbers: number;
}

/** What stands in the way of executing an artefact here. */
export interface Unchecked {
  readonly missing: string;
}

export const execute = (artefact: Artefact, subject: Subject): Promise<Check | Unchecked> | Check | Unchecked =>
  artefact.target === 'c' ? executeC(artefact, subject) : executeScript(artefact, subject);

/** Compiles the pair with a program that calls it on the sampled inputs, in a folder of its own. */
function executeC(artefact: Artefact, subject: Subject): Check | Unchecked {
  const compiler = findCompiler(process.env);
  if (!compiler) return { missing: 'a C compiler (cc, gcc or clang, or what the variable CC names)' };
  const trials = trialsOf(subject);
  const folder = mkdtempSync(join(tmpdir(), 'sutra-build-'));
  try {
    for (const { name, content } of artefact.files) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'trial.c'), trialProgram(subject, trials));
    const sources = artefact.files.map((f) => f.name).filter((name) => name.endsWith('.c'));
    const found = compileAndRun(compiler, folder, [...sources, 'trial.c']);
    if (!isDeepStrictEqual(found.trimEnd().split('\n'), [...trialLines(subject, trials)]))
      throw new Bug(`the model of ${subject.function} in C differs from the reference`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return checkOf(trials);
}

const C_FLAGS = ['-std=c99', '-O2', '-ffp-contract=off'];
const MOST_OUTPUT = 2 ** 28;

function compileAndRun({ command, before }: Compiler, folder: string, sources: readonly string[]): string {
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: MOST_OUTPUT } as const;
  const compiled = spawnSync(command, [...before, ...C_FLAGS, '-o', 'trial', ...sources, '-lm'], options);
  if (compiled.status !== 0) throw new Bug(`${command} does not take the model: ${compiled.stderr}`);
  const ran = spawnSync(join(folder, 'trial'), options);
  if (ran.status !== 0) throw new Bug(`the model in C ended with ${ran.status ?? ran.signal}`);
  return ran.stdout;
}

interface LoadedModel {
  run(inputs: Value): Value;
  runAll(rows: readonly Value[]): Value[];
  readonly alarms: readonly string[];
  readonly raw: { readonly outputs: Readonly<Record<string, Float32Array>> };
}

interface Script {
  load(wasm?: Uint8Array): Promise<LoadedModel>;
}

/** Imports `model.js` from memory and calls it on the sampled inputs, one by one and all together. */
export async function executeScript(artefact: Artefact, subject: Subject): Promise<Check> {
  const file = (name: string): Uint8Array | undefined => {
    const found = artefact.files.find((f) => f.name === name);
    return found && bytesOf(found.content);
  };
  const script = Buffer.from(must(file('model.js'))).toString('base64');
  const { load } = (await import(`data:text/javascript;base64,${script}`)) as Script;
  const model = await load(file('model.wasm'));
  const trials = trialsOf(subject);
  const inputs = trials.map((trial) => inputValue(subject.inputs, trial.inputs));
  const expected = trials.map((trial) => leavesValue(subject.output, trial.outputs));
  for (const [i, trial] of trials.entries()) {
    const value = model.run(must(inputs[i]));
    const bits = differing(trial, Object.values(model.raw.outputs));
    if (bits > 0 || !isDeepStrictEqual(value, expected[i]) || !sameAlarms(subject, trial, model.alarms))
      throw new Bug(`the model of ${subject.function} differs from the reference on ${JSON.stringify(inputs[i])}`);
  }
  for (const [i, value] of model.runAll(inputs).entries())
    if (!isDeepStrictEqual(value, expected[i]))
      throw new Bug(`row ${i} of ${subject.function} differs from the reference`);
  return checkOf(trials);
}

export const checkOf = (trials: readonly Trial[]): Check => ({
  inputs: trials.length,
  numbers: trials.reduce((n, t) => n + t.outputs.reduce((m, data) => m + data.length, 0), 0),
});

const sameAlarms = (subject: Subject, trial: Trial, found: readonly string[]): boolean =>
  isDeepStrictEqual(
    trial.alarms.map((i) => subject.source.alarms[i]?.message),
    [...found],
  );
