/** Examines the properties of a program one after the other. `road.ts` calls it. */
import type { Backend } from '../backends/backend.ts';
import { reference } from '../backends/reference.ts';
import type { LoweredProperty, Program } from '../lower/program.ts';
import { randomStream } from '../num/random.ts';
import { nearest } from '../text/nearest.ts';
import { problem } from '../text/problem.ts';
import { fail, invariant, must, ok, type Result } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { listed } from '../train/columns.ts';
import { encodeInputs, type Inputs, paramsOf } from '../train/run.ts';
import { lengthOf } from '../train/sized.ts';
import type { Muster } from '../verify/index.ts';
import { type Told, toldOf } from './counterexample.ts';
import { type PropertyProof, proveProperty } from './property.ts';
import type { CaseProgress } from './prove.ts';

export interface ExamineOptions {
  /** What runs the program (the reference). */
  readonly backend?: Backend;
  /** Of the points that are tried (0); each property has its own stream. */
  readonly seed?: number;
  /** Asked again and again while a property is examined: whether there is time left for it. */
  readonly goOn: (progress: CaseProgress, title: string) => boolean;
  /** Others that work at parts of a question when it takes long (nobody). */
  readonly muster?: Muster | undefined;
}

export interface PropertyReport {
  readonly title: string;
  readonly at: Span;
  readonly asserts: readonly Span[];
  readonly proof: PropertyProof;
  /** What is told of the inputs that refute it. */
  readonly told?: Told;
}

export type PointReport = Pick<PropertyReport, 'title' | 'at'> & { readonly told: Told };

/** All properties, or the one of a title; each when it is asked for. */
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
  const list = titles.length === 0 ? 'It has none.' : `It has ${listed(titles.map((t) => `"${t}"`))}.`;
  const hint = near === undefined ? list : `Did you mean "${near}"?`;
  return fail([problem('no-property', undefined, { file: name, name: title, hint })]);
}

/** What a property says at named inputs. */
export function tellAt(
  program: Program,
  title: string,
  { backend, inputs }: { readonly backend: Backend; readonly inputs: Inputs },
): Result<PointReport> {
  const found = propertiesOf(program, title);
  if (!found.ok) return found;
  const property = ofLength(must(found.value[0]), inputs);
  const { at, problems } = property;
  if (problems.length > 0) return fail(problems);
  const point = encodeInputs({ name: title, inputs: property.inputs, at }, inputs);
  return point.ok ? ok({ title, at, told: toldOf(property, paramsOf(program.params), backend, point.value) }) : point;
}

function examine(
  program: Program,
  property: LoweredProperty,
  { backend = reference, seed = 0, goOn, muster }: ExamineOptions,
): Result<PropertyReport> {
  const { title, at, asserts, problems } = property;
  if (problems.length > 0) return fail(problems);
  const params = paramsOf(program.params);
  const { uniform: random } = randomStream(seed, 0);
  const proof = proveProperty(property, params, { backend, goOn: (p) => goOn(p, title), random, muster });
  if (!proof.ok) return proof;
  const { witness, length } = proof.value;
  const here = length === undefined ? property : must(property.lengths).at(length);
  const told = witness && toldOf(here, params, backend, witness);
  invariant(
    !told || (told.assumes.every((a) => a.holds) && told.asserts.some((a) => !a.holds)),
    `what refutes "${title}" does not`,
  );
  return ok({ title, at, asserts, proof: proof.value, ...(told && { told }) }, proof.notes);
}

/** The property at the length of the inputs that are given, where it is stated for every length. */
const ofLength = ({ lengths, ...property }: LoweredProperty, inputs: Inputs): LoweredProperty =>
  lengths ? lengths.at(lengthOf(inputs, [lengths.at(1), lengths.at(2)]) ?? 1) : property;
