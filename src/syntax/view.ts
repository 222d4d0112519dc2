/**
 * From the lossless tree to the abstract syntax: declarations. Whatever the parser had to leave out becomes an
 * `error` node of the abstract syntax, so that the checker can go on; nothing here reports or throws.
 */
import type { Source, Span } from '../text/span.ts';
import { span } from '../text/span.ts';
import type { Decl, FieldInit, FnParam, Generic, Module, Name, TableParam, TypeExpr } from './ast.ts';
import type { Token } from './token.ts';
import type { Node, Tree } from './tree.ts';
import { childNodes, childOf, childTokens, firstToken, isNode, tokenOf } from './tree.ts';
import { ExprView } from './view-expressions.ts';
import { stringValue } from './view-types.ts';

/** The module a tree stands for. */
export const viewModule = (tree: Tree): Module => new ModuleView(tree.source).module(tree.root);

const isExpr = (n: Node): boolean => !NOT_VALUES.has(n.kind);
const NOT_VALUES: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'interval',
  'fnParams',
  'result',
  'generics',
  'fieldInit',
  'let',
  'tableRow',
  'namedType',
  'arrayType',
  'tupleType',
  'fnType',
]);

class ModuleView {
  private readonly view: ExprView;
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
    this.view = new ExprView(source);
  }

  private at(e: { readonly start: number; readonly end: number }): Span {
    return span(this.source, e.start, e.end);
  }

  // --- the module and its documentation ------------------------------------------------------------------

  module(root: Node): Module {
    const decls: Decl[] = [];
    const heads: string[] = [];
    for (const { node, docs } of this.withDocs(root)) {
      const decl = this.decl(node);
      const first = decls.length === 0;
      const belongs = this.docOf(docs, node);
      if (first) heads.push(...this.docLines(docs.slice(0, docs.length - belongs.length)));
      if (first && (decl.kind === 'import' || decl.kind === 'use')) heads.push(...this.docLines(belongs));
      else if (belongs.length > 0) {
        decls.push({ ...decl, doc: this.docLines(belongs).join('\n') });
        continue;
      }
      decls.push(decl);
    }
    if (decls.length === 0) heads.push(...this.docLines(root.children.filter((c): c is Token => c.kind === 'doc')));
    return { at: this.at(root), decls, ...(heads.length > 0 && { doc: heads.join('\n') }) };
  }

  /** Child nodes, each with the doc comments since the node before it. */
  private withDocs(parent: Node): { readonly node: Node; readonly docs: readonly Token[] }[] {
    const out: { node: Node; docs: Token[] }[] = [];
    let docs: Token[] = [];
    for (const child of parent.children) {
      if (isNode(child)) {
        out.push({ node: child, docs });
        docs = [];
      } else if (child.kind === 'doc') docs.push(child);
    }
    return out;
  }

  /** Those of the doc comments that stand right above the node, with no blank line in between. */
  private docOf(docs: readonly Token[], node: Node): readonly Token[] {
    let below = node.start;
    let first = docs.length;
    for (; first > 0; first--) {
      const doc = docs[first - 1];
      if (doc === undefined || /\n[^\S\n]*\n/.test(this.source.text.slice(doc.end, below))) break;
      below = doc.start;
    }
    return docs.slice(first);
  }

  private docLines(docs: readonly Token[]): string[] {
    return docs.map((d) => d.text.slice(3).replace(/^ /, '').trimEnd());
  }

  // --- declarations --------------------------------------------------------------------------------------

  private decl(n: Node): Decl {
    const at = this.at(n);
    switch (n.kind) {
      case 'importDecl':
        return this.importDecl(n);
      case 'useDecl': {
        const [topic, choice] = childTokens(n).filter((t) => t.kind === 'name' || t.kind === 'number');
        return { kind: 'use', at, topic: this.name(topic, n), choice: this.name(choice, n) };
      }
      case 'enumDecl': {
        const cases = childNodes(n).filter((c) => c.kind === 'enumCase');
        return { kind: 'enum', at, name: this.nameIn(n), cases: cases.map((c) => this.nameIn(c)) };
      }
      case 'recordDecl':
        return { kind: 'record', at, name: this.nameIn(n), generics: this.generics(n), fields: this.recordFields(n) };
      case 'fnDecl': {
        const body = this.view.last(n, (c) => c.kind === 'block' || c.kind === 'record');
        return { kind: 'fn', at, name: this.nameIn(n), generics: this.generics(n), ...this.signature(n), body };
      }
      case 'letDecl': {
        const made = this.view.let(childOf(n, 'let') ?? n);
        const name = made.pattern.kind === 'name' ? made.pattern.name : { text: '', at: made.pattern.at };
        return { kind: 'let', at, name, ...(made.type && { type: made.type }), value: made.value };
      }
      case 'paramDecl':
        return this.paramDecl(n);
      case 'paramFnDecl': {
        const { params, result } = this.signature(n);
        return { kind: 'paramFn', at, name: this.nameIn(n), params, result, value: this.view.last(n, isExpr) };
      }
      case 'tableDecl':
        return this.tableDecl(n);
      case 'trainDecl':
        return { kind: 'train', at, target: this.nameIn(n), settings: this.settings(n) };
      case 'testDecl':
        return this.testDecl(n);
      case 'proveDecl':
        return this.proveDecl(n);
      default:
        return { kind: 'error', at };
    }
  }

  private importDecl(n: Node): Decl {
    const names = childNodes(n).filter((c) => c.kind === 'importName');
    const from = tokenOf(n, 'string');
    return {
      kind: 'import',
      at: this.at(n),
      names: names.map((item) => {
        const [name, as, alias] = childTokens(item).filter((t) => t.kind === 'name');
        return { name: this.name(name, item), ...(as && alias && { alias: this.name(alias, item) }) };
      }),
      from: from === undefined ? '' : stringValue(from.text),
      fromAt: this.at(from ?? { start: n.end, end: n.end }),
    };
  }

  private paramDecl(n: Node): Decl {
    const type = this.typeIn(n);
    const range = this.interval(n);
    return {
      kind: 'param',
      at: this.at(n),
      frozen: tokenOf(n, 'frozen') !== undefined,
      name: this.nameIn(n),
      ...(type && { type }),
      ...(range && { range }),
      value: this.view.last(n, isExpr),
    };
  }

  private tableDecl(n: Node): Decl {
    const params = childOf(n, 'fnParams');
    const rows = childNodes(n).filter((c) => c.kind === 'tableRow');
    const start = tokenOf(n, '=');
    const end = start ?? tokenOf(n, ';');
    return {
      kind: 'table',
      at: this.at(n),
      learned: tokenOf(n, 'param') !== undefined,
      frozen: tokenOf(n, 'frozen') !== undefined,
      name: this.nameIn(n),
      params: params === undefined ? [] : childNodes(params).map((p) => this.tableParam(p)),
      result: this.result(n),
      ...(tokenOf(n, '{') && {
        rows: rows.map((row) => ({
          at: this.at(row),
          pattern: this.view.types.casePattern(row.children.find(isNode)),
          value: this.view.second(row),
        })),
      }),
      ...(start && { value: this.view.last(n, isExpr) }),
      endAt: this.at({ start: end?.start ?? n.end, end: n.end }),
    };
  }

  private tableParam(p: Node): TableParam {
    if (p.kind !== 'fnParam') return { type: this.view.types.type(p) };
    return { name: this.nameIn(p), type: this.typeIn(p) ?? this.noType(p) };
  }

  private testDecl(n: Node): Decl {
    const title = tokenOf(n, 'string');
    return {
      kind: 'test',
      at: this.at(n),
      title: title === undefined ? '' : stringValue(title.text),
      lets: this.lets(n),
      asserts: childNodes(n)
        .filter((c) => c.kind === 'assert')
        .map((c) => ({ at: this.at(c), value: this.view.first(c) })),
    };
  }

  private proveDecl(n: Node): Decl {
    const title = tokenOf(n, 'string');
    const of = (kind: Node['kind']): Node[] => childNodes(n).filter((c) => c.kind === kind);
    const relation = this.relation(n);
    return {
      kind: 'prove',
      at: this.at(n),
      ...(title && { title: stringValue(title.text) }),
      foralls: of('forall').map((c) => {
        const range = this.interval(c);
        return {
          at: this.at(c),
          name: this.nameIn(c),
          type: this.typeIn(c) ?? this.noType(c),
          ...(range && { range }),
        };
      }),
      lets: this.lets(n),
      assumes: of('assume').map((c) => this.view.first(c)),
      asserts: of('assert').map((c) => this.view.first(c)),
      ...(relation && { relation }),
    };
  }

  private relation(n: Node): Extract<Decl, { kind: 'prove' }>['relation'] {
    const sign = tokenOf(n, '==') ?? tokenOf(n, '~=');
    if (sign === undefined) return undefined;
    const sides = childNodes(n);
    const within = tokenOf(n, 'name') === undefined ? undefined : sides[2];
    return {
      op: sign.kind === '==' ? '==' : '~=',
      left: this.view.expr(sides[0]),
      right: this.view.expr(sides[1]),
      ...(within && { within: this.view.expr(within) }),
    };
  }

  // --- parts ---------------------------------------------------------------------------------------------

  private name(token: Token | undefined, n: Node): Name {
    return token === undefined
      ? { text: '', at: span(this.source, n.end, n.end) }
      : { text: token.text, at: this.at(token) };
  }

  private nameIn(n: Node): Name {
    return this.name(tokenOf(n, 'name'), n);
  }

  private generics(n: Node): Generic[] {
    const of = childOf(n, 'generics');
    return (of === undefined ? [] : childNodes(of)).map((g) => {
      const name = this.nameIn(g);
      return { name, kind: /^[A-Z]/.test(name.text) ? 'type' : 'size' };
    });
  }

  private recordFields(n: Node): { readonly name: Name; readonly type: TypeExpr; readonly doc?: string }[] {
    return this.withDocs(n)
      .filter(({ node }) => node.kind === 'recordField')
      .map(({ node, docs }) => {
        const lines = this.docLines(this.docOf(docs, node));
        const name = this.name(firstToken(node), node);
        return {
          name,
          type: this.typeIn(node) ?? this.noType(node),
          ...(lines.length > 0 && { doc: lines.join('\n') }),
        };
      });
  }

  private signature(n: Node): { readonly params: readonly FnParam[]; readonly result: TypeExpr } {
    const params = childOf(n, 'fnParams');
    return {
      params: (params === undefined ? [] : childNodes(params))
        .filter((p) => p.kind === 'fnParam')
        .map((p) => this.fnParam(p)),
      result: this.result(n),
    };
  }

  private fnParam(p: Node): FnParam {
    const range = this.interval(p);
    const fallback = childOf(p, 'default');
    return {
      name: this.nameIn(p),
      type: this.typeIn(p) ?? this.noType(p),
      ...(range && { range }),
      ...(fallback && { default: this.view.first(fallback) }),
    };
  }

  private result(n: Node): TypeExpr {
    const result = childOf(n, 'result');
    return (result && this.typeIn(result)) ?? this.noType(n);
  }

  private interval(n: Node): FnParam['range'] {
    const interval = childOf(n, 'interval');
    if (interval === undefined) return undefined;
    const [low, high] = childNodes(interval);
    return [this.view.expr(low, interval), this.view.expr(high, interval)];
  }

  private typeIn(n: Node): TypeExpr | undefined {
    return this.view.types.typeIn(n);
  }

  private noType(n: Node): TypeExpr {
    return { kind: 'error', at: span(this.source, n.end, n.end) };
  }

  private settings(n: Node): FieldInit[] {
    return childNodes(n)
      .filter((c) => c.kind === 'fieldInit')
      .map((c) => this.view.fieldInit(c));
  }

  private lets(n: Node): ReturnType<ExprView['let']>[] {
    return childNodes(n)
      .filter((c) => c.kind === 'let')
      .map((c) => this.view.let(c));
  }
}
