/**
 * `param fn f(x: f32 in [-3, 3]) -> f32 = spline(8);`: a function that is learned as the coefficients of a family. It becomes a param `f` of those
 * numbers and a function `f` that gives them to the family's function in std/shapes. Training writes the numbers where `8` stood.
 */
import type { Expr } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { arrayOf, core, F32, localRef, numberCore, prim } from './build.ts';
import { ExpressionChecker } from './checker.ts';
import type { Checker } from './context.ts';
import type { Core, FnDecl, ParamDecl } from './core.ts';
import { keepFrame, newFrame } from './frames.ts';
import { declareFn } from './functions.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { settle } from './settle.ts';
import { showType } from './show.ts';
import { constantOf, sizeOf } from './sizes.ts';
import type { Type } from './types.ts';

type ParamFn = DeclOf<'paramFn'>;

interface Family {
  /** How many coefficients there are beside its size. */
  readonly more: number;
  /** Its function takes the ends of the range too. */
  readonly ends: boolean;
  readonly size: string;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  pwl: { more: 1, ends: true, size: 'straight pieces' },
  spline: { more: 3, ends: true, size: 'cubic pieces' },
  poly: { more: 1, ends: false, size: 'the degree' },
  monotone: { more: 1, ends: true, size: 'straight pieces' },
};
const NAMES = Object.keys(FAMILIES);

/** As many coefficients as stand in a source; more would go to a file, and the source would no longer say how many. */
const MOST = 64;

/** How far from 0 the coefficients begin, at random: 0 would be a place where products of learned functions stay. */
const START = 0.1;

export function declareParamFn(unit: ModuleUnit, ast: ParamFn): void {
  const { at, name, params, result } = ast;
  const doc = ast.doc === undefined ? {} : { doc: ast.doc };
  declareFn(unit, { kind: 'fn', at, name, params, result, generics: [], body: { kind: 'error', at }, ...doc });
  const fn = must(unit.fns.at(-1)).decl;
  let made: ParamDecl | undefined;
  const resolve = (): ParamDecl | undefined => {
    if (!fn.body) made = readParamFn(unit, ast, fn);
    return made;
  };
  unit.values.push({ name: fn.name, isParam: false, resolve, found: () => made });
}

/** Gives the function its body; where something is wrong an erroneous one. */
function readParamFn(unit: ModuleUnit, ast: ParamFn, fn: FnDecl): ParamDecl | undefined {
  const c = new ExpressionChecker(unit, newFrame(fn.name, 'param'), unit.world.problems, unit.isLibrary);
  const range = readShape(c, ast, fn);
  const family = readFamily(c, ast);
  const value = family && c.scope.within(() => readCoefficients(c, ast, family.name, family.argument));
  fn.body = core(fn.result, ast.value.at, { kind: 'error' });
  if (!range || !family || !value) return undefined;
  settle(c, value);
  const decl: ParamDecl = { kind: 'param', name: fn.name, at: ast.name.at, type: value.type, frozen: false, value };
  const called = std(unit, family.name, ast.value.at);
  fn.body = bodyOf({ decl, fn, called, range, family: must(FAMILIES[family.name]) });
  c.frame.reads.set(called, ast.value.at);
  keepFrame(unit.world, fn, c.frame);
  return decl;
}

interface Parts {
  readonly decl: ParamDecl;
  readonly fn: FnDecl;
  readonly called: FnDecl;
  readonly range: readonly [number, number];
  readonly family: Family;
}

function bodyOf({ decl, fn, called, range, family }: Parts): Core {
  const { at } = decl.value;
  const coefficients = decl.type.kind === 'array' ? must(constantOf(decl.type.size)) : 0;
  const x = localRef(must(fn.params[0]), at);
  const ends = family.ends ? range.map((end) => numberCore(Math.fround(end), at)) : [];
  return core(F32, at, {
    kind: 'call',
    fn: called,
    generics: [{ kind: 'size', size: sizeOf(coefficients - family.more) }],
    args: [core(decl.type, at, { kind: 'param', decl }), x, ...ends],
  });
}

