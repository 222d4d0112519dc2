/**
 * Whether a relation that is stated for every length is blind to it: no length and no position enters what is computed. Then lowering makes the
 * same graph for every length but 0, up to the size of axes; `machines/step.ts` takes one step of it. Note [Blind] at the foot.
 */
import type { Core, CoreBinder, Local, Prim, ProveDecl } from '../check/core.ts';
import { showSize } from '../check/show.ts';
import { sameSize, sizeOf, sizeParam, substituteSize } from '../check/sizes.ts';
import { mapArg, mapType, substitute } from '../check/substitute.ts';
import type { GenericArg, GenericParam, Size, Type } from '../check/types.ts';
import { childrenOf } from '../check/walk.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { NODE_LIMIT } from './builds.ts';
import { isLibrary } from './functions.ts';

export interface Leak {
  readonly at: Span;
  readonly why: string;
}

/** Prims that do at every position what they do at one. */
const POINTWISE: ReadonlySet<Prim> = new Set<Prim>(
  `neg add sub mul div pow min max abs sign floor ceil round sqrt exp log tanh sigmoid softplus sin cos erf clamp lt le gt ge eq ne not and or
   xor implies less index.add index.sub index.mul index.mod stopGradient init.zeros init.ones init.full`
    .split(/\s+/)
    .map((name) => name as Prim),
);

/** What the size and type parameters in scope stand for, in terms of the length. */
interface Scope {
  readonly generics: readonly GenericParam[];
  readonly args: readonly GenericArg[];
  /** Where the user's text called library code. */
  readonly calledAt?: Span;
}

/** The first place where the length or a position gets into what is computed. */
export function leakOf(decl: ProveDecl, length: string): Leak | undefined {
  const walk = new Walk(length);
  const scope: Scope = { generics: [], args: [] };
  for (const { local } of decl.inputs) walk.type(scope, local.type, local.at);
  walk.term(scope, decl.body);
  return walk.leak;
}

class Walk {
  leak: Leak | undefined;
  readonly #length: Size;
  /** Indices of loops over all positions. */
  readonly #positions = new Set<Local>();
  #budget = NODE_LIMIT;

  constructor(length: string) {
    this.#length = sizeParam(length);
  }

  term(scope: Scope, e: Core): void {
    if (this.leak) return;
    const why = this.#budget-- === 0 ? 'the program is too large to be looked through' : this.#whyNot(scope, e);
    if (why !== undefined) this.#found(scope, e.at, why);
    this.type(scope, e.type, e.at);
    const isElement = e.kind === 'index' && this.#isLong(scope, e.of.type);
    // the index of an element was looked at with the element
    const parts = isElement ? [e.of] : childrenOf(e);
    for (const part of parts) this.term(scope, part);
    if (e.kind === 'call' || e.kind === 'lift' || e.kind === 'fnref') this.#body(scope, e);
  }

  /** Lengths are those of arrays of things that have none. */
  type(scope: Scope, type: Type, at: Span): void {
    if (!this.#isBlind(this.#typeIn(scope, type)))
      this.#found(scope, at, `a type in which \`${showSize(this.#length)}\` is not the first length of an array`);
  }

  /** What a term does itself with the length or with a position. */
  #whyNot(scope: Scope, e: Core): string | undefined {
    switch (e.kind) {
      case 'size':
        return this.#mentions(scope, e.size) ? 'it computes with the length' : undefined;
      case 'local':
        return this.#positions.has(e.local) ? 'it computes with a position' : undefined;
      case 'iterate':
        return this.#mentions(scope, e.max) ? 'the length bounds an `iterate`' : undefined;
      case 'comprehension':
      case 'fold':
        return e.binders.every((binder) => this.#isWhole(scope, binder))
          ? undefined
          : 'a loop runs over a part of the positions';
      case 'slice':
      case 'index':
        return this.#whyNotPart(scope, e);
      case 'prim':
        return this.#whyNotPrim(scope, e.prim, [e.type, ...e.args.map((a) => a.type)]);
      case 'primref':
        return this.#whyNotPrim(scope, e.prim, [e.type]);
      default:
        return undefined;
    }
  }

  #whyNotPart(scope: Scope, e: Extract<Core, { kind: 'slice' | 'index' }>): string | undefined {
    const isLong = this.#isLong(scope, e.of.type);
    if (e.kind === 'slice')
      return isLong || this.#mentions(scope, e.from) || this.#mentions(scope, e.to)
        ? 'it takes a part of the positions'
        : undefined;
    const isOwn = e.index.kind === 'local' && this.#positions.has(e.index.local);
    return isLong && !isOwn ? 'it reads an element at a place of its own' : undefined;
  }

