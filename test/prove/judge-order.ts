/**
 * Judges what comparisons say of operands: an op on three numbers beside another, a limit or an operand, the comparison as a formula, and many
 * points. Where it is true, of the run or of the ideal function, the formula must hold; where it is false, its negation. Bundled by
 * `broken.test.ts` with edited sources.
 */
import type { ValueId } from '../../src/ir/graph.ts';
import { f32OfBits, nextDownF32, nextUpF32 } from '../../src/num/bits.ts';
import { randomStream } from '../../src/num/random.ts';
import { type Rational, rationalOf } from '../../src/num/rational.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { GraphBuilder } from '../../src/ops/builder.ts';
import { evaluator } from '../../src/ops/reference.ts';
import { elementsOf, type Key, keyOf, type Source } from '../../src/prove/elements.ts';
import { type Formula, not, type Row } from '../../src/prove/formula.ts';
import { following } from '../../src/prove/truths.ts';
import { must } from '../../src/text/result.ts';
import { exact, type Ideal, idealOf, signOf } from './ideals.ts';

type Random = (n: number) => number;

const UNARY = ['sqrt', 'exp', 'log', 'tanh', 'sigmoid', 'softplus', 'erf', 'floor', 'round', 'neg', 'abs'] as const;
const BINARY = ['add', 'sub', 'mul', 'div', 'min', 'max'] as const;
export type Rule = (typeof UNARY)[number] | (typeof BINARY)[number];
export const RULES: readonly Rule[] = [...UNARY, ...BINARY];

const isUnary = (op: Rule): op is (typeof UNARY)[number] => (UNARY as readonly string[]).includes(op);

/** One of three inputs by its place, or a constant. */
type Operand = { readonly input: number } | number;
/** Without an op it is its one operand. */
interface Side {
  readonly op: Rule | undefined;
  readonly of: readonly Operand[];
}

const TINY = 2 ** -149;
const MOST = 3.4028234663852886e38;
const SPECIAL = [0, -0, 1, -1, 0.5, 2, -2, 3, 4, TINY, -TINY, 3 * TINY, 2 ** -126, 2 ** 100, -(2 ** 100), MOST, -MOST];

/** A finite float: where something happens, a moderate one, or any bits. */
function float(below: Random): number {
  const any = f32OfBits((below(2 ** 16) * 2 ** 16 + below(2 ** 16)) >>> 0);
  if (below(3) === 0 && Number.isFinite(any)) return any;
  return Math.fround(below(2) === 0 ? must(SPECIAL[below(SPECIAL.length)]) : (below(2 ** 20) - 2 ** 19) / 2 ** 17);
}

const finite = (x: number): number => (Number.isFinite(x) ? x : 1);
const beside = (x: number, below: Random): number => finite([x, x, nextUpF32(x), nextDownF32(x)][below(4)] ?? x);

/** One op on inputs, one of its operands perhaps a constant. */
function resultOf(op: Rule, common: number, below: Random): Side {
  const one = (): Operand => ({ input: below(3) });
  if (isUnary(op)) return { op, of: [one()] };
  const other = below(2) === 0 ? one() : common;
  return { op, of: below(2) === 0 ? [one(), other] : [other, one()] };
}

/** What a side gives in float32. */
function run({ op, of }: Side, point: readonly number[]): number {
  const b = graphBuilder();
  const inputs = point.map((_, i) => b.input(`${i}`, []));
  const graph = b.finish([{ name: 'y', value: made(b, { op, of }, inputs) }]);
  const numbers = point.map((x) => Float32Array.of(x));
  return must(evaluator(graph)(numbers, new Map()).outputs[0]?.[0]);
}

function made(b: GraphBuilder, { op, of }: Side, inputs: readonly ValueId[]): ValueId {
  const values = of.map((o) => (typeof o === 'number' ? b.full([], o) : must(inputs[o.input])));
  return op ? must(b.node(op, values, {} as never)[0]) : must(values[0]);
}

interface Case {
  readonly sides: readonly [Side, Side];
  readonly strict: boolean;
}

function randomCase(op: Rule, below: Random): Case {
  const common = float(below);
  const x = resultOf(op, common, below);
  const limit = (): number => {
    const hit = run(x, [float(below), float(below), float(below)]);
    return below(4) === 0 || !Number.isFinite(hit) ? float(below) : beside(hit, below);
  };
  const others = [
    () => resultOf(op, common, below),
    () => ({ op: undefined, of: [limit()] }),
    () => ({ op: undefined, of: [isUnary(op) ? limit() : { input: below(3) }] }),
  ];
  const y = must(others[below(others.length)])();
  return { sides: below(2) === 0 ? [x, y] : [y, x], strict: below(2) === 0 };
}

/** Follows a comparison: the formula, and what its keys are. */
function opened({ sides, strict }: Case) {
  const b = graphBuilder();
  const inputs = ['u', 'v', 'w'].map((name) => b.input(name, []));
  const outputs = sides.map((side, i) => ({ name: `${i}`, value: made(b, side, inputs) }));
  const graph = b.finish(outputs);
  const elements = elementsOf(graph);
  const [x, y] = graph.outputs.map(({ value }) => elements.source(value, 0)) as [Source, Source];
  const keyed = (e: Source): readonly Key[] => (typeof e === 'number' ? [] : [keyOf(e)]);
  const { below } = following(elements);
  return {
    formula: below(x, y, strict),
    inputs: graph.inputs.map((value) => keyOf({ value, at: 0 })),
    sides: [keyed(x), keyed(y)],
    run: evaluator(graph),
  };
}

/** Whether a row holds: its sign by what it reads; undefined where that is too near to tell. */
type Sign = (row: Row) => number | undefined;

