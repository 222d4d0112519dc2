/**
 * A machine put into a program: examples are followed step by step, and each choice that turns up as a state, or as an output, is made as the machine
 * says. States of the program stand for those of the machine in the order in which they are met. Every way of writing the program will do in
 * which states and outputs are looked up in what is to be chosen.
 */
import type { Graph } from '../../ir/graph.ts';
import type { Machine } from '../../machines/machine.ts';
import { UNKNOWN } from '../../machines/words.ts';
import { must } from '../../text/result.ts';
import { type Cells, caseOf, choiceAt, choose } from './cells.ts';
import { type Follow, follower, fresh, type Open, openIn, type Watched } from './follow.ts';
import type { Loop } from './loops.ts';
import type { Sequences } from './sequences.ts';
import { widthOf } from './space.ts';
import type { Choice } from './strategy.ts';

/** A part of the states that is one choice: which state of the loop, and from which number on. */
export interface Part {
  readonly state: number;
  readonly at: number;
  /** Any choice of its kind. */
  readonly like: Choice;
  /** Where the outputs show it: in which leaf, from which number on. */
  shown?: { readonly leaf: number; readonly at: number };
}

/** What one step shows of a program. */
export interface Wiring {
  readonly parts: readonly Part[];
  /** States of the program. */
  readonly states: number;
  /** The case of each part at the start. */
  readonly start: readonly number[];
  /** Whether an output is known only when the next state is. */
  readonly isAfter: boolean;
}

export interface Followed {
  readonly graph: Graph;
  readonly loop: Loop;
  readonly cells: Cells;
  readonly sequences: Sequences;
}

/** Follows the first step of the first example, with all choices open. */
export function wiringOf(f: Followed): Wiring | string {
  let parts: readonly Part[] | undefined;
  let start: readonly Open[] = [];
  let after: readonly Open[] = [];
  const watched: Watched = {
    loop: f.loop.node,
    live: f.loop.live,
    steps: 1,
    show(step, states) {
      if (step === 0) start = closedStart(f.cells, states);
      else
        [parts, after] = [
          partsOf(f, states),
          states.map(({ data, ids }) => ({ data: data.slice(), ...(ids && { ids: ids.slice() }) })),
        ];
    },
  };
  const outputs = follower(f.graph, f.cells, watched)(f.sequences.inputsOf(0));
  if (!parts) return 'its state is not looked up in what is to be chosen';
  const first = f.sequences.isPerStep ? (f.loop.node.attrs.reverse ? f.sequences.steps - 1 : 0) : 0;
  const shown = outputs.map((o) => pieceOf(o, f.sequences, first));
  for (const p of parts) markShown(p, must(after[p.state]), shown);
  const owners = shown
    .flatMap((o) => (o.ids ? [...o.ids] : []))
    .filter((id) => id < 0)
    .map((id) => f.cells.owner[-id]);
  const stateChoices = new Set(parts.map((p) => choiceAt(f.cells, must(must(after[p.state]).ids), p.at)));
  return {
    parts,
    states: parts.reduce((n, p) => n * p.like.cases, 1),
    start: parts.map((p) => must(caseOf(p.like, numbersOf(p, must(start[p.state]))), 'a start that is a case')),
    isAfter: owners.some((o) => o !== undefined && stateChoices.has(o)) || parts.some((p) => p.shown),
  };
}

/** Open choices at the start take their first case: which one it is makes no difference to a machine. */
function closedStart(cells: Cells, states: readonly Open[]): readonly Open[] {
  return states.map((open) => {
    for (let at = 0; open.ids && at < open.ids.length; at++) {
      const choice = choiceAt(cells, open.ids, at);
      if (choice !== undefined && (cells.chosen[choice] as number) < 0) choose(cells, choice, 0);
    }
    return fresh({ data: open.data.slice(), ...(open.ids && { ids: open.ids.slice() }) }, cells);
  });
}

const numbersOf = ({ at, like }: Part, { data }: Open): Float32Array => data.subarray(at, at + widthOf(like.spec));

/** The choices that the states are; nothing where a state that is read is none. */
function partsOf({ cells, loop }: Followed, states: readonly Open[]): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const [state, isLive] of loop.live.entries()) {
    if (!isLive) continue;
    const { data, ids } = must(states[state]);
    for (let at = 0; at < data.length; ) {
      const choice = ids && choiceAt(cells, ids, at);
      if (choice === undefined) return undefined;
      const like = must(cells.space.choices[choice]);
      parts.push({ state, at, like });
      at += widthOf(like.spec);
    }
  }
  return parts;
}

function pieceOf({ data, ids }: Open, { isPerStep, steps }: Sequences, at: number): Open {
  const size = isPerStep ? data.length / steps : data.length;
  return {
    data: data.subarray(at * size, (at + 1) * size),
    ...(ids && { ids: ids.slice(at * size, (at + 1) * size) }),
  };
}

function markShown(p: Part, { ids }: Open, outputs: readonly Open[]): void {
  const [first, width] = [ids?.[p.at] as number, widthOf(p.like.spec)];
  for (const [leaf, o] of outputs.entries()) {
    const at = o.ids?.indexOf(first) ?? -1;
    if (at >= 0 && o.ids?.[at + width - 1] === first + width - 1) p.shown = { leaf, at };
  }
}

// --- the machine put in ----------------------------------------------------------------------------------------

