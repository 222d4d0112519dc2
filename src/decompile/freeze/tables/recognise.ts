/**
 * A table as the shortest exact description there is: a constant, an argument, a sum modulo n, a comparison, any term that search finds, a
 * formula of bools, a `match`. Whatever proposes it, the proof is that it gives the table's result in every row that can occur.
 */
import { invariant, must } from '../../../text/result.ts';
import { formulaTerm } from '../boolean/terms.ts';
import { affine, threshold } from './affine.ts';
import { type Arm, armLines, armsBits, armsOf, scrutinee, valuesOfArms } from './arms.ts';
import { agrees, casesOf, FREE, type Table } from './finite.ts';
import { cheapest, LIMITS } from './search.ts';
import { asType, type Term, type Terms, termsOver, termText } from './terms.ts';

export type Form = 'constant' | 'projection' | 'affine' | 'comparison' | 'term' | 'formula' | 'match';

export interface Recognised {
  readonly form: Form;
  /** An expression over the names of the arguments. */
  readonly text: string;
  /** Of a `match`, its parts: what stands before the arms, and these. */
  readonly match?: { readonly of: string; readonly arms: readonly string[] };
  readonly bits: number;
  /** Arguments that it does not read. */
  readonly idle: readonly number[];
  readonly rows: number;
}

export interface Effort {
  /** False leaves out terms that have to be searched for. */
  readonly search?: boolean;
  /** Also what is no shorter than the table. */
  readonly always?: boolean;
}

/** Undefined for a table that no form here is shorter than itself, or of no rows. */
export function recognise(table: Table, { search = true, always = false }: Effort = {}): Recognised | undefined {
  const terms = termsOver(table.args);
  const found = [...termsFor(terms, table, search), ...matchFor(table)].sort((a, b) => a.bits - b.bits)[0];
  return found && (always || found.bits < tableBits(table)) ? found : undefined;
}

/** What the table takes to write row by row. */
export const tableBits = (table: Table): number => table.values.length * (7 + 4 * table.args.length);

function termsFor(terms: Terms, table: Table, search: boolean): Recognised[] {
  const simple = simpleTerm(terms, table);
  if (simple) return [termForm(simple.form, simple.term, table)];
  const sum = affine(terms, table);
  if (sum) return [termForm('affine', sum, table)];
  const solved = solvedTerms(terms, table);
  const dearest = Math.min(LIMITS.bits, ...solved.map((s) => s.term.bits - 1));
  const searched = search && cheapest(terms, table, [], { ...LIMITS, bits: dearest });
  if (searched) solved.push({ form: 'term', term: searched });
  return solved.map(({ form, term }) => termForm(form, term, table));
}

interface Proposal {
  readonly form: Form;
  readonly term: Term;
}

function simpleTerm(terms: Terms, table: Table): Proposal | undefined {
  const first = table.values.find((v) => v !== FREE) ?? 0;
  const constant = terms.value(table.result, first);
  if (agrees(constant.values, table.values)) return { form: 'constant', term: constant };
  for (const arg of terms.args) {
    const term = agrees(arg.values, table.values) ? asType(terms, arg, table.result) : undefined;
    if (term) return { form: 'projection', term };
  }
  return undefined;
}

/** What can be solved for without a search: comparisons of sums and formulas, also as the condition between two results. */
function solvedTerms(terms: Terms, table: Table): Proposal[] {
  const split = twoResults(table);
  if (!split) return [];
  const conditions: Proposal[] = [];
  const compared = threshold(terms, split.column);
  if (compared) conditions.push({ form: 'comparison', term: compared });
  const formula = formulaTerm(terms, split.column);
  if (formula) conditions.push({ form: 'formula', term: formula });
  return conditions
    .map(({ form, term }) => ({ form, term: chosen(terms, table, term, split.results) }))
    .filter(({ term }) => agrees(term.values, table.values));
}

/** A table of at most two results as a column of bools. */
function twoResults(
  table: Table,
): { readonly column: Int32Array; readonly results: readonly [number, number] } | undefined {
  const results = [...new Set(table.values)].filter((v) => v !== FREE).sort((a, b) => a - b);
  if (results.length !== 2) return undefined;
  const [no, yes] = results as [number, number];
  return { column: table.values.map((v) => (v === FREE ? FREE : Number(v === yes))), results: [no, yes] };
}

function chosen(terms: Terms, { result }: Table, cond: Term, [no, yes]: readonly [number, number]): Term {
  return result.kind === 'bool' ? cond : terms.choice(cond, terms.value(result, yes), terms.value(result, no));
}

function termForm(form: Form, term: Term, table: Table): Recognised {
  invariant(agrees(term.values, table.values), 'a term was proposed that is not the table');
  const read = new Set(argsOf(term));
  const idle = Array.from(table.args.keys()).filter((i) => !read.has(i));
  return { form, text: termText(term, table.args), bits: term.bits, idle, rows: table.values.length };
}

function argsOf(t: Term): number[] {
  switch (t.kind) {
    case 'arg':
      return [t.arg];
    case 'value':
      return [];
    case 'not':
      return argsOf(t.of);
    case 'binary':
      return [...argsOf(t.left), ...argsOf(t.right)];
    case 'if':
      return [...argsOf(t.cond), ...argsOf(t.then), ...argsOf(t.other)];
    default:
      return t satisfies never;
  }
}

function matchFor(table: Table): Recognised[] {
  const arms = armsOf(table);
  if (!arms) return [];
  invariant(agrees(valuesOfArms(arms, table.args), table.values), 'arms were proposed that are not the table');
  const wild = (i: number): boolean =>
    arms.every((arm) => must(arm.sets[i]) === 2 ** casesOf(must(table.args[i]).type) - 1);
  const read = Array.from(table.args.keys()).filter((i) => !wild(i));
  return [narrowed(table, arms, read)];
}

/** The `match` over the arguments that it reads. */
function narrowed(table: Table, arms: readonly Arm[], read: readonly number[]): Recognised {
  const args = read.map((i) => must(table.args[i]));
  const fewer = arms.map(({ sets, value }) => ({ sets: read.map((i) => must(sets[i])), value }));
  const idle = Array.from(table.args.keys()).filter((i) => !read.includes(i));
  const of = scrutinee(args);
  const written = armLines(fewer, { args, result: table.result });
  return {
    form: 'match',
    text: `match ${of} { ${written.join(', ')} }`,
    match: { of, arms: written },
    bits: armsBits(fewer, args),
    idle,
    rows: table.values.length,
  };
}
