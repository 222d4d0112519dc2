/**
 * The judge of a rule: random boxes of all widths and magnitudes, samples inside, and exact comparison of what the kernel and the ideal
 * function give with the interval and the planes. The first contradiction comes back as text. A rule is a value, so that broken ones can
 * be judged too.
 */
import { ARITY } from '../../src/ir/vocabulary.ts';
import { nextDownF32, nextUpF32 } from '../../src/num/bits.ts';
import type { Alpha, ElementRule, Interval, Planes } from '../../src/ops/bounds.ts';
import { OPS } from '../../src/ops/index.ts';
import { kernelOf } from '../../src/ops/reference/kernels.ts';
import { type Draw, draw } from '../table/draw.ts';
import { exact, planeAt } from './exact.ts';
import { IDEAL } from './ideal.ts';

export type Op = keyof typeof IDEAL;
export const ELEMENTWISE = Object.keys(IDEAL) as readonly Op[];

const attrs = { width: 1 } as never;

export function ruleOf(op: Op): ElementRule {
  const { bounds } = OPS[op];
  if (bounds.kind !== 'elementwise') throw new Error(`${op} is no elementwise op`);
  return bounds as ElementRule;
}

export function runOp(op: Op, x: readonly number[]): number {
  const out = new Float32Array(1);
  kernelOf(op, attrs).run(
    x.map((v) => Float32Array.of(v)),
    [out],
  );
  return out[0] as number;
}

export const newPlanes = (op: Op): Planes => {
  const size = ARITY[op] ?? 0;
  return { lower: new Float64Array(size), lowerAt: 0, upper: new Float64Array(size), upperAt: 0 };
};

const f = Math.fround;
const power = (d: Draw, low: number, high: number): number => 10 ** (low + ((high - low) * d.int(0, 10000)) / 10000);
const signed = (d: Draw, x: number): number => (d.chance() ? x : -x);

/** Where ops are asked: mostly moderate numbers, sometimes tiny, huge, zero or whole. */
function place(d: Draw): number {
  const kind = d.int(0, 11);
  if (kind < 5) return signed(d, power(d, -1, 1));
  if (kind < 7) return signed(d, power(d, -4, 2));
  if (kind === 7) return signed(d, power(d, -44.8, -30));
  if (kind === 8) return signed(d, power(d, 2, 7));
  if (kind === 9) return signed(d, power(d, 20, 38.4));
  return kind === 10 ? 0 : signed(d, d.int(0, 8));
}

const ordered = (a: number, b: number): Interval => ({ lo: Math.min(f(a), f(b)), hi: Math.max(f(a), f(b)) });

export function randomInterval(d: Draw): Interval {
  const at = place(d);
  switch (d.int(0, 12)) {
    case 0:
      return ordered(at, at);
    case 1:
      return { lo: f(at), hi: nextUpF32(f(at)) };
    case 2:
      return ordered(0, at);
    case 3:
      return ordered(at, place(d));
    case 4:
      return d.int(0, 3) === 0
        ? d.chance()
          ? { lo: -Infinity, hi: f(at) }
          : { lo: f(at), hi: Infinity }
        : ordered(-at, at);
    case 5:
      return { lo: Math.abs(f(at)), hi: Math.abs(f(at)) + f(power(d, -7, 6)) };
    case 6:
      return ordered(at * (1 - power(d, -7, 0)), at);
    case 7:
      return ordered(Math.abs(at), Math.abs(place(d)));
    default:
      return ordered(at - power(d, -7, 1), at + power(d, -7, 1));
  }
}

const around = (d: Draw, at: number, low: number, high: number): Interval =>
  ordered(at - power(d, low, high), at + power(d, low, high));

/** Where an op is delicate: places that its first operand is drawn around, one time in three. */
const DELICATE: Partial<Record<Op, (d: Draw) => Interval>> = {
  sin: (d) => around(d, (d.int(-8, 8) * d.pick([1, 1, 7, 1000, 50000]) * Math.PI) / 2, -9, 0.5),
  cos: (d) => around(d, (d.int(-8, 8) * d.pick([1, 1, 7, 1000, 50000]) * Math.PI) / 2, -9, 0.5),
  exp: (d) => around(d, d.pick([-104, -87.3, 88.7, 0]), -6, 1),
  softplus: (d) => around(d, d.pick([-104, -87.3, 17, 0]), -6, 1),
  sigmoid: (d) => around(d, d.pick([-104, -87.3, 17, 0]), -6, 1),
  tanh: (d) => around(d, d.pick([-9, 9, 0.01]), -6, 1),
  erf: (d) => around(d, d.pick([-4, 4, 3.9, 0.01]), -6, 1),
  log: (d) => around(d, d.pick([1, Math.SQRT1_2, Math.SQRT2]), -7, -1),
  pow: (d) => around(d, 1, -7, -1),
  floor: (d) => around(d, d.int(-3, 3) * d.pick([1, 1, 8388608]), -3, 1),
  round: (d) => around(d, (d.int(-3, 3) + 0.5) * d.pick([1, 1, 4194304]), -3, 1),
  sqrt: (d) => ordered(0, power(d, -44.8, 38)),
};

