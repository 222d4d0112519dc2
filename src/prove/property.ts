/**
 * Decides a property of a program: every combination of its cases in turn, and in each the box of its numbers by bounds. `sutra prove`
 * calls it. What is proved holds for the float32 program on all points; what is refuted was run. Equalities are in `equality.ts`.
 */
import type { LoweredProperty } from '../lower/program.ts';
import { ok, type Result } from '../text/result.ts';
import type { Proof, Question, Tier } from '../verify/index.ts';
import { type Domain, domainOf } from './domain.ts';
import { hasEqualSides, proveEquality, SAME_GRAPH } from './equality.ts';
import { idleAsserts } from './idle.ts';
import { proveEveryLength } from './lengths.ts';
import { everyPoint } from './points.ts';
import { proveCases } from './property-cases.ts';
import type { ProveOptions } from './prove.ts';
import { type Trial, trialOf } from './trial.ts';

/** How a property was shown. */
export const PROOF_KINDS = ['bounds', 'cases', 'same graph', 'polynomial', 'machine', 'induction'] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

export interface PropertyProof {
  /** `vacuous`: it holds, and says nothing about the program. */
  readonly verdict: 'proved' | 'refuted' | 'unknown' | 'vacuous';
  readonly tiers: readonly Tier[];
  readonly kind: ProofKind;
  /** Boxes that were looked at; of `cases`, combinations that were run; of `machine`, steps. */
  readonly boxes: number;
  /** Of `machine`: states that were reached. */
  readonly states?: number;
  /** Of a property that is stated for every length: that of the inputs that refute it. */
  readonly length?: number;
  readonly open: number;
  /** The best lower bound of the margin where boxes could not be split further. */
  readonly bound?: number;
  readonly reason?: string;
  /** Per input of the graph: a point where it fails. */
  readonly witness?: readonly Float32Array[];
  /** Which asserts are false there. */
  readonly failed?: readonly number[];
  /** Which asserts follow from the box and the assumptions, whatever the program computes; all of them is `vacuous`. */
  readonly idle?: readonly number[];
  /** Of bounds: every point that violates the property lies in the box of one of these, in its unsafe set. */
  readonly parts: readonly { readonly question: Question; readonly proof: Proof }[];
}

/** What a proof needs of a property. */
export type Stated = Pick<LoweredProperty, 'at' | 'inputs' | 'graph' | 'assumes' | 'asserts' | 'relation' | 'lengths'>;

/** A property with what is asked of it again and again. */
export interface Asked {
  readonly property: Stated;
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly domain: Domain;
  readonly trial: Trial;
}

/** So many points are run one by one, at most. */
const MOST_POINTS = 2 ** 24;

/** Proves, refutes, or says why not. `params` by name, as the program has them. */
export function proveProperty(
  property: Stated,
  params: ReadonlyMap<string, Float32Array>,
  options: ProveOptions,
): Result<PropertyProof> {
  if (property.lengths) return ok(proveEveryLength(property, property.lengths, { params, options }));
  const domain = domainOf(property.inputs);
  const isEquality = property.relation !== undefined && property.relation.within === undefined;
  if (isEquality && hasEqualSides(property.graph, params)) return ok(SAME_GRAPH);
  const trial = trialOf(property, params, options.backend);
  const asked = { property, params, domain, trial };
  if (domain.isFinite && domain.count <= MOST_POINTS) return ok(everyPoint(asked, options));
  const proof = isEquality ? proveEquality(asked, options) : judged(asked, proveCases(asked, options));
  return ok(domain.isFinite ? tooMany(domain, proof) : proof);
}

/** Says of finite things that they are too many, where nothing else decided. */
function tooMany({ count }: Domain, proof: PropertyProof): PropertyProof {
  if (proof.verdict !== 'unknown') return proof;
  const why = `${count} inputs are too many to try each (${MOST_POINTS} at most)`;
  return { ...proof, reason: proof.reason === undefined ? why : `${why}; ${proof.reason}` };
}

/** What is proved, less what says nothing. */
function judged({ property, domain }: Asked, proof: PropertyProof): PropertyProof {
  if (proof.verdict !== 'proved' || property.relation) return proof;
  const idle = idleAsserts(property, domain);
  if (idle.length === 0) return proof;
  if (idle.length < property.asserts.length) return { ...proof, idle };
  return { ...proof, verdict: 'vacuous', tiers: [], idle, reason: IDLE };
}

const IDLE = 'what is asserted follows from the box and the block alone, whatever numbers the program computes';
