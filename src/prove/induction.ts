/**
 * Steps of two programs that have no end of states, by induction over the length. Bit for bit: states that begin as the same value and that a step keeps
 * the same are one (van Eijk, IEEE TCAD 2000). As real functions: differences that vanish after every number of steps (`verify/recurrence.ts`).
 */
import { type Graph, sizeOf } from '../ir/graph.ts';
import type { Step } from '../machines/step.ts';
import { graphBuilder } from '../ops/build.ts';
import { inputNames } from '../passes/copy.ts';
import { canonical, commuted, ready, withNumbers } from '../passes/index.ts';
import { unrolled, unrolledSize } from '../passes/unroll.ts';
import { must } from '../text/result.ts';
import {
  differenceOfPolynomials,
  idealOf,
  type Polynomial,
  type Recurrence,
  vanishes,
  variable,
} from '../verify/index.ts';
import { type Domain, leavesAt } from './domain.ts';
import { MOST_NODES } from './opened.ts';
import { sidesOf } from './trial.ts';

type Params = ReadonlyMap<string, Float32Array>;

const none = (graph: Graph) => graph.inputs.map(() => undefined);

/** Whether both sides are the same values at every step, whatever the numbers are. */
export function isSameByInduction({ graph, isLong, outputs, states }: Step, params: Params): boolean {
  const own = withNumbers(graph, params, none(graph));
  const first = isLong.length;
  // at first all states of one shape are taken for the same
  let groups = own.inputs.slice(first).map((v) => must(own.types[v]).shape.join());
  for (;;) {
    const merged = canonical(commuted(ready(withSame(own, first, groups))));
    const values = merged.outputs.map((o) => o.value);
    const next = groups.map((group, k) => [group, values[outputs + k], values[outputs + states + k]].join(' '));
    if (new Set(next).size === new Set(groups).size)
      return sidesOf(values.slice(0, outputs)).every(([left, right]) => left === right);
    groups = next;
  }
}

/** The graph with states of one group read as the first of them. */
function withSame(graph: Graph, first: number, groups: readonly string[]): Graph {
  const b = graphBuilder();
  const names = inputNames(graph);
  const inputs = graph.inputs.map((v, i) => b.input(must(names[i]), must(graph.types[v]).shape));
  const read = inputs.map((v, i) => (i < first ? v : must(inputs[first + groups.indexOf(must(groups[i - first]))])));
  const values = b.inline(graph, read);
  return b.finish(graph.outputs.map(({ name }, i) => ({ name, value: must(values[i]) })));
}

export interface Inputs {
  /** What the inputs of one position range over, and those that are no arrays over positions; numbers are free. */
  readonly symbols: Domain;
  readonly held: Domain;
}

/** Kinds of steps, and beginnings, that are told apart. */
const MOST_KINDS = 256;

/** Whether both sides are equal as functions of real numbers, for every length but 0; `open` where this cannot say. */
export function equalIdeals(
  step: Step,
  { symbols, held }: Inputs,
  { params, goOn }: { readonly params: Params; readonly goOn: () => boolean },
): 'yes' | 'no' | 'open' {
  if (symbols.count > MOST_KINDS || held.count > MOST_KINDS) return 'open';
  for (let h = 0; h < held.count; h++) {
    const fixed = fixedAt(step, { symbols, held }, h);
    const recurrence = recurrenceOf(step, params, { fixed, kinds: symbols.count });
    const verdict = recurrence ? vanishes(recurrence, goOn) : 'open';
    if (verdict !== 'yes') return verdict;
  }
  return 'yes';
}

/** The leaves of a combination that are fixed, per input of the step that is no state. */
type FixedAt = (symbol: number) => readonly (Float32Array | undefined)[];

function fixedAt({ isLong }: Step, { symbols, held }: Inputs, start: number): FixedAt {
  const leavesOf = (domain: Domain, combination: number) =>
    leavesAt(domain, combination).map((leaf, i) => (domain.isFixed[i] ? leaf : undefined));
  const own = leavesOf(held, start);
  return (symbol) => {
    const [short, long] = [own.values(), leavesOf(symbols, symbol).values()];
    return isLong.map((is) => (is ? long : short).next().value);
  };
}

function recurrenceOf(
  step: Step,
  params: Params,
  { fixed, kinds }: { readonly fixed: FixedAt; readonly kinds: number },
) {
  const steps: Recurrence['steps'][number][] = [];
  let start: Recurrence['start'] = new Map();
  for (let symbol = 0; symbol < kinds; symbol++) {
    const taken = fixed(symbol);
    const own = withNumbers(step.graph, params, [...taken, ...Array(step.states).fill(undefined)]);
    const ideal = unrolledSize(own) > MOST_NODES ? undefined : idealOf(unrolled(own));
    if (!ideal?.every((numbers) => numbers.every(isOfInputs))) return undefined;
    const first = own.inputs.length - step.states;
    const free = step.isLong.flatMap((isLong, i) => (taken[i] ? [] : [isLong]));
    const held = free.flatMap((isLong, i) => (isLong ? [] : namesOf(own, i)));
    const named = (from: number): [string, Polynomial][] => [
      ...held.map((name): [string, Polynomial] => [name, variable(name)]),
      ...ideal.slice(from, from + step.states).flatMap((numbers, k) => {
        const names = namesOf(own, first + k);
        return numbers.map((p, at): [string, Polynomial] => [must(names[at]), p]);
      }),
    ];
    start = new Map(named(step.outputs + step.states));
    const zeros = sidesOf(ideal.slice(0, step.outputs)).flatMap(([left, right]) =>
      left.map((p, at) => differenceOfPolynomials(p, must(right[at]))),
    );
    steps.push({ next: new Map(named(step.outputs)), zeros });
  }
  return { start, steps };
}

/** As `idealOf` calls the numbers of an input. */
const namesOf = (graph: Graph, input: number): readonly string[] =>
  Array.from({ length: sizeOf(must(graph.types[must(graph.inputs[input])]).shape) }, (_, at) => `${input}.${at}`);

/** No variable stands for a function of others. */
const isOfInputs = (p: Polynomial): boolean =>
  [...p.values()].every(({ powers }) => powers.every(([v]) => /^\d+\.\d+$/.test(v)));