/** Operands as the rules like them, one time in two: conditions around 0, powers whole, divisors of one sign. */
export function randomBox(op: Op, d: Draw): Interval[] {
  const box = Array.from({ length: ARITY[op] ?? 0 }, () => {
    const { lo, hi } = randomInterval(d);
    return { lo: f(lo), hi: f(hi) };
  });
  const delicate = DELICATE[op];
  if (delicate && d.int(0, 2) === 0) box[0] = delicate(d);
  const [first, second] = box;
  if (first && second && d.int(0, 5) === 0) box[1] = { lo: first.hi, hi: Math.max(first.hi, second.hi) };
  if (op === 'pow' && second && d.int(0, 3) > 0) {
    const n = d.pick([d.int(-4, 6), f(d.int(-40, 40) / 8), f(signed(d, power(d, 1, 8)))]);
    if (d.int(0, 4) > 0) box[1] = { lo: n, hi: n };
    else if (first) box[0] = { lo: Math.abs(first.lo), hi: Math.abs(first.lo) };
  }
  if ((op === 'max' || op === 'min') && d.chance()) box[1] = { lo: 0, hi: 0 };
  return box;
}

/** Float32 numbers of an interval: its ends and their neighbours, zeros, and others. */
function floats({ lo, hi }: Interval, d: Draw, count: number): number[] {
  const inside = (x: number): boolean => x >= lo && x <= hi;
  const ends = [lo, hi, nextUpF32(lo), nextDownF32(hi), 0, -0, 1, -1].filter(inside);
  const finite = [Math.max(lo, -3.4028234663852886e38), Math.min(hi, 3.4028234663852886e38)] as const;
  const random = Array.from({ length: count }, () => {
    const part = d.int(0, 1 << 20) / (1 << 20);
    const by = d.int(0, 3);
    if (by === 0) return f(finite[0] + (finite[1] - finite[0]) * part ** 8);
    if (by === 1) return f(finite[1] - (finite[1] - finite[0]) * part ** 8);
    return f(finite[0] + (finite[1] - finite[0]) * part);
  }).filter(inside);
  return [...ends, ...random];
}

/** All choices of one number from each column. */
export const choices = (columns: readonly (readonly number[])[]): number[][] =>
  columns.reduce<number[][]>((rows, column) => rows.flatMap((row) => column.map((x) => [...row, x])), [[]]);

/** Corners, zeros counted as such, and others. */
function points(box: readonly Interval[], d: Draw, count: number): number[][] {
  const columns = box.map((x) => floats(x, d, count));
  if (box.length === 1) return choices(columns);
  const corners = choices(box.map(({ lo, hi }) => [lo, hi, 0].filter((x) => x >= lo && x <= hi)));
  return [...corners, ...Array.from({ length: 2 * count }, () => columns.map((column) => d.pick(column)))];
}

/** Doubles of the box near a point of it. */
const between = (box: readonly Interval[], x: readonly number[], d: Draw): number[] =>
  box.map(({ lo, hi }, j) => {
    const other = d.chance() ? lo : hi;
    const v = (x[j] as number) + (other - (x[j] as number)) * power(d, -12, 0);
    return v >= lo && v <= hi && Number.isFinite(v) ? v : (x[j] as number);
  });

const holds = (box: readonly Interval[], x: readonly number[]): boolean =>
  box.every(({ lo, hi }, j) => (x[j] as number) >= lo && (x[j] as number) <= hi);

const show = (box: readonly Interval[], alpha: Alpha | undefined): string =>
  `${box.map(({ lo, hi }) => `[${lo}, ${hi}]`).join(' ')}${alpha ? ` alpha ${alpha}` : ''}`;

/** Why the interval of a rule is wrong at a float32 point, or nothing. */
function outside(op: Op, x: readonly number[], { lo, hi }: Interval): string | undefined {
  const y = runOp(op, x);
  return y >= lo && y <= hi ? undefined : `${op}(${x}) = ${y} is not in [${lo}, ${hi}]`;
}

