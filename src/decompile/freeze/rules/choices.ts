/** `choose 1 { a, b }` becomes `b`, `pick` likewise: the choice is crisp, so the others were never read. From the outside in, one level at a time. */
import type { Expr } from '../../../syntax/ast.ts';
import { must } from '../../../text/result.ts';
import { textOf } from '../../../text/span.ts';
import { type Change, plainRule } from '../change.ts';
import type { Subject } from '../subject.ts';
import { isTight, type Standing, walk } from '../walk.ts';

type Choose = Extract<Expr, { kind: 'choose' }>;

export const choices = plainRule('choice', (s) => {
  const found: Change[] = [];
  walk(s.module, (standing) => {
    if (standing.expr.kind !== 'choose') return true;
    found.push(collapse(s, standing, standing.expr));
    return false;
  });
  return found;
});

function collapse(s: Subject, { power }: Standing, e: Choose): Change {
  const chosen = e.chosen?.value ?? learnedCase(s, e);
  const option = must(e.options[chosen]);
  const text = textOf(option.at);
  const word = e.pick ? 'pick' : 'choose';
  return {
    start: e.at.start,
    before: textOf(e.at),
    after: isTight(option, power) ? text : `(${text})`,
    reason: `\`${word}\` takes option ${chosen} of ${e.options.length}`,
  };
}

/** The option of a choice whose number is not written: what its param holds. */
function learnedCase(s: Subject, e: Choose): number {
  const first = e.options[0]?.at.start ?? e.at.end;
  const spec = s.compiled.program.params.find(
    ({ at }) => at.source === s.source && at.start > e.at.start && at.start < first,
  );
  return spec ? spec.value.indexOf(Math.max(...spec.value)) : 0;
}
