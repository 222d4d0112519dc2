/**
 * Comprehensions, `fold`, `scan` and `iterate`. Binders are nested, the first outermost. The state of a loop
 * keeps one type; when a step gives a softer one than the start (`true`, then a truth), the loop is read again with it.
 */
import type { Binder, Expr, Pattern } from '../syntax/ast.ts';
import type { Label } from '../text/problem.ts';
import { must } from '../text/result.ts';
import { readBound, readRange, runsUpwards } from './access.ts';
import { arrayOf, core, ERROR, errorCore, INT, makeLocal } from './build.ts';
import { coerce, inferSettled, join, weightsOf } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, CoreBinder, Local } from './core.ts';
import { type Bound, declarePattern, parts, wrapLets } from './data.ts';
import { isKind } from './operands.ts';
import { showType } from './show.ts';
import { constantOf, subSize } from './sizes.ts';
import type { Size, Type } from './types.ts';

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

interface ReadBinder {
  readonly binder: CoreBinder;
  readonly size: Size;
  readonly lets: readonly Bound[];
}

function readBinder(c: Checker, b: Binder): ReadBinder | undefined {
  if (b.source.kind === 'range') {
    const range = readRange(c, b.source);
    const fine = range && runsUpwards(c, b.source, range.from, range.to);
    const local = declarePattern(c, b.pattern, fine ? INT : ERROR, 'loop index', { isLoopIndex: true, end: range?.to });
    const lets = parts(c, b.pattern, local, 'loop index');
    if (!range || !fine) return undefined;
    return { binder: { local, source: { kind: 'range', ...range } }, size: subSize(range.to, range.from), lets };
  }
  const source = c.infer(b.source);
  const value =
    c.solver.type(source.type).kind === 'soft' ? (weightsOf(source, c.solver.type(source.type)) ?? source) : source;
  const type = c.solver.type(value.type);
  const local = declarePattern(c, b.pattern, type.kind === 'array' ? type.of : ERROR, 'loop variable');
  const lets = parts(c, b.pattern, local, 'loop variable');
  if (type.kind === 'array') return { binder: { local, source: { kind: 'values', value } }, size: type.size, lets };
  if (type.kind !== 'error') {
    const why =
      type.kind === 'int'
        ? 'A loop over numbers is `for i in 0..n`.'
        : 'A loop runs over an array or over a range `0..n`.';
    c.fail('type-mismatch', b.source.at, { expected: 'an array or a range', found: showType(type), why });
  }
  return undefined;
}

/** Binders in scope around `body`; earlier parts are lets inside, and in the sources that follow. */
function withBinders<T>(
  c: Checker,
  binders: readonly Binder[],
  body: (read: readonly (ReadBinder | undefined)[]) => T,
): T {
  return c.scope.within(() => {
    const read: (ReadBinder | undefined)[] = [];
    for (const b of binders) read.push(readBinder(c, b));
    return body(read);
  });
}

const known = (read: readonly (ReadBinder | undefined)[]): readonly ReadBinder[] | undefined =>
  read.some((b) => !b) ? undefined : read.map((b) => must(b));

/** Binders with the parts of their patterns bound in the sources after them. */
function coreBinders(read: readonly ReadBinder[]): readonly CoreBinder[] {
  return read.map(({ binder }, i) => {
    const lets = read.slice(0, i).flatMap((b) => b.lets);
    if (binder.source.kind === 'range' || lets.length === 0) return binder;
    return { local: binder.local, source: { kind: 'values', value: wrapLets(lets, binder.source.value) } };
  });
}

export function inferComprehension(c: Checker, e: Of<'comprehension'>, hint?: Type): Core {
  let inner = hint && c.solver.type(hint);
  for (const _ of e.binders) inner = inner?.kind === 'array' ? c.solver.type(inner.of) : undefined;
  return withBinders(c, e.binders, (read) => {
    const body = inferSettled(c, e.body, inner);
    const binders = known(read);
    if (!binders || isKind(c, body, 'error')) return errorCore(e.at);
    const type = binders.reduceRight<Type>((of, b) => arrayOf(of, b.size), body.type);
    return core(type, e.at, {
      kind: 'comprehension',
      binders: coreBinders(binders),
      body: wrapLets(
        binders.flatMap((b) => b.lets),
        body,
      ),
    });
  });
}

