/**
 * What training cannot change, said before it starts: numbers that no gradient reaches, crisp tests that stop it, and choices that
 * the loss does not depend on.
 */
import { reasonOf, type Unreached } from '../autodiff/index.ts';
import type { OpName } from '../ir/vocabulary.ts';
import type { ParamSpec, TrainTask } from '../lower/program.ts';
import { type Problem, problem } from '../text/problem.ts';
import { unreachedParams } from './graphs.ts';
import { openParameters } from './parameters.ts';
import { casesOf, lossParams } from './search/space.ts';

const CRISP: ReadonlySet<OpName> = new Set<OpName>(['lt', 'le', 'eq', 'sign', 'argmax', 'floor', 'round']);

/** Warnings for the parameters of a program with a `train` block. */
export function learnability(params: readonly ParamSpec[], task: TrainTask): Problem[] {
  const trained = openParameters(params).slots.map((s) => s.spec);
  const unreached = unreachedParams(task.loss, trained);
  const blocked = unreached.filter((u) => u.op !== undefined && CRISP.has(u.op) && u.origin);
  const tests = new Map(blocked.map((u) => [`${u.origin?.at.source.name} ${u.origin?.at.start} ${u.op}`, u]));
  const searched = task.search === 'gradient' ? undefined : lossParams(task.loss);
  const unused = params.filter((p) => searched && !p.frozen && (casesOf(p) ?? 0) > 1 && !searched.has(p.name));
  return [
    ...unused.map((p) => problem('unused-choice', p.at, { name: p.name })),
    ...unreached.flatMap((u) => {
      const spec = trained.find((p) => p.name === u.param);
      return spec ? [unreachedProblem(spec, u)] : [];
    }),
    ...Array.from(tests.values(), (u) => {
      const names = blocked.filter((b) => b.origin?.at.start === u.origin?.at.start).map((b) => `\`${b.param}\``);
      const reason = `\`${u.op}\` lets no gradient through, and it is the only way from ${names.join(', ')} to the loss.`;
      return problem('nothing-learns-here', u.origin?.at, { reason });
    }),
  ];
}

function unreachedProblem(spec: ParamSpec, u: Unreached): Problem {
  const reason = `${capital(reasonOf(u))}.`;
  const also = u.origin ? [{ at: u.origin.at, text: 'here the gradient ends' }] : [];
  return problem('no-gradient', spec.at, { name: spec.name, reason }, { also });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
