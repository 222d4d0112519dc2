/**
 * A whole step of training as one graph: loss and gradient of a batch, the optimiser's step, the constraints. Params and the
 * optimiser's state are updated in place, so a compiled step copies nothing but the batch in and the loss out.
 */
import type { Updates } from '../backends/backend.ts';
import type { Graph, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { inputNames } from '../passes/copy.ts';
import { ready, runPasses, TRAIN_PIPELINE } from '../passes/index.ts';
import { must } from '../text/result.ts';
import { plainGradientGraph, plainStepGraph } from './graphs.ts';
import type { Slot } from './parameters.ts';

/** Numbers that the optimiser steps over at once: a large param, or all small ones side by side. */
export interface Block {
  /** The param of the fused graph. */
  readonly name: string;
  readonly slots: readonly Slot[];
  readonly size: number;
}

export interface FusedStep {
  /** Inputs: those of the gradient graph, then `t`, `rate`, then the states of each block. Output 0 is the loss, the others are updates. */
  readonly graph: Graph;
  readonly updates: Updates;
  readonly blocks: readonly Block[];
}

export interface FusedTask {
  /** The loss graph of one example. */
  readonly loss: Graph;
  readonly slots: readonly Slot[];
  readonly weighted: boolean;
  /** The optimiser's step of one number, and its states. */
  readonly step: Graph;
  readonly stateNames: readonly string[];
  /** Params that no step changes and the caller does: they are read anew at each step. */
  readonly settings?: readonly string[];
}

/** Params of fewer numbers lie side by side in one block. */
const LARGE = 64;
/** No name in a program has a space. */
const PACKED = 'small params';

const sizeOfSlot = ({ start, end }: Slot): number => end - start;

export function blocksOf(slots: readonly Slot[]): Block[] {
  const small = slots.filter((slot) => sizeOfSlot(slot) < LARGE);
  const large = slots.filter((slot) => sizeOfSlot(slot) >= LARGE);
  const packed = { name: PACKED, slots: small, size: small.reduce((n, slot) => n + sizeOfSlot(slot), 0) };
  const own = large.map((slot): Block => ({ name: slot.spec.name, slots: [slot], size: sizeOfSlot(slot) }));
  return packed.size > 0 ? [packed, ...own] : own;
}

/** The step for batches of `rows` examples, ready to be compiled. */
export function fuseStep(task: FusedTask, rows: number): FusedStep {
  const { slots, stateNames } = task;
  const blocks = blocksOf(slots);
  const gradients = plainGradientGraph(
    task.loss,
    rows,
    slots.map((s) => s.spec),
    task.weighted,
  );
  const step = ready(task.step);
  const b = graphBuilder();
  const names = inputNames(gradients);
  const inputs = gradients.inputs.map((v, i) => b.input(must(names[i]), must(gradients.types[v]).shape));
  const [t, rate] = [b.input('t', []), b.input('rate', [])];
  const states = blocks.map((block) => stateNames.map((name) => b.input(`${block.name} ${name}`, [block.size])));
  const wholes = blocks.map((block) => b.param(block.name, paramShape(block)));
  const parts = new Map(
    blocks.flatMap((block, i) => (block.name === PACKED ? partsOf(b, block, must(wholes[i])) : [])),
  );
  const [loss, ...grads] = b.inline(gradients, inputs, parts);
  const bySlot = new Map(slots.map((slot, i) => [slot, must(grads[i])]));
  const outputs = [{ name: 'loss', value: must(loss) }];
  for (const [i, block] of blocks.entries()) {
    const flat = b.reshape(must(wholes[i]), [block.size]);
    const gradient = gathered(b, block, bySlot);
    const given = [flat, gradient, ...must(states[i]), t, rate];
    const [next, ...nextStates] = b.inline(plainStepGraph(step, block.size), given);
    const projected = b.reshape(constrained(b, block, must(next)), paramShape(block));
    outputs.push({ name: `next ${block.name}`, value: projected });
    for (const [k, value] of nextStates.entries())
      outputs.push({ name: `next ${block.name} ${must(stateNames[k])}`, value });
  }
  const graph = runPasses(TRAIN_PIPELINE, b.finish(outputs));
  return { graph, blocks, updates: updatesOf(graph, blocks, inputs.length + 2, stateNames.length) };
}

const paramShape = (block: Block): readonly number[] =>
  block.name === PACKED ? [block.size] : must(block.slots[0]).spec.shape;

/** Where the small params lie in their block. */
function partsOf(b: GraphBuilder, { slots }: Block, whole: ValueId): (readonly [string, ValueId])[] {
  let at = 0;
  return slots.map((slot) => {
    const attrs = { starts: [at], limits: [at + sizeOfSlot(slot)] };
    at += sizeOfSlot(slot);
    return [slot.spec.name, b.reshape(b.op('slice', [whole], attrs), slot.spec.shape)] as const;
  });
}

function gathered(b: GraphBuilder, block: Block, gradients: ReadonlyMap<Slot, ValueId>): ValueId {
  const flat = block.slots.map((slot) => b.reshape(must(gradients.get(slot)), [sizeOf(slot.spec.shape)]));
  return flat.length === 1 ? must(flat[0]) : b.op('concat', flat, { axis: 0 });
}

/** As `project` does it. */
function constrained(b: GraphBuilder, { slots, size }: Block, x: ValueId): ValueId {
  if (slots.every((slot) => !slot.range)) return x;
  const end = (which: 0 | 1, none: number): ValueId =>
    b.constant(
      [size],
      slots.flatMap((slot) => new Array<number>(sizeOfSlot(slot)).fill(slot.range?.[which] ?? none)),
    );
  return b.min(b.max(x, end(0, -Infinity)), end(1, Infinity));
}

/** Outputs after the loss go to the blocks' params and states, in order. `first`: the first input that is a state. */
function updatesOf(graph: Graph, blocks: readonly Block[], first: number, states: number): Updates {
  const params = new Map(
    graph.nodes.flatMap((n) => (n.op === 'param' ? [[n.attrs.name, must(n.results[0])] as const] : [])),
  );
  const updates = new Map<number, ValueId>();
  let [output, input] = [1, first];
  for (const block of blocks) {
    updates.set(output++, must(params.get(block.name)));
    for (let k = 0; k < states; k++) updates.set(output++, must(graph.inputs[input++]));
  }
  return updates;
}
