/**
 * Names for learned functions: a `param fn` whose coefficients are, within a tolerance, a formula becomes a `fn` of that formula. The program with the
 * formula is taken only when it is proved to be near the original.
 */
import { evaluator } from '../../../ops/reference.ts';
import { parse } from '../../../syntax/index.ts';
import { applyEdits, type Edit } from '../../../text/edits.ts';
import { must } from '../../../text/result.ts';
import type { Source, Span } from '../../../text/span.ts';
import { type Compiled, type CompiledEntry, compileSource, type Host } from '../../compile.ts';
import { areNear, type Box, pairOf, type Side } from '../near.ts';
import { namesFor, type Samples } from './fit.ts';

/** A learned function that became a formula. */
export interface NamedFn {
  readonly name: string;
  readonly at: Span;
  /** In terms of its parameter. */
  readonly formula: string;
}

export interface NameOptions {
  readonly within: number;
  readonly boxes: readonly Box[];
  readonly goOn: (proofs: number) => boolean;
}

/** Of the budget, what names may take; digits of other numbers get the rest. */
const FOR_NAMES = 0.8;
/** Candidates of one function that are brought before the prover. */
const TRIED = 3;
const POINTS = 257;

export const sideOf = (c: Compiled, entry: Pick<CompiledEntry, 'graph'>): Side => ({
  graph: entry.graph,
  params: new Map(c.program.params.map((p) => [p.name, p.value])),
});

export interface Naming {
  readonly c: Compiled;
  readonly names: readonly NamedFn[];
  /** Proved: no output differs by more. */
  readonly bound: number;
}

/** The program with names for as many of its learned functions as the proof allows. */
export function named(c: Compiled, host: Host, entry: CompiledEntry, options: NameOptions): Naming {
  const original = sideOf(c, entry);
  const bound = FOR_NAMES * options.within;
  let [now, names, proofs] = [c, [] as readonly NamedFn[], 0];
  for (const fn of learnedFns(c)) {
    const samples = samplesOf(c, fn);
    const candidates = samples ? namesFor(samples, bound, fn.x) : [];
    for (const { text } of candidates.slice(0, TRIED)) {
      if (!options.goOn(proofs++)) return { c: now, names, bound };
      const trial = compileSource(renamed(now.source, fn.name, text), host);
      const found = trial.ok ? trial.value.entries.find((e) => e.name === entry.name) : undefined;
      if (!trial.ok || !found) continue;
      if (!areNear(pairOf(original, sideOf(trial.value, found)), options.boxes, bound)) continue;
      [now, names] = [trial.value, [...names, { name: fn.name, at: fn.at, formula: text }]];
      break;
    }
  }
  return { c: now, names, bound };
}

interface LearnedFn {
  readonly name: string;
  readonly at: Span;
  readonly x: string;
}

const paramFns = (source: Source) => parse(source).module.decls.filter((d) => d.kind === 'paramFn');

const learnedFns = (c: Compiled): LearnedFn[] =>
  paramFns(c.source).map((d) => ({ name: d.name.text, at: d.name.at, x: must(d.params[0]).name.text }));

/** Its values over its range, as it runs. */
function samplesOf(c: Compiled, { name }: LearnedFn): Samples | undefined {
  const entry = c.entries.find((e) => e.name === name);
  const range = entry?.inputs[0]?.range;
  if (!entry || !range) return undefined;
  const run = evaluator(entry.graph);
  const { params } = sideOf(c, entry);
  const xs = Array.from({ length: POINTS }, (_, i) =>
    Math.fround(range[0] + ((range[1] - range[0]) * i) / (POINTS - 1)),
  );
  return { xs, ys: xs.map((x) => must(must(run([Float32Array.of(x)], params).outputs[0])[0])) };
}

/** The source where `param fn f(...) -> f32 = spline(...);` is `fn f(...) -> f32 { formula }`. */
function renamed(source: Source, name: string, formula: string): Source {
  const decl = must(paramFns(source).find((d) => d.name.text === name));
  const edits: Edit[] = [
    { at: { start: decl.at.start, end: source.text.indexOf('fn', decl.at.start) }, insert: '' },
    { at: { start: decl.result.at.end, end: decl.at.end }, insert: ` {\n  ${formula}\n}` },
  ];
  return { ...source, text: applyEdits(source.text, edits) };
}
