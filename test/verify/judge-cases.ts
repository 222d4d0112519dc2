/** What splits add to a box, for the judge of bounds: random cases that a run is in, random slopes and multipliers, and who is in a case. */
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import type { Numbers } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import type { Analysis, Choice } from '../../src/verify/bounds.ts';
import { type Case, PIECES } from '../../src/verify/cases.ts';
import type { Net } from '../../src/verify/net.ts';
import type { Random } from '../fuzz/random.ts';

const unit = (r: Random): number => r.bits() / 2 ** 32;

/** Up to four cases that a run is in, some of them just so. */
export function anyCases(r: Random, net: Net, values: ReadonlyMap<ValueId, Numbers>): Case[] {
  const layers = net.layers.filter(({ result }) => net.sizeOf(result) > 0);
  if (layers.length === 0) return [];
  return Array.from({ length: 1 + r.below(4) }, () => r.pick(layers)).flatMap((layer): Case[] => {
    const element = r.below(net.sizeOf(layer.result));
    const at = values.get(layer.result)?.[element] ?? Number.NaN;
    const side = r.chance(0.5) ? 1 : -1;
    if (PIECES[layer.node.op] && r.chance(0.7)) {
      const order = (own: 1 | -1): Case => ({ kind: 'order', value: layer.result, element, side: own });
      return ([1, -1] as const)
        .map(order)
        .filter((one) => isIn(net.graph, one, values, false))
        .slice(0, 1);
    }
    if (!Number.isFinite(at)) return [];
    const cut = r.chance(0.3) ? at : Math.fround(at - side * unit(r) * 2 ** (2 - r.below(20)));
    return [{ kind: 'value', value: layer.result, element, side, cut }];
  });
}

/** Whether an execution is in a case; an ideal one only where doubles leave no doubt. */
export function isIn(graph: Graph, one: Case, values: ReadonlyMap<ValueId, Numbers>, ideal: boolean): boolean {
  const { side, element } = one;
  const at = (v: ValueId): number => must(values.get(v))[element] ?? Number.NaN;
  if (one.kind === 'value') return isOn(at(one.value), one.cut, side, ideal);
  const node = must(graph.nodes.find((n) => n.results.includes(one.value)));
  const { operands } = must(PIECES[node.op]);
  const [x, y] = [
    at(must(node.inputs[operands[0]])),
    operands[1] === undefined ? 0 : at(must(node.inputs[operands[1]])),
  ];
  if (x === y && node.op === 'lt') return side > 0 && !ideal;
  if (x === y && (node.op === 'le' || node.op === 'select')) return side < 0 && !ideal;
  return isOn(x, y, side, ideal);
}

const isOn = (x: number, y: number, side: number, ideal: boolean): boolean =>
  side * (x - y) >= (ideal ? 1e-9 * (Math.abs(x) + Math.abs(y)) : 0);

/** Any slopes for some layers, any multipliers for some cases: large ones too, and some that are none and have to be left alone. */
export function anyChoice(r: Random, found: Analysis, rows: number): Choice {
  const slopes = new Map<ValueId, Uint8Array>();
  for (const [v, { lowerAt }] of found.relaxed)
    if (r.chance(0.7))
      slopes.set(
        v,
        Uint8Array.from({ length: 2 * lowerAt.length }, () => r.pick([0, 255, r.below(256)])),
      );
  const multiplier = (): number => (r.chance(0.3) ? r.pick([0, -1, Number.NaN]) : unit(r) * 2 ** (r.below(16) - 8));
  const multipliers = Array.from({ length: rows }, () =>
    Float64Array.from({ length: found.constraints.length }, multiplier),
  );
  return { slopes, multipliers };
}