function std(unit: ModuleUnit, name: string, at: Span): FnDecl {
  const library = unit.world.load('std/shapes', unit.source.name, at);
  const entry = typeof library === 'string' ? undefined : library.entries.get(name);
  const { meaning } = must(entry, () => `std/shapes has no ${name}`);
  return must(meaning.kind === 'fn' ? meaning.decl : undefined);
}

/** One number in a stated range to one number. */
function readShape(c: Checker, ast: ParamFn, fn: FnDecl): readonly [number, number] | undefined {
  const [x, ...more] = fn.params;
  const odd = [...fn.params.map((p) => p.type), fn.result].find((t) => t.kind !== 'f32');
  if (odd?.kind === 'error') return undefined;
  const range = fn.ranges[0];
  const wrong =
    odd || !x || more.length > 0
      ? `A learned function takes one f32 and gives an f32${odd ? `, not ${showType(odd)}` : ''}; a function of several is made of learned functions of one each.`
      : !range && !ast.params[0]?.range
        ? `It is learned over a range, which it states: \`${fn.name}(${x.name}: f32 in [-3, 3])\`.`
        : range?.[0] === range?.[1] && range
          ? 'Its range has no width.'
          : undefined;
  if (wrong === undefined) return range;
  const at = odd || !x || more.length > 0 ? ast.name.at : must(ast.params[0]).type.at;
  return void c.fail('bad-param-fn', at, { name: fn.name, why: wrong });
}

function readFamily(c: Checker, ast: ParamFn): { readonly name: string; readonly argument: Expr } | undefined {
  const e = ast.value;
  if (e.kind === 'error') return undefined;
  const named = e.kind === 'call' && e.fn.kind === 'name' ? e.fn.name : e.kind === 'name' ? e.name : undefined;
  if (!named || FAMILIES[named.text] === undefined) {
    const near = named && nearest(named.text, NAMES);
    const why = `${near ? `Did you mean \`${near}\`? ` : ''}The families are ${NAMES.map((n) => `\`${n}(8)\``).join(', ')}.`;
    const fix = near && named ? { fix: { title: `write \`${near}\``, at: named.at, insert: near } } : {};
    return void c.fail('bad-param-fn', named?.at ?? e.at, { name: ast.name.text, why }, fix);
  }
  const [only, ...more] = e.kind === 'call' ? e.args : [];
  if (only && more.length === 0 && !only.name) return { name: named.text, argument: only.value };
  const why = `\`${named.text}\` takes one thing: how many (${must(FAMILIES[named.text]).size}), or the numbers themselves: \`${named.text}(8)\`.`;
  return void c.fail('bad-param-fn', e.at, { name: ast.name.text, why });
}

/** `8`: so many numbers, at random; or the numbers themselves. */
function readCoefficients(c: Checker, ast: ParamFn, name: string, e: Expr): Core | undefined {
  const { more, size } = must(FAMILIES[name]);
  if (e.kind === 'number' && e.isInt) {
    const n = Number(e.text.replaceAll('_', ''));
    const type: Type = arrayOf(F32, sizeOf(n + more));
    if (n >= 1 && n + more <= MOST) return prim('init.normal', type, e.at, [numberCore(START, e.at)]);
    const why = `The size of \`${name}\` (${size}) is from 1 to ${MOST - more}, not ${n}.`;
    return void c.fail('bad-param-fn', e.at, { name: ast.name.text, why });
  }
  const value = c.infer(e, arrayOf(F32, sizeOf(0)));
  const type = c.solver.type(value.type);
  if (type.kind === 'error') return undefined;
  const count = type.kind === 'array' && type.of.kind === 'f32' ? constantOf(type.size) : undefined;
  if (count !== undefined && count > more && count <= MOST) return value;
  const why = `\`${name}\` takes a number (${size}) or ${more + 1} to ${MOST} coefficients, f32[n + ${more}]; this is ${showType(type)}.`;
  return void c.fail('bad-param-fn', e.at, { name: ast.name.text, why });
}
