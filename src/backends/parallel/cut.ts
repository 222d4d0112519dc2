/**
 * Shares of one step: a stretch of one of its independent loops for each thread. A share is the same nest with another base and a
 * smaller extent, so its points and the order of their terms stay what they were.
 */
import type { Access, Affine, Epilogue, Leaf } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { leafNs } from './cost.ts';
import { touchesOf } from './touches.ts';

/** Thread t takes the points from `bounds[t]` to before `bounds[t + 1]` of this loop. */
export interface Cut {
  readonly loop: number;
  readonly bounds: readonly number[];
}

/** Cuts fall on multiples of these: vectors and lines of the cache along neighbours, tiles of rows elsewhere. */
const ALONG_NEIGHBOURS = [16, 4] as const;
const ELSEWHERE = [4, 1] as const;

/** A cut with the time of its slowest share. */
export interface Timed {
  readonly cut: Cut;
  readonly ns: number;
}

/** A cut this much slower than the best is still as good. */
const NEARLY = 1.15;

/** The cuts with the quickest slowest shares, the best first and the outermost of equals; with `fine` they may fall anywhere. */
export function bestCuts(step: Leaf, threads: number, fine = false): Timed[] {
  const cuts = step.loops.flatMap((extent, loop) => {
    if (extent < 2 || (step.kind === 'scatter' && step.along === loop)) return [];
    const units = fine ? [1] : unitsOf(step, loop);
    const timed = units.map((unit): Timed => {
      const cut = { loop, bounds: boundsOf(extent, threads, unit) };
      return { cut, ns: slowestNs(step, cut) };
    });
    return [timed.reduce((best, next) => (next.ns < best.ns ? next : best))];
  });
  cuts.sort((a, b) => a.ns - b.ns || a.cut.loop - b.cut.loop);
  return cuts.filter(({ ns }) => ns <= NEARLY * must(cuts[0]).ns);
}

const slowestNs = (step: Leaf, cut: Cut): number =>
  sharesOf(step, cut).reduce((most, share) => Math.max(most, share ? leafNs(share) : 0), 0);

/** One share per thread; a thread whose stretch is empty has none. */
export const sharesOf = (step: Leaf, cut: Cut): (Leaf | undefined)[] =>
  cut.bounds.slice(1).map((end, t) => {
    const start = must(cut.bounds[t]);
    return end > start ? stretch(step, cut.loop, start, end) : undefined;
  });

function unitsOf(step: Leaf, loop: number): readonly number[] {
  const { reads, writes } = touchesOf(step);
  const areNeighbours = [...reads, ...writes].some((t) => Math.abs(t.access.strides[loop] ?? 0) === 1);
  return areNeighbours ? ALONG_NEIGHBOURS : ELSEWHERE;
}

function boundsOf(extent: number, threads: number, unit: number): number[] {
  const units = Math.floor(extent / unit);
  const inner = Array.from({ length: threads }, (_, t) => unit * Math.round((units * t) / threads));
  return [...inner, extent];
}

function stretch(step: Leaf, loop: number, start: number, end: number): Leaf {
  const loops = step.loops.map((extent, d) => (d === loop ? end - start : extent));
  const moved = <A extends Affine>(a: A): A => ({ ...a, base: a.base + start * must(a.strides[loop]) });
  const at = (access: Access): Access => ({ ...moved(access), gathers: access.gathers.map(moved) });
  const finish = ({ loads, stores }: Epilogue): Epilogue => ({
    loads: loads.map(at),
    stores: stores.map(({ to, value }) => ({ to: at(to), value })),
  });
  switch (step.kind) {
    case 'map':
      return { ...step, loops, ...finish(step) };
    case 'reduce':
      return { ...step, loops, loads: step.loads.map(at), epilogue: finish(step.epilogue) };
    case 'contract':
    case 'pick':
      return { ...step, loops, lhs: at(step.lhs), rhs: at(step.rhs), epilogue: finish(step.epilogue) };
    case 'argmax':
    case 'scatter':
      return { ...step, loops, from: at(step.from), to: at(step.to) };
    default:
      return step satisfies never;
  }
}
