/**
 * Certifying: a program that was compiled from nothing against a certificate or a weights file. Equal means the same canonical
 * graphs, the same parameters in the same order bit for bit, and the same text around them; else every difference is named.
 */
import { cellCount, type LeafLayout } from '../ir/layout.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { bitsOfF32 } from '../num/bits.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import type { Source, Span } from '../text/span.ts';
import {
  type Certificate,
  type CertifiedParam,
  certifiedBits,
  readCertificate,
  short,
  valueOfBits,
} from './certificate.ts';
import { firstDifference } from './skeleton.ts';
import { readWeights } from './weights.ts';

export interface CertifyReport {
  readonly equal: true;
  readonly parameters: number;
  readonly bitsDiffer: 0;
  readonly graph: string;
}

/** A program as it was just compiled. */
export interface Recompiled {
  readonly graph: string;
  readonly entries: readonly { readonly name: string; readonly graph: string; readonly at: Span }[];
  readonly parameters: readonly ProgramParam[];
  readonly files: readonly { readonly source: Source; readonly sites: readonly Span[] }[];
}

export interface ProgramParam {
  readonly name: string;
  readonly shape: Shape;
  readonly layout: LeafLayout;
  readonly value: Float32Array;
  readonly at: Span;
}

/** Compares with a certificate's text. */
export function certifyProgram(program: Recompiled, text: string): Result<CertifyReport> {
  const read = readCertificate(text);
  if (!read.ok) return read;
  const certificate = read.value;
  const names = compareNames(program.parameters, certificate.parameters);
  const weights = names.length > 0 ? [] : compareCertified(program.parameters, certificate.parameters);
  const graphs = compareGraphs(program, certificate);
  const note = names.length + weights.length + graphs.length === 0 ? 'The functions and the numbers are equal.' : '';
  const problems = [...names, ...weights, ...graphs, ...compareTexts(program, certificate, note)];
  if (problems.length > 0) return fail(problems);
  return ok({ equal: true, parameters: countCells(program.parameters), bitsDiffer: 0, graph: program.graph });
}

/** Compares the parameters with a weights file: the same names, shapes and bits, and nothing else in it. */
export function certifyWeights(program: Recompiled, file: string, bytes: Uint8Array): Result<CertifyReport> {
  const weights = readWeights(file, bytes, program.parameters);
  if (!weights.ok) return weights;
  const problems = program.parameters.flatMap((p) =>
    compareBits(p, Uint32Array.from(must(weights.value.get(p.name)), bitsOfF32)),
  );
  if (problems.length > 0) return fail(problems);
  return ok({ equal: true, parameters: countCells(program.parameters), bitsDiffer: 0, graph: program.graph });
}

/** Numbers, bools and cases of params. */
export const countCells = (params: readonly Pick<ProgramParam, 'shape' | 'layout'>[]): number =>
  params.reduce((n, p) => n + cellCount(p), 0);

// --- parameters ------------------------------------------------------------------------------------------

function compareNames(here: readonly ProgramParam[], there: readonly CertifiedParam[]): Problem[] {
  const hereNames = new Set(here.map((p) => p.name));
  const thereNames = new Set(there.map((p) => p.name));
  const problems: Problem[] = [];
  const renamed = new Set<string>();
  for (const [i, p] of here.entries()) {
    const expected = there[i];
    if (thereNames.has(p.name)) continue;
    if (expected && !hereNames.has(expected.name) && sameShape(expected.shape, p.shape)) {
      renamed.add(expected.name);
      problems.push(problem('parameter-renamed', p.at, { found: p.name, expected: expected.name }));
    } else {
      const hint = 'The program has it. It was added, or the certificate is another program’s.';
      problems.push(problem('parameter-missing', p.at, { who: 'the certificate', name: p.name, hint }));
    }
  }
  for (const p of there) {
    if (hereNames.has(p.name) || renamed.has(p.name)) continue;
    const hint = 'The certificate has it. It was taken out, or the certificate is another program’s.';
    problems.push(problem('parameter-missing', undefined, { who: 'the program', name: p.name, hint }));
  }
  const moved = problems.length > 0 ? -1 : here.findIndex((p, i) => there[i]?.name !== p.name);
  if (moved >= 0) {
    const [found, expected] = [must(here[moved]), must(there[moved])];
    const data = { place: moved + 1, found: found.name, expected: expected.name };
    problems.push(problem('parameters-reordered', found.at, data));
  }
  return problems;
}

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

function compareCertified(here: readonly ProgramParam[], there: readonly CertifiedParam[]): Problem[] {
  return here.flatMap((p, i) => {
    const expected = must(there[i]);
    if (sameShape(p.shape, expected.shape)) return compareBits(p, must(certifiedBits(expected)));
    const data = {
      file: 'the certificate',
      name: p.name,
      found: `[${expected.shape.join(', ')}]`,
      expected: `[${p.shape.join(', ')}]`,
    };
    return [problem('weight-shape', p.at, data)];
  });
}

function compareBits(p: ProgramParam, bits: Uint32Array): Problem[] {
  const differing = Array.from(bits.keys()).filter((i) => bitsOfF32(must(p.value[i])) !== bits[i]);
  const first = differing[0];
  if (first === undefined) return [];
  const [found, expected] = [bitsOfF32(must(p.value[first])), must(bits[first])];
  const data = {
    name: p.name,
    count: differing.length,
    total: bits.length,
    element: indexText(first, p.shape),
    found: valueOfBits(found),
    foundBits: hex(found),
    expected: valueOfBits(expected),
    expectedBits: hex(expected),
  };
  return [problem('weight-differs', p.at, data)];
}

const hex = (bits: number): string => bits.toString(16).padStart(8, '0');

/** `[1, 3]` of a flat index. */
export function indexText(flat: number, shape: Shape): string {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${index.join(', ')}]`;
}

// --- functions and text ----------------------------------------------------------------------------------

function compareGraphs(program: Recompiled, certificate: Certificate): Problem[] {
  const there = new Map(certificate.entries.map((e) => [e.name, e.graph]));
  const here = new Map(program.entries.map((e) => [e.name, e.graph]));
  const changed = program.entries.flatMap(({ name, graph, at }) => {
    const expected = there.get(name);
    if (expected === graph) return [];
    const data = { entry: name, found: short(graph), expected: expected === undefined ? 'not there' : short(expected) };
    return [problem('graph-differs', at, data)];
  });
  const gone = certificate.entries
    .filter((e) => !here.has(e.name))
    .map((e) => problem('graph-differs', undefined, { entry: e.name, found: 'not there', expected: short(e.graph) }));
  return [...changed, ...gone];
}

function compareTexts(program: Recompiled, certificate: Certificate, note: string): Problem[] {
  const problems: Problem[] = [];
  for (const [i, { source, sites }] of program.files.entries()) {
    const filed = certificate.files[i];
    const difference = filed && firstDifference(source, sites, filed);
    if (filed && !difference) continue;
    const at = difference?.at;
    const data = difference ?? { found: source.name, expected: 'no such file' };
    problems.push(problem('text-differs', at, { file: source.name, found: data.found, expected: data.expected, note }));
  }
  for (const filed of certificate.files.slice(program.files.length)) {
    const data = { file: filed.name, found: 'no such file', expected: filed.name, note };
    problems.push(problem('text-differs', undefined, data));
  }
  return problems;
}
