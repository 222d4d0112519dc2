/**
 * The numbers of a program that may be simplified, as one vector: those of the main file that the function reads, that are numbers or
 * truths and not frozen. Everything else stays as it is.
 */
import type { Graph } from '../../ir/graph.ts';
import type { ParamSpec } from '../../lower/program.ts';
import { must } from '../../text/result.ts';
import type { Source } from '../../text/span.ts';

export interface Flat {
  readonly params: readonly FlatParam[];
  readonly size: number;
  /** The numbers of the program as it stands. */
  readonly values: Float64Array;
  /** What each may be: the range that its source states, and truths from -1 to 1. */
  readonly least: Float64Array;
  readonly most: Float64Array;
}

export interface FlatParam {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Elements of one slice along the leading axis. */
  readonly row: number;
}

export type Values = ReadonlyMap<string, Float32Array>;

export function flatten(specs: readonly ParamSpec[], graph: Graph, main: Source): Flat {
  const read = new Set(graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : [])));
  const free = specs.filter((p) => read.has(p.name) && isFree(p) && p.at.source.name === main.name);
  let size = 0;
  const params = free.map(({ name, shape, value }): FlatParam => {
    const from = size;
    size += value.length;
    return { name, from, to: size, row: shape.length > 1 ? value.length / must(shape[0]) : value.length };
  });
  const values = new Float64Array(size);
  const [least, most] = [new Float64Array(size).fill(-Infinity), new Float64Array(size).fill(Infinity)];
  for (const [i, spec] of free.entries()) {
    const { from, to } = must(params[i]);
    values.set(spec.value, from);
    const range = spec.range ?? (spec.layout.kind === 'truth' ? ([-1, 1] as const) : undefined);
    if (range) {
      least.fill(Math.fround(range[0]), from, to);
      most.fill(Math.fround(range[1]), from, to);
    }
  }
  return { params, size, values, least, most };
}

const isFree = (p: ParamSpec): boolean =>
  !p.frozen && p.value.length > 0 && (p.layout.kind === 'number' || p.layout.kind === 'truth');

/** The vector as float32 values by name, each within what it may be. */
export const valuesOf = (flat: Flat, numbers: Float64Array): Values =>
  new Map(
    flat.params.map(({ name, from, to }) => [
      name,
      Float32Array.from(numbers.subarray(from, to), (x, i) => within(flat, from + i, x)),
    ]),
  );

/** A number moved into what element `i` may be. */
export const within = ({ least, most }: Flat, i: number, x: number): number =>
  Math.max(least[i] as number, Math.min(most[i] as number, x));
