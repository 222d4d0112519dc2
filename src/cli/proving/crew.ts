/**
 * Threads that work at parts of a proof. The thread that searches never waits for its event loop: it reads its ports itself, and sleeps only
 * where there is nothing else to do. A worker that fails, or is silent for long, is given up; the part that it had goes back.
 */
import { ALONE, type Crew, type Loose, type Muster, type Report, type Task } from '../../verify/index.ts';

export type Order =
  | { readonly kind: 'task'; readonly task: Task; readonly serial: number }
  | { readonly kind: 'part'; readonly id: number; readonly part: Loose };

export type Answer = { readonly kind: 'ready' } | { readonly kind: 'report'; readonly report: Report };

/** Words of shared memory; from `beats` on one per worker, which it counts up while it works. */
export const WORD = { spoken: 0, wanted: 1, serial: 2, beats: 3 } as const;

/** One worker. */
export interface Link {
  tell(order: Order): void;
  /** The next answer that has come. */
  hear(): Answer | undefined;
  stop(): void;
}

export interface CrewHost {
  /** Starts the worker of this number, or throws. It must not keep the process alive. */
  start(words: Int32Array, worker: number): Link;
  /** Milliseconds since some start. */
  now(): number;
}

/** Most questions end before; for those a thread would cost more than it gives. */
export const PATIENCE_MS = 500;
/** A worker that has examined nothing for so long is not waited for. */
export const SILENCE_MS = 30_000;
/** A sleep, at most: the limit of time is looked at in between. */
const MOMENT_MS = 20;

interface Member {
  readonly link: Link;
  readonly worker: number;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  /** The last task that it was told. */
  serial: number;
  /** The part that it has, while anyone wants it. */
  part: number | undefined;
  beats: number;
  /** When it was heard of. */
  heard: number;
}

/**
 * So many workers beside the thread that asks, for one task after the other; they start when the first one takes long. Each has a copy of
 * a task: for graphs of more numbers than `most` there is nobody.
 */
export function gathering(host: CrewHost, workers: number, most = Number.POSITIVE_INFINITY): Muster {
  const team = teamOf(host, workers);
  return (task) => (numbersIn(task) > most ? ALONE : crewOf(team, host, task));
}

const numbersIn = ({ question: { graph } }: Task): number =>
  graph.nodes.reduce((n, { op, attrs }) => (op === 'const' ? n + attrs.data.length : n), 0);

interface Team {
  readonly words: Int32Array;
  readonly members: Member[];
  start(): void;
}

function teamOf(host: CrewHost, workers: number): Team {
  const words = new Int32Array(new SharedArrayBuffer(4 * (WORD.beats + workers)));
  const members: Member[] = [];
  let isStarted = false;
  const begun = (worker: number): Member => ({
    link: host.start(words, worker),
    worker,
    state: 'starting',
    serial: 0,
    part: undefined,
    beats: 0,
    heard: 0,
  });
  return {
    words,
    members,
    start() {
      if (isStarted) return;
      isStarted = true;
      try {
        for (let worker = 0; worker < workers; worker++) members.push(begun(worker));
      } catch {
        // a machine that has no more threads to give: those that have started are enough
      }
    },
  };
}

function crewOf({ words, members, start }: Team, { now }: CrewHost, task: Task): Crew {
  const since = now();
  const serial = Atomics.add(words, WORD.serial, 1) + 1;
  const arrived: Report[] = [];
  const giveUp = (member: Member): void => {
    if (member.part !== undefined) arrived.push({ id: member.part, worked: undefined });
    Object.assign(member, { state: 'gone', part: undefined });
    member.link.stop();
  };
  const heard = (member: Member, answer: Answer): void => {
    const report = answer.kind === 'report' ? answer.report : undefined;
    if (report && !report.worked) {
      giveUp(member);
      return;
    }
    if (report && member.part !== undefined) arrived.push(report);
    Object.assign(member, { state: 'idle', part: undefined });
  };
  const watch = (member: Member): void => {
    const beats = Atomics.load(words, WORD.beats + member.worker);
    if (beats !== member.beats) Object.assign(member, { beats, heard: now() });
    else if (now() - member.heard > SILENCE_MS) giveUp(member);
  };
  const hears = ({ state, link }: Member): Answer | undefined => (state === 'gone' ? undefined : link.hear());
  const listen = (member: Member): void => {
    for (let answer = hears(member); answer; answer = hears(member)) heard(member, answer);
    if (member.state === 'busy') watch(member);
  };
  return {
    idle() {
      if (now() - since < PATIENCE_MS) return 0;
      start();
      return members.filter((m) => m.state === 'idle').length;
    },
    hand(id, part) {
      const member = members.find((m) => m.state === 'idle');
      if (!member) return void arrived.push({ id, worked: undefined });
      if (member.serial !== serial) member.link.tell({ kind: 'task', task, serial });
      member.link.tell({ kind: 'part', id, part });
      Object.assign(member, { state: 'busy', serial, part: id, heard: now() });
    },
    want: (parts) => void Atomics.store(words, WORD.wanted, parts ? 1 : 0),
    reports(waits) {
      const spoken = Atomics.load(words, WORD.spoken);
      members.forEach(listen);
      if (waits && arrived.length === 0) {
        Atomics.wait(words, WORD.spoken, spoken, MOMENT_MS);
        members.forEach(listen);
      }
      return arrived.splice(0);
    },
    end() {
      Atomics.add(words, WORD.serial, 1);
      for (const member of members) member.part = undefined;
    },
  };
}
