/** Types and sizes as they are written: `f32[n, m]`, `Soft<Species>`, `Dense<4, n>`. */
import type { SizeExpr, TypeArg, TypeExpr } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { arrayOf, BOOL, ERROR, F32, INT, STRING, softOf, TRUTH, tupleOf } from './build.ts';
import type { Checker } from './context.ts';
import { showSize, showType } from './show.ts';
import { addSize, isNatural, mulSize, sizeOf, sizeParam } from './sizes.ts';
import type { GenericArg, GenericParam, Size, Type } from './types.ts';

const PLAIN: Readonly<Record<string, Type>> = { f32: F32, bool: BOOL, truth: TRUTH, int: INT, string: STRING };
const TYPE_NAMES = ['f32', 'bool', 'truth', 'int', 'string', 'Soft', 'Index'];

export function readType(c: Checker, t: TypeExpr): Type {
  switch (t.kind) {
    case 'named':
      return readNamed(c, t);
    case 'array':
      return t.sizes.reduceRight<Type>((of, s) => arrayOf(of, readNatural(c, s)), readElement(c, t.of));
    case 'tuple':
      return tupleOf(t.items.map((item) => readType(c, item)));
    case 'fn':
      return { kind: 'fn', params: t.params.map((p) => readType(c, p)), result: readType(c, t.result) };
    case 'error':
      return ERROR;
    default:
      return t satisfies never;
  }
}

/** What an array or a record holds exists at run time. */
export function readElement(c: Checker, t: TypeExpr): Type {
  const type = readType(c, t);
  if (type.kind !== 'int' && type.kind !== 'string') return type;
  c.fail('type-mismatch', t.at, {
    expected: 'a type with values at run time',
    found: type.kind,
    why:
      type.kind === 'int'
        ? 'An `int` exists while compiling only; numbers in data are `f32` or `Index<n>`.'
        : 'Texts exist while compiling only.',
  });
  return ERROR;
}

type Named = Extract<TypeExpr, { kind: 'named' }>;

function readNamed(c: Checker, t: Named): Type {
  const name = t.name.text;
  const plain = PLAIN[name];
  if (plain) return countOf(c, t, 0, name) ? plain : ERROR;
  if (name === 'Soft') return readSoft(c, t);
  if (name === 'Index') {
    const size = countOf(c, t, 1, 'Index<n>') && argSize(c, must(t.args[0]));
    return size ? { kind: 'index', size } : ERROR;
  }
  const local = c.scope.find(name);
  if (local && 'generic' in local) {
    local.used = true;
    if (local.generic === 'type') return countOf(c, t, 0, name) ? { kind: 'var', name } : ERROR;
    c.fail('unknown-type', t.at, { name, hint: `\`${name}\` is a size; type parameters start with a capital letter.` });
    return ERROR;
  }
  return readDeclared(c, t);
}

function readDeclared(c: Checker, t: Named): Type {
  const meaning = c.module.find(t.name.text);
  if (meaning?.kind === 'error') return ERROR;
  if (meaning?.kind === 'enum')
    return countOf(c, t, 0, meaning.decl.name) ? { kind: 'enum', decl: meaning.decl } : ERROR;
  if (meaning?.kind === 'record') {
    const args = readGenericArgs(c, meaning.decl.name, meaning.decl.generics, t.args, t.at);
    return args ? { kind: 'record', decl: meaning.decl, args } : ERROR;
  }
  const hint = meaning ? `\`${t.name.text}\` is a value, not a type.` : typeHint(c, t.name.text);
  const near = meaning ? undefined : nearestType(c, t.name.text);
  c.fail(
    'unknown-type',
    t.name.at,
    { name: t.name.text, hint },
    near ? { fix: { title: `write \`${near}\``, at: t.name.at, insert: near } } : {},
  );
  return ERROR;
}

function nearestType(c: Checker, name: string): string | undefined {
  const known = [...c.module.names()].filter((n) => /^[A-Z]/.test(n));
  return nearest(name, [...TYPE_NAMES, ...known, ...c.scope.names()]);
}

const FOREIGN: Readonly<Record<string, string>> = {
  float: 'f32',
  double: 'f32',
  f64: 'f32',
  number: 'f32',
  Number: 'f32',
  Float: 'f32',
  real: 'f32',
  boolean: 'bool',
  Bool: 'bool',
  String: 'string',
  str: 'string',
  i32: 'int',
  usize: 'int',
};

function typeHint(c: Checker, name: string): string {
  const foreign = FOREIGN[name];
  if (foreign) return `Its name here is \`${foreign}\`.`;
  const library = c.module.exporterOf(name);
  if (library) return `The library has it: \`import { ${name} } from "${library}";\``;
  const near = nearestType(c, name);
  if (near) return `Did you mean \`${near}\`?`;
  return /^[A-Z]/.test(name)
    ? 'Declare it with `enum` or `record`, or as a parameter: `fn f<T>(...)`.'
    : 'Type names start with a capital letter.';
}

function readSoft(c: Checker, t: Named): Type {
  const arg = countOf(c, t, 1, 'Soft<E>') ? t.args[0] : undefined;
  if (!arg) return ERROR;
  const of = argType(c, arg);
  if (of.kind === 'enum' || of.kind === 'index' || of.kind === 'var' || of.kind === 'error') return softOf(of);
  const why =
    of.kind === 'bool' || of.kind === 'truth'
      ? 'A soft bool is a `truth`.'
      : 'A distribution is over the cases of an enum or over `Index<n>`.';
  c.fail('type-mismatch', arg.at, { expected: 'an enum or an index', found: showType(of), why });
  return ERROR;
}

