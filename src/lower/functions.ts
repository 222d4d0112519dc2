/** Calls: every function is inlined where it is called, its generics replaced and its parameters bound. Function values are closures. */
import type { Core, FnDecl } from '../check/core.ts';
import type { GenericArg, Type } from '../check/types.ts';
import { must } from '../text/result.ts';
import { bind, type Env, here, lower, typeIn } from './environment.ts';
import { closed, type Generics, genericsOf } from './instance.ts';
import { lowerLift } from './loops.ts';
import { lowerPrim } from './prims/index.ts';
import { closure, someValue, type Typed, type Value } from './values.ts';

/** Library code: its nodes are shown where the user called it. */
export const isLibrary = (module: string): boolean => module.startsWith('std/');

interface Call {
  readonly fn: FnDecl;
  readonly generics: Generics;
  readonly args: readonly Value[];
  readonly result: Type;
}

/** The body of a function with its parameters bound. `env` is that of the call. */
export function inline(env: Env, call: Call): Value {
  const { fn, generics } = call;
  const calledAt = isLibrary(fn.module) ? (env.calledAt ?? env.origin?.at) : undefined;
  const empty: Env = { ...env, generics, locals: undefined, calledAt };
  const inner = fn.params.reduce((e, local, i) => bind(e, local, must(call.args[i])), empty);
  return lower(inner, must(fn.body, `${fn.name} has no body`));
}

type Named<K extends Core['kind']> = Extract<Core, { kind: K }>;

export function lowerCall(env: Env, core: Named<'call'>): Value {
  const args = core.args.map((a) => lower(env, a));
  const generics = genericsOf(core.fn.generics, core.generics, env.generics);
  return inline(here(env, core), { fn: core.fn, generics, args, result: typeIn(env, core.type) });
}

export function lowerLiftCall(env: Env, core: Named<'lift'>): Value {
  const generics = genericsOf(core.fn.generics, core.generics, env.generics);
  const args = core.args.map((a): Typed => ({ value: lower(env, a), type: typeIn(env, a.type) }));
  const result = closed(core.fn.result, generics);
  return lowerLift(here(env, core), args, typeIn(env, core.type), (inner, elements) =>
    inline(inner, { fn: core.fn, generics, args: elements, result }),
  );
}

export function lowerApply(env: Env, core: Named<'apply'>): Value {
  const fn = lower(env, core.fn);
  const args = core.args.map((a): Typed => ({ value: lower(env, a), type: typeIn(env, a.type) }));
  return applyTo(here(env, core), fn, args, typeIn(env, core.type));
}

/** Calls a function value. */
export function applyTo(env: Env, fn: Value, args: readonly Typed[], result: Type): Value {
  return fn.kind === 'closure' ? fn.call(env, args, result) : someValue(env, result);
}

/** A lambda sees the names around it, and runs in the loops and under the conditions of its caller. */
export function lowerLambda(env: Env, core: Named<'lambda'>): Value {
  return closure((caller, args) => {
    const { body, condition, guards } = caller;
    const inner = core.params.reduce((e, local, i) => bind(e, local, must(args[i]).value), {
      ...env,
      body,
      condition,
      guards,
    });
    return lower(inner, core.body);
  });
}

export function lowerFnRef(env: Env, fn: FnDecl, args: readonly GenericArg[]): Value {
  const generics = genericsOf(fn.generics, args, env.generics);
  return closure((caller, values, result) =>
    inline(caller, { fn, generics, args: values.map((v) => v.value), result }),
  );
}

export const lowerPrimRef = (core: Named<'primref'>): Value =>
  closure((caller, args, type) => lowerPrim(caller, { prim: core.prim, args, type, logic: core.logic }));
