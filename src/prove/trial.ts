/** The compiled program of a property, for points: which asserts are false. What it says is the truth; `examined` in `property.ts` asks it. */
import type { Backend } from '../backends/backend.ts';
import { ready } from '../passes/index.ts';
import { must } from '../text/result.ts';
import type { Stated } from './property.ts';

export interface Trial {
  /** Per input of the property's graph: to be filled before a run. */
  readonly inputs: readonly Float32Array[];
  /** Runs, and says which asserts are false, if every assumption holds and some are; of a relation, an empty list where its sides differ. */
  run(): readonly number[] | undefined;
  /** Whether every assumption held in the last run. */
  isAssumed(): boolean;
}

export function trialOf(property: Stated, params: ReadonlyMap<string, Float32Array>, backend: Backend): Trial {
  const { graph, assumes, asserts, relation } = property;
  const { inputs, outputs, params: own, step } = backend.compile(ready(graph)).resident;
  for (const [name, view] of own) view.set(must(params.get(name)));
  const holds = (i: number): boolean => must(must(outputs[i])[0]) > 0;
  const isAssumed = (): boolean => assumes.every((_, i) => holds(i));
  const isFar = (): boolean => sidesOf(outputs).some(([left, right]) => !agree(left, right, relation?.within));
  const falseOnes = (): readonly number[] => asserts.flatMap((_, i) => (holds(assumes.length + i) ? [] : [i]));
  return {
    inputs,
    isAssumed,
    run() {
      step();
      if (relation) return isFar() ? [] : undefined;
      const failed = isAssumed() ? falseOnes() : [];
      return failed.length > 0 ? failed : undefined;
    },
  };
}

/** The outputs of a relation: each leaf of its left side with that of its right side. */
export const sidesOf = <T>(outputs: readonly T[]): (readonly [T, T])[] =>
  outputs.slice(0, outputs.length / 2).map((left, i) => [left, must(outputs[outputs.length / 2 + i])] as const);

/** The same bits (any two nans are the same), or numbers that are as near as stated. */
export const agree = (a: Float32Array, b: Float32Array, within: number | undefined): boolean =>
  a.every((x, i) => (within === undefined ? Object.is(x, b[i]) : Math.abs(x - must(b[i])) <= within));
