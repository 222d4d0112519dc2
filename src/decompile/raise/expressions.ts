/**
 * One node of a graph as an expression of the language: a template in which operands are filled in. Whole tensors where an
 * operator takes them, array expressions where axes move. Used by `index.ts`; nothing here knows names or lines.
 */
import type { Node, NodeOf } from '../../ir/graph.ts';
import type { OpName, Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { INDEX_NAMES } from './names.ts';

/** How tightly an expression binds; larger is tighter. */
export const LOOSE = 0;
export const TEST = 1;
export const SUM = 2;
export const PRODUCT = 3;
export const UNARY = 4;
export const CALL = 5;

export interface Expression {
  readonly text: string;
  readonly binds: number;
  /** Its type must be stated where it is bound. */
  readonly typed?: boolean;
}

/** An operand as the templates see it. */
export interface Operand {
  readonly shape: Shape;
  /** It is of type `bool`, or of `bool` elements. */
  readonly bool: boolean;
  /** Its text where at least this tightness is needed. */
  at(binds: number): string;
  /** Its name: it is bound first if it has none. */
  name(): string;
  /** The text of the single number that it repeats, where it is such. */
  readonly scalar?: string;
}

const call = (name: string, ...args: readonly string[]): Expression => ({
  text: `${name}(${args.join(', ')})`,
  binds: CALL,
});

/** `[for i in 0..2, j in 0..3: element]`; without axes the element itself, which binds as stated. */
export function comprehension(
  shape: Shape,
  element: (index: readonly string[]) => string,
  binds: number = CALL,
): Expression {
  const index = shape.map((_, i) => must(INDEX_NAMES[i]));
  const text = element(index);
  if (shape.length === 0) return { text, binds };
  return { text: `[for ${shape.map((d, i) => `${index[i]} in 0..${d}`).join(', ')}: ${text}]`, binds: CALL };
}

/** `x[i, j]`, or `x` for no indices. */
const element = (x: string, index: readonly string[]): string => (index.length === 0 ? x : `${x}[${index.join(', ')}]`);

const UNARY_NAMES: { readonly [K in OpName]?: string } = {
  abs: 'abs',
  sqrt: 'sqrt',
  exp: 'exp',
  log: 'log',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  sin: 'sin',
  cos: 'cos',
  erf: 'erf',
  floor: 'floor',
  round: 'round',
  sign: 'sign',
  stopGradient: 'stop_gradient',
};
const BINARY: { readonly [K in OpName]?: readonly [string, number] } = {
  add: ['+', SUM],
  sub: ['-', SUM],
  mul: ['*', PRODUCT],
  div: ['/', PRODUCT],
};
const TESTS: { readonly [K in OpName]?: string } = { lt: '<', le: '<=', eq: '==' };
const CALLS: { readonly [K in OpName]?: string } = { min: 'min', max: 'max', pow: 'pow' };

/** Whether the node gives truths: comparisons, and the connectives of what does. */
export const isBool = (node: Node, operands: readonly boolean[]): boolean =>
  TESTS[node.op] !== undefined ||
  ((node.op === 'min' || node.op === 'max' || node.op === 'neg') && operands.length > 0 && operands.every((b) => b));

/** The expression of a node, or undefined where the language has none. */
export function expression(node: Node, x: readonly Operand[], shape: Shape): Expression | undefined {
  const [a, b] = x;
  if (!a) return undefined;
  if (
    a.bool &&
    isBool(
      node,
      x.map((o) => o.bool),
    ) &&
    TESTS[node.op] === undefined
  )
    return connective(node, x);
  return (
    elementwise(node, x, shape) ?? moving(node, a, shape) ?? reducing(node, x, shape) ?? choosing(node, x, shape, b)
  );
}

function connective(node: Node, [a, b]: readonly Operand[]): Expression {
  if (!b) return { text: `!${must(a).at(UNARY)}`, binds: UNARY };
  const word = node.op === 'min' ? '&&' : '||';
  return { text: `${must(a).at(TEST + 0.5)} ${word} ${b.at(TEST + 0.5)}`, binds: LOOSE };
}

/** Operands of an elementwise operation: a repeated number stands for itself where another operand has the shape. */
function* sides(x: readonly Operand[], binds: readonly number[]): Generator<string> {
  const lone = x.every((o) => o.scalar !== undefined);
  for (const [i, o] of x.entries()) {
    const number = o.bool ? `f32(${o.at(LOOSE)})` : undefined;
    yield number ?? (o.scalar !== undefined && !(lone && i === 0) ? o.scalar : o.at(must(binds[i])));
  }
}

function elementwise(node: Node, x: readonly Operand[], shape: Shape): Expression | undefined {
  if (node.op === 'neg') return { text: `-${[...sides(x, [UNARY])].join('')}`, binds: UNARY };
  const unary = UNARY_NAMES[node.op];
  if (unary !== undefined) return call(unary, ...sides(x, [LOOSE]));
  const calls = CALLS[node.op];
  if (calls !== undefined) return call(calls, ...sides(x, [LOOSE, LOOSE]));
  const operator =
    BINARY[node.op] ?? (TESTS[node.op] !== undefined ? ([must(TESTS[node.op]), TEST] as const) : undefined);
  if (!operator) return undefined;
  const [sign, binds] = operator;
  // A repeated number and an array may be compared element by element only.
  if (binds === TEST && shape.length > 0 && x.some((o) => o.scalar !== undefined))
    return comprehension(shape, (index) => x.map((o) => o.scalar ?? element(o.name(), index)).join(` ${sign} `));
  const [left, right] = [...sides(x, [binds, binds + 1])];
  return { text: `${left} ${sign} ${right}`, binds };
}

function moving(node: Node, a: Operand, shape: Shape): Expression | undefined {
  switch (node.op) {
    case 'reshape':
      return shape.length === 0
        ? {
            text: element(
              a.name(),
              a.shape.map(() => '0'),
            ),
            binds: CALL,
          }
        : call('reshape', a.at(LOOSE), ...shape.map(String));
    case 'transpose':
      return node.attrs.perm.join() === '1,0'
        ? call('transpose', a.at(LOOSE))
        : comprehension(shape, (index) =>
            element(
              a.name(),
              a.shape.map((_, k) => must(index[node.attrs.perm.indexOf(k)])),
            ),
          );
    case 'broadcast':
      return a.shape.length === 0
        ? { ...call('full', a.at(LOOSE)), typed: true }
        : comprehension(shape, (index) =>
            element(
              a.name(),
              node.attrs.axes.map((k) => must(index[k])),
            ),
          );
    case 'slice':
      return comprehension(shape, (index) =>
        element(
          a.name(),
          index.map((v, k) => shifted(v, node.attrs.starts[k] ?? 0)),
        ),
      );
    case 'take':
      return taken(node, a, shape);
    case 'pad':
      return padded(node, a, shape);
    default:
      return undefined;
  }
}

const shifted = (index: string, by: number): string =>
  by === 0 ? index : `${index} ${by < 0 ? '-' : '+'} ${Math.abs(by)}`;

/** Evenly spaced indices as arithmetic; others as a table of indices. */
function taken(node: NodeOf<'take'>, a: Operand, shape: Shape): Expression | undefined {
  const { axis, indices } = node.attrs;
  const [first = 0, second = first] = indices;
  const step = second - first;
  const even = indices.every((v, i) => v === first + i * step);
  const at = (v: string): string => {
    if (!even) return `[${indices.join(', ')}][${v}]`;
    if (step < 0) return `${first} - ${step === -1 ? '' : `${-step} * `}${v}`;
    return step === 0 ? String(first) : shifted(step === 1 ? v : `${step} * ${v}`, first);
  };
  if (!even) return undefined;
  return comprehension(shape, (index) =>
    element(
      a.name(),
      index.map((v, k) => (k === axis ? at(v) : v)),
    ),
  );
}

/** Zeros around: an element where all indices are inside. */
function padded(node: NodeOf<'pad'>, a: Operand, shape: Shape): Expression {
  const { low, high } = node.attrs;
  return comprehension(shape, (index) => {
    const inside = index.flatMap((v, k) => [
      ...((low[k] ?? 0) > 0 ? [`${v} >= ${low[k]}`] : []),
      ...((high[k] ?? 0) > 0 ? [`${v} < ${(low[k] ?? 0) + (a.shape[k] ?? 0)}`] : []),
    ]);
    const own = element(
      a.name(),
      index.map((v, k) => shifted(v, -(low[k] ?? 0))),
    );
    return inside.length === 0 ? own : `if ${inside.join(' && ')} { ${own} } else { 0.0 }`;
  });
}

const REDUCTIONS: { readonly [K in OpName]?: string } = { sum: 'sum', reduceMax: 'max', reduceMin: 'min' };

function reducing(node: Node, [a]: readonly Operand[], shape: Shape): Expression | undefined {
  if (!a) return undefined;
  if (node.op === 'argmax') {
    if (node.attrs.axis !== shape.length - 1) return undefined;
    return comprehension(shape.slice(0, -1), (index) => `weights(argmax(${element(a.name(), index)}))`);
  }
  const name = REDUCTIONS[node.op];
  if (name === undefined || !('axes' in node.attrs)) return undefined;
  if (node.op === 'sum' && node.attrs.order !== 'lanes') return undefined;
  const axes = node.attrs.axes as readonly number[];
  const first = axes[0];
  if (first === undefined || axes.some((axis, i) => axis !== first + i)) return undefined;
  const front = a.shape.slice(0, first);
  const last = first + axes.length === a.shape.length;
  if (!last && axes.length > 1) return undefined;
  return comprehension(front, (index) => {
    const inner = element(a.name(), index);
    return last ? `${name}(${inner})` : `${name}(for part in ${inner}: part)`;
  });
}

function choosing(node: Node, x: readonly Operand[], shape: Shape, b: Operand | undefined): Expression | undefined {
  switch (node.op) {
    case 'select':
      return selected(x, shape);
    case 'concat': {
      const front = shape.slice(0, node.attrs.axis);
      if (x.length < 2) return x[0] && { text: x[0].at(CALL), binds: CALL };
      return comprehension(front, (index) => `concat(${x.map((o) => element(o.name(), index)).join(', ')})`);
    }
    case 'einsum':
      return b && contracted(node, must(x[0]), b);
    default:
      return undefined;
  }
}

function selected([test, yes, no]: readonly Operand[], shape: Shape): Expression | undefined {
  if (!test?.bool || !yes || !no) return undefined;
  const choice = (index: readonly string[]): string => {
    const own = (o: Operand): string => (index.length === 0 ? o.at(LOOSE) : element(o.name(), index));
    const part = (o: Operand): string => o.scalar ?? (o.bool ? `f32(${own(o)})` : own(o));
    return `if ${own(test)} { ${part(yes)} } else { ${part(no)} }`;
  };
  return comprehension(shape, choice, LOOSE);
}

/** The labels of a product that is left when loops have taken some. */
interface Labels {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly out: readonly number[];
}

/** Which operands of `a @ b` are transposed, or undefined where the product is none. */
function plainProduct({ left, right, out }: Labels, s: number): readonly [boolean, boolean] | undefined {
  const flipLeft = left.length === 2 && left[0] === s;
  const flipRight = right.length === 2 && right[1] === s;
  const [a, b] = [flipLeft ? [...left].reverse() : left, flipRight ? [...right].reverse() : right];
  const fits = a.at(-1) === s && b[0] === s && [...a.slice(0, -1), ...b.slice(1)].join() === out.join();
  return fits ? [flipLeft, flipRight] : undefined;
}

/** Without the first label of the result, which a loop runs over. */
function peeled({ left, right, out }: Labels): Labels | undefined {
  const [l] = out;
  if (l === undefined || left.indexOf(l) > 0 || right.indexOf(l) > 0) return undefined;
  const rest = (list: readonly number[]): readonly number[] => (list[0] === l ? list.slice(1) : list);
  return { left: rest(left), right: rest(right), out: out.slice(1) };
}

/** One product, or one for each place of leading axes of the result. */
function contracted(node: NodeOf<'einsum'>, a: Operand, b: Operand): Expression | undefined {
  const { lhs, rhs, out, order } = node.attrs;
  const [s, more] = lhs.filter((l) => !out.includes(l));
  if (s === undefined || more !== undefined || order !== (out.length === 0 ? 'lanes' : 'sequential')) return undefined;
  let labels: Labels | undefined = { left: lhs, right: rhs, out };
  while (labels && !plainProduct(labels, s)) labels = peeled(labels);
  const flips = labels && plainProduct(labels, s);
  // A product of two vectors is a dot, which sums in lanes.
  if (!labels || !flips || (labels.out.length === 0 && out.length > 0)) return undefined;
  const [flipA, flipB] = flips;
  const flip = (text: string, yes: boolean): string => (yes ? `transpose(${text})` : text);
  const loops = out.length - labels.out.length;
  if (loops === 0) {
    const [x, y] = [flip(a.at(flipA ? LOOSE : PRODUCT), flipA), flip(b.at(flipB ? LOOSE : UNARY), flipB)];
    return { text: `${x} @ ${y}`, binds: PRODUCT };
  }
  const size = (l: number): number => must(lhs.includes(l) ? a.shape[lhs.indexOf(l)] : b.shape[rhs.indexOf(l)]);
  return comprehension(out.slice(0, loops).map(size), (index) => {
    const own = (list: readonly number[]): string[] => index.filter((_, i) => list.includes(must(out[i])));
    return `${flip(element(a.name(), own(lhs)), flipA)} @ ${flip(element(b.name(), own(rhs)), flipB)}`;
  });
}

/** Picks along several axes of one value that a reshape then splits: windows. Indices are sums of multiples of two counters. */
export function windowed(
  base: { readonly name: string; readonly shape: Shape },
  lists: ReadonlyMap<number, readonly number[]>,
  shape: Shape,
): Expression | undefined {
  const places: ((index: readonly string[]) => string)[] = [];
  let at = 0;
  for (const [axis, size] of base.shape.entries()) {
    const here = at;
    const list = lists.get(axis);
    if (!list) {
      if (shape[at++] !== size) return undefined;
      places.push((index) => must(index[here]));
      continue;
    }
    const grid = gridOf(list, shape[at] ?? 0, shape[at + 1] ?? 0);
    at += 2;
    if (!grid) return undefined;
    places.push((index) => {
      const parts = [multiple(grid.outer, must(index[here])), multiple(grid.inner, must(index[here + 1]))];
      return [...parts.filter((p) => p !== ''), ...(grid.first > 0 ? [String(grid.first)] : [])].join(' + ') || '0';
    });
  }
  if (at !== shape.length) return undefined;
  return comprehension(shape, (index) =>
    element(
      base.name,
      places.map((place) => place(index)),
    ),
  );
}

interface Grid {
  readonly first: number;
  readonly outer: number;
  readonly inner: number;
}

/** The list as first + outer · i + inner · j for i below `rows` and j below `columns`. */
function gridOf(list: readonly number[], rows: number, columns: number): Grid | undefined {
  const first = list[0] ?? 0;
  const outer = rows > 1 ? (list[columns] ?? first) - first : 0;
  const inner = columns > 1 ? (list[1] ?? first) - first : 0;
  const fits = list.every((v, k) => v === first + outer * Math.floor(k / columns) + inner * (k % columns));
  return rows * columns === list.length && fits && outer >= 0 && inner >= 0 ? { first, outer, inner } : undefined;
}

const multiple = (factor: number, index: string): string =>
  factor === 0 ? '' : factor === 1 ? index : `${factor} * ${index}`;
