/**
 * Learning-rate schedules: the factor on `rate` at a moment of training, as a function of the epochs done so far (whole
 * epochs and the part of the running one). Only IEEE operations and our own cosine, so that every machine has the same factor.
 */
import type { Backend } from '../backends/backend.ts';
import type { TrainTask } from '../lower/program.ts';
import { graphBuilder } from '../ops/build.ts';
import { must } from '../text/result.ts';

/** `done` in [0, epochs): epochs finished before this step, with the finished part of the running one. */
export type Schedule = (done: number) => number;

/** Names and numbers with their defaults. `warmup` counts epochs; during it the factor rises linearly to 1. */
export const SCHEDULES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  constant: { warmup: 0 },
  /** floor + (1 - floor)(1 + cos(pi u))/2, u from 0 to 1 after the warm-up. */
  cosine: { warmup: 0, floor: 0 },
  /** 1 - (1 - floor) u. */
  linear: { warmup: 0, floor: 0 },
  /** factor after every `every` epochs. */
  step: { warmup: 0, every: 10, factor: 0.5 },
  /** factor after every epoch. */
  exponential: { warmup: 0, factor: 0.99 },
};

/** The factor as a function; undefined when there is no schedule of that name. */
export function scheduleOf(spec: TrainTask['schedule'], epochs: number, backend: Backend): Schedule | undefined {
  if (!spec) return () => 1;
  const defaults = SCHEDULES[spec.name];
  if (!defaults) return undefined;
  const numbers = { ...defaults, ...spec.numbers };
  const warmup = numbers.warmup ?? 0;
  const rest = restOf(spec.name, numbers, epochs - warmup, backend);
  return (done) => (done < warmup ? (done + 1) / (warmup + 1) : rest(done - warmup));
}

function restOf(name: string, numbers: Readonly<Record<string, number>>, epochs: number, backend: Backend): Schedule {
  const { floor = 0, every = 1, factor = 1 } = numbers;
  const part = (done: number): number => (epochs > 0 ? Math.min(1, done / epochs) : 1);
  switch (name) {
    case 'cosine': {
      const cosine = cosineOf(backend);
      return (done) => floor + ((1 - floor) * (1 + cosine(Math.PI * part(done)))) / 2;
    }
    case 'linear':
      return (done) => 1 - (1 - floor) * part(done);
    case 'step':
      return (done) => power(factor, Math.floor(done / every));
    case 'exponential':
      return (done) => power(factor, Math.floor(done));
    default:
      return () => 1;
  }
}

/** base^n for a natural n, by squaring. */
function power(base: number, n: number): number {
  let result = 1;
  for (let square = base, rest = n; rest > 0; rest = Math.floor(rest / 2), square *= square)
    if (rest % 2 === 1) result *= square;
  return result;
}

/** The language's own cosine, as a one-node graph. */
function cosineOf(backend: Backend): (x: number) => number {
  const b = graphBuilder();
  const x = b.input('x', []);
  const run = backend.compile(b.finish([{ name: 'y', value: b.op('cos', [x], {}) }]));
  return (value) => must(must(run.run([Float32Array.of(value)], new Map()).outputs[0])[0]);
}
