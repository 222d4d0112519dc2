/**
 * Functions on finite types that were learned become what they are: a term over their arguments, or a short `match`. A table becomes a function.
 * Whoever proposes it, the change is allowed when both programs give the same result in every row.
 */
import type { Decl, Expr } from '../../../syntax/ast.ts';
import { must } from '../../../text/result.ts';
import { textOf } from '../../../text/span.ts';
import { type Change, type Rule, textAfter } from '../change.ts';
import { namedArgs } from '../names.ts';
import { columnOf, finiteArgs, finiteType, firstDifference, outputsOfRows, rowCount } from '../rows.ts';
import { changed, type Subject } from '../subject.ts';
import type { FiniteArg } from '../tables/finite.ts';
import { type Recognised, recognise } from '../tables/recognise.ts';
import { expressionsOf, partsOf } from '../walk.ts';

/** `learned` are the names of functions and tables whose bodies were learned. */
export function functions(learned: ReadonlySet<string>): Rule {
  return { name: 'function', propose: (s) => s.module.decls.flatMap((d) => proposals(s, d, learned)), allows };
}

type Finite = Extract<Decl, { kind: 'fn' | 'table' }>;

function proposals(s: Subject, d: Decl, learned: ReadonlySet<string>): Change[] {
  if ((d.kind !== 'fn' && d.kind !== 'table') || !learned.has(d.name.text)) return [];
  const entry = s.compiled.entries.find((e) => e.name === d.name.text);
  const args = entry && finiteArgs(entry);
  const result = entry && finiteType(entry.output);
  const values = entry && columnOf(entry, s.compiled.program.params);
  if (!args || !result || !values) return [];
  const named = d.kind === 'table' ? namedArgs(s, d, args) : args;
  const found = recognise({ args: named, result, values });
  const change = found && replacement(s, d, named, found);
  return change && change.after !== change.before && change.after.length < weight(s, d) ? [change] : [];
}

/** The length of what is replaced, the declarations that it reads included: those go with it. */
function weight(s: Subject, d: Finite): number {
  const read = namesIn(d);
  return s.module.decls
    .filter((other) => other === d || (other.kind === 'let' && read.has(other.name.text)))
    .reduce((n, other) => n + other.at.end - other.at.start, 0);
}

function namesIn(d: Decl): ReadonlySet<string> {
  const names = new Set<string>();
  const go = (e: Expr): void => {
    if (e.kind === 'name') names.add(e.name.text);
    for (const part of partsOf(e)) go(part.expr);
  };
  for (const { expr } of expressionsOf(d)) go(expr);
  return names;
}

function replacement(s: Subject, d: Finite, args: readonly FiniteArg[], found: Recognised): Change {
  const reason = `${REASONS[found.form]}, in all ${found.rows} rows`;
  const name = d.name.text;
  const body = bodyText(found);
  if (d.kind === 'fn')
    return { start: d.body.at.start, before: textOf(d.body.at), after: body, reason, function: name };
  const params = args.map(
    (a, i) => `${found.idle.includes(i) ? '_' : ''}${a.name}: ${textOf(must(d.params[i]).type.at)}`,
  );
  const after = `fn ${name}(${params.join(', ')}) -> ${textOf(d.result.at)} ${body}`;
  return { start: d.at.start, before: s.source.text.slice(d.at.start, d.at.end), after, reason, function: name };
}

const REASONS: Readonly<Record<Recognised['form'], string>> = {
  constant: 'it is one value',
  projection: 'it is one of its arguments',
  affine: 'it is a sum of its arguments',
  comparison: 'it is a comparison of sums',
  term: 'it is this term',
  formula: 'it is this formula',
  match: 'these arms are its rows',
};

/** A term on a line, a `match` with an arm per line. */
export function bodyText({ text, match }: Recognised): string {
  if (!match) return `{\n  ${text}\n}`;
  return `{\n  match ${match.of} {\n${match.arms.map((arm) => `    ${arm},\n`).join('')}  }\n}`;
}

// --- what is believed ----------------------------------------------------------------------------------------

/** The change is inside one declaration, which stays a function of the same types, and both give the same bits in every row. */
function allows(s: Subject, change: Change): boolean {
  const name = change.function;
  const d = s.module.decls.find((o): o is Finite => (o.kind === 'fn' || o.kind === 'table') && o.name.text === name);
  const end = change.start + change.before.length;
  if (!name || !d || change.start < d.at.start || end > d.at.end) return false;
  const after = changed(s, [change]);
  if (!after.ok || !isOneDeclaration(s, after.value, change)) return false;
  const [was, is] = [s, after.value].map((p) => p.compiled.entries.find((e) => e.name === name));
  const rows = was && rowCount(was.inputs);
  if (!was || !is || rows === undefined || JSON.stringify(typesOf(was)) !== JSON.stringify(typesOf(is))) return false;
  const [x, y] = [
    outputsOfRows(was, s.compiled.program.params),
    outputsOfRows(is, after.value.compiled.program.params),
  ];
  return x !== undefined && y !== undefined && firstDifference(x, y, rows) === undefined;
}

const typesOf = (e: {
  readonly inputs: readonly { readonly layout: unknown }[];
  readonly output: unknown;
}): unknown => [e.inputs.map((i) => i.layout), e.output];

/** As many declarations of the same names as before: the new text ends none and begins none. */
function isOneDeclaration(s: Subject, after: Subject, change: Change): boolean {
  const names = (p: Subject): string => p.module.decls.map((d) => ('name' in d ? d.name.text : d.kind)).join(' ');
  return names(s) === names(after) && after.source.text === textAfter(s.source.text, [change]);
}
