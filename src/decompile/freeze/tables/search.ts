/**
 * The cheapest term for a column, bottom up: all terms of 8 bits, of 9 bits, ..., one for each column of values they have over the rows
 * that can occur (observational equivalence), until the wanted column comes. Method: Udupa et al., TRANSIT, PLDI 2013, section 4.
 */
import { must } from '../../../text/result.ts';
import { agrees, casesOf, type FiniteType, FREE, type Table } from './finite.ts';
import { asType, type BinaryOp, type Term, type Terms } from './terms.ts';

export interface SearchLimits {
  /** The dearest term that is looked at, in bits. */
  readonly bits: number;
  /** Different columns that are kept. */
  readonly terms: number;
  /** Cells that are computed in all: terms times rows. */
  readonly cells: number;
}

export const LIMITS: SearchLimits = { bits: 44, terms: 4000, cells: 8_000_000 };

/** Terms by price; `seeds` are further terms that it may build on. */
export function cheapest(
  terms: Terms,
  table: Table,
  seeds: readonly Term[] = [],
  limits: SearchLimits = LIMITS,
): Term | undefined {
  const bank = bankOf(terms, table, seeds, limits);
  for (let bits = 1; bits <= limits.bits && bank.isOpen(); bits++) {
    const found = bank.level(bits);
    if (found) return found;
  }
  return undefined;
}

interface Bank {
  isOpen(): boolean;
  /** Makes the terms of this price; the wanted one when it is among them. */
  level(bits: number): Term | undefined;
}

const ARITHMETIC: readonly BinaryOp[] = ['+', '*', '%'];
const COMPARISONS: readonly BinaryOp[] = ['==', '!=', '<', '<='];
const LOGIC: readonly BinaryOp[] = ['&&', '||', '^^'];

function bankOf(terms: Terms, table: Table, seeds: readonly Term[], limits: SearchLimits): Bank {
  const rows = Array.from(table.values.keys()).filter((row) => table.values[row] !== FREE);
  const seen = new Set<string>();
  const byBits: Term[][] = [];
  const waiting = [...terms.args, ...seeds, ...constants(terms, table)];
  let [kept, cells] = [0, 0];
  const isOpen = (): boolean => kept < limits.terms && cells < limits.cells;
  const at = (bits: number, is: (t: Term) => boolean): readonly Term[] => (byBits[bits] ?? []).filter(is);

  /** Takes a term in, unless one with its values is there; gives it when it is what is wanted. */
  const take = (t: Term): Term | undefined => {
    cells += rows.length;
    const found = agrees(t.values, table.values) ? asType(terms, t, table.result) : undefined;
    if (found) return found;
    const key = `${typeKey(t.type)}${rows.map((row) => t.values[row]).join(',')}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    byBits[t.bits] ??= [];
    must(byBits[t.bits]).push(t);
    kept++;
    return undefined;
  };

  function* made(bits: number): Generator<Term> {
    for (const t of waiting) if (t.bits === bits) yield t;
    for (const of of at(bits - 2, isBool)) yield terms.not(of);
    for (let left = 4; left <= bits - 3; left++) {
      const right = bits - 3 - left;
      yield* pairs(terms, at(left, isIndex), at(right, isIndex));
      if (left > right) continue;
      yield* logical(terms, at(left, isBool), at(right, isBool));
      yield* equalities(terms, at(left, isEnum), at(right, isEnum));
    }
    yield* choices(terms, table.result, bits - 7, at);
  }

  return {
    isOpen,
    level(bits) {
      for (const t of made(bits)) {
        const found = take(t);
        if (found || !isOpen()) return found;
      }
      return undefined;
    },
  };
}

const isBool = (t: Term): boolean => t.type.kind === 'bool';
/** An `if` has the type that is wanted of it, so it stands only where the table's result does. */
const isIndex = (t: Term): boolean => t.type.kind === 'index' && t.kind !== 'if';
const isEnum = (t: Term): boolean => t.type.kind === 'enum' && t.kind !== 'if';
const typeKey = (type: FiniteType): string => (type.kind === 'enum' ? `${type.name}:` : `${type.kind[0]}:`);

/** Numbers up to the largest size, the cases of the enums, true and false where a bool is wanted. */
function constants(terms: Terms, table: Table): Term[] {
  const types = [...table.args.map((a) => a.type), table.result];
  const largest = Math.max(...types.map((t) => (t.kind === 'index' ? t.size : 2)));
  const numbers = Array.from({ length: Math.min(largest, 32) + 1 }, (_, i) => terms.number(i));
  const all = [...types.filter((t) => t.kind === 'enum'), ...(table.result.kind === 'bool' ? [table.result] : [])];
  const rest = all.flatMap((type) => Array.from({ length: casesOf(type) }, (_, i) => terms.value(type, i)));
  return [...(types.some((t) => t.kind === 'index') ? numbers : []), ...rest];
}

/** Arithmetic and comparisons of two indices, as the checker takes them. */
function* pairs(terms: Terms, lefts: readonly Term[], rights: readonly Term[]): Generator<Term> {
  for (const left of lefts) {
    if (left.kind === 'value') {
      for (const right of rights) if (right.kind !== 'value' && left.value > 1) yield terms.binary('*', left, right);
      continue;
    }
    for (const right of rights) {
      const divisor = right.kind === 'value' ? right.value : 0;
      for (const op of ARITHMETIC)
        if (op === '%' ? divisor > 1 : op === '+' || divisor === 0) yield terms.binary(op, left, right);
      for (const op of COMPARISONS)
        if (op.startsWith('<') || isComparable(left, right)) yield terms.binary(op, left, right);
    }
  }
}

/** Indices are equal only within one type; a number takes the type of the other side, if that has it. */
function isComparable(left: Term, right: Term): boolean {
  const [a, b] = [left, right].map((t) => (t.type.kind === 'index' ? t.type.size : 0)) as [number, number];
  return right.kind === 'value' ? b <= a : a === b;
}

function* logical(terms: Terms, lefts: readonly Term[], rights: readonly Term[]): Generator<Term> {
  for (const left of lefts) for (const right of rights) for (const op of LOGIC) yield terms.binary(op, left, right);
}

function* equalities(terms: Terms, lefts: readonly Term[], rights: readonly Term[]): Generator<Term> {
  for (const left of lefts)
    for (const right of rights) {
      if (left.kind === 'value' || typeKey(left.type) !== typeKey(right.type)) continue;
      yield terms.binary('==', left, right);
      yield terms.binary('!=', left, right);
    }
}

/** `if c { a } else { b }` with parts of so many bits together. */
function* choices(
  terms: Terms,
  result: FiniteType,
  bits: number,
  at: (bits: number, is: (t: Term) => boolean) => readonly Term[],
): Generator<Term> {
  const isResult = (t: Term): boolean => typeKey(t.type) === typeKey(result);
  if (result.kind === 'bool') return;
  for (let c = 4; c <= bits - 6; c++)
    for (const cond of at(c, isBool))
      for (let a = 2; a <= bits - c - 2; a++)
        for (const then of at(a, isResult))
          for (const other of at(bits - c - a, isResult)) yield terms.choice(cond, then, other);
}
