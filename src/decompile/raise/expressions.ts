/**
 * One node of a graph as an expression of the language: a template in which operands are filled in. Whole tensors where an
 * operator takes them, array expressions where axes move. Used by `forms.ts`; nothing here knows names or lines. Operands are
 * numbers but where it is said otherwise.
 */
import type { Node, NodeOf } from '../../ir/graph.ts';
import type { OpName, Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { contracted } from './products.ts';
import {
  AND,
  CALL,
  call,
  comprehension,
  type Expression,
  element,
  LOOSE,
  type Operand,
  OR,
  PRODUCT,
  SUM,
  TEST,
  UNARY,
} from './template.ts';

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
const TURNED: { readonly [K in OpName]?: string } = { lt: '>', le: '>=' };
const NUMERAL = /^-?[\d.]+(e-?\d+)?$/;
const CALLS: { readonly [K in OpName]?: string } = { min: 'min', max: 'max', pow: 'pow' };

/** The expression of a node on numbers, or undefined where the language has none. */
export function expression(node: Node, x: readonly Operand[], shape: Shape): Expression | undefined {
  const [a, b] = x;
  if (!a) return undefined;
  return elementwise(node, x, shape) ?? moving(node, a, shape) ?? reducing(node, x) ?? joining(node, x, shape, b);
}

/** `&&`, `||` and `!` on truths and bools: minimum, maximum and sign. */
export function connective(node: Node, [a, b]: readonly Operand[]): Expression {
  if (!b) return { text: `!${must(a).at(UNARY)}`, binds: UNARY };
  const binds = node.op === 'min' ? AND : OR;
  return { text: `${must(a).at(binds)} ${node.op === 'min' ? '&&' : '||'} ${b.at(binds + 0.1)}`, binds };
}

/** Operands of an elementwise operation: a repeated number stands for itself where another operand has the shape. */
function* sides(x: readonly Operand[], binds: readonly number[]): Generator<string> {
  const lone = x.every((o) => o.scalar !== undefined);
  for (const [i, o] of x.entries()) {
    const scalar = binds[i] === LOOSE ? (o.loose ?? o.scalar) : o.scalar;
    yield scalar !== undefined && !(lone && i === 0) ? scalar : o.at(must(binds[i]));
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
  const [left = '', right = ''] = [...sides(x, [binds, binds + 1])];
  // `x > 0.5` is read more easily than `0.5 < x`, and lowers to it.
  const turned = NUMERAL.test(left) && !NUMERAL.test(right) ? TURNED[node.op] : undefined;
  return { text: turned === undefined ? `${left} ${sign} ${right}` : `${right} ${turned} ${left}`, binds };
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

const REDUCTIONS: { readonly [K in OpName]?: string } = { sum: 'sum', reduceMax: 'max', reduceMin: 'min' };

function reducing(node: Node, [a]: readonly Operand[]): Expression | undefined {
  if (!a) return undefined;
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

function joining(node: Node, x: readonly Operand[], shape: Shape, b: Operand | undefined): Expression | undefined {
  if (node.op === 'einsum') return b && contracted(node, must(x[0]), b);
  if (node.op !== 'concat' || x.length < 2) return undefined;
  const front = shape.slice(0, node.attrs.axis);
  return comprehension(front, (index) => `concat(${x.map((o) => element(o.name(), index)).join(', ')})`);
}

/** A choice by a bool, element by element; the sides are of one kind. */
export function selected([test, yes, no]: readonly Operand[], shape: Shape): Expression {
  const choice = (index: readonly string[]): string => {
    const own = (o: Operand): string => o.scalar ?? (index.length === 0 ? o.at(LOOSE) : element(o.name(), index));
    return `if ${own(must(test))} { ${own(must(yes))} } else { ${own(must(no))} }`;
  };
  return comprehension(shape, choice, LOOSE);
}
