/**
 * Decides a property of a program: every combination of its cases in turn, and in each the box of its numbers by bounds. `sutra prove`
 * calls it. What is proved holds for the float32 program on all points; what is refuted was run. Relations are in `relation.ts`.
 */
import type { LoweredProperty } from '../lower/program.ts';
import { ok, type Result } from '../text/result.ts';
import type { Proof, Question } from '../verify/index.ts';
import { domainOf } from './domain.ts';
import { everyPoint } from './points.ts';
import { proveCases } from './property-cases.ts';
import type { ProveOptions } from './prove.ts';
import { trialOf } from './trial.ts';

export type Tier = 'S1' | 'S2' | 'S3';

export interface PropertyProof {
  /** `vacuous`: it holds, and says nothing about the program. */
  readonly verdict: 'proved' | 'refuted' | 'unknown' | 'vacuous';
  readonly tiers: readonly Tier[];
  /** How it was shown. */
  readonly kind: 'bounds' | 'cases' | 'same graph' | 'polynomial';
  readonly boxes: number;
  readonly open: number;
  /** The best lower bound of the margin where boxes could not be split further. */
  readonly bound?: number;
  readonly reason?: string;
  /** Per input of the graph: a point where it fails. */
  readonly witness?: readonly Float32Array[];
  /** Which asserts are false there. */
  readonly failed?: readonly number[];
  readonly parts: readonly { readonly question: Question; readonly proof: Proof }[];
}

/** What a proof needs of a property. */
export type Stated = Pick<LoweredProperty, 'inputs' | 'graph' | 'assumes' | 'asserts' | 'relation'>;

/** So many points are run one by one, at most. */
const MOST_POINTS = 2 ** 24;

/** Proves, refutes, or says why not. `params` by name, as the program has them. */
export function proveProperty(
  property: Stated,
  params: ReadonlyMap<string, Float32Array>,
  options: ProveOptions,
): Result<PropertyProof> {
  const domain = domainOf(property.inputs);
  const trial = trialOf(property, params, options.backend);
  if (domain.isFixed.every(Boolean) && domain.count <= MOST_POINTS) return ok(everyPoint(domain, trial, options.goOn));
  return ok(proveCases({ property, params, domain, trial }, options));
}
