/**
 * Which case of a layer to tell apart: the element whose plane loses most of the bound at the point where the bound is reached. In the
 * spirit of BaBSR (Bunel et al., Branch and bound for piecewise linear neural network verification, JMLR 2020), for all elementwise ops.
 */
import type { ValueId } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { must } from '../text/result.ts';
import type { Analysis } from './bounds.ts';
import { PIECES, sourceOf } from './cases.ts';
import { noInterval, operandsAt } from './ends.ts';
import type { Linearized } from './linearized.ts';
import type { Prepared, Ready } from './prepared.ts';
import type { Cut } from './tree.ts';

export interface Candidate {
  readonly cut: Cut;
  /** What the plane takes from the bound, about. */
  readonly loss: number;
}

/** Layers that jump: no narrower box makes their planes better where they do. */
export const JUMPS: ReadonlySet<OpName> = new Set<OpName>(['lt', 'le', 'eq', 'sign', 'floor', 'round', 'select']);
const COMPARES: ReadonlySet<OpName> = new Set<OpName>(['lt', 'le', 'eq']);

/** The best candidate among layers of the wanted ops, if any plane loses anything. */
export function bestCandidate(
  ready: Ready,
  found: Analysis,
  at: Linearized,
  isWanted: (op: OpName) => boolean,
): Candidate | undefined {
  let best: Candidate | undefined;
  for (const p of ready.layers) {
    if (p.layer.kind === 'linear' || !isWanted(p.layer.node.op)) continue;
    const row = at.rows.get(p.layer.result);
    if (!row) continue;
    const lossAt = lossOf(p, ready.net.fixed, found, at);
    for (let k = 0; k < p.size; k++) {
      if ((row[k] as number) === 0) continue;
      const loss = lossAt(k);
      if (!(loss > (best?.loss ?? 0))) continue;
      const cut = cutOf(ready, p, found, k);
      if (cut) best = { cut, loss };
    }
  }
  return best;
}

/** How much the gap between both planes counts beside what the used one loses. */
const GAP = 0.3;

/** What the plane of an element takes from the bound: how far it is from the function at the point where the bound is reached. */
function lossOf(
  p: Prepared,
  fixed: Ready['net']['fixed'],
  found: Analysis,
  { rows, planes: all, values }: Linearized,
): (k: number) => number {
  const { node, result } = p.layer;
  const row = must(rows.get(result));
  const rule = must(p.rule);
  const planes = must(all.get(result));
  const pieces = found.pieces.get(result);
  const operands = node.inputs.map((v) => must(found.ends.get(v)));
  const own = must(found.ends.get(result));
  const x = operands.map(noInterval);
  const out = noInterval();
  return (k) => {
    if (pieces?.has(k) || own.lo[k] === own.hi[k]) return 0;
    const a = row[k] as number;
    let [low, high] = [planes.lowerAt[k] as number, planes.upperAt[k] as number];
    operandsAt(operands, k, x);
    let part = 0;
    for (const [o, v] of node.inputs.entries()) {
      const one = must(x[o]);
      const inside = Math.min(one.hi, Math.max(one.lo, values.get(v)?.[k] ?? one.lo));
      one.lo = one.hi = Math.fround(inside);
      if (fixed.has(v)) continue;
      const slopes = must(planes.parts[part++]);
      low += (slopes.lower[k] as number) * inside;
      high += (slopes.upper[k] as number) * inside;
    }
    if (!rule.interval(x, node.attrs, out)) return 0;
    const off = Math.abs(out.lo - (a > 0 ? low : high));
    return Math.abs(a) * (off + GAP * Math.max(0, high - low));
  };
}

/** How an element of a layer is told apart: by which operand is larger, or by the operand that is known least, at 0 or in the middle. */
function cutOf(ready: Ready, { layer }: Prepared, found: Analysis, k: number): Cut | undefined {
  const { node, result } = layer;
  const pieces = PIECES[node.op];
  if (pieces && !pieces.operands.every((o) => isCompared(ready, must(node.inputs[o]))))
    return { kind: 'order', value: result, element: k };
  if (pieces) return undefined;
  if (COMPARES.has(node.op)) return { kind: 'value', value: result, element: k, cut: 0 };
  let [widest, width] = [node.inputs[0], 0];
  for (const v of node.inputs) {
    const { lo, hi } = must(found.ends.get(v));
    const own = (hi[k] as number) - (lo[k] as number);
    if (own > width) [widest, width] = [v, own];
  }
  return width > 0 ? cutOfValue(ready, must(widest), found, k) : undefined;
}

/** Whether a value is a comparison, or made of such by and, or and not: then those are told apart, and not what is made of them. */
function isCompared(ready: Ready, value: ValueId): boolean {
  const place = ready.position.get(value);
  if (place === undefined) return ready.net.fixed.has(value);
  const { layer } = must(ready.layers[place]);
  if (layer.kind === 'linear')
    return layer.op.roundings === 0 && layer.op.parts.every((p) => isCompared(ready, p.operand));
  if (COMPARES.has(layer.node.op)) return true;
  return (layer.node.op === 'min' || layer.node.op === 'max') && layer.node.inputs.every((v) => isCompared(ready, v));
}

/** A cut of a value, or of the element of an input that it is moved from; none where rounding is as large as it is wide. */
function cutOfValue(ready: Ready, value: ValueId, found: Analysis, k: number): Cut | undefined {
  const { lo, hi } = must(found.ends.get(value));
  const [low, high] = [lo[k] as number, hi[k] as number];
  if (!(high - low > NARROW * Math.max(Math.abs(low), Math.abs(high)))) return undefined;
  // most curves bend at 0; not where that cuts off next to nothing
  const isBent = Math.min(-low, high) > BENT * (high - low);
  const cut = isBent ? 0 : Math.fround((low + high) / 2);
  if (!(cut > low && cut < high)) return undefined;
  const place = ready.position.get(value);
  if (place === undefined) return { kind: 'input', input: ready.net.inputs.indexOf(value), element: k, cut };
  const { layer } = must(ready.layers[place]);
  const from = layer.kind === 'linear' ? sourceOf(layer.op, k) : undefined;
  return from ? cutOfValue(ready, from.value, found, from.element) : { kind: 'value', value, element: k, cut };
}

const NARROW = 1e-5;
const BENT = 0.1;
