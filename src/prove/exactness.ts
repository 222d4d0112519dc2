/**
 * Whether what a combination of fixed inputs computes is exact, so that a program in which it stands as numbers is the ideal one too, in any order
 * of summation. Where it rounds, what is proved of those numbers is about the compiled program alone (S1).
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { evaluator } from '../ops/reference.ts';
import { dependentValues } from '../passes/dependence.ts';
import { withNumbers } from '../passes/given.ts';
import { unrolled, unrolledSize } from '../passes/unroll.ts';
import { must } from '../text/result.ts';
import { termsOf } from '../verify/index.ts';
import { MOST_NODES } from './opened.ts';
import type { Stated } from './property.ts';

export type IsExact = (inputs: readonly Float32Array[]) => boolean;

/** Ops that round nothing. */
const EXACT: ReadonlySet<OpName> = new Set<OpName>([
  'input',
  'const',
  'neg',
  'abs',
  'sign',
  'floor',
  'round',
  'stopGradient',
  'min',
  'max',
  'lt',
  'le',
  'eq',
  'select',
  'reshape',
  'transpose',
  'broadcast',
  'slice',
  'pad',
  'concat',
  'take',
  'reduceMax',
  'reduceMin',
  'argmax',
]);

/** Of a property; where its loops are too long nothing is exact. `isFixed` by input. */
export function exactnessOf(
  { graph }: Pick<Stated, 'graph'>,
  params: ReadonlyMap<string, Float32Array>,
  isFixed: (input: number) => boolean,
): IsExact {
  const fixed = graph.inputs.map((_, i) => isFixed(i));
  const own = withNumbers(
    graph,
    params,
    fixed.map(() => undefined),
  );
  if (!fixed.includes(true)) return () => true;
  return unrolledSize(own) > MOST_NODES ? () => false : exactness(unrolled(own), fixed);
}

/** Asks of combinations; the numbers of inputs that are not fixed are not looked at. The graph is without loops, its params constants. */
function exactness(graph: Graph, isFixed: readonly boolean[]): IsExact {
  const byFixed = dependentValues(graph, isFixed);
  const byOthers = dependentValues(
    graph,
    isFixed.map((fixed) => !fixed),
  );
  const asked = graph.nodes.filter(({ op, results: [v = -1] }) => byFixed[v] && !byOthers[v] && !EXACT.has(op));
  if (asked.length === 0) return () => true;
  const values = new Map<ValueId, ArrayLike<number>>();
  const run = evaluator(graph, {
    watch: (node, results) => {
      for (const [i, v] of node.results.entries()) values.set(v, Float32Array.from(must(results[i])));
    },
  });
  return (inputs) => {
    for (const [i, v] of graph.inputs.entries()) values.set(v, must(inputs[i]));
    run(inputs, new Map());
    return asked.every((node) => isExactHere(graph, node, (v) => must(values.get(v))));
  };
}

type ValuesOf = (v: ValueId) => ArrayLike<number>;

function isExactHere(graph: Graph, node: Node, of: ValuesOf): boolean {
  const result = of(must(node.results[0]));
  const [x, y] = node.inputs.map(of);
  const each = (holds: (x: number, y: number, r: number) => boolean): boolean =>
    Array.from(result).every((r, k) => holds(x?.[k] ?? Number.NaN, y?.[k] ?? Number.NaN, r));
  switch (node.op) {
    case 'add':
      return each((a, b, r) => a + b === r && r - a === b && r - b === a);
    case 'sub':
      return each((a, b, r) => a - b === r && r + b === a && a - r === b);
    case 'mul':
    case 'gate':
      return each((a, b, r) => a * b === r);
    case 'sum':
    case 'put':
      return areCoarse(x ?? []);
    case 'einsum': {
      if (node.attrs.order === 'pick') return true;
      const terms = termsOf(node, (v) => must(graph.types[v]).shape);
      return areCoarse(Array.from(terms.lhs, (l, i) => (x?.[l] ?? 0) * (y?.[must(terms.rhs[i])] ?? 0)));
    }
    default:
      return false;
  }
}

/** Terms all sums of which float32 holds: multiples of 2^-8, below 2^16 together. */
function areCoarse(terms: ArrayLike<number>): boolean {
  const list = Array.from(terms);
  return list.every((t) => Number.isInteger(t * 2 ** 8)) && list.reduce((n, t) => n + Math.abs(t), 0) < 2 ** 16;
}
