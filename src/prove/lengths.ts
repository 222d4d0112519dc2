/**
 * Relations that are stated for every length: the step of both sides at once, from the states at the start until no new state comes. What gives
 * the same at every step then gives the same for every length; the first step that differs is the end of a shortest input. `property.ts` calls it.
 */

import type { LoweredProperty } from '../lower/program.ts';
import { type Explored, explore, type Runner } from '../machines/explore.ts';
import { type Step, stepOf } from '../machines/step.ts';
import { invariant, must } from '../text/result.ts';
import { type Domain, domainOfRanges, isPoint, rangesOf } from './domain.ts';
import { exactnessOf } from './exactness.ts';
import { everyPoint } from './points.ts';
import type { PropertyProof, Stated } from './property.ts';
import { BEGUN } from './property-cases.ts';
import type { ProveOptions } from './prove.ts';
import { inRows, type Rows, rowAt } from './rows.ts';
import { agree, sidesOf, trialOf } from './trial.ts';

type Lengths = NonNullable<LoweredProperty['lengths']>;
type Params = ReadonlyMap<string, Float32Array>;

/** Transitions at most. */
const MOST_STEPS = 2 ** 20;
/** Values of one step's inputs, and of inputs that are no arrays over positions, at most. */
const MOST_SYMBOLS = 2 ** 16;

/** Two lengths that are sizes of nothing else. */
const TWO = [61, 67] as const;

const NOTHING = { kind: 'machine', boxes: 0, open: 1, parts: [] } as const;

const unknown = (reason: string): PropertyProof => ({ ...NOTHING, verdict: 'unknown', tiers: [], reason });

export function proveEveryLength(
  property: Stated,
  lengths: Lengths,
  { params, options }: { readonly params: Params; readonly options: ProveOptions },
): PropertyProof {
  const asked = { property, lengths, params, options };
  const empty = atLength(asked, 0);
  if (empty && empty.verdict !== 'proved' && empty.verdict !== 'vacuous') return empty;
  const step = stepAt(lengths);
  if (typeof step === 'string') return shortOnes(asked, step);
  const loop = loopOf(asked, step);
  return typeof loop === 'string' ? unknown(loop) : closedOf(asked, loop);
}

interface Asked {
  readonly property: Stated;
  readonly lengths: Lengths;
  readonly params: Params;
  readonly options: ProveOptions;
}

