/** Addresses of nests as C text: `h[32 * i + j]`, with the variables of loops around and numbers from tables. */
import type { Affine } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import { atom, type Term } from './expr.ts';
import type { Site } from './site.ts';

/** Where a nest stands along each of its axes: a variable, a number, or a sum of both. */
export type Point = readonly string[];

/** Numbers in one vector. */
export const LANES = 16;

const VARIABLES = 'ijklmnopqrstuwxyz';

/** The variable of an axis. */
export const variable = (axis: number): string => VARIABLES[axis] ?? `axis${axis}`;

/** The variable of a loop around the nest. */
export const turnOf = (id: number): string => `turn${id}`;

/** All axes at their variables. */
export const pointOf = (axes: number): Point => Array.from({ length: axes }, (_, axis) => variable(axis));

/** The point with some axes elsewhere. */
export const moved = (point: Point, to: ReadonlyMap<number, string>): Point =>
  point.map((at, axis) => to.get(axis) ?? at);

const scaled = (stride: number, at: string): string[] => {
  if (stride === 0 || at === '0') return [];
  const factor = at.includes(' ') ? `(${at})` : at;
  return [stride === 1 ? at : stride === -1 ? `-${factor}` : `${stride} * ${factor}`];
};

const sum = (terms: readonly string[]): string =>
  terms.length === 0
    ? '0'
    : terms.reduce((text, term) => (term.startsWith('-') ? `${text} - ${term.slice(1)}` : `${text} + ${term}`));

const affineTerms = ({ base, strides }: Affine, point: Point): string[] => [
  ...strides.flatMap((stride, axis) => scaled(stride, must(point[axis]))),
  ...(base === 0 ? [] : [String(base)]),
];

/** The index of a place at a point. */
export function indexText(site: Site, place: Place, point: Point): string {
  const outer = place.outer.flatMap((o) => scaled(o.stride, turnOf(o.variable)));
  const gathers = place.gathers.map((g) => `${site.buffer(g.table)}[${sum(affineTerms(g, point))}]`);
  const [base, ...rest] = place.base === 0 ? [] : [String(place.base)];
  return sum([
    ...affineTerms({ base: 0, strides: place.strides }, point),
    ...outer,
    ...gathers,
    ...(base ? [base] : rest),
  ]);
}

/** `h[32 * i + j]`. */
export const elementText = (site: Site, place: Place, point: Point): string =>
  `${site.buffer(place.buffer)}[${indexText(site, place, point)}]`;

/** `h + 32 * i + j`, or `h` alone. */
export function pointerText(site: Site, place: Place, point: Point): string {
  const name = site.buffer(place.buffer);
  const index = indexText(site, place, point);
  if (index === '0') return name;
  return index.startsWith('-') ? `${name} + (${index})` : `${name} + ${index}`;
}

/** What 16 neighbours along an axis take to load. */
export function loadLanes(site: Site, place: Place, point: Point, axis: number): Term {
  const call = (helper: string, ...args: readonly (string | number)[]): Term => {
    site.needs.add(helper);
    return atom(`${helper}(${args.join(', ')})`);
  };
  const layout = layoutAlong(place, axis);
  if (layout === 'row') return call('load16', pointerText(site, place, point));
  if (layout === 'same') return call('splat16', elementText(site, place, point));
  const [gather] = place.gathers.filter((g) => must(g.strides[axis]) !== 0);
  if (!gather) return call('strided16', pointerText(site, place, point), must(place.strides[axis]));
  const still: Place = { ...place, gathers: place.gathers.filter((g) => g !== gather) };
  const table: Place = { ...gather, buffer: gather.table, outer: [], gathers: [] };
  return call(
    'gather16',
    pointerText(site, still, point),
    must(place.strides[axis]),
    pointerText(site, table, point),
    must(gather.strides[axis]),
  );
}

/** Whether 16 neighbours can be loaded by one call. */
export const loadsLanes = (place: Place, axis: number): boolean =>
  place.gathers.filter((g) => must(g.strides[axis]) !== 0).length <= 1;

/** A statement that stores neighbours along an axis: the first `valid` of 16. */
export function storeLanes(
  site: Site,
  place: Place,
  point: Point,
  { axis, value, valid }: { readonly axis: number; readonly value: string; readonly valid: number },
): string {
  const to = pointerText(site, place, point);
  const inRow = layoutAlong(place, axis) === 'row';
  const helper = valid < LANES ? 'store_part16' : inRow ? 'store16' : 'spread16';
  site.needs.add(helper);
  const words = { store16: [to, value], store_part16: [to, value, valid], spread16: [to, place.strides[axis], value] }[
    helper
  ];
  return `${helper}(${words.join(', ')});`;
}

/** Whether 16 neighbours can be stored by one call: each to a place of its own that no table tells. */
export const storesLanes = (place: Place, axis: number): boolean =>
  must(place.strides[axis]) !== 0 && place.gathers.every((g) => must(g.strides[axis]) === 0);
