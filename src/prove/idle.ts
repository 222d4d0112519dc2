/**
 * Asserts that hold whatever numbers the program computes: they follow from the box of the inputs, the assumptions, and what the `prove` block
 * itself says: comparisons, logic, and arithmetic and built-in functions as far as they rise or fall. What functions outside the block compute is
 * taken as an unknown number here, and so are params. A proof of such an assert says no more about the program than that it gives a number.
 */
import type { Graph } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import { commuted } from '../passes/index.ts';
import { unrolled, unrolledSize } from '../passes/unroll.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { disjunctionOf } from './disjunction.ts';
import { type Domain, endsOf } from './domain.ts';
import { elementsOf } from './elements.ts';
import { all, not } from './formula.ts';
import { narrowed } from './narrowed.ts';
import { MOST_NODES } from './opened.ts';
import type { Stated } from './property.ts';
import { MOST_CONJUNCTIONS } from './questions.ts';
import { following } from './truths.ts';

/** The places of asserts that say nothing. An assert that compares nothing of the inputs is not among them. */
export function idleAsserts({ graph, assumes, asserts, at }: Stated, { ranges }: Domain): readonly number[] {
  const own = paramsAsInputs(graph);
  if (unrolledSize(own) > MOST_NODES) return [];
  const flat = commuted(unrolled(own));
  const constants = new Map(flat.nodes.flatMap((n) => (n.op === 'const' ? [[must(n.results[0]), n.attrs.data]] : [])));
  const elements = elementsOf(flat, constants);
  const { below } = following(elements, ({ origin }) => origin !== undefined && isWithin(origin.at, at));
  const formulas = flat.outputs.map(({ value }) => below(0, elements.source(value, 0), true));
  const [inputs, box] = [flat.inputs.slice(0, ranges.length), ranges.map(endsOf)];
  const isIdle = (i: number): boolean => {
    const fails = all([...formulas.slice(0, assumes.length), not(must(formulas[assumes.length + i]))]);
    const found = disjunctionOf(fails, MOST_CONJUNCTIONS);
    if (!found || found.rows.length === 0) return false;
    return found.conjunctions.every(
      (places) =>
        !narrowed(
          places.map((p) => must(found.rows[p])),
          inputs,
          box,
        ),
    );
  };
  return asserts.map((_, i) => i).filter(isIdle);
}

const isWithin = (inner: Span, outer: Span): boolean =>
  inner.source === outer.source && inner.start >= outer.start && inner.end <= outer.end;

/** The graph with its params as inputs after its own. */
function paramsAsInputs(graph: Graph): Graph {
  const b = graphBuilder();
  const inputs = graph.inputs.map((v, i) => b.input(`${i}`, must(graph.types[v]).shape));
  const params = new Map(
    graph.nodes.flatMap(({ op, attrs }) => (op === 'param' ? [[attrs.name, b.input(attrs.name, attrs.shape)]] : [])),
  );
  const values = b.inline({ ...graph, alarms: [] }, inputs, params);
  return b.finish(graph.outputs.map(({ name }, i) => ({ name, value: must(values[i]) })));
}
