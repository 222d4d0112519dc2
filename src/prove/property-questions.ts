/**
 * The questions that a property of a program comes down to, made without the search: what a replay of its certificate needs. They are those of
 * `property-cases.ts`, combination by combination.
 */
import { must } from '../text/result.ts';
import type { Question, Tier } from '../verify/index.ts';
import { domainOf } from './domain.ts';
import { exactnessOf } from './exactness.ts';
import { all, any, not } from './formula.ts';
import { opened } from './opened.ts';
import type { Stated } from './property.ts';
import { fixedIn, MOST_CASES } from './property-cases.ts';
import { questionsOf } from './questions.ts';

export interface Questions {
  readonly questions: readonly Question[];
  /** What their answers can show. */
  readonly tiers: readonly Tier[];
}

/** Undefined where the property is too large to be asked. */
export function questionsOfProperty(
  property: Stated,
  params: ReadonlyMap<string, Float32Array>,
): Questions | undefined {
  const domain = domainOf(property.inputs);
  const isTold = domain.count <= MOST_CASES;
  const isExact = exactnessOf(property, params, (i) => domain.isFixed[i] === true);
  const questions: Question[] = [];
  let areExact = true;
  for (let i = 0; i < (isTold ? domain.count : 1); i++) {
    const fixed = fixedIn(domain, isTold ? i : undefined);
    const own = opened(property, params, domain.ranges, fixed);
    const found = own && questionsOf(own, all([...own.assumes, any(own.asserts.map(not))]));
    if (!found) return undefined;
    questions.push(...found);
    areExact &&= isExact(fixed.map((numbers, k) => numbers ?? must(domain.ranges[k]).lo));
  }
  return { questions, tiers: areExact ? ['S1', 'S2', 'S3'] : ['S1'] };
}
