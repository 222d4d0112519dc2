/**
 * The product of two machines, from one step of both: explored until every state that is reached has been left by every symbol, or until a step
 * differs. `lengths.ts` calls it for relations that are stated for every length.
 */
import { type Explored, explore, type Runner } from '../machines/explore.ts';
import type { Step } from '../machines/step.ts';
import { must } from '../text/result.ts';
import { type Domain, isPoint, leavesAt } from './domain.ts';
import { exactnessOf } from './exactness.ts';
import type { Inputs } from './induction.ts';
import { fewOf } from './points.ts';
import type { PropertyProof } from './property.ts';
import { BEGUN } from './property-cases.ts';
import type { ProveOptions } from './prove.ts';
import { inRows, type Rows, rowAt } from './rows.ts';
import { agree, sidesOf } from './trial.ts';

/** Transitions at most. */
const MOST_STEPS = 2 ** 20;
/** Values of one step's inputs, and of inputs that are no arrays over positions, at most. */
const MOST_SYMBOLS = 2 ** 16;

interface Setting {
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly options: Pick<ProveOptions, 'backend' | 'goOn'>;
}

/** The verdict for every length but 0; or why states or symbols are not finitely many. */
export function proveProduct(step: Step, inputs: Inputs, setting: Setting): PropertyProof | string {
  const loop = loopOf(step, inputs, setting);
  return typeof loop === 'string' ? loop : closedOf(loop, setting);
}

/** The step, ready to be run from a state by a symbol. A state is the inputs that are no arrays over positions, and then the states of the loops. */
interface Loop extends Inputs {
  readonly step: Step;
  readonly runner: RowRunner;
  readonly starts: readonly Float32Array[];
}

/** The step in rows: what it gives, side by side, and its next states. */
interface Sized extends Rows {
  readonly sides: readonly (readonly [Float32Array, Float32Array])[];
  readonly nexts: readonly Float32Array[];
}

/** A runner and the rows that it ran last. */
interface RowRunner extends Runner {
  rows: Sized;
}

function loopOf(step: Step, { symbols, held }: Inputs, { params, options }: Setting): Loop | string {
  const endless = [held, symbols].flatMap((d) => d.ranges.filter((r) => r.kind === 'numbers' && !isPoint(r)))[0];
  if (endless) return `\`${endless.path}\` has too many values to try each`;
  for (const { count } of [held, symbols])
    if (count > MOST_SYMBOLS) return `a step has inputs of ${count} values, and ${MOST_SYMBOLS} are tried at most`;
  const sizes = [FEW_ROWS, undefined].map((most): Sized => {
    const rows = inRows(step.graph, params, options.backend, most);
    const { outputs } = rows;
    const nexts = outputs.slice(step.outputs, step.outputs + step.states);
    return { ...rows, nexts, sides: sidesOf(outputs.slice(0, step.outputs)) };
  });
  const few = must(sizes[0]);
  const runner = runnerOf(step, sizes, symbols);
  return { step, runner, symbols, held, starts: startsOf(step, few, held) };
}

/** Machines that count reach few states at a time. */
const FEW_ROWS = 8;

/** Inputs of the step that belong to a state: those that are held, and the states. */
const isOfState = ({ isLong }: Step, input: number): boolean => isLong[input] !== true;

/** `sizes`: the step in rows, few of them first. */
function runnerOf(step: Step, sizes: readonly Sized[], symbols: Domain): RowRunner {
  const table = tableOf(symbols);
  const widthOf = (keep: (input: number) => boolean): number =>
    must(sizes[0]).inputs.reduce((n, data, i) => n + (keep(i) ? data.length / must(sizes[0]).rows : 0), 0);
  const width = widthOf((i) => isOfState(step, i));
  const heldWidth = widthOf((i) => isOfState(step, i) && i < step.isLong.length);
  const most = must(sizes.at(-1));
  const runner: RowRunner = {
    rows: most,
    most: most.rows,
    symbols: symbols.count,
    width,
    states: new Float32Array(most.rows * width),
    symbol: new Int32Array(most.rows),
    next: new Float32Array(most.rows * width),
    run(count) {
      const rows = must(sizes.find((r) => r.rows >= count));
      runner.rows = rows;
      for (let r = 0; r < count; r++) {
        const state = runner.states.subarray(r * width, (r + 1) * width);
        writeRow(step, rows, { row: r, state, symbol: must(table[runner.symbol[r] as number]) });
      }
      rows.step();
      for (let r = 0; r < count; r++) {
        let at = r * width;
        runner.next.set(runner.states.subarray(at, at + heldWidth), at);
        at += heldWidth;
        for (const data of rows.nexts) {
          const own = rowAt(rows, data, r);
          runner.next.set(own, at);
          at += own.length;
        }
      }
    },
  };
  return runner;
}

interface StepRow {
  readonly row: number;
  readonly state: Float32Array;
  /** Its leaves. */
  readonly symbol: readonly Float32Array[];
}

function writeRow(step: Step, rows: Rows, { row, state, symbol }: StepRow): void {
  let [at, long] = [0, 0];
  for (const [i, data] of rows.inputs.entries()) {
    const to = rowAt(rows, data, row);
    if (isOfState(step, i)) {
      to.set(state.subarray(at, at + to.length));
      at += to.length;
    } else to.set(must(symbol[long++]));
  }
}

/** Per combination its leaves. */
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
function closedOf(loop: Loop, { options, params }: Setting): PropertyProof {
  const { step, runner } = loop;
  const isExact = exactnessOf({ graph: step.graph }, params, () => true);
  const few = fewOf(step.graph);
  let isAllExact = true;
  const explored = explore(runner, loop.starts, {
    limit: MOST_STEPS,
    goOn: (boxes, open) => options.goOn({ ...BEGUN, boxes, open, number: 1, cases: 1 }),
    ends(row, from, symbol) {
      const { rows } = runner;
      if (isAllExact)
        isAllExact =
          from * runner.symbols + symbol < few && isExact(rows.inputs.map((data) => rowAt(rows, data, row).slice()));
      return rows.sides.some(([left, right]) => !agree(rowAt(rows, left, row), rowAt(rows, right, row), undefined));
    },
  });
  const { end, states, transitions: boxes } = explored;
  const common = { kind: 'machine', boxes, open: 0, states, parts: [] } as const;
  if (end === 'stopped') return { ...common, ...refutedBy(loop, explored) };
  if (end === 'closed') return { ...common, verdict: 'proved', tiers: isAllExact ? ['S1', 'S2', 'S3'] : ['S1'] };
  const { length } = explored.reachedBy(Math.floor(boxes / runner.symbols)).word;
  const why = end === 'limit' ? `too many states: ${states} so far` : 'time is up';
  const open = states * runner.symbols - boxes;
  return { ...common, open, verdict: 'unknown', tiers: [], reason: `${why}; no difference up to length ${length}` };
}

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
