/** Prints exact lookups, one-hot maxima and scattered sums: four results at a time where they are neighbours, else one. */
import type { ArgmaxStep, PickStep, ScatterStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf, layoutAlong, type Place, vectorAxis } from '../nests/axes.ts';
import type { Code, Local } from './code.ts';
import { type PlacedStore, pieces, storeCell } from './tile.ts';
import { overAxes, overListed, type Site, type Walk, walk } from './walk.ts';

/** Results over joined axes, printed along one of them four at a time. */
interface Results {
  readonly code: Code;
  readonly w: Walk;
  readonly loops: readonly number[];
  readonly reduced: readonly number[];
}

/** Runs `print` for all results: with the axis along which it does four (and `target` has them in a row), or without. */
function overResults(
  { w, loops }: Results,
  { sources, target }: { readonly sources: readonly Place[]; readonly target?: Place },
  print: (four?: number) => void,
): void {
  const near = [...loops.entries()].filter(
    ([axis]) =>
      sources.every((place) => layoutAlong(place, axis) !== 'apart') &&
      (target === undefined || layoutAlong(target, axis) === 'row'),
  );
  const columns = vectorAxis(near, sources);
  if (columns === undefined) {
    overAxes(w, loops, 0, () => print());
    return;
  }
  const outside = [...loops.entries()].filter(([axis]) => axis !== columns);
  const extent = must(loops[columns]);
  overListed(w, outside, () => {
    for (const { width, times } of pieces(extent, [4, 1]))
      w.repeat(columns, times, width, () => print(width === 4 ? columns : undefined));
    w.back(columns, extent);
  });
}

export function printPick(site: Site, step: PickStep): void {
  const { code } = site;
  const { loads, stores } = step.epilogue;
  const all = [step.lhs, step.rhs, ...loads, ...stores.map((s) => s.to)];
  const { loops, reduced, places } = axesOf(step.loops, step.reduced, all);
  if (loops.includes(0)) return;
  const [lhs, rhs] = [must(places[0]), must(places[1])];
  const w = walk(site, places);
  const results = { code, w, loops, reduced };
  const placed = stores.map(({ value }, i): PlacedStore => ({ place: must(places[2 + loads.length + i]), value }));
  overResults(results, { sources: [lhs, rhs] }, (four) => {
    const found = four === undefined ? pickOne(results, lhs, rhs) : pickFour(results, lhs, rhs, four);
    const pushArg = (n: number): void => (n === 0 ? code.get(found) : w.load(must(places[1 + n]), [], four));
    storeCell(code, w, placed, { ahead: [], four, pushArg });
    code.free(found);
  });
  w.end();
}

/** The local that holds what was picked. */
function pickOne({ code, w, loops, reduced }: Results, lhs: Place, rhs: Place): Local {
  const [best, found, x] = [code.local('f32'), code.local('f32'), code.local('f32')];
  w.load(lhs, []);
  code.set(best);
  w.load(rhs, []);
  code.set(found);
  overAxes(w, reduced, loops.length, () => {
    code.get(best);
    w.load(lhs, []);
    code.tee(x);
    code.op('f32.lt');
    code.branch(() => {
      code.get(x);
      code.set(best);
      w.load(rhs, []);
      code.set(found);
    });
  });
  code.free(best);
  code.free(x);
  return found;
}

function pickFour({ code, w, loops, reduced }: Results, lhs: Place, rhs: Place, four: number): Local {
  const [best, found, x, larger] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  w.load(lhs, [], four);
  code.set(best);
  w.load(rhs, [], four);
  code.set(found);
  overAxes(w, reduced, loops.length, () => {
    largerThan(code, best, x, larger, () => w.load(lhs, [], four));
    chosen(code, larger, best, () => code.get(x));
    chosen(code, larger, found, () => w.load(rhs, [], four));
  });
  for (const local of [best, x, larger]) code.free(local);
  return found;
}

