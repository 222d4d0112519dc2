/**
 * A learned state machine in its smallest form: states that nothing reaches or tells apart go, and the rest are numbered so that the functions of the
 * machine are short. Shown by a map from old states to new ones that the functions keep, so it holds for inputs of every length.
 */
import type { Decl, Expr, TypeExpr } from '../../../syntax/ast.ts';
import { must } from '../../../text/result.ts';
import { type Span, textOf } from '../../../text/span.ts';
import { type Change, once, plainRule, type Rule } from '../change.ts';
import { type Evidence, equalities, isShown } from '../equality.ts';
import { columnOf } from '../rows.ts';
import { declarationOf, type Plan, plansOf, type StateFunction } from '../states/plan.ts';
import type { Subject } from '../subject.ts';
import { casesOf, type FiniteType, rowOf, valueText } from '../tables/finite.ts';
import { typesIn } from '../types.ts';
import { expressionsOf, partsOf } from '../walk.ts';
import { bodyText } from './functions.ts';
import { removal } from './marks.ts';

export function states(learned: ReadonlySet<string>): Rule {
  const planOf = once((s) => plansOf(s, learned)[0]);
  const propose = (s: Subject): readonly Change[] => {
    const plan = planOf(s);
    return plan ? changesOf(s, plan) : [];
  };
  const evidence = (before: Subject, after: Subject): readonly Evidence[] | undefined => {
    const plan = planOf(before);
    return plan && evidenceOf(plan, before, after);
  };
  return plainRule('states', propose, { evidence });
}

// --- the text --------------------------------------------------------------------------------------------------

function changesOf(s: Subject, plan: Plan): Change[] {
  const { type, to, map, functions } = plan;
  const names = new Set(functions.map((f) => f.name));
  const read = s.module.decls.filter((d) => d.kind === 'let' && isReadBy(s, d.name.text, names));
  const inside = s.module.decls.filter((d) => ('name' in d && names.has(d.name.text)) || read.includes(d));
  const isInside = (at: Span): boolean => inside.some((d) => at.start >= d.at.start && at.end <= d.at.end);
  const reached = map.reduce((n, to) => n + Number(to >= 0), 0);
  const old = casesOf(type);
  const reason = `${old} states, of which ${reached} are reached and ${casesOf(to)} differ`;
  const place = ({ start, end }: Span, after: string, why = reason): Change => ({
    start,
    before: s.source.text.slice(start, end),
    after,
    reason: why,
  });
  const constants = new Map(plan.constants.map((c) => [c.at.start, c]));
  return [
    ...functions.map((f, i) => functionChange(s, plan, f, i)),
    ...read.map((d) => removal(s, d, 'the functions of the states say what it said')),
    ...[...constants.values()].map((c) => place(c.at, valueText(to, must(map[c.value])), 'the same state')),
    ...typesIn(s.module)
      .filter((t) => isWritten(t, type) && !isInside(t.at))
      .map((t) => place(t.at, typeText(to))),
    ...s.module.decls.flatMap((d) =>
      d.kind === 'enum' && type.kind === 'enum' && d.name.text === type.name ? [enumChange(s, d, to)] : [],
    ),
  ].filter((c) => c.before !== c.after);
}

/** A `let` that only functions of the machine read. */
function isReadBy(s: Subject, name: string, functions: ReadonlySet<string>): boolean {
  const readers = s.module.decls.filter((d) => expressionsOf(d).some(({ expr }) => reads(expr, name)));
  return readers.length > 0 && readers.every((d) => 'name' in d && functions.has(d.name.text));
}

const reads = (e: Expr, name: string): boolean =>
  (e.kind === 'name' && e.name.text === name) || partsOf(e).some((part) => reads(part.expr, name));

const typeText = (t: FiniteType): string =>
  t.kind === 'index' ? `Index<${t.size}>` : t.kind === 'enum' ? t.name : 'bool';

const isWritten = (t: TypeExpr, type: FiniteType): boolean => {
  if (t.kind !== 'named') return false;
  if (type.kind === 'enum') return t.name.text === type.name;
  const size = t.args[0]?.size;
  return type.kind === 'index' && t.name.text === 'Index' && size?.kind === 'number' && size.value === type.size;
};

function functionChange(s: Subject, plan: Plan, f: StateFunction, i: number): Change {
  const d = must(declarationOf(s, f));
  const { is } = must(plan.made[i]);
  const params = f.table.args.map((a, k) => {
    const type = k === f.state ? typeText(plan.to) : textOf(must(d.params[k]).type.at);
    return `${d.kind === 'table' && is.idle.includes(k) ? '_' : ''}${a.name}: ${type}`;
  });
  const result = f.isNext ? typeText(plan.to) : textOf(d.result.at);
  const after = `fn ${f.name}(${params.join(', ')}) -> ${result} ${bodyText(is)}`;
  return { start: d.at.start, before: textOf(d.at), after, reason: `what it is over ${casesOf(plan.to)} states` };
}

/** An enum with the cases that are left, or none at all. */
function enumChange(s: Subject, d: Decl, to: FiniteType): Change {
  if (to.kind !== 'enum') return removal(s, d, 'its cases are numbers');
  const before = textOf(d.at);
  const after = before.replace(/\{[^}]*\}/, `{ ${to.cases.join(', ')} }`);
  return { start: d.at.start, before, after, reason: 'the cases that are left' };
}

// --- what is believed ------------------------------------------------------------------------------------------

/** The map is one that every function keeps, in every row of a state that is reached; then whatever only hands states on gives the same. */
function evidenceOf(plan: Plan, before: Subject, after: Subject): readonly Evidence[] | undefined {
  const kept = plan.functions.every((f) => keeps(plan, f, after));
  if (!kept) return undefined;
  const names = plan.functions.map((f) => f.name);
  const map = Array.from(plan.map);
  return equalities(before, after, names).flatMap((shown): Evidence[] => {
    if (names.includes(shown.entry)) return [{ entry: shown.entry, by: 'states', map }];
    return isShown(shown) ? [shown] : [];
  });
}

function keeps({ map, to }: Plan, f: StateFunction, after: Subject): boolean {
  const entry = after.compiled.entries.find((e) => e.name === f.name);
  const column = entry && columnOf(entry, after.compiled.program.params);
  if (!column) return false;
  return f.table.values.every((value, row) => {
    const at = rowOf(f.table.args, row);
    const state = must(map[must(at[f.state])]);
    if (state < 0) return true;
    const place = at.reduce((r, v, i) => {
      const isState = i === f.state;
      return r * casesOf(isState ? to : must(f.table.args[i]).type) + (isState ? state : v);
    }, 0);
    return column[place] === (f.isNext ? map[value] : value);
  });
}
