/**
 * Branch and bound over input boxes: a box is proved when every conjunction of the unsafe set has an inequality that holds nowhere in
 * it; else it is split along the input that matters most, and both halves inherit its bounds. Depth first, so that few boxes are open at
 * a time; the proof has a node for each that was closed.
 */
import type { Graph } from '../ir/graph.ts';
import { invariant, must } from '../text/result.ts';
import { attack, descend, type Point, type Run } from './attack.ts';
import { boundsOf, type Ends } from './bounds.ts';
import { type Claim, isUnsafe } from './claim.ts';
import { divided, type Part } from './divide.ts';
import { type Finished, type Finisher, finisher, isTimeToFinish } from './finish.ts';
import { judge, type Undecided } from './judge.ts';
import type { Net } from './net.ts';
import type { Proof } from './question.ts';
import { growing, leaves } from './tree.ts';

export type Verdict =
  | { readonly kind: 'proved'; readonly boxes: number; readonly proof: Proof }
  | { readonly kind: 'refuted'; readonly boxes: number; readonly inputs: Point }
  | { readonly kind: 'unknown'; readonly boxes: number; readonly open: number; readonly best: number };

export interface Progress {
  /** Counterexamples are looked for before the first box. */
  readonly stage: 'attack' | 'bounds';
  readonly boxes: number;
  readonly open: number;
  /** Of the claim's whole box, the part that is proved, by volume. */
  readonly proved: number;
  /** The worst bound of the boxes that are open; it has to rise above 0. -Infinity where nothing is known yet. */
  readonly best: number;
  /** How many boxes are still to come, about; undefined as long as too little is proved to say. */
  readonly left: number | undefined;
}

export interface SearchOptions {
  /** The float32 program itself; what it says at a point is the truth. */
  readonly run: Run;
  /** Whether to go on; asked before every box, and before every run but the first. */
  readonly goOn: (progress: Progress) => boolean;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
  /**
   * The graph that is run, its params as constants, where leaves are taken that speak of it alone (S1): bounds fail by no more than rounding, or
   * few points are left. What is proved may then be less than all three tiers (`tiersOf` says it), but fewer boxes stay open.
   */
  readonly compiled?: Graph;
}

const FIRST_RUNS = 2000;
const LATER_RUNS = 40;
/** So many boxes pass between two attacks. */
const ATTACK_EVERY = 8;

/** Proves or refutes a claim about the only output of a net over a box. `unknown` when told to stop, or where boxes cannot be split further. */
export function search(net: Net, box: readonly Ends[], claim: Claim, options: SearchOptions): Verdict {
  const [output, ...others] = net.outputs;
  invariant(output !== undefined && others.length === 0, 'a claim is about the one output of a net');
  for (const one of claim.unsafe.flat())
    invariant(
      one.coefficients.length === net.sizeOf(output),
      'an inequality has a coefficient for each output element',
    );
  const first = attack(box, claim, { ...options, runs: FIRST_RUNS, goOn: () => options.goOn(ATTACKING) });
  if (isUnsafe(claim, options.run(first.point))) return { kind: 'refuted', boxes: 0, inputs: first.point };
  return split(net, box, claim, options);
}

const ATTACKING: Progress = { stage: 'attack', boxes: 0, open: 1, proved: 0, best: -Infinity, left: undefined };

function split(net: Net, box: readonly Ends[], claim: Claim, options: SearchOptions): Verdict {
  const bounder = boundsOf(net);
  const tree = growing();
  const isWide = varying(box) > MANY;
  const how = { leafOf: leaves(), steps: isWide ? STEPS : 0 };
  const root = { box, cases: [], claim, known: undefined, refines: true, choice: undefined };
  const stack: Part[] = [{ ...root, part: 1, bound: -Infinity, place: tree.root }];
  const finish = finishing(net, options);
  let [boxes, proved, stuck, best] = [0, 0, 0, Infinity];
  const progress = (): Progress => ({
    stage: 'bounds',
    boxes,
    open: stack.length + stuck,
    proved,
    best: stack.reduce((least, open) => Math.min(least, open.bound), best),
    left: boxesLeft(boxes, proved),
  });
  for (let open: Part | undefined = stack.at(-1); open; open = stack.at(-1)) {
    if (!options.goOn(progress())) return { kind: 'unknown', boxes, open: stack.length + stuck, best };
    stack.pop();
    boxes++;
    const judged = judge(bounder, open, how);
    if (judged.kind === 'proved') {
      proved += open.part;
      open.place.fill(judged.proof);
      continue;
    }
    const found = counterexample(judged, open, claim, boxes, options);
    if (found) return { kind: 'refuted', boxes, inputs: found };
    const end = finish(open, judged, () => options.goOn(progress()));
    if (end?.kind === 'unsafe') return { kind: 'refuted', boxes, inputs: end.inputs };
    if (end) {
      proved += open.part;
      open.place.fill(end);
      continue;
    }
    const next = divided(bounder, open, judged, isWide);
    stack.push(...next);
    if (next.length > 0) continue;
    stuck++;
    best = Math.min(best, judged.worst);
  }
  return stuck === 0 ? { kind: 'proved', boxes, proof: tree.proof() } : { kind: 'unknown', boxes, open: stuck, best };
}

type Finish = (open: Part, judged: Undecided, goOn: () => boolean) => Finished | undefined;

/** Decides a box for the compiled program alone, where that is allowed and the time has come. What is unsafe is so by the program itself. */
function finishing({ outputs }: Net, { compiled, run }: SearchOptions): Finish {
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

/** Too little is known of the whole before so much of it is proved, in so many boxes. */
const [ENOUGH_PART, ENOUGH_BOXES] = [0.01, 50];

/** A box of part p stands for 1/p boxes like it: how large the tree is when the rest is as deep (Knuth, Estimating the efficiency of backtrack programs, 1975). */
const boxesLeft = (boxes: number, proved: number): number | undefined =>
  proved < ENOUGH_PART || boxes < ENOUGH_BOXES ? undefined : Math.max(0, (boxes * (1 - proved)) / proved);

/** Above so many inputs that vary, cases of layers are told apart rather than halves of inputs. */
const MANY = 20;
const STEPS = 10;

const varying = (box: readonly Ends[]): number =>
  box.reduce((n, { lo, hi }) => n + lo.reduce((m, l, j) => m + (l < must(hi[j]) ? 1 : 0), 0), 0);

function counterexample(
  { corner }: Undecided,
  { box }: Part,
  claim: Claim,
  boxes: number,
  options: SearchOptions,
): Point | undefined {
  const isUnsafeAt = (point: Point): boolean => isUnsafe(claim, options.run(point));
  if (isUnsafeAt(corner)) return corner;
  if (boxes % ATTACK_EVERY !== 0) return undefined;
  const { point } = descend(box, claim, corner, { ...options, runs: LATER_RUNS, goOn: () => true });
  return isUnsafeAt(point) ? point : undefined;
}
