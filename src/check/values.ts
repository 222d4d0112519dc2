/** Top-level `let` and `param`: checked when first needed, so that their order in the text is free. */
import type { Expr, Name } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { F32, leafOf } from './build.ts';
import { ExpressionChecker } from './checker.ts';
import { settleInt } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, LetDecl, ParamDecl } from './core.ts';
import { keepFrame, newFrame } from './frames.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { constantValue, nameHoles } from './numbers.ts';
import { settle } from './settle.ts';
import { showType } from './show.ts';
import type { Type } from './types.ts';
import { childrenOf } from './walk.ts';
import { readType } from './written.ts';

type ValueAst = DeclOf<'let'> | DeclOf<'param'>;

export interface ValueUnit {
  readonly name: string;
  readonly isParam: boolean;
  /** The declaration; undefined while it is being checked (a circle, reported) or when it is broken. */
  resolve(): ParamDecl | LetDecl | undefined;
  found(): ParamDecl | LetDecl | undefined;
}

export function declareValue(unit: ModuleUnit, ast: ValueAst): void {
  let state: 'new' | 'busy' | 'done' = 'new';
  let decl: ParamDecl | LetDecl | undefined;
  const resolve = (): ParamDecl | LetDecl | undefined => {
    if (state === 'busy')
      unit.report('recursion', ast.name.at, {
        name: ast.name.text,
        cycle: `\`${ast.name.text}\` -> ... -> \`${ast.name.text}\``,
      });
    if (state !== 'new') return decl;
    state = 'busy';
    decl = ast.kind === 'let' ? readLet(unit, ast) : readParam(unit, ast);
    state = 'done';
    return decl;
  };
  unit.values.push({ name: ast.name.text, isParam: ast.kind === 'param', resolve, found: () => decl });
  unit.declare(ast.name, { kind: 'value', decl: resolve });
}

function readValue(c: Checker, ast: ValueAst): Core {
  const want = ast.type && readType(c, ast.type);
  const stated = ast.type;
  const because =
    stated && (() => ({ at: stated.at, text: `\`${ast.name.text}\` is stated to be ${showType(must(want))}` }));
  const value = want ? c.check(ast.value, want, because) : c.infer(ast.value);
  return want && value.kind === 'error' ? { ...value, type: want } : value;
}

const docOf = (ast: ValueAst): { readonly doc?: string } => (ast.doc === undefined ? {} : { doc: ast.doc });

function readLet(unit: ModuleUnit, ast: DeclOf<'let'>): LetDecl {
  const c = new ExpressionChecker(unit, newFrame(ast.name.text, 'no', 'allowed'), unit.world.problems, unit.isLibrary);
  const value = c.scope.within(() => readValue(c, ast));
  settle(c, value);
  nameHoles(ast.name.text, c.frame.found);
  const decl: LetDecl = { kind: 'let', name: ast.name.text, at: ast.name.at, type: value.type, value, ...docOf(ast) };
  keepFrame(unit.world, decl, c.frame);
  return decl;
}

function readParam(unit: ModuleUnit, ast: DeclOf<'param'>): ParamDecl {
  const c = new ExpressionChecker(unit, newFrame(ast.name.text, 'param'), unit.world.problems, unit.isLibrary);
  const value = c.scope.within(() => settleInt(c, readValue(c, ast)));
  settle(c, value);
  const range = ast.range && readBounds(c, ast.range, value.type, ast.name.at);
  if (range) demandInside(c, value, range);
  const type = learnable(unit, ast.name, value.type);
  if (!ast.type && holdsRecord(type) && !isLiteral(ast.value))
    unit.report('untyped-initialiser', ast.value.at, { name: ast.name.text, type: showType(type) });
  const decl: ParamDecl = {
    kind: 'param',
    name: ast.name.text,
    at: ast.name.at,
    type,
    frozen: ast.frozen,
    ...(range && { range }),
    value,
    ...docOf(ast),
  };
  keepFrame(unit.world, decl, c.frame);
  return decl;
}

