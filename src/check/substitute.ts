/** Walks over types: putting types and sizes in the place of parameters. */
import { substituteSize } from './sizes.ts';
import type { GenericArg, GenericParam, Size, Type } from './types.ts';

type OnType = (name: string) => Type | undefined;
type OnSize = (size: Size) => Size;
const keep: OnSize = (size) => size;

/** Rebuilds a type; what `onType` does not know stays, and so does every object in which nothing changed. */
export function mapType(type: Type, onType: OnType, onSize: OnSize = keep): Type {
  const again = (t: Type): Type => mapType(t, onType, onSize);
  switch (type.kind) {
    case 'f32':
    case 'bool':
    case 'truth':
    case 'int':
    case 'string':
    case 'enum':
    case 'error':
      return type;
    case 'index': {
      const size = onSize(type.size);
      return size === type.size ? type : { kind: 'index', size };
    }
    case 'soft': {
      const of = again(type.of);
      return of === type.of ? type : { kind: 'soft', of };
    }
    case 'array': {
      const of = again(type.of);
      const size = onSize(type.size);
      return of === type.of && size === type.size ? type : { ...type, of, size };
    }
    case 'tuple':
      return { kind: 'tuple', items: type.items.map(again) };
    case 'record':
      return type.args.length === 0 ? type : { ...type, args: type.args.map((a) => mapArg(a, onType, onSize)) };
    case 'fn':
      return { kind: 'fn', params: type.params.map(again), result: again(type.result) };
    case 'var':
      return onType(type.name) ?? type;
    default:
      return type satisfies never;
  }
}

export function mapArg(arg: GenericArg, onType: OnType, onSize: OnSize): GenericArg {
  return arg.kind === 'type'
    ? { kind: 'type', type: mapType(arg.type, onType, onSize) }
    : { kind: 'size', size: onSize(arg.size) };
}

/** Puts `args` in the place of the parameters `generics` (matched by position). */
export function substitute(type: Type, generics: readonly GenericParam[], args: readonly GenericArg[]): Type {
  if (generics.length === 0) return type;
  const find = (name: string): GenericArg | undefined => args[generics.findIndex((g) => g.name === name)];
  const onType: OnType = (name) => {
    const arg = find(name);
    return arg?.kind === 'type' ? arg.type : undefined;
  };
  const onSize: OnSize = (size) =>
    substituteSize(size, (name) => {
      const arg = find(name);
      return arg?.kind === 'size' ? arg.size : undefined;
    });
  return mapType(type, onType, onSize);
}
