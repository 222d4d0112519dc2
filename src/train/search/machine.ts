/**
 * Choices inferred, not searched: where a program is a loop over a crisp state that is looked up in what is to be chosen, its examples are words of a
 * state machine. That machine is learned from them (`machines/learn.ts`) and put into the program; then the program gives every label.
 */
import { leavesOf } from '../../ir/layout.ts';
import type { TrainTask } from '../../lower/program.ts';
import { type Giving, type Learned, learnMachine } from '../../machines/learn.ts';
import { must, ok, type Result } from '../../text/result.ts';
import { openCells, valuesOf } from './cells.ts';
import { embed, type Followed, type Wiring, wiringOf } from './embed.ts';
import { inferring } from './inferring.ts';
import { loopOf } from './loops.ts';
import { countMissed } from './missed.ts';
import { type Sequences, sequencesOf } from './sequences.ts';
import { casesOf } from './space.ts';
import type { SearchContext, Strategy, Values } from './strategy.ts';

export const machine: Strategy = inferring('machine', infer);

async function infer(context: SearchContext): Promise<Result<Values | string>> {
  const { job, space, start } = context;
  const { prediction: graph } = job.task;
  if (space.choices.length === 0) return ok('there is nothing to choose');
  const isPerStep = kindOf(job.task);
  if (typeof isPerStep === 'string') return ok(isPerStep);
  const loop = loopOf(graph, space);
  if (typeof loop === 'string') return ok(loop);
  const { length } = loop.node.attrs;
  if (isPerStep !== undefined && isPerStep !== length) return ok('the label has another length than the loop');
  const { dataset, backend } = job;
  const sequences = await sequencesOf({ graph, loop, dataset, backend, params: start }, isPerStep !== undefined);
  if (!sequences.ok) return sequences;
  const follow = (): Followed => ({ graph, loop, sequences: sequences.value, cells: openCells(space, start) });
  const wiring = wiringOf(follow());
  if (typeof wiring === 'string') return ok(wiring);
  return tryAll(context, follow, wiring);
}

/** How many steps a label has; undefined where it is one value; a text where what is given is not what the label is. */
function kindOf({ prediction, label }: TrainTask): number | string | undefined {
  const leaves = leavesOf(label, 'label');
  const isCrisp = leaves.every((l) => l.layout.kind === 'bool' || (l.layout.kind === 'cases' && !l.layout.soft));
  if (!isCrisp) return 'the label is not made of cases';
  const given = prediction.outputs.map((o) => must(prediction.types[o.value]).shape.join());
  if (given.join(';') !== leaves.map((l) => l.shape.join()).join(';'))
    return 'what it gives is not of the type of the label';
  return label.kind === 'array' ? label.size : undefined;
}

async function tryAll(
  context: SearchContext,
  follow: () => Followed,
  wiring: Wiring,
): Promise<Result<Values | string>> {
  let why = '';
  for (const giving of waysOf(wiring)) {
    const f = follow();
    const wrong = tryOne(f, wiring, giving);
    if (wrong === undefined) {
      const values = valuesOf(f.cells, context.start);
      const missed = await countMissed(context.job, values);
      if (!missed.ok) return missed;
      if (missed.value === 0) return ok(values);
      why ||= `the machine that was inferred is wrong on ${missed.value} of ${context.job.dataset.split.trainRows} examples`;
    } else why ||= wrong;
  }
  return ok(why);
}

const waysOf = ({ isAfter }: Wiring): readonly Giving[] => (isAfter ? ['after', 'step'] : ['step', 'before']);

function tryOne(f: Followed, wiring: Wiring, giving: Giving): string | undefined {
  const { words } = f.sequences;
  const first = giving === 'after' ? firstOutput(f.sequences, wiring) : undefined;
  const learned = learnMachine(words, { giving, most: wiring.states, ...(first !== undefined && { first }) });
  if (learned.kind !== 'machine') return whyNot(learned, wiring);
  return embed(f, learned.machine, wiring);
}

/** The output that the state at the start would be, where outputs show the whole state. */
function firstOutput(sequences: Sequences, { parts, start }: Wiring): number | undefined {
  if (!parts.every((p) => p.shown)) return undefined;
  const outputs = new Set(sequences.words.outputs);
  return [...outputs].find(
    (o) =>
      o >= 0 &&
      parts.every((p, i) => {
        const { leaf, at } = must(p.shown);
        const numbers = must(sequences.outputAt(o)[leaf]);
        const cases = must(casesOf(p.like.spec));
        return p.like.spec.layout.kind === 'bool'
          ? (must(numbers[at]) > 0 ? 1 : 0) === start[i]
          : numbers.subarray(at, at + cases).indexOf(1) === start[i];
      }),
  );
}

function whyNot(learned: Exclude<Learned, { kind: 'machine' }>, { states }: Wiring): string {
  if (learned.kind === 'contradiction') {
    const { word, at } = learned.where;
    return `example ${word + 1} begins like another one, and step ${at + 1} has another label`;
  }
  const needed =
    learned.states === undefined
      ? 'no machine of about that size was found'
      : `a machine of ${learned.states} was found`;
  return `the program has ${states} states, and ${needed}`;
}
