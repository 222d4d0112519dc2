/**
 * The judge of the checker: claims that are false by as little as can be, at a point that was run, and proofs of them of every kind, forged at
 * random or grown by the checker's own refusals. None may be accepted. Used by the tests, by broken checkers and by the long run.
 */
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { sizeOf } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { type Elementary, evaluate } from '../../src/ops/reference.ts';
import { copyNode, rebuild } from '../../src/passes/copy.ts';
import { withNumbers } from '../../src/passes/given.ts';
import { unrolled } from '../../src/passes/unroll.ts';
import { must } from '../../src/text/result.ts';
import { check } from '../../src/verify/checker.ts';
import type { Claim, Conjunction, Inequality } from '../../src/verify/claim.ts';
import type { Ends } from '../../src/verify/ends.ts';
import { mended } from '../../src/verify/mend.ts';
import { fixedValues } from '../../src/verify/net.ts';
import type { Leaf, Proof, Question } from '../../src/verify/question.ts';
import { type Spread, spreadOut } from '../../src/verify/spread.ts';
import { type Random, random } from '../fuzz/random.ts';
import { HOST } from '../table/elementary.ts';
import { anyBox, anyCase, anyPoint, type Case, smallCase } from './nets.ts';
import { rowAt } from './rational.ts';

export interface CheckerTally {
  questions: number;
  proofs: number;
}

/** A question whose claim is false: in the float32 run at a point, or else for the ideal function there. */
export interface False {
  readonly question: Question;
  readonly spread: Spread;
  readonly inIdeal: boolean;
}

const unit = (r: Random): number => r.bits() / 2 ** 32;
const anyDouble = (r: Random): number => ((r.bits() + r.bits() / 2 ** 32) / 2 ** 31 - 1) * 2 ** (r.below(8) - 4);

/** One output of a graph, laid flat. What depends on no input is a constant: the ideal function takes it as the float32 run gives it. */
function flatOutput({ graph, params }: Case, output: number): Graph {
  const none = graph.inputs.map(() => undefined);
  const own = unrolled(withNumbers(graph, params, none));
  const fixed = fixedValues(own, new Map());
  const numbers = rebuild(own, (b, node, inputs) => {
    const xs = fixed.get(must(node.results[0]));
    return xs ? [b.constant(must(own.types[must(node.results[0])]).shape, xs)] : copyNode(b, node, inputs);
  });
  const b = graphBuilder();
  const inputs = numbers.inputs.map((v, i) => b.input(`x${i}`, must(numbers.types[v]).shape));
  const value = must(b.inline(numbers, inputs)[output]);
  return b.finish([{ name: 'y', value: b.reshape(value, [sizeOf(b.shapeOf(value))]) }]);
}

/** Coefficients of full mantissas, a single one, or some that cancel: of two copies, those of one against those of the other. */
function anyCoefficients(r: Random, n: number, copies?: true): Float64Array {
  const row = Float64Array.from({ length: n }, () => (r.chance(0.3) ? 0 : anyDouble(r)));
  if (copies && r.chance(0.7)) return row.map((a, k) => (k < n / 2 ? a : -must(row[k - n / 2])));
  const kind = r.below(3);
  if (kind === 0) return row.map((_, k) => (k === 0 ? (r.chance(0.5) ? 1 : -1) : 0));
  if (kind === 1 && n > 1) row[0] = -row.subarray(1).reduce((a, b) => a + b, 0);
  return row;
}

/** The largest constant, or nearly, with which the row is at most `most` at a point. */
function constantFor(a: Float64Array, y: ArrayLike<number>, room: number): number {
  let at = -a.reduce((s, c, k) => s + c * (y[k] as number), 0) - room;
  for (let step = 2 ** -1074; rowAt(a, y, at) > 0n; step *= 2) at -= Math.max(step, Math.abs(at) * 2 ** -53);
  return at;
}

