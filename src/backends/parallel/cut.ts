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

/** The cut with the quickest slowest share, the outermost of equals; with `fine` it may fall anywhere. */
export function bestCut(step: Leaf, threads: number, fine = false): Cut | undefined {
  let best: { readonly cut: Cut; readonly ns: number } | undefined;
  for (const [loop, extent] of step.loops.entries()) {
    if (extent < 2 || !isFree(step, loop)) continue;
    for (const unit of fine ? [1] : unitsOf(step, loop)) {
      const cut = { loop, bounds: boundsOf(extent, threads, unit) };
      const ns = slowestNs(step, cut);
      if (!best || ns < best.ns) best = { cut, ns };
    }
  }
  return best?.cut;
}

export function slowestNs(step: Leaf, cut: Cut): number {
  return sharesOf(step, cut).reduce((most, share) => Math.max(most, share ? leafNs(share) : 0), 0);
}

/** One share per thread; a thread whose stretch is empty has none. */
export const sharesOf = (step: Leaf, cut: Cut): (Leaf | undefined)[] =>
  cut.bounds.slice(1).map((end, t) => {
    const start = must(cut.bounds[t]);
    return end > start ? stretch(step, cut.loop, start, end) : undefined;
  });

/** Points of a scatter meet along one of its loops. */
const isFree = (step: Leaf, loop: number): boolean => step.kind !== 'scatter' || step.along !== loop;

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
