/** Defaults of generic functions at a call: types and sizes in them get the call's generic arguments. */
import type { Core, CoreKind } from './core.ts';
import { substituteSize } from './sizes.ts';
import { substitute } from './substitute.ts';
import type { GenericArg, GenericParam, Size, Type } from './types.ts';

export function substituteCore(root: Core, generics: readonly GenericParam[], args: readonly GenericArg[]): Core {
  if (generics.length === 0) return root;
  const type = (t: Type): Type => substitute(t, generics, args);
  const size = (s: Size): Size =>
    substituteSize(s, (name) => {
      const arg = args[generics.findIndex((g) => g.name === name)];
      return arg?.kind === 'size' ? arg.size : undefined;
    });
  const again = (e: Core): Core => ({ ...e, type: type(e.type), ...parts(e) }) as Core;
  const parts = (e: Core): Partial<CoreKind> => {
    switch (e.kind) {
      case 'size':
        return { size: size(e.size) };
      case 'prim':
      case 'array':
      case 'tuple':
      case 'record':
        return mapLists(e, again);
      case 'call':
      case 'lift':
        return { args: e.args.map(again), generics: e.generics.map(arg) };
      case 'fnref':
        return { generics: e.generics.map(arg) };
      case 'coerce':
        return { value: again(e.value) };
      case 'field':
      case 'item':
      case 'weight':
        return { of: again(e.of) };
      default:
        return {};
    }
  };
  const arg = (g: GenericArg): GenericArg =>
    g.kind === 'type' ? { kind: 'type', type: type(g.type) } : { kind: 'size', size: size(g.size) };
  return again(root);
}

type Listed = Extract<Core, { kind: 'prim' | 'array' | 'tuple' | 'record' }>;

function mapLists(e: Listed, again: (e: Core) => Core): Partial<CoreKind> {
  if (e.kind === 'prim') return { args: e.args.map(again) };
  return e.kind === 'record' ? { fields: e.fields.map(again) } : { items: e.items.map(again) };
}
