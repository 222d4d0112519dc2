/** Where the parts of a value lie among its leaves, for the printers of conversions: the leaf, and the number of the element in it. */
import { sizeOf } from '../ir/graph.ts';
import { type Layout, leavesOf } from '../ir/layout.ts';
import type { Input } from './subject.ts';

export type ArrayLayout = Extract<Layout, { kind: 'array' }>;
export type CasesLayout = Extract<Layout, { kind: 'cases' }>;

/** How many leaves a value has. */
export const leafCount = (l: Layout): number => leavesOf(l, '').length;

/** Numbers in an array that is one run of numbers or truths row by row; undefined for other arrays. */
export function flatSize(l: ArrayLayout): number | undefined {
  const sizes: number[] = [];
  let of: Layout = l;
  for (; of.kind === 'array' && !of.cases; of = of.of) sizes.push(of.size);
  return of.kind === 'number' || of.kind === 'truth' ? sizeOf(sizes) : undefined;
}

/** The axes of such an array. */
export function flatShape(l: ArrayLayout): readonly number[] {
  return l.of.kind === 'array' ? [l.size, ...flatShape(l.of)] : [l.size];
}

/** What its elements are. */
export const flatKind = (l: ArrayLayout): 'number' | 'truth' =>
  l.of.kind === 'array' ? flatKind(l.of) : l.of.kind === 'truth' ? 'truth' : 'number';

/** The parts of a value that has named ones, each with the number of its first leaf. */
export interface Part {
  readonly name: string;
  readonly layout: Layout;
  readonly leaf: number;
  readonly range?: readonly [number, number];
}

/** Named values whose leaves follow each other. */
export function partsOf(values: readonly Input[], first: number): readonly Part[] {
  let leaf = first;
  return values.map((value) => {
    const part = { ...value, leaf };
    leaf += leafCount(value.layout);
    return part;
  });
}

/** The inputs as a caller sees them: the fields of the only record, else each by its name. */
export function callerInputs(inputs: readonly Input[]): {
  readonly record?: string;
  readonly fields: readonly Input[];
} {
  const [only] = inputs;
  if (inputs.length !== 1 || only?.layout.kind !== 'record') return { fields: inputs };
  return { record: only.layout.name, fields: only.layout.fields };
}