  /** A loop over a range has nothing to do with the length, or runs over all positions. */
  #isWhole(scope: Scope, { local, source }: CoreBinder): boolean {
    if (source.kind !== 'range') return true;
    if (!this.#mentions(scope, source.from) && !this.#mentions(scope, source.to)) return true;
    this.#positions.add(local);
    return (
      sameSize(this.#sizeIn(scope, source.from), sizeOf(0)) && sameSize(this.#sizeIn(scope, source.to), this.#length)
    );
  }

  #whyNotPrim(scope: Scope, prim: Prim, types: readonly Type[]): string | undefined {
    const isLong = !POINTWISE.has(prim) && types.some((t) => typeMentions(this.#typeIn(scope, t)));
    return isLong ? `\`${prim.replace(/^.*\./, '')}\` looks at all positions` : undefined;
  }

  #body(scope: Scope, { fn, generics, at }: Extract<Core, { kind: 'call' | 'lift' | 'fnref' }>): void {
    const here = isLibrary(fn.module) ? { calledAt: scope.calledAt ?? at } : {};
    const args = generics.map((arg) => mapArg(arg, ...closing(scope)));
    this.term({ generics: fn.generics, args, ...here }, must(fn.body, `${fn.name} has no body`));
  }

  #found({ calledAt }: Scope, at: Span, why: string): void {
    this.leak ??= { at: calledAt ?? at, why };
  }

  // --- sizes and types in terms of the length --------------------------------------------------------------

  #typeIn = (scope: Scope, type: Type): Type => mapType(type, ...closing(scope));
  #sizeIn = (scope: Scope, size: Size): Size => closing(scope)[1](size);
  #mentions = (scope: Scope, size: Size): boolean => this.#sizeIn(scope, size).terms.length > 0;

  #isLong(scope: Scope, type: Type): boolean {
    const own = this.#typeIn(scope, type);
    return own.kind === 'array' && own.size.terms.length > 0;
  }

  #isBlind(type: Type): boolean {
    if (!typeMentions(type)) return true;
    const all = (types: readonly Type[]): boolean => types.every((t) => this.#isBlind(t));
    switch (type.kind) {
      case 'array':
        return sameSize(type.size, this.#length) && !typeMentions(type.of);
      case 'tuple':
        return all(type.items);
      case 'record':
        return all(type.decl.fields.map((f) => substitute(f.type, type.decl.generics, type.args)));
      case 'fn':
        return all([...type.params, type.result]);
      default:
        return false;
    }
  }
}

function closing({ generics, args }: Scope): readonly [(name: string) => Type | undefined, (size: Size) => Size] {
  const find = (name: string): GenericArg | undefined => args[generics.findIndex((g) => g.name === name)];
  const onType = (name: string): Type | undefined => {
    const arg = find(name);
    return arg?.kind === 'type' ? arg.type : undefined;
  };
  const onSize = (name: string): Size | undefined => {
    const arg = find(name);
    return arg?.kind === 'size' ? arg.size : undefined;
  };
  return [onType, (size) => substituteSize(size, onSize)];
}

function typeMentions(type: Type): boolean {
  let found = false;
  mapType(
    type,
    () => undefined,
    (size) => {
      found ||= size.terms.length > 0;
      return size;
    },
  );
  return found;
}

/*
Note [Blind]

Lowering reads sizes where a type, a range, a slice, the bound of an `iterate` or a `size` term has one, and makes numbers of the indices of range
loops. In a term that passes this walk the length n stands only as the first size of arrays whose elements have types without n, and as the end of
ranges 0..n whose index is used for nothing but to take an element of an array of that length. What is left is done for each position, or
is a loop over all of them in order; prims that look at several positions are refused by name. So n reaches nodes of the graph as the size of a leading axis
and as the length of a scan, and nothing else. That the graphs of two lengths are alike is compared besides (`machines/step.ts`): a check
of this argument, not a part of it. A length of 0 is run as it is.
*/
