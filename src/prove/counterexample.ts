/**
 * What a property says at a point, as it is told: inputs by name, what holds there and what does not with both sides of its comparisons, and
 * the calls that show it, all computed by the compiled program. So a counterexample is run once more before it is shown.
 */
import type { Backend } from '../backends/backend.ts';
import { printValue } from '../decompile/print.ts';
import { type Layout, leavesOf } from '../ir/layout.ts';
import type { LoweredProperty, Quantified } from '../lower/program.ts';
import { ready } from '../passes/index.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { decodeValue, type Value } from '../train/value.ts';
import { agree } from './trial.ts';

export interface Named {
  readonly name: string;
  /** In Sutra, on one line. */
  readonly text: string;
  readonly value: Value;
}

export interface Stated {
  readonly at: Span;
  readonly holds: boolean;
  /** The comparisons that it joins, with both sides as Sutra text. */
  readonly comparisons: readonly { readonly at: Span; readonly sides: readonly [string, string] }[];
}

export interface Told {
  readonly inputs: readonly Named[];
  /** Inputs outside of what the property ranges over. */
  readonly outside: readonly string[];
  readonly assumes: readonly Stated[];
  /** Of a relation, the one that it states. */
  readonly asserts: readonly Stated[];
  /** Calls of functions that can be run from outside on these values: those of the asserts that are false, and those of `let` lines. */
  readonly calls: readonly { readonly entry: string; readonly inputs: readonly Named[] }[];
}

/** What a property says at a point: the leaves of its inputs. */
export function toldOf(
  property: LoweredProperty,
  params: ReadonlyMap<string, Float32Array>,
  backend: Backend,
  point: readonly Float32Array[],
): Told {
  const { graph, comparisons, calls } = property.shown;
  const { outputs } = backend.compile(ready(graph)).run(point, params);
  const values = reader(outputs);
  const inputs = reader(point);
  const stated = property.relation ? relationOf(property, values) : blockOf(property, values);
  const sided = comparisons.map((c) => ({
    ...c,
    sides: [values.text(c.sides[0]), values.text(c.sides[1])] as const,
  }));
  const asserts = stated.asserts.map((a, i) => ({
    ...a,
    comparisons: [...a.comparisons, ...sided.filter((c) => c.assert === i)],
  }));
  const made = calls.map((call) => ({ ...call, inputs: call.args.map((a) => values.named(a)) }));
  const isRunnable = (call: (typeof made)[number]): boolean =>
    call.inputs.every((i, k) => keeps(i.value, call.args[k]?.range));
  const isFalse = (assert: number | undefined): boolean => assert === undefined || asserts[assert]?.holds === false;
  return {
    inputs: property.inputs.map((i) => inputs.named(i)),
    outside: outsideOf(property.inputs, point),
    assumes: stated.assumes,
    asserts,
    calls: distinct(made.filter((call) => isFalse(call.assert) && isRunnable(call))),
  };
}

/** Whether numbers lie in the range that a function promises: `sutra run` refuses others. */
function keeps(value: Value, range: readonly [number, number] | undefined): boolean {
  if (!range) return true;
  if (typeof value === 'number') return value >= Math.fround(range[0]) && value <= Math.fround(range[1]);
  return typeof value === 'object' ? Object.values(value).every((v: Value) => keeps(v, range)) : true;
}

function outsideOf(inputs: readonly Quantified[], point: readonly Float32Array[]): readonly string[] {
  let next = 0;
  return inputs.flatMap(({ name, box }) => {
    const leaves = point.slice(next, next + box.length);
    next += box.length;
    const isInside = leaves.every((leaf, i) =>
      leaf.every((x, k) => x >= must(box[i]?.lo[k]) && x <= must(box[i]?.hi[k])),
    );
    return isInside ? [] : [name];
  });
}

/** Takes values off a list of leaves, one after the other. */
function reader(leaves: readonly Float32Array[]) {
  let next = 0;
  const take = (layout: Layout): readonly Float32Array[] => {
    const taken = leaves.slice(next, next + leavesOf(layout, '').length);
    next += taken.length;
    return taken;
  };
  const text = (layout: Layout, from = take(layout)): string => oneLine(printValue(layout, from));
  return {
    take,
    text,
    named({ name, layout }: { readonly name: string; readonly layout: Layout }): Named {
      const from = take(layout);
      return { name, text: text(layout, from), value: decodeValue(layout, from) };
    },
  };
}

type Reader = ReturnType<typeof reader>;

/** A printed value has no texts in it, so line breaks are spaces. */
const oneLine = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/([([]) /g, '$1')
    .replace(/, ([)\]])/g, '$1')
    .replace(/, }/g, ' }');

const TRUE: Layout = { kind: 'bool' };

function blockOf({ assumes, asserts }: LoweredProperty, values: Reader): Pick<Told, 'assumes' | 'asserts'> {
  const state = (at: Span): Stated => ({ at, holds: must(values.take(TRUE)[0]?.[0]) > 0, comparisons: [] });
  return { assumes: assumes.map(state), asserts: asserts.map(state) };
}

function relationOf({ at, relation }: LoweredProperty, values: Reader): Pick<Told, 'assumes' | 'asserts'> {
  const { sides, within } = must(relation);
  const [left, right] = [values.take(sides), values.take(sides)];
  const holds = left.every((l, i) => agree(l, must(right[i]), within));
  const print = (leaves: readonly Float32Array[]): string => oneLine(printValue(sides, leaves));
  const comparisons = [{ at, sides: [print(left), print(right)] as const }];
  return { assumes: [], asserts: [{ at, holds, comparisons }] };
}

function distinct(calls: Told['calls']): Told['calls'] {
  const keyOf = (call: Told['calls'][number]): string => `${call.entry} ${call.inputs.map((i) => i.text).join(' ')}`;
  const keys = calls.map(keyOf);
  return calls.filter((call, i) => keys.indexOf(keyOf(call)) === i);
}
