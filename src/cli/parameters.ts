/** Parameters as people read them: the table before training, the changes after it, and the last line of both roads back. */

import type { Program } from '../lower/program.ts';
import { printF32 } from '../num/literal.ts';
import type { ParamChange, Written } from '../road.ts';
import { columns } from './print.ts';
import { lineOf, plural } from './report.ts';

/** Shown number by number up to here. */
const FEW = 16;

const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? 'f32' : `f32[${shape.join(', ')}]`);
const count = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** What will be learned and what is frozen, with its place and value. */
export function learnedText(program: Program): string {
  const rows = program.params.map((p) => [
    p.frozen ? 'frozen' : 'learned',
    p.name,
    shapeText(p.shape),
    p.shape.length === 0 ? printF32(p.value[0] ?? 0) : '',
    lineOf(p.at),
  ]);
  const learned = program.params.filter((p) => !p.frozen).reduce((n, p) => n + count(p.shape), 0);
  const frozen = program.params.filter((p) => p.frozen).reduce((n, p) => n + count(p.shape), 0);
  return `${columns(rows)}${plural(learned, 'number')} to learn${frozen > 0 ? `, ${frozen} frozen` : ''}\n`;
}

/** The numbers that changed: old, new and line; a large tensor as one line. */
export function changesText(params: readonly ParamChange[]): string {
  const rows = params
    .filter((p) => p.changed > 0)
    .flatMap((p): string[][] => {
      if (p.before.length > FEW)
        return [[p.name, shapeText(p.shape), '', `${p.changed} of ${p.before.length} changed`, lineOf(p.at)]];
      return [...p.before.keys()]
        .filter((i) => !Object.is(p.before[i], p.after[i]))
        .map((i) => [
          p.shape.length === 0 ? p.name : `${p.name}[${i}]`,
          printF32(p.before[i] ?? 0),
          '->',
          printF32(p.after[i] ?? 0),
          lineOf(p.at),
        ]);
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
