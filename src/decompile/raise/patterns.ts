/**
 * Several nodes that one expression lowers to: an element, an array written out, a lookup or `match`, `softmax`, `argmax`, equality of
 * cases, windows. Each looks back from the last of them; what it names is the operands of the first.
 */
import type { Node, ValueId } from '../../ir/graph.ts';
import { printF32 } from '../../num/literal.ts';
import { must } from '../../text/result.ts';
import { axesAround, BOOL, casesOfIndex, type Kind, NUMBER, sameKind, TRUTH } from './kinds.ts';
import { indexForm, matchForm, pickForm } from './matches.ts';
import { windowed } from './products.ts';
import { type ExpressionForm, kindIn, madeBy, makerIn, type Own, type Scope, shapeIn } from './scope.ts';
import { armsOf, numberIn } from './tables.ts';
import { CALL, call, comprehension, type Expression, element, LOOSE, type Operand, TEST } from './template.ts';

type Pattern = (s: Scope, node: Node) => ExpressionForm | undefined;

const resultOf = (node: Node): ValueId => must(node.results[0]);

// --- elements -------------------------------------------------------------------------------------------------

interface Place {
  readonly source: ValueId;
  readonly index: readonly number[];
}

/** `x[1, 2]`: one place of the leading axes. */
function placeOf(s: Scope, node: Node): Place | undefined {
  const cut = node.op === 'reshape' ? madeBy(s, node.inputs[0], 'slice') : undefined;
  const source = cut?.inputs[0];
  if (!cut || source === undefined || node.op !== 'reshape') return undefined;
  const shape = shapeIn(s, source);
  const k = shape.length - node.attrs.shape.length;
  const { starts, limits } = cut.attrs;
  const isOne = (i: number): boolean => must(limits[i]) - must(starts[i]) === 1;
  const isWhole = (i: number): boolean => starts[i] === 0 && limits[i] === shape[i];
  const fits = k > 0 && shape.every((_, i) => (i < k ? isOne(i) : isWhole(i)));
  return fits && node.attrs.shape.join() === shape.slice(k).join() ? { source, index: starts.slice(0, k) } : undefined;
}

const elementOf: Pattern = (s, node) => {
  const place = placeOf(s, node);
  if (!place) return undefined;
  const kind = kindIn(s, place.source);
  const text = place.index.map(String);
  const stays = kind.kind !== 'cases' || place.index.length <= axesAround(kind, shapeIn(s, place.source)).length;
  if (stays)
    return {
      kind: 'expression',
      of: kind,
      uses: [{ value: place.source, asIs: true }],
      make: ([x]) => ({ text: element(must(x).at(CALL), text), binds: CALL }),
    };
  return weightForm(kind, place);
};

/** The weight of one case. */
function weightForm(kind: Kind, { source, index }: Place): ExpressionForm {
  const at = must(index.at(-1));
  const caseName = kind.kind === 'cases' && kind.soft && index.length === 1 ? kind.cases?.[at] : undefined;
  return {
    kind: 'expression',
    of: NUMBER,
    uses: [{ value: source, asIs: caseName !== undefined }],
    make: ([x]) => ({
      text: caseName === undefined ? element(must(x).name(), index.map(String)) : `${must(x).at(CALL)}.${caseName}`,
      binds: CALL,
    }),
  };
}

// --- arrays written out ----------------------------------------------------------------------------------------

const arrayOf: Pattern = (s, node) => {
  const found = armsOf(s, resultOf(node));
  if (!found) return undefined;
  return {
    kind: 'expression',
    of: found.kind,
    uses: found.uses,
    make: (x, own) => ({ text: `[${found.texts(x, own).join(', ')}]`, binds: CALL }),
  };
};

// --- lookups ----------------------------------------------------------------------------------------------------

const lookup: Pattern = (s, node) => {
  const [weights, table] = node.inputs;
  if (node.op !== 'einsum' || weights === undefined || table === undefined) return undefined;
  const { lhs, rhs, out, order } = node.attrs;
  const kind = kindIn(s, weights);
  const isRow = lhs.length === 1 && rhs[0] === lhs[0] && rhs.slice(1).join() === out.join();
  const wanted = kind.kind !== 'cases' ? '' : kind.soft ? (out.length === 0 ? 'lanes' : 'sequential') : 'pick';
  if (!isRow || order !== wanted || kind.kind !== 'cases') return undefined;
  return fromTable(s, weights, table);
};

