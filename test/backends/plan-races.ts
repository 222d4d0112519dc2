/**
 * What threads touch between two barriers, word by word, read off their finished plans without asking who made them. A word that
 * one thread stores to and another one touches in the same stretch is a race.
 */
import { touchesOf } from '../../src/backends/parallel/touches.ts';
import type { Access, Plan, Step } from '../../src/kernel/nest.ts';
import { must } from '../../src/text/result.ts';

/** For each word: 1 where it was read, 2 where it was written, 3 both. */
type Marks = Map<number, number>;
const [READ, WRITE] = [1, 2];

/** The first race between these plans, in words; each `while` turns `turns` times. */
export function raceIn(plans: readonly Plan[], turns: number): string | undefined {
  const threads = plans.map((plan) => stretches(plan, plan.steps, { turns, variables: new Map() }));
  for (let stretch = 0; ; stretch++) {
    const marks = threads.map((thread) => thread.next());
    const ended = marks.filter((m) => m.done).length;
    if (ended === marks.length) return undefined;
    if (ended > 0) return `a thread ends before stretch ${stretch}`;
    const race = between(marks.map((m) => m.value as Marks));
    if (race !== undefined) return `stretch ${stretch}: word ${race}`;
  }
}

function between(threads: readonly Marks[]): number | undefined {
  const all = new Map<number, number>();
  for (const [bit, marks] of threads.entries()) {
    for (const [word, mark] of marks) {
      const others = all.get(word) ?? 0;
      if (others !== 0 && ((mark | others) & WRITE) !== 0 && bit > 0) return word;
      all.set(word, others | mark);
    }
  }
  return undefined;
}

interface At {
  readonly turns: number;
  readonly variables: Map<number, number>;
}

/** What a thread touches from one barrier to the next, and at last what it touches after the last one. */
function* stretches(plan: Plan, steps: readonly Step[], at: At): Generator<Marks> {
  let marks: Marks = new Map();
  for (const step of walk(steps, at)) {
    if (step.kind === 'barrier') {
      yield marks;
      marks = new Map();
      continue;
    }
    const { reads, writes } = step.kind === 'test' ? step : touchesOf(step);
    for (const { access, extents } of reads) mark(plan, access, extents, { at, marks, bit: READ });
    for (const { access, extents } of writes) mark(plan, access, extents, { at, marks, bit: WRITE });
  }
  yield marks;
}

type Done =
  | Exclude<Step, { kind: 'loop' | 'while' }>
  | {
      readonly kind: 'test';
      readonly reads: readonly { access: Access; extents: readonly number[] }[];
      readonly writes: [];
    };

/** The steps in the order in which they run. */
function* walk(steps: readonly Step[], at: At): Generator<Done> {
  for (const step of steps) {
    if (step.kind === 'loop') {
      for (let i = 0; i < step.count; i++) {
        at.variables.set(step.variable, step.reverse ? step.count - 1 - i : i);
        yield* walk(step.body, at);
      }
    } else if (step.kind === 'while') {
      for (let i = 0; i <= Math.min(at.turns, step.max - 1); i++) {
        yield* walk(step.cond, at);
        yield { kind: 'test', reads: [{ access: step.test, extents: [] }], writes: [] };
        if (i < at.turns) yield* walk(step.body, at);
      }
    } else yield step;
  }
}

interface Marking {
  readonly at: At;
  readonly marks: Marks;
  readonly bit: number;
}

function mark(plan: Plan, access: Access, extents: readonly number[], { at, marks, bit }: Marking): void {
  const { offset } = must(plan.buffers[access.buffer]);
  const shift = access.outer.reduce((sum, o) => sum + o.stride * must(at.variables.get(o.variable)), offset);
  const tables = access.gathers.map((g) => ({ ...g, data: must(must(plan.buffers[g.table]).data) }));
  const visit = (d: number, word: number, looked: readonly number[]): void => {
    const extent = extents[d];
    if (extent === undefined) {
      const found = tables.reduce((sum, table, i) => sum + must(table.data[must(looked[i])]), word);
      marks.set(found, (marks.get(found) ?? 0) | bit);
      return;
    }
    for (let i = 0; i < extent; i++)
      visit(
        d + 1,
        word + i * must(access.strides[d]),
        looked.map((l, n) => l + i * must(must(tables[n]).strides[d])),
      );
  };
  visit(
    0,
    shift + access.base,
    tables.map((t) => t.base),
  );
}
