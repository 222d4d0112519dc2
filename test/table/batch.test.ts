/** For every op with a batching rule of its own: the rule applied to a batch is a loop over its examples, bit for bit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/ir/graph.ts';
import type { OpName } from '../../src/ir/vocabulary.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import type { BatchContext, BatchOperand } from '../../src/ops/def.ts';
import { OPS } from '../../src/ops/index.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { batched } from '../../src/ops/table/rules.ts';
import { type Draw, draw } from './draw.ts';
import { graphOf, OP_NAMES, type Operation, operation } from './operations.ts';

const RUNS = 80;
const BATCHED = OP_NAMES.filter((op) => OPS[op].batch !== 'leaf' && OPS[op].batch !== 'loop');

function applyRule<K extends OpName>(c: BatchContext, { op, attrs }: Operation<K>, operands: readonly BatchOperand[]) {
  const rule = OPS[op].batch;
  if (typeof rule === 'function') return rule(c, attrs, operands);
  return [
    c.b.op(
      op,
      operands.map((x) => batched(c, x)),
      attrs,
    ),
  ];
}

/** Numbers with exact ties and zeros of both signs among them, so that order and comparison show. */
const numbers = (d: Draw, size: number, domain: readonly [number, number]): Float32Array =>
  Float32Array.from({ length: size }, () => (d.int(0, 3) === 0 ? d.pick([0, -0, 1]) : (d.numbers([], domain)[0] ?? 0)));

function compare<K extends OpName>(operation: Operation<K>, d: Draw): void {
  const size = d.int(1, 3);
  const which = operation.shapes.map(d.chance);
  if (!which.includes(true)) which[0] = true;
  const data = operation.shapes.map((shape, i) =>
    numbers(d, sizeOf(shape) * (which[i] ? size : 1), OPS[operation.op].domain),
  );
  const b = graphBuilder();
  const operands = operation.shapes.map((shape, i): BatchOperand => {
    const isBatched = which[i] === true;
    return { value: b.input(`x${i}`, isBatched ? [size, ...shape] : shape), batched: isBatched };
  });
  const results = applyRule({ b, size }, operation, operands);
  const together = evaluate(b.finish(results.map((value, i) => ({ name: `y${i}`, value }))), data).outputs;
  const single = graphOf(operation);
  for (let example = 0; example < size; example++) {
    const own = operation.shapes.map((shape, i) => {
      const n = sizeOf(shape);
      return which[i] ? (data[i] as Float32Array).subarray(example * n, (example + 1) * n) : (data[i] as Float32Array);
    });
    const alone = evaluate(single, own).outputs;
    for (const [k, y] of alone.entries()) {
      expect(together[k]?.subarray(example * y.length, (example + 1) * y.length)).toEqual(y);
    }
  }
}

describe.each(BATCHED)('batching %s', (op) => {
  it('is a loop over the examples, bit for bit', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const d = draw(seed);
        compare(operation(op, d), d);
      }),
      { numRuns: RUNS },
    );
  });
});
