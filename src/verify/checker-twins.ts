/**
 * Steps that do the same in two copies of a program, bounded together: the difference of two results by the differences of their operands.
 * Part of the independent checker; imports `ir`, `num` and `ops` only. Note [Differences of twins] is at the foot.
 */
import type { ValueId } from '../ir/graph.ts';
import { down, up } from '../num/directed.ts';
import { differencePlanes } from '../ops/bounds/difference.ts';
import type { Interval, Planes } from '../ops/bounds.ts';
import { must } from '../text/result.ts';
import type { Term } from './checker-cases.ts';
import {
  type Bounds,
  offOf,
  planesOf,
  put,
  reach,
  roundOutward,
  type Side,
  sideOf,
  take,
  type Way,
} from './checker-rules.ts';
import type { Opened, Step } from './checker-steps.ts';
import type { Ends } from './ends.ts';

/** Linear bounds of the second result less the first, and the elements where each is better than bounds of both alone. */
export interface Pair {
  readonly first: ValueId;
  readonly lower: Side & { readonly helps: Uint8Array };
  readonly upper: Side & { readonly helps: Uint8Array };
}

/** Whether it is more than a sum: only such steps gain by having a twin. */
const isCurved = ({ node, rule }: Step): boolean => rule !== undefined && !['add', 'sub', 'neg'].includes(node.op);

/** With steps of one level side by side, and the second of two twins by its result. A wrong guess costs tightness. */
export function withTwins(o: Opened): Opened {
  const levels = new Map<ValueId, number>();
  const placeOf = (s: Step): number => 2 * must(levels.get(s.result)) + (isCurved(s) ? 0 : 1);
  for (const s of o.steps)
    levels.set(s.result, Math.max(...s.node.inputs.map((v) => levels.get(v) ?? 0)) + (isCurved(s) ? 1 : 0));
  const steps = [...o.steps].sort((a, b) => placeOf(a) - placeOf(b));
  const twins = new Map<ValueId, Step>();
  const forms = formsOf({ ...o, steps });
  const taken = new Set<Step>();
  for (const formOf of [(s: Step) => must(forms.get(s.result)), (s: Step) => `${s.node.op} ${s.size}`]) {
    const alike = new Map<string, Step[]>();
    for (const step of steps.filter((s) => isCurved(s) && !taken.has(s))) {
      const form = `${placeOf(step)} ${formOf(step)}`;
      alike.set(form, [...(alike.get(form) ?? []), step]);
    }
    for (const all of alike.values())
      for (const [i, first] of all.slice(0, Math.floor(all.length / 2)).entries()) {
        const second = must(all[Math.floor(all.length / 2) + i]);
        if (first.rule === second.rule) twins.set(second.result, first);
        for (const one of [first, second]) taken.add(one);
      }
  }
  return { ...o, steps, twins };
}

/** Steps by their ops and numbers. Sums of inputs are inputs: a copy may be of inputs that are moved. */
function formsOf({ steps, fixed }: Opened): ReadonlyMap<ValueId, string> {
  const [names, forms] = [new Map<string, string>(), new Map<ValueId, string>()];
  const of = (v: ValueId): string => forms.get(v) ?? fixed.get(v)?.lo.join() ?? 'x';
  for (const { node, result, size, rule, parts } of steps) {
    const weights = rule ? [] : parts.map((p) => `${p.column.join()} ${p.weight.join()}`);
    const text = `${node.op} ${size} ${parts.map((p) => of(p.operand)).join(';')} ${weights.join(';')}`;
    const isSum = node.op === 'add' || (!rule && parts.every((p) => p.weight.every((w) => w === 1)));
    const isMoved = isSum && parts.every((p) => of(p.operand) === 'x');
    if (!names.has(text)) names.set(text, isMoved ? 'x' : `${names.size}`);
    forms.set(result, must(names.get(text)));
  }
  return forms;
}

/** What is known of both steps, and a lower bound of a sum of terms. */
interface Known {
  readonly ends: ReadonlyMap<ValueId, Ends>;
  readonly bounds: ReadonlyMap<ValueId, Bounds>;
  readonly least: (terms: readonly Term[]) => number;
}

/** Bounds of the difference of two steps of one rule, by rules of the op table. */
export function pairOf(o: Opened, first: Step, second: Step, known: Known): Pair {
  const [size, parts] = [second.size, [...second.parts, ...first.parts]];
  const side = () => ({ ...sideOf(o, { size, parts }), helps: new Uint8Array(size) });
  const pair = { first: first.result, lower: side(), upper: side() };
  const [x, planes] = [parts.map((): Interval => ({ lo: 0, hi: 0 })), planesOf(second.parts.length)];
  const ends = parts.map(({ operand }) => must(known.ends.get(operand)));
  const both = [first, second].map(({ result }) => must(known.bounds.get(result)));
  const [{ ends: a }, { ends: b }] = both as [Bounds, Bounds];
  for (let k = 0; k < size; k++) {
    const gap = both.reduce((sum, own) => sum + gapOf(own, k, known.ends), 0);
    for (const [i, own] of x.entries()) roundOutward(must(ends[i]), k, own);
    const d = gap > 0 ? planesAt(second, first, { k, x, known }, planes) : undefined;
    if (!d) continue;
    const nearest = d.map(({ lo, hi }) => Math.max(lo, Math.min(0, hi)));
    const own = planes.upperAt - planes.lowerAt;
    const apart = nearest.reduce((sum, at, j) => sum + at * (must(planes.upper[j]) - must(planes.lower[j])), own);
    for (const sign of [1, -1]) {
      const [side, slopes, at] =
        sign > 0 ? [pair.lower, planes.lower, planes.lowerAt] : [pair.upper, planes.upper, planes.upperAt];
      put(side, k, x, { slopes: [...slopes, ...slopes.map((s) => -s)], at, off: offOf(o) });
      const alone = sign > 0 ? must(b.lo[k]) - must(a.hi[k]) : must(a.lo[k]) - must(b.hi[k]);
      const least = d.reduce((sum, { lo, hi }, j) => {
        const s = sign * must(slopes[j]);
        return sum + Math.min(s * lo, s * hi);
      }, sign * at);
      side.helps[k] = apart * Math.max(0, -least) < gap * -alone ? 1 : 0;
    }
  }
  return pair;
}

