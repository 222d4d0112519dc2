/**
 * Coercions: the few steps by which a value of one type may stand where another is wanted
 * (`int` as a number, `bool <: truth <: f32`, `E <: Soft<E>`, a soft value as its weights). Each becomes a
 * node of core; nothing changes its type silently.
 */

import type { Expr } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import {
  arrayOf,
  caseCount,
  coerced,
  core,
  errorCore,
  F32,
  leafOf,
  numberCore,
  prim,
  share,
  TRUTH,
  tupleOf,
  withLeaf,
} from './build.ts';
import type { Because, Checker } from './context.ts';
import type { CoerceHow, Core } from './core.ts';
import { reportMismatch } from './mismatch.ts';
import { isUnknown, type Solver } from './solve.ts';
import type { Type } from './types.ts';

/** The value as a `want`; reports when that is impossible. */
export function coerce(c: Checker, value: Core, want: Type, because?: Because): Core {
  const fitted = adapt(c, value, want);
  if (fitted) return fitted;
  reportMismatch(c, value, want, because);
  return errorCore(value.at);
}

/** The value as a `want`, or nothing when the types do not fit. Unknowns may be chosen on the way. */
export function adapt(c: Checker, value: Core, wanted: Type): Core | undefined {
  const want = c.solver.type(wanted);
  const got = c.solver.type(value.type);
  if (got.kind === 'error' || want.kind === 'error') return value;
  if (want.kind === 'var' && isUnknown(want.name)) return chooseFor(c, value, got, want);
  if (got.kind === 'int' && want.kind !== 'int') return fitInt(c, value, want);
  if (want.kind === 'array') return fitArray(c, value, got, want);
  if (want.kind === 'tuple' && got.kind === 'tuple') return fitTuple(c, value, got.items, want.items);
  if (want.kind === 'fn' && got.kind === 'fn')
    return c.solver.unify(got, want) ? value : fitFunction(c, value, got, want);
  const how = step(c.solver, got, want);
  return how === 'same' ? value : how && coerced(how, want, value);
}

/** An unknown type takes the type of the value; a compile-time number becomes an f32 there. */
function chooseFor(c: Checker, value: Core, got: Type, want: Type): Core | undefined {
  const settled = got.kind === 'int' ? must(fitInt(c, value, F32)) : value;
  return c.solver.unify(settled.type, want) ? settled : undefined;
}

function fitInt(c: Checker, value: Core, want: Type): Core | undefined {
  if (want.kind === 'f32')
    return value.kind === 'number' ? numberCore(Math.fround(value.value), value.at) : coerced('int-to-f32', F32, value);
  if (want.kind === 'index') return coerced('int-to-index', want, value);
  if (want.kind === 'soft' && c.solver.type(want.of).kind === 'index')
    return coerced('case-to-soft', want, coerced('int-to-index', c.solver.type(want.of), value));
  return undefined;
}

/** The one step from `got` to `want`, for types that are no arrays, tuples or functions. */
function step(solver: Solver, got: Type, want: Type): CoerceHow | 'same' | undefined {
  if (got.kind === 'int' && want.kind === 'f32') return 'int-to-f32';
  if (got.kind === 'bool' && want.kind === 'truth') return 'bool-to-truth';
  if (got.kind === 'bool' && want.kind === 'f32') return 'bool-to-f32';
  if (got.kind === 'truth' && want.kind === 'f32') return 'truth-to-f32';
  if (got.kind === 'enum' && want.kind === 'index')
    return solver.unifySizes(must(caseCount(got)), want.size) ? 'case-to-index' : undefined;
  if (solver.unify(got, want)) return 'same';
  if (want.kind !== 'soft') return undefined;
  const of = solver.type(want.of);
  if (got.kind === 'soft' && got.of.kind === 'enum' && of.kind === 'index')
    return solver.unifySizes(must(caseCount(got)), of.size) ? 'case-to-index' : undefined;
  if (got.kind === 'enum' || got.kind === 'index' || got.kind === 'var')
    return solver.unify(got, of) ? 'case-to-soft' : undefined;
  return undefined;
}

type ArrayType = Extract<Type, { kind: 'array' }>;

function fitArray(c: Checker, value: Core, got: Type, want: ArrayType): Core | undefined {
  if (got.kind === 'soft') {
    const weights = weightsOf(value, got);
    return weights && adapt(c, weights, want);
  }
  if (got.kind !== 'array') return undefined;
  const how = arrayStep(c.solver, got, want);
  if (!how) return undefined;
  const stepped = how === 'same' ? value : coerced(how, withLeaf(got, leafOf(c.solver.type(want))), value);
  return got.cases === want.cases ? stepped : coerced('vector-to-cases', c.solver.type(want), stepped);
}

function arrayStep(solver: Solver, got: Type, want: Type): CoerceHow | 'same' | undefined {
  if (got.kind === 'array' && want.kind === 'array')
    return solver.unifySizes(got.size, want.size)
      ? arrayStep(solver, solver.type(got.of), solver.type(want.of))
      : undefined;
  if (got.kind === 'array' || want.kind === 'array') return solver.unify(got, want) ? 'same' : undefined;
  return step(solver, got, want);
}

