/** How choices were found, as people and programs read it: a line per strategy, and why others were not tried. */
import type { SearchReport, SearchStep, TriedReport } from '../road.ts';
import { brief, columns, jsonNumber } from './print.ts';

/** What a strategy found, as a line of JSON without its braces. */
export function triedJson(t: TriedReport): string {
  const numbers = [
    ['loss', t.loss],
    ['holdout_loss', t.holdout],
    ['relaxed_loss', t.relaxed],
    ['bits', t.bits],
    ['restarts', t.restarts],
    ['measured', t.measured],
  ] as const;
  const given = numbers.flatMap(([name, x]) => (x === undefined ? [] : [`,"${name}":${jsonNumber(x)}`]));
  return `"search":${JSON.stringify(t.strategy)}${given.join('')}`;
}

/** Of the last line of JSON. */
export const searchJson = ({ won, tried, untried, unfit }: SearchReport): object => ({
  won,
  tried: tried.map((t) => t.strategy),
  untried,
  unfit,
});

/** `enumerate  40 %  best loss 0.25`. */
export function stepText({ strategy, share, best }: SearchStep): string {
  const known = best === undefined ? '' : `  best ${brief(best)}`;
  return `searching: ${strategy}  ${Math.floor(100 * share)} %${known}`;
}

/** A table of the strategies; columns without a number are left out. */
export function searchText({ won, tried, untried, unfit }: SearchReport): string {
  const numbers: readonly (readonly [string, (t: TriedReport) => number | undefined])[] = [
    ['loss', (t) => t.loss],
    ['holdout', (t) => t.holdout],
    ['relaxed', (t) => t.relaxed],
    ['bits', (t) => t.bits],
    ['restarts', (t) => t.restarts],
    ['measured', (t) => t.measured],
  ];
  const shown = numbers.filter(([, read]) => tried.some((t) => read(t) !== undefined));
  const cell = (x: number | undefined): string => (x === undefined ? '' : brief(x));
  const rows = tried.map((t) => [
    t.strategy,
    ...shown.map(([, read]) => cell(read(t))),
    t.strategy === won ? 'kept' : '',
  ]);
  const left = untried.length > 0 ? `not needed: ${untried.join(', ')}\n` : '';
  const others = unfit.map(({ strategy, why }) => `not fit: ${strategy} (${why})\n`);
  return `${columns([['search', ...shown.map(([name]) => name), ''], ...rows])}${left}${others.join('')}`;
}
