/**
 * The keys of a table: the crisp parts of its arguments, one axis of its cells for each. Patterns are read by them, and a call
 * looks its cell up by them; where an argument is soft it gives the mixture of the cells, linear in each argument's weights.
 */
import type { CasePattern } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { coerced, core, soften } from './build.ts';
import { adapt } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, FnDecl } from './core.ts';
import { sizeOf } from './sizes.ts';
import { substitute } from './substitute.ts';
import type { Type } from './types.ts';

/** One axis of a table: a crisp part of an argument. */
export interface Key {
  readonly size: number;
  /** The part of an argument, of its own type. */
  readonly of: (argument: Core) => Core;
}

/** The parts of a crisp finite type, in order; undefined for other types. */
export function keysOf(type: Type): readonly Key[] | undefined {
  const whole = (argument: Core): Core => argument;
  switch (type.kind) {
    case 'bool':
      return [{ size: 2, of: whole }];
    case 'enum':
      return [{ size: type.decl.cases.length, of: whole }];
    case 'index':
      return type.size.terms.length === 0 ? [{ size: type.size.constant, of: whole }] : undefined;
    case 'tuple':
      return keysOfParts(type.items, 'item');
    case 'record':
      return keysOfParts(fieldsOf(type), 'field');
    default:
      return undefined;
  }
}

export const fieldsOf = (type: Extract<Type, { kind: 'record' }>): readonly Type[] =>
  type.decl.fields.map((f) => substitute(f.type, type.decl.generics, type.args));

function keysOfParts(types: readonly Type[], kind: 'item' | 'field'): readonly Key[] | undefined {
  const keys = types.map((type, index) =>
    keysOf(type)?.map(
      (key): Key => ({
        size: key.size,
        of: (argument) => key.of(core(type, argument.at, { kind, of: argument, index })),
      }),
    ),
  );
  return keys.every((k) => k !== undefined) ? keys.flat() : undefined;
}

/** A pattern for arguments as one part for each key; undefined where its tuples are not those of the types. */
function partsOf(pattern: CasePattern, types: readonly Type[]): readonly CasePattern[] | undefined {
  if (pattern.kind === 'wildcard') return types.flatMap((t) => (keysOf(t) ?? []).map(() => pattern));
  if (pattern.kind !== 'tuple' || pattern.items.length !== types.length) return undefined;
  const parts = pattern.items.map((item, i) => {
    const type = must(types[i]);
    const inner = type.kind === 'tuple' ? type.items : type.kind === 'record' ? fieldsOf(type) : undefined;
    return inner ? partsOf(item, inner) : [item];
  });
  return parts.every((p) => p !== undefined) ? parts.flat() : undefined;
}

const isParted = (type: Type): boolean => type.kind === 'tuple' || type.kind === 'record';

/** The pattern of a row over all keys: nested tuples are opened. */
export function flatPattern(pattern: CasePattern, types: readonly Type[]): CasePattern {
  if (!types.some(isParted)) return pattern;
  if (pattern.kind === 'or') return { ...pattern, items: pattern.items.map((p) => flatPattern(p, types)) };
  const only = types.length === 1 ? partsOf({ kind: 'tuple', at: pattern.at, items: [pattern] }, types) : undefined;
  const parts = partsOf(pattern, types) ?? only;
  return parts ? { kind: 'tuple', at: pattern.at, items: parts } : pattern;
}

/** Whether a value of `type` stands for a distribution over the cases of `want`. */
export const isSoftFor = (type: Type, want: Type): boolean =>
  (type.kind === 'soft' && (want.kind === 'enum' || want.kind === 'index')) ||
  (type.kind === 'truth' && want.kind === 'bool');

/** The cell that the arguments name; where some are soft, the mixture of the cells by their weights. */
export function lookedUp(c: Checker, decl: FnDecl, args: readonly Core[], at: Span): Core {
  const cells = must(must(decl.cells)());
  let value: Core =
    cells.kind === 'param'
      ? core(cells.type, at, { kind: 'param', decl: cells })
      : core(cells.type, at, { kind: 'global', decl: cells });
  for (const [i, p] of decl.params.entries())
    for (const key of must(keysOf(p.type)))
      value = elementOf(c, value, asIndex(c, key.of(must(args[i])), key.size), at);
  return value;
}

function elementOf(c: Checker, of: Core, index: Core, at: Span): Core {
  const type = of.type.kind === 'array' ? of.type.of : of.type;
  const isSoft = c.solver.type(index.type).kind === 'soft';
  return core(isSoft ? soften(type) : type, at, { kind: 'index', of, index });
}

function asIndex(c: Checker, value: Core, size: number): Core {
  const want: Type = { kind: 'index', size: sizeOf(size) };
  const { kind } = c.solver.type(value.type);
  if (kind === 'bool') return coerced('bool-to-index', want, value);
  if (kind === 'truth') return coerced('truth-to-soft', { kind: 'soft', of: want }, value);
  return must(adapt(c, value, kind === 'soft' ? { kind: 'soft', of: want } : want));
}
