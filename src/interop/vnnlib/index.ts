/**
 * VNN-LIB, versions 1.0 and the 2.0 forms in use: a text to a typed specification. Strict: what is not understood is a
 * Problem at its line. What is understood and says nothing (an empty box, contradictory conditions) comes as a warning.
 */
import { type Problem, problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import { type Source, span } from '../../text/span.ts';
import { conditionOf } from './conditions.ts';
import { type Declarations, readDeclarations } from './declarations.ts';
import { type Atom, type Condition, disjuncts } from './linear.ts';
import { type List, readForms } from './read.ts';
import { casesOf, type Specification } from './specification.ts';

export type { SpecNetwork, Variable } from './declarations.ts';
export type { Bound, Case, Inequality, InputRange, Specification } from './specification.ts';

/** Atoms of the disjunctive form, all alternatives together. */
const MOST_ATOMS = 200_000;
const MOST_PROBLEMS = 50;

const FORMS = ['assert', 'declare-const', 'declare-fun', 'declare-network', 'vnnlib-version'];

/** Reads a specification. Warnings about vacuous cases are in `notes`. */
export function readVnnlib(source: Source): Result<Specification> {
  const read = readForms(source);
  if ('problem' in read) return fail([read.problem]);
  const problems: Problem[] = [];
  for (const form of read.forms) checkForm(form, problems);
  const declared = readDeclarations(read.forms, problems);
  const asserts = read.forms.filter((f) => wordOf(f) === 'assert');
  const whole = span(source, 0, Math.min(source.text.length, 1));
  if (declared.networks.length === 0 && problems.length === 0)
    problems.push(problem('vnnlib-declaration', whole, { why: 'No variables are declared.' }));
  if (asserts.length === 0) problems.push(problem('vnnlib-assert', whole, { why: 'Nothing is asserted.' }));
  if (problems.length > 0) return fail(problems.slice(0, MOST_PROBLEMS));
  return specify(declared, asserts);
}

const wordOf = (form: List): string => (form.items[0]?.kind === 'word' ? form.items[0].text : '');

function checkForm(form: List, problems: Problem[]): void {
  const head = wordOf(form);
  if (FORMS.includes(head)) return;
  const why = `A form begins with ${FORMS.join(', ')}; this one with \`${head}\`.`;
  problems.push(problem('vnnlib-form', form.at, { why }));
}

function specify(declared: Declarations, asserts: readonly List[]): Result<Specification> {
  const problems: Problem[] = [];
  const of: Condition[] = [];
  for (const form of asserts) {
    const [, body] = form.items;
    const condition = body && form.items.length === 2 ? conditionOf(body, declared.lookup, problems) : undefined;
    if (condition) of.push(condition);
    else if (!body || form.items.length !== 2)
      problems.push(problem('vnnlib-assert', form.at, { why: '`assert` takes one condition.' }));
    if (problems.length >= MOST_PROBLEMS) break;
  }
  if (problems.length > 0) return fail(problems);
  const all = disjuncts({ kind: 'and', of }, MOST_ATOMS);
  const at = (asserts[0] as List).at;
  if (!all) return fail([problem('vnnlib-assert', at, { why: 'Written out, the alternatives are too many.' })]);
  return assemble(declared, all, at);
}

function assemble(declared: Declarations, all: readonly (readonly Atom[])[], at: List['at']): Result<Specification> {
  const problems: Problem[] = [];
  const notes: Problem[] = [];
  const cases = casesOf(declared, all, { problems, notes, at });
  if (problems.length > 0) return fail(problems);
  if (cases.length === 0)
    notes.push(problem('vnnlib-vacuous', at, { why: 'The assertion is never true, whatever the network does.' }));
  const { version, networks, variables } = declared;
  return ok({ version, networks, variables, cases }, notes);
}

/** The sizes of the networks that a specification is meant for. */
export interface Sizes {
  readonly file: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** What does not fit between a specification and the networks it is used with, in order. */
export function misfits(spec: Specification, networks: readonly Sizes[]): Problem[] {
  const first = spec.networks[0];
  if (!first || spec.networks.length !== networks.length) {
    const data = {
      stated: `${spec.networks.length} networks`,
      given: `${networks.length}`,
      file: networks[0]?.file ?? '',
    };
    return [problem('vnnlib-network', first?.at, data)];
  }
  return spec.networks.flatMap((n, i) => {
    const net = networks[i];
    if (!net || (net.inputs === n.inputs && net.outputs === n.outputs)) return [];
    const stated = `${n.inputs} inputs and ${n.outputs} outputs`;
    return [problem('vnnlib-network', n.at, { stated, given: `${net.inputs} and ${net.outputs}`, file: net.file })];
  });
}
