/**
 * Looking for a counterexample before and between bounds: points of a box are run through the compiled program, and the most
 * promising are moved along one input at a time while the violation comes nearer (pattern search: Hooke and Jeeves 1961). A point that is
 * unsafe is unsafe, whatever led to it; finding none says nothing.
 */
import { nextDownF32, nextUpF32 } from '../num/bits.ts';
import type { Ends } from './bounds.ts';
import { type Claim, leftSide } from './claim.ts';

export type Point = readonly Float32Array[];

/** Runs the float32 program; the outputs are laid end to end and valid until the next call. */
export type Run = (inputs: Point) => ArrayLike<number>;

/** How far a point is from being unsafe: <= 0 is unsafe (where the inequalities that decide are not strict). */
export function distanceOf({ unsafe }: Claim, outputs: ArrayLike<number>): number {
  let nearest = Infinity;
  for (const all of unsafe) {
    let farthest = -Infinity;
    for (const one of all) farthest = Math.max(farthest, leftSide(one, outputs));
    nearest = Math.min(nearest, farthest);
  }
  return nearest;
}

/** The float32 number nearest to x in [lo, hi], if the interval holds one. */
export function inside(x: number, lo: number, hi: number): number {
  const y = Math.fround(x);
  return y < lo ? nextUpF32(y) : y > hi ? nextDownF32(y) : y;
}

const at = (box: readonly Ends[], place: (lo: number, hi: number, i: number, j: number) => number): Float32Array[] =>
  box.map(({ lo, hi }, i) =>
    Float32Array.from(lo, (l, j) => inside(place(l, hi[j] as number, i, j), l, hi[j] as number)),
  );

export const middleOf = (box: readonly Ends[]): Float32Array[] => at(box, (lo, hi) => lo + 0.5 * (hi - lo));

/** The corner where rows of coefficients are least: lower ends where a coefficient is positive. */
export const cornerOf = (
  box: readonly Ends[],
  coefficient: (input: number, element: number) => number,
): Float32Array[] => at(box, (lo, hi, i, j) => (coefficient(i, j) > 0 ? lo : hi));

export interface AttackOptions {
  readonly run: Run;
  readonly random: () => number;
  /** Runs, at most. */
  readonly runs: number;
  /** Whether to go on; asked before every run but the first. */
  readonly goOn: () => boolean;
}

/** The point nearest to unsafe among random ones and corners, moved nearer; with how near it is. */
export function attack(
  box: readonly Ends[],
  claim: Claim,
  { run, random, runs, goOn }: AttackOptions,
): { readonly point: Point; readonly distance: number } {
  let best = { point: middleOf(box) as Point, distance: Infinity };
  const look = (point: Point): void => {
    const distance = distanceOf(claim, run(point));
    if (distance < best.distance) best = { point, distance };
  };
  look(best.point);
  for (let k = 0; k < runs / 2 && best.distance > 0 && goOn(); k++)
    look(at(box, (lo, hi) => (k % 2 === 0 ? lo + (hi - lo) * random() : random() < 0.5 ? lo : hi)));
  return best.distance > 0 ? descend(box, claim, best.point, { run, random, runs: runs / 2, goOn }) : best;
}

/** Moves one input after the other by a step that halves when nothing helps. */
export function descend(
  box: readonly Ends[],
  claim: Claim,
  from: Point,
  { run, runs, goOn }: AttackOptions,
): { readonly point: Point; readonly distance: number } {
  const point = from.map((xs) => xs.slice());
  let distance = distanceOf(claim, run(point));
  let left = runs;
  const goesOn = (): boolean => left > 0 && distance > 0 && goOn();
  for (let step = 0.25; step > 1e-4 && goesOn(); step /= 2) {
    for (let moved = true; moved && goesOn(); ) {
      moved = false;
      for (const [i, { lo, hi }] of box.entries()) {
        const xs = point[i] as Float32Array;
        for (let j = 0; j < xs.length && goesOn(); j++) {
          const [l, h, old] = [lo[j] as number, hi[j] as number, xs[j] as number];
          for (const way of h > l ? [step, -step] : []) {
            xs[j] = inside(Math.min(h, Math.max(l, old + way * (h - l))), l, h);
            left--;
            const found = distanceOf(claim, run(point));
            if (found < distance) {
              distance = found;
              moved = true;
              break;
            }
            xs[j] = old;
          }
        }
      }
    }
  }
  return { point, distance };
}
