/** Loops: a body that is run step by step over two sets of state buffers, read from one and written to the other. */

import type { NodeOf } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import { must } from '../../text/result.ts';
import type { Numbers } from './arithmetic.ts';
import { read, type Slots, type StepContext, type StepRule } from './step.ts';

/** The states of a loop: `now`, and the buffers that the next ones are copied into. */
class States {
  now: Numbers[];
  private spare: Numbers[];

  constructor(node: NodeOf<'scan' | 'iterate'>, c: StepContext) {
    const buffers = (): Numbers[] =>
      node.inputs.slice(0, node.attrs.carries).map((v) => c.arithmetic.zeros(sizeOf(c.shapeOf(v))));
    this.now = buffers();
    this.spare = buffers();
  }

  start(values: readonly Numbers[]): void {
    for (const [i, state] of this.now.entries()) state.set(must(values[i]));
  }

  /** Copies first and swaps after, for a next state may be another present one. */
  advance(values: readonly Numbers[]): void {
    for (const [i, state] of this.spare.entries()) state.set(must(values[i]));
    [this.now, this.spare] = [this.spare, this.now];
  }
}

const operands = (slots: Slots, node: NodeOf<'scan' | 'iterate'>): Numbers[] => node.inputs.map((v) => read(slots, v));

const scan: StepRule<'scan'> = (node, c) => {
  const { carries, mapped, length, reverse } = node.attrs;
  const body = c.body(node.attrs.body);
  const states = new States(node, c);
  const arrays = node.inputs.slice(carries, carries + mapped);
  const pieces = arrays.map((v) => sizeOf(c.shapeOf(v)) / Math.max(1, length));
  const last = node.results.slice(0, carries).map((v) => c.buffer(v));
  const stacks = node.results.slice(carries).map((v) => c.buffer(v));
  return (slots) => {
    const values = operands(slots, node);
    const captured = values.slice(carries + mapped);
    states.start(values);
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const slices = pieces.map((size, i) => must(values[carries + i]).subarray(at * size, (at + 1) * size));
      const results = body([...states.now, ...slices, ...captured]);
      states.advance(results);
      for (const [i, stack] of stacks.entries())
        stack.set(must(results[carries + i]), at * must(results[carries + i]).length);
    }
    for (const [i, buffer] of last.entries()) buffer.set(must(states.now[i]));
    for (const [i, v] of node.results.entries()) slots[v] = must([...last, ...stacks][i]);
  };
};

const iterate: StepRule<'iterate'> = (node, c) => {
  const { carries, max } = node.attrs;
  const [cond, body] = [c.body(node.attrs.cond), c.body(node.attrs.body)];
  const states = new States(node, c);
  const last = node.results.map((v) => c.buffer(v));
  return (slots) => {
    const values = operands(slots, node);
    const captured = values.slice(carries);
    states.start(values);
    for (let step = 0; step < max; step++) {
      const given = [...states.now, ...captured];
      if (!(must(must(cond(given)[0])[0]) > 0)) break;
      states.advance(body(given));
    }
    for (const [i, v] of node.results.entries()) {
      must(last[i]).set(must(states.now[i]));
      slots[v] = must(last[i]);
    }
  };
};

export const loops = { scan, iterate };
