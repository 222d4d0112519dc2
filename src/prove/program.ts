/** Examines the properties of a program one after the other. `road.ts` calls it. */
import type { LoweredProperty, Program } from '../lower/program.ts';
import { randomStream } from '../num/random.ts';
import { nearest } from '../text/nearest.ts';
import { problem } from '../text/problem.ts';
import { fail, invariant, ok, type Result } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { type Told, toldOf } from './counterexample.ts';
import { type PropertyProof, proveProperty } from './property.ts';
import type { ProveOptions } from './prove.ts';

export interface ExamineOptions extends Pick<ProveOptions, 'backend' | 'goOn'> {
  /** Of the points that are tried; each property has its own stream. */
  readonly seed: number;
}

export interface PropertyReport {
  readonly title: string;
  readonly at: Span;
  readonly proof: PropertyProof;
  /** What is told of the inputs that refute it. */
  readonly told?: Told;
}

/** All properties, or those of one title; each when it is asked for. */
export function* proveProgram(
  program: Program,
  title: string | undefined,
  options: ExamineOptions,
): Generator<Result<PropertyReport>> {
  const found = propertiesOf(program, title);
  if (!found.ok) yield found;
  else for (const property of found.value) yield examine(program, property, options);
}

function propertiesOf({ name, properties }: Program, title: string | undefined): Result<readonly LoweredProperty[]> {
  const found = properties.filter((p) => title === undefined || p.title === title);
  if (title === undefined || found.length > 0) return ok(found);
  const titles = properties.map((p) => p.title);
  const near = nearest(title, titles);
  const list = titles.map((t) => `"${t}"`).join(', ');
  const hint = near !== undefined ? `Did you mean "${near}"?` : list === '' ? 'It has none.' : `It has ${list}.`;
  return fail([problem('no-property', undefined, { file: name, name: title, hint })]);
}

function examine(
  program: Program,
  property: LoweredProperty,
  { backend, goOn, seed }: ExamineOptions,
): Result<PropertyReport> {
  const { title, at, problems } = property;
  if (problems.length > 0) return fail(problems);
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  const proof = proveProperty(property, params, { backend, goOn, random: randomStream(seed, 0).uniform });
  if (!proof.ok) return proof;
  const { witness } = proof.value;
  const told = witness && toldOf(property, params, backend, witness);
  invariant(
    !told || (told.assumes.every((a) => a.holds) && told.asserts.some((a) => !a.holds)),
    `what refutes "${title}" does not`,
  );
  return ok({ title, at, proof: proof.value, ...(told && { told }) }, proof.notes);
}
