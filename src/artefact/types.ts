/**
 * Prints `model.d.ts`: the inputs and the result of a model as types, with what the source says about them. Records are
 * interfaces, cases unions of their names, distributions objects of weights, tensors typed arrays.
 */
import type { Layout } from '../ir/layout.ts';
import type { Docs } from './docs.ts';
import { type ArrayLayout, callerInputs, flatKind, flatShape, flatSize } from './places.ts';
import { key } from './script.ts';
import type { Input, Subject } from './subject.ts';

/** As a caller gives it, or as the model returns it. */
type Side = 'input' | 'output';

interface Declarations {
  readonly docs: Docs;
  /** By name; two layouts may want one. */
  readonly taken: Map<string, string>;
  readonly blocks: string[];
}

/** Names that the file declares itself. */
const OWN = [
  'Model',
  'Inputs',
  'Output',
  'Block',
  'ModelError',
  'ModelErrorCode',
  'About',
  'load',
  'about',
  'Float32Array',
  'ArrayLike',
  'ArrayBuffer',
  'ArrayBufferView',
  'ModelSource',
  'Partial',
  'Readonly',
  'Record',
  'Promise',
  'Error',
];

/** All but the loader: the types of the values, and of the model. */
export function printTypes(subject: Subject): { readonly types: string; readonly model: string } {
  const d: Declarations = { docs: subject.docs, taken: new Map(OWN.map((name) => [name, name])), blocks: [] };
  const { record, fields } = callerInputs(subject.inputs);
  const inputs =
    record === undefined
      ? interfaceText(d, { name: 'Inputs', fields, side: 'input' }, (name) =>
          subject.docs.input(subject.function, name),
        )
      : `export type Inputs = ${typeOf(d, { kind: 'record', name: record, fields }, 'input')};`;
  const output = `export type Output = ${typeOf(d, subject.output, 'output')};`;
  const doc = comment([subject.docs.fn(subject.function), rangesOf(subject)], '');
  return { types: [...d.blocks, inputs, output].join('\n\n'), model: doc };
}

const rangesOf = (subject: Subject): string | undefined => {
  const { record } = callerInputs(subject.inputs);
  const [only] = subject.inputs;
  return record !== undefined && only?.range ? `All numbers of the inputs lie in ${rangeText(only.range)}.` : undefined;
};

export const rangeText = ([low, high]: readonly [number, number]): string => `[${low}, ${high}]`;

interface Interface {
  readonly name: string;
  readonly fields: readonly Input[];
  readonly side: Side;
}

function interfaceText(
  d: Declarations,
  { name, fields, side }: Interface,
  said: (field: string) => string | undefined,
): string {
  const lines = fields.map((f) => {
    const about = [said(f.name), shapeNote(f.layout), f.range && `In ${rangeText(f.range)}.`];
    const readonly = side === 'input' ? 'readonly ' : '';
    return `${comment(about, '  ')}  ${readonly}${key(f.name)}: ${typeOf(d, f.layout, side)};\n`;
  });
  return `${comment([d.docs.type(name)], '')}export interface ${name} {\n${lines.join('')}}`;
}

/** A doc comment of these sentences; nothing without any. */
export function comment(parts: readonly (string | undefined)[], indent: string): string {
  const text = parts.filter((p) => p !== undefined && p !== '').map((p) => (/[.!?:;)]$/.test(p ?? '') ? p : `${p}.`));
  if (text.length === 0) return '';
  const lines = text.join(' ').replaceAll('*/', '* /').split('\n');
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

/** How a tensor lies: its elements and their order. */
function shapeNote(l: Layout): string | undefined {
  if (l.kind === 'cases' && l.soft && !l.cases) return `The weights of 0 to ${l.size - 1}; they sum to 1.`;
  if (l.kind === 'cases' && l.soft) return 'Weights that sum to 1.';
  if (l.kind === 'cases' && !l.cases) return `A whole number from 0 to ${l.size - 1}.`;
  if (l.kind === 'truth') return 'From -1 (false) through 0 (unknown) to 1 (true).';
  if (l.kind !== 'array' || flatSize(l) === undefined) return undefined;
  const shape = flatShape(l);
  return shape.length === 1 ? `${shape[0]} numbers.` : `${shape.join(' x ')} numbers, row by row.`;
}

function typeOf(d: Declarations, l: Layout, side: Side): string {
  const isInput = side === 'input';
  switch (l.kind) {
    case 'number':
      return 'number';
    case 'bool':
      return 'boolean';
    case 'truth':
      return isInput ? "number | boolean | 'unknown'" : 'number';
    case 'cases': {
      if (!l.cases) return l.soft ? (isInput ? 'ArrayLike<number> | number' : 'Float32Array') : 'number';
      const name = casesType(d, l.name, l.cases);
      if (!l.soft) return name;
      return isInput ? `${name} | Readonly<Partial<Record<${name}, number>>>` : `Record<${name}, number>`;
    }
    case 'record':
      return recordType(d, l, side);
    case 'tuple':
      return `${isInput ? 'readonly ' : ''}[${l.items.map((item) => typeOf(d, item, side)).join(', ')}]`;
    case 'array':
      return arrayType(d, l, side);
    default:
      return l satisfies never;
  }
}

function arrayType(d: Declarations, l: ArrayLayout, side: Side): string {
  const isInput = side === 'input';
  if (flatSize(l) !== undefined) {
    if (!isInput) return 'Float32Array';
    return flatKind(l) === 'truth' ? "ArrayLike<number | boolean | 'unknown'>" : 'ArrayLike<number>';
  }
  const of = typeOf(d, l.of, side);
  if (!l.cases) return isInput ? `ArrayLike<${of}>` : `${/[ |]/.test(of) ? `(${of})` : of}[]`;
  const names = l.cases.map((name) => JSON.stringify(name)).join(' | ');
  return isInput ? `Readonly<Record<${names}, ${of}>>` : `Record<${names}, ${of}>`;
}

/** A name that no other text has. */
function named(d: Declarations, wanted: string, text: string): { readonly name: string; readonly isNew: boolean } {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}${i}`;
    const known = d.taken.get(name);
    if (known !== undefined && known !== text) continue;
    d.taken.set(name, text);
    return { name, isNew: known === undefined };
  }
}

function casesType(d: Declarations, wanted: string, cases: readonly string[]): string {
  const union = cases.map((name) => JSON.stringify(name)).join(' | ');
  const { name, isNew } = named(d, wanted, union);
  if (isNew) d.blocks.push(`${comment([d.docs.type(wanted)], '')}export type ${name} = ${union};`);
  return name;
}

function recordType(d: Declarations, l: Extract<Layout, { kind: 'record' }>, side: Side): string {
  const isBoth = !hasSides(l);
  const identity = JSON.stringify([l, isBoth ? 'both' : side]);
  const { name, isNew } = named(d, isBoth || side === 'input' ? l.name : `${l.name}Result`, identity);
  if (isNew)
    d.blocks.push(
      interfaceText(d, { name, fields: l.fields, side: isBoth ? 'input' : side }, (f) => d.docs.field(l.name, f)),
    );
  return name;
}

/** Whether a value is given in another form than it is returned. */
function hasSides(l: Layout): boolean {
  switch (l.kind) {
    case 'number':
    case 'bool':
      return false;
    case 'cases':
      return l.soft;
    case 'record':
      return l.fields.some((f) => hasSides(f.layout));
    case 'truth':
    case 'tuple':
    case 'array':
      return true;
    default:
      return l satisfies never;
  }
}
