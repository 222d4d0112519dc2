/** Prints how the structs of a C model go into its memory and come out of it; what does not keep the promises of the program is told. */
import { f32Literal } from '../backends/c/literal.ts';
import { type Layout, leavesOf } from '../ir/layout.ts';
import { cName } from './c-names.ts';
import type { CTypes } from './c-types.ts';
import { callerInputs, type Part, partsOf } from './places.ts';
import type { Input } from './subject.ts';

/** Helpers that are called. */
export interface Needs {
  weights: boolean;
  largest: boolean;
}

/** Where a value begins: a word of an array of C. */
export interface Place {
  readonly array: string;
  readonly offset: number;
}

export interface Printing {
  readonly types: CTypes;
  readonly leaf: (leaf: number) => Place;
  readonly lines: string[];
  /** What is said of a status below 0, the first of -1. */
  readonly complaints: string[];
  readonly needs: Needs;
}

interface Spot {
  readonly value: string;
  readonly path: string;
  readonly leaf: number;
  readonly element: string;
  readonly depth: number;
  readonly range?: readonly [number, number] | undefined;
}

const indent = (depth: number): string => '  '.repeat(depth + 1);
const sum = (...terms: readonly (string | number)[]): string =>
  terms.filter((term) => term !== 0 && term !== '' && term !== '0').join(' + ');

const scaled = (element: string, width: number): string =>
  width === 1 || element === '0' ? element : `${width} * ${element}`;

/** One word of an element of a leaf. */
const at = (p: Printing, { leaf, element }: Spot, width: number, plus = ''): string => {
  const { array, offset } = p.leaf(leaf);
  return `${array}[${sum(offset, scaled(element, width), plus) || '0'}]`;
};

const pointer = (p: Printing, { leaf, element }: Spot, width: number): string => {
  const { array, offset } = p.leaf(leaf);
  return sum(array, offset, scaled(element, width));
};

const line = (p: Printing, { depth }: Spot, text: string): void => void p.lines.push(`${indent(depth)}${text}`);

/** Ends the call where a condition holds. */
function refuse(p: Printing, spot: Spot, condition: string, why: string): void {
  const known = p.complaints.indexOf(why);
  const number = known >= 0 ? known + 1 : p.complaints.push(why);
  line(p, spot, `if (${condition}) return -${number};`);
}

export function printPuts(p: Printing, inputs: readonly Input[]): void {
  const { record, fields } = callerInputs(inputs);
  const whole = record === undefined ? undefined : inputs[0]?.range;
  for (const part of partsOf(fields, 0)) put(p, part.layout, { ...spotOf('in->', part), range: part.range ?? whole });
}

const spotOf = (of: string, part: Part): Spot => ({
  value: `${of}${cName(part.name)}`,
  path: part.name,
  leaf: part.leaf,
  element: '0',
  depth: 0,
});

function put(p: Printing, l: Layout, spot: Spot): void {
  const { value, path, range } = spot;
  switch (l.kind) {
    case 'number':
      if (range) refuse(p, spot, outside(value, range), `${path} is outside of [${range.join(', ')}]`);
      line(p, spot, `${at(p, spot, 1)} = ${value};`);
      return;
    case 'truth': {
      const [low, high] = range ?? [-1, 1];
      const limits = [Math.max(-1, low), Math.min(1, high)] as const;
      refuse(p, spot, outside(value, limits), `${path} is outside of [${limits.join(', ')}]`);
      line(p, spot, `${at(p, spot, 1)} = ${value};`);
      return;
    }
    case 'bool':
      line(p, spot, `${at(p, spot, 1)} = ${value} ? 1.0f : -1.0f;`);
      return;
    case 'cases':
      if (l.soft) {
        p.needs.weights = true;
        refuse(p, spot, `!are_weights(${value}, ${l.size})`, `${path} are no weights that sum to 1`);
        line(p, spot, `for (int c = 0; c < ${l.size}; c++) ${at(p, spot, l.size, 'c')} = ${value}[c];`);
      } else {
        refuse(p, spot, `(int)${value} < 0 || (int)${value} >= ${l.size}`, `${path} is not one of its ${l.size} cases`);
        line(
          p,
          spot,
          `for (int c = 0; c < ${l.size}; c++) ${at(p, spot, l.size, 'c')} = c == (int)${value} ? 1.0f : 0.0f;`,
        );
      }
      return;
    case 'record':
    case 'tuple':
    case 'array':
      within(p, l, spot, put);
      return;
    default:
      l satisfies never;
  }
}

function outside(value: string, [low, high]: readonly [number, number]): string {
  return `!(${value} >= ${f32Literal(Math.fround(low))} && ${value} <= ${f32Literal(Math.fround(high))})`;
}

/** Goes on into the parts. */
function within(
  p: Printing,
  l: Extract<Layout, { kind: 'record' | 'tuple' | 'array' }>,
  spot: Spot,
  go: (p: Printing, l: Layout, spot: Spot) => void,
): void {
  const { value, path, leaf, element, depth } = spot;
  if (l.kind !== 'array') {
    const parts = l.kind === 'record' ? l.fields : l.items.map((layout, i) => ({ name: `item${i}`, layout }));
    for (const part of partsOf(parts, leaf))
      go(p, part.layout, {
        ...spot,
        value: `${value}.${cName(part.name)}`,
        path: `${path}.${part.name}`,
        leaf: part.leaf,
      });
    return;
  }
  const turn = `i${depth}`;
  line(p, spot, `for (long ${turn} = 0; ${turn} < ${l.size}; ${turn}++) {`);
  const inner = element === '0' ? turn : `(${l.size} * ${element} + ${turn})`;
  go(p, l.of, { ...spot, value: `${value}[${turn}]`, path: `${path}[]`, element: inner, depth: depth + 1 });
  line(p, spot, '}');
}

/** The result begins at this leaf. */
export function printGets(p: Printing, output: Layout, leaf: number): void {
  const { resultField } = p.types;
  const value = resultField === undefined ? '(*out)' : `out->${resultField}`;
  if (leavesOf(output, '').length > 0) get(p, output, { value, path: '', leaf, element: '0', depth: 0 });
}

function get(p: Printing, l: Layout, spot: Spot): void {
  const { value } = spot;
  switch (l.kind) {
    case 'number':
    case 'truth':
      line(p, spot, `${value} = ${at(p, spot, 1)};`);
      return;
    case 'bool':
      line(p, spot, `${value} = ${at(p, spot, 1)} > 0.0f;`);
      return;
    case 'cases':
      if (l.soft) line(p, spot, `for (int c = 0; c < ${l.size}; c++) ${value}[c] = ${at(p, spot, l.size, 'c')};`);
      else {
        p.needs.largest = true;
        const cast = l.cases ? `(${p.types.nameOf(l)})` : '';
        line(p, spot, `${value} = ${cast}largest_of(${pointer(p, spot, l.size)}, ${l.size});`);
      }
      return;
    case 'record':
    case 'tuple':
    case 'array':
      within(p, l, spot, get);
      return;
    default:
      l satisfies never;
  }
}
