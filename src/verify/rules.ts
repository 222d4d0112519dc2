/** The rules of elementwise ops as layers use them: ends rounded to float32 before a rule sees them, results widened for the ideal function. */
import type { Node } from '../ir/graph.ts';
import type { OpName } from '../ir/vocabulary.ts';
import { squareBounds } from '../ops/bounds/power.ts';
import type { ElementRule, Interval } from '../ops/bounds.ts';
import { OPS } from '../ops/index.ts';
import { LARGEST32 } from './rounding.ts';

/** The product of a value with itself is bounded as its square. */
export function elementRule(node: Node): ElementRule | undefined {
  if (node.op === 'mul' && node.inputs[0] === node.inputs[1]) return squareBounds;
  const { bounds } = OPS[node.op];
  return bounds.kind === 'elementwise' ? (bounds as ElementRule) : undefined;
}

/** Ops whose float32 result is the real one at float32 operands. */
const EXACT: ReadonlySet<OpName> = new Set<OpName>([
  'neg',
  'abs',
  'min',
  'max',
  'select',
  'lt',
  'le',
  'eq',
  'sign',
  'floor',
  'round',
  'stopGradient',
]);

/** More than any kernel is off (two units in the last place), and any subnormal. */
const WIDER = 2 ** -22;
const TINY = 2 ** -147;

/** The ideal function of real operands stays within these too: where every run overflows, it may be finite. */
export function widen(op: OpName, out: Interval): void {
  if (EXACT.has(op)) return;
  out.lo = out.lo === Infinity ? LARGEST32 : out.lo - (Math.abs(out.lo) * WIDER + TINY);
  out.hi = out.hi === -Infinity ? -LARGEST32 : out.hi + (Math.abs(out.hi) * WIDER + TINY);
}