// --- fold and scan ---

/** The state's type is that of the start, or of the steps when those are softer. */
function steady(c: Checker, init: Core, read: (state: Type) => { readonly next: Type; readonly result: Core }): Core {
  let state = c.solver.type(init.type);
  for (let round = 0; round < 3; round++) {
    const mark = { problems: c.problems.length, holes: c.frame.found.length };
    const { next, result } = read(state);
    const wider = join(c.solver, state, next);
    if (!wider || c.solver.unify(wider, state)) return result;
    c.problems.length = mark.problems;
    c.frame.found.length = mark.holes;
    state = wider;
  }
  return read(state).result;
}

export function inferFold(c: Checker, e: Of<'fold'>, hint?: Type): Core {
  const wanted = hint && c.solver.type(hint);
  const stateHint = e.all ? (wanted?.kind === 'array' ? wanted.of : undefined) : wanted;
  const init = inferSettled(c, e.init, stateHint);
  return steady(c, init, (type) => {
    let next: Type = ERROR;
    const result = withBinders(c, e.binders, (read) => {
      const state = stateOf(c, e.state, type);
      const step = c.infer(e.next, type);
      next = c.solver.type(step.type);
      const binders = known(read);
      const fitted = demandState(c, step, type, init);
      if (!binders || !fitted || isKind(c, init, 'error')) return errorCore(e.at);
      const length = binders.reduceRight<Type>((of, b) => arrayOf(of, b.size), type);
      const lets = [...binders.flatMap((b) => b.lets), ...state.lets];
      return core(e.all ? length : type, e.at, {
        kind: 'fold',
        all: e.all,
        state: state.local,
        init: coerce(c, init, type),
        binders: coreBinders(binders),
        next: wrapLets(lets, fitted),
      });
    });
    return { next, result };
  });
}

interface State {
  readonly local: Local;
  readonly lets: readonly Bound[];
}

function stateOf(c: Checker, pattern: Pattern, type: Type): State {
  const local =
    pattern.kind === 'name' ? declarePattern(c, pattern, type, 'state') : makeLocal('state', type, pattern.at);
  return { local, lets: parts(c, pattern, local, 'state') };
}

/** The step as a value of the state's type; a softer step is not reported, the loop is read again. */
function demandState(c: Checker, step: Core, type: Type, init: Core): Core | undefined {
  const joined = join(c.solver, type, step.type);
  if (joined && !c.solver.unify(joined, type)) return undefined;
  const because = (): Label => ({ at: init.at, text: `the loop starts with ${showType(type)}` });
  const fitted = coerce(c, step, type, because);
  return isKind(c, fitted, 'error') ? undefined : fitted;
}

// --- iterate ---

export function inferIterate(c: Checker, e: Of<'iterate'>, hint?: Type): Core {
  const init = inferSettled(c, e.init, hint);
  const max = readBound(c, e.max, '`max`');
  if (max && constantOf(max) !== undefined && must(constantOf(max)) < 1)
    c.fail('beyond-end', e.max.at, { what: '`max`', why: 'A loop makes at least one step.' });
  return steady(c, init, (type) => {
    let next: Type = ERROR;
    const result = c.scope.within(() => {
      const state = stateOf(c, e.state, type);
      const cond = c.check(e.cond, { kind: 'bool' });
      const step = c.infer(e.next, type);
      next = c.solver.type(step.type);
      const fitted = demandState(c, step, type, init);
      if (!max || !fitted || isKind(c, cond, 'error') || isKind(c, init, 'error')) return errorCore(e.at);
      return core(type, e.at, {
        kind: 'iterate',
        state: state.local,
        init: coerce(c, init, type),
        cond: wrapLets(state.lets, cond),
        max,
        next: wrapLets(state.lets, fitted),
      });
    });
    return { next, result };
  });
}