/** One step of both sides; or why they do not go step by step. */
function stepAt({ name, leak, at }: Lengths): Step | string {
  if (leak) {
    const { source, start } = leak.at;
    return `not one step for every \`${name}\`: ${leak.why}, ${source.name}:${lineAt(source.text, start)}`;
  }
  const graphs = TWO.map((n) => at(n).graph);
  const step = stepOf([must(graphs[0]), must(graphs[1])], TWO);
  return typeof step === 'string' ? `not one step for every \`${name}\`: ${step}` : step;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

// --- lengths one by one ------------------------------------------------------------------------------------

/** Every input of one length, where they are few. */
function atLength({ lengths, params, options }: Asked, length: number, most = MOST_SYMBOLS): PropertyProof | undefined {
  const property = lengths.at(length);
  if (property.problems.length > 0) return undefined;
  const domain = domainOfRanges(rangesOf(property.inputs));
  if (!domain.isFinite || domain.count > most) return undefined;
  const trial = trialOf(property, params, options.backend);
  const proof = everyPoint({ property, params, domain, trial }, options.goOn);
  return proof.verdict === 'refuted' ? { ...proof, length } : proof;
}

/** What can be said where there is no step: every input of short lengths. */
function shortOnes(asked: Asked, why: string): PropertyProof {
  let length = 0;
  for (; ; length++) {
    const proof = atLength(asked, length);
    if (proof?.verdict === 'refuted') return proof;
    if (proof === undefined || proof.verdict === 'unknown' || length === MOST_SHORT) break;
  }
  return unknown(length > 0 ? `${why}; no difference up to length ${length - 1}` : why);
}

const MOST_SHORT = 16;

// --- steps -------------------------------------------------------------------------------------------------

/** The step, ready to be run from a state by a symbol. A state is the inputs that are no arrays over positions, and then the states of the loops. */
interface Loop {
  readonly step: Step;
  readonly runner: Runner;
  readonly starts: readonly Float32Array[];
  /** What the inputs of one position range over, and those that are no arrays over positions. */
  readonly symbols: Domain;
  readonly held: Domain;
  readonly rows: Rows;
}

/** Or why its states and symbols are not finitely many. */
function loopOf({ property, params, options }: Asked, step: Step): Loop | string {
  const ranges = rangesOf(property.inputs);
  const endless = ranges.find((r) => r.kind === 'numbers' && !isPoint(r));
  if (endless) return `\`${endless.path}\` has too many values to try each`;
  const held = domainOfRanges(ranges.filter((_, i) => !step.isLong[i]));
  const symbols = domainOfRanges(ranges.filter((_, i) => step.isLong[i]));
  for (const { count } of [held, symbols])
    if (count > MOST_SYMBOLS) return `a step has inputs of ${count} values, and ${MOST_SYMBOLS} are tried at most`;
  const rows = inRows(step.graph, params, options.backend);
  const runner = runnerOf(step, rows, symbols);
  return { step, runner, symbols, held, rows, starts: startsOf(step, rows, held) };
}

/** Inputs of the step that belong to a state: those that are held, and the states. */
const isOfState = ({ isLong }: Step, input: number): boolean => isLong[input] !== true;

function runnerOf(step: Step, rows: Rows, symbols: Domain): Runner {
  const inputs = rows.inputs.map((data, i) => ({ data, size: data.length / rows.rows, isOfState: isOfState(step, i) }));
  const state = inputs.filter((i) => i.isOfState);
  const symbol = inputs.filter((i) => !i.isOfState);
  const width = state.reduce((n, { size }) => n + size, 0);
  const table = tableOf(symbols);
  const heldWidth = inputs.slice(0, step.isLong.length).reduce((n, i) => n + (i.isOfState ? i.size : 0), 0);
  const nexts = rows.outputs.slice(step.outputs, step.outputs + step.states);
  const runner: Runner = {
    rows: rows.rows,
    symbols: symbols.count,
    width,
    states: new Float32Array(rows.rows * width),
    symbol: new Int32Array(rows.rows),
    next: new Float32Array(rows.rows * width),
    run(count) {
      for (let r = 0; r < count; r++) {
        let at = r * width;
        for (const { data, size } of state) {
          data.set(runner.states.subarray(at, at + size), r * size);
          at += size;
        }
        const leaves = must(table[runner.symbol[r] as number]);
        for (const [k, { data, size }] of symbol.entries()) data.set(must(leaves[k]), r * size);
      }
      rows.step();
      for (let r = 0; r < count; r++) {
        let at = r * width;
        runner.next.set(runner.states.subarray(at, at + heldWidth), at);
        at += heldWidth;
        for (const data of nexts) {
          const own = rowAt(rows, data, r);
          runner.next.set(own, at);
          at += own.length;
        }
      }
    },
  };
  return runner;
}

/** The leaves of a combination. */
function leavesAt(domain: Domain, combination: number): readonly Float32Array[] {
  const leaves = domain.ranges.map(({ lo }) => lo.slice());
  domain.write(combination, leaves);
  return leaves;
}

const tableOf = (domain: Domain): readonly (readonly Float32Array[])[] =>
  Array.from({ length: domain.count }, (_, k) => leavesAt(domain, k));

/** The states at the start, one per combination of what is held. */
function startsOf(step: Step, rows: Rows, held: Domain): readonly Float32Array[] {
  const places = step.isLong.flatMap((isLong, i) => (isLong ? [] : [must(rows.inputs[i])]));
  const starts = rows.outputs.slice(step.outputs + step.states);
  return tableOf(held).map((leaves) => {
    for (const [k, leaf] of leaves.entries()) must(places[k]).set(leaf, 0);
    rows.step();
    return Float32Array.from([...leaves, ...starts.map((data) => rowAt(rows, data, 0))].flatMap((xs) => [...xs]));
  });
}

/** All that is reached; the verdict for every length but 0. */
function closedOf(asked: Asked, loop: Loop): PropertyProof {
  const { options, params } = asked;
  const { rows, step, runner } = loop;
  const sides = sidesOf(rows.outputs.slice(0, step.outputs));
  const isExact = exactnessOf({ graph: step.graph }, params, () => true);
  let isAllExact = true;
  const explored = explore(runner, loop.starts, {
    limit: MOST_STEPS,
    goOn: (boxes, open) => options.goOn({ ...BEGUN, boxes, open, number: 1, cases: 1 }),
    ends(row, from, symbol) {
      if (isAllExact)
        isAllExact =
          from * runner.symbols + symbol < FEW && isExact(rows.inputs.map((data) => rowAt(rows, data, row).slice()));
      return sides.some(([left, right]) => !agree(rowAt(rows, left, row), rowAt(rows, right, row), undefined));
    },
  });
  const { end, states, transitions: boxes } = explored;
  const common = { ...NOTHING, boxes, states };
  if (end === 'stopped') return { ...common, ...refutedBy(loop, explored) };
  if (end === 'closed') {
    confirm(asked);
    return { ...common, open: 0, verdict: 'proved', tiers: isAllExact ? ['S1', 'S2', 'S3'] : ['S1'] };
  }
  const { length } = explored.reachedBy(Math.floor(boxes / runner.symbols)).word;
  const why = end === 'limit' ? `too many states: ${states} so far` : 'time is up';
  const open = states * runner.symbols - boxes;
  return { ...common, open, verdict: 'unknown', tiers: [], reason: `${why}; no difference up to length ${length}` };
}

/** Of so many steps it is asked whether they are exact. */
const FEW = 4096;

/** The shortest input that tells the sides apart. */
function refutedBy({ step, symbols, held }: Loop, { last, reachedBy }: Explored) {
  const { from, symbol } = must(last);
  const { start, word } = reachedBy(from);
  const elements = [...word, symbol].map((x) => leavesAt(symbols, x));
  const rest = [...leavesAt(held, start)];
  let long = 0;
  const witness = step.isLong.map((isLong) => {
    if (!isLong) return must(rest.shift());
    const k = long++;
    return Float32Array.from(elements.flatMap((leaves) => [...must(leaves[k])]));
  });
  return { verdict: 'refuted', tiers: ['S1'], witness, failed: [], length: elements.length } as const;
}

/** Words of a few letters by the program itself: what was proved holds there. */
function confirm(asked: Asked): void {
  for (const length of [1, 2, 3]) {
    const proof = atLength(asked, length, FEW);
    invariant(proof?.verdict !== 'refuted', 'what is proved for every length is refuted');
  }
}
