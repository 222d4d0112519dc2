/**
 * A specification as a prover takes it: cases, each a box of inputs and an unsafe set. The property is violated where, for
 * some case, inputs in the box and the outputs of the networks satisfy all inequalities of one alternative.
 */
import {
  aboveF32,
  aboveF64,
  belowF32,
  belowF64,
  compare,
  type Decimal,
  nearestF32,
  negated,
  printDecimal,
  quotient,
} from '../../num/decimal.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { must } from '../../text/result.ts';
import type { Span } from '../../text/span.ts';
import type { Declarations, SpecNetwork, Variable } from './declarations.ts';
import type { Atom } from './linear.ts';
import { contradicts } from './vacuous.ts';

/** One end of a range, exactly as stated. */
export interface Bound {
  readonly exact: Decimal;
  readonly text: string;
  /** The end itself is excluded. */
  readonly strict: boolean;
  readonly at: Span;
}

/** What one input may be. */
export interface InputRange {
  /** Number of the variable. */
  readonly variable: number;
  readonly low: Bound;
  readonly high: Bound;
  /** The least and largest double around the stated range. */
  readonly hull: readonly [number, number];
  /** The least and largest float32 within it: a strict witness. Empty (first > second) where there is none. */
  readonly inside: readonly [number, number];
  /** The ends rounded to float32, to nearest: what tools that read float32 bounds take. */
  readonly rounded: readonly [number, number];
}

/** Σ coefficient · variable <= bound, or with `strict` < bound. */
export interface Inequality {
  readonly terms: readonly { readonly variable: number; readonly coefficient: Decimal }[];
  readonly bound: Decimal;
  readonly strict: boolean;
  readonly at: Span;
}

export interface Case {
  /** By input variable, in the order of the variables. */
  readonly box: readonly InputRange[];
  /** Inputs that must equal another one (`== X_f[0] X_g[0]`): variable to the one it follows. */
  readonly links: ReadonlyMap<number, number>;
  /** Alternatives; each is a conjunction of inequalities over inputs and outputs. None at all: nothing is unsafe. */
  readonly unsafe: readonly (readonly Inequality[])[];
  /** Why there is nothing to violate, where that is so: the verdict would say nothing about the network. */
  readonly vacuous?: string;
}

export interface Specification {
  readonly version: '1.0' | '2.0';
  readonly networks: readonly SpecNetwork[];
  readonly variables: readonly Variable[];
  readonly cases: readonly Case[];
}

/** One alternative of the whole assertion, its atoms sorted by what they speak of. */
interface Sorted {
  readonly low: ReadonlyMap<number, Bound>;
  readonly high: ReadonlyMap<number, Bound>;
  readonly links: ReadonlyMap<number, number>;
  readonly rest: readonly Inequality[];
}

const isInput = (d: Declarations, id: number): boolean => must(d.variables[id]).side === 'input';

function inequality({ sum, strict, at }: Atom): Inequality {
  const terms = [...sum.terms].sort(([a], [b]) => a - b).map(([variable, coefficient]) => ({ variable, coefficient }));
  return { terms, bound: negated(sum.constant), strict, at };
}

const key = (i: Inequality, flip: boolean): string =>
  [
    ...i.terms.map((t) => `${t.variable}:${printDecimal(flip ? negated(t.coefficient) : t.coefficient)}`),
    printDecimal(flip ? negated(i.bound) : i.bound),
  ].join(' ');

/** Ranges, equalities of inputs, and what is left. */
function sorted(d: Declarations, atoms: readonly Atom[]): Sorted {
  const [low, high] = [new Map<number, Bound>(), new Map<number, Bound>()];
  const rest: Inequality[] = [];
  for (const atom of atoms) {
    const all = inequality(atom);
    const [term] = all.terms;
    const end = all.terms.length === 1 && term && isInput(d, term.variable) && quotient(all.bound, term.coefficient);
    if (!end || !term) {
      rest.push(all);
      continue;
    }
    const upper = term.coefficient.m > 0n;
    tighten(
      upper ? high : low,
      term.variable,
      { exact: end, text: printDecimal(end), strict: atom.strict, at: atom.at },
      upper,
    );
  }
  return { low, high, ...linked(d, rest) };
}

function tighten(ends: Map<number, Bound>, id: number, end: Bound, upper: boolean): void {
  const had = ends.get(id);
  const order = had ? compare(end.exact, had.exact) : 0;
  if (!had || (upper ? order < 0 : order > 0) || (order === 0 && end.strict)) ends.set(id, end);
}

