/**
 * The end of checking a definition: every type in its core gets the values of the unknowns that were solved on
 * the way, in place. What is still unknown then is reported.
 */
import type { Checker } from './context.ts';
import type { Core, Local } from './core.ts';
import type { GenericArg, Size } from './types.ts';
import { childrenOf, localsOf } from './walk.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function settle(c: Checker, root: Core): void {
  if (!c.solver.used) return;
  let reported = c.problems.some((p) => p.severity === 'error');
  const visit = (node: Core): void => {
    (node as Mutable<Core>).type = c.solver.type(node.type);
    settleParts(c, node);
    for (const local of localsOf(node)) settleLocal(c, local);
    for (const child of childrenOf(node)) visit(child);
    if (reported || !c.solver.isOpen({ kind: 'type', type: node.type })) return;
    reported = true;
    c.fail('cannot-infer', node.at, { what: 'the type', hint: 'Nothing says it; state it: `let x: f32[3] = ...`.' });
  };
  visit(root);
}

const settleLocal = (c: Checker, local: Local): void => {
  (local as Mutable<Local>).type = c.solver.type(local.type);
};

/** The sizes and generic arguments that some nodes hold beside their type. */
function settleParts(c: Checker, node: Core): void {
  switch (node.kind) {
    case 'call':
    case 'lift':
    case 'fnref':
      (node as { generics: readonly GenericArg[] }).generics = node.generics.map((g) => c.solver.arg(g));
      return;
    case 'slice':
      (node as { from: Size }).from = c.solver.size(node.from);
      (node as { to: Size }).to = c.solver.size(node.to);
      return;
    case 'comprehension':
    case 'fold':
      for (const b of node.binders) {
        if (b.source.kind !== 'range') continue;
        (b.source as { from: Size }).from = c.solver.size(b.source.from);
        (b.source as { to: Size }).to = c.solver.size(b.source.to);
      }
      return;
    case 'iterate':
      (node as { max: Size }).max = c.solver.size(node.max);
      return;
    default:
      return;
  }
}
