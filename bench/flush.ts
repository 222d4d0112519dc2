/**
 * Adam whose gradients end: two steps with gradients, then thousands with zeros. Its averages fade; were they not flushed to 0 they
 * would become denormal and every step many times slower, for ever.
 */
import type { Backend } from '../src/backends/backend.ts';
import type { Graph } from '../src/ir/graph.ts';
import { normals } from '../src/num/random.ts';
import { must } from '../src/text/result.ts';
import { stepGraph } from '../src/train/graphs.ts';

export interface Fading {
  /** Seconds of the first and of the last `part` steps. */
  readonly first: number;
  readonly last: number;
  /** Numbers of the state that are not 0 at the end. */
  readonly left: number;
}

export function fade(step: Graph, backend: Backend, size: number, steps: number, part: number): Fading {
  const { resident } = backend.compile(stepGraph(step, size));
  // w, g, the states, t, rate; outputs w and the states.
  const [w, g, ...rest] = resident.inputs;
  const [t, rate] = [must(rest.at(-2)), must(rest.at(-1))];
  const states = rest.slice(0, -2);
  must(w).set(normals(size, 1, 0));
  must(g).set(normals(size, 1, 1));
  rate[0] = 0.001;
  const take = (at: number): void => {
    t[0] = at;
    resident.step();
    for (const [i, input] of [must(w), ...states].entries()) input.set(must(resident.outputs[i]));
  };
  for (let at = 1; at <= 50; at++) take(at);
  must(g).fill(0);
  const seconds = (from: number, to: number): number => {
    const start = performance.now();
    for (let at = from; at < to; at++) take(at);
    return (performance.now() - start) / 1000;
  };
  const first = seconds(51, 51 + part);
  if (steps > 2 * part) seconds(51 + part, 51 + steps - part);
  const last = seconds(51 + steps - part, 51 + steps);
  return { first, last, left: states.reduce((n, s) => n + s.filter((x) => x !== 0).length, 0) };
}
