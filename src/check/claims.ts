/** What is claimed about a program: `test` blocks, and what `prove` blocks share with them. */
import { BOOL, core, tupleOf } from './build.ts';
import { ExpressionChecker } from './checker.ts';
import type { Checker } from './context.ts';
import type { TestDecl } from './core.ts';
import { reportCreators } from './creators.ts';
import { withLets } from './data.ts';
import { newFrame } from './frames.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { settle } from './settle.ts';
import { SETTINGS } from './train.ts';

/** What training alone has: its settings, the label of a row, and the metrics that it adds. */
const OF_TRAINING: ReadonlySet<string> = new Set([...SETTINGS, 'label', 'accuracy', 'exact', 'mean_absolute_error']);

export function claimChecker(unit: ModuleUnit, name: string): ExpressionChecker {
  const trains = unit.ast.decls.some((d) => d.kind === 'train');
  const frame = { ...newFrame(name, 'no'), ...(trains && { ofTraining: OF_TRAINING }) };
  return new ExpressionChecker(unit, frame, unit.world.problems, false);
}

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

export function finishClaim(unit: ModuleUnit, c: Checker): void {
  unit.world.ensureAll([...c.frame.reads.keys()]);
  reportCreators(unit.world, c.frame.reads);
}
