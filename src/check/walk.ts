/** The parts of a core expression, in the order in which they are written. */
import type { Core, CoreBinder, Local } from './core.ts';

const ofBinders = (binders: readonly CoreBinder[]): readonly Core[] =>
  binders.flatMap((b) => (b.source.kind === 'values' ? [b.source.value] : []));

export function childrenOf(e: Core): readonly Core[] {
  switch (e.kind) {
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
    case 'prim':
    case 'call':
    case 'lift':
      return e.args;
    case 'apply':
      return [e.fn, ...e.args];
    case 'lambda':
      return [e.body];
    case 'let':
      return [e.value, e.body];
    case 'if':
      return [e.cond, e.then, e.else];
    case 'match':
      // Arms of alternatives share one value.
      return [...e.of, ...e.arms.filter((a, i) => e.arms[i - 1]?.value !== a.value).map((a) => a.value)];
    case 'record':
      return e.fields;
    case 'field':
    case 'weight':
    case 'item':
    case 'slice':
      return [e.of];
    case 'tuple':
    case 'array':
      return e.items;
    case 'comprehension':
      return [...ofBinders(e.binders), e.body];
    case 'index':
      return [e.of, e.index];
    case 'fold':
      return [e.init, ...ofBinders(e.binders), e.next];
    case 'iterate':
      return [e.init, e.cond, e.next];
    case 'coerce':
      return [e.value];
    case 'op':
      return [...e.args, ...Object.values(e.bodies)];
    case 'alarm':
      return [e.value, e.when];
    default:
      return e satisfies never;
  }
}

/** The locals that an expression binds itself. */
export function localsOf(e: Core): readonly Local[] {
  switch (e.kind) {
    case 'lambda':
      return e.params;
    case 'let':
      return [e.local];
    case 'comprehension':
      return e.binders.map((b) => b.local);
    case 'fold':
      return [e.state, ...e.binders.map((b) => b.local)];
    case 'iterate':
      return [e.state];
    default:
      return [];
  }
}
