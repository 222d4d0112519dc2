/**
 * Declarations: the variables of a specification, numbered. Version 1 declares numbers `X_0, X_1, ... Y_0, ...` of one
 * network; version 2 declares networks with tensors, of which a variable is one element (`X[0, 3]`, row-major).
 */
import { nearest } from '../../text/nearest.ts';
import { type Problem, problem } from '../../text/problem.ts';
import type { Span } from '../../text/span.ts';
import type { Lookup } from './conditions.ts';
import type { Form, List, Word } from './read.ts';

export type Side = 'input' | 'output';

export interface Variable {
  /** As it is written: `X_3`, `X_f[0,3]`. */
  readonly name: string;
  /** Which network, by its place. */
  readonly network: number;
  readonly side: Side;
  /** Its place among the inputs (outputs) of that network, all tensors joined in order. */
  readonly index: number;
}

export interface SpecNetwork {
  /** Empty in version 1. */
  readonly name: string;
  /** The other network it is said to equal, or to share the structure with. */
  readonly relation?: { readonly kind: 'equal-to' | 'isomorphic-to'; readonly to: string };
  readonly inputs: number;
  readonly outputs: number;
  readonly at: Span;
}

export interface Declarations {
  readonly version: '1.0' | '2.0';
  readonly networks: readonly SpecNetwork[];
  readonly variables: readonly Variable[];
  readonly lookup: Lookup;
}

/** No specification that people write has more variables. */
const MOST_VARIABLES = 2 ** 20;

interface TensorName {
  readonly shape: readonly number[];
  readonly first: number;
}

interface Reading {
  readonly problems: Problem[];
  readonly variables: Variable[];
  readonly names: Map<string, TensorName>;
  readonly networks: SpecNetwork[];
}

function wrong(r: Reading, at: Span, why: string): undefined {
  r.problems.push(problem('vnnlib-declaration', at, { why }));
  return undefined;
}

const textOf = (form: Form | undefined): string => (form?.kind === 'word' ? form.text : '');

/** Reads the declarations among the forms; the assertions are left. */
export function readDeclarations(forms: readonly List[], problems: Problem[]): Declarations {
  const r: Reading = { problems, variables: [], names: new Map(), networks: [] };
  const version = versionOf(r, forms);
  const first: Declared[] = [];
  for (const form of forms) {
    const head = textOf(form.items[0]);
    if (head === 'declare-network') declareNetwork(r, form);
    else if (head === 'declare-const' || head === 'declare-fun') first.push(...declareNumber(r, form, head));
  }
  if (first.length > 0 && r.networks.length > 0)
    wrong(r, first[0]?.at as Span, 'Numbers are declared outside of the networks.');
  else if (first.length > 0) numberVariables(r, first);
  checkRelations(r);
  return { version, networks: r.networks, variables: r.variables, lookup: (word) => find(r, word) };
}

function versionOf(r: Reading, forms: readonly List[]): '1.0' | '2.0' {
  const stated = forms.filter((f) => textOf(f.items[0]) === 'vnnlib-version');
  const isSecond = forms.some((f) => textOf(f.items[0]) === 'declare-network');
  const [form, again] = stated;
  if (again) wrong(r, again.at, 'The version is stated twice.');
  if (!form) return isSecond ? '2.0' : '1.0';
  const text = textOf(form.items[1]).replace(/^<(.*)>$/, '$1');
  if (form.items.length === 2 && (text === '2.0' || text === '1.0')) return text;
  wrong(r, form.at, 'The versions that are read are <1.0> and <2.0>.');
  return '2.0';
}

// --- version 1 ---

interface Declared {
  readonly side: Side;
  readonly index: number;
  readonly at: Span;
}

function declareNumber(r: Reading, form: List, head: string): Declared[] {
  const [, name, ...rest] = form.items;
  const type = rest.at(-1);
  const empty = rest[0]?.kind === 'list' && rest[0].items.length === 0;
  const shape = head === 'declare-fun' ? rest.length === 2 && empty : rest.length === 1;
  if (name?.kind !== 'word' || !shape || textOf(type).toLowerCase() !== 'real') {
    wrong(r, form.at, 'A number is declared as (declare-const X_0 Real).');
    return [];
  }
  const parts = /^([XY])_(0|[1-9]\d{0,7})$/.exec(name.text);
  if (parts && name.brackets === undefined)
    return [{ side: parts[1] === 'X' ? 'input' : 'output', index: Number(parts[2]), at: name.at }];
  wrong(r, name.at, 'Inputs are called X_0, X_1, ..., outputs Y_0, Y_1, ...');
  return [];
}

/** Inputs, then outputs; each must be numbered from 0 without gaps. */
function numberVariables(r: Reading, declared: readonly Declared[]): void {
  const counts = { input: 0, output: 0 };
  for (const side of ['input', 'output'] as const) {
    const own = declared.filter((d) => d.side === side).sort((a, b) => a.index - b.index);
    const letter = side === 'input' ? 'X' : 'Y';
    for (const [i, d] of own.entries()) {
      if (d.index !== i) {
        const twice = i > 0 && own[i - 1]?.index === d.index;
        wrong(r, d.at, twice ? `${letter}_${d.index} is declared twice.` : `${letter}_${i} is not declared.`);
        break;
      }
      r.names.set(`${letter}_${i}`, { shape: [], first: r.variables.length });
      r.variables.push({ name: `${letter}_${i}`, network: 0, side, index: i });
    }
    counts[side] = own.length;
  }
  const at = declared[0]?.at as Span;
  r.networks.push({ name: '', inputs: counts.input, outputs: counts.output, at });
}

