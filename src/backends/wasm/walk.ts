/**
 * Addresses of a nest: pointers in locals that move as loops run, shared by all accesses that move alike. What a pointer has
 * still to move is kept as a number and folded into the offset of the next access or into one addition, so that a step back
 * and a step on cost one instruction.
 */
import type { BufferId, Plan } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import type { Code, Local } from './code.ts';

/** What a printer of steps writes into, and the variables of the loops around it. */
export interface Site {
  readonly code: Code;
  readonly plan: Plan;
  readonly variables: ReadonlyMap<number, Local>;
  /** The byte address of 64 bytes that no buffer owns. */
  readonly scratch: number;
  /** A buffer after the arena for copies of factors, and how many words of it are used. */
  readonly panels: BufferId;
  readonly used: { panels: number };
  /** The function where threads meet; none in a plan that runs alone. */
  readonly barrier: number | undefined;
}

/** Points ahead of where the loops stand: an axis, and how many points along it. */
export type Ahead = readonly (readonly [axis: number, points: number])[];

export interface Walk {
  /** Runs `body` `times` times; everything moves on by `width` points along `axis` after each. */
  repeat(axis: number, times: number, width: number, body: () => void): void;
  /** Goes back along an axis. */
  back(axis: number, points: number): void;
  /** Leaves one number on the stack, or the four from here along the axis `four`. */
  load(place: Place, ahead: Ahead, four?: number): void;
  /** Stores what `value` leaves on the stack. */
  store(place: Place, ahead: Ahead, four: number | undefined, value: () => void): void;
  /** Equal for loads that give the same (until something moves). */
  key(place: Place, ahead: Ahead): string;
  /** Gives the pointers back. */
  end(): void;
}

interface Pointer {
  readonly local: Local;
  /** Bytes per point along each axis. */
  readonly strides: readonly number[];
  pending: number;
}

type Moving = Pick<Place, 'strides' | 'outer'>;

const BYTES = 4;

