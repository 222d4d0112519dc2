/**
 * The space of choices of a program: which cells of which params a search may set, and the way between an assignment and the
 * params' numbers (one-hot vectors and signs).
 */
import type { Graph } from '../../ir/graph.ts';
import type { LeafLayout } from '../../ir/layout.ts';
import { cellAxes, cellCount } from '../../ir/layout.ts';
import { prune } from '../../ir/prune.ts';
import type { ParamSpec } from '../../lower/program.ts';
import { ln } from '../../num/elementary64.ts';
import { must } from '../../text/result.ts';
import type { Assignment, Choice, Space, Values } from './strategy.ts';

/** The params that the loss depends on. */
export function lossParams(loss: Graph): ReadonlySet<string> {
  const alone = prune({ ...loss, outputs: loss.outputs.filter((o) => o.name === 'loss'), alarms: [] });
  return new Set(alone.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs.name] : [])));
}

/** How many cases a cell of a crisp param has; undefined of a param of numbers. */
export function casesOf({ layout }: Pick<ParamSpec, 'layout'>): number | undefined {
  if (layout.kind === 'bool') return 2;
  return layout.kind === 'cases' && !layout.soft ? layout.size : undefined;
}

/** How many numbers a cell has. */
export const widthOf = ({ layout }: ParamSpec): number => (layout.kind === 'cases' ? layout.size : 1);

/** `next(odd, one)` of a table, `next[1, 0]` of an array, and of a param of one cell its name. */
export function cellName(spec: Pick<ParamSpec, 'name' | 'shape' | 'layout' | 'table'>, cell: number): string {
  const place = placeOf(cellAxes(spec), cell);
  const keys = (spec.table?.keys ?? []).map((key, i) => caseName(key, must(place[i])));
  const inner = place.slice(keys.length);
  const indices = inner.length > 0 ? `[${inner.join(', ')}]` : '';
  if (!spec.table) return `${spec.name}${indices}`;
  return `${spec.table.root}(${keys.join(', ')})${spec.name.slice(spec.table.root.length)}${indices}`;
}

/** The index of a cell along each axis. */
function placeOf(axes: readonly number[], cell: number): number[] {
  const place: number[] = [];
  let rest = cell;
  for (const size of [...axes].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place;
}

function caseName(layout: LeafLayout, index: number): string {
  if (layout.kind === 'bool') return index === 1 ? 'true' : 'false';
  return (layout.kind === 'cases' ? layout.cases?.[index] : undefined) ?? String(index);
}

/** Every cell of a crisp param that is not frozen, that has more than one case, and that the loss reads. */
export function spaceOf(params: readonly ParamSpec[], loss: Graph): Space {
  const used = lossParams(loss);
  const choices = params
    .filter((p) => !p.frozen && used.has(p.name))
    .flatMap((spec): Choice[] => {
      const cases = casesOf(spec) ?? 0;
      const cells = cases < 2 ? 0 : cellCount(spec);
      return Array.from({ length: cells }, (_, cell) => ({ spec, cell, cases }));
    });
  return { choices, bits: choices.reduce((bits, c) => bits + log2(c.cases), 0) };
}

/** The log2 of a count; exact for powers of 2. */
export function log2(n: number): number {
  const whole = 31 - Math.clz32(n);
  return n === 2 ** whole ? whole : ln(n) / ln(2);
}

/** The case of a choice in a param's numbers: where its one-hot vector is largest; of a bool 1 for true. */
export function caseIn({ spec, cell, cases }: Choice, numbers: Float32Array): number {
  if (spec.layout.kind === 'bool') return must(numbers[cell]) > 0 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < cases; k++) if (must(numbers[cell * cases + k]) > must(numbers[cell * cases + best])) best = k;
  return best;
}

/** Puts a case into a param's numbers, from `start` on. */
export function putCase({ spec, cell, cases }: Choice, chosen: number, numbers: Float32Array, start = 0): void {
  if (spec.layout.kind === 'bool') numbers[start + cell] = chosen === 1 ? 1 : -1;
  else {
    const at = start + cell * cases;
    numbers.fill(0, at, at + cases);
    numbers[at + chosen] = 1;
  }
}

export const assignmentOf = ({ choices }: Space, values: Values): Assignment =>
  Int32Array.from(choices, (c) => caseIn(c, must(values.get(c.spec.name))));

/** The params with this assignment; all else as in `from`, which is not changed. */
export function withAssignment({ choices }: Space, assignment: Assignment, from: Values): Values {
  const values = new Map(Array.from(from, ([name, numbers]) => [name, numbers.slice()]));
  for (const [i, choice] of choices.entries()) putCase(choice, must(assignment[i]), must(values.get(choice.spec.name)));
  return values;
}

/**
 * The bits of an assignment in the written-back source: of a choice between pieces of source those of the piece; of any other
 * cell the log2 of its cases, which is the same for all assignments.
 */
export const bitsOf = ({ choices }: Space, assignment: Assignment): number =>
  choices.reduce((bits, c, i) => bits + (c.spec.bits?.[must(assignment[i])] ?? log2(c.cases)), 0);

/** The assignment of the fewest bits. */
export const cheapest = ({ choices }: Space): Assignment =>
  Int32Array.from(choices, ({ spec: { bits } }) => (bits ? bits.indexOf(Math.min(...bits)) : 0));
