/** A walk over all of a core term, and the learned numbers it finds. */
import type { Core, CoreBinder, HoleDecl } from '../check/core.ts';

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

/** The learned numbers in a term. */
export function holesIn(core: Core): HoleDecl[] {
  const holes: HoleDecl[] = [];
  visit(core, (c) => {
    if (c.kind === 'hole') holes.push(c.hole);
  });
  return holes;
}
