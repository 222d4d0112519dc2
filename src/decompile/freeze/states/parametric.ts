/**
 * Whether a program uses values of a type only as states: they come from constants and from the functions of the machine, are handed on, and are
 * looked at by those functions alone. Then a program with other states, which the functions keep in step with the old ones, gives the same for
 * inputs of every length (an abstract type may be represented in any way: Reynolds, "Types, abstraction and parametric polymorphism", 1983).
 */
import type { CheckedModule, Core, FnDecl } from '../../../check/core.ts';
import { constantOf } from '../../../check/sizes.ts';
import type { Type } from '../../../check/types.ts';
import { childrenOf } from '../../../check/walk.ts';
import type { Span } from '../../../text/span.ts';
import type { FiniteType } from '../tables/finite.ts';

/** A constant of the type, where it is written. */
export interface StateConstant {
  readonly at: Span;
  readonly value: number;
}

/** The constants outside of the machine's functions; undefined where a value of the type is used as anything but a state. */
export function stateConstants(
  module: CheckedModule,
  type: FiniteType,
  machine: ReadonlySet<string>,
): readonly StateConstant[] | undefined {
  const found: StateConstant[] = [];
  const is = (t: Type): boolean => isType(t, type);
  const check = new Parametric(module, is, found);
  if (module.records.some((r) => r.fields.some((f) => mentions(f.type, is)))) return undefined;
  const outside = module.fns.filter((f) => !machine.has(f.name));
  if (outside.some((f) => isExposed(module, f, is))) return undefined;
  const bodies: readonly (Core | undefined)[] = [
    ...outside.flatMap((f) => [f.body, ...f.defaults]),
    ...module.tests.map((t) => t.body),
    ...module.properties.flatMap((p) => [p.body, ...p.inputs.flatMap((i) => i.range ?? [])]),
    ...module.lets.filter((l) => !mentions(l.type, is)).map((l) => l.value),
  ];
  const isFine = bodies.every((body) => body === undefined || check.isFine(body));
  const isQuantified = module.properties.some((p) => p.inputs.some((i) => mentions(i.local.type, is)));
  return isFine && !isQuantified ? found : undefined;
}

const isType = (t: Type, type: FiniteType): boolean =>
  type.kind === 'enum'
    ? t.kind === 'enum' && t.decl.name === type.name
    : type.kind === 'index' && t.kind === 'index' && constantOf(t.size) === type.size;

function mentions(t: Type, is: (t: Type) => boolean): boolean {
  if (is(t)) return true;
  switch (t.kind) {
    case 'soft':
    case 'array':
      return mentions(t.of, is);
    case 'tuple':
      return t.items.some((i) => mentions(i, is));
    case 'record':
      return t.args.some((a) => a.kind === 'type' && mentions(a.type, is));
    case 'fn':
      return [...t.params, t.result].some((p) => mentions(p, is));
    default:
      return false;
  }
}

/** A function that nothing here calls is for callers outside, and shows them what is in its types. */
function isExposed(module: CheckedModule, f: FnDecl, is: (t: Type) => boolean): boolean {
  if (![...f.params.map((p) => p.type), f.result].some((t) => mentions(t, is))) return false;
  const calls = (e: Core): boolean =>
    ((e.kind === 'call' || e.kind === 'lift') && e.fn === f) || childrenOf(e).some(calls);
  return !module.fns.some((g) => g !== f && g.body !== undefined && calls(g.body));
}

class Parametric {
  readonly #own: ReadonlySet<FnDecl>;
  readonly #is: (t: Type) => boolean;
  readonly #found: StateConstant[];

  constructor(module: CheckedModule, is: (t: Type) => boolean, found: StateConstant[]) {
    this.#own = new Set(module.fns);
    this.#is = is;
    this.#found = found;
  }

  isFine(e: Core): boolean {
    const holds = this.#mentions(e) ? this.#isMaker(e) : true;
    if (!holds || !this.#isUser(e)) return false;
    return e.kind === 'coerce' && this.#is(e.type) ? true : childrenOf(e).every((child) => this.isFine(child));
  }

  #mentions = (e: Core): boolean => mentions(e.type, this.#is);

  /** Where states come from. */
  #isMaker(e: Core): boolean {
    switch (e.kind) {
      case 'case':
        this.#found.push({ at: e.at, value: e.index });
        return true;
      case 'coerce':
        if (e.how !== 'int-to-index' || e.value.kind !== 'number') return false;
        this.#found.push({ at: e.at, value: e.value.value });
        return true;
      case 'call':
      case 'lift':
      case 'fnref':
        return this.#own.has(e.fn) && !e.generics.some((g) => g.kind === 'type' && mentions(g.type, this.#is));
      case 'local':
      case 'apply':
      case 'lambda':
      case 'let':
      case 'tuple':
      case 'item':
      case 'array':
      case 'comprehension':
      case 'index':
      case 'slice':
      case 'fold':
      case 'iterate':
        return true;
      case 'if':
      case 'match':
        return !e.soft;
      default:
        return false;
    }
  }

  /** What may be given states. */
  #isUser(e: Core): boolean {
    if (!childrenOf(e).some(this.#mentions)) return true;
    switch (e.kind) {
      case 'call':
      case 'lift':
        return this.#own.has(e.fn) && !e.generics.some((g) => g.kind === 'type' && mentions(g.type, this.#is));
      case 'match':
        return !e.of.some(this.#mentions);
      case 'index':
        return !this.#mentions(e.index);
      case 'if':
        return !this.#mentions(e.cond);
      case 'let':
      case 'apply':
      case 'lambda':
      case 'tuple':
      case 'item':
      case 'array':
      case 'comprehension':
      case 'slice':
      case 'fold':
      case 'iterate':
        return true;
      default:
        return false;
    }
  }
}
