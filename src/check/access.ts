/** Fields, items of tuples (`t.0`), weights of cases, indexing and slicing. */
import type { Expr } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { must } from '../text/result.ts';
import { canBlend } from './branches.ts';
import { arrayOf, caseCount, core, errorCore, F32, soften } from './build.ts';
import { coerce, weightsOf } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core } from './core.ts';
import { caseCore, enumIn } from './names.ts';
import { asSize } from './numbers.ts';
import { isKind } from './operands.ts';
import { showSize, showType } from './show.ts';
import { constantOf, isNatural, isNegative, sizeOf, subSize } from './sizes.ts';
import { substitute } from './substitute.ts';
import type { Size, Type } from './types.ts';

type FieldExpr = Extract<Expr, { kind: 'field' }>;
type IndexExpr = Extract<Expr, { kind: 'index' }>;
type RangeExpr = Extract<Expr, { kind: 'range' }>;

export function inferField(c: Checker, e: FieldExpr): Core {
  const named = qualifiedCase(c, e);
  if (named) return named;
  const of = c.infer(e.of);
  const type = c.solver.type(of.type);
  if (type.kind === 'error') return errorCore(e.at);
  if (type.kind === 'record') {
    const index = type.decl.fields.findIndex((f) => f.name === e.field.text);
    if (index < 0)
      return unknownField(
        c,
        e,
        type,
        type.decl.fields.map((f) => f.name),
      );
    const field = must(type.decl.fields[index]);
    return core(c.solver.type(substitute(field.type, type.decl.generics, type.args)), e.at, {
      kind: 'field',
      of,
      index,
    });
  }
  if (type.kind === 'tuple') {
    const index = type.items.findIndex((_, i) => e.field.text === String(i));
    if (index < 0)
      return unknownField(
        c,
        e,
        type,
        type.items.map((_, i) => String(i)),
      );
    return core(must(type.items[index]), e.at, { kind: 'item', of, index });
  }
  const decl = enumIn(type);
  if (!decl) return unknownField(c, e, type, []);
  const index = decl.cases.indexOf(e.field.text);
  if (index < 0) return unknownField(c, e, type, decl.cases);
  if (type.kind === 'array')
    return core(type.of, e.at, {
      kind: 'index',
      of,
      index: core({ kind: 'int' }, e.field.at, { kind: 'number', value: index }),
    });
  const soft = type.kind === 'soft' ? of : coerce(c, of, { kind: 'soft', of: type });
  return core(F32, e.at, { kind: 'weight', of: soft, index });
}

/** `Species.setosa`. */
function qualifiedCase(c: Checker, e: FieldExpr): Core | undefined {
  if (e.of.kind !== 'name' || c.scope.find(e.of.name.text)) return undefined;
  const meaning = c.module.find(e.of.name.text);
  if (meaning?.kind !== 'enum') return undefined;
  if (meaning.decl.cases.includes(e.field.text)) return caseCore(meaning.decl, e.field.text, e);
  return unknownField(c, e, { kind: 'enum', decl: meaning.decl }, meaning.decl.cases);
}

const ONLY_RECORDS = 'Only records have fields, and distributions weights.';
const LENGTHS: readonly string[] = ['len', 'length', 'size', 'shape'];

/** What people mean who write `x.sqrt()` or `xs.length`. */
function notAField(c: Checker, e: FieldExpr, type: Type): string | undefined {
  const { text } = e.field;
  const kind = c.module.find(text)?.kind;
  if (kind === 'fn' || kind === 'intrinsic')
    return `\`${text}\` is a function: write \`${text}(...)\`, or \`... |> ${text}\`.`;
  if (type.kind === 'array' && LENGTHS.includes(text))
    return 'The size of an array is in its type; a size parameter gives it a name: `fn f<n>(xs: f32[n])`, then `n`.';
  return undefined;
}

function unknownField(c: Checker, e: FieldExpr, type: Type, known: readonly string[]): Core {
  const near = nearest(e.field.text, known);
  const has = known.length > 0 ? `It has ${known.join(', ')}.` : (notAField(c, e, type) ?? ONLY_RECORDS);
  const fix = near ? { fix: { title: `write \`${near}\``, at: e.field.at, insert: near } } : {};
  return c.fail(
    'unknown-field',
    e.field.at,
    { type: showType(type), name: e.field.text, hint: near ? `Did you mean \`${near}\`? ${has}` : has },
    fix,
  );
}

export function inferIndex(c: Checker, e: IndexExpr): Core {
  return e.indices.reduce(
    (of, index) => (index.kind === 'range' ? slice(c, e, of, index) : lookUp(c, e, of, index)),
    c.infer(e.of),
  );
}

/** The value as an array: a distribution is indexed as its weights. */
function indexable(c: Checker, e: IndexExpr, of: Core): readonly [Core, Extract<Type, { kind: 'array' }>] | undefined {
  const type = c.solver.type(of.type);
  if (type.kind === 'array') return [of, type];
  const weights = type.kind === 'soft' ? weightsOf(of, type) : undefined;
  if (weights?.type.kind === 'array') return [weights, weights.type];
  if (type.kind !== 'error')
    c.fail(
      'type-mismatch',
      of.at,
      { expected: 'an array', found: showType(type), why: whyNotIndexed(type, of) },
      { also: e.of.at === of.at ? [] : [{ at: e.of.at, text: 'after the indices so far' }] },
    );
  return undefined;
}

