/**
 * Programs that are affine in their numbers, as exact polynomials: what they give at a step is a sum of numbers times products of what is known there.
 * Known are the inputs and, of a loop's states, those that are computed from what is known, and those that are an output: while the numbers are
 * sought, the label stands for it. Nothing is read from how the program is written.
 */
import { type Graph, type Node, type NodeOf, sizeOf } from '../../ir/graph.ts';
import { prune } from '../../ir/prune.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import type { ParamSpec } from '../../lower/program.ts';
import { ONE, type Rational, textOf } from '../../num/rational.ts';
import { graphBuilder } from '../../ops/build.ts';
import { OPS } from '../../ops/index.ts';
import { dependentResults, dependentStates } from '../../passes/dependence.ts';
import { unrolled, unrolledSize } from '../../passes/unroll.ts';
import { vectorised } from '../../passes/vectorise.ts';
import { must } from '../../text/result.ts';
import { idealOf } from '../../verify/ideal.ts';
import { numberIn, type Polynomial, textOfPolynomial } from '../../verify/polynomial.ts';
import type { Values } from './strategy.ts';

/** A number that is sought: element `at` of a param. */
export interface Unknown {
  readonly spec: ParamSpec;
  readonly at: number;
}

/** A coefficient times known numbers, by their places in the row of a step, times a number that is sought, where there is one. */
export interface Term {
  readonly coefficient: number;
  readonly known: readonly number[];
  readonly unknown: number | undefined;
}
export type Terms = readonly Term[];

/** An element of a leaf of the inputs, or of the label. */
export interface Place {
  readonly leaf: number;
  readonly at: number;
}

/** The known numbers of a step lie in one row: the states, then what is read of the inputs. */
export interface Affine {
  readonly unknowns: readonly Unknown[];
  readonly steps: number;
  readonly start: readonly number[];
  /** Per step, in the order in which they are done. */
  readonly reads: readonly (readonly Place[])[];
  /** Where an output stands in the label, per step. */
  readonly outputs: readonly { readonly terms: Terms; readonly labels: readonly (Place | undefined)[] }[];
  /** A state is computed by terms, or is an output. */
  readonly next: readonly (Terms | number)[];
}

const MOST_NODES = 20_000;
const MOST_NUMBERS = 1000;

/** Or why it is none. */
export function affineOf(prediction: Graph, params: readonly ParamSpec[], start: Values): Affine | string {
  const learned = params.filter((p) => !p.frozen && p.layout.kind === 'number');
  if (learned.length === 0) return 'there is no number to find';
  const read = prune({ ...prediction, alarms: [] });
  if (!hasLoop(read)) return 'it has no loop with states';
  const sought = new Set(learned.map((p) => p.name));
  if (learned.reduce((n, p) => n + sizeOf(p.shape), 0) > MOST_NUMBERS) return 'it has too many numbers';
  if (isBent(read, (n) => n.op === 'param' && sought.has(n.attrs.name))) return NOT_AFFINE;
  const graph = openGraph(vectorised(read), learned, start);
  const loops = graph.nodes.filter((n): n is NodeOf<'scan'> => n.op === 'scan');
  const [loop, ...others] = loops;
  if (!loop || others.length > 0) return 'it has several loops';
  if (graph.nodes.some((n) => n.op === 'iterate')) return 'it iterates';
  if (unrolledSize(graph) > MOST_NODES) return 'it is too large';
  const reading = new Reading(learned, prediction.inputs.length);
  return ofLoop(graph, loop, reading);
}

/** Ops that keep a sum of numbers times what is known one, if their other operands are known. */
const STRAIGHT: ReadonlySet<OpName> = new Set<OpName>([
  'add',
  'sub',
  'neg',
  'mul',
  'div',
  'sum',
  'einsum',
  'put',
  'scan',
]);

/** Whether some other op is done with what depends on the sources: told without following polynomials. */
function isBent(graph: Graph, isSource: (node: Node) => boolean): boolean {
  const marks = graph.types.map(() => false);
  for (const node of graph.nodes) {
    const given = node.inputs.map((v) => marks[v] === true);
    if (isSource(node)) marks[must(node.results[0])] = true;
    if (!given.includes(true)) continue;
    if (!STRAIGHT.has(node.op) && OPS[node.op].bounds.kind !== 'move') return true;
    if (node.op === 'scan' && isBentInside(node, given)) return true;
    for (const [i, d] of dependentResults(node, given).entries()) marks[must(node.results[i])] = d;
  }
  return false;
}

function isBentInside(node: NodeOf<'scan'>, given: readonly boolean[]): boolean {
  const states = dependentStates(node, given);
  const { body } = node.attrs;
  const open = new Set(body.inputs.filter((_, i) => states[i] ?? given[i]));
  return isBent(body, (n) => n.op === 'input' && open.has(must(n.results[0])));
}

/** Whether there is a loop with states, not inside another one. */
export const hasLoop = ({ nodes }: Graph): boolean => nodes.some((n) => n.op === 'scan' && n.attrs.carries > 0);

