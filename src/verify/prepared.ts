/** A net made ready for many boxes: what depends on its layers alone. Asked once, by `bounds.ts`. */
import type { ValueId } from '../ir/graph.ts';
import type { ElementRule } from '../ops/bounds.ts';
import { MOST_CASES } from './cases.ts';
import { type Ends, pointsOf } from './ends.ts';
import { type Matrix, tallestColumn } from './matrix.ts';
import { type Layer, type Net, operandsOf } from './net.ts';
import { SUBNORMAL } from './rounding.ts';
import { elementRule } from './rules.ts';
import { arranged } from './twins.ts';

export interface Prepared {
  readonly layer: Layer;
  readonly size: number;
  /** Roundings on the way of a term into one coefficient of an operand, at most. */
  readonly meets: number;
  /** Of an elementwise layer; nothing is known of others that are not linear. */
  readonly rule: ElementRule | undefined;
  /** The layer just before, where this one does the same in another copy of a program. */
  readonly twin: Prepared | undefined;
}

export interface Ready {
  readonly net: Net;
  readonly layers: readonly Prepared[];
  readonly position: ReadonlyMap<ValueId, number>;
  /** Terms that meet in one coefficient of a value, at most, and the roundings around them. */
  readonly meets: ReadonlyMap<ValueId, number>;
  /** Roundings on the way of a constant into a bound, at most. */
  readonly adds: number;
  /** What all products that end among the subnormal doubles may take from a bound. */
  readonly lost: number;
  /** Values that carrying back cannot make tighter. */
  readonly exact: ReadonlySet<ValueId>;
  /** Per linear layer: its matrices with absolute weights. */
  readonly steep: ReadonlyMap<ValueId, readonly Matrix[]>;
  /** Fixed values that elementwise layers read. */
  readonly points: ReadonlyMap<ValueId, Ends>;
}

export function prepare(net: Net): Ready {
  const { layers, twins } = arranged(net);
  const twinned = new Set([...twins].flat());
  const meets = termsThatMeet(net, twinned);
  // two constants of each layer: its own, and one of its difference from its twin
  const sizes = [...net.layers.map((l) => l.result), ...net.inputs].map((v) => 2 * net.sizeOf(v));
  const all = new Map<ValueId, Prepared>();
  for (const layer of layers)
    all.set(layer.result, prepared(net, layer, meets, all.get(twins.get(layer.result) as ValueId)));
  const read = new Set(net.layers.flatMap((l) => (l.kind === 'other' ? l.node.inputs : [])));
  return {
    net,
    layers: [...all.values()],
    meets,
    position: new Map(layers.map((l, i) => [l.result, i])),
    adds: sizes.reduce((n, size) => n + size, 16 + MOST_CASES),
    lost: (16 + 8 * net.layers.reduce((n, l) => n + productsOf(net, l), 0)) * SUBNORMAL,
    exact: exactByIntervals(net),
    steep: new Map(net.layers.flatMap((l) => (l.kind === 'linear' ? [[l.result, absolute(l)] as const] : []))),
    points: new Map([...net.fixed].flatMap(([v, xs]) => (read.has(v) ? [[v, pointsOf(xs)] as const] : []))),
  };
}

const prepared = (
  net: Net,
  layer: Layer,
  meets: ReadonlyMap<ValueId, number>,
  twin: Prepared | undefined,
): Prepared => ({
  layer,
  twin,
  size: net.sizeOf(layer.result),
  meets: Math.max(0, ...operandsOf(layer).map((v) => meets.get(v) ?? 0)),
  rule: layer.kind === 'other' ? elementRule(layer.node) : undefined,
});

/** Products that one row makes of a layer when it is carried back. */
const productsOf = (net: Net, layer: Layer): number =>
  net.sizeOf(layer.result) * 2 +
  (layer.kind === 'linear'
    ? layer.op.parts.reduce((n, { matrix }) => n + matrix.weight.length, 0)
    : layer.node.inputs.length * net.sizeOf(layer.result));

const absolute = (layer: Extract<Layer, { kind: 'linear' }>): Matrix[] =>
  layer.op.parts.map(({ matrix }) => ({ ...matrix, weight: matrix.weight.map(Math.abs) }));

/** For every value: how many terms its readers add into one coefficient of it; a twin adds two, its own and one of the difference. */
function termsThatMeet(net: Net, twinned: ReadonlySet<ValueId>): ReadonlyMap<ValueId, number> {
  const meets = new Map<ValueId, number>();
  const add = (v: ValueId, n: number): void => void meets.set(v, (meets.get(v) ?? 0) + n + 1);
  for (const layer of net.layers) {
    if (layer.kind === 'linear') for (const { operand, matrix } of layer.op.parts) add(operand, tallestColumn(matrix));
    else for (const v of layer.node.inputs) add(v, twinned.has(layer.result) ? 2 : 1);
  }
  return new Map([...meets].map(([v, n]) => [v, n + 2 + MOST_CASES]));
}

const singleEntries = ({ start, rows }: Matrix): boolean => {
  for (let k = 0; k < rows; k++) if ((start[k + 1] as number) - (start[k] as number) > 1) return false;
  return true;
};

/** Whether no row has two entries of one column. */
function distinctEntries({ rows, columns, start, column }: Matrix): boolean {
  const seen = new Int32Array(columns).fill(-1);
  for (let k = 0; k < rows; k++)
    for (let e = start[k] as number; e < (start[k + 1] as number); e++) {
      if (seen[column[e] as number] === k) return false;
      seen[column[e] as number] = k;
    }
  return true;
}

/** Inputs, one linear step from one of them, moves of such. Only tightness depends on it. */
function exactByIntervals(net: Net): ReadonlySet<ValueId> {
  const inputs = new Set(net.inputs);
  const exact = new Set<ValueId>(net.inputs);
  for (const layer of net.layers) {
    if (layer.kind !== 'linear') continue;
    const [only, ...others] = layer.op.parts;
    if (!only || others.length > 0) continue;
    if (
      (inputs.has(only.operand) && distinctEntries(only.matrix)) ||
      (exact.has(only.operand) && singleEntries(only.matrix))
    )
      exact.add(layer.result);
  }
  return exact;
}
