/**
 * What a comparison says of the operands of what is compared, where that rises or falls with them: two results of one op (`g(u) < g(v)` only
 * where u < v), a sum beside one of its terms, and a computed number beside a known one, whose threshold is found among all floats. Rounding
 * is monotone and so are the kernels, so this holds for the run and for the ideal function. Note [Thresholds] at the foot.
 */
import type { Node } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { nextDownF32 } from '../num/bits.ts';
import { must } from '../text/result.ts';
import { type Source, textOf } from './elements.ts';
import { all, any, compared, type Formula, known, not, type Row, rowOf } from './formula.ts';
import { operandsAt } from './parts.ts';
import { type Curve, firstWhere, idealReaches, isHit, kernelOf } from './thresholds.ts';
import type { Following } from './truths.ts';
import { weightAt } from './weights.ts';

/** Ops of one operand that never fall, over all floats (`npm run verify:elementary`) and over the reals. */
const RISING: ReadonlySet<OpName> = new Set<OpName>([
  'sqrt',
  'exp',
  'log',
  'tanh',
  'sigmoid',
  'softplus',
  'erf',
  'floor',
  'round',
]);

/** x < y, or x <= y where not strict, by what it says of operands. */
export function ordered(f: Following, x: Source, y: Source, strict: boolean): Formula | undefined {
  if (typeof y === 'number') return belowLimit(f, x, y, strict);
  const reverse = typeof x === 'number' ? belowLimit(f, y, x, !strict) : strict ? undefined : strictly(f, y, x);
  return reverse ? not(reverse) : strict && typeof x !== 'number' ? strictly(f, x, y) : undefined;
}

/** More rows than these are no help. */
const MOST_ROWS = 8;

function strictly(f: Following, x: Source, y: Source): Formula | undefined {
  const says = implied(f, x, y);
  if (!says || (says.kind === 'known' && says.holds) || rowsOf(says, MOST_ROWS + 1) > MOST_ROWS) return undefined;
  const row = compared(x, y, true);
  const isNever = says.kind === 'known';
  return { kind: 'pair', holds: isNever ? rowOf(neverOf(row)) : all([rowOf(row), says]), fails: not(rowOf(row)) };
}

/** A row that reads the same numbers and holds nowhere. */
const neverOf = ({ terms }: Row): Row => ({ terms: terms.map(([key]) => [key, 0]), at: 1, strict: false });

/** Rows of where a formula holds, counted up to a limit. */
function rowsOf(formula: Formula, most: number): number {
  if (formula.kind === 'known') return 0;
  if (formula.kind === 'row') return 1;
  if (formula.kind === 'pair') return rowsOf(formula.holds, most);
  return formula.parts.reduce((n, part) => (n < most ? n + rowsOf(part, most - n) : n), 0);
}

/** What is known so far, and how deep one is in it. */
interface Known {
  readonly says: Map<string, Formula>;
  depth: number;
}

const before = new WeakMap<Following, Known>();

/** Deeper chains are not followed. */
const DEEPEST = 300;

/** What x < y says in the end: of the numbers that nothing more is known of. */
function deepest(f: Following, x: Source, y: Source): Formula {
  if (same(x, y)) return known(false);
  if (typeof x === 'number' || typeof y === 'number') return f.below(x, y, true);
  const own = before.get(f) ?? { says: new Map<string, Formula>(), depth: 0 };
  before.set(f, own);
  const name = `${textOf(x)} ${textOf(y)}`;
  const said = own.says.get(name);
  if (said) return said;
  own.depth++;
  const found = (own.depth < DEEPEST ? implied(f, x, y) : undefined) ?? f.below(x, y, true);
  own.depth--;
  own.says.set(name, found);
  return found;
}

/** A formula that holds wherever x < y does; undefined where nothing is said. */
function implied(f: Following, x: Source, y: Source): Formula | undefined {
  const [left, right] = [f.nodeAt(x), f.nodeAt(y)];
  const without = withRoom(f, x, y);
  if (without) return without;
  const beside =
    (left && typeof x !== 'number' && besideTerm(f, left, x.at, y, 'sum below term')) ??
    (right && typeof y !== 'number' && besideTerm(f, right, y.at, x, 'term below sum'));
  if (beside) return beside;
  if (typeof x === 'number' || typeof y === 'number' || !left || left.op !== right?.op) return undefined;
  return ofOperands(f, left.op, operandsAt(f.elements, left, x.at), operandsAt(f.elements, right, y.at));
}

