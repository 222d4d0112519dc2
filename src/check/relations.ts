/** `prove f == g;` and `prove f ~= g within e;`: two functions on all their inputs, or two values. */
import { printF32 } from '../num/literal.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Span } from '../text/span.ts';
import { core, ERROR, errorCore, localRef, makeLocal, numberCore, tupleOf } from './build.ts';
import { adapt, join, settleInt } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, ProveDecl, ProveInput } from './core.ts';
import type { DeclOf } from './module.ts';
import { canRange, demandEnds } from './ranges.ts';
import { showType } from './show.ts';
import { sizeParam } from './sizes.ts';
import { isUnknown } from './solve.ts';
import { mapType } from './substitute.ts';
import type { Type } from './types.ts';
import { constantOf, leavesOf } from './values.ts';

type Ast = NonNullable<DeclOf<'prove'>['relation']>;
type FnType = Extract<Type, { kind: 'fn' }>;

/** What a relation says: its two sides as the parts of a tuple, over the inputs of the functions. */
type Relation = Pick<ProveDecl, 'inputs' | 'body'> & { readonly relation: NonNullable<ProveDecl['relation']> };

export function readRelation(c: Checker, ast: Ast, at: Span): Relation {
  const within = readWithin(c, ast, at);
  const [left, right] = sides(c, ast);
  const [a, b] = [c.solver.type(left.type), c.solver.type(right.type)];
  const relation = within === undefined ? {} : { within };
  const none: Relation = { inputs: [], body: errorCore(at), relation };
  if (a.kind === 'error' || b.kind === 'error') return none;
  if (a.kind === 'fn' && b.kind === 'fn') {
    const length = agreeOnInputs(c, ast, [a, b]) ? freeLength(c, ast, a) : 'none';
    const inputs = length === 'none' ? undefined : readInputs(c, ast, [left, right], a);
    if (!inputs) return none;
    const call = (fn: Core): Core => called(c, fn, inputs);
    const body = paired(c, ast, at, call(left), call(right));
    return { inputs, body, relation: { ...relation, ...(length !== undefined && { length }) } };
  }
  if (a.kind === 'fn' || b.kind === 'fn') {
    mismatch(c, at, 'One side is a function and the other a value. Compare functions, or their values: `f(1.0)`.');
    return none;
  }
  return { inputs: [], body: paired(c, ast, at, settleInt(c, left), settleInt(c, right)), relation };
}

/** A bare name may be a case, and a lambda have parameters, that the other side explains: they are read second. */
function sides(c: Checker, ast: Ast): readonly [Core, Core] {
  const needs = (e: Expr): number => ['name', 'lambda'].indexOf(e.kind);
  if (needs(ast.left) > needs(ast.right)) {
    const right = c.infer(ast.right);
    return [c.infer(ast.left, right.type), right];
  }
  const left = c.infer(ast.left);
  return [left, c.infer(ast.right, left.type)];
}

const mismatch = (c: Checker, at: Span, why: string): void => void c.fail('relation-mismatch', at, { why });

function readWithin(c: Checker, ast: Ast, at: Span): number | undefined {
  const wrong = (place: Span, why: string): undefined => void c.fail('bad-tolerance', place, { why });
  if (ast.op === '==')
    return (
      ast.within && wrong(ast.within.at, '`==` states the same bits, without a tolerance. Write `~=` to allow one.')
    );
  if (!ast.within) return wrong(at, '`~=` says how far the sides may be apart: `prove f ~= g within 1e-3;`.');
  const value = constantOf(c, ast.within);
  if (value === undefined || (value >= 0 && value < Number.POSITIVE_INFINITY)) return value;
  return wrong(ast.within.at, `It is ${printF32(value)}; a tolerance is a finite number that is not negative.`);
}

