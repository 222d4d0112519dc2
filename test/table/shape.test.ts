/** For every op: what `infer` says is what evaluation gives, the checker agrees, and the text reads back to the same graph. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/ir/graph.ts';
import { readGraph } from '../../src/ir/parse.ts';
import { printGraph } from '../../src/ir/print.ts';
import { OPS } from '../../src/ops/index.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
import { draw } from './draw.ts';
import { graphOf, OP_NAMES, operation } from './operations.ts';

const RUNS = 60;

const PARAMS = (size: number): ReadonlyMap<string, Float32Array> => new Map([['w', new Float32Array(size)]]);

describe('the op table', () => {
  it('has a record for every op of the vocabulary and no other', () => {
    expect(Object.keys(OPS).sort()).toEqual([...OP_NAMES].sort());
  });

  it('says of every op what it does, in one line', () => {
    for (const op of OP_NAMES) expect(OPS[op].doc, op).toMatch(/^[^\n]{9,}[.)]$/);
  });

  it('gives a kernel to exactly the elementwise ops', () => {
    for (const op of OP_NAMES) expect(OPS[op].scalar !== undefined, op).toBe(OPS[op].batch === 'elementwise');
  });
});

describe.each(OP_NAMES)('%s', (op) => {
  it('gives tensors of the sizes that its shape rule states', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const d = draw(seed);
        const graph = verifyGraph(graphOf(operation(op, d)));
        const inputs = graph.inputs.map((v) =>
          Float32Array.from(d.numbers(graph.types[v]?.shape ?? [], OPS[op].domain)),
        );
        const sizes = graph.outputs.map((o) => sizeOf(graph.types[o.value]?.shape ?? []));
        const outputs = evaluate(graph, inputs, PARAMS(sizes[0] ?? 0)).outputs;
        expect(outputs.map((o) => o.length)).toEqual(sizes);
      }),
      { numRuns: RUNS },
    );
  });

  it('is printed so that it reads back', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const graph = graphOf(operation(op, draw(seed)));
        expect(readGraph(printGraph(graph))).toEqual(graph);
      }),
      { numRuns: RUNS },
    );
  });
});
