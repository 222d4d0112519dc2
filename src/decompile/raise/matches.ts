/**
 * `match` as lowering leaves it: the weights of all combinations of cases, moved to those of the arms, look up the arms' values. The
 * combinations are joint weights of the things matched; a bool counts as two cases.
 */
import type { Node, ValueId } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import { axesAround, isLogical, type Kind } from './kinds.ts';
import { attributesText } from './literal.ts';
import { type ExpressionForm, kindIn, madeBy, type Scope, shapeIn } from './scope.ts';
import { armsOf, numberIn } from './tables.ts';
import { call, type Expression, LOOSE, type Operand, PRODUCT, SUM, UNARY } from './template.ts';

/** What is matched: each with its number of cases. */
interface Matched {
  readonly value: ValueId;
  readonly kind: Kind;
  readonly size: number;
}

/** The things whose joint weights a vector is, the last running fastest. */
function jointOf(s: Scope, v: ValueId): readonly Matched[] | undefined {
  const kind = kindIn(s, v);
  if (kind.kind === 'cases' && shapeIn(s, v).length === 1) return [{ value: v, kind, size: kind.size }];
  const pairs = madeBy(s, madeBy(s, v, 'reshape')?.inputs[0], 'einsum');
  const [p, q] = pairs?.inputs ?? [];
  if (!pairs || p === undefined || q === undefined) return boolOf(s, v);
  const { lhs, rhs, out } = pairs.attrs;
  const isOuter = lhs.length === 1 && rhs.length === 1 && out.join() === [...lhs, ...rhs].join();
  const [left, right] = isOuter ? [jointOf(s, p), jointOf(s, q)] : [];
  return left && right && [...left, ...right];
}

/** (1 - t) / 2 and (1 + t) / 2, side by side. */
function boolOf(s: Scope, v: ValueId): readonly Matched[] | undefined {
  const sides = madeBy(s, v, 'concat')?.inputs ?? [];
  const halves = sides.map((side) => {
    const half = madeBy(s, madeBy(s, side, 'reshape')?.inputs[0], 'mul');
    return half && numberIn(s, half.inputs[1]) === 0.5 ? half.inputs[0] : undefined;
  });
  const [no, yes] = [madeBy(s, halves[0], 'sub'), madeBy(s, halves[1], 'add')];
  const t = no?.inputs[1];
  const isOne = numberIn(s, no?.inputs[0]) === 1 && numberIn(s, yes?.inputs[0]) === 1;
  if (sides.length !== 2 || t === undefined || !isOne || yes?.inputs[1] !== t || !isLogical(kindIn(s, t)))
    return undefined;
  return [{ value: t, kind: kindIn(s, t), size: 2 }];
}

/** The number of the arm of each combination. */
interface Choice {
  readonly of: readonly Matched[];
  readonly arms: readonly number[];
}

function choiceOf(s: Scope, weights: ValueId): Choice | undefined {
  const moved = madeBy(s, weights, 'put');
  const of = moved?.attrs.axis === 0 ? jointOf(s, must(moved.inputs[0])) : jointOf(s, weights);
  if (!of) return undefined;
  const count = of.reduce((n, m) => n * m.size, 1);
  return { of, arms: moved ? moved.attrs.indices : Array.from({ length: count }, (_, i) => i) };
}

const isSoft = (m: Matched): boolean => m.kind.kind === 'truth' || (m.kind.kind === 'cases' && m.kind.soft);

/** More combinations than this are not written out. */
const MOST_COMBINATIONS = 64;