const whyNotIndexed = (type: Type, of: Core): string =>
  type.kind === 'fn' && of.kind === 'fnref'
    ? `Only arrays are indexed; \`${of.fn.name}\` is ${of.fn.cells ? 'a table' : 'a function'}, which is called: \`${of.fn.name}(...)\`.`
    : 'Only arrays are indexed.';

function lookUp(c: Checker, e: IndexExpr, value: Core, at: Expr): Core {
  const array = indexable(c, e, value);
  if (!array) {
    c.infer(at);
    return errorCore(e.at);
  }
  const [of, type] = array;
  const index = c.infer(at, type.cases ? { kind: 'enum', decl: type.cases } : { kind: 'index', size: type.size });
  const indexType = c.solver.type(index.type);
  if (indexType.kind === 'error') return core(c.solver.type(type.of), e.at, { kind: 'error' });
  if (indexType.kind === 'int')
    return inBounds(c, index, type.size)
      ? core(c.solver.type(type.of), e.at, { kind: 'index', of, index })
      : errorCore(e.at);
  const soft = indexType.kind === 'soft';
  if (soft || caseCount(indexType)) {
    const want: Type = { kind: 'index', size: type.size };
    const fitted = coerce(c, index, soft ? { kind: 'soft', of: want } : want, () => ({
      at: of.at,
      text: `this is ${showType(c.solver.type(type))}`,
    }));
    if (fitted.kind === 'error') return fitted;
    const found = c.solver.type(type.of);
    const mixed = soft ? soften(found) : found;
    if (!soft || canBlend(mixed)) return core(mixed, e.at, { kind: 'index', of, index: fitted });
    return c.fail('not-blendable', e.at, {
      type: showType(found),
      why: 'The index is soft, so the elements are mixed by weight; take its most likely case with `argmax`.',
    });
  }
  const why =
    'An index is a number known while compiling (a literal, a loop index, `+ - *` of them), an `Index<n>`, or a soft index.';
  return c.fail('type-mismatch', at.at, {
    expected: `Index<${showSize(c.solver.size(type.size))}>`,
    found: showType(indexType),
    why,
  });
}

function inBounds(c: Checker, index: Core, length: Size): boolean {
  const at = asSize(c, index);
  if (!at) return true;
  const size = c.solver.size(length);
  if (!isNegative(at) && !isNegative(subSize(size, { ...at, constant: at.constant + 1 }))) return true;
  const why = `The array has ${showSize(size)} elements; the first is 0 and the last ${showSize(subSize(size, sizeOf(1)))}.`;
  c.fail('beyond-end', index.at, { what: `the index ${showSize(at)}`, why });
  return false;
}

function slice(c: Checker, e: IndexExpr, value: Core, range: RangeExpr): Core {
  const bounds = readRange(c, range);
  const array = indexable(c, e, value);
  if (!array || !bounds) return errorCore(e.at);
  const [of, type] = array;
  const length = c.solver.size(type.size);
  const result = subSize(bounds.to, bounds.from);
  if (!natural(c, range, bounds.from, 'the start') || !natural(c, range, result, 'the length')) return errorCore(e.at);
  const left = subSize(length, bounds.to);
  if (!isNatural(left)) {
    const why =
      constantOf(left) !== undefined
        ? `The array has only ${showSize(length)} elements.`
        : `The array has ${showSize(length)} elements, which may be fewer than ${showSize(bounds.to)}.`;
    return c.fail(
      'beyond-end',
      range.at,
      { what: `the slice up to ${showSize(bounds.to)}`, why },
      { also: [{ at: of.at, text: `this is ${showType(c.solver.type(type))}` }] },
    );
  }
  return core(arrayOf(c.solver.type(type.of), result), e.at, { kind: 'slice', of, from: bounds.from, to: bounds.to });
}

function natural(c: Checker, range: RangeExpr, size: Size, what: string): boolean {
  if (isNatural(size)) return true;
  const why =
    constantOf(size) === undefined
      ? `It is ${what} of this range, and a size parameter may be 0. Declare sizes that say so, for instance \`f32[n + 1]\`.`
      : `It is ${what} of this range; a range runs upwards from 0 or more.`;
  c.fail('not-natural', range.at, { size: showSize(size), why });
  return false;
}

/** The bounds of a range as sizes; reports when they are not known while compiling. */
export function readRange(c: Checker, range: RangeExpr): { readonly from: Size; readonly to: Size } | undefined {
  const from = readBound(c, range.from);
  const to = readBound(c, range.to);
  return from && to && { from, to };
}

export function readBound(c: Checker, e: Expr, what = 'the bounds of a range'): Size | undefined {
  const bound = c.infer(e);
  if (isKind(c, bound, 'error')) return undefined;
  if (!isKind(c, bound, 'int')) {
    c.fail('type-mismatch', e.at, {
      expected: 'int',
      found: showType(c.solver.type(bound.type)),
      why: 'Here stands a number known while compiling: a literal, a size parameter, or `+ - *` of them.',
    });
    return undefined;
  }
  const size = asSize(c, bound);
  if (!size)
    c.fail('not-constant', e.at, {
      what,
      hint: 'They are linear in size parameters; a loop index changes, so it cannot bound an array.',
    });
  return size;
}

/** Whether the range runs upwards for every value of the size parameters; reports when it may not. */
export const runsUpwards = (c: Checker, range: RangeExpr, from: Size, to: Size): boolean =>
  natural(c, range, from, 'the start') && natural(c, range, subSize(to, from), 'the length');
