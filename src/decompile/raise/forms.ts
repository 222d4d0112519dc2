/**
 * How each node of a graph is to be written: the plan of a scope, made before any text. A node is written by an expression of the
 * language where one lowers to that node and to nothing else, and otherwise as `op(...)`, which always does. `literal` holds the
 * nodes that must be written so because their expression was tried and came back as something else.
 */
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { connective, expression, selected } from './expressions.ts';
import { BOOL, canBe, isLogical, isOddNan, jointKind, type Kind, NUMBER, TRUTH } from './kinds.ts';
import { literalForm } from './literal.ts';
import { loopForm } from './loops.ts';
import { patternOf } from './patterns.ts';
import {
  type Form,
  isConstant,
  isUnfolded,
  kindIn,
  makerIn,
  type Planning,
  type Scope,
  shapeIn,
  type Use,
  useAs,
} from './scope.ts';
import type { Operand } from './template.ts';

/** The plan of a graph: forms and kinds forward, then what is used backward. */
export function planScope(graph: Graph, p: Planning): Scope {
  const makers = new Map(graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const s: Scope = {
    graph,
    depth: p.depth,
    literal: p.literal,
    width: p.width,
    params: p.params,
    makers,
    wanted: wantedIn(graph, makers, p.wanted),
    kinds: new Map(),
    homes: new Map(),
    forms: new Map(),
    uses: new Map(),
    plan: planScope,
    raised: new Set(),
  };
  for (const [i, v] of graph.inputs.entries()) {
    s.kinds.set(v, must(p.inputs.kinds[i]));
    s.homes.set(v, must(p.inputs.homes[i]));
  }
  const captured = capturedIn(graph);
  for (const node of graph.nodes) planNode(s, node, captured);
  countUses(s);
  return s;
}

/** Wants go from results to what these are made of: the sides of a choice, the pieces of a table. */
function wantedIn(graph: Graph, makers: ReadonlyMap<ValueId, Node>, wanted: readonly (Kind | undefined)[]) {
  const found = new Map<ValueId, Kind>();
  const want = (v: ValueId | undefined, kind: Kind): void => {
    const maker = v === undefined ? undefined : makers.get(v);
    if (v === undefined || !maker || found.has(v)) return;
    found.set(v, kind);
    if (maker.op === 'scan' || maker.op === 'iterate') {
      const place = maker.results.indexOf(v);
      if (place < maker.attrs.carries) want(maker.inputs[place], kind);
    }
    if (maker.op === 'broadcast' && kind.kind === 'bool') want(maker.inputs[0], kind);
    if (maker.op === 'select') for (const side of maker.inputs.slice(1)) want(side, kind);
    const isConnective = maker.op === 'min' || maker.op === 'max' || maker.op === 'neg';
    if (isConnective && isLogical(kind)) for (const side of maker.inputs) want(side, kind);
    const isTable = maker.op === 'einsum' && maker.attrs.order === 'pick';
    if (isTable && kind.kind === 'cases') want(maker.inputs[1], kind);
    if (kind.kind === 'cases' && maker.op === 'concat' && maker.attrs.axis === 0)
      for (const piece of maker.inputs) want(piece, kind);
    if (kind.kind === 'cases' && maker.op === 'reshape' && isUnfolded(graph, maker)) want(maker.inputs[0], kind);
  };
  for (const node of graph.nodes) for (const v of testsIn(node)) want(v, BOOL);
  for (const [i, o] of graph.outputs.entries()) {
    const kind = wanted[i];
    if (kind && kind.kind !== 'number') want(o.value, kind);
  }
  return found;
}

/** What is wanted as a bool: what a choice goes by, here or in a loop's body. */
function testsIn(node: Node): readonly ValueId[] {
  if (node.op === 'select') return node.inputs.slice(0, 1);
  if (node.op !== 'scan') return [];
  const { body } = node.attrs;
  const makers = new Map(body.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const origin = (v: ValueId): ValueId => {
    const maker = makers.get(v);
    return maker?.op === 'broadcast' ? origin(must(maker.inputs[0])) : v;
  };
  return body.nodes.flatMap((n) =>
    testsIn(n).flatMap((v) => node.inputs.filter((_, i) => body.inputs[i] === origin(v))),
  );
}

/** What loops of this graph take from it by name. */
function capturedIn(graph: Graph): ReadonlySet<ValueId> {
  return new Set(
    graph.nodes.flatMap((n) => {
      if (n.op === 'scan') return n.inputs.slice(n.attrs.carries + n.attrs.mapped);
      return n.op === 'iterate' ? n.inputs.slice(n.attrs.carries) : [];
    }),
  );
}

function planNode(s: Scope, node: Node, captured: ReadonlySet<ValueId>): void {
  if (node.op === 'input' || node.op === 'param') {
    s.forms.set(node, { kind: 'leaf' });
    if (node.op === 'param') s.kinds.set(must(node.results[0]), s.params.get(node.attrs.name) ?? NUMBER);
    if (node.op === 'param') s.homes.set(must(node.results[0]), 0);
    return;
  }
  const home = Math.max(0, ...node.inputs.map((v) => must(s.homes.get(v))));
  const first = must(node.results[0]);
  const isLoose = isConstant(s, first);
  const isPinned = isLoose ? captured.has(first) : s.depth > 0 && home < s.depth;
  const form = (isPinned || s.literal.has(node) ? undefined : naturalForm(s, node)) ?? literalForm(s, node);
  s.forms.set(node, form);
  const isLiteral = form.kind !== 'leaf' && form.isLiteral === true;
  for (const [i, v] of node.results.entries()) {
    s.homes.set(v, isLiteral ? s.depth : home);
    if (form.kind === 'expression') s.kinds.set(v, form.of);
    if (form.kind === 'loop') s.kinds.set(v, must(form.kinds[i]));
  }
}

function naturalForm(s: Scope, node: Node): Form | undefined {
  if (node.op === 'const') return constantForm(s, node);
  if (node.op === 'scan' || node.op === 'iterate') return loopForm(s, node, true);
  return patternOf(s, node) ?? logicalForm(s, node) ?? selectForm(s, node) ?? moveForm(s, node) ?? numberForm(s, node);
}

/** Longer constants inside of loops come in from outside when they are written as literals. */
const SMALL_CONSTANT = 16;

function constantForm(s: Scope, node: NodeOf<'const'>): Form | undefined {
  const { data, shape } = node.attrs;
  const wanted = shape.length === 0 ? undefined : s.wanted.get(must(node.results[0]));
  const of = wanted && canBe(wanted, data) ? wanted : NUMBER;
  const isAllNan = data.length > 1 && data.every((x) => Number.isNaN(x));
  const isInside = s.depth > 0 && data.length > SMALL_CONSTANT;
  if (data.some(isOddNan) || isAllNan || isInside || sizeOf(shape) === 0) return undefined;
  // What is written out is made by the writer, which knows where constants stand.
  return { kind: 'expression', of, uses: [], make: () => ({ text: '', binds: 0 }) };
}

/** Minimum, maximum and sign of truths and bools. */
function logicalForm(s: Scope, node: Node): Form | undefined {
  if (node.op !== 'min' && node.op !== 'max' && node.op !== 'neg') return undefined;
  const kinds = node.inputs.map((v) => kindIn(s, v)).filter(isLogical);
  if (kinds.length === 0) return undefined;
  const of = kinds.every((k) => k.kind === 'bool') ? BOOL : TRUTH;
  const uses = node.inputs.map((v) => useAs(s, v, of));
  return uses.every((u) => u !== undefined)
    ? { kind: 'expression', of, uses, make: (x) => connective(node, x) }
    : undefined;
}

function selectForm(s: Scope, node: Node): Form | undefined {
  const [test, yes, no] = node.inputs;
  if (node.op !== 'select' || test === undefined || yes === undefined || no === undefined) return undefined;
  const shape = shapeIn(s, must(node.results[0]));
  const { of, sides } = sidesOf(s, node, [yes, no]);
  const spread = spreadTest(s, test);
  const front = of.kind === 'cases' ? shape.slice(0, -1) : shape;
  // One bool for all of it chooses whole values.
  if (spread && spread.axes.length === 0)
    return choiceForm(of, [{ value: spread.source, asIs: true }, ...wholeSides(sides, [yes, no])], []);
  if (of.kind === 'cases') {
    const isAlong = spread?.axes.join() === front.map((_, i) => i).join();
    return spread && isAlong ? choiceForm(of, [{ value: spread.source, asIs: true }, ...sides], front) : undefined;
  }
  return kindIn(s, test).kind === 'bool' ? choiceForm(of, [{ value: test, asIs: true }, ...sides], front) : undefined;
}

const choiceForm = (of: Kind, uses: readonly Use[], front: Shape): Form => ({
  kind: 'expression',
  of,
  uses,
  make: (x) => selected(x, front),
});

/** Sides as values of the whole shape: a number that was to be repeated is repeated. */
const wholeSides = (sides: readonly Use[], values: readonly ValueId[]): readonly Use[] =>
  sides.map((side, i) => (side.scalar ? { value: must(values[i]) } : side));

/** A bool repeated over other axes. */
function spreadTest(
  s: Scope,
  test: ValueId,
): { readonly source: ValueId; readonly axes: readonly number[] } | undefined {
  const node = makerIn(s, test);
  const form = s.forms.get(node);
  const [source] = node.inputs;
  const isFree = form?.kind === 'expression' && !form.isLiteral;
  if (node.op !== 'broadcast' || !isFree || source === undefined) return undefined;
  return kindIn(s, source).kind === 'bool' ? { source, axes: node.attrs.axes } : undefined;
}

/** The kind that both sides of a choice have or can be written as; else they are numbers. */
function sidesOf(
  s: Scope,
  node: Node,
  sides: readonly ValueId[],
): { readonly of: Kind; readonly sides: readonly Use[] } {
  const wanted = s.wanted.get(must(node.results[0]));
  for (const of of [...sides.map((v) => kindIn(s, v)), ...(wanted ? [wanted] : [])]) {
    const uses = of.kind === 'number' ? [] : sides.map((v) => useAs(s, v, of));
    if (uses.length > 0 && uses.every((u) => u !== undefined)) return { of, sides: uses };
  }
  return { of: NUMBER, sides: sides.map((v) => spreadUse(s, v)) };
}

const MOVES: ReadonlySet<string> = new Set(['slice', 'transpose', 'take', 'broadcast', 'concat']);

/** Moves of bools and truths are moves of these. */
function moveForm(s: Scope, node: Node): Form | undefined {
  const of = jointKind(node.inputs.map((v) => kindIn(s, v)));
  if (!MOVES.has(node.op) || !of || !isLogical(of)) return undefined;
  if (node.op === 'transpose' && node.attrs.perm.length > 2) return undefined;
  const shape = shapeIn(s, must(node.results[0]));
  const isFull = node.op === 'broadcast' && node.attrs.axes.length === 0;
  if (
    isFull ||
    !expression(
      node,
      dummies(
        s,
        node.inputs.map((value) => ({ value })),
      ),
      shape,
    )
  )
    return undefined;
  const uses = node.inputs.map((value) => ({ value, asIs: true }));
  return { kind: 'expression', of, uses, make: (x) => must(expression(node, x, shape)) };
}

const ELEMENTWISE: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'pow', 'min', 'max', 'lt', 'le', 'eq']);

