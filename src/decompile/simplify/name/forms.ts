/** Formulas that a learned function of one number may turn out to be: `a * g(x; p, q) + d`, with `g` of a small library. */
import { exp64, ln64, sin64, tanh64 } from '../../../num/real64.ts';
import { shortText } from './text.ts';

/** The shape of a formula: `p` is a rate or slope, `q` a place or phase. */
export interface Form {
  readonly name: string;
  /** NaN where it is not defined. */
  readonly value: (x: number, p: number, q: number) => number;
  readonly text: (x: string, p: number, q: number) => string;
  /** Whether it has a rate, and a place. */
  readonly rate: boolean;
  readonly place: boolean;
}

const minus = (x: string, q: number): string =>
  q === 0 ? x : q > 0 ? `${x} - ${shortText(q)}` : `${x} + ${shortText(-q)}`;
const bracketed = (x: string, q: number): string => (q === 0 ? x : `(${minus(x, q)})`);
const times = (p: number, x: string): string => (p === 1 ? x : p === -1 ? `-${x}` : `${shortText(p)} * ${x}`);
const squared = (x: string, q: number): string => (q === 0 ? `${x} * ${x}` : `${bracketed(x, q)} ** 2`);
const ofPlace = (name: string, value: (t: number) => number, text: (x: string, q: number) => string): Form => ({
  name,
  rate: false,
  place: true,
  value: (x, _, q) => value(x - q),
  text: (x, _, q) => text(x, q),
});

/** From plain to less plain; of two that are as short the earlier is taken. */
export const FORMS: readonly Form[] = [
  { name: 'line', rate: false, place: false, value: (x) => x, text: (x) => x },
  ofPlace('square', (t) => t * t, squared),
  ofPlace(
    'cube',
    (t) => t ** 3,
    (x, q) => `${bracketed(x, q)} ** 3`,
  ),
  ofPlace('abs', Math.abs, (x, q) => `abs(${minus(x, q)})`),
  ofPlace(
    'ramp',
    (t) => Math.max(t, 0),
    (x, q) => `max(${minus(x, q)}, 0.0)`,
  ),
  ofPlace(
    'root',
    (t) => Math.sqrt(t),
    (x, q) => `sqrt(${minus(x, q)})`,
  ),
  ofPlace('log', ln64, (x, q) => `log(${minus(x, q)})`),
  ofPlace(
    'reciprocal',
    (t) => 1 / t,
    (x, q) => `1.0 / ${bracketed(x, q)}`,
  ),
  {
    name: 'exp',
    rate: true,
    place: false,
    value: (x, p) => exp64(p * x),
    text: (x, p) => `exp(${times(p, x)})`,
  },
  {
    name: 'bell',
    rate: true,
    place: true,
    value: (x, p, q) => exp64(p * (x - q) ** 2),
    text: (x, p, q) => `exp(${times(p, squared(x, q))})`,
  },
  {
    name: 'tanh',
    rate: true,
    place: true,
    value: (x, p, q) => tanh64(p * (x - q)),
    text: (x, p, q) => `tanh(${times(p, bracketed(x, q))})`,
  },
  {
    name: 'sin',
    rate: true,
    place: true,
    value: (x, p, q) => sin64(p * (x - q)),
    text: (x, p, q) => `sin(${times(p, bracketed(x, q))})`,
  },
];

/** `a * g + d` as it is written. */
export function formulaText(form: Form, x: string, { a, d, p, q }: Coefficients): string {
  if (a === 0) return shortText(d);
  const g = form.text(x, p, q);
  const scaled = a === 1 ? g : a === -1 ? `-${g}` : `${shortText(a)} * ${g.includes(' / ') ? `(${g})` : g}`;
  return d === 0 ? scaled : d > 0 ? `${scaled} + ${shortText(d)}` : `${scaled} - ${shortText(-d)}`;
}

export interface Coefficients {
  readonly a: number;
  readonly d: number;
  readonly p: number;
  readonly q: number;
}

export const formulaValue = (form: Form, x: number, { a, d, p, q }: Coefficients): number =>
  a === 0 ? d : a * form.value(x, p, q) + d;
