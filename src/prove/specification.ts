/**
 * The questions of a specification: one per case that says anything. The prover and whoever replays a certificate make them here, from the
 * networks and the text alone.
 */
import { type Case, misfits, type Network, type Specification } from '../interop/index.ts';
import { fail, ok, type Result } from '../text/result.ts';
import type { Question } from '../verify/index.ts';
import { boxOf, claimOf } from './claims.ts';
import { type Joined, joined } from './joined.ts';

export interface Named extends Network {
  readonly file: string;
}

/** The cases that say something; Problems where the specification does not fit the networks. */
export function toldCases(spec: Specification, networks: readonly Named[]): Result<readonly Case[]> {
  const sizes = networks.map((n) => ({ file: n.file, inputs: elements(n.inputs), outputs: elements(n.outputs) }));
  const wrong = misfits(spec, sizes);
  return wrong.length > 0 ? fail(wrong) : ok(spec.cases.filter((c) => c.vacuous === undefined && c.unsafe.length > 0));
}

const elements = (ports: Network['inputs']): number =>
  ports.reduce((n, { shape }) => n + shape.reduce((m, d) => m * d, 1), 0);

/** The networks of a case as one graph; cases that link the same inputs and speak of the same variables share it. */
export function joiner(spec: Specification, networks: readonly Network[]): (one: Case) => Result<Joined> {
  const known = new Map<string, Result<Joined>>();
  return (one) => {
    const read = new Set(one.unsafe.flat().flatMap((i) => i.terms.map((t) => t.variable)));
    const key = `${[...one.links].join(';')}|${[...read].sort((a, b) => a - b)}`;
    const made = known.get(key) ?? joined(spec, one, networks);
    known.set(key, made);
    return made;
  };
}

export function questionFor(one: Case, net: Joined): Result<Question> {
  const claim = claimOf(one, net);
  return claim.ok ? ok({ graph: net.graph, box: boxOf(one, net), claim: claim.value }) : claim;
}

export function questionsOfSpecification(spec: Specification, networks: readonly Named[]): Result<readonly Question[]> {
  const told = toldCases(spec, networks);
  if (!told.ok) return told;
  const join = joiner(spec, networks);
  const questions: Question[] = [];
  for (const one of told.value) {
    const net = join(one);
    if (!net.ok) return net;
    const question = questionFor(one, net.value);
    if (!question.ok) return question;
    questions.push(question.value);
  }
  return ok(questions);
}
