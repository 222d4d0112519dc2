/**
 * When each buffer of a plan is alive, read off the finished steps without asking the scheduler, and where two that are alive
 * together share memory.
 */
import type { Access, Plan, Step } from '../../src/kernel/nest.ts';
import { must } from '../../src/text/result.ts';

interface Mention {
  readonly buffer: number;
  readonly at: number;
  readonly stores: boolean;
}

interface Timeline {
  now: number;
  readonly mentions: Mention[];
  /** First and last moment of each loop, inner ones first. */
  readonly loops: (readonly [number, number])[];
}

function readsOf(step: Step): readonly Access[] {
  switch (step.kind) {
    case 'map':
      return step.loads;
    case 'reduce':
      return [...step.loads, ...step.epilogue.loads];
    case 'contract':
    case 'pick':
      return [step.lhs, step.rhs, ...step.epilogue.loads];
    case 'argmax':
      return [step.from];
    case 'scatter':
      return [step.from, step.to];
    default:
      return [];
  }
}

function storesOf(step: Step): readonly Access[] {
  if (step.kind === 'map') return step.stores.map((s) => s.to);
  if (step.kind === 'argmax' || step.kind === 'scatter') return [step.to];
  return 'epilogue' in step ? step.epilogue.stores.map((s) => s.to) : [];
}

function run(steps: readonly Step[], time: Timeline): void {
  for (const step of steps) {
    time.now++;
    const note = (access: Access, stores: boolean): void => {
      time.mentions.push({ buffer: access.buffer, at: time.now, stores });
    };
    for (const access of readsOf(step)) note(access, false);
    for (const access of storesOf(step)) note(access, true);
    if (step.kind !== 'loop' && step.kind !== 'while') continue;
    const start = time.now;
    if (step.kind === 'while') {
      run(step.cond, time);
      note(step.test, false);
    }
    run(step.body, time);
    time.now++;
    time.loops.push([start, time.now]);
  }
}

/** The first and last moment of each buffer; nothing for one that no step mentions. */
function livesOf(plan: Plan): (readonly [number, number] | undefined)[] {
  const time: Timeline = { now: 0, mentions: [], loops: [] };
  run(plan.steps, time);
  return plan.buffers.map(({ role }, buffer) => {
    if (role !== 'temporary' && role !== 'output') return [0, time.now + 1];
    const own = time.mentions.filter((m) => m.buffer === buffer);
    if (own.length === 0) return undefined;
    let [first, last] = [must(own[0]).at, must(own.at(-1)).at];
    for (const [start, end] of time.loops) {
      const within = own.filter((m) => start <= m.at && m.at <= end);
      const outlives = within.length < own.length || within[0]?.stores === false;
      if (within.length > 0 && outlives) [first, last] = [Math.min(first, start), Math.max(last, end)];
    }
    return [first, role === 'output' ? time.now + 1 : last];
  });
}

/** Pairs of buffers that are alive together and share a word. */
export function sharedMemory(plan: Plan): string[] {
  const lives = livesOf(plan);
  const faults: string[] = [];
  plan.buffers.forEach((a, i) => {
    plan.buffers.slice(0, i).forEach((b, j) => {
      const [x, y] = [lives[i], lives[j]];
      if (!x || !y || x[1] < y[0] || y[1] < x[0] || a.length === 0 || b.length === 0) return;
      if (a.offset < b.offset + b.length && b.offset < a.offset + a.length) faults.push(`${a.name} and ${b.name}`);
    });
  });
  return faults;
}

/** The most bytes that are alive at once, each buffer counted without what its alignment adds: no arena can be smaller. */
export function liveBytes(plan: Plan): number {
  const lives = livesOf(plan);
  const moments = new Set(lives.flatMap((life) => (life ? [life[0]] : [])));
  const at = (moment: number): number =>
    plan.buffers.reduce((words, { length }, i) => {
      const life = lives[i];
      return life && life[0] <= moment && moment <= life[1] ? words + length : words;
    }, 0);
  return 4 * Math.max(0, ...[...moments].map(at));
}
