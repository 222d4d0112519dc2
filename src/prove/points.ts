/** Properties of finite things: every combination is run by the compiled program. */
import { must } from '../text/result.ts';
import { isPoint } from './domain.ts';
import { exactnessOf } from './exactness.ts';
import type { Asked, PropertyProof } from './property.ts';
import type { ProveOptions } from './prove.ts';

/** Runs between two questions for the time. */
const RUNS = 1024;

export function everyPoint({ domain, trial, property, params }: Asked, goOn: ProveOptions['goOn']): PropertyProof {
  const common = { kind: 'cases', parts: [] } as const;
  const isExact = exactnessOf(property, params, (i) => domain.isFixed[i] === true || isPoint(must(domain.ranges[i])));
  let [isPossible, isAllExact] = [false, domain.count <= FEW];
  for (let i = 0; i < domain.count; i++) {
    if (i % RUNS === RUNS - 1 && !goOn(progress(i, domain.count)))
      return { ...common, verdict: 'unknown', tiers: [], boxes: i, open: domain.count - i, reason: 'time is up' };
    domain.write(i, trial.inputs);
    const failed = trial.run();
    if (failed) {
      const witness = trial.inputs.map((xs) => xs.slice());
      return { ...common, verdict: 'refuted', tiers: ['S1'], boxes: i + 1, open: 0, witness, failed };
    }
    isPossible ||= trial.isAssumed();
    isAllExact &&= isExact(trial.inputs);
  }
  const counts = { boxes: domain.count, open: 0 };
  if (!isPossible) return { ...common, ...counts, verdict: 'vacuous', tiers: [], reason: IMPOSSIBLE };
  return { ...common, ...counts, verdict: 'proved', tiers: isAllExact ? ['S1', 'S2', 'S3'] : ['S1'] };
}

/** Of so many points it is asked whether they are exact. */
const FEW = 4096;

export const IMPOSSIBLE = 'the assumptions hold nowhere';

const progress = (done: number, count: number) =>
  ({
    stage: 'bounds',
    boxes: done,
    open: count - done,
    proved: done / count,
    best: -Infinity,
    left: count - done,
    number: 1,
    cases: 1,
  }) as const;
