/**
 * Which layers do the same in two copies of a program, and an order of layers in which such twins stand side by side. Found by form alone:
 * a wrong guess costs tightness and time, never soundness. Asked once, when a net is made ready.
 */
import type { ValueId } from '../ir/graph.ts';
import { bitsOfF32 } from '../num/bits.ts';
import { must } from '../text/result.ts';
import type { Matrix } from './matrix.ts';
import type { Layer, Net } from './net.ts';

export interface Arranged {
  readonly layers: readonly Layer[];
  /** Of the second of two twins, the first, which stands just before it. */
  readonly twins: ReadonlyMap<ValueId, ValueId>;
}

type Twins = readonly (readonly [first: Layer, second: Layer])[];

/** The layers of a net in an order that keeps twins together; layers that cannot stand side by side are no twins. */
export function arranged(net: Net): Arranged {
  const partner = new Map(twinsOf(net).flatMap((pair) => pair.map((layer) => [layer, pair] as const)));
  const placed = new Set<ValueId>([...net.inputs, ...net.fixed.keys()]);
  const isReady = (layer: Layer): boolean => operandsOf(layer).every((v) => placed.has(v));
  const layers: Layer[] = [];
  const twins = new Map<ValueId, ValueId>();
  const place = (unit: readonly Layer[]): void => {
    for (const layer of unit) placed.add(layer.result);
    layers.push(...unit);
    if (unit.length === 2) twins.set(must(unit[1]).result, must(unit[0]).result);
  };
  let left = net.layers;
  while (left.length > 0) {
    for (const layer of left) {
      const unit = partner.get(layer) ?? [layer];
      if (!placed.has(layer.result) && unit.every(isReady)) place(unit);
    }
    const later = left.filter((layer) => !placed.has(layer.result));
    // one of two that depend on each other waits for the other: they are no twins
    const held = later.length === left.length ? must(later.find(isReady)) : undefined;
    if (held) for (const layer of must(partner.get(held))) partner.delete(layer);
    left = later;
  }
  return { layers, twins };
}

/** By the numbers in them too, and then, of what is left, by their ops alone: copies may have other constants. */
function twinsOf(net: Net): Twins {
  const exact = halves(net, net.layers, exactForms(net));
  const taken = new Set(exact.flat());
  const rest = net.layers.filter((l) => !taken.has(l));
  return [...exact, ...halves(net, rest, looseForms(net))];
}

/** Elementwise layers of one form: the first half of them belongs to one copy, the second to the other. */
function halves(net: Net, layers: readonly Layer[], forms: ReadonlyMap<ValueId, string>): Twins {
  const alike = new Map<string, Layer[]>();
  for (const layer of layers) {
    if (layer.kind !== 'other') continue;
    const form = `${net.sizeOf(layer.result)} ${must(forms.get(layer.result))}`;
    alike.set(form, [...(alike.get(form) ?? []), layer]);
  }
  return [...alike.values()].flatMap((list) => {
    const half = Math.floor(list.length / 2);
    return list.slice(0, half).map((first, i) => [first, must(list[half + i])] as const);
  });
}

const operandsOf = (layer: Layer): readonly ValueId[] =>
  layer.kind === 'linear' ? layer.op.parts.map((p) => p.operand) : layer.node.inputs;

/** Short names of long texts. */
function shortener(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const short = known.get(text) ?? String(known.size);
    known.set(text, short);
    return short;
  };
}

/** What an input is, in any form; `x + w` and a part of x count as inputs too, so that copies on shifted inputs are alike. */
const INPUT = 'input';

/** Op, operands and numbers, down to the inputs. */
function exactForms(net: Net): ReadonlyMap<ValueId, string> {
  const short = shortener();
  const forms = new Map(net.inputs.map((v) => [v, INPUT]));
  const of = (v: ValueId): string => forms.get(v) ?? String(numbersOf(must(net.fixed.get(v))));
  for (const layer of net.layers) {
    const { result } = layer;
    if (layer.kind === 'other') forms.set(result, short(`${layer.node.op} ${operandsOf(layer).map(of)}`));
    else if (layer.op.parts.every((p) => of(p.operand) === INPUT && isMove(p.matrix))) forms.set(result, INPUT);
    else {
      const parts = layer.op.parts.map(
        (p) => `${of(p.operand)}*${numbersOf(p.matrix.column)}${numbersOf(p.matrix.weight)}`,
      );
      forms.set(result, short(`linear ${parts} ${layer.op.constant ? numbersOf(layer.op.constant) : ''}`));
    }
  }
  return forms;
}

/** Ops alone: of linear layers, which elementwise ones they come from. */
function looseForms(net: Net): ReadonlyMap<ValueId, string> {
  const short = shortener();
  const bases = new Map<ValueId, ReadonlySet<string>>(net.inputs.map((v) => [v, new Set([INPUT])]));
  const of = (v: ValueId): string => [...(bases.get(v) ?? ['fixed'])].sort().join('+');
  const forms = new Map<ValueId, string>();
  for (const layer of net.layers) {
    const operands = operandsOf(layer);
    if (layer.kind === 'linear') bases.set(layer.result, new Set(operands.flatMap((v) => [...(bases.get(v) ?? [])])));
    else {
      const form = short(`${layer.node.op} ${operands.map(of)}`);
      forms.set(layer.result, form);
      bases.set(layer.result, new Set([form]));
    }
  }
  return forms;
}

const isMove = ({ weight, start, rows }: Matrix): boolean =>
  weight.every((w) => w === 1) && (start[rows] as number) <= rows;

/** One number for many (FNV-1a over their float32 bits). */
function numbersOf(xs: ArrayLike<number>): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < xs.length; i++) hash = Math.imul(hash ^ bitsOfF32(xs[i] as number), 0x01000193);
  return hash;
}