/** x + c < y only where x < y, with c >= 0; of weights of two softmaxes, if c has room for their rounding, only where their scores say so. */
function withRoom(f: Following, x: Source, y: Source): Formula | undefined {
  const [lower, higher] = [withoutConstant(f, x), withoutConstant(f, y)];
  if (!(lower.constant >= 0) || !(higher.constant <= 0)) return undefined;
  const room = Math.max(lower.constant, -higher.constant);
  if (room === 0) return undefined;
  return weightBelow(f, lower.of, higher.of, room) ?? deepest(f, lower.of, higher.of);
}

/** A number as another one and a constant that is added to it. */
function withoutConstant(f: Following, e: Source): { readonly of: Source; readonly constant: number } {
  const node = f.nodeAt(e);
  if (typeof e === 'number' || (node?.op !== 'add' && node?.op !== 'sub')) return { of: e, constant: 0 };
  const [a, b] = operandsAt(f.elements, node, e.at) as [Source, Source];
  if (typeof b === 'number') return { of: a, constant: node.op === 'add' ? b : -b };
  return typeof a === 'number' && node.op === 'add' ? { of: b, constant: a } : { of: e, constant: 0 };
}

/** Where one weight is below another by more than their rounding. Note [Weights] at the foot. */
function weightBelow(f: Following, x: Source, y: Source, room: number): Formula | undefined {
  const [p, q] = [weightAt(f.elements, x), weightAt(f.elements, y)];
  if (!p || !q || p.own !== q.own || p.logits.length !== q.logits.length) return undefined;
  if (!(room >= roomFor(p.logits.length))) return undefined;
  const below = (a: Source, b: Source): Formula => deepest(f, a, b);
  return any(p.logits.map((z, i) => (i === p.own ? below(z, must(q.logits[i])) : below(must(q.logits[i]), z))));
}

/** More than the rounding of two weights among so many, and of a sum with one of them. */
function roomFor(n: number): number {
  const levels = 32 - Math.clz32(n - 1);
  return n < 2 ** 16 ? (2 * (n + levels) + 36) * 2 ** -24 * (1 + 2 ** -6) : Infinity;
}

/** A sum is below one of its terms only where the other is below 0, and the other way round. */
function besideTerm(
  f: Following,
  node: Node,
  at: number,
  term: Source,
  order: 'sum below term' | 'term below sum',
): Formula | undefined {
  if (node.op !== 'add' && node.op !== 'sub') return undefined;
  const [a, b] = operandsAt(f.elements, node, at) as [Source, Source];
  const rest = same(a, term) ? b : node.op === 'add' && same(b, term) ? a : undefined;
  if (rest === undefined) return undefined;
  return (order === 'sum below term') === (node.op === 'add') ? deepest(f, rest, 0) : deepest(f, 0, rest);
}

const same = (a: Source, b: Source): boolean => textOf(a) === textOf(b);

/** Where g(u) < g(v). */
function ofOperands(f: Following, op: OpName, us: readonly Source[], vs: readonly Source[]): Formula | undefined {
  const [u, w] = us as [Source, Source];
  const [v, z] = vs as [Source, Source];
  const below = (a: Source, b: Source): Formula => deepest(f, a, b);
  if (RISING.has(op)) return below(u, v);
  // an extreme may leave out an operand that is NaN
  if (op === 'min' || op === 'max') f.compares([...us, ...vs]);
  switch (op) {
    case 'neg':
      return below(v, u);
    case 'add':
    case 'min':
    case 'max':
      return same(u, z) || same(w, v) ? any([below(u, z), below(w, v)]) : any([below(u, v), below(w, z)]);
    case 'sub':
      return any([below(u, v), below(z, w)]);
    case 'mul':
      return ofProducts(below, constantFirst(u, w), constantFirst(v, z));
    case 'div':
      return typeof w === 'number' && w === z && w !== 0 ? scaled(below, w, [u, v]) : undefined;
    default:
      return undefined;
  }
}

type Pair = readonly [Source, Source];

const constantFirst = (a: Source, b: Source): Pair => (typeof b === 'number' ? [b, a] : [a, b]);

/** Of products with one constant. */
function ofProducts(below: (a: Source, b: Source) => Formula, [c, u]: Pair, [d, v]: Pair): Formula | undefined {
  return typeof c === 'number' && c === d ? scaled(below, c, [u, v]) : undefined;
}

function scaled(
  below: (a: Source, b: Source) => Formula,
  by: number,
  [u, v]: readonly [Source, Source],
): Formula | undefined {
  if (!Number.isFinite(by)) return undefined;
  return by === 0 ? known(false) : by > 0 ? below(u, v) : below(v, u);
}

