/**
 * A model that is called with values: the printed conversions of `model.js` around the blocks of an opened model. One row goes
 * through the first block, full blocks of many rows through the second, which gives the same bits sooner.
 */
import { inRow } from './error.ts';
import type { Block, Opened } from './open.ts';

/** Printed for each model: writes a row of inputs into the memory, reads a row of the result. `into` is filled again where it is given. */
export interface Conversions<In, Out> {
  put(inputs: In, row: number): void;
  get(row: number, into?: Out): Out;
}

/** `places`: the words where inputs, then outputs begin. */
export type Convert<In, Out> = (floats: Float32Array, places: readonly number[]) => Conversions<In, Out>;

export interface Model<In, Out> {
  run(inputs: In, into?: Out): Out;
  runAll(rows: readonly In[], into?: Out[]): Out[];
  /** What the last call has to report. */
  readonly alarms: readonly string[];
  /** The first block: the memory itself. */
  readonly raw: Block;
}

const NONE: readonly string[] = [];

export function modelOf<In, Out>({ about, floats, blocks }: Opened, convert: Convert<In, Out>): Model<In, Out> {
  const made = about.entries.map((entry, i) => {
    const places = [...entry.inputs, ...entry.outputs].map(({ at }) => at);
    return { ...convert(floats, places), step: (blocks[i] as Block).step };
  });
  const [{ put, get, step }, many] = made as [(typeof made)[0], (typeof made)[0] | undefined];
  const [raw, wide] = blocks as [Block, Block | undefined];
  const silent = about.entries.every((entry) => entry.alarms.length === 0);

  /** A full block from `start` on. */
  const runBlock = (rows: readonly In[], start: number, into: Out[]): void => {
    const { rows: count } = wide as Block;
    const block = many as (typeof made)[0];
    for (let r = 0; r < count; r++) putRow(block.put, rows, start + r, r);
    block.step();
    for (let r = 0; r < count; r++) into[start + r] = block.get(r, into[start + r]);
    if (!silent) model.alarms = union(model.alarms, (wide as Block).fired());
  };

  const model = {
    alarms: NONE,
    raw,
    run(inputs: In, into?: Out): Out {
      put(inputs, 0);
      step();
      if (!silent) model.alarms = raw.fired();
      return get(0, into);
    },
    runAll(rows: readonly In[], into: Out[] = []): Out[] {
      let done = 0;
      model.alarms = NONE;
      if (wide) for (; done + wide.rows <= rows.length; done += wide.rows) runBlock(rows, done, into);
      for (; done < rows.length; done++) {
        putRow(put, rows, done, 0);
        step();
        into[done] = get(0, into[done]);
        if (!silent) model.alarms = union(model.alarms, raw.fired());
      }
      into.length = rows.length;
      return into;
    },
  };
  return model;
}

function putRow<In>(put: (inputs: In, row: number) => void, rows: readonly In[], from: number, to: number): void {
  try {
    put(rows[from] as In, to);
  } catch (error) {
    throw inRow(error, from);
  }
}

const union = (a: readonly string[], b: readonly string[]): readonly string[] =>
  b.every((message) => a.includes(message)) ? a : [...new Set([...a, ...b])];
