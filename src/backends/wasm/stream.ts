/**
 * A matrix times one vector: the matrix is read once, so it should come from memory in long lines. A few of its rows at a time pass
 * over all results, whose accumulators stand in memory that stays in the cache; each takes its terms in their order as ever.
 */
import { must } from '../../text/result.ts';
import { layoutAlong, type Place } from '../nests/axes.ts';
import { joinTerm, type Reduction } from './accumulate.ts';
import type { Local } from './code.ts';
import { exprPrinter } from './expr.ts';
import { argsOf, type PushArg, pieces, storeCell, weightOf } from './tile.ts';
import { walk } from './walk.ts';

/** Terms in one pass. */
const TERMS = 8;
const LEAST_RESULTS = 64;
/** Smaller matrices stay in the first-level cache. */
const LEAST_WORDS = 2 ** 14;
const MOST_STEPS = 4;
const COLUMN = 0;
const TERM = 1;

export function isStream({ axes: { loops, reduced }, combine, loads, term }: Reduction): boolean {
  const [results, terms] = [loops[COLUMN], reduced[0]];
  if (combine !== 'sequential' || loops.length !== 1 || reduced.length !== 1) return false;
  if (results === undefined || terms === undefined || weightOf([term]) > MOST_STEPS) return false;
  const alongLanes = loads.every((place) => layoutAlong(place, COLUMN) !== 'apart');
  const isMatrix = (place: Place): boolean =>
    layoutAlong(place, COLUMN) === 'row' && layoutAlong(place, TERM) === 'apart';
  return alongLanes && loads.some(isMatrix) && results >= LEAST_RESULTS && results * terms >= LEAST_WORDS;
}

/** A stream with its accumulators in memory. */
interface Stream {
  readonly r: Reduction;
  readonly sums: Place;
}

export function printStream(whole: Reduction): void {
  const { site, axes } = whole;
  const results = must(axes.loops[COLUMN]);
  site.used.panels = Math.max(site.used.panels, results);
  const sums: Place = { buffer: site.panels, base: 0, strides: [1, 0], outer: [], gathers: [] };
  const w = walk(site, [...axes.places, sums]);
  const s = { r: { ...whole, walk: w }, sums };
  begin(s);
  for (const { width, times } of pieces(must(axes.reduced[0]), [TERMS, 1]))
    w.repeat(TERM, times, width, () => pass(s, width));
  w.back(TERM, must(axes.reduced[0]));
  finish(s);
  w.end();
}

/** Runs `each` for all results, four side by side so many times per turn where there are as many. */
function overResults({ r }: Stream, widths: readonly number[], each: (column: number, four?: number) => void): void {
  const results = must(r.axes.loops[COLUMN]);
  for (const { width, times } of pieces(results, widths))
    r.walk.repeat(COLUMN, times, width, () => {
      for (let column = 0; column < width; column += 4) each(column, width >= 4 ? COLUMN : undefined);
    });
  r.walk.back(COLUMN, results);
}

/** A sum begins with -0, which changes no first term. */
const begin = (s: Stream): void =>
  overResults(s, [16, 4, 1], (column, four) =>
    s.r.walk.store(s.sums, [[COLUMN, column]], four, () =>
      four === undefined ? s.r.site.code.f32(-0) : s.r.site.code.f32x4([-0, -0, -0, -0]),
    ),
  );

/** Adds so many terms to each sum; what is the same for all results is held. */
function pass(s: Stream, terms: number): void {
  const { r, sums } = s;
  const { code } = r.site;
  const steps = Array.from({ length: terms }, (_, t) => t);
  const still = argsOf([r.term]).filter((n) => layoutAlong(must(r.loads[n]), COLUMN) === 'same');
  const held = steps.map(
    (t) =>
      new Map(
        still.map((n) => {
          const local = code.local('v128');
          r.walk.load(must(r.loads[n]), [[TERM, t]], COLUMN);
          code.set(local);
          return [n, local] as const;
        }),
      ),
  );
  overResults(s, [16, 4, 1], (column, four) => {
    const sum = code.local(four === undefined ? 'f32' : 'v128');
    r.walk.load(sums, [[COLUMN, column]], four);
    code.set(sum);
    for (const t of steps) {
      const pushArg: PushArg = (n) => {
        const local = must(held[t]).get(n);
        if (local === undefined)
          r.walk.load(
            must(r.loads[n]),
            [
              [COLUMN, column],
              [TERM, t],
            ],
            four,
          );
        else pushHeld(s, local, four);
      };
      const printer = exprPrinter(code, four === undefined ? 'scalar' : 'lanes', [r.term], pushArg);
      joinTerm(r, four, sum, () => printer.push(r.term));
    }
    r.walk.store(sums, [[COLUMN, column]], four, () => code.get(sum));
    code.free(sum);
  });
  for (const locals of held) for (const local of locals.values()) code.free(local);
}

function pushHeld({ r }: Stream, local: Local, four: number | undefined): void {
  r.site.code.get(local);
  if (four === undefined) r.site.code.lane('f32x4.extract_lane', 0);
}

const finish = (s: Stream): void =>
  overResults(s, [4, 1], (_, four) => {
    const { walk: w, extras, stores, site } = s.r;
    const pushArg: PushArg = (n) => w.load(n === 0 ? s.sums : must(extras[n - 1]), [], four);
    storeCell(site.code, w, stores, { ahead: [], four, pushArg });
  });
