/**
 * The smallest machine that gives the same on every word: what is reached from the start, states that no word tells apart made one (Hopcroft,
 * 1971). States are numbered as they are first reached, breadth first and by symbols: machines that give the same have the same minimal machine.
 */
import { must } from '../text/result.ts';
import { type Trail, wordTo } from './compare.ts';
import type { Machine } from './machine.ts';
import { Partition } from './partition.ts';

export interface Minimal {
  readonly machine: Machine;
  /** The state that stands for each state of the original; -1 where no word reaches it. */
  readonly stateOf: Int32Array;
  /** The shortest word that reaches a state of `machine`, the first of these by symbols. */
  wordTo(state: number): readonly number[];
}

export function minimise(machine: Machine): Minimal {
  const reached = reach(machine);
  const classes = classesOf(reached.machine);
  // the classes in the order in which they are reached
  const small = reach(quotient(reached.machine, classes));
  const stateOf = reached.stateOf.map((s) => (s < 0 ? -1 : must(small.stateOf[must(classes.of[s])])));
  return { machine: small.machine, stateOf, wordTo: small.wordTo };
}

/** The states that words reach, in the order in which they are reached; state 0 stays. */
export function reach({ states, symbols, next, out }: Machine): Minimal {
  const stateOf = new Int32Array(states).fill(-1);
  stateOf[0] = 0;
  const order = [0];
  const trail: Trail = { from: [-1], by: [-1] };
  for (let i = 0; i < order.length; i++)
    for (let x = 0; x < symbols; x++) {
      const to = must(next[must(order[i]) * symbols + x]);
      if (stateOf[to] !== -1) continue;
      stateOf[to] = order.length;
      order.push(to);
      trail.from.push(i);
      trail.by.push(x);
    }
  const rows = (table: Int32Array): Int32Array => {
    const own = new Int32Array(order.length * symbols);
    for (const [i, s] of order.entries()) own.set(table.subarray(s * symbols, (s + 1) * symbols), i * symbols);
    return own;
  };
  const machine = { states: order.length, symbols, next: rows(next).map((s) => must(stateOf[s])), out: rows(out) };
  return { machine, stateOf, wordTo: (s) => wordTo(trail, s) };
}

interface Classes {
  readonly count: number;
  /** Per state. */
  readonly of: Int32Array;
}

/** One state per class; the class of state 0 is first. */
function quotient({ states, symbols, next, out }: Machine, { count, of }: Classes): Machine {
  const own = { states: count, symbols, next: new Int32Array(count * symbols), out: new Int32Array(count * symbols) };
  for (let s = 0; s < states; s++)
    for (let x = 0; x < symbols; x++) {
      own.next[must(of[s]) * symbols + x] = must(of[must(next[s * symbols + x])]);
      own.out[must(of[s]) * symbols + x] = must(out[s * symbols + x]);
    }
  return own;
}

/** States that no word tells apart are of one class; that of state 0 has number 0. */
function classesOf(machine: Machine): Classes {
  const { states, symbols } = machine;
  const partition = new Partition(coloursOf(machine));
  const sources = sourcesOf(machine);
  const open = Array.from({ length: partition.count }, (_, c) => c);
  const isOpen = new Set(open);
  for (let c = open.pop(); c !== undefined; c = open.pop()) {
    isOpen.delete(c);
    const members = partition.membersOf(c);
    for (let x = 0; x < symbols; x++) {
      for (const m of members) for (const s of sources.into(m, x)) partition.mark(s);
      partition.split((old, fresh) => {
        // of a class that was looked at, its smaller part says as much as both
        const isSmall = isOpen.has(old) || partition.sizeOf(fresh) <= partition.sizeOf(old);
        const added = isSmall ? fresh : old;
        isOpen.add(added);
        open.push(added);
      });
    }
  }
  const first = must(partition.classOf[0]);
  const swapped = partition.classOf.map((c) => (c === first ? 0 : c === 0 ? first : c));
  return { count: states === 0 ? 0 : partition.count, of: swapped };
}

/** Equal rows of outputs have one colour. */
function coloursOf({ states, symbols, out }: Machine): Int32Array {
  const colours = new Map<string, number>();
  return Int32Array.from({ length: states }, (_, s) => {
    const row = out.subarray(s * symbols, (s + 1) * symbols).join(' ');
    const known = colours.get(row) ?? colours.size;
    colours.set(row, known);
    return known;
  });
}

/** From where a step leads to each state, by symbol. */
function sourcesOf({ states, symbols, next }: Machine): { into(state: number, symbol: number): Int32Array } {
  const starts = new Int32Array(states * symbols + 1);
  const slot = (i: number): number => must(next[i]) * symbols + (i % symbols);
  for (let i = 0; i < next.length; i++) starts[slot(i) + 1] = must(starts[slot(i) + 1]) + 1;
  for (let k = 0; k < states * symbols; k++) starts[k + 1] = must(starts[k + 1]) + must(starts[k]);
  const [places, froms] = [starts.slice(), new Int32Array(next.length)];
  for (let i = 0; i < next.length; i++) {
    const at = must(places[slot(i)]);
    froms[at] = Math.floor(i / symbols);
    places[slot(i)] = at + 1;
  }
  return { into: (s, x) => froms.subarray(starts[s * symbols + x], starts[s * symbols + x + 1]) };
}
