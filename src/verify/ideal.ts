/**
 * The ideal function of a graph in normal form: each output number as a polynomial of the inputs over the rationals, constants being exactly
 * what they are. What is no polynomial and is defined everywhere stands as a variable that is named by what it is taken of, so equal
 * functions of equal polynomials are equal. Says nothing about float32.
 */
import type { Graph, Node, NodeOf, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import type { OpName, Shape } from '../ir/vocabulary.ts';
import { compare, isZero, negative, ONE, type Rational, rationalOf, ZERO } from '../num/rational.ts';
import { offsetsAlong } from '../ops/reference/offsets.ts';
import { must } from '../text/result.ts';
import { isMoveOp, sourcesOf, termsOf } from './linear-ops.ts';
import {
  constant,
  divided,
  type Found,
  negated,
  numberIn,
  type Polynomial,
  productOf,
  sumOf,
  textOfPolynomial,
  variable,
} from './polynomial.ts';

/** Per output, number by number; undefined where some are too large or are not followed. For a graph without loops, its params constants. */
export function idealOf(graph: Graph): readonly (readonly Polynomial[])[] | undefined {
  const makers = new Map(graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const known = new Map<ValueId, readonly Found[]>();
  const following: Following = { shapeOf: (v) => must(graph.types[v]).shape, of: (v) => must(known.get(v)) };
  const wanted = neededBy(graph, makers);
  for (const node of graph.nodes)
    if (wanted.has(node)) known.set(must(node.results[0]), numbersOf(following, node, graph.inputs));
  const outputs = graph.outputs.map(({ value }) => must(known.get(value)));
  return outputs.every((list) => list.every((p) => p !== undefined))
    ? (outputs as readonly (readonly Polynomial[])[])
    : undefined;
}

function neededBy(graph: Graph, makers: ReadonlyMap<ValueId, Node>): ReadonlySet<Node> {
  const wanted = new Set<Node>();
  const open = graph.outputs.map((o) => o.value);
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    const node = must(makers.get(v));
    if (wanted.has(node)) continue;
    wanted.add(node);
    open.push(...node.inputs);
  }
  return wanted;
}

interface Following {
  shapeOf(v: ValueId): Shape;
  of(v: ValueId): readonly Found[];
}

/** Functions of real numbers that are defined everywhere, by the number of their operands. Two operands of `min` and `max` have no order. */
const TOTAL: ReadonlySet<OpName> = new Set<OpName>([
  'abs',
  'exp',
  'tanh',
  'sigmoid',
  'softplus',
  'sin',
  'cos',
  'erf',
  'floor',
  'round',
  'sign',
  'lt',
  'le',
  'eq',
  'min',
  'max',
  'select',
]);

function numbersOf(f: Following, node: Node, inputs: readonly ValueId[]): readonly Found[] {
  const result = must(node.results[0]);
  const size = sizeOf(f.shapeOf(result));
  const each = (of: (at: number) => Found): Found[] => Array.from({ length: size }, (_, at) => of(at));
  if (isMoveOp(node.op)) return moved(f, node);
  const [x, y] = node.inputs.map((v) => f.of(v));
  switch (node.op) {
    case 'input':
      return each((at) => variable(`${inputs.indexOf(result)}.${at}`));
    case 'const':
      return each((at) => numberOf(must(node.attrs.data[at])));
    case 'neg':
      return must(x).map(negated);
    case 'add':
      return each((at) => sumOf([x?.[at], y?.[at]]));
    case 'sub':
      return each((at) => sumOf([x?.[at], negated(y?.[at])]));
    case 'mul':
      return each((at) => productOf(x?.[at], y?.[at]));
    case 'div':
      return each((at) => quotient(x?.[at], y?.[at]));
    case 'sum':
      return reductions(f, node).map(sumOf);
    case 'put':
      return put(f, node);
    case 'einsum':
      return node.attrs.order === 'pick' ? each(() => undefined) : contracted(f, node);
    default:
      return TOTAL.has(node.op) ? each((at) => applied(f, node, at)) : each(() => undefined);
  }
}

const numberOf = (x: number): Found => (Number.isFinite(x) ? constant(rationalOf(x)) : undefined);

function quotient(x: Found, y: Found): Found {
  const by = y && numberIn(y);
  return by && divided(x, by);
}

function moved(f: Following, node: Node): readonly Found[] {
  const all = node.inputs.flatMap((v) => f.of(v));
  const sources = sourcesOf(node, node.inputs.map(f.shapeOf));
  if (!sources) return Array.from({ length: sizeOf(f.shapeOf(must(node.results[0]))) }, () => undefined);
  return Array.from(sources, (s) => (s < 0 ? constant(ZERO) : all[s]));
}

/** The numbers that are taken together, per result. */
function reductions(f: Following, node: NodeOf<'sum'>): Found[][] {
  const [v] = node.inputs as readonly [ValueId];
  const shape = f.shapeOf(v);
  const kept = shape.map((_, i) => i).filter((i) => !node.attrs.axes.includes(i));
  const inner = offsetsAlong(shape, node.attrs.axes);
  return Array.from(offsetsAlong(shape, kept), (base) => Array.from(inner, (o) => f.of(v)[base + o]));
}

function put(f: Following, node: NodeOf<'put'>): readonly Found[] {
  const { axis, indices, size } = node.attrs;
  const [v] = node.inputs as readonly [ValueId];
  const inner = sizeOf(f.shapeOf(v).slice(axis + 1));
  const parts: Found[][] = Array.from({ length: sizeOf(f.shapeOf(must(node.results[0]))) }, () => []);
  for (const [e, p] of f.of(v).entries()) {
    const slice = Math.floor(e / inner);
    const [outer, j] = [Math.floor(slice / indices.length), slice % indices.length];
    must(parts[(outer * size + must(indices[j])) * inner + (e % inner)]).push(p);
  }
  return parts.map(sumOf);
}

function contracted(f: Following, node: NodeOf<'einsum'>): readonly Found[] {
  const terms = termsOf(node, f.shapeOf);
  const [l, r] = node.inputs.map((v) => f.of(v)) as [readonly Found[], readonly Found[]];
  return Array.from({ length: terms.results }, (_, k) =>
    sumOf(
      Array.from({ length: terms.count }, (_, i) => {
        const at = k * terms.count + i;
        return productOf(l[must(terms.lhs[at])], r[must(terms.rhs[at])]);
      }),
    ),
  );
}

/** A function that is no polynomial: decided where its operands are numbers, else a variable named by what it is taken of. */
function applied(f: Following, node: Node, at: number): Found {
  const operands = node.inputs.map((v) => f.of(v)[at]);
  if (operands.includes(undefined)) return undefined;
  const all = operands as readonly Polynomial[];
  return decided(node.op, all) ?? variable(`${node.op}(${namesOf(node.op, all).join(', ')})`);
}

const namesOf = (op: OpName, operands: readonly Polynomial[]): string[] => {
  const names = operands.map(textOfPolynomial);
  return op === 'min' || op === 'max' || op === 'eq' ? names.sort() : names;
};

function decided(op: OpName, operands: readonly Polynomial[]): Found {
  const [x, y, z] = operands;
  const [a, b] = operands.map(numberIn);
  const truth = (holds: boolean): Polynomial => constant(holds ? ONE : negative(ONE));
  if (op === 'select' && a) return compare(a, ZERO) > 0 ? y : z;
  if (op === 'abs' && a) return constant(compare(a, ZERO) < 0 ? negative(a) : a);
  if (op === 'sign' && a) return constant(isZero(a) ? ZERO : compare(a, ZERO) > 0 ? ONE : negative(ONE));
  if (!a || !b) return undefined;
  const order = compare(a as Rational, b);
  if (op === 'lt') return truth(order < 0);
  if (op === 'le') return truth(order <= 0);
  if (op === 'eq') return truth(order === 0);
  if (op === 'min') return order < 0 ? x : y;
  return op === 'max' ? (order > 0 ? x : y) : undefined;
}