const IDEAL: Elementary = { ...HOST, softplus: (x, y) => (x > 40 ? x : must(HOST.softplus)(x, y)) };
const JUMPS = new Set(['floor', 'round', 'sign', 'lt', 'le', 'eq', 'select', 'argmax', 'einsum']);

/** A false question about a case; undefined where no point of its box gives numbers. */
export function falseQuestion(r: Random, one: Case, given?: readonly Ends[]): False | undefined {
  const output = r.below(one.graph.outputs.length);
  const graph = flatOutput(one, output);
  const size = sizeOf(must(graph.types[must(graph.outputs[0]).value]).shape);
  if (size === 0) return undefined;
  const box = given ?? anyBox(r, graph);
  const inIdeal = r.chance(0.4) && !graph.nodes.some((n) => JUMPS.has(n.op));
  const points = Array.from({ length: 6 }, () => anyPoint(r, box, inIdeal));
  const found = points.map((xs) =>
    inIdeal
      ? evaluate(graph, xs, new Map(), { arithmetic: 'f64', elementary: IDEAL }).outputs
      : evaluate(
          graph,
          xs.map((x) => Float32Array.from(x)),
        ).outputs,
  );
  const ys = found.map(([y]) => must(y)).filter((y) => y.every(Number.isFinite));
  if (ys.length === 0) return undefined;
  const coefficients = anyCoefficients(r, size, one.copies);
  const left = (y: ArrayLike<number>): number => coefficients.reduce((s, a, k) => s + a * (y[k] as number), 0);
  const least = ys.reduce((best, y) => (left(y) < left(best) ? y : best));
  // doubles are themselves rounded
  const room = inIdeal ? coefficients.reduce((s, a, k) => s + Math.abs(a * (least[k] as number)) * 1e-9, 1e-280) : 0;
  const row: Inequality = { coefficients, at: constantFor(coefficients, least, room), strict: false };
  return { question: { graph, box, claim: around(r, row, least) }, spread: spreadOut(unrolled(graph)), inIdeal };
}

/** The inequality among others: with one that holds there too, and beside conjunctions that hold nowhere. */
function around(r: Random, row: Inequality, y: ArrayLike<number>): Claim {
  const coefficients = anyCoefficients(r, y.length);
  const also = { coefficients, at: constantFor(coefficients, y, 1e-3 + Math.abs(anyDouble(r))), strict: r.chance(0.5) };
  const never = { coefficients: row.coefficients.map(() => 0), at: 1, strict: false };
  const own: Conjunction = r.pick([[row], [row], [row, also], [also, row]]);
  return { unsafe: r.pick([[own], [own], [[never], own], [own, [never, row]]]) };
}

// --- proofs ------------------------------------------------------------------------------------------------

function anySplit(r: Random, f: False, depth: number, conjunctions: number): Proof {
  const { graph, box } = f.question;
  const next = (): Proof => anyProof(r, f, depth - 1, conjunctions);
  const values = f.spread.graph.nodes.flatMap((n) => (n.op === 'input' || n.op === 'const' ? [] : n.results));
  const value = r.chance(0.9) && values.length > 0 ? r.pick(values) : (r.below(200) as ValueId);
  const size = sizeOf(f.spread.graph.types[value]?.shape ?? []);
  const element = r.chance(0.95) ? r.below(Math.max(1, size)) : r.below(9);
  const kind = r.below(8);
  if (kind === 0)
    return { kind: 'value', value, element, cut: r.chance(0.5) ? 0 : anyDouble(r), below: next(), above: next() };
  if (kind === 1 || kind === 2) return { kind: 'order', value, element, below: next(), above: next() };
  if (kind === 3) {
    const count = r.chance(0.9) ? conjunctions : r.below(3);
    return { kind: 'parts', parts: Array.from({ length: count }, () => anyProof(r, f, depth - 1, 1)) };
  }
  const input = r.below(graph.inputs.length + (r.chance(0.05) ? 1 : 0));
  const own = box[input];
  const j = r.below(Math.max(1, own?.lo.length ?? 1));
  const [l, h] = [own?.lo[j] ?? 0, own?.hi[j] ?? 1];
  const cut = r.chance(0.9) ? Math.fround(l + (h - l) * unit(r)) : r.pick([Number.NaN, Infinity, h + 1, l]);
  return { kind: 'input', input, element: j, cut, below: next(), above: next() };
}

