/** A walk over the expressions of a module, from the outside in. Each comes with how tightly what replaces it must bind where it stands. */
import type { Binder, Decl, Expr, FnParam, Let, Module } from '../../syntax/ast.ts';
import { OPERATORS } from '../../syntax/operators.ts';

export interface Standing {
  readonly expr: Expr;
  /** The least power of an operator that needs no parentheses here: 0 where any expression may stand. */
  readonly power: number;
}

/** The power of what stands behind a sign, and of what stands before a bracket, a point or a block. */
export const [SIGN, ATOM] = [11, 12];

const free = (expr: Expr | undefined): Standing[] => (expr ? [{ expr, power: 0 }] : []);
const bound = (expr: Expr, power = ATOM): Standing[] => [{ expr, power }];
const frees = (exprs: readonly (Expr | undefined)[]): Standing[] => exprs.flatMap(free);
const ofLets = (lets: readonly Let[]): Standing[] => frees(lets.map((l) => l.value));
const ofBinders = (binders: readonly Binder[]): Standing[] => binders.flatMap((b) => bound(b.source));
const ofParams = (params: readonly FnParam[]): Standing[] =>
  frees(params.flatMap((p) => [...(p.range ?? []), p.default]));

/** Operands of equal power may stand on the side to which an operator groups. */
function operands({ op, left, right }: Extract<Expr, { kind: 'binary' }>): Standing[] {
  const { power, right: isRight, single } = OPERATORS.get(op) ?? { power: ATOM };
  return [...bound(left, isRight || single ? power + 1 : power), ...bound(right, isRight ? power : power + 1)];
}

/** Whether an expression needs no parentheses where this power is asked for. */
export function isTight(e: Expr, power: number): boolean {
  if (power === 0) return true;
  if (e.kind === 'binary') return (OPERATORS.get(e.op)?.power ?? 0) >= power;
  if (e.kind === 'unary') return power <= SIGN;
  return ['number', 'bool', 'string', 'name', 'call', 'field', 'index', 'tuple', 'array', 'hole'].includes(e.kind);
}

/** The expressions directly in a declaration. */
export function expressionsOf(d: Decl): Standing[] {
  switch (d.kind) {
    case 'fn':
      return [...ofParams(d.params), ...free(d.body)];
    case 'let':
      return free(d.value);
    case 'param':
      return frees([...(d.range ?? []), d.value]);
    case 'paramFn':
      return [...ofParams(d.params), ...free(d.value)];
    case 'table':
      return frees([...(d.rows ?? []).map((r) => r.value), d.value]);
    case 'train':
      return frees(d.settings.map((s) => s.value));
    case 'test':
      return [...ofLets(d.lets), ...frees(d.asserts.map((a) => a.value))];
    case 'prove':
      return [
        ...frees(d.foralls.flatMap((f) => f.range ?? [])),
        ...ofLets(d.lets),
        ...frees([...d.assumes, ...d.asserts]),
        ...frees(d.relation ? [d.relation.left, d.relation.right, d.relation.within] : []),
      ];
    default:
      return [];
  }
}

/** The expressions directly in an expression. */
export function partsOf(e: Expr): Standing[] {
  switch (e.kind) {
    case 'unary':
      return bound(e.value, SIGN);
    case 'binary':
      return operands(e);
    case 'range':
      return [...bound(e.from), ...bound(e.to)];
    case 'call':
      return [...bound(e.fn), ...frees(e.args.map((a) => a.value))];
    case 'field':
      return bound(e.of);
    case 'index':
      return [...bound(e.of), ...frees(e.indices)];
    case 'tuple':
    case 'array':
      return frees(e.items);
    case 'comprehension':
      return [...ofBinders(e.binders), ...free(e.body)];
    case 'record':
      return frees([e.spread, ...e.fields.map((f) => f.value)]);
    case 'block':
      return [...ofLets(e.lets), ...free(e.value)];
    case 'lambda':
      return bound(e.body);
    case 'if':
      return [...bound(e.cond), ...free(e.then), ...free(e.else)];
    case 'match':
      return [...bound(e.of), ...frees(e.arms.map((a) => a.value))];
    case 'fold':
      return [...bound(e.init), ...ofBinders(e.binders), ...free(e.next)];
    case 'iterate':
      return [...bound(e.init), ...bound(e.cond), ...bound(e.max), ...free(e.next)];
    case 'choose':
      return frees(e.options);
    default:
      return [];
  }
}

/** Visits every expression of a module; `inside` says whether to go into one. */
export function walk(module: Module, visit: (s: Standing, decl: Decl) => boolean): void {
  const go = (s: Standing, decl: Decl): void => {
    if (visit(s, decl)) for (const part of partsOf(s.expr)) go(part, decl);
  };
  for (const decl of module.decls) for (const s of expressionsOf(decl)) go(s, decl);
}
