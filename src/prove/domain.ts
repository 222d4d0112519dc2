/** What a property ranges over: leaves of numbers between two ends, and leaves that have only some values, with all of their combinations. */
import { leavesOf } from '../ir/layout.ts';
import type { Quantified } from '../lower/program.ts';
import { must } from '../text/result.ts';
import type { Ends } from '../verify/index.ts';

export interface Range {
  readonly path: string;
  readonly kind: 'numbers' | 'bool' | 'cases';
  readonly lo: Float32Array;
  readonly hi: Float32Array;
  /** Of cases, how many there are. */
  readonly size: number;
}

export interface Domain {
  /** Per input of the graph. */
  readonly ranges: readonly Range[];
  /** Per input: whether a combination fixes it, as it does cases and bools. */
  readonly isFixed: readonly boolean[];
  /** Combinations are all that there is: numbers have one value each. */
  readonly isFinite: boolean;
  /** How many combinations there are. */
  readonly count: number;
  /** Writes what a combination fixes. */
  write(combination: number, into: readonly Float32Array[]): void;
  /** The same for `count` combinations in a row, each leaf with one after the other; only what varies is written. */
  writeRows(first: number, count: number, into: readonly Float32Array[]): void;
}

/** The leaves of inputs. */
export const rangesOf = (inputs: readonly Quantified[]): readonly Range[] =>
  inputs.flatMap(({ name, layout, box }) =>
    leavesOf(layout, name).map(({ path, layout: own }, i): Range => {
      const kind = own.kind === 'bool' ? 'bool' : own.kind === 'cases' && !own.soft ? 'cases' : 'numbers';
      return { path, kind, size: own.kind === 'cases' ? own.size : 1, ...must(box[i]) };
    }),
  );

export const domainOf = (inputs: readonly Quantified[]): Domain => domainOfRanges(rangesOf(inputs));

export function domainOfRanges(ranges: readonly Range[]): Domain {
  const digits = ranges.flatMap(digitsOf);
  return {
    ranges,
    isFixed: ranges.map((range) => range.kind !== 'numbers'),
    isFinite: ranges.every((range) => range.kind !== 'numbers' || isPoint(range)),
    count: digits.reduce((n, { base }) => n * base, 1),
    write(combination, into) {
      for (const [i, range] of ranges.entries())
        if (range.kind !== 'numbers' || isPoint(range)) must(into[i]).set(range.lo);
      let rest = combination;
      for (const digit of digits) {
        writeDigit(must(into[digit.input]), digit, rest % digit.base);
        rest = Math.floor(rest / digit.base);
      }
    },
    writeRows(first, count, into) {
      let every = 1;
      for (const digit of digits) {
        writeColumn(must(into[digit.input]), digit, { first, count, every, size: must(ranges[digit.input]).lo.length });
        every *= digit.base;
      }
    },
  };
}

/** The leaves of a combination; numbers that it does not fix are at their lower end. */
export function leavesAt(domain: Domain, combination: number): readonly Float32Array[] {
  const leaves = domain.ranges.map(({ lo }) => lo.slice());
  domain.write(combination, leaves);
  return leaves;
}

/** Whether it has one value. */
export const isPoint = ({ lo, hi }: Range): boolean => lo.every((l, k) => l === hi[k]);

/** A bool, or a case over as many places. */
interface Digit {
  readonly input: number;
  readonly at: number;
  readonly base: number;
  readonly kind: Range['kind'];
}

/** Those of a leaf that are not fixed already. */
function digitsOf({ kind, lo, hi, size }: Range, input: number): Digit[] {
  if (kind === 'numbers') return [];
  const starts = Array.from({ length: lo.length / size }, (_, k) => k * size);
  const varies = (at: number): boolean => lo.subarray(at, at + size).some((l, k) => l !== hi[at + k]);
  return starts.filter(varies).map((at) => ({ input, at, base: kind === 'bool' ? 2 : size, kind }));
}

function writeDigit(to: Float32Array, { at, base, kind }: Digit, value: number): void {
  if (kind === 'bool') to[at] = value === 1 ? 1 : -1;
  else to.fill(0, at, at + base)[at + value] = 1;
}

interface Column {
  readonly first: number;
  readonly count: number;
  /** After so many combinations the digit goes on by one. */
  readonly every: number;
  /** Numbers of the leaf. */
  readonly size: number;
}

function writeColumn(to: Float32Array, { at, base, kind }: Digit, { first, count, every, size }: Column): void {
  let value = Math.floor(first / every) % base;
  let left = every - (first % every);
  for (let place = at; place < at + count * size; place += size) {
    if (kind === 'bool') to[place] = value === 1 ? 1 : -1;
    else {
      for (let k = 0; k < base; k++) to[place + k] = 0;
      to[place + value] = 1;
    }
    if (--left > 0) continue;
    left = every;
    value = value + 1 === base ? 0 : value + 1;
  }
}

export const endsOf = ({ lo, hi }: Range): Ends => ({ lo: Float64Array.from(lo), hi: Float64Array.from(hi) });