/** The learned params as further inputs, all others as the constants that they are. */
function openGraph(graph: Graph, learned: readonly ParamSpec[], start: Values): Graph {
  const b = graphBuilder();
  const inputs = graph.inputs.map((v, i) => b.input(`x${i}`, must(graph.types[v]).shape));
  const values = new Map(learned.map((p) => [p.name, b.input(p.name, p.shape)]));
  for (const { op, attrs } of graph.nodes)
    if (op === 'param' && !values.has(attrs.name))
      values.set(attrs.name, b.constant(attrs.shape, must(start.get(attrs.name))));
  const outputs = b.inline(graph, inputs, values);
  return b.finish(graph.outputs.map(({ name }, i) => ({ name, value: must(outputs[i]) })));
}

/** What a variable of a polynomial is. */
type Meaning =
  | { readonly kind: 'known'; readonly place: number }
  | { readonly kind: 'unknown'; readonly place: number }
  | { readonly kind: 'number'; readonly value: Rational };

/** Gives places to the numbers that are sought, as they turn up. */
class Reading {
  readonly learned: readonly ParamSpec[];
  readonly inputs: number;
  readonly unknowns: Unknown[] = [];
  readonly #places = new Map<string, number>();

  constructor(learned: readonly ParamSpec[], inputs: number) {
    this.learned = learned;
    this.inputs = inputs;
  }

  /** A variable of a graph whose inputs are those of the program and the learned params; nothing where it is an input. */
  meaning(variable: string): Meaning | undefined {
    const [input, at] = indexOf(variable);
    if (input < this.inputs) return undefined;
    const found = this.#places.get(variable);
    const place = found ?? this.unknowns.push({ spec: must(this.learned[input - this.inputs]), at }) - 1;
    this.#places.set(variable, place);
    return { kind: 'unknown', place };
  }
}

/** A variable is an input and its element; those of other functions have no such name. */
const indexOf = (variable: string): readonly [input: number, at: number] => {
  const [input = '', at = ''] = variable.split('.');
  return [Number(input), Number(at)];
};
const isPlain = (variable: string): boolean => /^\d+\.\d+$/.test(variable);

/** The terms of a polynomial; nothing where it is not affine in what is sought. */
function termsOf(p: Polynomial, meaning: (variable: string) => Meaning | undefined): Terms | undefined {
  const terms: Term[] = [];
  for (const { powers, coefficient } of p.values()) {
    const known: number[] = [];
    let unknown: number | undefined;
    let factor = numberOf(coefficient);
    for (const [variable, power] of powers) {
      const m = isPlain(variable) ? meaning(variable) : undefined;
      if (!m || (m.kind === 'unknown' && (power > 1 || unknown !== undefined))) return undefined;
      if (m.kind === 'unknown') unknown = m.place;
      else if (m.kind === 'known') for (let k = 0; k < power; k++) known.push(m.place);
      else factor *= numberOf(m.value) ** power;
    }
    terms.push({ coefficient: factor, known, unknown });
  }
  return terms;
}

const numberOf = ({ over, under }: Rational): number => Number(over) / Number(under);

/** The variable that a polynomial is, if it is one. */
function variableIn(p: Polynomial): string | undefined {
  const [term] = p.values();
  const [power] = term?.powers ?? [];
  const isOne = p.size === 1 && term?.powers.length === 1 && power?.[1] === 1;
  return isOne && textOf(must(term).coefficient) === textOf(ONE) && isPlain(must(power)[0])
    ? must(power)[0]
    : undefined;
}

const NOT_AFFINE = 'what it gives is not a sum of its numbers times what is known';

// --- loops ---------------------------------------------------------------------------------------------------

function ofLoop(graph: Graph, loop: NodeOf<'scan'>, reading: Reading): Affine | string {
  const { carries, body } = loop.attrs;
  const given = idealOf(
    unrolled(prune({ ...graph, outputs: loop.inputs.map((value, i) => ({ name: `${i}`, value })) })),
  );
  const shown = idealOf(unrolled(afterLoop(graph, loop)));
  const step = idealOf(unrolled(body));
  if (!given || !shown || !step) return NOT_AFFINE;
  const start = given.slice(0, carries).flatMap((numbers) => numbers.map(numberIn));
  if (!start.every((x) => x !== undefined)) return 'its states do not begin with fixed numbers';
  const rows = new Rows(loop, given, reading);
  const outputs = outputsOf(loop, shown, step, graph.inputs.length);
  if (typeof outputs === 'string') return outputs;
  const terms = [...outputs.values()].map((o) => termsOf(o.polynomial, rows.meaning));
  const next = step.slice(0, carries).flatMap((numbers) => numbers.map((p) => nextOf(p, outputs, rows)));
  const reads = rows.reads();
  if (!terms.every((t) => t !== undefined) || !next.every((n) => n !== undefined)) return NOT_AFFINE;
  if (!next.every((n) => typeof n === 'number' || n.every((t) => t.unknown === undefined)))
    return 'its states are neither outputs nor known';
  if (!reads) return 'what it reads at a step is not an input';
  return {
    unknowns: reading.unknowns,
    steps: loop.attrs.length,
    start: start.map(numberOf),
    reads,
    outputs: [...outputs.values()].map((o, i) => ({ terms: must(terms[i]), labels: o.labels })),
    next: next as readonly (Terms | number)[],
  };
}