// --- version 2 ---

function declareNetwork(r: Reading, form: List): void {
  const [, name, ...parts] = form.items;
  if (name?.kind !== 'word' || name.brackets !== undefined) {
    wrong(r, form.at, 'A network has a name: (declare-network f ...).');
    return;
  }
  if (r.networks.some((n) => n.name === name.text))
    wrong(r, name.at, `The network \`${name.text}\` is declared twice.`);
  const counts = { input: 0, output: 0 };
  let relation: SpecNetwork['relation'];
  for (const part of parts) {
    const head = part.kind === 'list' ? textOf(part.items[0]) : '';
    if (part.kind === 'list' && (head === 'equal-to' || head === 'isomorphic-to')) {
      relation = { kind: head, to: textOf(part.items[1]) };
      if (part.items.length !== 2) wrong(r, part.at, `\`${head}\` names one network.`);
    } else if (part.kind === 'list' && (head === 'declare-input' || head === 'declare-output')) {
      const side = head === 'declare-input' ? 'input' : 'output';
      counts[side] += declareTensor(r, part, side, counts[side]);
    } else wrong(r, part.at, 'In a network stand declare-input, declare-output, equal-to and isomorphic-to.');
  }
  if (counts.input === 0 || counts.output === 0) wrong(r, name.at, `\`${name.text}\` has no inputs or no outputs.`);
  const related = relation ? { relation } : {};
  r.networks.push({ name: name.text, inputs: counts.input, outputs: counts.output, at: name.at, ...related });
}

/** Adds the elements of a tensor and gives their number. */
function declareTensor(r: Reading, form: List, side: Side, from: number): number {
  const [, name, type, size] = form.items;
  const shape = size?.kind === 'word' && size.text === '' ? listOf(size.brackets ?? '') : undefined;
  if (name?.kind !== 'word' || name.brackets !== undefined || !shape || form.items.length !== 4) {
    wrong(r, form.at, 'A tensor is declared as (declare-input X float32 [1, 5]).');
    return 0;
  }
  if (!/^(real|float32|float64)$/i.test(textOf(type))) {
    wrong(r, type?.at ?? form.at, `Elements are of type real or float32, not \`${textOf(type)}\`.`);
    return 0;
  }
  const count = shape.reduce((n, d) => n * d, 1);
  if (shape.length > 16 || !(count >= 1) || r.variables.length + count > MOST_VARIABLES) {
    wrong(r, size?.at ?? form.at, `The shape [${shape.join(', ')}] is not possible.`);
    return 0;
  }
  if (r.names.has(name.text)) {
    wrong(r, name.at, `\`${name.text}\` is declared twice.`);
    return 0;
  }
  r.names.set(name.text, { shape, first: r.variables.length });
  for (let i = 0; i < count; i++)
    r.variables.push({ name: elementName(name.text, shape, i), network: r.networks.length, side, index: from + i });
  return count;
}

/** The numbers in brackets, or undefined where they are none. */
function listOf(text: string): number[] | undefined {
  if (text.trim() === '') return [];
  const parts = text.split(',').map((part) => part.trim());
  return parts.every((part) => /^\d{1,9}$/.test(part)) ? parts.map(Number) : undefined;
}

function elementName(name: string, shape: readonly number[], index: number): string {
  const places: number[] = [];
  let rest = index;
  for (const d of [...shape].reverse()) {
    places.unshift(rest % d);
    rest = Math.floor(rest / d);
  }
  return shape.length === 0 ? name : `${name}[${places.join(',')}]`;
}

function checkRelations(r: Reading): void {
  for (const [i, n] of r.networks.entries()) {
    if (!n.relation) continue;
    const { kind, to } = n.relation;
    const other = r.networks.slice(0, i).find((o) => o.name === to);
    if (!other) wrong(r, n.at, `\`${n.name}\` is ${kind} \`${to}\`, and no network of that name stands before it.`);
    else if (other.inputs !== n.inputs || other.outputs !== n.outputs)
      wrong(r, n.at, `\`${n.name}\` is ${kind} \`${to}\`, which has other sizes.`);
  }
}

function find(r: Reading, word: Word): number | { readonly why: string } {
  const tensor = r.names.get(word.text);
  if (!tensor) {
    const near = nearest(word.text, [...r.names.keys()]);
    return {
      why: `No variable \`${word.text}\` is declared.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    };
  }
  const places = word.brackets === undefined ? [] : listOf(word.brackets);
  if (!places || places.length !== tensor.shape.length)
    return { why: `An element of \`${word.text}\` has ${tensor.shape.length} indices.` };
  let at = 0;
  for (const [i, d] of tensor.shape.entries()) {
    const place = places[i] ?? 0;
    if (place >= d)
      return {
        why: `\`${word.text}\` has no element [${places.join(', ')}]; its shape is [${tensor.shape.join(', ')}].`,
      };
    at = at * d + place;
  }
  return tensor.first + at;
}