export function holds(formula: Formula, sign: Sign): boolean {
  switch (formula.kind) {
    case 'known':
      return formula.holds;
    case 'row': {
      const found = sign(formula.row);
      return found === undefined || (formula.row.strict ? found < 0 : found <= 0);
    }
    case 'pair':
      return holds(formula.holds, sign);
    case 'all':
      return formula.parts.every((p) => holds(p, sign));
    default:
      return formula.parts.some((p) => holds(p, sign));
  }
}

/** Positive terms against negative ones, so that infinities compare as floats do. */
export function signOfRun(values: ReadonlyMap<Key, number>): Sign {
  return ({ terms, at }) => {
    const [left, right] = terms.reduce(
      ([l, r], [key, c]) =>
        c > 0 ? [l + c * must(values.get(key)), r] : c < 0 ? [l, r - c * must(values.get(key))] : [l, r],
      [Math.max(at, 0), Math.max(-at, 0)],
    );
    return left < right ? -1 : left > right ? 1 : 0;
  };
}

function signOfIdeal(values: ReadonlyMap<Key, Ideal>): Sign {
  return ({ terms, at }) => {
    const sum = (keep: (c: number) => boolean, first: number): Ideal =>
      terms
        .filter(([, c]) => keep(c))
        .reduce(
          (s, [key, c]) => {
            const { q, isExact } = must(values.get(key));
            const more = must(idealOf('mul', [q, rationalOf(Math.abs(c))])).q;
            return { q: must(idealOf('add', [s.q, more])).q, isExact: s.isExact && isExact };
          },
          exact(rationalOf(first)),
        );
    return signOf(
      sum((c) => c > 0, Math.max(at, 0)),
      sum((c) => c < 0, Math.max(-at, 0)),
    );
  };
}

type Opened = ReturnType<typeof opened>;

/** Whether a formula says wrongly that a comparison which has this sign holds, or does not. */
function isWrong({ formula }: Opened, sign: number | undefined, strict: boolean, rows: Sign): boolean {
  if (sign === undefined) return false;
  return !holds((strict ? sign < 0 : sign <= 0) ? formula : not(formula), rows);
}

function runIsWrong(own: Opened, { sides, strict }: Case, point: readonly number[]): boolean {
  const outputs = own
    .run(
      point.map((p) => Float32Array.of(p)),
      new Map(),
    )
    .outputs.map((o) => must(o[0]));
  const [x, y] = outputs as [number, number];
  if (Number.isNaN(x) || Number.isNaN(y) || sides.length !== 2) return false;
  const values = new Map(own.inputs.map((key, i) => [key, must(point[i])]));
  for (const [i, keys] of own.sides.entries()) for (const key of keys) values.set(key, must(outputs[i]));
  return isWrong(own, x < y ? -1 : x > y ? 1 : 0, strict, signOfRun(values));
}

function idealIsWrong(own: Opened, { sides, strict }: Case, point: readonly Rational[]): boolean {
  const ideals = sides.map(({ op, of }) => {
    const numbers = of.map((o) => (typeof o === 'number' ? rationalOf(o) : must(point[o.input])));
    return op ? idealOf(op, numbers) : exact(must(numbers[0]));
  });
  const [x, y] = ideals;
  if (!x || !y) return false;
  const values = new Map(own.inputs.map((key, i) => [key, exact(must(point[i]))]));
  for (const [i, keys] of own.sides.entries()) for (const key of keys) values.set(key, must(ideals[i]));
  return isWrong(own, signOf(x, y), strict, signOfIdeal(values));
}

/** Constants of the formula: floats where something changes. */
function limitsOf(formula: Formula): number[] {
  if (formula.kind === 'known') return [];
  if (formula.kind === 'row') return [formula.row.at, -formula.row.at].filter((x) => Math.fround(x) === x);
  return formula.kind === 'pair' ? [formula.holds, formula.fails].flatMap(limitsOf) : formula.parts.flatMap(limitsOf);
}

/** A point of floats that are near to each other, to limits, or to nothing. */
function pointNear(limits: readonly number[], below: Random): number[] {
  const point: number[] = [];
  for (let i = 0; i < 3; i++) {
    const near = [...limits, ...point];
    point.push(near.length > 0 && below(3) > 0 ? beside(must(near[below(near.length)]), below) : float(below));
  }
  return point;
}

/** Above a float by a part of the way to the next one. */
const between = (x: number, below: Random): number => {
  const next = nextUpF32(x);
  return Number.isFinite(next) ? x + ((next - x) * below(4)) / 4 : x;
};

const POINTS = 24;

export interface Judged {
  /** Comparisons that were followed to operands. */
  readonly followed: number;
  /** The first that says something wrong. */
  readonly wrong?: string;
}

export function judgeOrder(op: Rule, count: number, seed: number): Judged {
  const { below } = randomStream(seed, RULES.indexOf(op));
  let followed = 0;
  for (let i = 0; i < count; i++) {
    const one = randomCase(op, below);
    const own = opened(one);
    if (own.formula.kind !== 'known' && own.formula.kind !== 'row') followed++;
    const limits = limitsOf(own.formula);
    for (let k = 0; k < POINTS; k++) {
      const point = pointNear(limits, below);
      const text = (): string => `${JSON.stringify(one)} at ${point.join(', ')}`;
      if (runIsWrong(own, one, point)) return { followed, wrong: `the run: ${text()}` };
      const reals = point.map((x) => between(x, below));
      if (idealIsWrong(own, one, reals.map(rationalOf))) return { followed, wrong: `ideal: ${text()} ${reals.join()}` };
    }
  }
  return { followed };
}
