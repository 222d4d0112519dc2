/**
 * The networks of a specification as one graph with one output, a vector of all that its inequalities speak of. Networks whose inputs
 * are linked share them, so a bound of a difference of outputs sees both as functions of the same numbers.
 */
import type { Case, Network, Specification } from '../interop/index.ts';
import { withConstants } from '../interop/index.ts';
import type { Graph, ValueId } from '../ir/graph.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';

export interface Joined {
  /** Its weights are constants; it has one output of one axis. */
  readonly graph: Graph;
  /** Per input of the graph, element by element: the variable of the specification. */
  readonly inputs: readonly (readonly number[])[];
  /** Per element of the output: the variable. */
  readonly outputs: readonly number[];
}

interface Shared {
  readonly variables: readonly number[];
  readonly value: ValueId;
}

const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

/** One graph for a case: `networks` in the order of the specification, of the sizes it states. */
export function joined(spec: Specification, { links, unsafe }: Case, networks: readonly Network[]): Result<Joined> {
  const b = graphBuilder();
  const inputs: Shared[] = [];
  const parts: Shared[] = [];
  for (const [n, network] of networks.entries()) {
    const own = variablesOf(spec, n, 'input');
    let at = 0;
    const values: ValueId[] = [];
    for (const { name, shape } of network.inputs) {
      const variables = own.slice(at, at + sizeOf(shape));
      at += variables.length;
      const found = sharedInput(inputs, variables, links);
      if (found === 'partly')
        return fail([limit('Some inputs of a network are linked to others and some are not, or in another order.')]);
      const value = found?.value ?? b.input(networks.length > 1 ? `${n}.${name}` : name, shape);
      if (!found) inputs.push({ variables, value });
      values.push(found ? b.reshape(value, shape) : value);
    }
    const results = variablesOf(spec, n, 'output');
    at = 0;
    for (const value of b.inline(withConstants(network), values)) {
      const variables = results.slice(at, at + sizeOf(b.shapeOf(value)));
      at += variables.length;
      parts.push({ variables, value });
    }
  }
  const all = unsafe.flat().flatMap((i) => i.terms.map((t) => links.get(t.variable) ?? t.variable));
  const read = new Set(all);
  const used = [...parts, ...inputs.filter((i) => i.variables.some((v) => read.has(v)))];
  const graph = b.finish([{ name: 'all', value: vector(b, used) }]);
  return ok({ graph, inputs: inputs.map((i) => i.variables), outputs: used.flatMap((p) => p.variables) });
}

export const limit = (why: string) => problem('prove-limit', undefined, { why });

const variablesOf = (spec: Specification, network: number, side: 'input' | 'output'): number[] =>
  spec.variables.flatMap((v, id) => (v.network === network && v.side === side ? [id] : []));

/** The input that all of these variables follow, element by element; `partly` where only some follow one. */
function sharedInput(
  inputs: readonly Shared[],
  variables: readonly number[],
  links: ReadonlyMap<number, number>,
): Shared | 'partly' | undefined {
  if (variables.every((v) => !links.has(v))) return undefined;
  const same = inputs.find(
    (i) => i.variables.length === variables.length && i.variables.every((v, j) => links.get(must(variables[j])) === v),
  );
  return same ?? 'partly';
}

function vector(b: GraphBuilder, parts: readonly Shared[]): ValueId {
  const flat = parts.map(({ value }) => b.reshape(value, [sizeOf(b.shapeOf(value))]));
  return flat.length === 1 ? must(flat[0]) : b.op('concat', flat, { axis: 0 });
}