function offPlanes(op: Op, x: readonly number[], planes: Planes, isFloat: boolean): string | undefined {
  const [below, above] = [planeAt(planes.lower, planes.lowerAt, x), planeAt(planes.upper, planes.upperAt, x)];
  if (isFloat) {
    const y = runOp(op, x);
    if (!Number.isFinite(y)) return `${op}(${x}) = ${y} has planes`;
    if (exact(y) < below) return `${op}(${x}) = ${y} is below its plane`;
    if (exact(y) > above) return `${op}(${x}) = ${y} is above its plane`;
  }
  const ideal = IDEAL[op](x[0] as number, x[1] as number, x[2] as number);
  if (!ideal) return undefined;
  if (ideal[1] < below) return `the ideal ${op}(${x}) is below its plane`;
  return ideal[0] > above ? `the ideal ${op}(${x}) is above its plane` : undefined;
}

/** The sampled points where the planes are nearest: there more samples are taken. */
function nearest(op: Op, samples: readonly number[][], { lower, lowerAt, upper, upperAt }: Planes): number[][] {
  const line = (k: Float64Array, c: number, x: readonly number[]): number =>
    x.reduce((sum, v, j) => sum + (k[j] as number) * v, c);
  const gaps = samples.map((x) => {
    const y = runOp(op, x);
    return { x, below: y - line(lower, lowerAt, x), above: line(upper, upperAt, x) - y };
  });
  const best = (key: 'below' | 'above'): number[][] =>
    [...gaps]
      .sort((a, b) => a[key] - b[key])
      .slice(0, 3)
      .map(({ x }) => x);
  return [...best('below'), ...best('above')];
}

/** Whether an operand without an end has a coefficient. */
const reachesOut = (box: readonly Interval[], { lower, upper }: Planes): boolean =>
  box.some(({ lo, hi }, j) => !(Number.isFinite(lo) && Number.isFinite(hi)) && (lower[j] !== 0 || upper[j] !== 0));

interface Trial {
  readonly box: readonly Interval[];
  readonly samples: readonly number[][];
  readonly d: Draw;
}

function judgePlanes(op: Op, { box, samples, d }: Trial, planes: Planes): string | undefined {
  if (reachesOut(box, planes)) return 'a coefficient of an infinite operand';
  const finite = samples.filter((x) => x.every(Number.isFinite));
  for (const x of finite) {
    const wrong = offPlanes(op, x, planes, true);
    if (wrong) return wrong;
  }
  for (const x of nearest(op, finite, planes)) {
    for (let k = 0; k < 3; k++) {
      const close = between(box, x, d);
      const rounded = close.map(f);
      const wrong =
        offPlanes(op, close, planes, false) ?? (holds(box, rounded) ? offPlanes(op, rounded, planes, true) : undefined);
      if (wrong) return wrong;
    }
  }
  return undefined;
}

/** Whether the kernel gives NaN at some corner of a box, zeros and neighbours of the ends counted as corners. */
function holdsNaN(op: Op, box: readonly Interval[]): boolean {
  const columns = box.map(({ lo, hi }) =>
    [lo, hi, 0, nextUpF32(lo), nextDownF32(hi)].filter((x) => x >= lo && x <= hi),
  );
  return choices(columns).some((x) => Number.isNaN(runOp(op, x)));
}

export interface Tally {
  boxes: number;
  refused: number;
  planes: number;
}

/** The first contradiction between a rule and its op on random boxes, or nothing. With a tally, refused boxes must hold a NaN too (but for pow, whose NaN may stand anywhere within). */
export function judge(op: Op, rule: ElementRule, { seed = 1, boxes = 300 } = {}, tally?: Tally): string | undefined {
  const d = draw(seed);
  const planes = newPlanes(op);
  for (let i = 0; i < boxes; i++) {
    const box = randomBox(op, d);
    const samples = points(box, d, 12);
    const whole: Interval = { lo: Number.NaN, hi: Number.NaN };
    const alpha: Alpha | undefined = d.chance() ? undefined : [d.int(0, 16) / 16, d.int(0, 1000) / 1000];
    const known = rule.interval(box, attrs, whole);
    if (tally) tally.boxes++;
    if (tally && !known) tally.refused++;
    if (tally && !known && op !== 'pow' && !holdsNaN(op, box)) return `${show(box, undefined)}: refused without a NaN`;
    const wrong = known ? samples.map((x) => outside(op, x, whole)).find((w) => w !== undefined) : undefined;
    if (wrong) return `${show(box, undefined)}: ${wrong}`;
    if (!rule.planes(box, attrs, alpha, planes)) continue;
    if (!known) return `${show(box, alpha)}: planes without an interval`;
    if (tally) tally.planes++;
    const off = judgePlanes(op, { box, samples, d }, planes);
    if (off) return `${show(box, alpha)}: ${off}`;
  }
  return undefined;
}