/** How far apart the bounds of a result are in the middle of its operands. */
function gapOf({ lower, upper }: Bounds, k: number, ends: ReadonlyMap<ValueId, Ends>): number {
  return upper.parts.reduce((gap, { operand, weight }, i) => {
    const { lo, hi } = must(ends.get(operand));
    return gap + (must(weight[k]) - must(lower.parts[i]?.weight[k])) * 0.5 * (must(lo[k]) + must(hi[k]));
  }, must(upper.at[k]) - must(lower.at[k]));
}

/** An element: operands of the second and then of the first. */
interface At {
  readonly k: number;
  readonly x: readonly Interval[];
  readonly known: Known;
}

/** Finds planes of the difference, and gives the differences of the operands; undefined where slopes have no limit. */
function planesAt(second: Step, first: Step, { k, x, known }: At, planes: Planes): readonly Interval[] | undefined {
  const n = second.parts.length;
  const range = { low: new Float64Array(n), high: new Float64Array(n), isMean: false, off: 0 };
  const all = first.parts.map((_, j) => {
    const [own, other] = [must(x[j]), must(x[n + j])];
    return { lo: Math.min(own.lo, other.lo), hi: Math.max(own.hi, other.hi) };
  });
  if (!all.every(({ lo, hi }) => lo > -Infinity && hi < Infinity)) return undefined;
  if (!second.rule?.slopes(all, second.node.attrs, range)) return undefined;
  const d = first.parts.map(({ operand: v }, j): Interval => {
    const [w, own, other] = [must(second.parts[j]).operand, must(x[j]), must(x[n + j])];
    if (v === w) return { lo: 0, hi: 0 };
    const from = own.lo === other.hi ? 0 : down(own.lo - other.hi);
    const to = own.hi === other.lo ? 0 : up(own.hi - other.lo);
    if (from === to || must(range.low[j]) === must(range.high[j])) return { lo: from, hi: to };
    const terms = (a: number): Term[] => [
      { value: w, element: k, a },
      { value: v, element: k, a: -a },
    ];
    return { lo: Math.max(from, known.least(terms(1))), hi: Math.min(to, -known.least(terms(-1))) };
  });
  return d.every(({ lo, hi }) => lo <= hi) && differencePlanes(range, d, planes) ? d : undefined;
}

/** What both results have in common goes to their operands by bounds of the difference; the rest stays. */
export function common({ first, lower, upper }: Pair, second: ValueId, ends: Known['ends'], way: Way): void {
  const [a, b] = [must(way.rows[first]), must(way.rows[second])];
  const [x, y] = [must(ends.get(first)), must(ends.get(second))];
  for (let k = 0; k < a.length; k++) {
    const [p, q] = [a[k] as number, b[k] as number];
    const side = q > 0 ? lower : upper;
    if (!(p * q < 0) || side.helps[k] === 0) continue;
    const t = Math.abs(q) <= Math.abs(p) ? q : -p;
    a[k] = p + t;
    b[k] = q - t;
    way.slack += way.off * Math.abs(p + q) * Math.max(reach(x, k), reach(y, k));
    take(side, k, t, way);
  }
}

/*
Note [Differences of twins]

Let y and y' be results of any two steps of one rule, as they run or as the ideal function has them. Their operands x and x' lie in their ends, and all
on the way between them in the box that holds both, over which `slopes` says how fast y changes. Every d_j = x'_j - x_j lies between differences of
ends, moved outward, and above what carrying back finds: bounds of the same runs. So y' - y lies between the planes Σ s_j·d_j + c of
`differencePlanes`, the errors of both kernels in c. As Σ s_j·x'_j - Σ s_j·x_j + c such a plane is a side like others, over the operands of
both steps: numbers become part of c, and `off` counts the reach of x and of x'.

On the way back let p·y + q·y' stand in the row, p and q of opposite signs. It is t·(y' - y) + (p + t)·y + (q - t)·y' for any t; with t = q or
t = -p one coefficient is 0 and the other p + q, rounded once: the row pays offOf·|p + q| times the larger reach. t has the sign of q, so
the lower side is taken where q > 0, the upper where q < 0. What other readers add to the coefficients of y or y' later (there are none, for
they stand at later places) would go through the bounds of each alone. A coefficient of an operand has up to three terms of one reader: of its
own bounds, of its difference to an earlier twin, of a later twin's to it. `terms` counts three.

Places: a curved step has a higher level than its operands; others have the level of their highest operand and stand after the curved ones of
it, in the order that they had. So operands stand before readers, and readers of a twin after both.
*/