/** A soft value as the vector of its weights. */
export function weightsOf(value: Core, type: Type): Core | undefined {
  const count = caseCount(type);
  if (!count) return undefined;
  const of = type.kind === 'soft' ? type.of : type;
  const soft = type.kind === 'soft' ? value : coerced('case-to-soft', { kind: 'soft', of: type }, value);
  return prim('weights', arrayOf(F32, count, of.kind === 'enum' ? of.decl : undefined), value.at, [soft]);
}

function fitTuple(c: Checker, value: Core, got: readonly Type[], want: readonly Type[]): Core | undefined {
  if (got.length !== want.length) return undefined;
  if (c.solver.unify(tupleOf(got), tupleOf(want))) return value;
  const items = (of: Core): readonly (Core | undefined)[] =>
    want.map((w, i) =>
      adapt(
        c,
        of.kind === 'tuple' ? must(of.items[i]) : core(must(got[i]), value.at, { kind: 'item', of, index: i }),
        w,
      ),
    );
  let failed = false;
  const build = (of: Core): Core => {
    const parts = items(of);
    failed = parts.some((p) => !p);
    const known = parts.map((p) => p ?? errorCore(value.at));
    return core(tupleOf(known.map((p) => p.type)), value.at, { kind: 'tuple', items: known });
  };
  const result = value.kind === 'tuple' ? build(value) : share(value, 'pair', build);
  return failed ? undefined : result;
}

type FnType = Extract<Type, { kind: 'fn' }>;

/** A function with other but convertible types: wrapped in a lambda that converts. */
function fitFunction(c: Checker, value: Core, got: FnType, want: FnType): Core | undefined {
  if (got.params.length !== want.params.length) return undefined;
  const params = want.params.map((type, i) => ({
    name: `a${i}`,
    type: c.solver.type(type),
    at: value.at,
    isLoopIndex: false,
  }));
  const args = params.map((local, i) =>
    adapt(c, core(local.type, value.at, { kind: 'local', local }), must(got.params[i])),
  );
  if (args.some((a) => !a)) return undefined;
  const call = core(c.solver.type(got.result), value.at, { kind: 'apply', fn: value, args: args.map((a) => must(a)) });
  const body = adapt(c, call, want.result);
  return (
    body &&
    core({ kind: 'fn', params: params.map((p) => p.type), result: body.type }, value.at, {
      kind: 'lambda',
      params,
      body,
    })
  );
}

/** The smallest type that both fit: of the arms of a `match`, the items of an array. */
export function join(solver: Solver, left: Type, right: Type): Type | undefined {
  const a = solver.type(left);
  const b = solver.type(right);
  if (a.kind === 'error') return b;
  if (b.kind === 'error' || solver.unify(a, b)) return solver.type(a);
  const rank = (t: Type): number => ['bool', 'truth', 'f32'].indexOf(t.kind);
  if (rank(a) >= 0 && rank(b) >= 0) return rank(a) > rank(b) ? a : b;
  if ((a.kind === 'int' && b.kind === 'f32') || (a.kind === 'f32' && b.kind === 'int')) return F32;
  if ((a.kind === 'int' && b.kind === 'truth') || (a.kind === 'truth' && b.kind === 'int')) return F32;
  if (a.kind === 'int' && (b.kind === 'index' || b.kind === 'soft')) return b;
  if (b.kind === 'int' && (a.kind === 'index' || a.kind === 'soft')) return a;
  if (a.kind === 'soft' && step(solver, b, a)) return a;
  if (b.kind === 'soft' && step(solver, a, b)) return b;
  if (a.kind === 'array' && b.kind === 'array' && solver.unifySizes(a.size, b.size)) {
    const of = join(solver, a.of, b.of);
    return of && { ...a, of };
  }
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.items.length === b.items.length) {
    const items = a.items.map((t, i) => join(solver, t, must(b.items[i])));
    return items.some((t) => !t) ? undefined : tupleOf(items.map((t) => must(t)));
  }
  return undefined;
}

/** Where no type is wanted, compile-time numbers in data become f32: `[1, 2]` is `f32[2]`. */
export function settleInt(c: Checker, value: Core): Core {
  return c.solver.type(value.type).kind === 'int' ? must(fitInt(c, value, F32)) : value;
}

/** An expression in data: a compile-time number becomes an index where one is wanted, and else an f32. */
export function inferSettled(c: Checker, e: Expr, hint: Type | undefined): Core {
  const value = c.infer(e, hint);
  if (!hint || c.solver.type(value.type).kind !== 'int') return settleInt(c, value);
  const want = c.solver.type(hint);
  return want.kind === 'index' || want.kind === 'soft' ? (adapt(c, value, want) ?? value) : settleInt(c, value);
}

/** A number, or an array of numbers, from anything that may stand for one; nothing otherwise. */
export function numeric(c: Checker, value: Core): Core | undefined {
  const type = c.solver.type(value.type);
  if (type.kind === 'soft') return weightsOf(value, type);
  if (type.kind === 'var' && isUnknown(type.name)) return adapt(c, value, F32);
  return adapt(c, value, withLeaf(type, F32));
}

/** A truth value, or an array of them, crisp when it is crisp; nothing otherwise. */
export function logical(c: Checker, value: Core): Core | undefined {
  const type = c.solver.type(value.type);
  const leaf = leafOf(type).kind;
  if (leaf === 'bool' || leaf === 'truth' || leaf === 'error') return value;
  if (type.kind === 'var' && isUnknown(type.name)) return adapt(c, value, TRUTH);
  return undefined;
}
