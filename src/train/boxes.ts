/**
 * Boxes of a function's inputs: from the ranges that it declares, from ends by name, from the rows of a table with a radius. What is an enum
 * or a bool by itself is taken case by case; within arrays, and for distributions, the box is that of their numbers.
 */
import { sizeOf } from '../ir/graph.ts';
import { type Layout, type Leaf, leavesOf } from '../ir/layout.ts';
import type { Entry } from '../lower/program.ts';
import { nearest } from '../text/nearest.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import { listed, planRow, type RowPlan } from './columns.ts';
import { encodeRow, isBlank } from './encode.ts';
import type { RowSource } from './rows.ts';
import { encodeValue, type Value } from './value.ts';

/** Ends of a leaf, element by element. */
export interface LeafBox {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

export interface InputBoxes {
  /** Each with the ends of every leaf of the inputs. */
  readonly boxes: readonly (readonly LeafBox[])[];
  /** In words, on one line. */
  readonly text: string;
}

/** What is said of the inputs beside their declared ranges. */
export interface Over {
  /** By the name of an input, of a part of one (`f.petal_length`), or of a field of the only record. */
  readonly ends: readonly NamedEnds[];
  readonly rows?: RowsOver;
}

export interface NamedEnds {
  readonly name: string;
  /** A value of that type, or one number for all of its numbers. */
  readonly lo: Value;
  readonly hi: Value;
}

export interface RowsOver {
  readonly file: string;
  readonly table: RowSource;
  /** How far a number may be from that of its row. */
  readonly radius: number;
  /** Rows from the first on; all where absent. */
  readonly most?: number;
}

export async function inputBoxes(entry: Entry, { ends, rows }: Over): Promise<Result<InputBoxes>> {
  const leaves = entry.inputs.flatMap((i) => leavesOf(i.layout, i.name));
  const known: (LeafBox | undefined)[] = leaves.map((leaf) => declared(entry, leaf));
  const problems = ends.flatMap((one) => place(entry, leaves, known, one));
  if (problems.length > 0) return fail(problems);
  const stated = [...declaredTexts(entry, ends), ...ends.map(endsText)];
  if (rows) {
    const found = await aroundRows(entry, leaves, known, rows);
    if (!found.ok) return found;
    const which = `${found.value.length} rows of ${rows.file}, each number within ${rows.radius}`;
    return ok({ boxes: found.value, text: [which, ...stated].join(', ') });
  }
  const missing = leaves.filter((leaf, i) => known[i] === undefined && casesOf(leaf) === undefined);
  if (missing.length > 0) return fail(missing.map(({ path }) => problem('box-missing', entry.at, { name: path })));
  const boxes = products(leaves.map((leaf, i) => (known[i] ? [known[i]] : must(casesOf(leaf)))));
  if (boxes.length > MOST_BOXES)
    return fail([badBox(entry.name, `Its enums have ${boxes.length} combinations; ${MOST_BOXES} can be examined.`)]);
  return ok({ boxes, text: stated.length > 0 ? stated.join(', ') : 'all inputs' });
}

const MOST_BOXES = 4096;

const badBox = (name: string, reason: string): Problem => problem('unusable-box', undefined, { name, reason });

// --- what is declared ------------------------------------------------------------------------------------

const filled = (size: number, lo: number, hi: number): LeafBox => ({
  lo: new Float64Array(size).fill(lo),
  hi: new Float64Array(size).fill(hi),
});

function declared(entry: Entry, { path, shape, layout }: Leaf): LeafBox | undefined {
  const size = sizeOf(shape);
  const range = entry.inputs.find((i) => i.name === path)?.range;
  if (range) return filled(size, Math.fround(range[0]), Math.fround(range[1]));
  if (layout.kind === 'truth') return filled(size, -1, 1);
  if (layout.kind === 'bool') return shape.length > 0 ? filled(size, -1, 1) : undefined;
  if (layout.kind === 'cases') return layout.soft || shape.length > 1 ? filled(size, 0, 1) : undefined;
  return undefined;
}

/** Every value of a lone bool or case, as a box each. */
function casesOf({ shape, layout }: Leaf): readonly LeafBox[] | undefined {
  if (layout.kind === 'bool') return [-1, 1].map((x) => filled(sizeOf(shape), x, x));
  if (layout.kind !== 'cases') return undefined;
  return Array.from({ length: layout.size }, (_, i) => {
    const point = Float64Array.from({ length: layout.size }, (_, k) => (k === i ? 1 : 0));
    return { lo: point, hi: point };
  });
}

const products = (lists: readonly (readonly LeafBox[])[]): LeafBox[][] =>
  lists.reduce<LeafBox[][]>(
    (done, list) => (done.length > MOST_BOXES ? done : done.flatMap((box) => list.map((one) => [...box, one]))),
    [[]],
  );

const declaredTexts = (entry: Entry, ends: readonly NamedEnds[]): string[] =>
  entry.inputs.flatMap(({ name, range }) =>
    range && !ends.some((e) => e.name === name) ? [`${name} in [${range[0]}, ${range[1]}]`] : [],
  );

const valueText = (v: Value): string => (typeof v === 'number' ? String(v) : JSON.stringify(v));
const endsText = ({ name, lo, hi }: NamedEnds): string => `${name} in [${valueText(lo)}, ${valueText(hi)}]`;

// --- what is given by name -------------------------------------------------------------------------------

interface Part {
  readonly layout: Layout;
  /** Leaves [from, to) of the inputs. */
  readonly from: number;
  readonly to: number;
  /** Whether arrays stand around it. */
  readonly isInner: boolean;
}

function place(
  entry: Entry,
  leaves: readonly Leaf[],
  known: (LeafBox | undefined)[],
  ends: NamedEnds,
): readonly Problem[] {
  const part = partOf(entry, ends.name);
  if (!part) return [unknownName(entry, leaves, ends.name)];
  const lo = leavesFor(part, leaves, ends.name, ends.lo);
  const hi = leavesFor(part, leaves, ends.name, ends.hi);
  if (!lo.ok || !hi.ok) return [lo, hi].flatMap((r) => (r.ok ? [] : r.problems));
  for (let i = part.from; i < part.to; i++) {
    const leaf = must(leaves[i]);
    const box = { lo: must(lo.value[i - part.from]), hi: must(hi.value[i - part.from]) };
    const reason = wrongEnds(leaf, box, known[i]);
    if (reason !== undefined) return [badBox(leaf.path, reason)];
    known[i] = box;
  }
  return [];
}

function partOf(entry: Entry, name: string): Part | undefined {
  const [first = '', ...rest] = name.split('.');
  const [only] = entry.inputs;
  const isInput = entry.inputs.some((i) => i.name === first);
  const adopted = !isInput && entry.inputs.length === 1 && only ? only.name : undefined;
  const steps = adopted === undefined ? rest : [first, ...rest];
  let from = 0;
  for (const { name: own, layout } of entry.inputs) {
    if (own === (adopted ?? first)) return inside({ layout, from, to: from + countOf(layout), isInner: false }, steps);
    from += countOf(layout);
  }
  return undefined;
}

const countOf = (layout: Layout): number => leavesOf(layout, '').length;

function inside(part: Part, steps: readonly string[]): Part | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return part;
  let { layout } = part;
  let { isInner } = part;
  for (; layout.kind === 'array'; layout = layout.of) isInner = true;
  const parts =
    layout.kind === 'record'
      ? layout.fields
      : layout.kind === 'tuple'
        ? layout.items.map((item, i) => ({ name: String(i), layout: item }))
        : [];
  let { from } = part;
  for (const { name, layout: own } of parts) {
    const to = from + countOf(own);
    if (name === step) return inside({ layout: own, from, to, isInner }, rest);
    from = to;
  }
  return undefined;
}

