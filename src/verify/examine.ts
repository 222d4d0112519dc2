/**
 * One part of a search: is it proved, is there a counterexample in it, and what smaller parts are left. Holds what is asked again and again
 * about one question, and nothing about other parts, so parts can be examined in any order and anywhere.
 */
import type { Graph } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import { descend, type Point, type Run } from './attack.ts';
import { boundsOf, type Ends } from './bounds.ts';
import { type Claim, isUnsafe } from './claim.ts';
import { divided, type Part } from './divide.ts';
import { type Finished, type Finisher, finisher, isTimeToFinish } from './finish.ts';
import { judge, type Undecided } from './judge.ts';
import type { Net } from './net.ts';
import type { Proof } from './question.ts';
import { leaves } from './tree.ts';

export interface ExamineOptions {
  /** The float32 program itself; what it says at a point is the truth. */
  readonly run: Run;
  /**
   * The graph that is run, its params as constants, where leaves are taken that speak of it alone (S1): bounds fail by no more than rounding, or
   * few points are left. What is proved may then be less than all three tiers (`tiersOf` says it), but fewer boxes stay open.
   */
  readonly compiled?: Graph;
}

export type Examined =
  | { readonly kind: 'proved'; readonly proof: Proof }
  | {
      readonly kind: 'open';
      /** A point at which the run is unsafe. */
      readonly unsafe: Point | undefined;
      readonly worst: number;
      /** None where the box cannot be split any further. Splits its place. */
      parts(): readonly Part[];
    };

/** Examines a part; `count` is how many were examined before, `goOn` is asked before long runs. */
export type Examine = (part: Part, count: number, goOn: () => boolean) => Examined;

const LATER_RUNS = 40;
/** So many boxes pass between two attacks. */
const ATTACK_EVERY = 8;

/** Above so many inputs that vary, cases of layers are told apart rather than halves of inputs. */
const MANY = 20;
const STEPS = 10;

const varying = (box: readonly Ends[]): number =>
  box.reduce((n, { lo, hi }) => n + lo.reduce((m, l, j) => m + (l < must(hi[j]) ? 1 : 0), 0), 0);

/** For parts of the claim over the box. */
export function examiner(net: Net, box: readonly Ends[], claim: Claim, options: ExamineOptions): Examine {
  const bounder = boundsOf(net);
  const isWide = varying(box) > MANY;
  const how = { leafOf: leaves(), steps: isWide ? STEPS : 0 };
  const finish = finishing(net, options);
  return (part, count, goOn) => {
    const judged = judge(bounder, part, how);
    if (judged.kind === 'proved') return judged;
    const found = counterexample(judged, part, claim, { count, run: options.run });
    const end = found ? undefined : finish(part, judged, goOn);
    if (end && end.kind !== 'unsafe') return { kind: 'proved', proof: end };
    const unsafe = end ? end.inputs : found;
    return { kind: 'open', unsafe, worst: judged.worst, parts: () => divided(bounder, part, judged, isWide) };
  };
}

type Finish = (open: Part, judged: Undecided, goOn: () => boolean) => Finished | undefined;

/** Decides a box for the compiled program alone, where that is allowed and the time has come. What is unsafe is so by the program itself. */
function finishing({ outputs }: Net, { compiled, run }: ExamineOptions): Finish {
  if (!compiled) return () => undefined;
  let made: Finisher | undefined;
  return ({ box, claim }, { worst, found }, goOn) => {
    const ends = found?.ends.get(must(outputs[0]));
    if (!isTimeToFinish(claim, box, { worst, outputs: ends })) return undefined;
    made ??= finisher(compiled);
    const end = made(box, claim, goOn);
    return end?.kind === 'unsafe' && !isUnsafe(claim, run(end.inputs)) ? undefined : end;
  };
}

function counterexample(
  { corner }: Undecided,
  { box }: Part,
  claim: Claim,
  { count, run }: { readonly count: number; readonly run: Run },
): Point | undefined {
  const isUnsafeAt = (point: Point): boolean => isUnsafe(claim, run(point));
  if (isUnsafeAt(corner)) return corner;
  if ((count + 1) % ATTACK_EVERY !== 0) return undefined;
  const { point } = descend(box, claim, corner, { run, random: () => 0.5, runs: LATER_RUNS, goOn: () => true });
  return isUnsafeAt(point) ? point : undefined;
}
