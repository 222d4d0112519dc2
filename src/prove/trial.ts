/** The compiled program of a property, for points: which asserts are false. What it says is the truth; `examined` in `property.ts` asks it. */
import type { Backend } from '../backends/backend.ts';
import { ready } from '../passes/index.ts';
import { must } from '../text/result.ts';
import type { Stated } from './property.ts';

export interface Trial {
  /** Per input of the property's graph: to be filled before a run. */
  readonly inputs: readonly Float32Array[];
  /** Runs, and says which asserts are false, if every assumption holds and some are. */
  run(): readonly number[] | undefined;
  /** Whether every assumption held in the last run. */
  isAssumed(): boolean;
}

export function trialOf(
  { graph, assumes, asserts }: Stated,
  params: ReadonlyMap<string, Float32Array>,
  backend: Backend,
): Trial {
  const { resident } = backend.compile(ready(graph));
  for (const [name, view] of resident.params) view.set(must(params.get(name)));
  const holds = (i: number): boolean => must(must(resident.outputs[i])[0]) > 0;
  const isAssumed = (): boolean => assumes.every((_, i) => holds(i));
  return {
    inputs: resident.inputs,
    isAssumed,
    run() {
      resident.step();
      if (!isAssumed()) return undefined;
      const failed = asserts.flatMap((_, i) => (holds(assumes.length + i) ? [] : [i]));
      return failed.length > 0 ? failed : undefined;
    },
  };
}
