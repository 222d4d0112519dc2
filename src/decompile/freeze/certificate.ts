/**
 * What is filed beside a frozen program: every change from the text it was made of, rule by rule with its reason and evidence, so that anybody can make
 * them again and compare. Reading takes nothing on trust; `replay.ts` decides.
 */
import { utf8Encode } from '../../num/bytes.ts';
import { sha256 } from '../../num/sha256.ts';
import { isList, isObject, isText, parseJson } from '../../text/json.ts';
import { problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import type { Change } from './change.ts';
import type { Evidence } from './equality.ts';
import type { Stage } from './stages.ts';

export interface FreezeCertificate {
  readonly v: 1;
  readonly kind: 'frozen';
  /** File names as seen from the folder of the certificate; `text` is the hash of the bytes. */
  readonly original: { readonly file: string; readonly text: string; readonly program: string };
  readonly frozen: { readonly file: string; readonly text: string };
  readonly stages: readonly Stage[];
  /** `sha256:` of the rest. */
  readonly self: string;
}

export function makeFreezeCertificate(about: Omit<FreezeCertificate, 'v' | 'kind' | 'self'>): FreezeCertificate {
  const body = { v: 1, kind: 'frozen', ...about } as const;
  return { ...body, self: selfOf(body) };
}

const selfOf = (body: Omit<FreezeCertificate, 'self'>): string => `sha256:${sha256(utf8Encode(JSON.stringify(body)))}`;

export const printFreezeCertificate = (c: FreezeCertificate): string => `${JSON.stringify(c, null, 2)}\n`;

/** Reads a certificate's text: refuses what was changed or is none of this version. Undefined for JSON that is something else. */
export function readFreezeCertificate(text: string): Result<FreezeCertificate> | undefined {
  const found = parseJson(text);
  if (!isObject(found) || found.kind !== 'frozen') return undefined;
  const refuse = (reason: string): Result<never> => fail([problem('certificate-forged', undefined, { reason })]);
  if (found.v !== 1) return refuse(`It has version ${JSON.stringify(found.v)}; this program reads version 1.`);
  if (!isCertificate(found)) return refuse('A certificate of freezing has original, frozen, stages and self.');
  const { self, ...body } = found;
  return self === selfOf(body) ? ok(found) : refuse('Its own hash is not that of its content.');
}

type Plain = Readonly<Record<string, unknown>>;

const isChange = (x: unknown): x is Change =>
  isObject(x) &&
  Number.isSafeInteger(x.start) &&
  [x.before, x.after, x.reason].every(isText) &&
  (x.function === undefined || isText(x.function));

const isEvidence = (x: unknown): x is Evidence => isObject(x) && isText(x.entry) && isText(x.by);

const isStage = (x: unknown): x is Stage =>
  isObject(x) && isText(x.rule) && isText(x.text) && isList(x.changes, isChange) && isList(x.evidence, isEvidence);

const isFile = (x: unknown): x is Plain => isObject(x) && isText(x.file) && isText(x.text);

const isCertificate = (x: Plain): x is Plain & FreezeCertificate =>
  isFile(x.original) && isText(x.original.program) && isFile(x.frozen) && isList(x.stages, isStage) && isText(x.self);
