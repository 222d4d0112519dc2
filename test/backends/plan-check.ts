/**
 * What must hold of every plan, checked by running through all points of all its nests: addresses stay within their buffers, the
 * points of a map are independent, nothing that lasts is stored to, buffers have their alignment and lie in the arena.
 */
import type { Access, Plan, Step, Store } from '../../src/kernel/nest.ts';
import { must } from '../../src/text/result.ts';

/** Counts of variables of the loops around a step. */
type Turns = ReadonlyMap<number, number>;

/** Everything that is wrong with a plan, in words. */
export function planFaults(plan: Plan): string[] {
  const faults: string[] = [];
  for (const b of plan.buffers) {
    if (b.offset % (b.length >= 16 ? 16 : 4) !== 0) faults.push(`${b.name} is not aligned`);
    if (b.offset + b.length > plan.arena) faults.push(`${b.name} lies outside the arena`);
  }
  visit(plan, plan.steps, new Map(), faults);
  return faults;
}

function visit(plan: Plan, steps: readonly Step[], turns: Turns, faults: string[]): void {
  for (const step of steps) {
    const nest = [...('loops' in step ? step.loops : []), ...('reduced' in step ? step.reduced : [])];
    for (const access of factorsOf(step)) bounds(plan, access, nest, turns, faults);
    for (const access of epilogueLoads(step)) bounds(plan, access, 'loops' in step ? step.loops : [], turns, faults);
    if (step.kind === 'argmax') stores(plan, [step.to], nest, turns, faults);
    if (step.kind === 'scatter') bounds(plan, step.to, nest, turns, faults);
    const outer = 'loops' in step ? step.loops : [];
    const written = storesOf(step).map((s) => s.to);
    stores(plan, written, outer, turns, faults);
    if (step.kind === 'map') independent(plan, step.loads, written, faults);
    if (step.kind === 'loop') visit(plan, step.body, new Map([...turns, [step.variable, step.count]]), faults);
    if (step.kind === 'while') {
      visit(plan, step.cond, turns, faults);
      bounds(plan, step.test, [], turns, faults);
      visit(plan, step.body, turns, faults);
    }
  }
}

function factorsOf(step: Step): readonly Access[] {
  switch (step.kind) {
    case 'map':
    case 'reduce':
      return step.loads;
    case 'contract':
    case 'pick':
      return [step.lhs, step.rhs];
    case 'argmax':
    case 'scatter':
      return [step.from];
    default:
      return [];
  }
}

const epilogueLoads = (step: Step): readonly Access[] => ('epilogue' in step ? step.epilogue.loads : []);

const storesOf = (step: Step): readonly Store[] =>
  step.kind === 'map' ? step.stores : 'epilogue' in step ? step.epilogue.stores : [];

/** All places of an access for every value of the outer variables' first and last turn. */
function placesOf(plan: Plan, access: Access, extents: readonly number[]): number[] {
  let points: number[][] = [[]];
  for (const n of extents) points = points.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i]));
  const at = (a: { readonly base: number; readonly strides: readonly number[] }, p: readonly number[]): number =>
    a.base + p.reduce((sum, i, d) => sum + i * must(a.strides[d]), 0);
  return points.map((p) => {
    const looked = access.gathers.map((g) => must(must(plan.buffers[g.table]).data?.[at(g, p)], 'outside a table'));
    return at(access, p) + looked.reduce((a, b) => a + b, 0);
  });
}

function bounds(plan: Plan, access: Access, extents: readonly number[], turns: Turns, faults: string[]): void {
  if (access.strides.length !== extents.length) faults.push('strides and loops differ in number');
  const { length, name } = must(plan.buffers[access.buffer]);
  const ends = access.outer.map(({ variable, stride }) => stride * (must(turns.get(variable), 'no such loop') - 1));
  const [low, high] = [ends.reduce((a, e) => a + Math.min(0, e), 0), ends.reduce((a, e) => a + Math.max(0, e), 0)];
  for (const place of placesOf(plan, access, extents))
    if (place + low < 0 || place + high >= length) faults.push(`${name}[${place}] of ${length}`);
}

function stores(
  plan: Plan,
  written: readonly Access[],
  extents: readonly number[],
  turns: Turns,
  faults: string[],
): void {
  for (const to of written) {
    bounds(plan, to, extents, turns, faults);
    const places = placesOf(plan, to, extents);
    const { role, name } = must(plan.buffers[to.buffer]);
    if (role !== 'temporary' && role !== 'output' && role !== 'state') faults.push(`${name}, a ${role}, is stored to`);
    if (new Set(places).size !== places.length) faults.push(`two points store to one word of ${name}`);
  }
}

function independent(plan: Plan, loads: readonly Access[], written: readonly Access[], faults: string[]): void {
  for (const load of loads)
    for (const to of written)
      if (load.buffer === to.buffer && JSON.stringify(load) !== JSON.stringify(to) && overlaps(load, to))
        faults.push(`${must(plan.buffers[to.buffer]).name} is loaded where another point stores`);
}

/** Different turns of a loop may read and write different slices of one stack. */
const overlaps = (a: Access, b: Access): boolean => JSON.stringify(a.outer) === JSON.stringify(b.outer);