function countOf(c: Checker, t: Named, wanted: number, declared: string): boolean {
  if (t.args.length === wanted) return true;
  reportCount(c, t.name.text, wanted, t.args.length, declared, t.at);
  return false;
}

function reportCount(c: Checker, name: string, wanted: number, found: number, declared: string, at: Span): void {
  const expected =
    wanted === 0
      ? 'no arguments in `<...>`'
      : wanted === 1
        ? '1 argument in `<...>`'
        : `${wanted} arguments in \`<...>\``;
  c.fail('generic-arguments', at, { name, expected, found: found === 0 ? 'none' : found, declared });
}

/** Written arguments for declared generic parameters. */
export function readGenericArgs(
  c: Checker,
  name: string,
  generics: readonly GenericParam[],
  args: readonly TypeArg[],
  at: Span,
): readonly GenericArg[] | undefined {
  if (args.length !== generics.length) {
    const declared = generics.length > 0 ? `${name}<${generics.map((g) => g.name).join(', ')}>` : name;
    reportCount(c, name, generics.length, args.length, declared, at);
    return undefined;
  }
  const read = generics.map((g, i): GenericArg | undefined => {
    const arg = must(args[i]);
    if (g.kind === 'type') return { kind: 'type', type: argType(c, arg) };
    const size = argSize(c, arg);
    return size && { kind: 'size', size };
  });
  return read.some((a) => !a) ? undefined : read.map((a) => must(a));
}

/** An argument as a type; the syntax cannot tell `n` the size from `n` the type. */
function argType(c: Checker, arg: TypeArg): Type {
  if (arg.type) return readType(c, arg.type);
  if (arg.size?.kind === 'name') return readType(c, { kind: 'named', at: arg.at, name: arg.size.name, args: [] });
  if (arg.size?.kind !== 'error')
    c.fail('type-mismatch', arg.at, {
      expected: 'a type',
      found: 'a size',
      why: 'Sizes stand in `[...]` and for small-letter parameters.',
    });
  return ERROR;
}

function argSize(c: Checker, arg: TypeArg): Size | undefined {
  if (arg.size) return readNatural(c, arg.size);
  if (arg.type?.kind === 'named' && arg.type.args.length === 0)
    return readNatural(c, { kind: 'name', at: arg.at, name: arg.type.name });
  if (arg.type?.kind !== 'error')
    c.fail('type-mismatch', arg.at, {
      expected: 'a size',
      found: 'a type',
      why: 'A size is a natural number or linear in size parameters: `n + 1`.',
    });
  return undefined;
}

/** A size that is certainly a natural number; a broken one reads as a fresh unknown so that nothing follows from it. */
export function readNatural(c: Checker, s: SizeExpr): Size {
  const size = readSize(c, s);
  if (!size) return c.solver.freshSize();
  if (isNatural(size)) return size;
  const why = 'A size parameter may be 0; a size in a type must be at least 0 for every value of its parameters.';
  c.fail('not-natural', s.at, { size: showSize(size), why });
  return c.solver.freshSize();
}

function readSize(c: Checker, s: SizeExpr): Size | undefined {
  switch (s.kind) {
    case 'number':
      return sizeOf(s.value);
    case 'name':
      return readSizeName(c, s.name.text, s.at);
    case 'binary': {
      const left = readSize(c, s.left);
      const right = readSize(c, s.right);
      if (!left || !right) return undefined;
      if (s.op !== '*') return addSize(left, right, s.op === '+' ? 1 : -1);
      const product = mulSize(left, right);
      if (!product)
        c.fail('not-constant', s.at, {
          what: 'one side of this product',
          hint: 'Sizes are linear in the size parameters: `2 * n` is a size, `n * m` is not.',
        });
      return product;
    }
    case 'error':
      return undefined;
    default:
      return s satisfies never;
  }
}

function readSizeName(c: Checker, name: string, at: Span): Size | undefined {
  const entry = c.scope.find(name);
  if (entry) {
    entry.used = true;
    if ('generic' in entry && entry.generic === 'size') return sizeParam(name);
    if ('local' in entry && entry.size) return entry.size;
  }
  const meaning = entry ? undefined : c.module.find(name);
  if (meaning?.kind === 'error') return undefined;
  if (meaning?.kind === 'value') {
    const decl = meaning.decl();
    if (!decl) return undefined;
    if (decl.kind === 'let' && decl.value.kind === 'number' && decl.type.kind === 'int')
      return sizeOf(decl.value.value);
  }
  const near = nearest(name, c.scope.names());
  const small = name.charAt(0).toLowerCase() + name.slice(1);
  const isType = entry && 'generic' in entry && entry.generic === 'type';
  const hint = isType
    ? `\`${name}\` is a type; size parameters start with a small letter: \`<${small}>\`.`
    : entry || meaning
      ? 'A size is a number, a size parameter, or a top-level `let` of an integer.'
      : `${near ? `Did you mean \`${near}\`? ` : ''}Declare it as a size parameter: \`fn f<${small}>(...)\`.`;
  c.fail('unknown-name', at, { name, hint });
  return undefined;
}