/** A param is made of numbers, which gradients learn, and of cases and bools, which are searched for. */
export function learnable(unit: ModuleUnit, name: Name, type: Type): Type {
  const leaves = leavesOf(type);
  const bad = leaves.find((t) => ['int', 'string', 'fn', 'soft', 'truth', 'var'].includes(t.kind));
  if (bad) {
    const why =
      bad.kind === 'soft'
        ? 'Learn the scores and write `softmax(scores)` where the distribution is wanted.'
        : bad.kind === 'truth'
          ? 'Learn a number and write `clamp(w, -1, 1)` or `tanh(w)` where the truth is wanted.'
          : 'A `param` is made of f32, enums, bools, indices, arrays, tuples and records of them.';
    const found = type.kind === 'record' ? `${showType(type)}, which holds ${showType(bad)}` : showType(type);
    unit.report('type-mismatch', name.at, { expected: 'a type that can be learned', found, why });
    return { kind: 'error' };
  }
  return type;
}

function holdsRecord(type: Type): boolean {
  const leaf = leafOf(type);
  return leaf.kind === 'record' || (leaf.kind === 'tuple' && leaf.items.some(holdsRecord));
}

/** Written out with the names of its records, so that write-back replaces numbers and nothing else. */
function isLiteral(e: Expr): boolean {
  if (e.kind === 'array' || e.kind === 'tuple') return e.items.every(isLiteral);
  if (e.kind === 'record') return e.spread === undefined && e.fields.every((f) => isLiteral(f.value));
  if (e.kind === 'unary') return e.value.kind === 'number';
  return ['number', 'bool', 'name', 'field'].includes(e.kind);
}

/** The types of the leaves of arrays, tuples and records. */
export function leavesOf(type: Type): readonly Type[] {
  const leaf = leafOf(type);
  if (leaf.kind === 'tuple') return leaf.items.flatMap(leavesOf);
  if (leaf.kind === 'record')
    return [
      ...leaf.decl.fields.flatMap((f) => leavesOf(f.type)).filter((t) => t.kind !== 'var'),
      ...leaf.args.flatMap((a) => (a.kind === 'type' ? leavesOf(a.type) : [])),
    ];
  return leaf.kind === 'error' ? [] : [leaf];
}

/** `in [0, 10]`: two constants in order, on numbers. */
export function readBounds(
  c: Checker,
  [from, to]: readonly [Expr, Expr],
  type: Type,
  at: Span,
): readonly [number, number] | undefined {
  if (leavesOf(type).some((t) => t.kind !== 'f32')) {
    c.fail(
      'bad-bounds',
      from.at,
      { why: `Bounds hold numbers; this is ${showType(type)}.` },
      { also: [{ at, text: `this is ${showType(type)}` }] },
    );
    return undefined;
  }
  const [low, high] = [from, to].map((e) => constantOf(c, e));
  if (low === undefined || high === undefined) return undefined;
  if (low <= high) return [low, high];
  c.fail('bad-bounds', from.at, { why: `The lower bound ${low} is above the upper one ${high}.` });
  return undefined;
}

/** The value of an expression that must be a constant number. */
export function constantOf(c: Checker, e: Expr): number | undefined {
  const value = c.check(e, F32);
  if (value.type.kind === 'error') return undefined;
  const constant = constantValue(value);
  if (constant === undefined)
    c.fail('not-constant', e.at, {
      what: 'this number',
      hint: 'Literals, top-level constants and `+ - * /` of them are known while compiling.',
    });
  return constant;
}

/** Every number that is written in the start value must lie inside the bounds. */
function demandInside(c: Checker, value: Core, [low, high]: readonly [number, number]): void {
  const constant = value.type.kind === 'f32' ? constantValue(value) : undefined;
  if (constant !== undefined) {
    if (constant < low || constant > high)
      c.fail('bad-bounds', value.at, { why: `The value ${constant} lies outside [${low}, ${high}].` });
    return;
  }
  if (value.kind === 'array' || value.kind === 'record' || value.kind === 'tuple')
    for (const child of childrenOf(value)) demandInside(c, child, [low, high]);
}
