/**
 * `if` and `match`. On crisp values they select; on soft ones they mix, so their arms must be of a type that
 * can be mixed, and crisp arms become soft.
 */
import type { Expr } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { BOOL, core, errorCore, F32, leafOf, prim, share, soften } from './build.ts';
import { coerce } from './coerce.ts';
import type { Because, Checker } from './context.ts';
import type { Core, CoreArm } from './core.ts';
import { joinAll } from './data.ts';
import { isStatic } from './numbers.ts';
import { isKind } from './operands.ts';
import { intCases, readPatterns, type Scrutinee, scrutineeOf } from './patterns.ts';
import { showType } from './show.ts';
import { isUnknown } from './solve.ts';
import { substitute } from './substitute.ts';
import type { Type } from './types.ts';

type IfExpr = Extract<Expr, { kind: 'if' }>;
type MatchExpr = Extract<Expr, { kind: 'match' }>;

export function checkIf(c: Checker, e: IfExpr, want: Type, because?: Because): Core {
  const cond = condition(c, e.cond);
  const soft = isKind(c, cond, 'truth');
  const blendable = soft ? demandBlend(c, e.at, c.solver.type(want), cond.at, because) : demandKnown(c, want, cond);
  const [then, other] = [e.then, e.else].map((branch) => c.check(branch, want, because)) as [Core, Core];
  if (!blendable) return errorCore(e.at);
  return core(c.solver.type(want), e.at, { kind: 'if', soft, cond, then, else: other });
}

export function inferIf(c: Checker, e: IfExpr, hint?: Type): Core {
  const cond = condition(c, e.cond);
  const soft = isKind(c, cond, 'truth');
  const values = [c.infer(e.then, hint), c.infer(e.else, hint)];
  const [then, other] = unite(c, e.at, values, { soft, isKnown: isStatic(c, cond), what: 'branch', hint }) as [
    Core,
    Core,
  ];
  if (isKind(c, then, 'error') || isKind(c, other, 'error')) return errorCore(e.at);
  return core(then.type, e.at, { kind: 'if', soft, cond, then, else: other });
}

function condition(c: Checker, e: Expr): Core {
  const cond = c.infer(e);
  const type = c.solver.type(cond.type);
  if (type.kind === 'bool' || type.kind === 'truth' || type.kind === 'error') return cond;
  if (type.kind === 'f32' || type.kind === 'int')
    return c.fail(
      'number-is-not-truth',
      e.at,
      { found: showType(type) },
      { label: 'a condition is a bool or a truth' },
    );
  const leaf = leafOf(type).kind;
  const why =
    type.kind === 'array' && (leaf === 'bool' || leaf === 'truth')
      ? 'Reduce the array first: `all(...)` or `any(...)`.'
      : 'A condition is a bool or a truth.';
  return c.fail('type-mismatch', e.at, { expected: 'bool or truth', found: showType(type), why });
}

interface Uniting {
  readonly soft: boolean;
  readonly isKnown: boolean;
  readonly what: string;
  readonly hint: Type | undefined;
}

/** The arms with one type for all; mixed arms become soft. */
export function unite(
  c: Checker,
  at: Span,
  values: readonly Core[],
  { soft, isKnown, what, hint }: Uniting,
): readonly Core[] {
  let type = joinAll(c, values, what);
  if (type.kind === 'error') return values.map((v) => errorCore(v.at));
  if (type.kind === 'int' && !isKnown) type = hint && c.solver.type(hint).kind === 'index' ? hint : F32;
  if (soft) type = soften(type);
  if (soft && !canBlend(type)) {
    c.fail('not-blendable', at, { type: showType(type), why: BLEND });
    return values.map((v) => errorCore(v.at));
  }
  return values.map((v) => coerce(c, v, type));
}

const BLEND =
  'The condition is soft, so both sides are mixed by weight; only numbers, truths, distributions, and arrays, tuples and records of those can be mixed.';

export function canBlend(type: Type): boolean {
  switch (type.kind) {
    case 'f32':
    case 'truth':
    case 'soft':
    case 'error':
      return true;
    case 'var':
      return isUnknown(type.name);
    case 'array':
      return canBlend(type.of);
    case 'tuple':
      return type.items.every(canBlend);
    case 'record':
      return type.decl.fields.every((f) => canBlend(substitute(f.type, type.decl.generics, type.args)));
    default:
      return false;
  }
}