export function matchForm(s: Scope, node: Node): ExpressionForm | undefined {
  const [weights, table] = node.inputs;
  if (node.op !== 'einsum' || weights === undefined || table === undefined) return undefined;
  const { lhs, rhs, out, order } = node.attrs;
  const isRow = lhs.length === 1 && rhs[0] === lhs[0] && rhs.slice(1).join() === out.join();
  const choice = isRow ? choiceOf(s, weights) : undefined;
  const arms = choice && armsOf(s, table);
  if (!choice || !arms || choice.arms.length > MOST_COMBINATIONS || isPlain(choice)) return undefined;
  const wanted = choice.of.some(isSoft) ? (out.length === 0 ? 'lanes' : 'sequential') : 'pick';
  const isAll = new Set(choice.arms).size === shapeIn(s, table)[0];
  const boxes = boxesOf(choice);
  if (order !== wanted || !isAll || !boxes) return undefined;
  const uses = [...choice.of.map((m) => ({ value: m.value, asIs: true })), ...arms.uses];
  const make: ExpressionForm['make'] = (x, own) => {
    const values = arms.texts(x.slice(choice.of.length), own);
    return { text: matchText(choice.of, boxes, x.slice(0, choice.of.length), values), binds: LOOSE };
  };
  return { kind: 'expression', of: arms.kind, wish: 'matched', uses, make };
}

/** A lookup by one index, which has a shorter form. */
const isPlain = ({ of: [first, ...more], arms }: Choice): boolean => {
  const named = first?.kind.kind === 'cases' && first.kind.cases !== undefined;
  return more.length === 0 && first?.kind.kind === 'cases' && !named && arms.every((a, i) => a === i);
};

function matchText(
  of: readonly Matched[],
  boxes: readonly Box[],
  x: readonly Operand[],
  values: readonly string[],
): string {
  const what = of.length === 1 ? must(x[0]).at(LOOSE) : `(${x.map((o) => o.at(LOOSE)).join(', ')})`;
  const lines = values.map((value, arm) => `${pattern(of, must(boxes[arm]))} => ${value}`);
  return `match ${what} { ${lines.join(', ')} }`;
}

/** The cases of each thing that an arm takes; `null` is any. */
type Box = readonly (readonly number[] | null)[];

const combinations = (of: readonly Matched[]): readonly (readonly number[])[] =>
  of.reduce<readonly (readonly number[])[]>(
    (rows, m) => rows.flatMap((row) => Array.from({ length: m.size }, (_, k) => [...row, k])),
    [[]],
  );

const isIn = (box: Box, cases: readonly number[]): boolean =>
  box.every((set, i) => set === null || set.includes(must(cases[i])));

/** For each arm the cases of which it is the first that fits, each thing by itself; undefined where an arm is no such box. */
function boxesOf({ of, arms }: Choice): readonly Box[] | undefined {
  const rows = combinations(of);
  const count = Math.max(...arms) + 1;
  /** Takes all of its own and, beside them, only what an earlier arm has taken. */
  const fits = (box: Box, arm: number): boolean => rows.every((row, i) => !isIn(box, row) || must(arms[i]) <= arm);
  const boxes = Array.from({ length: count }, (_, arm) => {
    const own = rows.filter((_row, i) => arms[i] === arm);
    const least: Box = of.map((_m, k) => [...new Set(own.map((row) => must(row[k])))].sort((a, b) => a - b));
    const wide = of.reduce<Box>((box, _m, k) => {
      const wider = box.map((set, i) => (i === k ? null : set));
      return fits(wider, arm) ? wider : box;
    }, least);
    return fits(wide, arm) ? wide : undefined;
  });
  return boxes.every((b) => b !== undefined) ? boxes : undefined;
}

function pattern(of: readonly Matched[], box: Box): string {
  if (box.every((set) => set === null)) return '_';
  const texts = box.map((set, i) => set?.map((k) => caseText(must(of[i]).kind, k)).join(' | ') ?? '_');
  return texts.length === 1 ? must(texts[0]) : `(${texts.join(', ')})`;
}

const caseText = (kind: Kind, k: number): string => {
  if (kind.kind !== 'cases') return String(k === 1);
  return kind.cases?.[k] ?? String(k);
};

// --- arithmetic of indices ------------------------------------------------------------------------------------

