/** `test` blocks, and the names and types of `prove` blocks. */
import { BOOL, core, F32, makeLocal, tupleOf } from './build.ts';
import { ExpressionChecker } from './checker.ts';
import type { Checker } from './context.ts';
import type { Core, TestDecl } from './core.ts';
import { reportCreators } from './creators.ts';
import { withLets } from './data.ts';
import { newFrame } from './frames.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { settle } from './settle.ts';
import { readType } from './written.ts';

const claimChecker = (unit: ModuleUnit, name: string): ExpressionChecker =>
  new ExpressionChecker(unit, newFrame(name, 'no'), unit.world.problems, false);

export function checkTest(unit: ModuleUnit, ast: DeclOf<'test'>): TestDecl {
  const c = claimChecker(unit, ast.title);
  const body = c.scope.within(() =>
    withLets(c, ast.lets, () => {
      const items = ast.asserts.map((a) =>
        c.check(a.value, BOOL, () => ({ at: a.at, text: 'an assert states a bool' })),
      );
      return core(tupleOf(items.map(() => BOOL)), ast.at, { kind: 'tuple', items });
    }),
  );
  settle(c, body);
  finishClaim(unit, c);
  return { title: ast.title, at: ast.at, body, asserts: ast.asserts.map((a) => a.at) };
}

function finishClaim(unit: ModuleUnit, c: Checker): void {
  unit.world.ensureAll([...c.frame.reads.keys()]);
  reportCreators(unit.world, c.frame.reads);
}

/** Names and types only; that the property holds is for the prover to say. */
export function checkProve(unit: ModuleUnit, ast: DeclOf<'prove'>): void {
  const c = claimChecker(unit, ast.title ?? 'prove');
  const title = ast.title ?? 'prove';
  c.scope.within(() => {
    for (const f of ast.foralls) {
      const type = readType(c, f.type);
      for (const bound of f.range ?? []) c.check(bound, type);
      const local = makeLocal(f.name.text, type, f.name.at);
      c.scope.declare(f.name.text, { local, what: 'variable', used: false });
    }
    withLets(c, ast.lets, (): Core => {
      for (const e of [...ast.assumes, ...ast.asserts]) c.check(e, BOOL);
      if (ast.relation) relation(c, ast.relation);
      return core(BOOL, ast.at, { kind: 'bool', value: true });
    });
  });
  unit.world.ensureAll([...c.frame.reads.keys()]);
  unit.report('property-not-examined', ast.at, { title });
}

function relation(c: Checker, r: NonNullable<DeclOf<'prove'>['relation']>): void {
  const left = c.infer(r.left);
  const right = c.infer(r.right, left.type);
  if (!c.solver.unify(left.type, right.type))
    c.check(r.right, left.type, () => ({ at: r.left.at, text: 'the other side' }));
  if (r.within) c.check(r.within, F32);
}
