/**
 * The solver: unknown types and sizes of generic calls, and unification. Unknowns are `var` types and size
 * parameters whose names start with `?`; parameters of the definition being checked are rigid.
 */
import { addSize, divideSize, isNatural, sizeParam, subSize, substituteSize } from './sizes.ts';
import { mapType } from './substitute.ts';
import type { GenericArg, GenericParam, Size, Type } from './types.ts';

export const isUnknown = (name: string): boolean => name.startsWith('?');

const hasUnknown = (arg: GenericArg): boolean =>
  arg.kind === 'type' ? mentionsUnknown(arg.type) : sizeHasUnknown(arg.size);
const sizeHasUnknown = (size: Size): boolean => size.terms.length > 0 && size.terms.some((t) => isUnknown(t.param));

/** Whether an unknown, solved or not, stands in the type. */
function mentionsUnknown(type: Type): boolean {
  switch (type.kind) {
    case 'var':
      return isUnknown(type.name);
    case 'index':
      return sizeHasUnknown(type.size);
    case 'soft':
      return mentionsUnknown(type.of);
    case 'array':
      return sizeHasUnknown(type.size) || mentionsUnknown(type.of);
    case 'tuple':
      return type.items.some(mentionsUnknown);
    case 'record':
      return type.args.some(hasUnknown);
    case 'fn':
      return type.params.some(mentionsUnknown) || mentionsUnknown(type.result);
    default:
      return false;
  }
}

export class Solver {
  private readonly types = new Map<string, Type>();
  private readonly sizes = new Map<string, Size>();
  private readonly trail: string[] = [];
  private count = 0;
  /** The last size that had to be a natural number and is not known to be one. */
  notNatural: Size | undefined;

  /** Whether any unknown was ever made; when not, nothing needs settling. */
  get used(): boolean {
    return this.count > 0;
  }

  fresh(param: GenericParam): GenericArg {
    const name = `?${this.count++}:${param.name}`;
    return param.kind === 'type'
      ? { kind: 'type', type: { kind: 'var', name } }
      : { kind: 'size', size: sizeParam(name) };
  }

  freshType(name = 'T'): Type {
    return { kind: 'var', name: `?${this.count++}:${name}` };
  }

  freshSize(name = 'n'): Size {
    return sizeParam(`?${this.count++}:${name}`);
  }

  size(size: Size): Size {
    let s = size;
    while (s.terms.some((t) => this.sizes.has(t.param))) s = substituteSize(s, (param) => this.sizes.get(param));
    return s;
  }

  /** The type with everything put in that is known by now. */
  type(type: Type): Type {
    if (this.count === 0 || !mentionsUnknown(type)) return type;
    return mapType(
      type,
      (name) => this.lookUp(name),
      (size) => this.size(size),
    );
  }

  arg(arg: GenericArg): GenericArg {
    return arg.kind === 'type'
      ? { kind: 'type', type: this.type(arg.type) }
      : { kind: 'size', size: this.size(arg.size) };
  }

  /** Whether something in it is still unknown. */
  isOpen(arg: GenericArg): boolean {
    if (this.count === 0) return false;
    return hasUnknown(this.arg(arg));
  }

  /** Makes both types equal by choosing unknowns; when that is impossible nothing is chosen. */
  unify(a: Type, b: Type): boolean {
    return this.attempt(() => this.unifyTypes(a, b));
  }

  unifySizes(a: Size, b: Size): boolean {
    return this.attempt(() => this.solveSize(a, b));
  }

  /** Runs `f`; when it says false all choices it made are taken back. */
  attempt(f: () => boolean): boolean {
    const mark = this.trail.length;
    if (f()) return true;
    for (const name of this.trail.splice(mark)) {
      this.types.delete(name);
      this.sizes.delete(name);
    }
    return false;
  }

  private lookUp(name: string): Type | undefined {
    const found = this.types.get(name);
    return found && this.type(found);
  }

  private unifyTypes(left: Type, right: Type): boolean {
    const a = this.head(left);
    const b = this.head(right);
    if (a.kind === 'error' || b.kind === 'error') return true;
    if (a.kind === 'var' && b.kind === 'var' && a.name === b.name) return true;
    if (a.kind === 'var' && isUnknown(a.name)) return this.choose(a.name, b);
    if (b.kind === 'var' && isUnknown(b.name)) return this.choose(b.name, a);
    switch (a.kind) {
      case 'f32':
      case 'bool':
      case 'truth':
      case 'int':
      case 'string':
        return a.kind === b.kind;
      case 'enum':
        return b.kind === 'enum' && a.decl === b.decl;
      case 'index':
        return b.kind === 'index' && this.solveSize(a.size, b.size);
      case 'soft':
        return b.kind === 'soft' && this.unifyTypes(a.of, b.of);
      case 'array':
        return b.kind === 'array' && this.solveSize(a.size, b.size) && this.unifyTypes(a.of, b.of);
      case 'tuple':
        return b.kind === 'tuple' && this.unifyAll(a.items, b.items);
      case 'record':
        return b.kind === 'record' && a.decl === b.decl && this.unifyArgs(a.args, b.args);
      case 'fn':
        return b.kind === 'fn' && this.unifyAll(a.params, b.params) && this.unifyTypes(a.result, b.result);
      case 'var':
        return false;
      default:
        return a satisfies never;
    }
  }

  private unifyAll(a: readonly Type[], b: readonly Type[]): boolean {
    return a.length === b.length && a.every((x, i) => this.unifyTypes(x, b[i] as Type));
  }

  private unifyArgs(a: readonly GenericArg[], b: readonly GenericArg[]): boolean {
    return a.every((x, i) => {
      const y = b[i];
      if (x.kind === 'type') return y?.kind === 'type' && this.unifyTypes(x.type, y.type);
      return y?.kind === 'size' && this.solveSize(x.size, y.size);
    });
  }

  private head(type: Type): Type {
    let t = type;
    while (t.kind === 'var') {
      const known = this.types.get(t.name);
      if (!known) return t;
      t = known;
    }
    return t;
  }

  private choose(name: string, chosen: Type): boolean {
    let occurs = false;
    const type = mapType(this.type(chosen), (n) => {
      occurs ||= n === name;
      return undefined;
    });
    if (occurs) return false;
    this.types.set(name, type);
    this.trail.push(name);
    return true;
  }

  private solveSize(left: Size, right: Size): boolean {
    const gap = this.size(subSize(left, right));
    if (gap.terms.length === 0) return gap.constant === 0;
    const unknown = gap.terms.filter((t) => isUnknown(t.param));
    const pick = unknown.find((t) => Math.abs(t.times) === 1) ?? unknown[0];
    if (!pick) return false;
    const rest = addSize(gap, sizeParam(pick.param), -pick.times);
    if ([rest.constant, ...rest.terms.map((t) => t.times)].some((c) => c % pick.times !== 0)) return false;
    const value = divideSize(rest, -pick.times);
    if (!value.terms.some((t) => isUnknown(t.param)) && !isNatural(value)) {
      this.notNatural = value;
      return false;
    }
    this.sizes.set(pick.param, value);
    this.trail.push(pick.param);
    return true;
  }
}