/** Two inequalities that say x = y of two inputs become a link of the later to the earlier. */
function linked(d: Declarations, all: readonly Inequality[]): Pick<Sorted, 'links' | 'rest'> {
  const links = new Map<number, number>();
  const isPair = (i: Inequality): boolean =>
    i.terms.length === 2 &&
    !i.strict &&
    i.bound.m === 0n &&
    i.terms.every(
      (t) => isInput(d, t.variable) && t.coefficient.e === 0 && (t.coefficient.m === 1n || t.coefficient.m === -1n),
    ) &&
    i.terms[0]?.coefficient.m !== i.terms[1]?.coefficient.m;
  const pairs = new Set(all.filter(isPair).map((i) => key(i, false)));
  const rest = all.filter((i) => {
    if (!isPair(i) || !pairs.has(key(i, true))) return true;
    const [a, b] = i.terms.map((t) => t.variable) as [number, number];
    if (links.has(b) && links.get(b) !== a) return true;
    links.set(b, a);
    return false;
  });
  // A chain of links ends at the first of its variables.
  for (const [from, to] of [...links].sort(([a], [b]) => a - b)) links.set(from, links.get(to) ?? to);
  return { links, rest };
}

function rangeOf(variable: number, low: Bound, high: Bound): InputRange {
  return {
    variable,
    low,
    high,
    hull: [belowF64(low.exact), aboveF64(high.exact)],
    inside: [aboveF32(low.exact, low.strict), belowF32(high.exact, high.strict)],
    rounded: [nearestF32(low.exact), nearestF32(high.exact)],
  };
}

const isEmpty = ({ low, high }: InputRange): boolean => {
  const order = compare(low.exact, high.exact);
  return order > 0 || (order === 0 && (low.strict || high.strict));
};

/** The box of an alternative; a problem for every input without two bounds. */
function boxOf(d: Declarations, s: Sorted, problems: Problem[], at: Span): InputRange[] | undefined {
  const missing: string[] = [];
  const box: InputRange[] = [];
  const [low, high] = [new Map(s.low), new Map(s.high)];
  for (const [from, to] of s.links) {
    const [l, h] = [low.get(from), high.get(from)];
    if (l) tighten(low, to, l, false);
    if (h) tighten(high, to, h, true);
  }
  for (const [id, v] of d.variables.entries()) {
    if (v.side !== 'input') continue;
    const source = s.links.get(id) ?? id;
    const [l, h] = [low.get(source), high.get(source)];
    if (l && h) box.push(rangeOf(id, l, h));
    else missing.push(`${v.name} (${l ? 'above' : h ? 'below' : 'both sides'})`);
  }
  if (missing.length === 0) return box;
  const list =
    missing.length > 5 ? `${missing.slice(0, 5).join(', ')} and ${missing.length - 5} more` : missing.join(', ');
  problems.push(problem('vnnlib-unbounded', at, { inputs: list }));
  return undefined;
}

const boxKey = (box: readonly InputRange[], links: ReadonlyMap<number, number>): string =>
  `${box.map((r) => `${r.low.text}${r.low.strict ? '<' : ''},${r.high.text}${r.high.strict ? '<' : ''}`).join(';')}|${[...links].join(';')}`;

/** Alternatives with the same box become one case. */
export function casesOf(
  d: Declarations,
  alternatives: readonly (readonly Atom[])[],
  { problems, notes, at }: { readonly problems: Problem[]; readonly notes: Problem[]; readonly at: Span },
): Case[] {
  const groups = new Map<
    string,
    { box: InputRange[]; links: ReadonlyMap<number, number>; unsafe: (readonly Inequality[])[] }
  >();
  for (const atoms of alternatives) {
    const s = sorted(d, atoms);
    const box = boxOf(d, s, problems, at);
    if (!box) return [];
    const name = boxKey(box, s.links);
    const group = groups.get(name);
    if (group) group.unsafe.push(s.rest);
    else groups.set(name, { box, links: s.links, unsafe: [s.rest] });
  }
  return [...groups.values()].map((group) => {
    const vacuous = emptyBox(d, group.box, notes) ?? emptySet(group.unsafe, notes, at);
    return { ...group, ...(vacuous !== undefined && { vacuous }) };
  });
}

function emptyBox(d: Declarations, box: readonly InputRange[], notes: Problem[]): string | undefined {
  const empty = box.find(isEmpty);
  if (!empty) return undefined;
  const why = `${must(d.variables[empty.variable]).name} would lie between ${empty.low.text} and ${empty.high.text}`;
  notes.push(problem('vnnlib-vacuous', empty.high.at, { why: `No input is meant: ${why}.` }));
  return why;
}

/** Alternatives that no outputs at all satisfy. */
function emptySet(unsafe: readonly (readonly Inequality[])[], notes: Problem[], at: Span): string | undefined {
  const empty = unsafe.filter((all) => contradicts(all));
  const place = empty[0]?.[0]?.at ?? at;
  if (empty.length === unsafe.length) {
    notes.push(problem('vnnlib-vacuous', place, { why: 'The conditions on the outputs contradict each other.' }));
    return 'the conditions on the outputs contradict each other';
  }
  if (empty.length > 0)
    notes.push(
      problem('vnnlib-vacuous', place, {
        why: `${empty.length} of ${unsafe.length} alternatives contradict themselves.`,
      }),
    );
  return undefined;
}