/** e < limit, or <= where not strict, for a computed e that rises or falls with one operand, the others being known. */
function belowLimit(f: Following, e: Source, limit: number, strict: boolean): Formula | undefined {
  const node = f.nodeAt(e);
  const curve = node && typeof e !== 'number' ? curveAt(f, node, e.at) : undefined;
  if (!curve || typeof e === 'number' || !isFloat(limit)) return undefined;
  const { of, direction, kernel } = curve;
  const reaches = (y: number): boolean => (strict ? y >= limit : y > limit);
  const at = (t: number): number => direction * t;
  // t = ±u, so that what is computed rises with t
  const run = firstWhere((t) => reaches(kernel(at(t))));
  const surely = firstWhere((t) => idealReaches(curve, at(t), limit, strict)[0]);
  const perhaps = firstWhere((t) => idealReaches(curve, at(t), limit, strict)[1]);
  if (run === undefined || surely === undefined || perhaps === undefined) return undefined;
  const under = (bound: number, isBelow: boolean): Formula =>
    direction > 0 ? f.below(of, bound, isBelow) : f.below(-bound || 0, of, isBelow);
  const [last, unreached] = [nextDownF32(surely), nextDownF32(perhaps)];
  const mayHold =
    run <= surely && isHit(curve, at(last), limit) ? under(last, false) : under(Math.max(run, surely), true);
  const holdsStill =
    run <= unreached
      ? under(run, true)
      : isHit(curve, at(perhaps), limit)
        ? under(perhaps, true)
        : under(unreached, false);
  const row = rowOf(compared(e, limit, strict));
  return { kind: 'pair', holds: all([row, mayHold]), fails: all([not(row), not(holdsStill)]) };
}

const isFloat = (x: number): boolean => Number.isFinite(x) && Math.fround(x) === x;

/** What a number is computed of, alone, and how. */
function curveAt(f: Following, node: Node, at: number): Curve | undefined {
  const operands = operandsAt(f.elements, node, at);
  const place = operands.findIndex((o) => typeof o !== 'number');
  const of = operands[place];
  if (of === undefined || typeof of === 'number') return undefined;
  const others = operands.filter((o): o is number => typeof o === 'number');
  if (others.length !== operands.length - 1 || !others.every(Number.isFinite)) return undefined;
  const direction = directionOf(node.op, place, others[0]);
  return direction === 0 ? undefined : { of, direction, node, operands, place, kernel: kernelOf(node, operands) };
}

/** 1 where an op rises with the operand at a place, -1 where it falls, 0 where that is not so everywhere. */
function directionOf(op: OpName, place: number, other = 0): 1 | -1 | 0 {
  if (RISING.has(op) || op === 'add') return 1;
  if (op === 'sub') return place === 0 ? 1 : -1;
  if (op === 'mul' || (op === 'div' && place === 0)) return other > 0 ? 1 : other < 0 ? -1 : 0;
  return 0;
}

/*
Note [Weights]

The weight p of z_k among n scores is 1 / Σ exp(z_i - z_k) over the reals: it falls with every other score and rises with z_k. So p < p' only where
another score of p is above that of p', or z_k is below. What a run gives is off from it by γ_h, h = n + log2 n + 15, and 2^-38 at most (Note
[Softmax] in `verify/spread/softmax.ts`), for it is at most 1. Where n < 2^16, γ_h <= h·2^-24·(1 + 2^-6). If fl(p + c) < p' for the run, c >= 0, then
p + c - 2^-24·(1 + c) < p', so the ideal weights differ the same way if c is above the errors of both and 2^-24·(1 + c): (2h + 6)·2^-24·(1 + 2^-6) has
room for that where c <= 1, and a greater c leaves nothing to show.

Note [Thresholds]

For a run, g(u) < y exactly where u is below the first float at which g reaches y: g never falls. Over the reals the threshold is between two
floats. Where the interval of g at a float lies at y or above, so does g at all greater reals; where it lies below, so does g at all smaller
ones. Therefore g(u) < y only where u is below the first float whose interval surely reaches y, and g(u) >= y only where u is above the last
float whose interval surely does not. Where g(p) = y at a float p and g is one step of arithmetic, it rises strictly: p itself is the threshold of
g(u) <= y and of g(u) >= y, with no gap beside it. A formula covers both functions: where it may hold, the greater of both thresholds counts; where
it may fail, the smaller. The comparison itself stays beside the threshold: it reads the computed number, which must not be NaN, and two comparisons of one
number that contradict each other still do so where their thresholds, being of two functions, overlap.
*/
