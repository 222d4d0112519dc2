/** Tuples, array literals, blocks, lambdas and destructuring. */
import type { Expr, Let, Pattern } from '../syntax/ast.ts';
import type { Label } from '../text/problem.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { arrayOf, core, ERROR, errorCore, localRef, makeLocal, tupleOf } from './build.ts';
import { count } from './calls-count.ts';
import { coerce, inferSettled, join, settleInt } from './coerce.ts';
import type { Because, Checker } from './context.ts';
import type { Core, Local } from './core.ts';
import { reportMismatch } from './mismatch.ts';
import { asSize, isStatic } from './numbers.ts';
import { showType } from './show.ts';
import { sizeOf } from './sizes.ts';
import { isUnknown } from './solve.ts';
import type { Size, Type } from './types.ts';
import { readType } from './written.ts';

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

// --- tuples and arrays ---

export function checkTuple(c: Checker, e: Of<'tuple'>, want: Type, because?: Because): Core {
  const type = c.solver.type(want);
  if (type.kind !== 'tuple' || type.items.length !== e.items.length)
    return coerce(c, inferTuple(c, e, want), want, because);
  const items = e.items.map((item, i) => c.check(item, must(type.items[i]), because));
  return core(c.solver.type(type), e.at, { kind: 'tuple', items });
}

export function inferTuple(c: Checker, e: Of<'tuple'>, hint?: Type): Core {
  const type = hint && c.solver.type(hint);
  const items = e.items.map((item, i) => inferSettled(c, item, type?.kind === 'tuple' ? type.items[i] : undefined));
  return core(tupleOf(items.map((i) => i.type)), e.at, { kind: 'tuple', items });
}

export function checkArray(c: Checker, e: Of<'array'>, want: Type, because?: Because): Core {
  const type = c.solver.type(want);
  if (type.kind !== 'array') return coerce(c, inferArray(c, e, want), want, because);
  if (!c.solver.unifySizes(type.size, sizeOf(e.items.length))) {
    const found = inferArray(c, e, want);
    reportMismatch(c, found, want, because);
    return errorCore(e.at);
  }
  const items = e.items.map((item) => c.check(item, type.of, because));
  return core(c.solver.type(type), e.at, { kind: 'array', items });
}

export function inferArray(c: Checker, e: Of<'array'>, hint?: Type): Core {
  const type = hint && c.solver.type(hint);
  const itemHint = type?.kind === 'array' ? type.of : undefined;
  if (e.items.length === 0) {
    if (itemHint) return core(arrayOf(itemHint, sizeOf(0)), e.at, { kind: 'array', items: [] });
    return c.fail('cannot-infer', e.at, {
      what: 'what kind of array this is',
      hint: 'An empty array needs a type: `let xs: f32[0] = [];`.',
    });
  }
  const items = e.items.map((item) => inferSettled(c, item, itemHint));
  const of = joinAll(c, items, 'item');
  return core(arrayOf(of, sizeOf(items.length)), e.at, { kind: 'array', items: items.map((i) => coerce(c, i, of)) });
}

/** The type that all values fit; the first that does not is reported against the first value. */
export function joinAll(c: Checker, values: readonly Core[], what: string): Type {
  let type: Type = ERROR;
  let from: Core | undefined;
  for (const value of values) {
    const joined = join(c.solver, type, value.type);
    if (joined) {
      if (c.solver.type(type).kind === 'error') from = value;
      type = joined;
      continue;
    }
    const first = from ?? value;
    const because = (): Label => ({ at: first.at, text: `this ${what} is ${showType(c.solver.type(first.type))}` });
    reportMismatch(c, value, type, because);
    return ERROR;
  }
  return type;
}

// --- blocks ---

export function checkBlock(c: Checker, e: Of<'block'>, want: Type, because?: Because): Core {
  return c.scope.within(() => withLets(c, e.lets, () => c.check(e.value, want, because)));
}

export function inferBlock(c: Checker, e: Of<'block'>, hint?: Type): Core {
  return c.scope.within(() => withLets(c, e.lets, () => c.infer(e.value, hint)));
}

/** Lets one after the other, then the body, in the scope at hand. */
export function withLets(c: Checker, lets: readonly Let[], body: () => Core): Core {
  const bound: Bound[] = [];
  for (const l of lets) {
    const want = l.type && readType(c, l.type);
    const value = want
      ? c.check(l.value, want, () => ({ at: must(l.type).at, text: 'the type is stated here' }))
      : c.infer(l.value);
    bound.push(
      ...bindPattern(c, l.pattern, want && value.kind === 'error' ? { ...value, type: want } : value, 'local'),
    );
  }
  return wrapLets(bound, body());
}

export interface Bound {
  readonly local: Local;
  readonly value: Core;
}

export const wrapLets = (bound: readonly Bound[], body: Core): Core =>
  bound.reduceRight(
    (inner, b) => core(inner.type, inner.at, { kind: 'let', local: b.local, value: b.value, body: inner }),
    body,
  );

