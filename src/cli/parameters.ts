/** Parameters as people read them: the table before training, the changes after it, and the last line of both roads back. */

import { printLeaf } from '../decompile/print.ts';
import { cellAxes, cellCount } from '../ir/layout.ts';
import type { ParamSpec, Program } from '../lower/program.ts';
import type { ParamChange, Written } from '../road.ts';
import { casesOf, cellName } from '../train/search/space.ts';
import { typeName } from '../train/value.ts';
import { columns } from './print.ts';
import { lineOf, plural } from './report.ts';

/** Shown cell by cell up to here. */
const FEW = 16;

type Param = Pick<ParamSpec, 'name' | 'shape' | 'layout' | 'table'>;

/** `f32[2, 3]`, `State[2]`. */
function typeText(p: Param): string {
  const name = p.layout.kind === 'number' || p.layout.kind === 'truth' ? 'f32' : typeName(p.layout);
  const axes = cellAxes(p);
  return axes.length === 0 ? name : `${name}[${axes.join(', ')}]`;
}

/** One cell as it is written in a source. */
const cellText = (p: Param, numbers: Float32Array, cell: number): string => {
  const width = numbers.length / cellCount(p);
  return printLeaf(p.layout, numbers.subarray(cell * width, (cell + 1) * width));
};

/** What will be learned and what is frozen, with its place and value. */
export function learnedText(program: Program): string {
  const rows = program.params.map((p) => [
    p.frozen ? 'frozen' : 'learned',
    p.name,
    typeText(p),
    cellAxes(p).length === 0 ? cellText(p, p.value, 0) : '',
    lineOf(p.at),
  ]);
  const count = (params: readonly ParamSpec[]): number => params.reduce((n, p) => n + cellCount(p), 0);
  const learned = program.params.filter((p) => !p.frozen);
  const choices = count(learned.filter((p) => casesOf(p) !== undefined));
  const numbers = count(learned) - choices;
  const parts = [
    ...(choices > 0 ? [plural(choices, 'choice')] : []),
    ...(numbers > 0 || choices === 0 ? [plural(numbers, 'number')] : []),
  ];
  const frozen = count(program.params.filter((p) => p.frozen));
  return `${columns(rows)}${parts.join(' and ')} to learn${frozen > 0 ? `, ${frozen} frozen` : ''}\n`;
}

/** The cells that are written otherwise, by name. */
export const changedCells = (
  p: Param,
  before: Float32Array,
  after: Float32Array,
): readonly { readonly name: string; readonly before: string; readonly after: string }[] =>
  Array.from({ length: cellCount(p) }, (_, cell) => ({
    name: cellName(p, cell),
    before: cellText(p, before, cell),
    after: cellText(p, after, cell),
  })).filter((c) => c.before !== c.after);

/** The cells that changed: old, new and line; a large tensor as one line. */
export function changesText(params: readonly ParamChange[]): string {
  const rows = params
    .filter((p) => p.changed > 0)
    .flatMap((p): string[][] => {
      const changed = changedCells(p, p.before, p.after);
      if (cellCount(p) > FEW)
        return [[p.name, typeText(p), '', `${changed.length} of ${cellCount(p)} changed`, lineOf(p.at)]];
      return changed.map(({ name, before, after }) => [name, before, '->', after, lineOf(p.at)]);
    });
  return columns(rows);
}

/** `161 parameters written, 0 bits differ, graph equal`. */
export function lastLine({ verified }: Written): string {
  const graph = verified.graphEqual ? 'graph equal' : 'graph differs';
  return `${plural(verified.parameters, 'parameter')} written, ${verified.bitsDiffer} bits differ, ${graph}\n`;
}

export const trainedJson = ({ verified }: Written): object => ({
  parameters: verified.parameters,
  bits_differ: verified.bitsDiffer,
  graph_equal: verified.graphEqual,
});
