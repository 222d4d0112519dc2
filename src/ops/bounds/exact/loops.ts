/** Ends of loops: the bodies are run on ends. An iterate whose test is open may have stopped, so its result holds the states of every turn at which it may. */
import type { NodeOf, ValueId } from '../../../ir/graph.ts';
import { sizeOf } from '../../../ir/graph.ts';
import { must } from '../../../text/result.ts';
import { both, type EndSlots, type EndsRule, type FloatEnds, readEnds, writeEnds } from './ends.ts';

const copyOf = (ends: FloatEnds): FloatEnds => both(ends, (xs) => xs.slice());

const writeAll = (at: EndSlots, results: readonly ValueId[], ends: readonly FloatEnds[]): true => {
  for (const [i, v] of results.entries()) writeEnds(at, v, must(ends[i]));
  return true;
};

const scan: EndsRule<'scan'> = (node, c) => {
  const { carries, mapped, length, reverse } = node.attrs;
  const body = c.body(node.attrs.body);
  const arrays = node.inputs.slice(carries, carries + mapped);
  const pieces = arrays.map((v) => sizeOf(c.shapeOf(v)) / Math.max(1, length));
  return (at) => {
    const values = node.inputs.map((v) => readEnds(at, v));
    const stacks = node.results.slice(carries).map((v): FloatEnds => ({ lo: c.buffer(v), hi: c.buffer(v) }));
    let states = values.slice(0, carries).map(copyOf);
    for (let turn = 0; turn < length; turn++) {
      const place = reverse ? length - 1 - turn : turn;
      const slices = pieces.map((size, i) =>
        both(must(values[carries + i]), (xs) => xs.subarray(place * size, (place + 1) * size)),
      );
      const results = body([...states, ...slices, ...values.slice(carries + mapped)]);
      if (!results) return false;
      states = results.slice(0, carries).map(copyOf);
      for (const [i, stack] of stacks.entries()) setPiece(stack, must(results[carries + i]), place);
    }
    return writeAll(at, node.results, [...states, ...stacks]);
  };
};

function setPiece(stack: FloatEnds, { lo, hi }: FloatEnds, place: number): void {
  stack.lo.set(lo, place * lo.length);
  stack.hi.set(hi, place * hi.length);
}

const iterate: EndsRule<'iterate'> = (node, c) => {
  const { carries, max } = node.attrs;
  const [cond, body] = [c.body(node.attrs.cond), c.body(node.attrs.body)];
  return (at) => {
    const values = node.inputs.map((v) => readEnds(at, v));
    const captured = values.slice(carries);
    let states = values.slice(0, carries).map(copyOf);
    let stopped: readonly FloatEnds[] | undefined;
    for (let turn = 0; turn < max; turn++) {
      const given = [...states, ...captured];
      const test = cond(given)?.[0];
      if (!test) return false;
      const [least, most] = [must(test.lo[0]), must(test.hi[0])];
      if (!(least > 0)) stopped = hulls(stopped, states);
      if (!(most > 0)) return writeAll(at, node.results, must(stopped));
      const next = body(given);
      if (!next) return false;
      states = next.map(copyOf);
    }
    return writeAll(at, node.results, hulls(stopped, states));
  };
};

const joined = (a: Float32Array, b: Float32Array, pick: (x: number, y: number) => number): Float32Array =>
  Float32Array.from(a, (x, k) => pick(x, b[k] as number));

function hulls(some: readonly FloatEnds[] | undefined, others: readonly FloatEnds[]): readonly FloatEnds[] {
  if (!some) return others;
  return some.map(({ lo, hi }, i) => ({
    lo: joined(lo, must(others[i]).lo, Math.min),
    hi: joined(hi, must(others[i]).hi, Math.max),
  }));
}

export const loopEnds: EndsRule<'scan' | 'iterate'> = (node, c) =>
  node.op === 'scan' ? scan(node as NodeOf<'scan'>, c) : iterate(node as NodeOf<'iterate'>, c);
