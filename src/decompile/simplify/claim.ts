/**
 * What is claimed of a simplified program: which programs, over which boxes, by how much they differ at most. It stands as a comment line at
 * the top of the program, and in full in a JSON file beside it; `checkClaim` proves it again from nothing.
 */
import { type Graph, sizeOf } from '../../ir/graph.ts';
import { bitsOfF32 } from '../../num/bits.ts';
import { utf8Encode } from '../../num/bytes.ts';
import { sha256 } from '../../num/sha256.ts';
import { applyEdits } from '../../text/edits.ts';
import { isObject, isText, parseJson } from '../../text/json.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { fail, must, ok, type Result } from '../../text/result.ts';
import { type Source, span } from '../../text/span.ts';
import { short } from '../certificate.ts';
import type { Compiled } from '../compile.ts';
import type { WriteBack } from '../writeback.ts';
import { areNear, type Box, pairOf } from './near.ts';

export interface Claim {
  readonly v: 1;
  readonly kind: 'simplified';
  readonly function: string;
  /** File names as seen from the folder of the claim. */
  readonly original: Named;
  readonly simplified: Named;
  readonly within: number;
  /** No output differs by more. */
  readonly bound: number;
  /** The boxes in words. */
  readonly over: string;
  /** Per box, per leaf of the inputs: its ends. */
  readonly boxes: readonly (readonly { readonly lo: readonly number[]; readonly hi: readonly number[] }[])[];
  /** `sha256:` of the rest. */
  readonly self: string;
}

/** A program by its file and its identity. */
export interface Named {
  readonly file: string;
  readonly program: string;
}

/** `sha256:` of the graphs of all functions and the bits of all parameters: the program but for its text. */
export function identityOf(
  graph: string,
  params: readonly { readonly name: string; readonly value: Float32Array }[],
): string {
  const numbers = params.map((p) => `${p.name} ${Array.from(p.value, bitsOfF32).join(' ')}\n`);
  return `sha256:${sha256(utf8Encode(`${graph}\n${numbers.join('')}`))}`;
}

const identity = (c: Compiled): string => identityOf(c.graph, c.program.params);

export function makeClaim(about: Omit<Claim, 'v' | 'kind' | 'boxes' | 'self'>, boxes: readonly Box[]): Claim {
  const body = {
    v: 1,
    kind: 'simplified',
    ...about,
    boxes: boxes.map((box) => box.map(({ lo, hi }) => ({ lo: [...lo], hi: [...hi] }))),
  } as const;
  return { ...body, self: selfOf(body) };
}

const selfOf = (body: Omit<Claim, 'self'>): string => `sha256:${sha256(utf8Encode(JSON.stringify(body)))}`;

export const printClaim = (c: Claim): string => `${JSON.stringify(c)}\n`;

/** The claim in words, as a comment. */
export const claimLine = (c: Pick<Claim, 'function' | 'bound' | 'original' | 'over'>): string =>
  `// simplified: outputs of ${c.function} differ by at most ${c.bound} from ${c.original.file} (${c.original.program.slice(0, 19)}) over ${c.over}\n`;

/** A write-back with the line of a claim at the top of the main file, in the place of one that is there. */
export function withClaimLine(written: WriteBack, main: Source, line: string): WriteBack {
  const own = written.files.find((f) => f.before === main) ?? {
    name: main.name,
    before: main,
    after: main.text,
    edits: 0,
  };
  const [start, end] = placeOfLine(own.after);
  const after = applyEdits(own.after, [{ at: span({ ...main, text: own.after }, start, end), insert: line }]);
  const rest = written.files.filter((f) => f.before !== main);
  return { ...written, files: [{ ...own, after, edits: own.edits + 1 }, ...rest] };
}

/** Behind a byte order mark: the line of an older claim, else nothing. */
function placeOfLine(text: string): readonly [number, number] {
  const found = /^(\uFEFF?)(\/\/ simplified: [^\n]*\n)?/.exec(text);
  const start = found?.[1]?.length ?? 0;
  return [start, start + (found?.[2]?.length ?? 0)];
}

