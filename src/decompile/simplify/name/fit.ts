/**
 * Fits formulas to samples of a function: the amplitude and the offset by least squares, rate and place over a grid and then by the search of
 * Nelder and Mead (1965); then numbers get as few digits as a tolerance allows. Nothing here is a proof: the prover judges what comes out.
 */
import { must } from '../../../text/result.ts';
import { shortestNear } from '../numbers.ts';
import { type Coefficients, FORMS, type Form, formulaText, formulaValue } from './forms.ts';

export interface Samples {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

export interface Named {
  readonly form: Form;
  readonly coefficients: Coefficients;
  /** In terms of `x`. */
  readonly text: string;
  /** The largest difference at a sample. */
  readonly error: number;
}

/** The formulas whose samples are all within `tolerance`, the shortest first. */
export function namesFor(samples: Samples, tolerance: number, x: string): readonly Named[] {
  return FORMS.flatMap((form) => {
    const fitted = fitOf(form, samples);
    if (!fitted || !(errorOf(form, samples, fitted) <= tolerance)) return [];
    const coefficients = shortenedBy(form, samples, fitted, tolerance);
    const error = errorOf(form, samples, coefficients);
    return error <= tolerance ? [{ form, coefficients, text: formulaText(form, x, coefficients), error }] : [];
  }).sort((a, b) => a.text.length - b.text.length);
}

/** NaN where the formula is not defined at some sample. */
function errorOf(form: Form, { xs, ys }: Samples, c: Coefficients): number {
  let most = 0;
  for (const [i, x] of xs.entries()) {
    const off = Math.abs(formulaValue(form, x, c) - must(ys[i]));
    if (!(off <= most)) most = off;
    if (Number.isNaN(off)) return off;
  }
  return most;
}

/** Amplitude and offset of least squares for a rate and a place, and the mean square that is left. */
function linear(form: Form, { xs, ys }: Samples, p: number, q: number): Coefficients & { readonly left: number } {
  const n = xs.length;
  const gs = xs.map((x) => form.value(x, p, q));
  const mean = (v: readonly number[]): number => v.reduce((s, x) => s + x, 0) / n;
  const [g0, y0] = [mean(gs), mean(ys)];
  let [gg, gy] = [0, 0];
  for (const [i, g] of gs.entries()) {
    gg += (g - g0) ** 2;
    gy += (g - g0) * (must(ys[i]) - y0);
  }
  const a = gg > 1e-18 * n ? gy / gg : 0;
  const d = y0 - a * g0;
  const left = mean(gs.map((g, i) => (a * g + d - must(ys[i])) ** 2));
  return { a, d, p, q, left: Number.isFinite(left) ? left : Infinity };
}

/** Rates in units of the width of the range; their negatives too. */
const RATES = [0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24];
/** Places in units of the range, also outside of it. */
const PLACES = [-1, -0.5, -0.25, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 2];

function fitOf(form: Form, samples: Samples): Coefficients | undefined {
  const { xs } = samples;
  const [low, high] = [must(xs[0]), must(xs.at(-1))];
  const width = high - low;
  const rates = form.rate ? RATES.flatMap((r) => [r / width, -r / width, r / width ** 2, -r / width ** 2]) : [1];
  const places = form.place ? [0, ...PLACES.map((t) => low + t * width)] : [0];
  let best = linear(form, samples, must(rates[0]), 0);
  for (const p of rates)
    for (const q of places) {
      const found = linear(form, samples, p, q);
      if (found.left < best.left) best = found;
    }
  if (!Number.isFinite(best.left)) return undefined;
  return refine(form, samples, best);
}

const TURNS = 200;

/** Nelder and Mead over (rate, place); what a form has not stays as it is. */
function refine(form: Form, samples: Samples, start: Coefficients): Coefficients {
  const at = (p: number, q: number) => linear(form, samples, form.rate ? p : 1, form.place ? q : 0);
  const width = must(samples.xs.at(-1)) - must(samples.xs[0]);
  let corners = [at(start.p, start.q), at(start.p * 1.1, start.q), at(start.p, start.q + 0.05 * width)];
  for (let turn = 0; turn < TURNS; turn++) {
    corners = [...corners].sort((u, v) => u.left - v.left);
    const [best, middle, worst] = corners as [Fitted, Fitted, Fitted];
    const along = (t: number): Fitted =>
      at(
        (best.p + middle.p) / 2 + t * (worst.p - (best.p + middle.p) / 2),
        (best.q + middle.q) / 2 + t * (worst.q - (best.q + middle.q) / 2),
      );
    const turned = along(-1);
    const next = turned.left < best.left ? better(along(-2), turned) : turned.left < middle.left ? turned : along(0.5);
    if (next.left < worst.left) corners = [best, middle, next];
    else
      corners = [
        best,
        at((best.p + middle.p) / 2, (best.q + middle.q) / 2),
        at((best.p + worst.p) / 2, (best.q + worst.q) / 2),
      ];
  }
  return must(corners.sort((u, v) => u.left - v.left)[0]);
}

type Fitted = ReturnType<typeof linear>;
const better = (u: Fitted, v: Fitted): Fitted => (u.left <= v.left ? u : v);

const ORDER = ['q', 'p', 'd', 'a'] as const;

/** One number after the other with as few digits as the tolerance allows; amplitude and offset follow. */
function shortenedBy(form: Form, samples: Samples, fitted: Coefficients, tolerance: number): Coefficients {
  let best = fitted;
  for (const [turn, key] of ORDER.entries()) {
    const fixed = new Set(ORDER.slice(0, turn));
    const spread = Math.max(1, Math.abs(best[key]));
    for (let off = spread; off > 1e-7 * spread; off /= 2) {
      const value = shortestNear(best[key], off, -Infinity, Infinity);
      const trial = refitted(form, samples, { ...best, [key]: value }, fixed.has('d') || key === 'd' || key === 'a');
      if (!(errorOf(form, samples, trial) <= tolerance)) continue;
      best = trial;
      break;
    }
  }
  return best;
}

function refitted(form: Form, samples: Samples, c: Coefficients, isSettled: boolean): Coefficients {
  if (isSettled) return c;
  const { a, d } = linear(form, samples, c.p, c.q);
  return { ...c, a, d };
}