function fromTable(s: Scope, weights: ValueId, table: ValueId): ExpressionForm {
  const kind = kindIn(s, table);
  const isArray = kind.kind !== 'truth' && axesAround(kind, shapeIn(s, table)).length > 0;
  return {
    kind: 'expression',
    of: isArray ? kind : NUMBER,
    uses: [
      { value: weights, asIs: true },
      { value: table, asIs: isArray },
    ],
    make: ([of, x]) => ({ text: `${must(x).at(CALL)}[${must(of).at(LOOSE)}]`, binds: CALL }),
  };
}

// --- distributions and cases --------------------------------------------------------------------------------------

/** What a value along its last axis is: the wanted cases, or those of an index. */
function casesAlong(s: Scope, node: Node, soft: boolean): Kind {
  const wanted = s.wanted.get(resultOf(node));
  const size = must(shapeIn(s, resultOf(node)).at(-1));
  return wanted?.kind === 'cases' && wanted.soft === soft ? wanted : casesOfIndex(size, soft);
}

function alongRows(name: string, of: Kind, x: Operand): Expression {
  const front = x.shape.slice(0, -1);
  const inner = (index: readonly string[]): string =>
    `${name}(${front.length === 0 ? x.at(LOOSE) : element(x.name(), index)})`;
  const isNamed = of.kind === 'cases' && of.cases !== undefined;
  return { ...comprehension(front, inner), ...(isNamed && { typed: true }) };
}

const argmaxOf: Pattern = (s, node) => {
  if (node.op !== 'argmax' || node.attrs.width !== s.width) return undefined;
  const [x] = node.inputs;
  if (x === undefined || node.attrs.axis !== shapeIn(s, x).length - 1) return undefined;
  const of = casesAlong(s, node, false);
  return { kind: 'expression', of, uses: [{ value: x }], make: ([v]) => alongRows('argmax', of, must(v)) };
};

/** exp(x - max x) / Σ along the last axis. */
const softmaxOf: Pattern = (s, node) => {
  const powers = node.op === 'div' ? madeBy(s, node.inputs[0], 'exp') : undefined;
  const shifted = madeBy(s, powers?.inputs[0], 'sub');
  const [x, highest] = shifted?.inputs ?? [];
  if (!powers || x === undefined || highest === undefined) return undefined;
  const last = shapeIn(s, x).length - 1;
  const reduced = (v: ValueId | undefined): Node | undefined => {
    const spread = madeBy(s, v, 'broadcast');
    const isAlong =
      spread &&
      spread.attrs.axes.join() ===
        shapeIn(s, x)
          .slice(0, -1)
          .map((_, i) => i)
          .join();
    return isAlong ? makerIn(s, must(spread.inputs[0])) : undefined;
  };
  const [most, total] = [reduced(highest), reduced(node.inputs[1])];
  const fits =
    most?.op === 'reduceMax' &&
    most.inputs[0] === x &&
    most.attrs.axes.join() === String(last) &&
    total?.op === 'sum' &&
    total.attrs.order === 'lanes' &&
    total.inputs[0] === powers.results[0] &&
    total.attrs.axes.join() === String(last);
  if (!fits) return undefined;
  const of = casesAlong(s, node, true);
  return { kind: 'expression', of, uses: [{ value: x }], make: ([v]) => alongRows('softmax', of, must(v)) };
};

const isNumber = (s: Scope, v: ValueId | undefined, number: number): boolean => {
  const data = madeBy(s, v, 'const')?.attrs.data;
  return data?.length === 1 && Object.is(data[0], number);
};

/** 2 w - 1 with w the weight of a case, or the agreement of two. */
const caseEquality: Pattern = (s, node) => {
  const doubled = node.op === 'add' && isNumber(s, node.inputs[1], -1) ? madeBy(s, node.inputs[0], 'mul') : undefined;
  const weight = doubled && isNumber(s, doubled.inputs[1], 2) ? makerIn(s, must(doubled.inputs[0])) : undefined;
  if (!weight) return undefined;
  const place = placeOf(s, weight);
  const kind = place ? kindIn(s, place.source) : NUMBER;
  const isWeight = kind.kind === 'cases' && !kind.soft && place?.index.length === 1;
  if (isWeight && place && shapeIn(s, place.source).length === 1)
    return compared(place.source, (own) =>
      kind.cases ? `${own.caseText(kind, must(place.index[0]))}` : String(place.index[0]),
    );
  return agreement(s, weight);
};

