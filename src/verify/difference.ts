/**
 * Bounds of the difference of two programs on the same inputs: one graph that holds both, analysed once. For every float32 input of the
 * box, run in any order of summation, and for the ideal functions. Who changes a program asks it what that changes.
 */
import type { Graph } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import { inputNames } from '../passes/copy.ts';
import { unrolled } from '../passes/unroll.ts';
import { invariant, must } from '../text/result.ts';
import { type Analysis, boundsOf, type Ends, type Rows } from './bounds.ts';
import { openNet } from './net.ts';
import { spreadOut } from './spread.ts';

/** Rows that are carried back at a time. */
const CHUNK = 256;

/** Per output, element by element: bounds of g's less f's, over a box given by its ends per input. */
export type Apart = (box: readonly Ends[]) => readonly Ends[] | undefined;

/**
 * Two programs made ready for many boxes. Both graphs have inputs and outputs of the same shapes, and their params as constants. Undefined
 * where nothing can be said: an op without bounds, a NaN, an overflow.
 */
export function differenceOf(f: Graph, g: Graph): Apart {
  const net = openNet(spreadOut(unrolled(sideBySide(f, g))), new Map());
  const { analyse } = boundsOf(net);
  return (box) => {
    const found = analyse(box);
    if (!found) return undefined;
    return f.outputs.map((_, o) => {
      const [less, value] = [must(net.outputs[o]), must(net.outputs[f.outputs.length + o])];
      return endsOf(found, { less, value, size: net.sizeOf(value) });
    });
  };
}

/** The same for one box. */
export const boundDifference = (f: Graph, g: Graph, box: readonly Ends[]): readonly Ends[] | undefined =>
  differenceOf(f, g)(box);

const shapes = (graph: Graph, values: readonly number[]): string =>
  JSON.stringify(values.map((v) => must(graph.types[v]).shape));

/** The outputs of f, then those of g, of the same inputs. */
export function sideBySide(f: Graph, g: Graph): Graph {
  const outputs = (graph: Graph): string =>
    shapes(
      graph,
      graph.outputs.map((o) => o.value),
    );
  invariant(shapes(f, f.inputs) === shapes(g, g.inputs), 'both programs have the same inputs');
  invariant(outputs(f) === outputs(g), 'both programs have the same outputs');
  const b = graphBuilder();
  const names = inputNames(f);
  const inputs = f.inputs.map((v, i) => b.input(must(names[i]), must(f.types[v]).shape));
  const results = [f, g].flatMap((graph) => [...b.inline(graph, inputs)]);
  return b.finish(results.map((value, i) => ({ name: `${i < f.outputs.length ? 'f' : 'g'}.${i}`, value })));
}

interface Difference extends Pick<Rows, 'value' | 'less'> {
  readonly size: number;
}

/** Bounds of all elements of a difference; infinite where none are known. */
export function endsOf({ lower }: Pick<Analysis, 'lower'>, { value, less, size }: Difference): Ends {
  const [lo, hi] = [new Float64Array(size), new Float64Array(size)];
  if (value === less) return { lo, hi };
  for (let from = 0; from < size; from += CHUNK) {
    const count = Math.min(CHUNK, size - from);
    const carried = (sign: 1 | -1): Float64Array => {
      const coefficients = new Float64Array(count * size);
      for (let r = 0; r < count; r++) coefficients[r * size + from + r] = sign;
      return lower({ value, ...(less !== undefined && { less }), count, coefficients }).bounds;
    };
    lo.set(carried(1), from);
    hi.set(
      carried(-1).map((x) => -x),
      from,
    );
  }
  return { lo, hi };
}
