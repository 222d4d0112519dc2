/** Prints declarations as one line: for messages, hovers and the reference. */
import type { FnDecl } from './core.ts';
import { showType } from './show.ts';

/** What declared it. */
export const wordOf = ({ cells }: FnDecl): string => (cells ? 'table' : 'fn');

/** `fn dense<n, m>(x: f32[n], w: f32[m, n]) -> f32[m]`; parameters with a default end in `= ...`. */
export function showSignature(decl: FnDecl): string {
  const generics = decl.generics.length > 0 ? `<${decl.generics.map((g) => g.name).join(', ')}>` : '';
  const params = decl.params.map((p, i) => `${p.name}: ${showType(p.type)}${decl.defaults[i] ? ' = ...' : ''}`);
  return `${wordOf(decl)} ${decl.name}${generics}(${params.join(', ')}) -> ${showType(decl.result)}`;
}