const compared = (source: ValueId, text: (own: Own) => string): ExpressionForm => ({
  kind: 'expression',
  of: BOOL,
  uses: [{ value: source, asIs: true }],
  make: ([x], own) => ({ text: `${must(x).at(TEST + 0.5)} == ${text(own)}`, binds: TEST }),
});

function agreement(s: Scope, node: Node): ExpressionForm | undefined {
  const [a, b] = node.inputs;
  if (node.op !== 'einsum' || node.attrs.order !== 'lanes' || a === undefined || b === undefined) return undefined;
  const { lhs, rhs, out } = node.attrs;
  const [p, q] = [kindIn(s, a), kindIn(s, b)];
  const fits =
    lhs.length === 1 && rhs.length === 1 && out.length === 0 && p.kind === 'cases' && !p.soft && sameKind(p, q);
  return fits ? bothCompared(a, b) : undefined;
}

const bothCompared = (a: ValueId, b: ValueId): ExpressionForm => ({
  kind: 'expression',
  of: BOOL,
  uses: [
    { value: a, asIs: true },
    { value: b, asIs: true },
  ],
  make: ([x, y]) => ({ text: `${must(x).at(TEST + 0.5)} == ${must(y).at(TEST + 0.5)}`, binds: TEST }),
});

/** The product of two bools says whether they are equal. */
const boolEquality: Pattern = (s, node) => {
  const [a, b] = node.inputs;
  if (node.op !== 'mul' || a === undefined || b === undefined) return undefined;
  return kindIn(s, a).kind === 'bool' && kindIn(s, b).kind === 'bool' ? bothCompared(a, b) : undefined;
};

/** min(max(x, low), high) with constant bounds. */
const clampOf: Pattern = (s, node) => {
  const inner = node.op === 'min' ? madeBy(s, node.inputs[0], 'max') : undefined;
  const [low, high] = [numberIn(s, inner?.inputs[1]), numberIn(s, node.inputs[1])];
  const x = inner?.inputs[0];
  if (x === undefined || low === undefined || high === undefined || !(low <= high)) return undefined;
  const of = low >= -1 && high <= 1 ? TRUTH : NUMBER;
  const make = ([v]: readonly Operand[]): Expression => call('clamp', must(v).at(LOOSE), printF32(low), printF32(high));
  return { kind: 'expression', of, uses: [{ value: x }], make };
};

// --- windows ------------------------------------------------------------------------------------------------------

/** Picks along several axes that a reshape splits. */
const windows: Pattern = (s, node) => {
  if (node.op !== 'reshape') return undefined;
  const lists = new Map<number, readonly number[]>();
  let source = must(node.inputs[0]);
  for (let taken = madeBy(s, source, 'take'); taken; taken = madeBy(s, source, 'take')) {
    const { axis, indices } = taken.attrs;
    const later = lists.get(axis);
    lists.set(axis, later ? later.map((i) => must(indices[i])) : indices);
    source = must(taken.inputs[0]);
  }
  if (lists.size === 0) return undefined;
  const base = { shape: shapeIn(s, source) };
  if (!windowed({ ...base, name: 'x' }, lists, node.attrs.shape)) return undefined;
  const make = ([x]: readonly Operand[]): Expression =>
    must(windowed({ ...base, name: must(x).name() }, lists, node.attrs.shape));
  return { kind: 'expression', of: NUMBER, uses: [{ value: source }], make };
};

const PATTERNS: readonly Pattern[] = [
  elementOf,
  arrayOf,
  matchForm,
  lookup,
  pickForm,
  indexForm,
  argmaxOf,
  softmaxOf,
  caseEquality,
  boolEquality,
  clampOf,
  windows,
];

/** The first pattern that ends in this node. */
export function patternOf(s: Scope, node: Node): ExpressionForm | undefined {
  for (const pattern of PATTERNS) {
    const form = pattern(s, node);
    if (form) return form;
  }
  return undefined;
}
