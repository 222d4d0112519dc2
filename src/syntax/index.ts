/**
 * The room's face: `parse` reads a source into a lossless tree and the abstract syntax, with all the Problems
 * found on the way. It never throws; where the text is broken both trees have `error` nodes.
 */
import type { Problem } from '../text/problem.ts';
import type { Source } from '../text/span.ts';
import type { Module } from './ast.ts';
import { parseTree } from './parser.ts';
import type { Tree } from './tree.ts';
import { viewModule } from './view.ts';

export interface Parsed {
  readonly tree: Tree;
  readonly module: Module;
  readonly problems: readonly Problem[];
}

/** Reads a source: `parse({ name: 'f.su', text: 'fn one() -> f32 { 1.0 }' }).module.decls[0]?.kind` is `'fn'`. */
export function parse(source: Source): Parsed {
  const { tree, problems } = parseTree(source);
  return { tree, module: viewModule(tree), problems };
}

export type * from './ast.ts';
export { format } from './format.ts';
export { lex } from './lexer.ts';
export type { Token, TokenKind } from './token.ts';
export type { Element, Node, NodeKind, Tree } from './tree.ts';
export { printTokens, printTree, tokensOf } from './tree.ts';