/** Makes the choices of all states and outputs that the examples reach; or says why the program cannot hold the machine. */
export function embed(f: Followed, machine: Machine, wiring: Wiring): string | undefined {
  const e = new Embedding(f, machine, wiring);
  for (let row = 0; row + 1 < f.sequences.words.starts.length; row++) {
    const wrong = e.take(row);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

class Embedding {
  readonly #f: Followed;
  readonly #machine: Machine;
  readonly #wiring: Wiring;
  readonly #follow: Follow;
  /** By state of the machine: the case of each part. */
  readonly #stands = new Map<number, readonly number[]>();
  readonly #used = new Set<string>();
  /** Cells of the machine that were followed, and those with a seen output. */
  readonly #done = new Set<number>();
  #states: readonly number[] = [];
  #wrong: string | undefined;

  constructor(f: Followed, machine: Machine, wiring: Wiring) {
    this.#f = f;
    this.#machine = machine;
    this.#wiring = wiring;
    this.#follow = follower(f.graph, f.cells, {
      loop: f.loop.node,
      live: f.loop.live,
      steps: f.loop.node.attrs.length,
      show: (step, states) => this.#settle(step, states),
    });
    this.#stand(0, wiring.start);
  }

  take(row: number): string | undefined {
    const { words, steps } = this.#f.sequences;
    const { next, symbols } = this.#machine;
    const states = [0];
    let isNew = false;
    for (let i = 0; i < steps; i++) {
      const cell = must(states[i]) * symbols + must(words.inputs[row * steps + i]);
      const mark = 2 * cell + (words.outputs[row * steps + i] === UNKNOWN ? 0 : 1);
      if (!this.#done.has(mark)) isNew = true;
      this.#done.add(mark);
      states.push(must(next[cell]));
    }
    if (!isNew) return undefined;
    this.#states = states;
    const outputs = this.#follow(this.#f.sequences.inputsOf(row));
    return this.#wrong ?? this.#settleOutputs(outputs, row);
  }

  #stand(state: number, cases: readonly number[]): void {
    this.#stands.set(state, cases);
    this.#used.add(cases.join());
  }

  /** The states after a step are those that stand for the machine's. */
  #settle(step: number, states: readonly Open[]): void {
    if (this.#wrong !== undefined) return;
    const { cells } = this.#f;
    const state = must(this.#states[step]);
    const { parts } = this.#wiring;
    const now = parts.map((p) => fresh({ ...must(states[p.state]) }, cells));
    const known = parts.map((p, i) =>
      isOpen(p, must(now[i])) ? undefined : caseOf(p.like, numbersOf(p, must(now[i]))),
    );
    const cases = this.#stands.get(state) ?? this.#free(state, known);
    if (!cases || known.some((k, i) => k !== undefined && k !== cases[i])) {
      this.#wrong = 'its states cannot be told apart as the examples want it';
      return;
    }
    if (!this.#stands.has(state)) this.#stand(state, cases);
    for (const [i, p] of parts.entries()) {
      const choice = choiceAt(cells, now[i]?.ids ?? new Float32Array(p.at + 1), p.at);
      if (choice !== undefined) choose(cells, choice, must(cases[i]));
    }
  }

  /** The first cases that stand for no state yet and agree with what is known of this one. */
  #free(state: number, known: readonly (number | undefined)[]): readonly number[] | undefined {
    const { parts } = this.#wiring;
    const wanted = parts.map((p, i) => known[i] ?? (p.shown ? this.#shownCase(p, state) : undefined));
    const counts = parts.map((p) => p.like.cases);
    const all = counts.reduce((a, b) => a * b, 1);
    for (let n = 0; n < all; n++) {
      const cases = digits(n, counts);
      const fits = cases.every((c, i) => wanted[i] === undefined || wanted[i] === c);
      if (fits && !this.#used.has(cases.join())) return cases;
    }
    return undefined;
  }

  /** What the outputs of a state say of a part that they show. */
  #shownCase(p: Part, state: number): number | undefined {
    const { next, out } = this.#machine;
    const cell = next.findIndex((to, i) => to === state && out[i] !== UNKNOWN);
    if (cell < 0 || !p.shown) return undefined;
    const { leaf, at } = p.shown;
    const numbers = must(this.#f.sequences.outputAt(must(out[cell]))[leaf]);
    return caseOf(p.like, numbers.subarray(at, at + widthOf(p.like.spec)));
  }

  /** The outputs are those of the label: choices that are shown are made, the others must be right. */
  #settleOutputs(outputs: readonly Open[], row: number): string | undefined {
    const { cells, sequences } = this.#f;
    const labels = sequences.labelsOf(row);
    for (const [leaf, label] of labels.entries()) {
      const { data, ids } = must(outputs[leaf]);
      for (let i = 0; i < label.length; i++) {
        const now = fresh({ data: data.slice(i, i + 1), ...(ids && { ids: ids.slice(i, i + 1) }) }, cells);
        const wrong =
          now.ids && openIn(now) !== undefined
            ? this.#chooseOutput(ids as Float32Array, label, i)
            : isOther(must(now.data[0]), must(label[i]));
        if (wrong) return 'its outputs cannot be those of the examples';
      }
    }
    return undefined;
  }

  /** True where the number at `i` is no choice that could be made as the label wants it. */
  #chooseOutput(ids: Float32Array, label: Float32Array, i: number): boolean {
    const { cells } = this.#f;
    const choice = choiceAt(cells, ids, i);
    if (choice === undefined) return true;
    const like = must(cells.space.choices[choice]);
    const chosen = caseOf(like, label.subarray(i, i + widthOf(like.spec)));
    if (chosen !== undefined) choose(cells, choice, chosen);
    return chosen === undefined;
  }
}

const isOther = (x: number, y: number): boolean => x !== y;
const isOpen = (p: Part, { ids }: Open): boolean =>
  ids?.subarray(p.at, p.at + widthOf(p.like.spec)).some((id) => id !== 0) === true;

function digits(n: number, counts: readonly number[]): number[] {
  let rest = n;
  return counts.map((count) => {
    const digit = rest % count;
    rest = Math.floor(rest / count);
    return digit;
  });
}
