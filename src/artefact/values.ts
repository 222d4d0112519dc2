/**
 * Values as a caller of `model.js` has them, made from leaves plainly: an array of numbers is one Float32Array. The printed
 * conversions are compared with it.
 */
import { type Layout, type LeafLayout, leavesOf } from '../ir/layout.ts';
import { must } from '../text/result.ts';
import { callerInputs, flatSize, leafCount } from './places.ts';
import type { Input } from './subject.ts';

export type Value = number | boolean | string | Float32Array | readonly Value[] | { readonly [name: string]: Value };

/** The inputs of one call. */
export function inputValue(inputs: readonly Input[], leaves: readonly Float32Array[]): Value {
  const { record } = callerInputs(inputs);
  let first = 0;
  const values = inputs.map(({ name, layout }): readonly [string, Value] => {
    const own = leaves.slice(first, first + leafCount(layout));
    first += own.length;
    return [name, leavesValue(layout, own)];
  });
  return record === undefined ? Object.fromEntries(values) : must(values[0])[1];
}

export const leavesValue = (layout: Layout, leaves: readonly Float32Array[]): Value => at(layout, leaves, 1, 0);

/** Element `index` of the `count` that the arrays around have. */
function at(l: Layout, leaves: readonly Float32Array[], count: number, index: number): Value {
  const part = (): Float32Array => {
    const data = must(leaves[0]);
    const width = data.length / count;
    return data.slice(index * width, (index + 1) * width);
  };
  switch (l.kind) {
    case 'number':
    case 'truth':
    case 'bool':
    case 'cases':
      return leafValue(l, part());
    case 'record':
    case 'tuple': {
      const parts = l.kind === 'record' ? l.fields : l.items.map((layout, i) => ({ name: String(i), layout }));
      let first = 0;
      const values = parts.map(({ name, layout }): readonly [string, Value] => {
        const own = leaves.slice(first, first + leavesOf(layout, '').length);
        first += own.length;
        return [name, at(layout, own, count, index)];
      });
      return l.kind === 'record' ? Object.fromEntries(values) : values.map(([, value]) => value);
    }
    case 'array': {
      if (flatSize(l) !== undefined) return part();
      const items = Array.from({ length: l.size }, (_, i) => at(l.of, leaves, count * l.size, index * l.size + i));
      return l.cases ? Object.fromEntries(l.cases.map((name, i) => [name, must(items[i])])) : items;
    }
    default:
      return l satisfies never;
  }
}

function leafValue(l: LeafLayout, data: Float32Array): Value {
  const [first = 0] = data;
  if (l.kind === 'bool') return first > 0;
  if (l.kind !== 'cases') return first;
  if (l.soft) return l.cases ? Object.fromEntries(l.cases.map((name, i) => [name, must(data[i])])) : data;
  const best = data.indexOf(Math.max(...data));
  return l.cases?.[best] ?? best;
}
