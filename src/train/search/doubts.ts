/** What must be said of a program whose choices were searched, though it was trained: what the data cannot decide. */
import { type Problem, problem } from '../../text/problem.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { DriverContext } from './context.ts';
import { contradictions } from './contradictions.ts';
import { cellName } from './space.ts';
import type { Values } from './strategy.ts';

const SHOWN = 8;

export async function doubtsOf(context: DriverContext, values: Values): Promise<Result<readonly Problem[]>> {
  const { dataset, task } = context.job;
  const clash = await contradictions(dataset, task);
  if (!clash.ok) return clash;
  const unread = await context.unread(values);
  if (!unread.ok) return unread;
  return ok([...(clash.value ? [clash.value] : []), ...unreadProblems(context, unread.value ?? [])]);
}

/** One warning for each param. */
function unreadProblems({ space, job }: DriverContext, unread: readonly number[]): Problem[] {
  const choices = unread.map((i) => must(space.choices[i]));
  return [...new Set(choices.map((c) => c.spec))].map((spec) => {
    const own = choices.filter((c) => c.spec === spec);
    const names = own.slice(0, SHOWN).map((c) => `\`${cellName(c.spec, c.cell)}\``);
    const more = own.length > SHOWN ? ` or one of ${own.length - SHOWN} more` : '';
    return problem('unread-choices', spec.at, {
      name: spec.name,
      choices: `${names.join(' or ')}${more}`,
      rows: job.dataset.split.trainRows,
    });
  });
}
