/** Names for the arguments of a table that becomes a function. */
import type { Decl, Expr } from '../../syntax/ast.ts';
import { must } from '../../text/result.ts';
import type { Subject } from './subject.ts';
import type { FiniteArg } from './tables/finite.ts';
import { walk } from './walk.ts';

type TableDecl = Extract<Decl, { kind: 'table' }>;

/** Its own; else those of the first call that gives it plain names; else the small first letters of its types, else letters. */
export function namedArgs(s: Subject, d: TableDecl, args: readonly FiniteArg[]): FiniteArg[] {
  const own = d.params.flatMap((p) => p.name?.text ?? []);
  const names = own.length === args.length ? own : (namesOfCall(s, d, args.length) ?? letters(args));
  const taken = new Set(s.tokens.filter((t) => t.kind === 'name').map((t) => t.text));
  const cases = new Set(args.flatMap((a) => (a.type.kind === 'enum' ? a.type.cases : [])));
  const isTaken = (name: string): boolean =>
    cases.has(name) || s.module.decls.some((o) => 'name' in o && o.name.text === name);
  const free = [...'abcdefghijklmnopqrstuvwxyz'].filter((l) => !taken.has(l) && !names.includes(l));
  return args.map((a, i) => ({ ...a, name: isTaken(must(names[i])) ? must(free.shift()) : must(names[i]) }));
}

/** `s`, and of `s.0` or `s[i]` what they are of. */
function nameOf(e: Expr): string[] {
  if (e.kind === 'field' || e.kind === 'index') return nameOf(e.of);
  return e.kind === 'name' ? [e.name.text] : [];
}

function namesOfCall(s: Subject, d: TableDecl, count: number): string[] | undefined {
  let found: string[] | undefined;
  walk(s.module, ({ expr }) => {
    if (expr.kind !== 'call' || expr.fn.kind !== 'name' || expr.fn.name.text !== d.name.text) return true;
    const names = expr.args.flatMap(({ value }) => nameOf(value));
    if (names.length === count && new Set(names).size === count) found ??= names;
    return true;
  });
  return found;
}

function letters(args: readonly FiniteArg[]): string[] {
  const first = args.map(({ type }) => (type.kind === 'enum' ? type.name.charAt(0).toLowerCase() : ''));
  const rest = [...'abcdefghijklmnopqrstuvwxyz'].filter((l) => !first.includes(l));
  return first.map((l, i) => (l === '' || first.indexOf(l) !== i ? must(rest.shift()) : l));
}
