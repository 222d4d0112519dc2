/** Outputs stored over inputs and params: a step of a plan leaves there what the reference's results say, all at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reference } from '../../src/backends/reference.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import type { ValueId } from '../../src/ir/graph.ts';
import { normals } from '../../src/num/random.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { must } from '../../src/text/result.ts';
import { differingBit } from '../random-graph.ts';
import { type Stepped, threeSteps } from './steps.ts';

const differs = (stepped: Stepped): string | undefined =>
  differingBit(threeSteps(wasm, stepped), threeSteps(reference, stepped));

describe('updates', () => {
  it('exchange two states, and show the old ones beside', () => {
    const b = graphBuilder();
    const [x, y] = [b.input('x', [5]), b.param('y', [5])];
    const outputs = [x, y, b.add(x, y), y, x].map((value, i) => ({ name: `o${i}`, value }));
    const updates = new Map([
      [3, x],
      [4, y],
    ]);
    const { resident } = wasm.compile(b.finish(outputs), updates);
    const [first, second] = [normals(5, 1, 1), normals(5, 1, 2)];
    must(resident.inputs[0]).set(first);
    must(resident.params.get('y')).set(second);
    resident.step();
    expect(resident.outputs.map((o) => [...o])).toEqual(
      [first, second, first.map((a, i) => a + must(second[i])), second, first].map((o) => [...o]),
    );
    expect(differs({ graph: b.finish(outputs), updates })).toBe(undefined);
  });

  it('take a product stored over one of its factors', () => {
    const b = graphBuilder();
    const [x, w] = [b.input('x', [4, 4]), b.param('w', [4, 4])];
    const product = b.einsum(x, w, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
    const graph = b.finish([{ name: 'w', value: b.mul(product, b.full([], 0.5)) }]);
    expect(differs({ graph, updates: new Map([[0, w]]) })).toBe(undefined);
  });

  it('give the bits of the reference on random steps', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(30), fc.nat(30)), { minLength: 3, maxLength: 25 }), (ops) => {
        const stepped = randomStep(ops);
        return differs(stepped) === undefined;
      }),
      { numRuns: 400 },
    );
  });
});

/** Values of shape [4, 4] joined at random; the last ones become the next states. */
function randomStep(ops: readonly (readonly [kind: number, a: number, b: number])[]): Stepped {
  const b = graphBuilder();
  const shape = [4, 4];
  const leaves = [b.input('x', shape), b.input('y', shape), b.param('p', shape), b.param('q', shape)];
  const values: ValueId[] = [...leaves];
  const pick = (n: number): ValueId => must(values[n % values.length]);
  for (const [kind, i, j] of ops) {
    const [x, y] = [pick(i), pick(j)];
    if (kind < 2) values.push(b.add(x, y));
    else if (kind < 3) values.push(b.mul(x, y));
    else if (kind < 4) values.push(b.transpose(x, [1, 0]));
    else if (kind < 6) values.push(b.einsum(x, y, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' }));
    else values.push(b.broadcast(b.sum(x, [0], 'sequential'), shape, [1]));
  }
  const outputs = leaves.map((_, i) => must(values.at(-1 - i))).concat(pick(5), pick(11));
  const graph = b.finish(outputs.map((value, i) => ({ name: `o${i}`, value })));
  return { graph, updates: new Map(leaves.map((v, i) => [i, v])) };
}
