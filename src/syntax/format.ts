/**
 * The formatter: one style for all programs. It keeps comments and single empty lines, never touches the text
 * of a number or a string, adds or takes away nothing but space and the comma after a list's last item, and
 * formats its own output to itself. A list in braces that begins on a new line stays open.
 */
import type { Problem } from '../text/problem.ts';
import type { Result } from '../text/result.ts';
import { fail, must, ok } from '../text/result.ts';
import type { Source } from '../text/span.ts';
import type { Doc, LaidOut } from './doc.ts';
import { blankLine, concat, forced, fresh, group, hard, ifBroken, indent, layout, line, soft, suffix } from './doc.ts';
import type { Around, Comment } from './format-comments.ts';
import { comments } from './format-comments.ts';
import { OPERATORS } from './operators.ts';
import { parseTree } from './parser.ts';
import type { Token } from './token.ts';
import { isTrivia } from './token.ts';
import type { Element, Node, NodeKind, Tree } from './tree.ts';
import { childNodes, firstToken, isNode, nodeAt, tokensOf } from './tree.ts';

const WIDTH = 100;

/** The formatted text; a text that cannot be read as a program is refused with its problems. */
export function format(source: Source): Result<string> {
  const { tree, problems } = parseTree(source);
  const isError = (p: Problem): boolean => p.severity === 'error';
  if (problems.some(isError)) return fail(problems.filter(isError));
  return ok(formatTree(tree), problems);
}

/** The formatted text of a tree without error nodes. */
export function formatTree(tree: Tree): string {
  let { text, moved } = layOut(tree);
  // A comment in an unusual place may move, to where the next layout leaves it.
  for (let round = 0; moved && round < MOST_ROUNDS; round++) {
    const again = layOut(parseTree({ name: tree.source.name, text }).tree);
    moved = again.text !== text;
    text = again.text;
  }
  return text;
}

const MOST_ROUNDS = 4;

