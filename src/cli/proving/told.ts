/**
 * What a property says at a point, for people and as JSON: the inputs by name, what is false there with both sides of its comparisons, and
 * commands that show it again. Numbers read back to the same bits.
 */
import type { Told } from '../../road.ts';
import { type Span, textOf } from '../../text/span.ts';
import { jsonValue } from '../print.ts';
import { lineOf, placeOf } from '../report.ts';

export interface Asked {
  readonly file: string;
  readonly title: string;
}

export function toldLines(told: Told, { file, title }: Asked): readonly string[] {
  const given = told.inputs.map((i) => `  ${i.name} = ${i.text}`);
  const wrong = [...told.assumes, ...told.asserts].filter((a) => !a.holds).flatMap(statedLines);
  return [...given, ...wrong, ...commandsOf(told, { file, title }).map((command) => `  ${command}`)];
}

/** Commands that show it again: the functions that are called, and the property itself. */
function commandsOf({ inputs, calls }: Told, { file, title }: Asked): readonly string[] {
  const command = (words: readonly string[], given: Told['inputs']): string =>
    ['sutra', ...[...words, ...given.flatMap((i) => ['--in', `${i.name}=${i.text}`])].map(quoted)].join(' ');
  const runs = calls.map((call) => command(['run', `${file}:${call.entry}`], call.inputs));
  return inputs.length === 0 ? runs : [...runs, command(['prove', file, title], inputs)];
}

/** An assert that is false, and both sides of what it compares. */
function statedLines({ at, comparisons }: Told['asserts'][number]): readonly string[] {
  const line = `  ${lineOf(at)}: ${claimOf(at)} is false`;
  const [only, ...more] = comparisons;
  const sides = ([left, right]: readonly [string, string]): string => `${left} on the left, ${right} on the right`;
  if (only && more.length === 0) return [`${line}: ${sides(only.sides)}`];
  return [line, ...comparisons.map((c) => `    ${claimOf(c.at)}: ${sides(c.sides)}`)];
}

/** What is stated at a place, on one line; of a relation what it relates. */
export const claimOf = (at: Span): string =>
  textOf(at)
    .replace(/^prove\s+("[^"]*"\s*)?|;$/g, '')
    .replace(/\s+/g, ' ');

/** A word as POSIX shells read it. */
const quoted = (word: string): string => (/^[\w.,:=+/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Fields of a JSON object; the inputs are called `name`. */
export function toldJson(told: Told, asked: Asked, name: 'counterexample' | 'inputs'): string {
  const point = told.inputs.map((i) => `${JSON.stringify(i.name)}:${jsonValue(i.value)}`).join(',');
  const failed = [...told.assumes, ...told.asserts].filter((a) => !a.holds).map(failedJson);
  const run = commandsOf(told, asked);
  return `"${name}":{${point}},"failed":${JSON.stringify(failed)},"run":${JSON.stringify(run)}`;
}

const failedJson = ({ at, comparisons }: Told['asserts'][number]): object => ({
  ...placeOf(at),
  text: claimOf(at),
  comparisons: comparisons.map((c) => ({ text: claimOf(c.at), left: c.sides[0], right: c.sides[1] })),
});
