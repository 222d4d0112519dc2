/**
 * Adam whose gradients end: some steps with gradients, then thousands with zeros. Its averages fade; were they not flushed to 0
 * they would become denormal and every step many times slower, for ever.
 */
import type { Backend } from '../src/backends/backend.ts';
import type { Graph } from '../src/ir/graph.ts';
import { normals } from '../src/num/random.ts';
import { must } from '../src/text/result.ts';
import { stepGraph } from '../src/train/graphs.ts';

export interface Fading {
  /** Median seconds of a step among the first thousand with zero gradients, and among the last. */
  readonly first: number;
  readonly last: number;
  /** Numbers of the state that were ever seen below the smallest normal float and not 0. */
  readonly denormals: number;
  /** Numbers of the state that are not 0 at the end. */
  readonly left: number;
}

const PART = 1000;
const CHUNK = 50;
const SMALLEST_NORMAL = 2 ** -126;
const WITH_GRADIENTS = 50;

/** `step`: the optimiser's step of one number; here over `size` of them, which stay in the arena. */
export function fade(step: Graph, backend: Backend, size: number, steps: number): Fading {
  const graph = stepGraph(step, size);
  // Inputs: w, g, the states, t, rate; outputs: w, the states.
  const kept = graph.inputs.slice(2, -2);
  const updates = new Map([must(graph.inputs[0]), ...kept].map((v, i) => [i, v]));
  const { resident } = backend.compile(graph, updates);
  const [w, g, ...rest] = resident.inputs;
  const [t, rate] = [must(rest.at(-2)), must(rest.at(-1))];
  const states = rest.slice(0, -2);
  must(w).set(normals(size, 1, 0));
  must(g).set(normals(size, 1, 1));
  rate[0] = 0.001;
  let at = 0;
  const take = (count: number): void => {
    for (let i = 0; i < count; i++) {
      t[0] = ++at;
      resident.step();
    }
  };
  const count = (is: (x: number) => boolean): number => states.reduce((n, s) => n + s.filter(is).length, 0);
  let denormals = 0;
  const watched = (steps: number): number => {
    const times: number[] = [];
    for (let i = 0; i < steps; i += CHUNK) {
      const start = performance.now();
      take(CHUNK);
      times.push((performance.now() - start) / 1000 / CHUNK);
      denormals += count((x) => x !== 0 && Math.abs(x) < SMALLEST_NORMAL);
    }
    return must(times.sort((a, b) => a - b)[times.length >> 1]);
  };
  take(WITH_GRADIENTS);
  must(g).fill(0);
  const first = watched(PART);
  if (steps > 2 * PART) watched(steps - 2 * PART);
  const last = watched(PART);
  return { first, last, denormals, left: count((x) => x !== 0) };
}