/** Declares the names of a pattern; the parts of a tuple become lets of their own. */
export function bindPattern(c: Checker, pattern: Pattern, value: Core, what: string): readonly Bound[] {
  const local = declarePattern(c, pattern, value.type, what, { size: asSize(c, value), isKnown: isStatic(c, value) });
  return [{ local, value }, ...parts(c, pattern, local, what)];
}

interface Known {
  readonly size?: Size | undefined;
  readonly isKnown?: boolean;
  readonly isLoopIndex?: boolean;
  readonly end?: Size | undefined;
}

/** A local for a pattern; its parts are not declared yet. */
export function declarePattern(c: Checker, pattern: Pattern, type: Type, what: string, known: Known = {}): Local {
  const name = pattern.kind === 'name' ? pattern.name.text : '_';
  const local = makeLocal(name, type, pattern.kind === 'name' ? pattern.name.at : pattern.at, known.isLoopIndex);
  const { size, end, isKnown = false } = known;
  if (pattern.kind === 'name')
    c.scope.declare(name, { local, what, used: false, isKnown, ...(size && { size }), ...(end && { end }) });
  return local;
}

/** Lets for the parts of a tuple pattern, taken out of `local`. */
export function parts(c: Checker, pattern: Pattern, local: Local, what: string): readonly Bound[] {
  if (pattern.kind !== 'tuple') return [];
  const type = c.solver.type(local.type);
  const types = tupleParts(c, pattern, type);
  return pattern.items.flatMap((item, i) => {
    if (item.kind === 'wildcard') return [];
    const of = localRef(local, pattern.at);
    const value = types[i] ? core(must(types[i]), item.at, { kind: 'item', of, index: i }) : errorCore(item.at);
    return bindPattern(c, item, value, what);
  });
}

function tupleParts(c: Checker, pattern: Extract<Pattern, { kind: 'tuple' }>, type: Type): readonly Type[] {
  if (type.kind === 'error') return [];
  if (type.kind === 'tuple' && type.items.length === pattern.items.length) return type.items;
  const why =
    type.kind === 'tuple'
      ? `The value has ${type.items.length} parts, the pattern ${pattern.items.length}.`
      : 'Only a tuple can be taken apart like this.';
  c.fail('bad-pattern', pattern.at, { type: showType(type), why });
  return [];
}

// --- lambdas ---

export function checkLambda(c: Checker, e: Of<'lambda'>, want: Type, because?: Because): Core {
  const type = c.solver.type(want);
  if (type.kind === 'fn' && type.params.length !== e.params.length) return wrongCount(c, e, type, because);
  if (type.kind !== 'fn') return coerce(c, inferLambda(c, e, want), want, because);
  return lambda(c, e, type.params, (body) => c.check(body, type.result, because));
}

function wrongCount(c: Checker, e: Of<'lambda'>, type: Extract<Type, { kind: 'fn' }>, because?: Because): Core {
  const found = `a function of ${count(e.params.length)}`;
  const why = `It is called with ${count(type.params.length)}.`;
  const also = because ? [because()].flat() : [];
  return c.fail('type-mismatch', e.at, { expected: showType(type), found, why }, { also });
}

export function inferLambda(c: Checker, e: Of<'lambda'>, hint?: Type): Core {
  const type = hint && c.solver.type(hint);
  const fn = type?.kind === 'fn' ? type : undefined;
  return lambda(c, e, fn?.params ?? [], (body) => settleInt(c, c.infer(body, fn?.result)));
}

function lambda(c: Checker, e: Of<'lambda'>, hints: readonly Type[], body: (e: Expr) => Core): Core {
  return c.scope.within(() => {
    const params = e.params.map((p, i) => {
      const local = makeLocal(p.name.text, paramType(c, e.at, p, hints[i]), p.name.at);
      c.scope.declare(p.name.text, { local, what: 'parameter', used: false });
      return local;
    });
    const value = body(e.body);
    const type: Type = { kind: 'fn', params: params.map((p) => p.type), result: value.type };
    return core(type, e.at, { kind: 'lambda', params, body: value });
  });
}

function paramType(c: Checker, at: Span, p: Of<'lambda'>['params'][number], hinted: Type | undefined): Type {
  const hint = hinted && c.solver.type(hinted);
  const known = hint && !(hint.kind === 'var' && isUnknown(hint.name)) ? hint : undefined;
  if (p.type) {
    const stated = readType(c, p.type);
    if (hint && !c.solver.unify(stated, hint)) {
      const data = {
        expected: showType(hint),
        found: showType(stated),
        why: 'The parameter is stated otherwise than what it will be called with.',
      };
      c.fail('type-mismatch', p.name.at, data, { also: [{ at, text: 'in this function' }] });
    }
    return stated;
  }
  if (known) return known;
  c.fail('cannot-infer', p.name.at, {
    what: `the type of \`${p.name.text}\``,
    hint: `State it: \`(${p.name.text}: f32) => ...\`.`,
  });
  return ERROR;
}
