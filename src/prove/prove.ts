/**
 * Decides a specification: one search per case. `sutra prove` calls it. What is proved holds on every real point of the boxes and on
 * every float32 point of their rounded ends; what is refuted was run by the compiled program and judged exactly.
 * Note [Rounded boxes] at the foot.
 */
import type { Backend, Resident } from '../backends/backend.ts';
import type { Case, InputRange, Network, Specification } from '../interop/index.ts';
import { OPS } from '../ops/index.ts';
import { ready } from '../passes/index.ts';
import { unrolled } from '../passes/unroll.ts';
import { must, ok, type Result } from '../text/result.ts';
import {
  type Proof as BoxProof,
  type Claim,
  isUnsafe,
  type Muster,
  type Net,
  openNet,
  type Progress,
  type Question,
  search,
  spreadOut,
  type Verdict,
} from '../verify/index.ts';
import type { Joined } from './joined.ts';
import { joiner, type Named, questionFor, toldCases } from './specification.ts';
import { type Assignment, isViolated, type Witness, witnessOf } from './witness.ts';

export interface ProveOptions {
  /** What runs the network; its bits are what S1 speaks of. */
  readonly backend: Backend;
  /** Asked before every box: whether there is time left. */
  readonly goOn: (progress: CaseProgress) => boolean;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Others that work at parts of a question when it takes long (nobody). */
  readonly muster?: Muster | undefined;
}

export interface CaseProgress extends Progress {
  /** From 1. */
  readonly number: number;
  readonly cases: number;
}

export type Answer = 'unsat' | 'sat' | 'unknown' | 'vacuous';

export interface Proof {
  /** `vacuous`: no case says anything about the network. */
  readonly answer: Answer;
  readonly boxes: number;
  /** Boxes that were left, of cases that were begun. */
  readonly open: number;
  /** Cases: all, proved, and those that say nothing. */
  readonly cases: number;
  readonly proved: number;
  readonly vacuous: number;
  /** The best lower bound of the margin where boxes could not be split further; undefined where there is none. */
  readonly bound?: number;
  readonly witness?: Witness;
  /** Why nothing more is known. */
  readonly reason?: string;
  /** Of cases that were proved. */
  readonly parts: readonly { readonly question: Question; readonly proof: BoxProof }[];
}

/**
 * Decides. The first case is tried by points even without time; later cases are not begun then. A Problem where the specification does
 * not fit the networks or asks what this version does not decide.
 */
export function proveSpecification(
  spec: Specification,
  networks: readonly Named[],
  options: ProveOptions,
): Result<Proof> {
  const cases = toldCases(spec, networks);
  if (!cases.ok) return cases;
  const told = cases.value;
  const counts = { cases: spec.cases.length, vacuous: spec.cases.length - told.length };
  const decisions: Decision[] = [];
  const open = opener(spec, networks, options.backend);
  for (const [i, one] of told.entries()) {
    const goOn = (p: Progress): boolean => options.goOn({ ...p, number: i + 1, cases: told.length });
    if (i > 0 && !goOn(BEFORE)) break;
    const opened = open(one);
    if (!opened.ok) return opened;
    const found = decide(spec, one, opened.value, { ...options, goOn });
    if (!found.ok) return found;
    decisions.push(found.value);
    if (found.value.verdict.kind === 'refuted') break;
  }
  return ok({ ...summed(decisions, told.length), ...counts });
}

const BEFORE: Progress = { stage: 'attack', boxes: 0, open: 1, proved: 0, best: -Infinity, left: undefined };

/** What became of one case; `witness` also beside `unknown`, where it is one of rounding only. */
interface Decision {
  readonly question: Question;
  readonly verdict: Verdict;
  readonly witness?: Witness;
  readonly reason?: string;
}

const SMALL = 'boxes are as small as float32 allows';

function summed(decisions: readonly Decision[], cases: number): Omit<Proof, 'cases' | 'vacuous'> {
  const refuted = decisions.find((d) => d.verdict.kind === 'refuted');
  const proved = decisions.filter((d) => d.verdict.kind === 'proved').length;
  const unknown = decisions.flatMap(({ verdict }) => (verdict.kind === 'unknown' ? [verdict] : []));
  const best = Math.min(...unknown.map((v) => v.best));
  const witness = (refuted ?? decisions.find((d) => d.witness))?.witness;
  const why = decisions.find((d) => d.reason !== undefined)?.reason;
  const reason = proved === cases ? undefined : (why ?? (Number.isFinite(best) ? SMALL : 'time is up'));
  return {
    answer: witness ? 'sat' : cases === 0 ? 'vacuous' : proved === cases ? 'unsat' : 'unknown',
    boxes: decisions.reduce((n, d) => n + d.verdict.boxes, 0),
    open: unknown.reduce((n, v) => n + v.open, 0),
    proved,
    parts: decisions.flatMap(({ question, verdict: v }) => (v.kind === 'proved' ? [{ question, proof: v.proof }] : [])),
    ...(Number.isFinite(best) && { bound: best }),
    ...(witness && { witness }),
    ...(reason !== undefined && !witness && { reason }),
  };
}

/** The networks as one graph, ready for bounds and for runs. */
interface Opened extends Joined {
  readonly net: Net;
  readonly resident: Resident;
}

