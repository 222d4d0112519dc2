/**
 * The lossless tree: nodes and tokens with absolute offsets. The tokens in order, trivia included, are the
 * text. A node begins and ends with a token that is not trivia (so its span has no space around it) and
 * spans nest; where something is missing stands an empty `error` node.
 */
import type { Source } from '../text/span.ts';
import type { Token } from './token.ts';
import { isTrivia } from './token.ts';

export type NodeKind =
  | 'module'
  | 'error'
  // declarations
  | 'importDecl'
  | 'importName'
  | 'useDecl'
  | 'enumDecl'
  | 'enumCase'
  | 'recordDecl'
  | 'recordField'
  | 'fnDecl'
  | 'letDecl'
  | 'paramDecl'
  | 'paramFnDecl'
  | 'tableDecl'
  | 'tableRow'
  | 'trainDecl'
  | 'testDecl'
  | 'proveDecl'
  | 'assert'
  | 'assume'
  | 'forall'
  | 'generics'
  | 'generic'
  | 'fnParams'
  | 'fnParam'
  | 'interval'
  | 'default'
  | 'result'
  // types
  | 'namedType'
  | 'typeArgs'
  | 'typeArg'
  | 'arrayType'
  | 'tupleType'
  | 'fnType'
  | 'sizeNumber'
  | 'sizeName'
  | 'sizeBinary'
  | 'sizeParen'
  // expressions
  | 'number'
  | 'hole'
  | 'bool'
  | 'string'
  | 'name'
  | 'unary'
  | 'binary'
  | 'range'
  | 'call'
  | 'args'
  | 'arg'
  | 'field'
  | 'index'
  | 'paren'
  | 'tuple'
  | 'array'
  | 'comprehension'
  | 'binder'
  | 'record'
  | 'spread'
  | 'fieldInit'
  | 'block'
  | 'let'
  | 'lambda'
  | 'lambdaParam'
  | 'if'
  | 'match'
  | 'arm'
  | 'fold'
  | 'iterate'
  | 'choose'
  // patterns
  | 'namePattern'
  | 'wildcardPattern'
  | 'tuplePattern'
  | 'casePattern'
  | 'boolPattern'
  | 'numberPattern'
  | 'orPattern';

export interface Node {
  readonly kind: NodeKind;
  readonly children: readonly Element[];
  readonly start: number;
  readonly end: number;
  /** Nodes on the longest way down, itself included: bounded, so that whoever reads the tree may recurse. */
  readonly depth: number;
}

export type Element = Node | Token;

export interface Tree {
  readonly source: Source;
  readonly root: Node;
}

export const isNode = (e: Element): e is Node => e.children !== undefined;

/** The tokens of a tree in order, trivia included; their joined texts are the source. */
export function tokensOf(node: Node): Token[] {
  const tokens: Token[] = [];
  const visit = (n: Node): void => {
    for (const child of n.children) {
      if (isNode(child)) visit(child);
      else tokens.push(child);
    }
  };
  visit(node);
  return tokens;
}

export function childNodes(node: Node): Node[] {
  const nodes: Node[] = [];
  for (const child of node.children) if (child.children !== undefined) nodes.push(child);
  return nodes;
}

/** The child node at a place among the child nodes. */
export function nodeAt(node: Node, place: number): Node | undefined {
  let left = place;
  for (const child of node.children) if (child.children !== undefined && left-- === 0) return child;
  return undefined;
}

export function childOf(node: Node, kind: NodeKind): Node | undefined {
  for (const child of node.children) if (child.children !== undefined && child.kind === kind) return child;
  return undefined;
}

/** The tokens that are direct children, without trivia. */
export const childTokens = (node: Node): Token[] =>
  node.children.filter((c): c is Token => !isNode(c) && !isTrivia(c.kind));

/** The first direct child that is a token and not trivia. */
export function firstToken(node: Node): Token | undefined {
  for (const child of node.children) if (child.children === undefined && !isTrivia(child.kind)) return child;
  return undefined;
}

export function tokenOf(node: Node, kind: Token['kind']): Token | undefined {
  for (const child of node.children) if (child.children === undefined && child.kind === kind) return child;
  return undefined;
}

/**
 * The tree as text: a line for each node, and one for the tokens that stand next to each other in it; a node
 * of tokens alone takes one line. What `explain --stage tree` shows.
 */
export function printTree(node: Node, indent = ''): string {
  const lines = [`${indent}${node.kind}`];
  let tokens: string[] = [];
  const flush = (): void => {
    if (tokens.length > 0) lines.push(`${indent}  ${tokens.join(' ')}`);
    tokens = [];
  };
  for (const child of node.children) {
    if (isNode(child)) {
      flush();
      lines.push(printTree(child, `${indent}  `));
    } else if (!isTrivia(child.kind) && child.kind !== 'end') tokens.push(child.text);
  }
  if (lines.length === 1) return [...lines, ...tokens].join(' ');
  flush();
  return lines.join('\n');
}

/** The tokens as text, one per line: what `explain --stage tokens` shows. */
export const printTokens = (tokens: readonly Token[]): string =>
  tokens.map((t) => `${t.start}..${t.end} ${t.kind} ${JSON.stringify(t.text)}`).join('\n');