/** The graph with the loop's results as further inputs. */
function afterLoop(graph: Graph, loop: NodeOf<'scan'>): Graph {
  const nodes = graph.nodes.flatMap((node): Node[] =>
    node !== loop
      ? [node]
      : loop.results.map((v, i) => {
          const { shape } = must(graph.types[v]);
          return { op: 'input', attrs: { name: `loop${i}`, shape }, inputs: [], results: [v] };
        }),
  );
  return prune({ ...graph, nodes, inputs: [...graph.inputs, ...loop.results] });
}

interface Shown {
  readonly polynomial: Polynomial;
  readonly labels: (Place | undefined)[];
}

/** By their polynomials: the numbers of a step that the label shows, and where. */
function outputsOf(
  { attrs: { carries, length, reverse } }: NodeOf<'scan'>,
  shown: readonly (readonly Polynomial[])[],
  step: readonly (readonly Polynomial[])[],
  first: number,
): ReadonlyMap<string, Shown> | string {
  const outputs = new Map<string, Shown>();
  for (const [leaf, numbers] of shown.entries()) {
    for (const [at, p] of numbers.entries()) {
      const variable = variableIn(p);
      const [input, place] = variable === undefined ? [-1, 0] : indexOf(variable);
      if (input < first) return 'what it gives is not what its loop gives';
      const own = must(step[input - first]);
      const time = input - first < carries ? length - 1 : Math.floor(place / own.length);
      const polynomial = must(own[place % own.length]);
      const text = textOfPolynomial(polynomial);
      const output = outputs.get(text) ?? { polynomial, labels: Array(length).fill(undefined) };
      outputs.set(text, output);
      output.labels[reverse && input - first >= carries ? length - 1 - time : time] = { leaf, at };
    }
  }
  return outputs;
}

/** A state that is an output at every step but the last one, else its terms. */
function nextOf(p: Polynomial, outputs: ReadonlyMap<string, Shown>, rows: Rows): Terms | number | undefined {
  const text = textOfPolynomial(p);
  const output = outputs.get(text);
  const isSeen = output?.labels.every((place, i) => place !== undefined || i === output.labels.length - 1);
  return isSeen ? [...outputs.keys()].indexOf(text) : termsOf(p, rows.meaning);
}

/** What the variables of a loop's body are: states, what is read of the inputs at a step, and what is the same at every step. */
class Rows {
  readonly #loop: NodeOf<'scan'>;
  readonly #given: readonly (readonly Polynomial[])[];
  readonly #reading: Reading;
  readonly #states: readonly number[];
  /** Elements of slices that are read. */
  readonly #slices: (readonly [input: number, at: number])[] = [];

  constructor(loop: NodeOf<'scan'>, given: readonly (readonly Polynomial[])[], reading: Reading) {
    this.#loop = loop;
    this.#given = given;
    this.#reading = reading;
    const sizes = loop.attrs.body.inputs.map((v) => sizeOf(must(loop.attrs.body.types[v]).shape));
    this.#states = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  }

  meaning = (variable: string): Meaning | undefined => {
    const [input, at] = indexOf(variable);
    const { carries, mapped } = this.#loop.attrs;
    if (input < carries) return { kind: 'known', place: must(this.#states[input]) + at };
    if (input < carries + mapped) return { kind: 'known', place: this.#count() + this.#slice(input, at) };
    const p = must(must(this.#given[input])[at]);
    const value = numberIn(p);
    if (value) return { kind: 'number', value };
    const outer = variableIn(p);
    return outer === undefined ? undefined : this.#reading.meaning(outer);
  };

  #count = (): number => must(this.#states[this.#loop.attrs.carries] ?? 0);

  #slice(input: number, at: number): number {
    const found = this.#slices.findIndex(([i, a]) => i === input && a === at);
    return found >= 0 ? found : this.#slices.push([input, at]) - 1;
  }

  /** Per step, in the order in which they are done; nothing where a slice is no input. */
  reads(): readonly (readonly Place[])[] | undefined {
    const { length, reverse } = this.#loop.attrs;
    const places = Array.from({ length }, (_, i) =>
      this.#slices.map(([input, at]): Place | undefined => {
        const numbers = must(this.#given[input]);
        const size = numbers.length / length;
        const variable = variableIn(must(numbers[(reverse ? length - 1 - i : i) * size + at]));
        if (variable === undefined) return undefined;
        const [leaf, element] = indexOf(variable);
        return leaf < this.#reading.inputs ? { leaf, at: element } : undefined;
      }),
    );
    return places.every((step) => step.every((p) => p !== undefined)) ? (places as Place[][]) : undefined;
  }
}
