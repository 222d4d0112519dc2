/**
 * The questions that a property of a program comes down to, made without the search: one certificate's replay needs no more. They are those of
 * `property-cases.ts`, combination by combination.
 */
import type { Question } from '../verify/index.ts';
import { domainOf } from './domain.ts';
import { all, any, not } from './formula.ts';
import { opened } from './opened.ts';
import type { Stated } from './property.ts';
import { fixedIn, MOST_CASES } from './property-cases.ts';
import { questionOf } from './questions.ts';

/** Undefined where the property is too large to be asked. */
export function questionsOfProperty(
  property: Stated,
  params: ReadonlyMap<string, Float32Array>,
): readonly Question[] | undefined {
  const domain = domainOf(property.inputs);
  const isTold = domain.count <= MOST_CASES;
  const questions: Question[] = [];
  for (let i = 0; i < (isTold ? domain.count : 1); i++) {
    const own = opened(property, params, domain.ranges, fixedIn(domain, isTold ? i : undefined));
    const found = own && questionOf(own.graph, own.box, all([...own.assumes, any(own.asserts.map(not))]));
    if (!found) return undefined;
    questions.push(found);
  }
  return questions;
}
