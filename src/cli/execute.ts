/**
 * Runs the files of an artefact as a user would, before they are put in place, and compares every result with the reference. A
 * difference is a mistake of ours.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type Artefact,
  bytesOf,
  differing,
  inputValue,
  leavesValue,
  type Subject,
  type Trial,
  trialsOf,
  type Value,
} from '../artefact/index.ts';
import { Bug, must } from '../text/result.ts';

export interface Check {
  /** Calls that were made. */
  readonly inputs: number;
  /** Numbers that were compared. */
  readonly numbers: number;
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