/** Sets up the pointers for these places: every place that will be loaded or stored must be among them. */
export function walk(site: Site, places: readonly Place[]): Walk {
  const { code, plan } = site;
  const pointers = new Map<string, Pointer>();
  const nameOf = ({ strides, outer }: Moving): string =>
    `${strides.join()};${outer.map((o) => `${o.variable}*${o.stride}`).join()}`;
  const isStill = ({ strides, outer }: Moving): boolean => outer.length === 0 && strides.every((s) => s === 0);
  const begin = (moving: Moving): void => {
    const name = nameOf(moving);
    if (isStill(moving) || pointers.has(name)) return;
    pointers.set(name, { local: openPointer(site, moving), strides: moving.strides.map((s) => BYTES * s), pending: 0 });
  };
  const tableMoving = (g: Place['gathers'][number]): Moving => ({ strides: g.strides, outer: [] });
  for (const place of places) {
    begin(place);
    for (const g of place.gathers) begin(tableMoving(g));
  }

  const wordsAhead = (strides: readonly number[], ahead: Ahead): number =>
    ahead.reduce((sum, [axis, points]) => sum + must(strides[axis]) * points, 0);

  /** Leaves the moving part of an address on the stack and gives the bytes that its offset must add. */
  function pushPointer(moving: Moving, words: number): number {
    const pointer = pointers.get(nameOf(moving));
    if (pointer) code.get(pointer.local);
    else code.i32(0);
    return BYTES * words + (pointer?.pending ?? 0);
  }

  /** An offset of an instruction cannot be negative, and neither can what it is added to. */
  function settle(offset: number, descends: boolean): number {
    if (offset >= 0 && !descends) return offset;
    code.i32(offset);
    code.op('i32.add');
    return 0;
  }

  /** Leaves an address on the stack; gives the offset that belongs to it. */
  function address(place: Place, ahead: Ahead): number {
    const words = must(plan.buffers[place.buffer]).offset + place.base + wordsAhead(place.strides, ahead);
    const offset = pushPointer(place, words);
    let descends = [...place.strides, ...place.outer.map((o) => o.stride)].some((s) => s < 0);
    for (const g of place.gathers) {
      const table = must(plan.buffers[g.table]);
      const inTable = pushPointer(tableMoving(g), table.offset + g.base + wordsAhead(g.strides, ahead));
      code.memory(
        'i32.load',
        settle(
          inTable,
          g.strides.some((s) => s < 0),
        ),
      );
      code.i32(2);
      code.op('i32.shl');
      code.op('i32.add');
      descends ||= must(table.data).some((at: number) => at < 0);
    }
    return settle(offset, descends);
  }

  const laneAhead = (ahead: Ahead, axis: number, lane: number): Ahead => [...ahead, [axis, lane]];

  function loadFour(place: Place, ahead: Ahead, axis: number): void {
    const layout = layoutAlong(place, axis);
    if (layout === 'row') code.memory('v128.load', address(place, ahead));
    else if (layout === 'same') code.memory('v128.load32_splat', address(place, ahead));
    else {
      for (const lane of [0, 1, 2, 3]) {
        const offset = address(place, laneAhead(ahead, axis, lane));
        code.memory(lane === 0 ? 'v128.load32_zero' : 'f32.load', offset);
        if (lane > 0) code.lane('f32x4.replace_lane', lane);
      }
    }
  }

  function storeFour(place: Place, ahead: Ahead, axis: number, value: () => void): void {
    if (layoutAlong(place, axis) === 'row') {
      const offset = address(place, ahead);
      value();
      code.memory('v128.store', offset);
      return;
    }
    const four = code.local('v128');
    value();
    code.set(four);
    for (const lane of [0, 1, 2, 3]) {
      const offset = address(place, laneAhead(ahead, axis, lane));
      code.get(four);
      code.lane('f32x4.extract_lane', lane);
      code.memory('f32.store', offset);
    }
    code.free(four);
  }

  const move = (axis: number, points: number): void => {
    for (const pointer of pointers.values()) pointer.pending += must(pointer.strides[axis]) * points;
  };

  function settleAll(): void {
    for (const pointer of pointers.values()) {
      if (pointer.pending === 0) continue;
      code.get(pointer.local);
      code.i32(pointer.pending);
      code.op('i32.add');
      code.set(pointer.local);
      pointer.pending = 0;
    }
  }

  return {
    repeat(axis, times, width, body) {
      if (times <= 0) return;
      if (times === 1) {
        body();
        move(axis, width);
        return;
      }
      settleAll();
      countedLoop(code, times, () => {
        body();
        move(axis, width);
        settleAll();
      });
    },
    back: (axis, points) => move(axis, -points),
    load(place, ahead, four) {
      if (four === undefined) code.memory('f32.load', address(place, ahead));
      else loadFour(place, ahead, four);
    },
    store(place, ahead, four, value) {
      if (four !== undefined) {
        storeFour(place, ahead, four, value);
        return;
      }
      const offset = address(place, ahead);
      value();
      code.memory('f32.store', offset);
    },
    key: (place, ahead) =>
      [place.buffer, nameOf(place), place.base + wordsAhead(place.strides, ahead)]
        .concat(place.gathers.flatMap((g) => [g.table, g.strides.join(), g.base + wordsAhead(g.strides, ahead)]))
        .join(),
    end() {
      for (const { local } of pointers.values()) code.free(local);
    },
  };
}

/** Loops over the axes `from`, `from + 1`, ..., the last one innermost, and comes back. */
export const overAxes = (w: Walk, extents: readonly number[], from: number, body: () => void): void =>
  overListed(
    w,
    extents.map((extent, i) => [from + i, extent]),
    body,
  );

/** Loops over these axes, the last one innermost, and comes back. */
export function overListed(
  w: Walk,
  axes: readonly (readonly [axis: number, extent: number])[],
  body: () => void,
): void {
  const [first, ...inner] = axes;
  if (!first) {
    body();
    return;
  }
  const [axis, extent] = first;
  w.repeat(axis, extent, 1, () => overListed(w, inner, body));
  w.back(axis, extent);
}

/** A loop that runs its body so many times, at least once. */
export function countedLoop(code: Code, times: number, body: () => void): void {
  const left = code.local('i32');
  code.i32(times);
  code.set(left);
  code.loop(() => {
    body();
    code.get(left);
    code.i32(1);
    code.op('i32.sub');
    code.tee(left);
    code.brIf(0);
  });
  code.free(left);
}

/** A pointer at the first point: where the loops around the nest have got to. */
function openPointer({ code, variables }: Site, { outer }: Moving): Local {
  const local = code.local('i32');
  code.i32(0);
  for (const { variable, stride } of outer) {
    code.get(must(variables.get(variable)));
    code.i32(BYTES * stride);
    code.op('i32.mul');
    code.op('i32.add');
  }
  code.set(local);
  return local;
}
