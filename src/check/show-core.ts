/**
 * Prints the checked program compactly, for `explain --stage types` and for the golden cases: one line per
 * declaration with its types, bodies in prefix form, every coercion visible.
 */
import { printF32 } from '../num/literal.ts';
import type { CheckedModule, Core, CoreBinder, FnDecl, LetDecl, ParamDecl, TrainDecl } from './core.ts';
import { showSize, showType } from './show.ts';
import { showSignature } from './signature.ts';
import type { GenericArg } from './types.ts';

/** The whole module: enums, records, values, functions, tests and training, in this order. */
export function showModule(m: CheckedModule): string {
  const parts = [
    ...m.enums.map((e) => `enum ${e.name} { ${e.cases.join(', ')} }`),
    ...m.records.map((r) => `record ${r.name} { ${r.fields.map((f) => `${f.name}: ${showType(f.type)}`).join(', ')} }`),
    ...m.lets.map(showValue),
    ...m.params.map(showValue),
    ...m.fns.map(showFn),
    ...m.tests.map((t) => `test "${t.title}" = ${showCore(t.body)}`),
    ...(m.train ? [showTrain(m.train)] : []),
  ];
  return parts.join('\n');
}

function showValue(d: LetDecl | ParamDecl): string {
  const frozen = d.kind === 'param' && d.frozen ? 'frozen ' : '';
  const range = d.kind === 'param' && d.range ? ` in [${d.range.map(printF32).join(', ')}]` : '';
  return `${frozen}${d.kind} ${d.name}: ${showType(d.type)}${range} = ${showCore(d.value)}`;
}

export const showFn = (f: FnDecl): string =>
  `${showSignature(f)} =\n  ${f.body ? showCore(f.body, '  ') : '(not read)'}`;

function showTrain(t: TrainDecl): string {
  const numbers = Object.entries(t.optimizer.numbers).map(([name, value]) => `${name} = ${printF32(value)}`);
  const lines = [
    `train ${t.target.name} on ${t.data.kind} "${t.data.file}" label "${t.data.label}": ${showType(t.label)}`,
    `  loss ${showCore(t.loss)}`,
    `  optimizer ${t.optimizer.name}(${numbers.join(', ')})`,
    ...(t.schedule ? [`  schedule ${t.schedule.name} ${JSON.stringify(t.schedule.numbers)}`] : []),
    ...t.metrics.map((m) => `  metric ${m.name} ${showCore(m.fn)}`),
    `  epochs ${t.epochs} holdout ${t.holdout} seed ${t.seed} surrogate ${t.surrogate}`,
  ];
  return lines.join('\n');
}

const showGenerics = (args: readonly GenericArg[]): string =>
  args.length > 0 ? `<${args.map((a) => (a.kind === 'type' ? showType(a.type) : showSize(a.size))).join(', ')}>` : '';

const list = (items: readonly Core[], indent: string): string => items.map((i) => showCore(i, indent)).join(', ');

/** One expression. `indent` stands before the lines that lets begin. */
export function showCore(e: Core, indent = ''): string {
  const show = (part: Core): string => showCore(part, indent);
  switch (e.kind) {
    case 'number':
      return e.type.kind === 'int' ? String(e.value) : printF32(e.value);
    case 'hole':
      return `?${e.hole.choice ? e.value : printF32(e.value)}{${e.hole.name}}`;
    case 'bool':
      return String(e.value);
    case 'string':
      return JSON.stringify(e.value);
    case 'case':
      return e.type.kind === 'enum' ? `${e.type.decl.name}.${e.type.decl.cases[e.index]}` : `case ${e.index}`;
    case 'local':
      return e.local.name;
    case 'param':
    case 'global':
      return e.decl.name;
    case 'size':
      return showSize(e.size);
    case 'prim':
      return `${e.prim}${e.logic && e.logic !== 'godel' ? `{${e.logic}}` : ''}(${list(e.args, indent)})`;
    case 'call':
      return `${e.fn.name}${showGenerics(e.generics)}(${list(e.args, indent)})`;
    case 'lift':
      return `lift ${e.fn.name}(${list(e.args, indent)})`;
    case 'apply':
      return `(${show(e.fn)})(${list(e.args, indent)})`;
    case 'fnref':
      return `${e.fn.name}${showGenerics(e.generics)}`;
    case 'primref':
      return e.prim;
    case 'lambda':
      return `(${e.params.map((p) => `${p.name}: ${showType(p.type)}`).join(', ')}) => ${show(e.body)}`;
    case 'let':
      return `let ${e.local.name}: ${showType(e.local.type)} = ${show(e.value)}\n${indent}${show(e.body)}`;
    case 'if':
      return `${e.soft ? 'blend' : 'if'} ${show(e.cond)} { ${show(e.then)} } else { ${show(e.else)} }`;
    case 'match':
      return showMatch(e, indent);
    case 'record':
      return `${e.type.kind === 'record' ? e.type.decl.name : ''} { ${list(e.fields, indent)} }`;
    case 'field':
      return `${show(e.of)}.${e.of.type.kind === 'record' ? e.of.type.decl.fields[e.index]?.name : e.index}`;
    case 'weight':
      return `weight${e.index}(${show(e.of)})`;
    case 'tuple':
      return `(${list(e.items, indent)})`;
    case 'item':
      return `${show(e.of)}.${e.index}`;
    case 'array':
      return `[${list(e.items, indent)}]`;
    case 'comprehension':
      return `[for ${showBinders(e.binders, indent)}: ${show(e.body)}]`;
    case 'index':
      return `${show(e.of)}[${show(e.index)}]`;
    case 'slice':
      return `${show(e.of)}[${showSize(e.from)}..${showSize(e.to)}]`;
    case 'fold':
      return `${e.all ? 'scan' : 'fold'} ${e.state.name}: ${showType(e.state.type)} = ${show(e.init)} for ${showBinders(e.binders, indent)} { ${show(e.next)} }`;
    case 'iterate':
      return `iterate ${e.state.name}: ${showType(e.state.type)} = ${show(e.init)} while ${show(e.cond)} max ${showSize(e.max)} { ${show(e.next)} }`;
    case 'coerce':
      return `${e.how}(${show(e.value)})`;
    case 'load':
      return `load(${JSON.stringify(e.file)}, ${JSON.stringify(e.tensor)})`;
    case 'op':
      return `op ${e.op}(${list([...e.args, ...Object.values(e.bodies)], indent)})`;
    case 'alarm':
      return `alarm(${list([e.value, e.when], indent)})`;
    case 'error':
      return '<error>';
    default:
      return e satisfies never;
  }
}

function showMatch(e: Extract<Core, { kind: 'match' }>, indent: string): string {
  const arms = e.arms.map((a) => {
    const cases = a.cases.map((set) => (set ? set.join('|') : '_')).join(', ');
    return `${cases} => ${showCore(a.value, indent)}`;
  });
  return `${e.soft ? 'mix' : 'match'} ${list(e.of, indent)} { ${arms.join('; ')} }`;
}

function showBinders(binders: readonly CoreBinder[], indent: string): string {
  const one = (b: CoreBinder): string => {
    const source =
      b.source.kind === 'range'
        ? `${showSize(b.source.from)}..${showSize(b.source.to)}`
        : showCore(b.source.value, indent);
    return `${b.local.name} in ${source}`;
  };
  return binders.map(one).join(', ');
}