function anyLeaf(r: Random, { spread, question }: False, conjunctions: number): Leaf {
  const kind = r.below(12);
  if (kind === 0) return { kind: 'empty' };
  if (kind === 1) return { kind: 'exact' };
  if (kind === 2) return { kind: 'points' };
  const all = conjunctions === 1 ? question.claim.unsafe.slice(-1) : question.claim.unsafe;
  const rows = all.map((rows) => r.below(rows.length + (r.chance(0.05) ? 1 : 0)));
  const layers = spread.graph.nodes.filter((n) => n.op !== 'input' && r.chance(0.5)).flatMap((n) => n.results);
  const slopes = new Map(
    layers.map((v) => [
      v,
      Uint8Array.from({ length: 2 * sizeOf(must(spread.graph.types[v]).shape) }, () => r.below(256)),
    ]),
  );
  const anyMultiplier = (): number =>
    r.chance(0.1) ? r.pick([1e308, Infinity, Number.NaN, -1]) : r.chance(0.5) ? 0 : Math.abs(anyDouble(r));
  const multipliers = rows.map(() => Float64Array.from({ length: r.below(4) }, anyMultiplier));
  return { kind: 'bounds', rows, ...(r.chance(0.3) && { slopes }), ...(r.chance(0.5) && { multipliers }) };
}

function anyProof(r: Random, f: False, depth: number, conjunctions: number): Proof {
  return depth > 0 && r.chance(0.7) ? anySplit(r, f, depth, conjunctions) : anyLeaf(r, f, conjunctions);
}

/** A split of two leaves with multipliers of a few sizes. */
function splitOnce(r: Random, { spread, question }: False, rows: readonly number[]): Proof {
  const values = new Map<ValueId, ArrayLike<number>>();
  const at = anyPoint(r, question.box, false).map((x) => Float32Array.from(x));
  evaluate(spread.graph, at, new Map(), {
    watch: ({ results }, ys) => {
      for (const [i, v] of results.entries()) values.set(v, must(ys[i]).slice());
    },
  });
  const nodes = spread.graph.nodes.filter((n) => n.op !== 'input' && n.op !== 'const');
  const value = nodes.length > 0 ? r.pick(nodes.map((n) => must(n.results[0]))) : (0 as ValueId);
  const element = r.below(Math.max(1, values.get(value)?.length ?? 1));
  const leaf = (): Leaf => {
    const multipliers = rows.map(() => Float64Array.of(r.pick([0, 0, 0.01, 1, 1, 30, -1, 1e308])));
    return { kind: 'bounds', rows, multipliers };
  };
  const halves = { value, element, below: leaf(), above: leaf() };
  if (r.chance(0.5)) return { kind: 'order', ...halves };
  return { kind: 'value', cut: r.chance(0.3) ? 0 : (values.get(value)?.[element] ?? 0), ...halves };
}

/** Cuts beyond four for each leaf. */
const CUTS = 4;

