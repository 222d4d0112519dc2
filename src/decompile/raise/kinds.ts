/** What a value of a graph is in the language: a number, a bool, a truth or a case. A graph has only numbers; its signature and its operations say more. */
import type { LeafLayout } from '../../ir/layout.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { bitsOfF32 } from '../../num/bits.ts';
import { must } from '../../text/result.ts';

/** A leaf layout; the shape of a value of cases ends with their axis. */
export type Kind = LeafLayout;

export const NUMBER: Kind = { kind: 'number' };
export const BOOL: Kind = { kind: 'bool' };
export const TRUTH: Kind = { kind: 'truth' };

export const casesOfIndex = (size: number, soft: boolean): Kind => ({
  kind: 'cases',
  soft,
  size,
  name: `Index<${size}>`,
});

export const sameKind = (a: Kind, b: Kind): boolean =>
  a.kind === 'cases' && b.kind === 'cases'
    ? a.soft === b.soft && a.size === b.size && a.name === b.name && a.cases?.join() === b.cases?.join()
    : a.kind === b.kind;

/** The one kind of all, if they have one. */
export const jointKind = (kinds: readonly Kind[]): Kind | undefined => {
  const [first] = kinds;
  return first && kinds.every((k) => sameKind(k, first)) ? first : undefined;
};

export const isLogical = (k: Kind): boolean => k.kind === 'bool' || k.kind === 'truth';

/** The axes of the arrays around a value of this kind. */
export const axesAround = (kind: Kind, shape: Shape): Shape => (kind.kind === 'cases' ? shape.slice(0, -1) : shape);

/** The number of each case in one-hot rows, or undefined where a row is none. */
export function casesIn(data: Float32Array, size: number): number[] | undefined {
  const found: number[] = [];
  for (let at = 0; at < data.length; at += size) {
    const row = [...data.subarray(at, at + size)];
    const isOneHot = row.filter((x) => x === 1).length === 1 && row.every((x) => x === 1 || Object.is(x, 0));
    if (!isOneHot) return undefined;
    found.push(row.indexOf(1));
  }
  return found;
}

const USUAL_NAN = 0x7fc00000;

/** A NaN with other bits than the literal `nan`. */
export const isOddNan = (x: number): boolean => Number.isNaN(x) && bitsOfF32(x) !== USUAL_NAN;

/** Whether numbers can be written as values of a kind. */
export function canBe(kind: Kind, data: Float32Array): boolean {
  if (kind.kind === 'bool') return data.every((x) => x === 1 || x === -1);
  if (kind.kind === 'cases') return !kind.soft && casesIn(data, kind.size) !== undefined;
  return kind.kind === 'number' || data.every((x) => Math.abs(x) <= 1);
}

/** One element of a value as a literal: `even`, `true`, `0.5`. */
export function literalOf(
  kind: Kind,
  numbers: Float32Array,
  number: (x: number) => string,
  caseText: (kind: Kind, at: number) => string,
): string {
  if (kind.kind === 'bool') return numbers[0] === 1 ? 'true' : 'false';
  const first = must(numbers[0]);
  if (kind.kind === 'truth') return Math.abs(first) === 1 ? String(first === 1) : `clamp(${number(first)}, -1.0, 1.0)`;
  if (kind.kind !== 'cases') return number(first);
  const at = must(casesIn(numbers, kind.size)?.[0]);
  return caseText(kind, at);
}
