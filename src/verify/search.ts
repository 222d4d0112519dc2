/**
 * Branch and bound over input boxes: a box is proved when every conjunction of the unsafe set has an inequality that holds nowhere in
 * it; else it is split along the input that matters most, and both halves inherit its bounds. Depth first, so that few boxes are open at
 * a time; the proof has a node for each that was closed. With a crew, parts are examined elsewhere as well.
 */
import { invariant } from '../text/result.ts';
import { attack, type Point } from './attack.ts';
import type { Ends } from './bounds.ts';
import { type Claim, isUnsafe } from './claim.ts';
import { ALONE, type Crew, type Handed, handing } from './crew.ts';
import type { Part } from './divide.ts';
import { type ExamineOptions, examiner } from './examine.ts';
import type { Net } from './net.ts';
import type { Proof } from './question.ts';
import { type Stack, stackOf } from './stack.ts';
import { growing } from './tree.ts';

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

export interface SearchOptions extends ExamineOptions {
  /** Whether to go on; asked before every box, and before every run but the first. */
  readonly goOn: (progress: Progress) => boolean;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
  /** Others that work at parts of the same question: of this graph, box and claim. */
  readonly crew?: Crew;
}

const FIRST_RUNS = 2000;

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
  const crew = options.crew ?? ALONE;
  const found = split(net, box, claim, { ...options, crew });
  crew.end();
  return found;
}

const ATTACKING: Progress = { stage: 'attack', boxes: 0, open: 1, proved: 0, best: -Infinity, left: undefined };

type SplitOptions = SearchOptions & { readonly crew: Crew };

function split(net: Net, box: readonly Ends[], claim: Claim, options: SplitOptions): Verdict {
  const tree = growing();
  const root = { box, cases: [], claim, known: undefined, refines: true, choice: undefined };
  const whole: Part = { ...root, part: 1, bound: -Infinity, place: tree.root };
  const stack = stackOf(examiner(net, box, claim, options), whole);
  const handed = handing(options.crew, stack, (point) => isUnsafe(claim, options.run(point)));
  const { parts, stuck, tally } = stack;
  const goOn = (): boolean => options.goOn(progressOf(stack, handed));
  for (;;) {
    const inputs = handed.exchange();
    if (inputs) return { kind: 'refuted', boxes: tally.boxes, inputs };
    if (parts.length + handed.parts.size === 0) break;
    const { boxes, best } = tally;
    if (!goOn()) return { kind: 'unknown', boxes, open: openIn(stack, handed), best };
    const unsafe = parts.length > 0 ? stack.step(goOn) : undefined;
    if (unsafe) return { kind: 'refuted', boxes: tally.boxes, inputs: unsafe };
  }
  const { boxes, best } = tally;
  return stuck.length === 0
    ? { kind: 'proved', boxes, proof: tree.proof() }
    : { kind: 'unknown', boxes, open: stuck.length, best };
}

const openIn = ({ parts, stuck }: Stack, handed: Handed): number => parts.length + handed.parts.size + stuck.length;

function progressOf(stack: Stack, handed: Handed): Progress {
  const { boxes, proved, best } = stack.tally;
  const open = [...stack.parts, ...handed.parts.values()];
  return {
    stage: 'bounds',
    boxes,
    open: openIn(stack, handed),
    proved,
    best: open.reduce((least, one) => Math.min(least, one.bound), best),
    left: boxesLeft(boxes, proved),
  };
}

/** Too little is known of the whole before so much of it is proved, in so many boxes. */
const [ENOUGH_PART, ENOUGH_BOXES] = [0.01, 50];

/** A box of part p stands for 1/p boxes like it: how large the tree is when the rest is as deep (Knuth, Estimating the efficiency of backtrack programs, 1975). */
const boxesLeft = (boxes: number, proved: number): number | undefined =>
  proved < ENOUGH_PART || boxes < ENOUGH_BOXES ? undefined : Math.max(0, (boxes * (1 - proved)) / proved);
