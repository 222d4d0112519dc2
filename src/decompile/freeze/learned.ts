/** What of a program was learned: the names of the functions and tables whose own bodies hold a mark or read a `param`. */
import type { Decl, Expr, Module } from '../../syntax/ast.ts';
import { expressionsOf, partsOf } from './walk.ts';

export function learnedNames(module: Module): ReadonlySet<string> {
  const params = new Set(module.decls.flatMap((d) => (d.kind === 'param' && !d.frozen ? [d.name.text] : [])));
  const isLearned = (e: Expr): boolean => {
    if (e.kind === 'hole' || e.kind === 'choose') return true;
    if (e.kind === 'name' && params.has(e.name.text)) return true;
    return partsOf(e).some((part) => isLearned(part.expr));
  };
  return new Set(
    module.decls.flatMap((d) => {
      if (d.kind === 'table') return d.learned && !d.frozen ? [d.name.text] : [];
      return d.kind === 'fn' && expressionsOf(d).some((s) => isLearned(s.expr)) ? [d.name.text] : [];
    }),
  );
}

/** Whether anything is marked as learned. */
export const hasMarks = (module: Module): boolean =>
  learnedNames(module).size > 0 || module.decls.some((d) => isMark(d) || d.kind === 'train');

const isMark = (d: Decl): boolean =>
  (d.kind === 'param' && !d.frozen) || (d.kind === 'table' && d.learned && !d.frozen) || d.kind === 'paramFn';