/** What is accepted of a false question. */
function accepted(r: Random, f: False, tally: CheckerTally): string | undefined {
  const { question, spread, inIdeal } = f;
  const { unsafe } = question.claim;
  const isWrong = (found: { readonly tiers: readonly string[] }): boolean =>
    found.tiers.includes(inIdeal ? 'S3' : 'S1');
  tally.questions++;
  for (let choice = 0; choice < 2; choice++) {
    const rows = unsafe.map((all) => Math.min(choice, all.length - 1));
    const begun: Proof[] = [{ kind: 'bounds', rows }, { kind: 'exact' }, { kind: 'points' }];
    for (let n = 0; n < 3; n++) begun.push(splitOnce(r, f, rows));
    for (const proof of begun) {
      tally.proofs++;
      const grown = mended(question, spread, proof, CUTS);
      if ('proof' in grown && isWrong(grown.checked)) return `grown from row ${choice}: ${JSON.stringify(grown.proof)}`;
    }
  }
  for (let n = 0; n < 6; n++) {
    const proof = anyProof(r, f, 3, unsafe.length);
    tally.proofs++;
    const checked = check(question, spread, proof);
    if (checked.ok && isWrong(checked)) return `forged: ${JSON.stringify(proof)}`;
  }
  return undefined;
}

/** Whether sums are below what they are at the one point of the box: a jump where rounding decides. */
function jump(r: Random): { readonly one: Case; readonly box: readonly Ends[] } {
  const n = 2 + r.below(6);
  const x = Float32Array.from({ length: n }, () => anyDouble(r));
  const weights = Float32Array.from({ length: n }, () => anyDouble(r));
  const made = (threshold?: number): Graph => {
    const b = graphBuilder();
    const attrs = { lhs: [0], rhs: [0], out: [], order: 'sequential' } as const;
    const sum = b.einsum(b.input('x', [n]), b.constant([n], weights), attrs);
    const value =
      threshold === undefined
        ? sum
        : b.op('lt', r.chance(0.5) ? [sum, b.full([], threshold)] : [b.full([], threshold), sum], { width: 1 });
    return b.finish([{ name: 'y', value }]);
  };
  const [y] = evaluate(made(), [x]).outputs;
  const ends = Float64Array.from(x);
  return { one: { graph: made(must(must(y)[0])), params: new Map() }, box: [{ lo: ends, hi: ends.slice() }] };
}

/** A curve of two inputs, each in a box of its own around 0: what is lost of their difference shows at once. */
function apart(r: Random): { readonly one: Case; readonly box: readonly Ends[] } {
  const b = graphBuilder();
  const op = r.pick(['tanh', 'sigmoid', 'abs', 'exp', 'square', 'product'] as const);
  const [x, w] = [b.input('x', [1]), b.input('w', [1])];
  const curve = (v: ValueId): ValueId =>
    op === 'square' || op === 'product' ? b.mul(op === 'square' ? v : w, v) : b.op(op, [v], {});
  const value = b.op('concat', [curve(x), op === 'product' ? b.mul(w, w) : curve(w)], { axis: 0 });
  const size = 2 ** (r.below(4) - 2);
  const ends = (): Ends => ({ lo: Float64Array.of(-size * unit(r)), hi: Float64Array.of(size * unit(r)) });
  const one: Case = { graph: b.finish([{ name: 'y', value }]), params: new Map(), copies: true };
  return { one, box: [ends(), ends()] };
}

function anyFalse(r: Random, name: string): False | undefined {
  if (name === 'jump' || name === 'apart') {
    const { one, box } = name === 'jump' ? jump(r) : apart(r);
    return falseQuestion(r, one, box);
  }
  const one = name === 'any graph' ? anyCase(r) : smallCase(r, name);
  return one.graph.inputs.length === 0 ? undefined : falseQuestion(r, one);
}

/** The first false question with an accepted proof, within so many; a crash counts as one. */
export function judgeChecker(
  name: string,
  questions: number,
  seed: number,
  tally: CheckerTally = { questions: 0, proofs: 0 },
): string | undefined {
  const until = tally.questions + questions;
  for (let n = seed; tally.questions < until; n++) {
    const r = random(n);
    const f = anyFalse(r, name);
    if (!f) continue;
    const found = accepted(r, f, tally);
    if (found) return `seed ${n}${f.inIdeal ? ', ideal' : ''}: ${found.slice(0, 300)}`;
  }
  return undefined;
}