/** A crisp case that goes to another place: a sum, a product, a remainder; or any other, as an operation that gives an index. */
export function indexForm(s: Scope, node: Node): ExpressionForm | undefined {
  const source = node.op === 'put' && node.attrs.axis === 0 ? node.inputs[0] : undefined;
  const of = source === undefined ? undefined : jointOf(s, source);
  if (node.op !== 'put' || source === undefined || !of || of.some((m) => isSoft(m) || m.kind.kind !== 'cases'))
    return undefined;
  const { indices, size } = node.attrs;
  const kind: Kind = { kind: 'cases', soft: false, size, name: `Index<${size}>` };
  const isIndex = of.every((m) => m.kind.kind === 'cases' && !m.kind.cases);
  const text = isIndex ? arithmetic(indices, size) : undefined;
  const form = { kind: 'expression', of: kind, wish: 'index' } as const;
  const [first, second] = of;
  if (of.length === 1 && text && first)
    return { ...form, uses: [{ value: first.value, asIs: true }], make: ([x]) => text(must(x)) };
  const sign = of.length === 2 && isIndex && second ? joined(indices, size, second.size) : undefined;
  if (sign === undefined) return moved(form, node, source, of.length === 1);
  const uses = of.map((m) => ({ value: m.value, asIs: true }));
  const binds = sign === '+' ? SUM : PRODUCT;
  return {
    ...form,
    uses,
    make: ([a, b]) => ({ text: `${must(a).at(binds)} ${sign} ${must(b).at(binds + 1)}`, binds }),
  };
}

/** `op("put", ...)` that is known to give an index again. */
const moved = (
  form: Pick<ExpressionForm, 'kind' | 'of' | 'wish'>,
  node: Node,
  value: ValueId,
  asIs: boolean,
): ExpressionForm => ({
  ...form,
  isLiteral: true,
  uses: [{ value, asIs }],
  make: ([x]) => ({ ...call('op', '"put"', must(x).at(LOOSE), ...attributesText(node)), typed: true }),
});

/** A lookup by weights that are no case, in a table of cases or bools: it gives one of these. */
export function pickForm(s: Scope, node: Node): ExpressionForm | undefined {
  const [weights, table] = node.inputs;
  if (node.op !== 'einsum' || node.attrs.order !== 'pick' || weights === undefined || table === undefined)
    return undefined;
  const { lhs, rhs, out } = node.attrs;
  const kind = kindIn(s, table);
  const isRow = lhs.length === 1 && rhs[0] === lhs[0] && rhs.slice(1).join() === out.join();
  const isArray = axesAround(kind, shapeIn(s, table)).length > 0;
  if (!isRow || !isArray || (kind.kind !== 'cases' && kind.kind !== 'bool')) return undefined;
  return {
    kind: 'expression',
    of: kind,
    wish: 'found',
    isLiteral: true,
    uses: [{ value: weights }, { value: table, asIs: true }],
    make: (x) => ({ ...call('op', '"einsum"', ...x.map((o) => o.at(LOOSE)), ...attributesText(node)), typed: true }),
  };
}

/** `a + b` and `a * b` of two indices, by where each pair goes. */
function joined(indices: readonly number[], size: number, columns: number): '+' | '*' | undefined {
  const rows = indices.length / columns;
  const all = (f: (i: number, j: number) => number): boolean =>
    indices.every((v, k) => v === f(Math.floor(k / columns), k % columns));
  if (size === rows + columns - 1 && all((i, j) => i + j)) return '+';
  return size === (rows - 1) * (columns - 1) + 1 && all((i, j) => i * j) ? '*' : undefined;
}

function arithmetic(indices: readonly number[], size: number): ((x: Operand) => Expression) | undefined {
  const n = indices.length;
  const [first = 0, second = first] = indices;
  if (indices.every((v, i) => v === i % size) && n > size)
    return (x) => ({ text: `${x.at(PRODUCT)} % ${size}`, binds: PRODUCT });
  if (indices.every((v, i) => v === i + first) && size === n + first && first > 0)
    return (x) => ({ text: `${x.at(SUM)} + ${first}`, binds: SUM });
  const isScaled = indices.every((v, i) => v === i * second) && size === (n - 1) * second + 1;
  return isScaled && second > 1 ? (x) => ({ text: `${second} * ${x.at(UNARY)}`, binds: PRODUCT }) : undefined;
}