function unknownName(entry: Entry, leaves: readonly Leaf[], name: string): Problem {
  const names = [...new Set([...entry.inputs.map((i) => i.name), ...leaves.map((l) => l.path)])];
  const near = nearest(name, names);
  const hint = `${near === undefined ? '' : `Did you mean \`${near}\`? `}There are ${listed(names)}.`;
  return problem('unknown-input', entry.at, { function: entry.name, name, hint });
}

function leavesFor(part: Part, leaves: readonly Leaf[], name: string, value: Value): Result<readonly Float64Array[]> {
  const own = leaves.slice(part.from, part.to);
  if (typeof value === 'number' && own.every((l) => l.layout.kind === 'number' || l.layout.kind === 'truth'))
    return ok(own.map((l) => new Float64Array(sizeOf(l.shape)).fill(Math.fround(value))));
  if (part.isInner) return fail([badBox(name, 'Within an array its ends are one number for all elements.')]);
  const encoded = encodeValue(part.layout, value, name);
  return encoded.ok ? ok(encoded.value.map((list) => Float64Array.from(list))) : encoded;
}

/** Why ends are no box. What is declared is not left. */
function wrongEnds({ layout }: Leaf, { lo, hi }: LeafBox, range: LeafBox | undefined): string | undefined {
  for (const [k, l] of lo.entries()) {
    const h = must(hi[k]);
    if (!Number.isFinite(l) || !Number.isFinite(h)) return 'Its ends must be finite numbers.';
    if (l > h) return `It is empty: ${l} is above ${h}.`;
    if (layout.kind === 'cases' && !layout.soft && l !== h) return 'A case has no range: give `[case, case]`.';
    if (range && (l < must(range.lo[k]) || h > must(range.hi[k])))
      return `It leaves the range that is declared or given before, ${must(range.lo[k])} to ${must(range.hi[k])}.`;
  }
  return undefined;
}

// --- around rows -----------------------------------------------------------------------------------------

async function aroundRows(
  entry: Entry,
  leaves: readonly Leaf[],
  known: readonly (LeafBox | undefined)[],
  { file, table, radius, most = Infinity }: RowsOver,
): Promise<Result<LeafBox[][]>> {
  if (!(radius >= 0 && Number.isFinite(radius))) return fail([badBox(entry.name, 'A radius is a number from 0 on.')]);
  const spot = { file, at: undefined };
  const plan = planRow(table.header, { ...spot, inputs: entry.inputs });
  if (!plan.ok) return plan;
  const boxes: LeafBox[][] = [];
  const numbers = new Float32Array(plan.value.floats);
  for await (const row of table.rows()) {
    if (boxes.length >= most) break;
    if (isBlank(plan.value, row)) continue;
    const problems = encodeRow(plan.value, row, numbers, 0, spot);
    if (problems.length > 0) return fail(problems);
    const box = around(plan.value, leaves, known, numbers, radius);
    const out = box.findIndex(({ lo, hi }) => lo.some((l, k) => !(l <= must(hi[k]))));
    if (out >= 0)
      return fail([badBox(must(leaves[out]).path, `Line ${row.line} of ${file} lies outside of its range.`)]);
    boxes.push(box);
  }
  return boxes.length > 0 ? ok(boxes) : fail([badBox(entry.name, `${file} has no rows.`)]);
}

const around = (
  { offsets }: RowPlan,
  leaves: readonly Leaf[],
  known: readonly (LeafBox | undefined)[],
  numbers: Float32Array,
  radius: number,
): LeafBox[] =>
  leaves.map(({ shape, layout }, i) => {
    const from = must(offsets[i]);
    const own = Float64Array.from(numbers.subarray(from, from + sizeOf(shape)));
    const isExact = layout.kind === 'bool' || (layout.kind === 'cases' && !layout.soft);
    if (isExact) return { lo: own, hi: own };
    const range = known[i];
    return {
      lo: own.map((x, k) => Math.max(x - radius, range?.lo[k] ?? -Infinity)),
      hi: own.map((x, k) => Math.min(x + radius, range?.hi[k] ?? Infinity)),
    };
  });
