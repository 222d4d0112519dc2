/** Questions about core terms that need a walk over all of them: sizes that may go negative, learned numbers, calls. */
import type { Core, CoreBinder, FnDecl, HoleDecl } from '../check/core.ts';
import type { GenericArg, Size, Type } from '../check/types.ts';

const ofBinder = (b: CoreBinder): readonly Core[] => (b.source.kind === 'values' ? [b.source.value] : []);

/** The terms right under a term. */
export function childrenOf(core: Core): readonly Core[] {
  switch (core.kind) {
    case 'prim':
    case 'call':
    case 'lift':
      return core.args;
    case 'apply':
      return [core.fn, ...core.args];
    case 'lambda':
      return [core.body];
    case 'let':
      return [core.value, core.body];
    case 'if':
      return [core.cond, core.then, core.else];
    case 'match':
      return [...core.of, ...core.arms.map((a) => a.value)];
    case 'record':
      return core.fields;
    case 'tuple':
    case 'array':
      return core.items;
    case 'field':
    case 'item':
    case 'weight':
    case 'slice':
      return [core.of];
    case 'comprehension':
      return [...core.binders.flatMap(ofBinder), core.body];
    case 'index':
      return [core.of, core.index];
    case 'fold':
      return [core.init, ...core.binders.flatMap(ofBinder), core.next];
    case 'iterate':
      return [core.init, core.cond, core.next];
    case 'coerce':
      return [core.value];
    case 'number':
    case 'hole':
    case 'bool':
    case 'string':
    case 'case':
    case 'local':
    case 'param':
    case 'global':
    case 'size':
    case 'fnref':
    case 'primref':
    case 'load':
    case 'error':
      return [];
    default:
      return core satisfies never;
  }
}

/** Visits a term and all terms in it, without recursion: let chains are long. */
export function visit(core: Core, f: (core: Core) => void): void {
  const rest: Core[] = [core];
  for (let c = rest.pop(); c; c = rest.pop()) {
    f(c);
    rest.push(...[...childrenOf(c)].reverse());
  }
}

const remembered = new WeakMap<FnDecl, readonly Size[]>();

/** The sizes with parameters that a function's types and ranges mention. */
export function sizesOf(fn: FnDecl): readonly Size[] {
  const known = remembered.get(fn);
  if (known) return known;
  const sizes = new Map<string, Size>();
  const add = (s: Size): void => {
    if (s.terms.some((t) => t.times < 0) || (s.constant < 0 && s.terms.length > 0)) sizes.set(JSON.stringify(s), s);
  };
  for (const local of fn.params) sizesInType(local.type, add);
  sizesInType(fn.result, add);
  if (fn.body) visit(fn.body, (c) => sizesInTerm(c, add));
  const found = [...sizes.values()];
  remembered.set(fn, found);
  return found;
}

function sizesInTerm(core: Core, add: (s: Size) => void): void {
  sizesInType(core.type, add);
  if (core.kind === 'call' || core.kind === 'lift' || core.kind === 'fnref')
    for (const arg of core.generics) sizesInArg(arg, add);
  if (core.kind === 'iterate') add(core.max);
  if (core.kind === 'slice') for (const s of [core.from, core.to]) add(s);
  if (core.kind !== 'comprehension' && core.kind !== 'fold') return;
  for (const { source } of core.binders) if (source.kind === 'range') for (const s of [source.from, source.to]) add(s);
}

function sizesInArg(arg: GenericArg, add: (s: Size) => void): void {
  if (arg.kind === 'size') add(arg.size);
  else sizesInType(arg.type, add);
}

function sizesInType(type: Type, add: (s: Size) => void): void {
  switch (type.kind) {
    case 'index':
      add(type.size);
      break;
    case 'array':
      add(type.size);
      sizesInType(type.of, add);
      break;
    case 'soft':
      sizesInType(type.of, add);
      break;
    case 'tuple':
      for (const item of type.items) sizesInType(item, add);
      break;
    case 'record':
      for (const arg of type.args) sizesInArg(arg, add);
      break;
    case 'fn':
      for (const t of [...type.params, type.result]) sizesInType(t, add);
      break;
    default:
      break;
  }
}

/** The learned numbers in a term. */
export function holesIn(core: Core): HoleDecl[] {
  const holes: HoleDecl[] = [];
  visit(core, (c) => {
    if (c.kind === 'hole') holes.push(c.hole);
  });
  return holes;
}