function numberForm(s: Scope, node: Node): Form | undefined {
  const shape = shapeIn(s, must(node.results[0]));
  // The width of surrogates is that of the file.
  if ('width' in node.attrs && node.attrs.width !== s.width) return undefined;
  const uses = node.inputs.map((value): Use => (ELEMENTWISE.has(node.op) ? spreadUse(s, value) : { value }));
  const [head] = node.inputs;
  const plain = uses.every((u) => u.scalar) && head !== undefined ? [{ value: head }, ...uses.slice(1)] : uses;
  if (!expression(node, dummies(s, plain), shape)) return undefined;
  return { kind: 'expression', of: resultKind(node), uses: plain, make: (x) => must(expression(node, x, shape)) };
}

const resultKind = (node: Node): Kind => {
  if (node.op === 'lt' || node.op === 'le' || node.op === 'eq') return BOOL;
  return node.op === 'tanh' ? TRUTH : NUMBER;
};

/** A number spread over a shape is named by the number itself. */
function spreadUse(s: Scope, v: ValueId): Use {
  const node = makerIn(s, v);
  const form = s.forms.get(node);
  const [source] = node.inputs;
  const isFree = form?.kind === 'expression' && !form.isLiteral;
  const isScalar = node.op === 'broadcast' && source !== undefined && shapeIn(s, source).length === 0;
  return isFree && isScalar && kindIn(s, source).kind !== 'bool' ? { value: source, scalar: true } : { value: v };
}

/** Operands without text, to see whether an expression exists. */
const dummies = (s: Scope, uses: readonly Use[]): Operand[] =>
  uses.map((u) => ({
    shape: shapeIn(s, u.value),
    kind: NUMBER,
    at: () => 'x',
    name: () => 'x',
    ...(u.scalar && { scalar: 'x' }),
  }));

/** From the results back: what the text names, and how often. */
function countUses(s: Scope): void {
  const use = (v: ValueId): void => void s.uses.set(v, (s.uses.get(v) ?? 0) + 1);
  for (const o of s.graph.outputs) use(o.value);
  for (const a of s.graph.alarms) if (!s.raised.has(a.value)) use(a.value);
  for (const node of [...s.graph.nodes].reverse()) {
    const form = must(s.forms.get(node));
    if (form.kind === 'leaf' || !node.results.some((v) => s.uses.has(v))) continue;
    for (const u of form.uses) use(u.value);
  }
}
