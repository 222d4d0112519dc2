/**
 * From the lossless tree to the abstract syntax: types, sizes and patterns, and the values of literals.
 */
import type { Source, Span } from '../text/span.ts';
import { span } from '../text/span.ts';
import type { CasePattern, Name, Pattern, SizeExpr, TypeArg, TypeExpr } from './ast.ts';
import { numberText } from './token.ts';
import type { Node, NodeKind } from './tree.ts';
import { childNodes, firstToken, tokenOf } from './tree.ts';

const TYPES: ReadonlySet<NodeKind> = new Set<NodeKind>(['namedType', 'arrayType', 'tupleType', 'fnType']);
const PATTERNS: ReadonlySet<NodeKind> = new Set<NodeKind>(['namePattern', 'wildcardPattern', 'tuplePattern']);

export class TypeView {
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  private at(e: { readonly start: number; readonly end: number }): Span {
    return span(this.source, e.start, e.end);
  }

  /** The first name token of a node; empty where the text has none. */
  name(n: Node): Name {
    const token = tokenOf(n, 'name');
    return token === undefined
      ? { text: '', at: span(this.source, n.end, n.end) }
      : { text: token.text, at: this.at(token) };
  }

  // --- types ---------------------------------------------------------------------------------------------

  /** The first type among the children. */
  typeIn(n: Node): TypeExpr | undefined {
    for (const c of n.children) if (c.children !== undefined && TYPES.has(c.kind)) return this.type(c);
    return undefined;
  }

  type(n: Node | undefined, parent?: Node): TypeExpr {
    if (n === undefined) return { kind: 'error', at: this.at({ start: parent?.end ?? 0, end: parent?.end ?? 0 }) };
    const at = this.at(n);
    switch (n.kind) {
      case 'namedType':
        return { kind: 'named', at, name: this.name(n), args: this.typeArgs(n) };
      case 'arrayType': {
        const [of, ...rest] = childNodes(n);
        const sizes = rest.filter(isSize).map((s) => this.size(s));
        return sizes.length === 0 ? { kind: 'error', at } : { kind: 'array', at, of: this.type(of, n), sizes };
      }
      case 'tupleType': {
        const items = childNodes(n);
        const [only] = items;
        // `(A)` is `A` in brackets.
        if (only !== undefined && items.length === 1 && tokenOf(n, ',') === undefined) return this.type(only);
        return { kind: 'tuple', at, items: items.map((i) => this.type(i)) };
      }
      case 'fnType': {
        const items = childNodes(n);
        const params = items.slice(0, -1).map((i) => this.type(i));
        return { kind: 'fn', at, params, result: this.type(items[items.length - 1], n) };
      }
      default:
        return { kind: 'error', at };
    }
  }

  /** The arguments in the `<...>` of a type or of a record. */
  typeArgs(n: Node): TypeArg[] {
    const args = childNodes(n).find((c) => c.kind === 'typeArgs');
    return (args === undefined ? [] : childNodes(args)).filter((a) => a.kind === 'typeArg').map((a) => this.typeArg(a));
  }

  private typeArg(n: Node): TypeArg {
    const at = this.at(n);
    const [child] = childNodes(n);
    if (child !== undefined && isSize(child)) return { at, size: this.size(child) };
    const type = this.type(child, n);
    const loneName = type.kind === 'named' && type.args.length === 0;
    return loneName ? { at, type, size: { kind: 'name', at, name: type.name } } : { at, type };
  }

  private size(n: Node | undefined): SizeExpr {
    const at = this.at(n ?? { start: 0, end: 0 });
    switch (n?.kind) {
      case 'sizeNumber': {
        const value = Number(numberText(firstToken(n)?.text ?? ''));
        return Number.isSafeInteger(value) ? { kind: 'number', at, value } : { kind: 'error', at };
      }
      case 'sizeName':
        return { kind: 'name', at, name: this.name(n) };
      case 'sizeParen':
        return this.size(childNodes(n)[0] ?? undefined);
      case 'sizeBinary': {
        const [left, right] = childNodes(n);
        const op = tokenOf(n, '*') ? '*' : tokenOf(n, '-') ? '-' : '+';
        return { kind: 'binary', at, op, left: this.size(left), right: this.size(right) };
      }
      default:
        return { kind: 'error', at };
    }
  }

  // --- patterns ------------------------------------------------------------------------------------------

  /** The first pattern among the children. */
  patternIn(n: Node): Pattern {
    const found = childNodes(n).find((c) => PATTERNS.has(c.kind));
    return found === undefined ? { kind: 'wildcard', at: span(this.source, n.start, n.start) } : this.pattern(found);
  }

  private pattern(n: Node): Pattern {
    const at = this.at(n);
    if (n.kind === 'namePattern') return { kind: 'name', at, name: this.name(n) };
    if (n.kind !== 'tuplePattern') return { kind: 'wildcard', at };
    const items = childNodes(n).filter((c) => PATTERNS.has(c.kind));
    return { kind: 'tuple', at, items: items.map((c) => this.pattern(c)) };
  }

  casePattern(n: Node | undefined): CasePattern {
    const at = this.at(n ?? { start: 0, end: 0 });
    switch (n?.kind) {
      case 'casePattern':
        return { kind: 'case', at, name: this.name(n) };
      case 'boolPattern':
        return { kind: 'bool', at, value: tokenOf(n, 'true') !== undefined };
      case 'numberPattern':
        return { kind: 'number', at, value: Number(numberText(firstToken(n)?.text ?? '')) };
      case 'tuplePattern':
        return { kind: 'tuple', at, items: childNodes(n).map((c) => this.casePattern(c)) };
      case 'orPattern':
        return { kind: 'or', at, items: childNodes(n).map((c) => this.casePattern(c)) };
      default:
        return { kind: 'wildcard', at };
    }
  }
}

const isSize = (n: Node): boolean =>
  n.kind === 'sizeNumber' || n.kind === 'sizeName' || n.kind === 'sizeBinary' || n.kind === 'sizeParen';

/** The value of a string literal with its quotes. */
export function stringValue(text: string): string {
  const closed = text.length > 1 && text.endsWith(text.charAt(0));
  const inner = text.slice(1, closed ? -1 : undefined);
  return inner.replace(/\\(u\{([0-9a-fA-F]+)\}|.)/g, (all, c: string, code: string | undefined) => {
    if (code !== undefined)
      return Number.parseInt(code, 16) <= 0x10ffff ? String.fromCodePoint(Number.parseInt(code, 16)) : all;
    return { n: '\n', t: '\t', r: '\r' }[c] ?? c;
  });
}
