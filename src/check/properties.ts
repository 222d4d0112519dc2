/**
 * `prove` blocks: what a property ranges over, its bounds, and what it asserts. That it holds is for the prover to say; that it is
 * a question at all is said here.
 */
import type { Expr, Pattern } from '../syntax/ast.ts';
import type { Span } from '../text/span.ts';
import { textOf } from '../text/span.ts';
import { BOOL, core, ERROR, F32, leafOf, makeLocal, tupleOf, withLeaf } from './build.ts';
import { claimChecker, finishClaim } from './claims.ts';
import { adapt, coerce } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, ProveDecl, ProveInput } from './core.ts';
import { withLets } from './data.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { canRange, demandEnds } from './ranges.ts';
import { readRelation } from './relations.ts';
import { settle } from './settle.ts';
import { showType } from './show.ts';
import type { Type } from './types.ts';
import { leavesOf } from './values.ts';
import { childrenOf } from './walk.ts';
import { readType } from './written.ts';

type Ast = DeclOf<'prove'>;
type Forall = Ast['foralls'][number];

export function checkProve(unit: ModuleUnit, ast: Ast): ProveDecl {
  const title = titleOf(ast);
  const c = claimChecker(unit, title);
  const parts = ast.relation ? readRelation(c, ast.relation, ast.at) : readBlock(c, ast);
  settle(c, parts.body);
  for (const bound of parts.inputs.flatMap((i) => i.range ?? [])) settle(c, bound);
  finishClaim(unit, c);
  if (!ast.relation && ast.asserts.length === 0 && !unit.broken) c.fail('no-assert', ast.at, { title });
  return { title, at: ast.at, assumes: spansOf(ast.assumes), asserts: spansOf(ast.asserts), ...parts };
}

const spansOf = (list: readonly Expr[]): readonly Span[] => list.map((e) => e.at);

/** The title as written; without one, what is stated. */
function titleOf(ast: Ast): string {
  if (ast.title !== undefined) return ast.title;
  const stated = ast.asserts[0] ? textOf(ast.asserts[0].at) : textOf(ast.at).replace(/^prove\s+|;\s*$/g, '');
  return stated.replace(/\s+/g, ' ');
}

function readBlock(c: Checker, ast: Ast): Pick<ProveDecl, 'inputs' | 'body'> {
  return c.scope.within(() => {
    const types = ast.foralls.map((f) => readType(c, f.type));
    const inputs = ast.foralls.map((f, i) => readInput(c, ast, f, types[i] ?? ERROR));
    for (const [i, { local }] of inputs.entries()) declareInput(c, ast, i, local);
    const body = withLets(c, ast.lets, () => {
      const items = [...ast.assumes, ...ast.asserts].map((e) => c.check(e, BOOL));
      return core(tupleOf(items.map(() => BOOL)), ast.at, { kind: 'tuple', items });
    });
    return { inputs, body };
  });
}

function declareInput(c: Checker, ast: Ast, i: number, local: ProveInput['local']): void {
  const earlier = ast.foralls.slice(0, i).find((f) => f.name.text === local.name);
  const also = earlier && [{ at: earlier.name.at, text: 'first here' }];
  if (also) c.fail('duplicate-name', local.at, { name: local.name }, { also });
  else c.scope.declare(local.name, { local, what: 'input', used: false });
}

function readInput(c: Checker, ast: Ast, f: Forall, type: Type): ProveInput {
  const fits = canRange(c, type, f.type.at);
  const local = makeLocal(f.name.text, fits ? type : ERROR, f.name.at);
  const leaves = leavesOf(type);
  const isMeasured = leaves.some((t) => t.kind === 'f32' || t.kind === 'truth');
  if (f.range && fits && leaves.length > 0 && !isMeasured)
    c.fail('input-cases', f.range[0].at, { name: local.name, type: showType(type) });
  if (!f.range && fits) demandEnds(c, type, local.name, f.at);
  const range = f.range && readRange(c, ast, f, fits ? type : ERROR, f.range);
  return { local, ...(range && { range }) };
}

// --- bounds ------------------------------------------------------------------------------------------------

function readRange(c: Checker, ast: Ast, f: Forall, type: Type, range: readonly [Expr, Expr]): readonly [Core, Core] {
  const varying = new Map<string, 'input' | 'local'>();
  for (const l of ast.lets) for (const name of namesOf(l.pattern)) varying.set(name, 'local');
  for (const other of ast.foralls) varying.set(other.name.text, 'input');
  return c.scope.within(() => {
    for (const [name, what] of varying)
      c.scope.declare(name, { local: makeLocal(name, ERROR, ast.at), what, used: true });
    const low = checkBound(c, range[0], type);
    const high = checkBound(c, range[1], type);
    for (const bound of [low, high]) refuseVarying(c, f, bound, varying);
    return [low, high];
  });
}

const namesOf = (p: Pattern): readonly string[] =>
  p.kind === 'name' ? [p.name.text] : p.kind === 'tuple' ? p.items.flatMap(namesOf) : [];

/** A value of the type, or a number that holds for all its numbers. */
function checkBound(c: Checker, e: Expr, type: Type): Core {
  const want = leafOf(type).kind === 'truth' ? withLeaf(type, F32) : type;
  if (['array', 'tuple', 'block', 'if', 'match', 'lambda'].includes(e.kind)) return c.check(e, want);
  const value = c.infer(e, want);
  const isNumber = ['int', 'f32'].includes(c.solver.type(value.type).kind);
  const isWide = want.kind !== 'f32' && leavesOf(want).every((t) => t.kind === 'f32');
  return (isNumber && isWide ? adapt(c, value, F32) : undefined) ?? coerce(c, value, want);
}

function refuseVarying(c: Checker, f: Forall, bound: Core, varying: ReadonlyMap<string, 'input' | 'local'>): void {
  const rest: Core[] = [bound];
  for (let e = rest.pop(); e; e = rest.pop()) {
    rest.push(...childrenOf(e));
    const what = e.kind === 'local' && e.local.type === ERROR ? varying.get(e.local.name) : undefined;
    if (e.kind !== 'local' || !what) continue;
    const other = e.local.name;
    const name = f.name.text;
    const hint =
      what === 'local'
        ? `\`${other}\` is a \`let\` of the property; write a top-level \`let\`.`
        : other === name
          ? 'Give it two numbers.'
          : `Let a distance range, \`forall by: f32 in [0.0, 0.5];\`, and use \`${other} + by\`; or say it with \`assume\`.`;
    c.fail('moving-bound', e.at, { name, other, hint });
    return;
  }
}
