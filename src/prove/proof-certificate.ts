/**
 * Certificates of proofs: of every property that was proved, its questions by their hashes and the proof of each. Whoever replays one reads
 * the program and the property again, makes the questions anew, and lets the checker decide; nothing else in the file is believed. What was
 * decided without bounds is its own proof: the certificate says how, and it is decided again.
 */
import { utf8Encode } from '../num/bytes.ts';
import { sha256 } from '../num/sha256.ts';
import { unrolled } from '../passes/unroll.ts';
import { isList, isObject, isText, parseJson } from '../text/json.ts';
import { problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import {
  check,
  mended,
  type Proof,
  parseProof,
  printProof,
  type Question,
  questionHash,
  type Refusal,
  spreadOut,
  type Tier,
} from '../verify/index.ts';
import { PROOF_KINDS, type ProofKind } from './property.ts';

export interface ProofCertificate {
  readonly v: 1;
  readonly kind: 'proof';
  /** The files that were read. For people: a proof stands or falls with the questions. */
  readonly sources: readonly Source[];
  readonly properties: readonly CertifiedProperty[];
  /** `sha256:` of the rest. */
  readonly self: string;
}

export interface Source {
  readonly file: string;
  readonly sha256: string;
}

export interface CertifiedProperty {
  readonly title: string;
  readonly tiers: readonly Tier[];
  /** How it was shown; questions are there for `bounds` only. */
  readonly by: ProofKind;
  readonly questions: readonly { readonly hash: string; readonly proof: string }[];
}

export interface Parts {
  readonly tiers: readonly Tier[];
  readonly kind: ProofKind;
  readonly parts: readonly { readonly question: Question; readonly proof: Proof }[];
}

/** A property as it is certified, and how much that took. */
export interface Certified {
  readonly property: CertifiedProperty;
  readonly leaves: number;
  /** Leaves that the checker refused and that were cut. */
  readonly cuts: number;
}

/** A property that was proved; or what the checker refuses. */
export function certified(title: string, { tiers, kind, parts }: Parts): Certified | Refusal {
  const questions: { hash: string; proof: string }[] = [];
  let [shown, leaves, cuts] = [tiers, 0, 0];
  for (const { question, proof } of parts) {
    const spread = spreadOut(unrolled(question.graph));
    const read = must(parseProof(printProof(proof, question.box), spread.graph, question.box));
    const found = mended(question, spread, read);
    if ('why' in found) return found;
    questions.push({ hash: questionHash(question), proof: printProof(found.proof, question.box) });
    shown = shown.filter((tier) => found.checked.tiers.includes(tier));
    leaves += found.checked.leaves;
    cuts += found.cuts;
  }
  return { property: { title, tiers: shown, by: kind, questions }, leaves, cuts };
}

export const sourceOf = (file: string, bytes: Uint8Array): Source => ({ file, sha256: sha256(bytes) });

export function makeProofCertificate(
  sources: readonly Source[],
  properties: readonly CertifiedProperty[],
): ProofCertificate {
  const body = { v: 1, kind: 'proof', sources, properties } as const;
  return { ...body, self: selfHash(body) };
}

export const printProofCertificate = (c: ProofCertificate): string => `${JSON.stringify(c, null, 1)}\n`;

const selfHash = (body: Omit<ProofCertificate, 'self'>): string => `sha256:${sha256(utf8Encode(JSON.stringify(body)))}`;

/** Reads a certificate's text: refuses what is none and what was changed. */
export function readProofCertificate(text: string): Result<ProofCertificate> {
  const found = parseJson(text);
  if (!isCertificate(found))
    return fail([problem('proof-certificate-unreadable', undefined, { reason: reasonOf(found) })]);
  const { v, kind, sources, properties, self } = found;
  const expected = selfHash({ v, kind, sources, properties });
  return self === expected
    ? ok(found)
    : fail([problem('proof-certificate-unreadable', undefined, { reason: 'It is not what its own hash says.' })]);
}

function reasonOf(found: unknown): string {
  const version = isObject(found) && found.kind === 'proof' ? found.v : undefined;
  if (version !== undefined && version !== 1)
    return `It has version ${JSON.stringify(version)}; this program reads version 1.`;
  return 'A certificate of proofs is a JSON object with v, kind "proof", sources, properties and self.';
}

const isOneOf =
  <T extends string>(list: readonly T[]) =>
  (x: unknown): x is T =>
    list.some((one) => one === x);

const isTier = isOneOf<Tier>(['S1', 'S2', 'S3']);
const isKind = isOneOf(PROOF_KINDS);
const isSource = (x: unknown): x is Source => isObject(x) && isText(x.file) && isText(x.sha256);
const isQuestion = (x: unknown): x is CertifiedProperty['questions'][number] =>
  isObject(x) && isText(x.hash) && isText(x.proof);
const isProperty = (x: unknown): x is CertifiedProperty =>
  isObject(x) && isText(x.title) && isList(x.tiers, isTier) && isKind(x.by) && isList(x.questions, isQuestion);
const isCertificate = (x: unknown): x is ProofCertificate =>
  isObject(x) &&
  x.v === 1 &&
  x.kind === 'proof' &&
  isList(x.sources, isSource) &&
  isList(x.properties, isProperty) &&
  isText(x.self);

/** What came of replaying: how many leaves were accepted, or why not. */
export type Replayed =
  | { readonly ok: true; readonly tiers: readonly Tier[]; readonly leaves: number }
  | { readonly ok: false; readonly why: string; readonly refusal?: Refusal };

const refused = (why: string, refusal?: Refusal): Replayed => ({ ok: false, why, ...(refusal && { refusal }) });

/** Replays the proofs of a property against its questions, made anew from its sources. */
export function replayed({ questions, tiers }: CertifiedProperty, anew: readonly Question[]): Replayed {
  if (anew.length === 0 || questions.length !== anew.length)
    return refused(`the property has ${anew.length} questions, the certificate ${questions.length}`);
  let [shown, leaves]: [readonly Tier[], number] = [['S1', 'S2', 'S3'], 0];
  for (const [i, question] of anew.entries()) {
    const { hash, proof: text } = must(questions[i]);
    if (questionHash(question) !== hash) return refused('it is another question: another program, property or box');
    const spread = spreadOut(unrolled(question.graph));
    const proof = parseProof(text, spread.graph, question.box);
    if (!proof) return refused('its proof cannot be read');
    const checked = check(question, spread, proof);
    if (!checked.ok) return refused(must(checked.refusals[0]).why, must(checked.refusals[0]));
    shown = shown.filter((tier) => checked.tiers.includes(tier));
    leaves += checked.leaves;
  }
  const more = tiers.filter((tier) => !shown.includes(tier));
  return more.length > 0 ? refused(`it is not shown for ${more.join(' ')}`) : { ok: true, tiers, leaves };
}
