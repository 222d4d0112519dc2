/**
 * The learned numbers as one flat array with a view per parameter: the optimiser steps over the whole array at once, graphs
 * read the views by name. Frozen and crisp parameters stand beside it and never change.
 */
import { sizeOf } from '../ir/graph.ts';
import type { ParamSpec } from '../lower/program.ts';
import { maxF32, minF32 } from '../num/arith.ts';
import { must } from '../text/result.ts';

export interface Slot {
  readonly spec: ParamSpec;
  readonly start: number;
  readonly end: number;
  readonly range?: readonly [number, number];
}

export interface Parameters {
  /** The trained ones, in order of declaration. */
  readonly slots: readonly Slot[];
  readonly flat: Float32Array;
  /** Every parameter by name; trained ones are views of `flat`. */
  readonly byName: ReadonlyMap<string, Float32Array>;
}

const isNumeric = (p: ParamSpec): boolean => p.layout.kind === 'number' || p.layout.kind === 'truth';

/** The start of training: the values in the source, projected onto their constraints. `more` says which are trained besides the numbers. */
export function openParameters(
  specs: readonly ParamSpec[],
  more: (spec: ParamSpec) => boolean = () => false,
): Parameters {
  const slots: Slot[] = [];
  let end = 0;
  for (const spec of specs) {
    if (spec.frozen || !(isNumeric(spec) || more(spec))) continue;
    const start = end;
    end += sizeOf(spec.shape);
    const range = spec.range ?? (spec.layout.kind === 'truth' ? ([-1, 1] as const) : undefined);
    slots.push({ spec, start, end, ...(range && { range }) });
  }
  const flat = new Float32Array(end);
  for (const slot of slots) flat.set(slot.spec.value, slot.start);
  const byName = new Map(specs.map((p) => [p.name, p.value.slice()]));
  for (const slot of slots) byName.set(slot.spec.name, flat.subarray(slot.start, slot.end));
  return { slots, flat, byName };
}

/** Moves every number into its constraint: what is below goes to the lower end, what is above to the upper; a NaN stays. */
export function project(slots: readonly Slot[], flat: Float32Array): void {
  for (const { start, end, range } of slots) {
    if (!range) continue;
    const [low, high] = [Math.fround(range[0]), Math.fround(range[1])];
    for (let i = start; i < end; i++) flat[i] = minF32(maxF32(must(flat[i]), low), high);
  }
}

/** Copies of the trained parameters by name, from a flat array. */
export function copyByName(p: Parameters, flat: Float32Array): Map<string, Float32Array> {
  const out = new Map(Array.from(p.byName, ([name, value]) => [name, value.slice()]));
  for (const slot of p.slots) out.set(slot.spec.name, flat.slice(slot.start, slot.end));
  return out;
}
