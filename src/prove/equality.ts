/**
 * Whether two programs are the same function: the same graph after passes that keep all bits; else a point where their bits differ; else the
 * same ideal function. Note [Equal functions] at the foot.
 */
import type { Graph } from '../ir/graph.ts';
import { canonical, commuted, ready, withNumbers } from '../passes/index.ts';
import { unrolled, unrolledSize } from '../passes/unroll.ts';
import { must } from '../text/result.ts';
import { idealOf, textOfPolynomial } from '../verify/index.ts';
import type { Range } from './domain.ts';
import { MOST_NODES } from './opened.ts';
import type { Asked, PropertyProof } from './property.ts';
import { BEGUN, fixedIn, MOST_CASES } from './property-cases.ts';
import type { ProveOptions } from './prove.ts';
import { sidesOf } from './trial.ts';

const NOTHING = { boxes: 0, open: 0, parts: [] } as const;

export const SAME_GRAPH: PropertyProof = {
  ...NOTHING,
  verdict: 'proved',
  tiers: ['S1', 'S2', 'S3'],
  kind: 'same graph',
};

/** Equal steps are one value in the canonical form, so equal sides are the same values. */
export function hasEqualSides(graph: Graph, params: ReadonlyMap<string, Float32Array>): boolean {
  const own = withNumbers(
    graph,
    params,
    graph.inputs.map(() => undefined),
  );
  const { outputs } = canonical(commuted(ready(own)));
  return sidesOf(outputs).every(([left, right]) => left.value === right.value);
}

export function proveEquality(asked: Asked, options: ProveOptions): PropertyProof {
  const { trial } = asked;
  const { runs, failed } = sampled(asked, options);
  const isIdeal = haveEqualIdeals(asked);
  if (failed) {
    const witness = trial.inputs.map((xs) => xs.slice());
    const reason = 'as functions of real numbers both sides are equal: they differ by rounding alone';
    return {
      ...NOTHING,
      verdict: 'refuted',
      tiers: ['S1'],
      kind: 'cases',
      witness,
      failed,
      ...(isIdeal && { reason }),
    };
  }
  const seen = `no difference of bits was found at ${runs} points`;
  if (isIdeal) return { ...NOTHING, verdict: 'proved', tiers: ['S3'], kind: 'polynomial', reason: seen };
  return { ...NOTHING, verdict: 'unknown', tiers: [], kind: 'bounds', open: 1, reason: seen };
}

const RUNS = 20_000;
/** Runs between two questions for the time. */
const BETWEEN = 256;

/** Points of all combinations in turn, until one shows a difference; the last one is in the trial. */
export function sampled({ domain, trial }: Asked, { goOn, random }: ProveOptions, most = RUNS): Sampled {
  // all bits of a float32, also of small ones: rounding shows in the last
  const fine = (): number => random() + random() * 2 ** -24;
  let runs = 0;
  while (runs < most && (runs % BETWEEN !== BETWEEN - 1 || goOn({ ...BEGUN, number: 1, cases: 1 }))) {
    domain.write(runs < domain.count ? runs : Math.floor(random() * domain.count), trial.inputs);
    for (const [i, range] of domain.ranges.entries())
      if (!domain.isFixed[i]) fill(must(trial.inputs[i]), range, fine, runs % 4 === 0);
    runs++;
    const failed = trial.run();
    if (failed) return { runs, failed };
  }
  return { runs };
}

interface Sampled {
  readonly runs: number;
  readonly failed?: readonly number[];
}

/** Numbers of a range: corners, or anything between; where it has no end, numbers of all sizes. */
function fill(to: Float32Array, { lo, hi }: Range, random: () => number, isCorner: boolean): void {
  for (let k = 0; k < to.length; k++) {
    const [low, high] = [must(lo[k]), must(hi[k])];
    const isBounded = Number.isFinite(low) && Number.isFinite(high);
    const inner = isBounded ? low + random() * (high - low) : someSize(random);
    const end = random() < 0.5 ? low : high;
    to[k] = Math.min(high, Math.max(low, Math.fround(isCorner && isBounded ? end : inner)));
  }
}

const someSize = (random: () => number): number =>
  (random() < 0.5 ? -1 : 1) * (1 + random()) * 2 ** Math.floor(40 * random() - 20);

/** Combinations whose ideal functions are compared, at most. */
const MOST_IDEALS = 256;

function haveEqualIdeals({ property: { graph }, params, domain }: Asked): boolean {
  if (domain.count > Math.min(MOST_IDEALS, MOST_CASES)) return false;
  for (let i = 0; i < domain.count; i++) {
    const own = withNumbers(graph, params, fixedIn(domain, i));
    if (unrolledSize(own) > MOST_NODES) return false;
    const ideal = idealOf(unrolled(own));
    if (!ideal) return false;
    const texts = ideal.map((numbers) => numbers.map(textOfPolynomial).join('\n'));
    if (!sidesOf(texts).every(([left, right]) => left === right)) return false;
  }
  return true;
}

/*
Note [Equal functions]

`f == g` says that the compiled programs give the same bits (two nans being the same). The passes keep bits, and equal steps become one, so
sides that are one value are equal in every tier. Otherwise only runs can tell of bits. Ideal functions are compared as polynomials over the
rationals: equal normal forms prove tier S3 and nothing of float32, where sums in another order may differ in their last bits. Therefore such a proof
says `S3`, and where bits were seen to differ the answer is that they differ, with the remark that it is by rounding alone.
*/
