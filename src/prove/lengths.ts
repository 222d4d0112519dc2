/**
 * Relations that are stated for every length: one step of both sides, by which an induction goes. Finitely many states are all reached
 * (`product.ts`); else both sides are the same at every step, or equal as real functions (`induction.ts`). `property.ts` calls it.
 */
import type { LoweredProperty } from '../lower/program.ts';
import { type Step, stepOf } from '../machines/step.ts';
import { invariant, must } from '../text/result.ts';
import type { Tier } from '../verify/index.ts';
import { domainOf, domainOfRanges, rangesOf } from './domain.ts';
import { hasEqualSides, proveEquality, SAME_GRAPH, sampled } from './equality.ts';
import { equalIdeals, type Inputs, isSameByInduction } from './induction.ts';
import { everyPoint } from './points.ts';
import { proveProduct } from './product.ts';
import type { Asked as PropertyAsked, PropertyProof, Stated } from './property.ts';
import { BEGUN } from './property-cases.ts';
import type { ProveOptions } from './prove.ts';
import { trialOf } from './trial.ts';

type Lengths = NonNullable<LoweredProperty['lengths']>;

/** Two lengths that are sizes of nothing else. */
const TWO = [61, 67] as const;

interface Asked {
  readonly property: Stated;
  readonly lengths: Lengths;
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly options: ProveOptions;
}

const NOTHING = { kind: 'machine', boxes: 0, open: 1, parts: [] } as const;

const unknown = (reason: string): PropertyProof => ({ ...NOTHING, verdict: 'unknown', tiers: [], reason });

export function proveEveryLength(
  property: Stated,
  lengths: Lengths,
  { params, options }: Pick<Asked, 'params' | 'options'>,
): PropertyProof {
  const asked = { property, lengths, params, options };
  const step = stepAt(lengths);
  if (typeof step === 'string') return shortOnes(asked, step);
  const empty = proveEmpty(asked);
  if (empty.verdict !== 'proved') return empty;
  const proof = proveSteps(asked, step);
  if (proof.verdict !== 'proved') return proof;
  confirm(asked);
  return { ...proof, tiers: proof.tiers.filter((tier) => empty.tiers.includes(tier)) };
}

/** One step of both sides; or why they do not go step by step. */
function stepAt({ name, leak, at }: Lengths): Step | string {
  if (leak) {
    const { source, start } = leak.at;
    return `not one step for every \`${name}\`: ${leak.why}, ${source.name}:${lineAt(source.text, start)}`;
  }
  const graphs = TWO.map((n) => at(n).graph);
  const step = stepOf([must(graphs[0]), must(graphs[1])], TWO);
  return typeof step === 'string' ? `not one step for every \`${name}\`: ${step}` : step;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** Every length but 0. */
function proveSteps(asked: Asked, step: Step): PropertyProof {
  const { property, params, options } = asked;
  const induction = { ...NOTHING, kind: 'induction', open: 0, verdict: 'proved' } as const;
  if (isSameByInduction(step, params)) return { ...induction, tiers: ['S1', 'S2', 'S3'] };
  const ranges = rangesOf(property.inputs);
  const inputs: Inputs = {
    symbols: domainOfRanges(ranges.filter((_, i) => step.isLong[i])),
    held: domainOfRanges(ranges.filter((_, i) => !step.isLong[i])),
  };
  const found = proveProduct(step, inputs, { params, options });
  if (typeof found !== 'string' && found.verdict !== 'unknown') return found;
  const goOn = (): boolean => options.goOn({ ...BEGUN, number: 1, cases: 1 });
  const isIdeal = equalIdeals(step, inputs, { params, goOn }) === 'yes';
  const seen = someLengths(asked);
  if (typeof seen !== 'number') return isIdeal ? { ...seen, reason: BY_ROUNDING } : seen;
  const points = `no difference of bits was found at ${seen} points`;
  const reason = typeof found === 'string' ? points : `${found.reason}`;
  if (isIdeal) return { ...induction, tiers: ['S3'] satisfies readonly Tier[], reason };
  return typeof found === 'string' ? unknown(`${found}; ${points}`) : found;
}

const BY_ROUNDING = 'as functions of real numbers both sides are equal: they differ by rounding alone';

// --- lengths one by one ------------------------------------------------------------------------------------

/** What is asked of one length; nothing where the program has no meaning there. */
function askedAt({ lengths, params, options }: Asked, length: number): PropertyAsked | undefined {
  const property = lengths.at(length);
  if (property.problems.length > 0) return undefined;
  const domain = domainOf(property.inputs);
  return { property, params, domain, trial: trialOf(property, params, options.backend) };
}

/** No step at all: what the loops begin with. */
function proveEmpty(asked: Asked): PropertyProof {
  const here = askedAt(asked, 0);
  if (!here) return unknown('it has no meaning for the length 0');
  const { property, domain } = here;
  const isFew = domain.isFinite && domain.count <= MOST_EMPTY;
  const isSame = !isFew && hasEqualSides(property.graph, asked.params);
  const proof = isSame ? SAME_GRAPH : isFew ? everyPoint(here, asked.options) : proveEquality(here, asked.options);
  if (proof.verdict === 'refuted') return { ...proof, length: 0 };
  return proof.verdict === 'proved' ? proof : { ...proof, reason: `${proof.reason ?? proof.verdict}, of the length 0` };
}

const MOST_EMPTY = 2 ** 20;

/** Every input of one length, where they are few. */
function atLength(asked: Asked, length: number): PropertyProof | undefined {
  const here = askedAt(asked, length);
  if (!here?.domain.isFinite || here.domain.count > MOST_POINTS) return undefined;
  const proof = everyPoint(here, asked.options);
  return proof.verdict === 'refuted' ? { ...proof, length } : proof;
}

/** What can be said where there is no step: every input of short lengths. */
function shortOnes(asked: Asked, why: string): PropertyProof {
  let last: number | undefined;
  for (let length = 0; length <= MOST_SHORT; length++) {
    const proof = atLength(asked, length);
    if (proof?.verdict === 'refuted') return proof;
    // some programs have no meaning without elements
    if (proof?.verdict === 'proved') last = length;
    else if (length > 0) break;
  }
  return unknown(last === undefined ? why : `${why}; no difference up to length ${last}`);
}

/** Lengths that are tried one by one, and inputs of one of them. */
const MOST_SHORT = 16;
const MOST_POINTS = 2 ** 12;

/** What was proved holds for short inputs, by the program itself. */
function confirm(asked: Asked): void {
  for (const length of [1, 2, 3])
    invariant(atLength(asked, length)?.verdict !== 'refuted', 'what is proved for every length is refuted');
}

/** Points of a few lengths, until one shows a difference; or how many were tried. */
function someLengths(asked: Asked): PropertyProof | number {
  let points = 0;
  for (const length of SOME) {
    const here = askedAt(asked, length);
    if (!here) continue;
    const { runs, failed } = sampled(here, asked.options, RUNS);
    points += runs;
    const witness = here.trial.inputs.map((xs) => xs.slice());
    if (failed)
      return { ...NOTHING, kind: 'cases', open: 0, verdict: 'refuted', tiers: ['S1'], witness, failed, length };
  }
  return points;
}

const SOME = [1, 2, 3, 5, 8, 13, 21];
const RUNS = 2000;
