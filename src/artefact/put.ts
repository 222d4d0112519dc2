/**
 * Prints the part of `model.js` that writes a row of inputs into the memory, field by field and without a loop over names, so that
 * nothing is allocated. Checks that are one line stand there; the others are calls of the runtime.
 */
import type { Layout } from '../ir/layout.ts';
import { type ArrayLayout, type CasesLayout, callerInputs, flatKind, flatSize, type Part, partsOf } from './places.ts';
import { constants, indented, member, quote, type Text, wordAt } from './script.ts';
import type { Input } from './subject.ts';

interface Spot {
  /** What the value is in the program that is printed. */
  readonly value: string;
  /** What it is in messages. */
  readonly path: string;
  /** The number of its first leaf. */
  readonly leaf: number;
  /** The number of the element in the arrays around, the row first. */
  readonly element: string;
  readonly range: readonly [number, number] | undefined;
}

interface Printing {
  readonly text: Text;
  /** Loop variables so far. */
  readonly turns: { count: number };
}

/** The lines of `put(v, r)`. */
export function printPut(inputs: readonly Input[], text: Text): void {
  const p: Printing = { text, turns: { count: 0 } };
  const { record, fields } = callerInputs(inputs);
  const range = record === undefined ? undefined : inputs[0]?.range;
  putParts(p, partsOf(fields, 0), { value: 'v', path: '', leaf: 0, element: 'r', range });
}

function putParts(p: Printing, parts: readonly Part[], spot: Spot): void {
  const { value, path } = spot;
  const names = parts.map((part) => part.name);
  const missing = [
    `typeof ${value} !== "object"`,
    `${value} === null`,
    ...names.map((n) => `${member(value, n)} === undefined`),
  ];
  const known = p.text.constant(quote(names));
  p.text.line(`if (${missing.join(' || ')}) fieldsOf(${value}, ${quote(path)}, ${known});`);
  for (const part of parts)
    put(p, part.layout, {
      ...spot,
      value: member(value, part.name),
      path: path === '' ? part.name : `${path}.${part.name}`,
      leaf: part.leaf,
      range: part.range ?? spot.range,
    });
}

function put(p: Printing, l: Layout, spot: Spot): void {
  const { text } = p;
  const { value, path, leaf, element, range } = spot;
  const at = wordAt(leaf, element, 1);
  switch (l.kind) {
    case 'number':
      text.line(`x = ${value};`);
      text.line(`if (typeof x !== "number") refuse(${quote(path)}, "a number", x);`);
      text.line(`f[${at}] = x;`);
      if (range) text.line(rangeCheck(at, path, range));
      return;
    case 'bool':
      text.line(`x = ${value};`);
      text.line(`if (typeof x !== "boolean") refuse(${quote(path)}, "true or false", x);`);
      text.line(`f[${at}] = x ? 1 : -1;`);
      return;
    case 'truth':
      text.line(`x = ${value};`);
      text.line(`f[${at}] = typeof x === "number" && x >= -1 && x <= 1 ? x : truthOf(x, ${quote(path)});`);
      if (range) text.line(rangeCheck(at, path, range));
      return;
    case 'cases':
      putCases(p, l, spot);
      return;
    case 'record':
      putParts(p, partsOf(l.fields, leaf), spot);
      return;
    case 'tuple':
      text.line(`checkLength(${value}, ${spotConstant(p, path, l.items.length)});`);
      for (const part of partsOf(
        l.items.map((layout, i) => ({ name: String(i), layout })),
        leaf,
      ))
        put(p, part.layout, {
          ...spot,
          value: `${value}[${part.name}]`,
          path: `${path}[${part.name}]`,
          leaf: part.leaf,
        });
      return;
    case 'array':
      putArray(p, l, spot);
      return;
    default:
      l satisfies never;
  }
}

const rangeCheck = (at: string, path: string, [low, high]: readonly [number, number]): string => {
  const [a, b] = [Math.fround(low), Math.fround(high)];
  return `if (!(f[${at}] >= ${a} && f[${at}] <= ${b})) outOfRange(${quote(path)}, ${a}, ${b}, f[${at}]);`;
};

/** What is infinite is no limit, and JSON has no word for it. */
const limitsOf = ([low, high]: readonly [number, number]): object => ({
  ...(Number.isFinite(low) && { low: Math.fround(low) }),
  ...(Number.isFinite(high) && { high: Math.fround(high) }),
});

const spotConstant = (p: Printing, path: string, size: number, more: object = {}): string =>
  p.text.constant(constants({ path, size, ...more }));

function putCases(p: Printing, l: CasesLayout, { value, path, leaf, element }: Spot): void {
  const { text } = p;
  const at = wordAt(leaf, element, l.size);
  const spot = spotConstant(p, path, l.size, l.cases && { cases: l.cases });
  if (!l.soft) {
    text.line(`putCase(f, ${at}, ${value}, ${spot});`);
    return;
  }
  text.line(`x = ${value};`);
  text.line('if (typeof x === "object" && x !== null) {');
  if (!l.cases) text.line(`  putNumbers(f, ${at}, x, ${spot});`);
  for (const [i, name] of (l.cases ?? []).entries()) {
    text.line(`  y = ${member('x', name)};`);
    text.line(`  f[${at} + ${i}] = typeof y === "number" ? y : noWeight(y, ${quote(`${path}.${name}`)});`);
  }
  text.line(`  checkWeights(f, ${at}, ${spot});`);
  text.line(`} else putCase(f, ${at}, x, ${spot});`);
}

function putArray(p: Printing, l: ArrayLayout, spot: Spot): void {
  const { text } = p;
  const { value, path, leaf, element, range } = spot;
  const size = flatSize(l);
  if (size !== undefined) {
    const limits = range && limitsOf(range);
    const known = spotConstant(p, path, size, limits);
    const at = wordAt(leaf, element, size);
    text.line(`${flatKind(l) === 'truth' ? 'putTruths' : 'putNumbers'}(f, ${at}, ${value}, ${known});`);
    if (range) text.line(`checkRange(f, ${at}, ${known});`);
  } else if (l.cases) {
    const parts = l.cases.map((name) => ({ name, layout: l.of, leaf }));
    const names = p.text.constant(quote(l.cases));
    text.line(`fieldsOf(${value}, ${quote(path)}, ${names});`);
    for (const [i, part] of parts.entries())
      put(p, l.of, {
        ...spot,
        value: member(value, part.name),
        path: `${path}.${part.name}`,
        element: `(${element} * ${l.size} + ${i})`,
      });
  } else {
    const turn = `j${p.turns.count++}`;
    text.line(`checkLength(${value}, ${spotConstant(p, path, l.size)});`);
    text.line(`for (let ${turn} = 0; ${turn} < ${l.size}; ${turn}++) {`);
    put({ ...p, text: indented(text) }, l.of, {
      ...spot,
      value: `${value}[${turn}]`,
      path: `${path}[]`,
      element: `(${element} * ${l.size} + ${turn})`,
    });
    text.line('}');
  }
}