/** The two sides as one type. */
function paired(c: Checker, ast: Ast, at: Span, left: Core, right: Core): Core {
  const [a, b] = [c.solver.type(left.type), c.solver.type(right.type)];
  const type = join(c.solver, a, b);
  const items = type && [adapt(c, left, type), adapt(c, right, type)].flatMap((side) => side ?? []);
  if (items?.length !== 2) mismatch(c, at, `The left side is ${showType(a)}, the right one ${showType(b)}.`);
  else if (leavesOf(type ?? ERROR).some((t) => t.kind === 'fn'))
    mismatch(c, at, 'Functions that give functions have no values to compare.');
  else {
    const crisp = leavesOf(type ?? ERROR).find((t) => ['bool', 'enum', 'index'].includes(t.kind));
    if (ast.op === '==' || !crisp) return core(tupleOf(items.map((i) => i.type)), at, { kind: 'tuple', items });
    mismatch(c, at, `\`~=\` compares numbers, and there is ${showType(crisp)} in what these give. Write \`==\`.`);
  }
  return errorCore(at);
}

// --- functions ---------------------------------------------------------------------------------------------

function agreeOnInputs(c: Checker, ast: Ast, [a, b]: readonly [FnType, FnType]): boolean {
  const listed = (t: FnType): string => `(${t.params.map((p) => showType(c.solver.type(p))).join(', ')})`;
  const isLike =
    a.params.length === b.params.length && a.params.every((p, i) => c.solver.unify(p, b.params[i] ?? ERROR));
  if (!isLike) mismatch(c, ast.left.at, `The left one takes ${listed(a)}, the right one ${listed(b)}.`);
  return isLike;
}

/** A size of the inputs that nothing says: the relation is stated for every value of it. `none` where that cannot be. */
function freeLength(c: Checker, ast: Ast, { params }: FnType): string | undefined {
  const free = [...new Set(params.flatMap((p) => openSizes(c.solver.type(p))))];
  const [unknown, ...more] = free;
  if (unknown === undefined) return undefined;
  const name = unknown.slice(unknown.indexOf(':') + 1);
  const refuse = (why: string): 'none' => {
    mismatch(c, ast.left.at, why);
    return 'none';
  };
  if (more.length > 0)
    return refuse(
      `Their inputs have ${free.length} sizes that nothing says; for every value of one is what is decided.`,
    );
  if (ast.op !== '==')
    return refuse(`Their inputs have any length \`${name}\`, and only \`==\` is stated for every length.`);
  c.solver.unifySizes(sizeParam(unknown), sizeParam(name));
  return name;
}

/** The sizes in a type that are not known. */
function openSizes(type: Type): readonly string[] {
  const found: string[] = [];
  mapType(
    type,
    () => undefined,
    (size) => {
      found.push(...size.terms.map((t) => t.param).filter(isUnknown));
      return size;
    },
  );
  return found;
}

function readInputs(
  c: Checker,
  ast: Ast,
  fns: readonly [Core, Core],
  { params }: FnType,
): readonly ProveInput[] | undefined {
  const inputs = params.map((p, i) => readInput(c, ast, fns, c.solver.type(p), i));
  return inputs.every((i) => i !== undefined) ? inputs : undefined;
}

function readInput(c: Checker, ast: Ast, fns: readonly [Core, Core], type: Type, i: number): ProveInput | undefined {
  const [left, right] = fns.map((fn) => (fn.kind === 'fnref' ? fn.fn : undefined));
  const declared = left?.params[i] ?? right?.params[i];
  const at = declared?.at ?? ast.left.at;
  if (!canRange(c, type, at)) return undefined;
  const name = declared && declared.name !== '_' ? declared.name : `_${i + 1}`;
  const local = makeLocal(name, type, at);
  const promised = [left?.ranges[i], right?.ranges[i]].flatMap((r) => (r ? [r] : []));
  if (promised.length === 0) {
    if (ast.op === '~=') demandEnds(c, type, name, at);
    return { local };
  }
  const low = Math.max(...promised.map((r) => r[0]));
  const high = Math.min(...promised.map((r) => r[1]));
  if (low > high)
    return void mismatch(c, ast.left.at, `No value of \`${name}\` lies in the promised ranges of both functions.`);
  return { local, range: [numberCore(Math.fround(low), at), numberCore(Math.fround(high), at)] };
}

function called(c: Checker, fn: Core, inputs: readonly ProveInput[]): Core {
  const type = c.solver.type(fn.type);
  const result = type.kind === 'fn' ? type.result : ERROR;
  const args = inputs.map(({ local }) => localRef(local, fn.at));
  if (fn.kind === 'fnref') return core(result, fn.at, { kind: 'call', fn: fn.fn, generics: fn.generics, args });
  return core(result, fn.at, { kind: 'apply', fn, args });
}
