/**
 * The backward half: walks a tape from its end and asks the op table for cotangents. A value that is read several times
 * gets the sum of what its readers give, added in the order of the walk: the last reader's first. Loops are in `loops.ts`.
 */
import type { Node, Origin, ValueId } from '../ir/graph.ts';
import type { OpAttrs, OpName } from '../ir/vocabulary.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { OPS } from '../ops/index.ts';
import { Bug } from '../text/result.ts';
import type { Step, Tape } from './forward.ts';

/** A cotangent; null where none arrives. */
export type Cotangent = ValueId | null;

/** Where a gradient ends: an op that passes none. */
export interface Blocked {
  readonly op: OpName;
  readonly origin?: Origin;
}

export interface Backward {
  /** The cotangent of any value of the tape's builder. */
  cotangent(v: ValueId): Cotangent;
  /** Why a value that leads to the outputs has none; undefined when it does not lead there. */
  blocked(v: ValueId): Blocked | undefined;
}

/** What a node's rule gives: a cotangent per operand, and why there is none. */
export interface Given {
  readonly cts: readonly Cotangent[];
  readonly blocked: readonly (Blocked | undefined)[];
}

function byRule<K extends OpName>(b: GraphBuilder, step: Step, cts: readonly Cotangent[]): Given {
  const { op, attrs, inputs, results, origin } = step.node;
  const { vjp } = OPS[op as K];
  if (typeof vjp !== 'function') throw new Bug(`${op} has no gradient rule`);
  const given = vjp({ b, attrs: attrs as OpAttrs[K], inputs, results }, cts);
  return { cts: given, blocked: given.map((ct) => (ct === null ? { op, ...(origin && { origin }) } : undefined)) };
}

/** Pulls cotangents back through one node. */
export type StepRule = (b: GraphBuilder, step: Step, cts: readonly Cotangent[]) => Given;

/** Pulls cotangents of the tape's outputs back to everything before them; `loop` does so for scans. */
export function walkBack(tape: Tape, seeds: readonly Cotangent[], loop: StepRule): Backward {
  const { b } = tape;
  const cts = new Map<ValueId, ValueId>();
  const reasons = new Map<ValueId, Blocked>();
  const add = (v: ValueId, ct: Cotangent | undefined): void => {
    if (ct === null || ct === undefined) return;
    const had = cts.get(v);
    cts.set(v, had === undefined ? ct : b.add(had, ct));
  };
  for (const [i, v] of tape.outputs.entries()) add(v, seeds[i]);
  for (const step of [...tape.steps].reverse()) {
    const { node, active } = step;
    const arriving = node.results.map((v) => cts.get(v) ?? null);
    const given = arriving.some((ct) => ct !== null)
      ? b.within(node.origin, () => (node.op === 'scan' ? loop : byRule)(b, step, arriving))
      : { cts: [], blocked: passOn(node, reasons) };
    for (const [i, v] of node.inputs.entries()) {
      if (!active[i]) continue;
      add(v, given.cts[i]);
      const reason = given.blocked[i];
      if (reason && !reasons.has(v)) reasons.set(v, reason);
    }
  }
  return {
    cotangent: (v) => cts.get(v) ?? null,
    blocked: (v) => reasons.get(v),
  };
}

/** Without a cotangent, what blocks the results blocks the operands. */
function passOn(node: Node, reasons: ReadonlyMap<ValueId, Blocked>): (Blocked | undefined)[] {
  const reason = node.results.map((v) => reasons.get(v)).find((r) => r !== undefined);
  return node.inputs.map(() => reason);
}

export const zerosLike = (b: GraphBuilder, v: ValueId): ValueId => b.full(b.shapeOf(v), 0);
