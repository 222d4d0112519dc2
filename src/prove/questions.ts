/** A formula over the numbers of a graph as a question to the prover: the numbers that it reads as one output, its conjunctions as the unsafe set. */
import type { Graph, ValueId } from '../ir/graph.ts';
import { sizeOf } from '../ir/graph.ts';
import { graphBuilder } from '../ops/build.ts';
import type { GraphBuilder } from '../ops/builder.ts';
import { removeDead } from '../passes/index.ts';
import { must } from '../text/result.ts';
import type { Ends, Inequality, Question } from '../verify/index.ts';
import { disjunctionOf } from './disjunction.ts';
import { type Key, sourceOfKey } from './elements.ts';
import type { Formula, Row } from './formula.ts';
import { narrowed, withSums } from './narrowed.ts';
import type { Opened } from './opened.ts';
import type { Following } from './truths.ts';

/** More conjunctions than these are not told apart. */
export const MOST_CONJUNCTIONS = 4096;

/** More boxes than these are not told apart. */
const MOST_BOXES = 16;

/**
 * Whether the formula holds nowhere in a box, as questions that are all to be proved. The graph is without loops, its params constants. Undefined
 * where even the shortest form has too many conjunctions. All numbers that were compared on the way are read by the first question, which
 * has the whole box, so nothing is proved where one may be NaN.
 */
export function questionsOf(
  { graph, box, follow, compared }: Pick<Opened, 'graph' | 'box' | 'follow' | 'compared'>,
  unsafe: Formula,
): readonly Question[] | undefined {
  const found = disjunctionOf(unsafe, MOST_CONJUNCTIONS);
  if (!found) return undefined;
  const { rows, conjunctions } = found;
  const more = follow();
  const places = conjunctions.flatMap((places): Placed[] => {
    const all = places.map((p) => must(rows[p]));
    const part = narrowed(all, graph.inputs, box);
    if (!part) return [];
    const own = all.length > 0 ? withSums(all) : [EVERYWHERE];
    return own.some((row) => isImpossible(row, more, graph, part)) ? [] : [{ rows: own, box: part }];
  });
  const readAlone = [...compared, ...more.compared].map((key): Row => ({ terms: [[key, 0]], at: 1, strict: false }));
  const besides = [...rows, ...readAlone];
  const byBox = new Map<string, Placed[]>([[textOf(box), []]]);
  for (const one of places) byBox.set(textOf(one.box), [...(byBox.get(textOf(one.box)) ?? []), one]);
  if (byBox.size > MOST_BOXES) return [asked(graph, box, places, besides)];
  return [...byBox.values()].map((own, i) => asked(graph, own[0]?.box ?? box, own, i === 0 ? besides : []));
}

/** Whether x < y holds nowhere in the box by what it says of the numbers that x and y are computed of, where nothing compared is NaN. */
function isImpossible(
  { terms, at, strict }: Row,
  { below }: Following,
  { inputs }: Graph,
  box: readonly Ends[],
): boolean {
  const [x, y] = [terms.find(([, c]) => c === 1), terms.find(([, c]) => c === -1)];
  const isComparison = x && y && at === 0 && strict && terms.every((t) => t === x || t === y || t[1] === 0);
  const says = isComparison && disjunctionOf(below(sourceOfKey(x[0]), sourceOfKey(y[0]), true), FEW_CONJUNCTIONS);
  return says
    ? says.conjunctions.every(
        (own) =>
          !narrowed(
            own.map((p) => must(says.rows[p])),
            inputs,
            box,
          ),
      )
    : false;
}

/** What more conjunctions say is not looked at. */
const FEW_CONJUNCTIONS = 16;

const EVERYWHERE: Row = { terms: [], at: 0, strict: false };

/** A conjunction, and the part of the box where its rows over inputs hold. */
interface Placed {
  readonly rows: readonly Row[];
  readonly box: readonly Ends[];
}

const textOf = (box: readonly Ends[]): string => box.map(({ lo, hi }) => `${lo.join()} ${hi.join()}`).join(';');

/** One question of conjunctions; what `besides` reads is read too. */
function asked(graph: Graph, box: readonly Ends[], placed: readonly Placed[], besides: readonly Row[]): Question {
  const all = [...placed.flatMap((p) => p.rows), ...besides];
  const keys = [...new Set(all.flatMap((row) => row.terms.map(([key]) => key)))].sort((a, b) => a - b);
  const place = new Map(keys.map((key, i) => [key, i]));
  const claim = { unsafe: placed.map((p) => p.rows.map((row) => inequality(row, place))) };
  return { graph: readingOf(graph, keys), box, claim };
}

function inequality({ terms, at, strict }: Row, place: ReadonlyMap<Key, number>): Inequality {
  const coefficients = new Float64Array(Math.max(1, place.size));
  for (const [key, c] of terms) coefficients[must(place.get(key))] = c;
  return { coefficients, at, strict };
}

/** The numbers, in ascending order of keys, as the one output. */
function readingOf(graph: Graph, keys: readonly Key[]): Graph {
  const places = new Map<ValueId, number[]>();
  for (const { value, at } of keys.map(sourceOfKey)) places.set(value, [...(places.get(value) ?? []), at]);
  const b = graphBuilder();
  const names = new Map(graph.nodes.flatMap((n) => (n.op === 'input' ? [[n.results[0], n.attrs.name] as const] : [])));
  const inputs = graph.inputs.map((v) => b.input(names.get(v) ?? '', must(graph.types[v]).shape));
  const read = [...places.keys()].map((value) => ({ name: '', value }));
  const values = b.inline({ ...graph, outputs: read, alarms: [] }, inputs);
  const parts = [...places.values()].map((at, i) => takenFrom(b, must(values[i]), at));
  const [first] = parts;
  const all = first === undefined ? b.full([1], 0) : parts.length === 1 ? first : b.op('concat', parts, { axis: 0 });
  return removeDead(b.finish([{ name: 'read', value: all }]));
}

function takenFrom(b: GraphBuilder, value: ValueId, at: readonly number[]): ValueId {
  const size = sizeOf(b.shapeOf(value));
  const flat = b.reshape(value, [size]);
  return at.length === size ? flat : b.op('take', [flat], { axis: 0, indices: at });
}
