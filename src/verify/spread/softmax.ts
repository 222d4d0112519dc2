/**
 * Softmax, log-softmax and log-sum-exp, found in the graph by the ops that they are lowered to, and given by differences of their operands
 * alone: with ⊕ for log(e^a + e^b) = a + softplus(b - a) and L_j for the ⊕ of all operands but z_j, softmax_j = sigmoid(z_j - L_j) and
 * log softmax_j = -softplus(L_j - z_j). Over the reals these are the functions that run. Planes of softplus and sigmoid follow each
 * (Wei et al., Convex bounds on the softmax function, AISTATS 2023, bound sums of exponentials), and nothing overflows.
 * How far the float32 run is from them stands in Note [Softmax] at the foot.
 */
import type { Node, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { Axes } from '../../ir/vocabulary.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { must } from '../../text/result.ts';
import { U32 } from '../rounding.ts';
import { madeBy, off, operand, type RunError, type Site } from './rewrite.ts';

/** Operands z of the old graph, and the axes along which they meet. */
interface Scores {
  readonly z: ValueId;
  readonly axes: Axes;
}

/** More terms are left as they are: the note needs n·2^-24 to be small. */
const MOST_TERMS = 2 ** 14;

/** The bounded form of a softmax, a log-softmax or a log-sum-exp that ends in this node; undefined for every other node. */
export function softmaxForm(s: Site, node: Node): ValueId | undefined {
  switch (node.op) {
    case 'div':
      return softmax(s, node);
    case 'sub':
      return logSoftmax(s, node);
    case 'add':
      return logSumExp(s, node);
    default:
      return undefined;
  }
}

/** exp(z - max z) / Σ exp(z - max z). */
function softmax(s: Site, node: Node): ValueId | undefined {
  const scores = sumOfPowers(s, spreadFrom(s, operand(node, 1)), operand(node));
  return scores && outOfRows(s, scores, (rows) => oneOfAll(s.b, rows), shareError);
}

/** (z - max z) - log Σ exp(z - max z). */
function logSoftmax(s: Site, node: Node): ValueId | undefined {
  const log = spreadFrom(s, operand(node, 1));
  const scores = log && logOfPowers(s, log, operand(node));
  return (
    scores &&
    outOfRows(
      s,
      scores,
      (rows) => logOfAll(s.b, rows),
      (n) => ({ roundings: 3, absolute: logError(n) }),
    )
  );
}

/** max z + log Σ exp(z - max z), in either order. */
function logSumExp(s: Site, node: Node): ValueId | undefined {
  for (const [top, log] of [
    [operand(node), operand(node, 1)],
    [operand(node, 1), operand(node)],
  ] as const) {
    const scores = logOfPowers(s, log);
    if (!scores || !isTop(s, top, scores)) continue;
    const { rows, n, kept } = rowsOf(s, scores);
    return off(s, s.b.reshape(joinOfAll(s.b, rows), kept), { roundings: 1, absolute: logError(n) });
  }
  return undefined;
}

// --- patterns ---

const still = (s: Site, v: ValueId): ValueId => {
  const node = madeBy(s, v, 'stopGradient');
  return node ? still(s, operand(node)) : v;
};

const others = (rank: number, axes: Axes): number[] =>
  Array.from({ length: rank }, (_, i) => i).filter((i) => !axes.includes(i));

const same = (a: Axes, b: Axes): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** A broadcast as its operand, which takes the axes `kept` of the result. */
interface SpreadValue {
  readonly value: ValueId;
  readonly kept: Axes;
}

function spreadFrom(s: Site, v: ValueId): SpreadValue | undefined {
  const node = madeBy(s, still(s, v), 'broadcast');
  return node && { value: operand(node), kept: node.attrs.axes };
}

/** Whether a value is the largest of the scores. */
function isTop(s: Site, v: ValueId, { z, axes }: Scores): boolean {
  const node = madeBy(s, still(s, v), 'reduceMax');
  return node !== undefined && operand(node) === z && same(node.attrs.axes, axes);
}

const rankOf = (s: Site, z: ValueId): number => s.b.shapeOf(s.now(z)).length;

/** z - max z along some axes. */
function centred(s: Site, v: ValueId): Scores | undefined {
  const node = madeBy(s, v, 'sub');
  const top = node && spreadFrom(s, operand(node, 1));
  const max = top && madeBy(s, still(s, top.value), 'reduceMax');
  if (!node || !max) return undefined;
  const scores = { z: operand(node), axes: max.attrs.axes };
  const spread = same(top.kept, others(rankOf(s, scores.z), scores.axes));
  return spread && operand(max) === scores.z ? scores : undefined;
}

/** The scores of Σ exp(z - max z), spread again over z; `power` is what must be exp(z - max z). */
function sumOfPowers(s: Site, total: SpreadValue | undefined, power?: ValueId): Scores | undefined {
  const sum = total && madeBy(s, total.value, 'sum');
  const exp = sum && madeBy(s, operand(sum), 'exp');
  const scores = exp && centred(s, operand(exp));
  if (!scores || !sum || !same(sum.attrs.axes, scores.axes)) return undefined;
  const [n, kept] = [termsOf(s, scores), others(rankOf(s, scores.z), scores.axes)];
  if (n < 2 || n > MOST_TERMS || !same(total.kept, kept)) return undefined;
  return power === undefined || power === operand(sum) ? scores : undefined;
}

const termsOf = (s: Site, { z, axes }: Scores): number => {
  const shape = s.b.shapeOf(s.now(z));
  return sizeOf(axes.map((a) => must(shape[a])));
};

/** The scores of a log Σ exp(z - max z); spread over z where `from` is given, which must be z - max z itself. */
function logOfPowers(s: Site, v: ValueId | SpreadValue, from?: ValueId): Scores | undefined {
  const [value, kept] = typeof v === 'object' ? [v.value, v.kept] : [v, undefined];
  const log = madeBy(s, value, 'log');
  const sum = log && madeBy(s, operand(log), 'sum');
  const exp = sum && madeBy(s, operand(sum), 'exp');
  if (!exp || (from !== undefined && operand(exp) !== from)) return undefined;
  const scores = centred(s, operand(exp));
  const all = scores && others(rankOf(s, scores.z), scores.axes);
  return all && sumOfPowers(s, { value: operand(log), kept: kept ?? all });
}

// --- bounded forms ---

interface ScoreRows {
  /** [rows, n]: the n scores that meet. */
  readonly rows: ValueId;
  readonly n: number;
  /** The shape without the axes along which they meet. */
  readonly kept: readonly number[];
}

function rowsOf(s: Site, scores: Scores): ScoreRows {
  const z = s.now(scores.z);
  const shape = s.b.shapeOf(z);
  const rest = others(shape.length, scores.axes);
  const kept = rest.map((a) => must(shape[a]));
  const n = termsOf(s, scores);
  return { rows: s.b.reshape(s.b.transpose(z, [...rest, ...scores.axes]), [sizeOf(kept), n]), n, kept };
}

/** A function of rows, back where the scores stood. */
function outOfRows(s: Site, scores: Scores, form: (rows: ValueId) => ValueId, error: (n: number) => RunError): ValueId {
  const shape = s.b.shapeOf(s.now(scores.z));
  const { rows, n, kept } = rowsOf(s, scores);
  const order = [...others(shape.length, scores.axes), ...scores.axes];
  const thick = [...kept, ...scores.axes.map((a) => must(shape[a]))];
  const back = shape.map((_, i) => order.indexOf(i));
  return off(s, s.b.transpose(s.b.reshape(form(rows), thick), back), error(n));
}

/** a ⊕ b. */
const joined = (b: GraphBuilder, x: ValueId, y: ValueId): ValueId => b.add(x, b.op('softplus', [b.sub(y, x)], {}));

const columns = (b: GraphBuilder, x: ValueId, from: number, to: number): ValueId => {
  const [rows, n] = b.shapeOf(x) as readonly [number, number];
  return from === 0 && to === n ? x : b.op('slice', [x], { starts: [0, from], limits: [rows, to] });
};

const beside = (b: GraphBuilder, parts: readonly ValueId[]): ValueId =>
  parts.length === 1 ? must(parts[0]) : b.op('concat', parts, { axis: 1 });

/** Columns in pairs: the left ones, the right ones, and one that may be left over. */
function paired(b: GraphBuilder, x: ValueId): readonly [left: ValueId, right: ValueId, rest: readonly ValueId[]] {
  const n = must(b.shapeOf(x)[1]);
  const half = Math.floor(n / 2);
  const rest = n % 2 === 0 ? [] : [columns(b, x, n - 1, n)];
  return [columns(b, x, 0, half), columns(b, x, half, 2 * half), rest];
}

/** [rows, n] to [rows, 1]: the ⊕ of each row, as a tree. */
function joinOfAll(b: GraphBuilder, x: ValueId): ValueId {
  if (b.shapeOf(x)[1] === 1) return x;
  const [left, right, rest] = paired(b, x);
  return joinOfAll(b, beside(b, [joined(b, left, right), ...rest]));
}

/** Beside each score of a row (two at least) the ⊕ of all others: that of all pairs but its own, and its partner. */
function joinOfOthers(b: GraphBuilder, x: ValueId): ValueId {
  if (b.shapeOf(x)[1] === 2) return b.op('take', [x], { axis: 1, indices: [1, 0] });
  const [left, right, rest] = paired(b, x);
  const outer = joinOfOthers(b, beside(b, [joined(b, left, right), ...rest]));
  const half = must(b.shapeOf(left)[1]);
  const pairs = columns(b, outer, 0, half);
  const last = rest.map(() => columns(b, outer, half, half + 1));
  return beside(b, [joined(b, pairs, right), joined(b, pairs, left), ...last]);
}

const oneOfAll = (b: GraphBuilder, z: ValueId): ValueId => b.op('sigmoid', [b.sub(z, joinOfOthers(b, z))], {});

const logOfAll = (b: GraphBuilder, z: ValueId): ValueId => b.neg(b.op('softplus', [b.sub(joinOfOthers(b, z), z)], {}));

// --- errors ---

/** At least log2 n. */
const levels = (n: number): number => 32 - Math.clz32(n - 1);

const shareError = (n: number): RunError => ({ roundings: n + levels(n) + 15, absolute: 2 ** -38 });

/** Of log Σ exp(z - max z). */
const logError = (n: number): number => (n + 3 * levels(n) + 4) * U32;

/*
Note [Softmax]

What runs, in float32 with u = 2^-24, on n finite scores z: t_i = z_i - max z, e_i = exp t_i, S = Σ e_i in any order, e_j / S. Write d_i for the
real z_i - max z <= 0, Σ* for the real Σ e^d_i, which is from 1 to n, and q = e^d_j / Σ* for the ideal softmax. A factor that lies within
(1 - u)^k and (1 - u)^-k is called k factors; they multiply and divide, and a sum of non-negative terms with k factors each has k.

1. The difference is d_i(1 + δ), |δ| <= u: e^d_i times e^(d_i δ). Beyond d = -104 all of e^d, e^t and e_i are below 2^-148. Nearer, the factor is
   1 ± |d_i| u, to 2^-16 of itself. In the sum it weighs as e^d_i / Σ* does, and Σ |d_i| e^d_i / Σ* is at most the entropy of these
   weights, so at most ln n: levels(n) = log2 n factors have room for it.
2. exp is off by KERNEL_ULPS.exp = 0.952 units of the last place (src/ops/bounds/errors.ts): below 1.904 u, 2 factors; and 2^-148 at most among
   the subnormal numbers, which is far below u for all n terms together, against Σ* >= 1: 1 factor.
3. The sum has n - 1 factors, the division 1 (and 2^-150 where it underflows).

So e_j / S = q · e^(d_j δ) · (2 + 2 + levels(n) + 1 + (n - 1) + 1 factors), up to 2^-147. As |d_j| <= ln(1/q), the exponential moves q by at most
u·q·ln(1/q) to 2^-16 of itself, and q·ln(1/q) <= 9q + e^-10: 10 more factors, and an absolute u·e^-10 < 3·2^-40. Together n + levels(n) + 15
and 2^-38. A max that is infinite or a difference that overflows has no bounds in the form that is analysed either.

The logarithm: S has n + levels(n) + 2 factors (1 to 3, and the sum), and |log S| <= ln n up to those. log is off by KERNEL_ULPS.log = 0.8245 units,
below 1.65 u ln n < 2 levels(n) u. Together (n + 3 levels(n) + 4) u has room for second orders. The last step rounds once: u of
max z + log S; or u of log softmax, and u|d_j| <= u|log softmax| from t_j.

The ideal function is the same, so it is nearer than any run.
*/
