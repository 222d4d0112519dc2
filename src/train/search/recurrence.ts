/**
 * Numbers found, not searched: where what a program gives is a sum of its numbers times what is known, as in a linear recurrence, its examples
 * are linear equations. They are solved exactly, with as few numbers as hold: those of outputs before are left out first, then the longest ago.
 */

import { solved } from '../../num/equations.ts';
import { isZero, type Rational } from '../../num/rational.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { TrainJob } from '../loop.ts';
import { type Affine, affineOf } from './affine.ts';
import { equationsOf } from './equations.ts';
import { inferring } from './inferring.ts';
import { countMissed } from './missed.ts';
import type { SearchContext, Strategy, Values } from './strategy.ts';

export const recurrence: Strategy = inferring('recurrence', infer);

async function infer({ job, space, start }: SearchContext): Promise<Result<Values | string>> {
  const { task, dataset } = job;
  if (space.choices.length > 0) return ok('there are choices besides the numbers');
  if (!fitsLabel(job)) return ok('the label is not made of numbers as what it gives is');
  const affine = affineOf(task.prediction, job.params, start);
  if (typeof affine === 'string') return ok(affine);
  const equations = await equationsOf(affine, dataset, task.prediction.inputs.length);
  if (!equations.ok || typeof equations.value === 'string') return equations as Result<string>;
  const { products, count } = equations.value;
  const { numbers, rest } = solved(products, keepOrder(affine));
  if (!isZero(rest)) return ok(restText(rest, count));
  const values = withSolution(affine, numbers, start);
  if (!isInRange(affine, values)) return ok('the numbers that solve its equations are outside of their ranges');
  const missed = await countMissed(job, values);
  if (!missed.ok) return missed;
  return ok(
    missed.value === 0
      ? values
      : `the numbers that were found are wrong on ${missed.value} of ${dataset.split.trainRows} examples`,
  );
}

/** The label is made of numbers, as what is given. */
const fitsLabel = ({ task, dataset }: TrainJob): boolean => {
  const { prediction } = task;
  const labels = dataset.leaves.slice(prediction.inputs.length);
  const given = prediction.outputs.map((o) => must(prediction.types[o.value]).shape.join());
  return labels.every((l, i) => l.layout.kind === 'number' && l.shape.join() === given[i]);
};

const restText = (rest: Rational, count: number): string => {
  const mean = Number(rest.over) / Number(rest.under) / count;
  return `no numbers solve its equations: at best the square of what is missing is ${mean.toPrecision(3)} on average`;
};

function withSolution({ unknowns }: Affine, numbers: readonly Rational[], start: Values): Values {
  const values = new Map(Array.from(start, ([name, own]) => [name, own.slice()]));
  for (const [i, { spec, at }] of unknowns.entries()) {
    const { over, under } = must(numbers[i]);
    must(values.get(spec.name))[at] = Number(over) / Number(under);
  }
  return values;
}

const isInRange = ({ unknowns }: Affine, values: Values): boolean =>
  unknowns.every(({ spec, at }) => {
    const [low, high] = spec.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const x = must(values.get(spec.name)?.[at]);
    return x >= Math.fround(low) && x <= Math.fround(high);
  });

/** What is left out last comes first: numbers that what is known for the shortest time is multiplied by; after all others those of outputs before. */
function keepOrder(a: Affine): readonly number[] {
  const ages = agesOf(a);
  const own = a.unknowns.map((_, unknown) => {
    const factors = a.outputs.flatMap((o) => o.terms.filter((t) => t.unknown === unknown).flatMap((t) => t.known));
    const states = factors.flatMap((f) => ages[f] ?? []);
    return { unknown, isFeedback: states.some((s) => s.isFeedback), age: Math.max(0, ...states.map((s) => s.age)) };
  });
  own.sort((x, y) => Number(x.isFeedback) - Number(y.isFeedback) || x.age - y.age || x.unknown - y.unknown);
  return own.map((o) => o.unknown);
}

interface Age {
  readonly age: number;
  readonly isFeedback: boolean;
}

/** Per state for how many steps it has been known, and whether it comes from an output. */
function agesOf({ next }: Affine): readonly Age[] {
  let ages: readonly Age[] = next.map(() => ({ age: 0, isFeedback: false }));
  for (let round = 0; round < next.length; round++)
    ages = next.map((n): Age => {
      if (typeof n === 'number') return { age: 1, isFeedback: true };
      const from = n.flatMap((t) => t.known.flatMap((k) => ages[k] ?? []));
      return { age: 1 + Math.max(0, ...from.map((f) => f.age)), isFeedback: from.some((f) => f.isFeedback) };
    });
  return ages;
}
