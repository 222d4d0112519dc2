/**
 * Prints the types of `NAME.h`: records are structs, cases enums, distributions arrays of weights, tensors arrays. What the source
 * says about a field stands behind it.
 */
import type { Layout } from '../ir/layout.ts';
import { must } from '../text/result.ts';
import { cName } from './c-names.ts';
import { callerInputs } from './places.ts';
import type { Input, Subject } from './subject.ts';
import { rangeText } from './types.ts';

export interface CTypes {
  /** All declarations, each before it is used. */
  readonly text: string;
  /** The type of a record, tuple or enum. */
  readonly nameOf: (layout: Layout) => string;
  readonly inputs: string;
  readonly output: string;
  /** The result lies in a field of this name; undefined where the result is a record and is the output itself. */
  readonly resultField: string | undefined;
}

interface Declarations {
  readonly subject: Subject;
  readonly prefix: string;
  /** Names of types by what they are. */
  readonly known: Map<string, string>;
  readonly blocks: string[];
}

export const RESULT = 'result';

export function printCTypes(subject: Subject, prefix: string): CTypes {
  const d: Declarations = { subject, prefix, known: new Map(), blocks: [] };
  const { record, fields } = callerInputs(subject.inputs);
  const inputs = `${prefix}_inputs`;
  const output = `${prefix}_output`;
  const [only] = subject.inputs;
  if (record !== undefined) d.blocks.push(`typedef ${typeOf(d, must(only).layout)} ${inputs};`);
  else if (fields.length > 0)
    d.blocks.push(structText(d, inputs, fields, (name) => subject.docs.input(subject.function, name)));
  const isRecord = subject.output.kind === 'record';
  if (isRecord) d.blocks.push(`typedef ${typeOf(d, subject.output)} ${output};`);
  else d.blocks.push(structText(d, output, [{ name: RESULT, layout: subject.output }], () => undefined));
  return {
    text: d.blocks.join('\n\n'),
    nameOf: (layout) => typeOf(d, layout),
    inputs,
    output,
    resultField: isRecord ? undefined : RESULT,
  };
}

/** The axes of a value's array, and what it holds. */
export function axesIn(l: Layout): { readonly axes: readonly number[]; readonly of: Layout } {
  if (l.kind === 'array') {
    const { axes, of } = axesIn(l.of);
    return { axes: [l.size, ...axes], of };
  }
  return { axes: l.kind === 'cases' && l.soft ? [l.size] : [], of: l };
}

/** C has no arrays without elements. */
const dimension = (n: number): string => `[${Math.max(1, n)}]`;

function structText(
  d: Declarations,
  name: string,
  fields: readonly Input[],
  said: (field: string) => string | undefined,
): string {
  const rows = fields.map((f) => {
    const { axes, of } = axesIn(f.layout);
    const about = [said(f.name), noteOf(f.layout), f.range && `in ${rangeText(f.range)}`].filter(
      (part) => part !== undefined,
    );
    const note = about.length > 0 ? ` ${cComment(about.join('; '))}` : '';
    return `  ${typeOf(d, of)} ${cName(f.name)}${axes.map(dimension).join('')};${note}\n`;
  });
  return `typedef struct {\n${rows.join('')}} ${name};`;
}

export const cComment = (text: string): string => `/* ${text.replaceAll('*/', '* /').replace(/\s*\n\s*/g, ' ')} */`;

function noteOf(l: Layout): string | undefined {
  const { axes, of } = axesIn(l);
  const each = axes.length > (of.kind === 'cases' && of.soft ? 1 : 0) ? 'each ' : '';
  if (of.kind === 'truth') return `${each}from -1 (false) through 0 (unknown) to 1 (true)`;
  if (of.kind !== 'cases') return undefined;
  if (of.soft) return `${each}weights that sum to 1${of.cases ? `, by ${of.name}` : ''}`;
  return of.cases ? undefined : `${each}from 0 to ${of.size - 1}`;
}

function typeOf(d: Declarations, l: Layout): string {
  switch (l.kind) {
    case 'number':
    case 'truth':
      return 'float';
    case 'bool':
      return 'bool';
    case 'cases': {
      const type = l.cases
        ? declared(d, l.name, JSON.stringify(l.cases), (name) => enumText(d, name, l.name, l.cases ?? []))
        : 'int';
      return l.soft ? 'float' : type;
    }
    case 'record': {
      const said = (field: string) => d.subject.docs.field(l.name, field);
      return declared(d, l.name, JSON.stringify(l), (name) =>
        documented(d, l.name, structText(d, name, l.fields, said)),
      );
    }
    case 'tuple': {
      const fields = l.items.map((layout, i) => ({ name: `item${i}`, layout }));
      return declared(d, 'tuple', JSON.stringify(l), (name) => structText(d, name, fields, () => undefined));
    }
    case 'array':
      return typeOf(d, l.of);
    default:
      return l satisfies never;
  }
}

const documented = (d: Declarations, name: string, text: string): string => {
  const doc = d.subject.docs.type(name);
  return doc === undefined ? text : `${cComment(doc)}\n${text}`;
};

function enumText(d: Declarations, type: string, name: string, cases: readonly string[]): string {
  const rows = cases.map((c, i) => `  ${type}_${c} = ${i}`);
  return documented(d, name, `typedef enum {\n${rows.join(',\n')}\n} ${type};`);
}

/** Declares a type the first time, under a name that no other has. */
function declared(d: Declarations, wanted: string, identity: string, text: (name: string) => string): string {
  const known = d.known.get(identity);
  if (known !== undefined) return known;
  const taken = [...d.known.values(), `${d.prefix}_inputs`, `${d.prefix}_output`];
  let name = `${d.prefix}_${wanted}`;
  for (let i = 2; taken.includes(name); i++) name = `${d.prefix}_${wanted}${i}`;
  d.known.set(identity, name);
  d.blocks.push(text(name));
  return name;
}
