/** Functions: the signature as written, defaults, and the body checked once with symbolic sizes. */
import { must } from '../text/result.ts';
import { makeLocal } from './build.ts';
import { ExpressionChecker } from './checker.ts';
import type { Checker, Meaning } from './context.ts';
import type { Core, FnDecl, HoleDecl, Local } from './core.ts';
import { keepFrame, newFrame } from './frames.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { nameHoles } from './numbers.ts';
import type { ScopeEntry } from './scope.ts';
import { settle } from './settle.ts';
import { showType } from './show.ts';
import type { Type } from './types.ts';
import { readBounds } from './values.ts';
import { readType } from './written.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A function of a module: what `fn` and `table` declare. Its parts are read in this order. */
export interface FnUnit {
  readonly decl: FnDecl;
  readSignature(): void;
  readDefaults(): void;
  /** Checks the body against the stated result, once. */
  readBody(): void;
}

interface WrittenFn extends FnUnit {
  readonly ast: DeclOf<'fn'>;
  readonly generics: readonly (readonly [string, ScopeEntry])[];
  /** Learned numbers in defaults; those of the body follow. */
  readonly holes: HoleDecl[];
  /** The signature has errors, so names of it may only seem unused. */
  broken: boolean;
}

export function declareFn(unit: ModuleUnit, ast: DeclOf<'fn'>): void {
  const decl: FnDecl = {
    kind: 'fn',
    name: ast.name.text,
    at: ast.name.at,
    module: unit.source.name,
    generics: ast.generics.map((g) => ({ kind: g.kind, name: g.name.text })),
    params: [],
    ranges: [],
    defaults: [],
    result: { kind: 'error' },
    body: undefined,
    ...(ast.doc !== undefined && { doc: ast.doc }),
  };
  const generics = ast.generics.map(
    (g) => [g.name.text, { generic: g.kind, name: g.name.text, at: g.name.at, used: false }] as const,
  );
  const fn: WrittenFn = {
    ast,
    decl,
    generics,
    holes: [],
    broken: false,
    readSignature: () => readSignature(unit, fn),
    readDefaults: () => readDefaults(unit, fn),
    readBody: () => readBody(unit, fn),
  };
  unit.fns.push(fn);
  unit.declare(ast.name, unit.isLibrary ? readWhenUsed(fn) : { kind: 'fn', decl });
}

/** A program needs few functions of the library: signatures are read when a name is looked up. */
function readWhenUsed(fn: FnUnit): Meaning {
  let isRead = false;
  return {
    kind: 'fn',
    get decl() {
      if (!isRead) {
        isRead = true;
        fn.readSignature();
        fn.readDefaults();
      }
      return fn.decl;
    },
  };
}

function checkerOf(unit: ModuleUnit, fn: WrittenFn, quiet: boolean): ExpressionChecker {
  return new ExpressionChecker(
    unit,
    newFrame(fn.decl.name, 'fn', 'allowed'),
    unit.world.problems,
    quiet || unit.isLibrary,
  );
}

const withGenerics = <T>(c: Checker, fn: WrittenFn, f: () => T): T =>
  c.scope.within(() => {
    for (const [name, entry] of fn.generics) c.scope.declare(name, entry);
    return f();
  });

function readSignature(unit: ModuleUnit, fn: WrittenFn): void {
  const c = checkerOf(unit, fn, true);
  const before = unit.world.problems.length;
  const decl = fn.decl as Mutable<FnDecl>;
  const seen = new Map<string, Local>();
  for (const g of fn.ast.generics.filter((a, i) =>
    fn.ast.generics.some((b, j) => j < i && b.name.text === a.name.text),
  ))
    unit.report('duplicate-name', g.name.at, { name: g.name.text });
  withGenerics(c, fn, () => {
    decl.params = fn.ast.params.map((p) => {
      const local = makeLocal(p.name.text, parameterType(c, readType(c, p.type), p.type.at), p.name.at);
      const earlier = seen.get(p.name.text);
      if (earlier && p.name.text !== '_')
        unit.report(
          'duplicate-name',
          p.name.at,
          { name: p.name.text },
          { also: [{ at: earlier.at, text: 'first here' }] },
        );
      seen.set(p.name.text, local);
      return local;
    });
    decl.result = parameterType(c, readType(c, fn.ast.result), fn.ast.result.at);
  });
  fn.broken = unit.world.problems.length > before;
  decl.defaults = fn.ast.params.map(() => undefined);
  decl.ranges = fn.ast.params.map(() => undefined);
}

/** Compile-time types exist while compiling only. */
export function parameterType(c: Checker, type: Type, at: Local['at']): Type {
  if (type.kind !== 'string') return type;
  c.fail('type-mismatch', at, {
    expected: 'a type with values at run time',
    found: showType(type),
    why: 'Texts exist while compiling only: as file names and keys.',
  });
  return { kind: 'error' };
}

function readDefaults(unit: ModuleUnit, fn: WrittenFn): void {
  if (!fn.ast.params.some((p) => p.default || p.range)) return;
  const c = checkerOf(unit, fn, true);
  const decl = fn.decl as Mutable<FnDecl>;
  withGenerics(c, fn, () => {
    decl.defaults = fn.ast.params.map((p, i) => p.default && checkedDefault(c, fn, p.default, i));
    decl.ranges = fn.ast.params.map((p, i) => p.range && readBounds(c, p.range, must(decl.params[i]).type, p.type.at));
  });
  fn.holes.push(...c.frame.found);
  keepFrame(unit.world, fn.decl, c.frame);
}

function checkedDefault(c: Checker, fn: WrittenFn, e: Parameters<Checker['check']>[0], i: number): Core {
  const param = must(fn.decl.params[i]);
  const value = c.check(e, param.type, () => ({ at: param.at, text: `\`${param.name}\` is ${showType(param.type)}` }));
  settle(c, value);
  return value;
}

function readBody(unit: ModuleUnit, fn: WrittenFn): void {
  const { decl, ast } = fn;
  if (decl.body) return;
  const c = checkerOf(unit, fn, fn.broken);
  const body = withGenerics(c, fn, () => {
    const last = new Map(decl.params.map((p) => [p.name, p]));
    for (const p of last.values())
      if (p.name !== '_') c.scope.declare(p.name, { local: p, what: 'parameter', used: false });
    return c.check(ast.body, decl.result, () => ({
      at: ast.result.at,
      text: `\`${decl.name}\` gives ${showType(decl.result)}`,
    }));
  });
  settle(c, body);
  decl.body = body;
  fn.holes.push(...c.frame.found);
  nameHoles(decl.name, fn.holes);
  keepFrame(unit.world, decl, c.frame);
}