/** Reads a claim's text: refuses what was changed or is none of this version. Undefined for JSON that is something else. */
export function readClaim(text: string): Result<Claim> | undefined {
  const found = parseJson(text);
  if (!isObject(found) || found.kind !== 'simplified') return undefined;
  const refuse = (reason: string): Result<Claim> => fail([problem('certificate-forged', undefined, { reason })]);
  if (found.v !== 1) return refuse(`It has version ${JSON.stringify(found.v)}; this program reads version 1.`);
  if (!isClaim(found))
    return refuse('A claim has function, original, simplified, within, bound, over, boxes and self.');
  const { self, ...body } = found;
  return self === selfOf(body) ? ok(found) : refuse('Its own hash is not that of its content.');
}

type Plain = Readonly<Record<string, unknown>>;
const isNamed = (x: unknown): boolean => isObject(x) && isText(x.file) && isText(x.program);
const isListOf = (x: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(x) && x.every(is);
const areNumbers = (x: unknown): boolean => isListOf(x, Number.isFinite);
const isLeafBox = (x: unknown): boolean => isObject(x) && areNumbers(x.lo) && areNumbers(x.hi);

const isClaim = (x: Plain): x is Plain & Claim =>
  [x.function, x.over, x.self].every(isText) &&
  isNamed(x.original) &&
  isNamed(x.simplified) &&
  Number.isFinite(x.within) &&
  Number.isFinite(x.bound) &&
  isListOf(x.boxes, (box) => isListOf(box, isLeafBox));

export interface ClaimReport {
  readonly boxes: number;
}

/** Proves a claim again about two programs that were compiled from nothing. */
export function checkClaim(claim: Claim, original: Compiled, simplified: Compiled): Result<ClaimReport> {
  const problems = [
    ...sameProgram(claim.original, original),
    ...sameProgram(claim.simplified, simplified),
    ...sameLine(claim, simplified.source),
  ];
  if (problems.length > 0) return fail(problems);
  const [f, g] = [original, simplified].map((c) => {
    const entry = c.entries.find((e) => e.name === claim.function);
    return entry && { graph: entry.graph, params: new Map(c.program.params.map((p) => [p.name, p.value])) };
  });
  const boxes = claim.boxes.map((box) =>
    box.map(({ lo, hi }) => ({ lo: Float64Array.from(lo), hi: Float64Array.from(hi) })),
  );
  if (!f || !g || boxes.length === 0 || !boxes.every((box) => fits(box, f.graph)))
    return fail([problem('certificate-forged', undefined, { reason: 'Its boxes are not those of the function.' })]);
  if (isSame(original, simplified) || areNear(pairOf(f, g), boxes, claim.bound)) return ok({ boxes: boxes.length });
  return fail([problem('claim-not-proved', undefined, { function: claim.function, bound: claim.bound })]);
}

const fits = (box: Box, { inputs, types }: Graph): boolean =>
  box.length === inputs.length &&
  box.every(({ lo, hi }, i) => {
    const size = sizeOf(must(types[must(inputs[i])]).shape);
    return lo.length === size && hi.length === size;
  });

const isSame = (a: Compiled, b: Compiled): boolean => identity(a) === identity(b);

/** The comment may be taken out; where it stands it says what the claim says. */
function sameLine(claim: Claim, { text }: Source): Problem[] {
  const [start, end] = placeOfLine(text);
  const [found, expected] = [text.slice(start, end), claimLine(claim)];
  if (found === '' || found === expected) return [];
  return [
    problem('claim-of-another', undefined, {
      file: claim.simplified.file,
      found: `\`${found.trim()}\``,
      expected: `\`${expected.trim()}\``,
    }),
  ];
}

function sameProgram({ file, program }: Named, c: Compiled): Problem[] {
  const found = identity(c);
  return found === program
    ? []
    : [problem('claim-of-another', undefined, { file, found: short(found), expected: short(program) })];
}