/** `x = ...; larger = best < x`. */
function largerThan(code: Code, best: Local, x: Local, larger: Local, push: () => void): void {
  code.get(best);
  push();
  code.tee(x);
  code.op('f32x4.lt');
  code.set(larger);
}

/** `to = mask ? ... : to`. */
function chosen(code: Code, mask: Local, to: Local, push: () => void): void {
  push();
  code.get(to);
  code.get(mask);
  code.op('v128.bitselect');
  code.set(to);
}

export function printArgmax(site: Site, step: ArgmaxStep): void {
  const { code } = site;
  const { loops, reduced, places } = axesOf(step.loops, step.reduced, [step.from, step.to]);
  if (loops.includes(0)) return;
  const [from, to] = [must(places[0]), must(places[1])];
  const w = walk(site, places);
  const results = { code, w, loops, reduced };
  overResults(results, { sources: [from], target: to }, (four) =>
    four === undefined ? markOne(results, from, to) : markFour(results, from, to, four),
  );
  w.end();
}

/** Runs `body` for all terms; `at` counts them in all its lanes. */
function counting({ code, w, loops, reduced }: Results, at: Local, four: boolean, body: () => void): void {
  const push = (n: number): void => (four ? code.i32x4([n, n, n, n]) : code.i32(n));
  push(0);
  code.set(at);
  overAxes(w, reduced, loops.length, () => {
    body();
    code.get(at);
    push(1);
    code.op(four ? 'i32x4.add' : 'i32.add');
    code.set(at);
  });
}

function markOne(results: Results, from: Place, to: Place): void {
  const { code, w } = results;
  const [best, x] = [code.local('f32'), code.local('f32')];
  const [where, at] = [code.local('i32'), code.local('i32')];
  w.load(from, []);
  code.set(best);
  code.i32(0);
  code.set(where);
  counting(results, at, false, () => {
    code.get(best);
    w.load(from, []);
    code.tee(x);
    code.op('f32.lt');
    code.branch(() => {
      code.get(x);
      code.set(best);
      code.get(at);
      code.set(where);
    });
  });
  counting(results, at, false, () =>
    w.store(to, [], undefined, () => {
      code.get(at);
      code.get(where);
      code.op('i32.eq');
      code.op('f32.convert_i32_s');
    }),
  );
  for (const local of [best, x, where, at]) code.free(local);
}

function markFour(results: Results, from: Place, to: Place, four: number): void {
  const { code, w } = results;
  const locals = Array.from({ length: 5 }, () => code.local('v128'));
  const [best, x, larger, where, at] = locals as [Local, Local, Local, Local, Local];
  w.load(from, [], four);
  code.set(best);
  code.i32x4([0, 0, 0, 0]);
  code.set(where);
  counting(results, at, true, () => {
    largerThan(code, best, x, larger, () => w.load(from, [], four));
    chosen(code, larger, best, () => code.get(x));
    chosen(code, larger, where, () => code.get(at));
  });
  counting(results, at, true, () =>
    w.store(to, [], four, () => {
      code.get(at);
      code.get(where);
      code.op('i32x4.eq');
      code.f32x4([1, 1, 1, 1]);
      code.op('v128.and');
    }),
  );
  for (const local of locals) code.free(local);
}

export function printScatter(site: Site, step: ScatterStep): void {
  const { code } = site;
  const { loops, places } = axesOf(step.loops, [], [step.from, step.to]);
  if (loops.includes(0)) return;
  const [from, to] = [must(places[0]), must(places[1])];
  const w = walk(site, places);
  // Points meet where they have one address: never along an axis on which the words are a row.
  overResults({ code, w, loops, reduced: [] }, { sources: [from], target: to }, (four) =>
    w.store(to, [], four, () => {
      w.load(to, [], four);
      w.load(from, [], four);
      code.op(four === undefined ? 'f32.add' : 'f32x4.add');
    }),
  );
  w.end();
}
