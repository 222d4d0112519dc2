/** A question answered by search: the program's own word on points, and bounds. */
import type { Backend } from '../backends/backend.ts';
import { ready } from '../passes/index.ts';
import { unrolled } from '../passes/unroll.ts';
import { invariant, must } from '../text/result.ts';
import {
  boundsOf,
  type Claim,
  isUnsafe,
  judge,
  type Muster,
  openNet,
  type Progress,
  type Question,
  search,
  spreadOut,
  type Verdict,
} from '../verify/index.ts';
import { unbounded } from './prove.ts';

export interface Aids {
  readonly backend: Backend;
  readonly random: () => number;
  readonly goOn: (progress: Progress) => boolean;
  readonly muster?: Muster | undefined;
  /** Whether the program violates what is asked at a point of the question's inputs: the last word. */
  readonly isViolated: (point: readonly Float32Array[]) => boolean;
}

export interface Answer {
  readonly verdict: Verdict;
  /** Why nothing more is known. */
  readonly reason?: string;
}

/** Refuted only by a point that `isViolated` says of; it is the last point that was asked. */
export function answer(question: Question, { backend, random, goOn, isViolated, muster }: Aids): Answer {
  const net = openNet(spreadOut(unrolled(question.graph)), new Map());
  const op = unbounded(net);
  const { box, claim } = question;
  const whole = { box, claim, cases: [], known: undefined, refines: true, choice: undefined };
  const first = judge(boundsOf(net), whole, { leafOf: (rows) => ({ kind: 'bounds', rows }), steps: 0 });
  if (first.kind === 'proved') return { verdict: { kind: 'proved', boxes: 1, proof: first.proof } };
  const { resident } = backend.compile(ready(question.graph));
  const output = must(resident.outputs[0]);
  const nothing = new Float32Array(output.length).fill(Number.NaN);
  const closed = closedOf(claim);
  let found: readonly Float32Array[] | undefined;
  const run = (point: readonly Float32Array[]): Float32Array => {
    if (isViolated(point)) found ??= point.map((xs) => xs.slice());
    for (const [i, to] of resident.inputs.entries()) to.set(must(point[i]));
    resident.step();
    return !found && isUnsafe(closed, output) ? nothing : output;
  };
  const verdict = search(net, box, claim, {
    random,
    run,
    compiled: question.graph,
    ...(muster && { crew: muster({ question, finishes: true }) }),
    goOn: (p) => !found && (op === undefined || p.stage === 'attack') && goOn(p),
  });
  if (found) {
    invariant(verdict.kind !== 'proved', 'what is proved is refuted');
    return { verdict: { kind: 'refuted', boxes: verdict.boxes, inputs: found } };
  }
  return { verdict, ...(op !== undefined && { reason: `no bounds go through the operation \`${op}\`` }) };
}

/** The claim with its border: points on it that are safe are no way to an unsafe one. */
const closedOf = ({ unsafe }: Claim): Claim => ({
  unsafe: unsafe.map((rows) => rows.map((row) => ({ ...row, strict: false }))),
});
