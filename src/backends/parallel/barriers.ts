/**
 * Where threads meet: a barrier stands before a step only if a thread there reads or overwrites what another one stored, or
 * overwrites what another one read, since they last met. All threads get the same barriers in the same loops.
 */
import type { Plan, Step } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import type { Part } from './parts.ts';
import { mayMeet, type Region, regionOf, type Turns } from './region.ts';
import { type Touch, touchesOf } from './touches.ts';

interface Seen {
  readonly reads: readonly Region[];
  readonly writes: readonly Region[];
}

/** What each thread touched since the last barrier. */
type Since = readonly Seen[];

/** Parts with their barriers, and what the threads touched after the last of them. */
interface Placed {
  readonly parts: readonly Part[];
  readonly since: Since;
}

type WorkPart = Extract<Part, { kind: 'work' }>;
type WhilePart = Extract<Part, { kind: 'while' }>;
type LoopPart = Extract<Part, { kind: 'loop' }>;

const NOTHING: Seen = { reads: [], writes: [] };

/** The parts with all barriers that they need, and one at the end. */
export function withBarriers(plan: Plan, parts: readonly Part[], threads: number): readonly Part[] {
  const free: Since = Array.from({ length: threads }, () => NOTHING);
  const seenBy = seenIn(plan);

  const inLine = (list: readonly Part[], begun: Since): Placed => {
    let since = begun;
    const placed = list.flatMap((part): readonly Part[] => {
      const next = at(part, since);
      since = next.since;
      return next.parts;
    });
    return { parts: placed, since };
  };

  const at = (part: Part, since: Since): Placed => {
    switch (part.kind) {
      case 'barrier':
        return { parts: [part], since: free };
      case 'work':
        return inWork(part, since);
      case 'loop':
        return inLoop(part, since);
      case 'while':
        return inWhile(part, since);
      default:
        return part satisfies never;
    }
  };

  /** The first choice that needs no barrier here; else the first, or for little work the last, which is one thread's. */
  const inWork = (part: WorkPart, since: Since): Placed => {
    const tried = part.choices.map((choice) => {
      const now = choice.shares.map((share) => (share ? seenBy(share) : NOTHING));
      return { choice, met: meeting(now, since) };
    });
    const { choice, met } = must(tried.find((t) => t.met.parts.length === 0) ?? tried.at(part.isWorth ? 0 : -1));
    return { parts: [...met.parts, { ...part, choices: [choice] }], since: met.since };
  };

  /** What one turn leaves is what the next one finds: again until no turn needs another barrier. */
  const inLoop = (part: LoopPart, since: Since): Placed => {
    let turn = inLine(part.body, since);
    for (let before = -1; barriersIn(turn.parts) > before; ) {
      before = barriersIn(turn.parts);
      turn = inLine(turn.parts, turn.since);
    }
    return { parts: [{ ...part, body: turn.parts }], since: turn.since };
  };

  /** All threads read the test, so they go on or stop together; it may stop before the body or after it. */
  const inWhile = (part: WhilePart, since: Since): Placed => {
    const tested = { reads: seenBy(part.step).reads.slice(-1), writes: [] };
    const turn = (cond: readonly Part[], body: readonly Part[], begun: Since) => {
      const first = inLine(cond, begun);
      const test = meeting(
        free.map(() => tested),
        first.since,
      );
      const second = inLine(body, test.since);
      return { cond: [...first.parts, ...test.parts], body: second.parts, atTest: test.since, atEnd: second.since };
    };
    const first = turn(part.cond, part.body, since);
    let last = first;
    for (let before = -1; barriersIn(last.cond) + barriersIn(last.body) > before; ) {
      before = barriersIn(last.cond) + barriersIn(last.body);
      last = turn(last.cond, last.body, last.atEnd);
    }
    const parts = [{ ...part, cond: last.cond, body: last.body }];
    return { parts, since: both(first.atTest, both(last.atTest, last.atEnd)) };
  };

  return [...inLine(parts, free).parts, { kind: 'barrier' }];
}

/** Whether something that is done now needs a barrier before it, and what is touched after that. */
const meeting = (now: Since, since: Since): Placed =>
  disturbs(now, since) ? { parts: [{ kind: 'barrier' }], since: now } : { parts: [], since: both(since, now) };

const both = (a: Since, b: Since): Since =>
  a.map((seen, t) => {
    const more = b[t] ?? NOTHING;
    return { reads: [...seen.reads, ...more.reads], writes: [...seen.writes, ...more.writes] };
  });

const disturbs = (now: Since, before: Since): boolean =>
  now.some((seen, t) => before.some((other, u) => t !== u && clash(seen, other)));

const clash = (now: Seen, before: Seen): boolean =>
  meet(now.writes, before.writes) || meet(now.writes, before.reads) || meet(now.reads, before.writes);

const meet = (a: readonly Region[], b: readonly Region[]): boolean => a.some((x) => b.some((y) => mayMeet(x, y)));

export const barriersIn = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => {
    switch (part.kind) {
      case 'work':
        return sum;
      case 'loop':
        return sum + barriersIn(part.body);
      case 'while':
        return sum + barriersIn(part.cond) + barriersIn(part.body);
      case 'barrier':
        return sum + 1;
      default:
        return part satisfies never;
    }
  }, 0);

/** What a step touches with all that is inside it; of a `while` the test is the last that is read. */
function seenIn(plan: Plan): (step: Step) => Seen {
  const turns = turnsIn(plan.steps);
  const regions = (list: readonly Touch[]): Region[] =>
    list.flatMap((touch) => {
      const region = regionOf(plan, touch, turns);
      return region ? [region] : [];
    });
  const all = (steps: readonly Step[]): Seen => {
    const each = steps.map(seenBy);
    return { reads: each.flatMap((s) => s.reads), writes: each.flatMap((s) => s.writes) };
  };
  const seenBy = (step: Step): Seen => {
    switch (step.kind) {
      case 'loop':
        return all(step.body);
      case 'while': {
        const { reads, writes } = all([...step.cond, ...step.body]);
        return { reads: [...reads, ...regions([{ access: step.test, extents: [] }])], writes };
      }
      case 'barrier':
        return NOTHING;
      default: {
        const { reads, writes } = touchesOf(step);
        return { reads: regions(reads), writes: regions(writes) };
      }
    }
  };
  return seenBy;
}

function turnsIn(steps: readonly Step[]): Turns {
  const inside = (step: Step): [number, number][] => {
    if (step.kind === 'loop') return [[step.variable, step.count], ...step.body.flatMap(inside)];
    return step.kind === 'while' ? [...step.cond, ...step.body].flatMap(inside) : [];
  };
  return new Map(steps.flatMap(inside));
}
