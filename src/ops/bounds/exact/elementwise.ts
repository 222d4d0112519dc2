/**
 * Ends of elementwise ops: where all operands are points, the kernel; else the op's own interval rule, which is about the kernel as it runs.
 * An op that is given one value twice knows more than its rule.
 */

import type { Node } from '../../../ir/graph.ts';
import type { OpName } from '../../../ir/vocabulary.ts';
import { must } from '../../../text/result.ts';
import type { ElementRule, Interval } from '../../bounds.ts';
import { OPS } from '../../index.ts';
import { at, holdsZero, isFinite32, span } from '../planes.ts';
import { squareBounds } from '../power.ts';
import { type EndsRule, type FloatEnds, readEnds, writeEnds } from './ends.ts';

type Enclose = ElementRule['interval'];

/** Of op(x, x). */
const TWINS: { readonly [K in OpName]?: Enclose } = {
  mul: squareBounds.interval,
  sub: (x, _, out) => isFinite32(at(x, 0)) && span(out, 0, 0),
  div: (x, _, out) => isFinite32(at(x, 0)) && !holdsZero(at(x, 0)) && span(out, 1, 1),
  le: (_x, _a, out) => span(out, 1, 1),
  eq: (_x, _a, out) => span(out, 1, 1),
  lt: (_x, _a, out) => span(out, -1, -1),
};

function enclosing({ op, inputs: [first, second] }: Node): Enclose {
  const twin = first === second ? TWINS[op] : undefined;
  return twin ?? (OPS[op].bounds as ElementRule).interval;
}

/** Sets the ends of element k of all operands; whether all are points. */
function setOperands(x: readonly Interval[], operands: readonly FloatEnds[], k: number): boolean {
  let arePoints = true;
  for (let o = 0; o < operands.length; o++) {
    const [into, { lo, hi }] = [x[o] as Interval, operands[o] as FloatEnds];
    into.lo = lo[k] as number;
    into.hi = hi[k] as number;
    arePoints &&= Object.is(into.lo, into.hi);
  }
  return arePoints;
}

export const elementwiseEnds: EndsRule = (node, c) => {
  const enclose = enclosing(node as Node);
  const kernel = c.run(node as Node);
  const result = must(node.results[0]);
  const [lo, hi] = [c.buffer(result), c.buffer(result)];
  const x = node.inputs.map((): Interval => ({ lo: 0, hi: 0 }));
  const out: Interval = { lo: 0, hi: 0 };
  return (slots) => {
    kernel(slots.lo);
    const points = must(slots.lo[result]);
    const operands = node.inputs.map((v) => readEnds(slots, v));
    for (let k = 0; k < lo.length; k++) {
      const point = points[k] as number;
      if (setOperands(x, operands, k) && Number.isFinite(point)) out.lo = out.hi = point;
      else if (!enclose(x, node.attrs, out)) return false;
      lo[k] = out.lo;
      hi[k] = out.hi;
    }
    writeEnds(slots, result, { lo, hi });
    return true;
  };
};
