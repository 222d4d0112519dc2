/**
 * The stages of freezing, in order. A stage is one rule used everywhere at once, and the program after it is compiled from nothing and compared
 * with the one before; changes that cannot be shown to keep it are left out, one by one.
 */
import { utf8Encode } from '../../num/bytes.ts';
import { sha256 } from '../../num/sha256.ts';
import { type Span, span } from '../../text/span.ts';
import type { Change, Rule } from './change.ts';
import { type Evidence, equalities, isShown } from './equality.ts';
import { learnedNames } from './learned.ts';
import { choices } from './rules/choices.ts';
import { functions } from './rules/functions.ts';
import { numbers, params, tables, training } from './rules/marks.ts';
import { ranges } from './rules/ranges.ts';
import { shapes } from './rules/shapes.ts';
import { states } from './rules/states.ts';
import { unused } from './rules/unused.ts';
import { changed, type Subject } from './subject.ts';

export interface Stage {
  readonly rule: string;
  readonly changes: readonly Change[];
  /** `sha256:` of the text after it. */
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

export const textHash = (text: string): string => `sha256:${sha256(utf8Encode(text))}`;

/** The rules by name, for a program as it was before all of them. */
export function rulesFor(original: Subject): readonly Rule[] {
  return [
    choices, // first: what stands in an option that is not taken is nobody's business
    training, // before the marks: a train block asks for something to learn
    numbers,
    params,
    tables,
    shapes,
    states(learnedNames(original.module)), // before the functions: their numbers decide what these are
    functions(learnedNames(original.module)), // of plain code
    ranges(learnedNames(original.module)), // of what is left of learned functions
    unused(original), // last: what the others left behind
  ];
}

/** Rules that change what they made themselves: a choice in a choice, one machine after the other, an idle call in another, what only something unused used. */
const REPEATED: readonly string[] = ['choice', 'states', 'range', 'unused'];

export interface Run {
  readonly stages: readonly Stage[];
  readonly last: Subject;
  /** Changes that were proposed and not made, for nothing shows that they keep the program. */
  readonly left: readonly Left[];
}

export interface Left extends Change {
  readonly at: Span;
}

export function runStages(original: Subject): Run {
  const stages: Stage[] = [];
  const left: Left[] = [];
  let s = original;
  for (const rule of rulesFor(original))
    for (;;) {
      const proposed = rule.propose(s);
      const made = proposed.length > 0 ? keeping(s, rule, proposed) : undefined;
      const { source } = s;
      const isLeft = (c: Change): boolean => !made?.stage.changes.includes(c);
      left.push(
        ...proposed.filter(isLeft).map((c) => ({ ...c, at: span(source, c.start, c.start + c.before.length) })),
      );
      if (!made) break;
      stages.push(made.stage);
      s = made.after;
      if (!REPEATED.includes(rule.name)) break;
    }
  return { stages, last: s, left };
}

interface Made {
  readonly stage: Stage;
  readonly after: Subject;
}

/** All changes, or those that keep the program. */
function keeping(s: Subject, rule: Rule, proposed: readonly Change[]): Made | undefined {
  const all = makeStage(s, rule, proposed);
  if (all || proposed.length === 1) return all;
  const good = proposed.filter((c) => makeStage(s, rule, [c]) !== undefined);
  return good.length > 0 ? makeStage(s, rule, good) : undefined;
}

/** A stage of these changes; undefined when the program after it cannot be shown to be the one before. */
export function makeStage(s: Subject, rule: Rule, changes: readonly Change[]): Made | undefined {
  const after = changed(s, changes);
  if (!after.ok) return undefined;
  const evidence = evidenceFor(s, after.value, rule, changes);
  if (!evidence) return undefined;
  return {
    stage: { rule: rule.name, changes, text: textHash(after.value.source.text), evidence },
    after: after.value,
  };
}

function evidenceFor(
  before: Subject,
  after: Subject,
  rule: Rule,
  changes: readonly Change[],
): readonly Evidence[] | undefined {
  const replaced = changes.flatMap((c) => (c.function === undefined ? [] : [c.function]));
  const shown = rule.evidence?.(before, after) ?? equalities(before, after, replaced).filter(isShown);
  return shown.length === after.compiled.entries.length ? shown : undefined;
}
