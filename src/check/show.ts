/** Prints sizes and types as they are written in the source: `n + 1`, `f32[n, m]`, `Soft<Species>`. */
import type { GenericArg, Size, Type } from './types.ts';

/** Unknowns of the solver are named `?<number>:<name>`; in messages an unknown is `_`. */
const shownParam = (param: string): string => (param.startsWith('?') ? '_' : param);

export function showSize(size: Size): string {
  let text = '';
  const put = (sign: number, what: string): void => {
    text += text === '' ? (sign < 0 ? `-${what}` : what) : sign < 0 ? ` - ${what}` : ` + ${what}`;
  };
  const ordered = [...size.terms].sort((a, b) => Number(b.times > 0) - Number(a.times > 0));
  for (const t of ordered) {
    const times = Math.abs(t.times);
    put(t.times, times === 1 ? shownParam(t.param) : `${times} * ${shownParam(t.param)}`);
  }
  if (size.constant !== 0 || text === '') put(size.constant, String(Math.abs(size.constant)));
  return text;
}

const showArg = (arg: GenericArg): string => (arg.kind === 'type' ? showType(arg.type) : showSize(arg.size));
const showArgs = (args: readonly GenericArg[]): string => (args.length > 0 ? `<${args.map(showArg).join(', ')}>` : '');

export function showType(type: Type): string {
  switch (type.kind) {
    case 'f32':
    case 'bool':
    case 'truth':
    case 'int':
    case 'string':
      return type.kind;
    case 'enum':
      return type.decl.name;
    case 'index':
      return `Index<${showSize(type.size)}>`;
    case 'soft':
      return `Soft<${showType(type.of)}>`;
    case 'array': {
      const sizes: string[] = [];
      let of: Type = type;
      for (; of.kind === 'array'; of = of.of) sizes.push(showSize(of.size));
      const element = of.kind === 'fn' ? `(${showType(of)})` : showType(of);
      return `${element}[${sizes.join(', ')}]`;
    }
    case 'tuple':
      return `(${type.items.map(showType).join(', ')})`;
    case 'record':
      return type.decl.name + showArgs(type.args);
    case 'fn':
      return `(${type.params.map(showType).join(', ')}) -> ${showType(type.result)}`;
    case 'var':
      return shownParam(type.name);
    case 'error':
      return '_';
    default:
      return type satisfies never;
  }
}