function layOut(tree: Tree): LaidOut {
  const doc = new Formatter(tokensOf(tree.root)).module(tree.root);
  const laid = layout(doc, WIDTH);
  const lines = `${laid.text.trim()}\n`;
  const text = lines === '\n' ? '' : lines;
  return { text: /\r\n/.test(tree.source.text) ? text.replace(/\n/g, '\r\n') : text, moved: laid.moved };
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

const NO_SPACE_BEFORE: ReadonlySet<string> = new Set([
  ',',
  ';',
  ':',
  '.',
  ')',
  ']',
  '>',
  'args',
  'typeArgs',
  'generics',
  'fnParams',
]);
const NO_SPACE_AFTER: ReadonlySet<string> = new Set(['(', '[', '<', '.', '...', '!']);

/** Kinds whose braces hold lines, not a list. */
const WITH_LINES: ReadonlySet<NodeKind> = new Set<NodeKind>(['block', 'testDecl', 'proveDecl']);

const TUPLES: ReadonlySet<NodeKind> = new Set<NodeKind>(['tuple', 'tupleType', 'tuplePattern']);

/** An only argument of these kinds begins on the line of the bracket it stands in. */
const HUGGED: ReadonlySet<NodeKind> = new Set<NodeKind>(['record', 'block', 'array', 'lambda', 'match']);

class Formatter {
  private readonly around: ReadonlyMap<Token, Around>;

  constructor(tokens: readonly Token[]) {
    this.around = comments(tokens);
  }

  module(root: Node): Doc {
    const end = root.children[root.children.length - 1];
    const tail = end !== undefined && !isNode(end) ? this.comments(this.of(end).leading, true) : '';
    return concat(this.lines(childNodes(root)), tail);
  }

  // --- tokens and what stands around them ----------------------------------------------------------------

  private of(token: Token): Around {
    return this.around.get(token) ?? { leading: [], blank: false, newLine: false };
  }

  private token(token: Token): Doc {
    const above = this.above(token);
    return above === '' ? this.closer(token) : concat(above, this.closer(token));
  }

  /** The comments on lines above a token. A bracket has them outside of the group that it opens: they do not break it. */
  private above(token: Token): Doc {
    const { leading, blank } = this.of(token);
    if (leading.length === 0) return '';
    const lines = leading.map((c, i) => concat(i > 0 && c.blank ? hard : '', c.text, hard));
    return concat(fresh, ...lines, blank ? hard : '');
  }

  /** A token whose leading comments are printed elsewhere: one that closes has them with what is inside. */
  private closer(token: Token): Doc {
    const { trailing } = this.of(token);
    return trailing === undefined ? token.text : concat(token.text, suffix(trailing));
  }

  /** Comments on lines of their own, after other lines. */
  private comments(list: readonly Comment[], after: boolean): Doc {
    return concat(...list.map((c, i) => concat(c.blank && (after || i > 0) ? hard : '', hard, c.text)));
  }

  private firstToken(e: Element): Token {
    let at = e;
    while (isNode(at)) at = must(at.children.find((c) => isNode(c) || !isTrivia(c.kind)));
    return at;
  }

  /** Whether an empty line stands above. */
  private gap(e: Element): boolean {
    const { leading, blank } = this.of(this.firstToken(e));
    return leading[0]?.blank ?? blank;
  }

  // --- lines and lists -----------------------------------------------------------------------------------

  /** Nodes on lines of their own, empty lines between them kept. */
  private lines(nodes: readonly Node[]): Doc {
    return concat(...nodes.map((n, i) => concat(i === 0 ? '' : this.gap(n) ? concat(hard, hard) : hard, this.node(n))));
  }

  /** Braces with lines in them, without a group: they break with what they belong to. */
  private linesInBraces(open: Token, inner: readonly Element[], close: Token, one: boolean): Doc {
    const nodes = inner.filter(isNode);
    const [first] = nodes;
    const below = this.comments(this.of(close).leading, nodes.length > 0);
    if (first === undefined)
      return concat(this.token(open), indent(below), below === '' ? '' : soft, this.closer(close));
    const force = !one || nodes.length > 1 || this.of(this.firstToken(first)).newLine ? forced : '';
    return concat(this.token(open), indent(concat(line, this.lines(nodes), below)), line, this.closer(close), force);
  }

  /** A list between brackets: on one line, or one item per line with a comma after each. */
  private list(open: Token, inner: readonly Element[], close: Token): Doc {
    const items = inner.filter(isNode);
    const [first] = items;
    const below = this.comments(this.of(close).leading, items.length > 0);
    if (first === undefined)
      return group(concat(this.token(open), indent(below), below === '' ? '' : soft, this.closer(close)));
    if (this.hugs(open, inner, close)) return this.hugged(open, first, close);
    const pad = open.kind === '{' ? line : soft;
    const force = open.kind === '{' && this.of(this.firstToken(first)).newLine ? forced : '';
    const body = concat(...this.items(inner, items.every(isNumber) && !this.commented(inner)), below);
    const all = group(concat(this.closer(open), indent(concat(pad, body)), pad, this.closer(close), force));
    return concat(this.above(open), all);
  }

  private hugs(open: Token, inner: readonly Element[], close: Token): boolean {
    const [only, ...others] = inner.filter(isNode);
    if (only === undefined || others.length > 0 || open.kind === '{') return false;
    if (this.of(open).trailing !== undefined || this.of(close).leading.length > 0) return false;
    if (this.of(this.firstToken(only)).leading.length > 0 || inner.some((e) => e.kind === ',')) return false;
    const value = only.kind === 'arg' ? must(childNodes(only)[0]) : only;
    return value.kind === 'comprehension' || opensLate(value);
  }

  private hugged(open: Token, only: Node, close: Token): Doc {
    const value = only.kind === 'arg' ? must(nodeAt(only, 0)) : only;
    if (value.kind !== 'comprehension') return concat(this.token(open), this.node(only), this.closer(close));
    return group(concat(this.token(open), this.comprehensionParts(value), soft, this.closer(close)));
  }

  /** Whether comments stand among the items: each then keeps a line for its own. */
  private commented(inner: readonly Element[]): boolean {
    return inner.some((e) => {
      const { leading, trailing } = this.of(isNode(e) ? this.firstToken(e) : e);
      return leading.length > 0 || trailing !== undefined;
    });
  }

  /** The items with commas and places to break between them; short numbers share lines. */
  private items(inner: readonly Element[], fill: boolean): Doc[] {
    const docs: Doc[] = [];
    let comma: Token | undefined;
    for (const e of inner) {
      if (!isNode(e)) {
        if (e.kind === ',') comma = e;
        continue;
      }
      if (docs.length > 0) docs.push(comma === undefined ? ',' : this.token(comma), this.between(e, fill));
      docs.push(this.node(e));
      comma = undefined;
    }
    docs.push(ifBroken(','));
    if (comma !== undefined && this.of(comma).trailing !== undefined) docs.push(suffix(this.of(comma).trailing ?? ''));
    return docs;
  }

  private between(next: Element, fill: boolean): Doc {
    if (this.gap(next)) return blankLine;
    return fill ? group(line) : line;
  }

  // --- nodes ---------------------------------------------------------------------------------------------

  private node(n: Node): Doc {
    switch (n.kind) {
      case 'binary':
        return this.chain(n);
      case 'if':
        return group(this.ifParts(n));
      case 'block':
        return group(this.inOrder(n));
      case 'fold':
      case 'iterate':
      case 'fnDecl':
        return group(this.inOrder(n));
      case 'comprehension':
        return group(this.comprehensionParts(n));
      case 'paren': {
        const [open, inner, close] = n.children.filter((c) => isNode(c) || !isTrivia(c.kind));
        if (open === undefined || inner === undefined || close === undefined) return this.inOrder(n);
        return this.parens(open, inner, close);
      }
      default:
        return this.inOrder(n);
    }
  }

  private element(e: Element): Doc {
    return isNode(e) ? this.node(e) : this.token(e);
  }

  private parens(open: Element, inner: Element, close: Element): Doc {
    if (isNode(close) || isNode(open)) return concat(this.element(open), this.element(inner), this.element(close));
    const below = this.comments(this.of(close).leading, true);
    const all = group(
      concat(this.closer(open), indent(concat(soft, this.element(inner), below)), soft, this.closer(close)),
    );
    return concat(this.above(open), all);
  }

  /** The children with the usual spaces between them; brackets with what is in them as a list or as lines. */
  private inOrder(n: Node): Doc {
    const children = n.children.filter((c) => isNode(c) || !isTrivia(c.kind));
    const docs: Doc[] = [];
    let before: Element | undefined;
    for (let i = 0; i < children.length; i++) {
      const e = must(children[i]);
      if (before !== undefined && spaced(n, before, e)) docs.push(' ');
      const close = isNode(e) ? -1 : closerOf(children, i);
      if (close > i && !isNode(e)) {
        docs.push(this.bracket(n, e, children.slice(i + 1, close), must(children[close])));
        i = close;
      } else docs.push(this.part(n, e));
      before = must(children[i]);
    }
    return concat(...docs);
  }

  private bracket(n: Node, open: Token, inner: readonly Element[], close: Element): Doc {
    if (isNode(close)) return concat(this.token(open), ...inner.map((e) => this.element(e)), this.node(close));
    if (open.kind === '{' && WITH_LINES.has(n.kind)) return this.linesInBraces(open, inner, close, n.kind === 'block');
    // `(a,)` is a tuple of one: its comma is not for looks.
    const [only, ...others] = inner.filter(isNode);
    const single = only !== undefined && others.length === 0 && TUPLES.has(n.kind) && inner.some((e) => e.kind === ',');
    if (single)
      return concat(
        this.token(open),
        ...inner.filter((e) => !isNode(e) || e === only).map((e) => this.element(e)),
        this.token(close),
      );
    if (n.kind === 'arrayType' && inner.some(isNode)) return this.sizes(open, inner, close);
    return this.list(open, inner, close);
  }

  /** The sizes of an array type stay on its line, unless comments stand between them. */
  private sizes(open: Token, inner: readonly Element[], close: Token): Doc {
    const within = inner.flatMap((e) => (isNode(e) ? tokensOf(e) : [e])).map((t) => this.of(t));
    const commented = within.some((a) => a.leading.length > 0 || a.trailing !== undefined);
    if (commented || this.of(open).trailing !== undefined || this.of(close).leading.length > 0) {
      return this.list(open, inner, close);
    }
    const docs = inner.filter(isNode).map((size, i) => concat(i > 0 ? ', ' : '', this.node(size)));
    return concat(this.token(open), ...docs, this.token(close));
  }

  /** Blocks break together with the form they belong to. */
  private part(n: Node, e: Element): Doc {
    const own = n.kind === 'fold' || n.kind === 'iterate' || n.kind === 'fnDecl';
    return isNode(e) && own && e.kind === 'block' ? this.inOrder(e) : this.element(e);
  }

  private ifParts(n: Node): Doc {
    const docs: Doc[] = [];
    for (const e of n.children) {
      if (!isNode(e) && isTrivia(e.kind)) continue;
      if (docs.length > 0) docs.push(' ');
      if (isNode(e) && e.kind === 'block') docs.push(this.inOrder(e));
      else if (isNode(e) && e.kind === 'if' && docs.length > 2) docs.push(this.ifParts(e));
      else docs.push(this.element(e));
    }
    return concat(...docs);
  }

  private comprehensionParts(n: Node): Doc {
    const nodes = childNodes(n);
    const body = must(nodes[nodes.length - 1]);
    const head = this.inOrder({ ...n, children: n.children.filter((c) => c !== body) });
    return concat(head, indent(concat(line, this.node(body))));
  }

  /** `a + b - c`: operators of one strength in a row break together, before each operator. */
  private chain(n: Node): Doc {
    const { first, rest } = links(n);
    if (opensLate(n))
      return concat(this.node(first), ...rest.flatMap((l) => [' ', this.token(l.sign), ' ', this.node(l.operand)]));
    const docs = rest.map(({ sign, operand }) => concat(line, this.token(sign), ' ', this.node(operand)));
    return group(concat(this.node(first), indent(concat(...docs))));
  }
}

interface Link {
  readonly sign: Token;
  readonly operand: Node;
}

/** The operands of a chain of operators of the same strength. */
function links(n: Node): { readonly first: Node; readonly rest: readonly Link[] } {
  const power = OPERATORS.get(signOf(n).kind)?.power;
  const rest: Link[] = [];
  let at = n;
  for (;;) {
    const [left, right] = childNodes(at);
    rest.unshift({ sign: signOf(at), operand: must(right) });
    const same = left?.kind === 'binary' && OPERATORS.get(signOf(left).kind)?.power === power;
    if (!same) return { first: must(left), rest };
    at = must(left);
  }
}

/** Whether the end of a node's first line is an opening bracket: what stands around it needs no break of its own. */
function opensLate(n: Node): boolean {
  if (n.kind !== 'binary') return HUGGED.has(n.kind);
  const { first, rest } = links(n);
  const last = rest[0]?.operand;
  return rest.length === 1 && last !== undefined && HUGGED.has(last.kind) && !HUGGED.has(first.kind);
}

const signOf = (n: Node): Token => must(firstToken(n));

const isNumber = (n: Node): boolean =>
  n.kind === 'number' || n.kind === 'hole' || (n.kind === 'unary' && childNodes(n)[0]?.kind === 'number');

function closerOf(children: readonly Element[], open: number): number {
  const close = CLOSERS.get(must(children[open]).kind);
  return close === undefined ? -1 : children.findIndex((c, i) => i > open && c.kind === close && !isNode(c));
}

function spaced(n: Node, before: Element, after: Element): boolean {
  if (NO_SPACE_BEFORE.has(after.kind) || (!isNode(before) && NO_SPACE_AFTER.has(before.kind))) return false;
  if (after.kind === '[' || after.kind === '<') return n.kind === 'interval';
  return n.kind !== 'unary' && n.kind !== 'range' && n.kind !== 'field' && n.kind !== 'spread';
}