/** Opens the networks for a case; cases of the same graph share it. */
function opener(spec: Specification, networks: readonly Network[], backend: Backend): (one: Case) => Result<Opened> {
  const known = new Map<Joined, Opened>();
  const join = joiner(spec, networks);
  return (one) => {
    const made = join(one);
    if (!made.ok) return made;
    const before = known.get(made.value);
    if (before) return ok(before);
    const { graph } = made.value;
    const net = openNet(spreadOut(unrolled(graph)), new Map());
    const opened = { ...made.value, net, resident: backend.compile(ready(graph)).resident };
    known.set(made.value, opened);
    return ok(opened);
  };
}

/** Settings of the searches of one case. */
interface CaseOptions extends Pick<ProveOptions, 'random' | 'muster'> {
  readonly goOn: (progress: Progress) => boolean;
}

/** Runs at the rounded ends, when time is up. */
const LATE_RUNS = 500;

/** Goes on for so many runs. */
function few(runs: number): CaseOptions['goOn'] {
  let left = runs;
  return ({ stage }) => stage === 'attack' && left-- > 0;
}

function decide(
  spec: Specification,
  one: Case,
  opened: Opened,
  { random, goOn, muster }: CaseOptions,
): Result<Decision> {
  const made = questionFor(one, opened);
  if (!made.ok) return made;
  const question = made.value;
  const { box, claim } = question;
  const { net } = opened;
  const trial = trialOf(one, opened, claim);
  const op = unbounded(net);
  const look = (place: Place, more: CaseOptions['goOn']): Verdict =>
    search(net, box, claim, {
      random,
      goOn: more,
      run: trial.run(place),
      ...(muster && { crew: muster({ question, finishes: false }) }),
    });
  const byRuns = (p: Progress): boolean => p.stage === 'attack' && goOn(p);
  const verdict = look('box', op === undefined ? goOn : byRuns);
  const late = verdict.kind === 'unknown' ? look('rounding', few(LATE_RUNS)) : undefined;
  const found = late ?? verdict;
  if (found.kind === 'refuted') {
    const values = trial.at(found.inputs, late ? 'rounding' : 'box');
    if (isViolated(one, values)) return ok({ question, verdict, witness: witnessOf(spec, one, values) });
    // Everything is unsafe, and the outputs are no numbers: nothing was shown.
    const { boxes } = found;
    const nothing: Verdict = { kind: 'unknown', boxes, open: 1, best: -Infinity };
    return ok({ question, verdict: nothing, reason: 'outputs are not finite' });
  }
  return ok({ question, verdict, ...(op !== undefined && { reason: `no bounds go through the operation \`${op}\`` }) });
}

/** An operation of the net that has no bounds. */
export const unbounded = (net: Net): string | undefined =>
  net.layers.find((l) => l.kind === 'other' && OPS[l.node.op].bounds.kind !== 'elementwise')?.node.op;

type Place = Witness['inside'];

/** Where a range holds no float32 number, there is only the rounded one. */
const endsAt = ({ inside, rounded }: InputRange, place: Place): readonly [number, number] =>
  place === 'box' && inside[0] <= inside[1] ? inside : rounded;

/** The compiled program as the search tries it. Note [Rounded boxes]. */
function trialOf(one: Case, { inputs, outputs, resident }: Opened, claim: Claim) {
  const output = must(resident.outputs[0]);
  const nothing = new Float32Array(output.length).fill(Number.NaN);
  const ranges = new Map(one.box.map((r) => [r.variable, r]));
  const ends = { box: endsOf('box'), rounding: endsOf('rounding') };
  function endsOf(place: Place): (readonly [number, number])[][] {
    return inputs.map((list) => list.map((v) => endsAt(must(ranges.get(v)), place)));
  }
  const step = (point: readonly Float32Array[], place: Place): void => {
    for (const [i, list] of ends[place].entries()) {
      const to = must(resident.inputs[i]);
      for (const [j, [lo, hi]] of list.entries()) to[j] = Math.max(lo, Math.min(hi, must(must(point[i])[j])));
    }
    resident.step();
  };
  const values = (): Assignment => {
    const all = new Map(outputs.map((v, k) => [v, must(output[k])]));
    for (const [i, list] of inputs.entries())
      for (const [j, v] of list.entries()) all.set(v, must(resident.inputs[i]?.[j]));
    for (const [v, to] of one.links) all.set(v, must(all.get(to)));
    return all;
  };
  return {
    run: (place: Place) => (point: readonly Float32Array[]) => {
      step(point, place);
      return isUnsafe(claim, output) && !isViolated(one, values()) ? nothing : output;
    },
    at: (point: readonly Float32Array[], place: Place): Assignment => {
      step(point, place);
      return values();
    },
  };
}

/*
 * Note [Rounded boxes]
 *
 * A specification states decimals; tools read them as float32, so the box that they search may reach beyond the stated one by a
 * rounding, or miss some of it. Bounds are taken over both together. A counterexample has to be a float32 point of the stated box: points
 * of the search are moved to the nearest such point before they are run, and what the program says there is judged in exact
 * decimals. Where doubles say `unsafe` and decimals do not, the search is given NaN, of which no inequality holds. Only where that finds
 * nothing the rounded ends are tried, and a witness there is labelled. A range that holds no float32 number has only rounded ends.
 */
