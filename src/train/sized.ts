/** Functions and properties of a size that is not known before: the values that are given say it. */
import type { Layout } from '../ir/layout.ts';
import type { Entry, Sized } from '../lower/program.ts';
import { must, type Result } from '../text/result.ts';
import type { Inputs, Taking } from './run.ts';
import type { Value } from './value.ts';

type Inputted =
  | Pick<Taking, 'inputs'>
  | { readonly inputs: readonly { readonly name: string; readonly layout: Layout }[] };

/** The size that inputs have, given what is taken at the sizes 1 and 2; nothing where none of them says it. */
export function lengthOf(given: Inputs, [one, two]: readonly [Inputted, Inputted]): number | undefined {
  const found = one.inputs.flatMap(
    ({ name, layout }, i) => lengthIn(given[name], layout, must(two.inputs[i]).layout) ?? [],
  );
  return found[0];
}

/** A function at the size of its inputs; undefined where there is none of this name. */
export function sizedEntry(list: readonly Sized[], name: string | undefined, given: Inputs): Result<Entry> | undefined {
  const sized = list.find((s) => s.name === name);
  if (!sized) return undefined;
  const size = lengthOf(given, [{ inputs: sized.inputs(1) }, { inputs: sized.inputs(2) }]);
  return sized.at(size ?? 1);
}

/** How many elements a value has where two layouts differ in size. */
function lengthIn(value: Value | undefined, one: Layout, two: Layout): number | undefined {
  if (one.kind === 'array' && two.kind === 'array')
    return Array.isArray(value) && one.size !== two.size ? value.length : undefined;
  if (one.kind === 'record' && two.kind === 'record' && isFields(value))
    return one.fields.flatMap((f, i) => lengthIn(value[f.name], f.layout, must(two.fields[i]).layout) ?? [])[0];
  if (one.kind === 'tuple' && two.kind === 'tuple' && Array.isArray(value))
    return one.items.flatMap((item, i) => lengthIn(value[i], item, must(two.items[i])) ?? [])[0];
  return undefined;
}

const isFields = (value: Value | undefined): value is { readonly [name: string]: Value } =>
  typeof value === 'object' && !Array.isArray(value);
