/** A C program that calls a model on given inputs and prints the bits of every result: how tests and the command line try it. */
import { f32Literal } from '../backends/c/literal.ts';
import type { Layout } from '../ir/layout.ts';
import { bitsOfF32 } from '../num/bits.ts';
import { must } from '../text/result.ts';
import { cName } from './c-names.ts';
import { RESULT } from './c-types.ts';
import type { Trial } from './check.ts';
import { callerInputs, leafCount } from './places.ts';
import type { Subject } from './subject.ts';

/** `main`: for each trial its status and the words of the result in hexadecimal, one line each. */
export function trialProgram(subject: Subject, trials: readonly Trial[]): string {
  const name = cName(subject.function);
  const hasInputs = subject.inputs.length > 0;
  const rows = trials.map(({ inputs }) => `  ${inputsText(subject, inputs)},\n`).join('');
  const words = wordsOf(subject.output, subject.output.kind === 'record' ? 'out' : `out.${RESULT}`);
  return `#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <math.h>
#include "${name}.h"

${hasInputs ? `static const ${name}_inputs inputs[] = {\n${rows}};\n` : ''}
static void number(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  printf(" %08lx", (unsigned long)(x == x ? bits : 0x7fc00000u));
}

static void whole(int x) { printf(" %08lx", (unsigned long)(uint32_t)x); }

int main(void) {
  (void)number;
  (void)whole;
  for (int n = 0; n < ${trials.length}; n++) {
    ${name}_output out;
    printf("%d", ${name}_run(${hasInputs ? '&inputs[n], ' : ''}&out));
${words.map((word) => `    ${word}\n`).join('')}    printf("\\n");
  }
  return 0;
}
`;
}

/** The lines that it should print. */
export const trialLines = (subject: Subject, trials: readonly Trial[]): readonly string[] =>
  trials.map(({ outputs, alarms }) => {
    const [first] = alarms;
    const status = first === undefined ? 0 : first + 1;
    return [status, ...bitsOf(subject.output, outputs, 1, 0)].join(' ');
  });

function inputsText(subject: Subject, leaves: readonly Float32Array[]): string {
  const [only] = subject.inputs;
  if (callerInputs(subject.inputs).record !== undefined) return initialiser(must(only).layout, leaves, 1, 0);
  let first = 0;
  const values = subject.inputs.map(({ layout }) => {
    const own = leaves.slice(first, first + leafCount(layout));
    first += own.length;
    return initialiser(layout, own, 1, 0);
  });
  return `{${values.join(', ')}}`;
}

const partsIn = (l: Extract<Layout, { kind: 'record' | 'tuple' }>): readonly Layout[] =>
  l.kind === 'record' ? l.fields.map((f) => f.layout) : l.items;

/** Walks a value; `leaf` makes one leaf's part, `join` a list. */
function walk<T>(
  l: Layout,
  leaves: readonly Float32Array[],
  place: { readonly count: number; readonly index: number },
  make: { readonly leaf: (l: Layout, data: Float32Array) => T; readonly join: (parts: readonly T[]) => T },
): T {
  const { count, index } = place;
  if (l.kind === 'record' || l.kind === 'tuple') {
    let first = 0;
    return make.join(
      partsIn(l).map((layout) => {
        const own = leaves.slice(first, first + leafCount(layout));
        first += own.length;
        return walk(layout, own, place, make);
      }),
    );
  }
  if (l.kind === 'array')
    return make.join(
      Array.from({ length: l.size }, (_, i) =>
        walk(l.of, leaves, { count: count * l.size, index: index * l.size + i }, make),
      ),
    );
  const data = must(leaves[0]);
  const width = data.length / count;
  return make.leaf(l, data.subarray(index * width, (index + 1) * width));
}

const largest = (data: Float32Array): number => data.indexOf(Math.max(...data));

const initialiser = (l: Layout, leaves: readonly Float32Array[], count: number, index: number): string =>
  walk(
    l,
    leaves,
    { count, index },
    {
      join: (parts) => `{${parts.join(', ') || '0'}}`,
      leaf(layout, data) {
        if (layout.kind === 'bool') return must(data[0]) > 0 ? 'true' : 'false';
        if (layout.kind !== 'cases') return f32Literal(must(data[0]));
        if (layout.soft) return `{${Array.from(data, f32Literal).join(', ')}}`;
        return String(largest(data));
      },
    },
  );

const word = (x: number): string => (x >>> 0).toString(16).padStart(8, '0');
const floatWord = (x: number): string => (Number.isNaN(x) ? '7fc00000' : word(bitsOfF32(x)));

const bitsOf = (l: Layout, leaves: readonly Float32Array[], count: number, index: number): readonly string[] =>
  walk<readonly string[]>(
    l,
    leaves,
    { count, index },
    {
      join: (parts) => parts.flat(),
      leaf(layout, data) {
        if (layout.kind === 'bool') return [word(must(data[0]) > 0 ? 1 : 0)];
        if (layout.kind !== 'cases' || layout.soft) return Array.from(data, floatWord);
        return [word(largest(data))];
      },
    },
  );

/** Statements that print the words of a value. */
function wordsOf(l: Layout, value: string, depth = 0): string[] {
  const turn = `i${depth}`;
  const loop = (size: number, body: readonly string[]): string[] =>
    size === 0
      ? []
      : [`for (int ${turn} = 0; ${turn} < ${size}; ${turn}++) {`, ...body.map((line) => `  ${line}`), '}'];
  switch (l.kind) {
    case 'number':
    case 'truth':
      return [`number(${value});`];
    case 'bool':
      return [`whole(${value});`];
    case 'cases':
      return l.soft ? loop(l.size, [`number(${value}[${turn}]);`]) : [`whole((int)${value});`];
    case 'record':
      return l.fields.flatMap((f) => wordsOf(f.layout, `${value}.${cName(f.name)}`, depth));
    case 'tuple':
      return l.items.flatMap((item, i) => wordsOf(item, `${value}.item${i}`, depth));
    case 'array':
      return loop(l.size, wordsOf(l.of, `${value}[${turn}]`, depth + 1));
    default:
      return l satisfies never;
  }
}