function demandBlend(c: Checker, at: Span, want: Type, softAt: Span, because?: Because): boolean {
  if (canBlend(want)) return true;
  const also = [{ at: softAt, text: 'this is soft' }, ...(because ? [because()].flat() : [])];
  c.fail('not-blendable', at, { type: showType(want), why: BLEND }, { also });
  return false;
}

/** A number that is known while compiling is chosen by a condition that is known too. */
export function demandKnown(c: Checker, want: Type, cond: Core): boolean {
  if (c.solver.type(want).kind !== 'int' || (cond.kind !== 'error' && isStatic(c, cond))) return true;
  c.fail('not-constant', cond.at, {
    what: 'the choice of an `int`',
    hint: 'An `int` exists while compiling only, so it cannot depend on a value; use an `f32` or an `Index<n>`.',
  });
  return false;
}

// --- match ---

export function checkMatch(c: Checker, e: MatchExpr, want: Type, because?: Because): Core {
  return matchOf(c, e, (soft, isKnown) => {
    const blendable = soft
      ? demandBlend(c, e.at, c.solver.type(want), e.of.at, because)
      : isKnown || demandKnown(c, want, errorCore(e.of.at));
    const values = e.arms.map((arm) => c.check(arm.value, want, because));
    return blendable ? values : values.map((v) => errorCore(v.at));
  });
}

export function inferMatch(c: Checker, e: MatchExpr, hint?: Type): Core {
  return matchOf(c, e, (soft, isKnown) =>
    unite(
      c,
      e.at,
      e.arms.map((arm) => c.infer(arm.value, hint)),
      { soft, isKnown, what: 'arm', hint },
    ),
  );
}

type ReadArms = (soft: boolean, isKnown: boolean) => readonly Core[];

function matchOf(c: Checker, e: MatchExpr, readArms: ReadArms): Core {
  const value = c.infer(e.of);
  const type = c.solver.type(value.type);
  if (type.kind === 'int') return share(value, 'matched', (x) => matchInt(c, e, x, readArms(false, true)));
  if (value.kind === 'tuple') return matchParts(c, e, value.items, readArms);
  if (type.kind !== 'tuple') return matchParts(c, e, [value], readArms);
  return share(value, 'matched', (x) =>
    matchParts(
      c,
      e,
      type.items.map((t, index) => core(t, e.of.at, { kind: 'item', of: x, index })),
      readArms,
    ),
  );
}

function matchParts(c: Checker, e: MatchExpr, of: readonly Core[], readArms: ReadArms): Core {
  const scrutinees = of.map((part) => scrutineeOf(c, part));
  const known = scrutinees.filter((s): s is Scrutinee => s !== undefined);
  if (known.length < of.length) {
    readArms(false, false);
    return errorCore(e.at);
  }
  const soft = known.some((s) => s.soft);
  const patterns = readPatterns(
    c,
    e.at,
    e.arms.map((a) => a.pattern),
    known,
  );
  const values = readArms(soft, false);
  const bad = values.find((v) => isKind(c, v, 'error'));
  if (!patterns || bad || values.length === 0) return errorCore(e.at);
  const arms = patterns.map(
    (p): CoreArm => ({ at: must(e.arms[p.arm]).at, cases: p.cases, value: must(values[p.arm]) }),
  );
  return core(c.solver.type(must(values[0]).type), e.at, { kind: 'match', soft, of: known.map((s) => s.value), arms });
}

/** A `match` on a number known while compiling is a chain of `if`. */
function matchInt(c: Checker, e: MatchExpr, value: Core, values: readonly Core[]): Core {
  const cases = intCases(c, e);
  if (!cases || values.some((v) => isKind(c, v, 'error'))) return errorCore(e.at);
  let result = must(values[cases.rest]);
  for (let i = cases.rest - 1; i >= 0; i--) {
    const tests = must(cases.numbers[i]).map((n) =>
      prim('int.eq', BOOL, e.of.at, [value, core({ kind: 'int' }, e.of.at, { kind: 'number', value: n })]),
    );
    const cond = tests.reduce((a, b) => prim('or', BOOL, e.of.at, [a, b], 'godel'));
    const then = must(values[i]);
    result = core(then.type, e.at, { kind: 'if', soft: false, cond, then, else: result });
  }
  return result;
}
