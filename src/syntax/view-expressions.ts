/**
 * From the lossless tree to the abstract syntax: expressions. Brackets disappear; words and signs of other
 * languages stand for what was meant by them (the parser has reported them).
 */
import type { Source, Span } from '../text/span.ts';
import { span } from '../text/span.ts';
import type { Arg, Arm, BinaryOp, Binder, Expr, FieldInit, LambdaParam, Let, Name } from './ast.ts';
import { WORD_SIGNS } from './foreign.ts';
import type { Token } from './token.ts';
import { numberText } from './token.ts';
import type { Node } from './tree.ts';
import { childNodes, childOf, childTokens, firstToken, nodeAt, tokenOf } from './tree.ts';
import { stringValue, TypeView } from './view-types.ts';

export class ExprView {
  readonly types: TypeView;
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
    this.types = new TypeView(source);
  }

  private at(e: { readonly start: number; readonly end: number }): Span {
    return span(this.source, e.start, e.end);
  }

  private missing(parent: Node): Expr {
    return { kind: 'error', at: span(this.source, parent.end, parent.end) };
  }

  private word(token: Token | undefined, parent: Node): Name {
    return token === undefined
      ? { text: '', at: span(this.source, parent.end, parent.end) }
      : { text: token.text, at: this.at(token) };
  }

  /** The first child as an expression. */
  first(n: Node): Expr {
    return this.expr(nodeAt(n, 0), n);
  }

  second(n: Node): Expr {
    return this.expr(nodeAt(n, 1), n);
  }

  /** The last child that fits, as an expression. */
  last(n: Node, fits: (n: Node) => boolean): Expr {
    let found: Node | undefined;
    for (const child of n.children) if (child.children !== undefined && fits(child)) found = child;
    return this.expr(found, n);
  }

  expr(n: Node | undefined, parent?: Node): Expr {
    if (n === undefined)
      return parent === undefined ? { kind: 'error', at: span(this.source, 0, 0) } : this.missing(parent);
    const at = this.at(n);
    switch (n.kind) {
      case 'number': {
        const text = numberText(firstToken(n)?.text ?? '0');
        return { kind: 'number', at, text, isInt: /^\d+$/.test(text) };
      }
      case 'hole':
        return {
          kind: 'hole',
          at,
          text: numberText(firstToken(n)?.text.slice(1) ?? '0'),
          numberAt: span(this.source, n.start + 1, n.end),
        };
      case 'bool':
        return { kind: 'bool', at, value: tokenOf(n, 'true') !== undefined };
      case 'string':
        return { kind: 'string', at, value: stringValue(firstToken(n)?.text ?? '') };
      case 'name':
        return { kind: 'name', at, name: this.types.name(n) };
      case 'unary':
        return { kind: 'unary', at, op: tokenOf(n, '-') ? '-' : '!', value: this.first(n) };
      case 'binary':
        return this.binary(n);
      case 'range':
        return { kind: 'range', at, from: this.first(n), to: this.second(n) };
      case 'call':
        return { kind: 'call', at, fn: this.first(n), args: this.args(n) };
      case 'field': {
        const tokens = childTokens(n);
        return { kind: 'field', at, of: this.first(n), field: this.word(tokens[1], n) };
      }
      case 'index': {
        const [of, ...indices] = childNodes(n);
        return { kind: 'index', at, of: this.expr(of, n), indices: indices.map((i) => this.expr(i)) };
      }
      case 'paren':
        return this.first(n);
      case 'tuple':
        return { kind: 'tuple', at, items: childNodes(n).map((c) => this.expr(c)) };
      case 'array':
        return this.array(n);
      case 'comprehension':
        return this.comprehension(n, at, true);
      default:
        return this.form(n, at);
    }
  }

  private form(n: Node, at: Span): Expr {
    switch (n.kind) {
      case 'record':
        return this.record(n);
      case 'block':
        return this.block(n);
      case 'lambda':
        return {
          kind: 'lambda',
          at,
          params: this.lambdaParams(n),
          body: this.last(n, (c) => c.kind !== 'lambdaParam'),
        };
      case 'if': {
        const [cond, then, otherwise] = childNodes(n).filter((c) => c.kind !== 'error' || c.children.length === 0);
        // biome-ignore lint/suspicious/noThenProperty: the word of the language
        return { kind: 'if', at, cond: this.expr(cond, n), then: this.expr(then, n), else: this.expr(otherwise, n) };
      }
      case 'match': {
        const arms = childNodes(n).filter((c) => c.kind === 'arm');
        return { kind: 'match', at, of: this.first(n), arms: arms.map((c) => this.arm(c)) };
      }
      case 'fold':
        return this.fold(n);
      case 'iterate': {
        const [, init, cond, max, next] = childNodes(n);
        const [i, c, m] = [this.expr(init, n), this.expr(cond, n), this.expr(max, n)];
        return {
          kind: 'iterate',
          at,
          state: this.types.patternIn(n),
          init: i,
          cond: c,
          max: m,
          next: this.expr(next, n),
        };
      }
      case 'choose':
        return this.choose(n);
      default:
        return { kind: 'error', at };
    }
  }

  private binary(n: Node): Expr {
    const sign = firstToken(n);
    const op = sign === undefined ? '==' : sign.kind === 'name' ? (WORD_SIGNS.get(sign.text) ?? '&&') : sign.kind;
    return {
      kind: 'binary',
      at: this.at(n),
      op: (op === '=' ? '==' : op) as BinaryOp,
      opAt: this.at(sign ?? n),
      left: this.first(n),
      right: this.second(n),
    };
  }

  // --- calls and collections -----------------------------------------------------------------------------

  private args(n: Node): Arg[] {
    const args = childOf(n, 'args');
    return (args === undefined ? [] : childNodes(args))
      .filter((a) => a.kind === 'arg')
      .map((a) => {
        const name = tokenOf(a, '=') && tokenOf(a, 'name');
        return { at: this.at(a), ...(name && { name: this.word(name, a) }), value: this.first(a) };
      });
  }

  private array(n: Node): Expr {
    const items = childNodes(n);
    const [only] = items;
    if (items.length === 1 && only?.kind === 'comprehension') return this.comprehension(only, this.at(n), false);
    return { kind: 'array', at: this.at(n), items: items.map((c) => this.expr(c)) };
  }

  private comprehension(n: Node, at: Span, inCall: boolean): Expr {
    return {
      kind: 'comprehension',
      at,
      binders: this.binders(n),
      body: this.last(n, (c) => c.kind !== 'binder'),
      inCall,
    };
  }

  private binders(n: Node): Binder[] {
    const binders = childNodes(n).filter((c) => c.kind === 'binder');
    return binders.map((b) => ({ at: this.at(b), pattern: this.types.patternIn(b), source: this.second(b) }));
  }

  // --- forms ---------------------------------------------------------------------------------------------

  private record(n: Node): Expr {
    const name = tokenOf(n, 'name');
    const spread = childOf(n, 'spread');
    const fields = childNodes(n).filter((c) => c.kind === 'fieldInit');
    return {
      kind: 'record',
      at: this.at(n),
      ...(name && { name: this.word(name, n) }),
      typeArgs: this.types.typeArgs(n),
      ...(spread && { spread: this.first(spread) }),
      fields: fields.map((c) => this.fieldInit(c)),
    };
  }

  /** A lone `x` stands for `x: x`. */
  fieldInit(n: Node): FieldInit {
    const name = this.word(firstToken(n), n);
    const [value] = childNodes(n);
    const short = value === undefined && tokenOf(n, ':') === undefined;
    return { at: this.at(n), name, value: short ? { kind: 'name', at: name.at, name } : this.expr(value, n) };
  }

  private block(n: Node): Expr {
    const nodes = childNodes(n);
    const lets = nodes.filter((c) => c.kind === 'let');
    return { kind: 'block', at: this.at(n), lets: lets.map((c) => this.let(c)), value: this.blockValue(nodes, n) };
  }

  /** The last thing that is no `let` and was not put aside as a mistake. */
  private blockValue(nodes: readonly Node[], n: Node): Expr {
    const values = nodes.filter((c) => c.kind !== 'let' && c.kind !== 'error');
    return this.expr(values[values.length - 1], n);
  }

  let(n: Node): Let {
    const type = this.types.typeIn(n);
    const value = this.last(n, (c) => !NOT_LET_VALUES.has(c.kind));
    return { at: this.at(n), pattern: this.types.patternIn(n), ...(type && { type }), value };
  }

  private lambdaParams(n: Node): LambdaParam[] {
    return childNodes(n)
      .filter((c) => c.kind === 'lambdaParam')
      .map((p) => {
        const type = this.types.typeIn(p);
        return { name: this.types.name(p), ...(type && { type }) };
      });
  }

  private arm(n: Node): Arm {
    return {
      at: this.at(n),
      pattern: this.types.casePattern(nodeAt(n, 0)),
      value: this.last(n, (c) => c !== nodeAt(n, 0)),
    };
  }

  private fold(n: Node): Expr {
    const rest = childNodes(n)
      .slice(1)
      .filter((c) => c.kind !== 'binder');
    return {
      kind: 'fold',
      at: this.at(n),
      all: tokenOf(n, 'scan') !== undefined,
      state: this.types.patternIn(n),
      init: this.expr(rest[0], n),
      binders: this.binders(n),
      next: this.expr(rest[1], n),
    };
  }

  private choose(n: Node): Expr {
    const chosen = tokenOf(n, 'number');
    return {
      kind: 'choose',
      at: this.at(n),
      pick: tokenOf(n, 'pick') !== undefined,
      wordAt: this.at(firstToken(n) ?? n),
      ...(chosen && { chosen: { value: Number(numberText(chosen.text)), at: this.at(chosen) } }),
      options: childNodes(n).map((c) => this.expr(c)),
    };
  }
}

const NOT_LET_VALUES: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'namePattern',
  'wildcardPattern',
  'tuplePattern',
  'namedType',
  'arrayType',
  'tupleType',
  'fnType',
]);
