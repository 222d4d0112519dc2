/** Minimal machines and the words that tell machines apart, against words that are tried one by one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/machines/compare.ts';
import type { Machine } from '../../src/machines/machine.ts';
import { minimise, reach } from '../../src/machines/minimise.ts';

const machines = (symbols: number): fc.Arbitrary<Machine> =>
  fc.integer({ min: 1, max: 7 }).chain((states) => {
    const table = (max: number) =>
      fc
        .array(fc.integer({ min: 0, max }), { minLength: states * symbols, maxLength: states * symbols })
        .map((xs) => Int32Array.from(xs));
    return fc.record({
      states: fc.constant(states),
      symbols: fc.constant(symbols),
      next: table(states - 1),
      out: table(1),
    });
  });

function outputs({ symbols, next, out }: Machine, word: readonly number[]): number[] {
  let s = 0;
  return word.map((x) => {
    const at = s * symbols + x;
    s = next[at] as number;
    return out[at] as number;
  });
}

function* words(symbols: number, length: number): Generator<readonly number[]> {
  if (length === 0) yield [];
  else for (const w of words(symbols, length - 1)) for (let x = 0; x < symbols; x++) yield [...w, x];
}

/** The first word, by length and symbols, on which the last outputs differ; none of at most `most` symbols. */
function firstDifference(a: Machine, b: Machine, most: number): readonly number[] | undefined {
  for (let n = 1; n <= most; n++)
    for (const w of words(a.symbols, n)) if (outputs(a, w).join() !== outputs(b, w).join()) return w;
  return undefined;
}

const counter = (states: number): Machine => ({
  states,
  symbols: 1,
  next: Int32Array.from({ length: states }, (_, s) => (s + 1) % states),
  out: Int32Array.from({ length: states }, (_, s) => (s === states - 1 ? 1 : 0)),
});

describe('comparing', () => {
  it('finds the first of the shortest words that tell two machines apart', () => {
    fc.assert(
      fc.property(machines(2), machines(2), (a, b) => {
        const found = compare(a, b);
        const tried = firstDifference(a, b, 8);
        if (found.kind === 'differs') expect(found.word.length > 8 ? undefined : found.word).toEqual(tried);
        else expect(tried).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('finds a long word: counters to 97 and to 98', () => {
    expect(compare(counter(97), counter(98))).toEqual({ kind: 'differs', word: Array(97).fill(0) });
    expect(compare(counter(97), counter(97))).toEqual({ kind: 'equal', pairs: 97 });
  });

  it('says where there are too many pairs', () => {
    expect(compare(counter(97), counter(97), 50)).toEqual({ kind: 'open', pairs: 50 });
  });
});

describe('minimising', () => {
  it('gives the same on every word, and no two of its states do', () => {
    fc.assert(
      fc.property(machines(3), (machine) => {
        const { machine: small, wordTo, stateOf } = minimise(machine);
        expect(compare(machine, small).kind).toBe('equal');
        const from = (s: number): Machine => swapped(small, s);
        for (let s = 0; s < small.states; s++)
          for (let t = 0; t < s; t++) expect(compare(from(s), from(t)).kind).toBe('differs');
        for (let s = 0; s < small.states; s++) {
          const word = wordTo(s);
          expect(walked(small, word)).toBe(s);
          expect(stateOf[walked(machine, word)]).toBe(s);
        }
        const { stateOf: known } = reach(machine);
        expect(stateOf.map((s) => (s < 0 ? -1 : 0))).toEqual(known.map((s) => (s < 0 ? -1 : 0)));
      }),
      { numRuns: 300 },
    );
  });

  it('gives one machine for all that give the same, however their states are numbered', () => {
    fc.assert(
      fc.property(machines(2), fc.nat(), (machine, by) => {
        const doubled = twice(machine, by);
        expect(minimise(doubled).machine).toEqual(minimise(machine).machine);
      }),
      { numRuns: 300 },
    );
  });

  it('takes long chains', () => {
    const long = minimise(counter(50_000));
    expect(long.machine.states).toBe(50_000);
    expect(minimise({ ...counter(50_000), out: new Int32Array(50_000) }).machine.states).toBe(1);
  });
});

function walked({ symbols, next }: Machine, word: readonly number[]): number {
  return word.reduce((s, x) => next[s * symbols + x] as number, 0);
}

/** With state s as the first. */
function swapped({ states, symbols, next, out }: Machine, first: number): Machine {
  const name = (s: number): number => (s === 0 ? first : s === first ? 0 : s);
  const at = (i: number): number => name(Math.floor(i / symbols)) * symbols + (i % symbols);
  return {
    states,
    symbols,
    next: Int32Array.from(next, (_, i) => name(next[at(i)] as number)),
    out: Int32Array.from(out, (_, i) => out[at(i)] as number),
  };
}

/** Every state twice, with steps between the copies that `by` chooses. */
function twice({ states, symbols, next, out }: Machine, by: number): Machine {
  const copies = states * symbols * 2;
  return {
    states: states * 2,
    symbols,
    next: Int32Array.from({ length: copies }, (_, i) => {
      const to = next[i % (states * symbols)] as number;
      return ((by >> (i % 31)) & 1) === 1 ? to + states : to;
    }),
    out: Int32Array.from({ length: copies }, (_, i) => out[i % (states * symbols)] as number),
  };
}
