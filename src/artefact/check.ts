/**
 * Runs an artefact beside the reference on sampled inputs and counts the bits that differ. What it finds equal was sampled, not
 * proved. How the artefact is run (imported, compiled) is the caller's affair.
 */

import { sameF32s } from '../num/bits.ts';
import { evaluate } from '../ops/reference.ts';
import { must } from '../text/result.ts';
import { sampleInputs } from './samples.ts';
import type { Subject } from './subject.ts';

export interface Trial {
  /** The leaves of the inputs. */
  readonly inputs: readonly Float32Array[];
  /** Of the reference: the leaves of the result, and whether each alarm fired. */
  readonly outputs: readonly Float32Array[];
  readonly alarms: readonly number[];
}

/** More trials than this are not made; large programs get fewer. */
const MOST = 200;
const WORK = 2e7;

/** What the reference gives on the sampled inputs. */
export function trialsOf(subject: Subject, most = MOST): readonly Trial[] {
  const size = subject.source.types.reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0);
  const count = Math.max(8, Math.min(most, Math.floor(WORK / (100 * size))));
  return sampleInputs(subject.inputs, count).map((inputs) => {
    const { outputs, alarms } = evaluate(subject.source, inputs, subject.params);
    return { inputs, outputs: outputs.map((data) => Float32Array.from(data)), alarms };
  });
}

/** Numbers of the result that have other bits than the reference gives. */
export const differing = (trial: Trial, outputs: readonly Float32Array[]): number =>
  trial.outputs.reduce((n, expected, i) => {
    const found = must(outputs[i]);
    return n + expected.reduce((m, x, j) => m + (sameF32s(Float32Array.of(x), found.subarray(j, j + 1)) ? 0 : 1), 0);
  }, 0);
