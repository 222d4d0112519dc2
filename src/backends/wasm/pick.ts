/** Prints exact lookups, one-hot maxima and scattered sums: one point at a time. */
import type { ArgmaxStep, PickStep, ScatterStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf } from '../nests/axes.ts';
import type { Local } from './code.ts';
import { storeCell } from './tile.ts';
import { overAxes, type Site, walk } from './walk.ts';

export function printPick(site: Site, step: PickStep): void {
  const { code } = site;
  const { loads, stores } = step.epilogue;
  const all = [step.lhs, step.rhs, ...loads, ...stores.map((s) => s.to)];
  const { loops, reduced, places } = axesOf(step.loops, step.reduced, all);
  if (loops.includes(0)) return;
  const [lhs, rhs] = [must(places[0]), must(places[1])];
  const w = walk(site, places);
  const [best, found, x] = [code.local('f32'), code.local('f32'), code.local('f32')];
  overAxes(w, loops, 0, () => {
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
    storeCell(
      code,
      w,
      stores.map(({ value }, i) => ({ place: must(places[2 + loads.length + i]), value })),
      { ahead: [], four: undefined, pushArg: (n) => (n === 0 ? code.get(found) : w.load(must(places[1 + n]), [])) },
    );
  });
  for (const local of [best, found, x]) code.free(local);
  w.end();
}

export function printArgmax(site: Site, step: ArgmaxStep): void {
  const { code } = site;
  const { loops, reduced, places } = axesOf(step.loops, step.reduced, [step.from, step.to]);
  if (loops.includes(0)) return;
  const [from, to] = [must(places[0]), must(places[1])];
  const w = walk(site, places);
  const [best, x] = [code.local('f32'), code.local('f32')];
  const [where, at] = [code.local('i32'), code.local('i32')];
  const counting = (body: () => void): void => {
    code.i32(0);
    code.set(at);
    overAxes(w, reduced, loops.length, () => {
      body();
      count(at);
    });
  };
  const count = (local: Local): void => {
    code.get(local);
    code.i32(1);
    code.op('i32.add');
    code.set(local);
  };
  overAxes(w, loops, 0, () => {
    w.load(from, []);
    code.set(best);
    code.i32(0);
    code.set(where);
    counting(() => {
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
    counting(() =>
      w.store(to, [], undefined, () => {
        code.get(at);
        code.get(where);
        code.op('i32.eq');
        code.op('f32.convert_i32_s');
      }),
    );
  });
  for (const local of [best, x, where, at]) code.free(local);
  w.end();
}

export function printScatter(site: Site, step: ScatterStep): void {
  const { code } = site;
  const { loops, places } = axesOf(step.loops, [], [step.from, step.to]);
  if (loops.includes(0)) return;
  const [from, to] = [must(places[0]), must(places[1])];
  const w = walk(site, places);
  overAxes(w, loops, 0, () =>
    w.store(to, [], undefined, () => {
      w.load(to, []);
      w.load(from, []);
      code.op('f32.add');
    }),
  );
  w.end();
}
