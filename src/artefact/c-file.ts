/**
 * A model as one pair of C files that need nothing: no allocation, no library but the standard one, all sizes static. The steps come
 * from the printer of plans; this adds the types, the conversions and what calls return.
 */
import { f32Literal } from '../backends/c/literal.ts';
import { printC } from '../backends/c/nests.ts';
import { schedulePlan } from '../backends/schedule/index.ts';
import type { Buffer, Plan } from '../kernel/nest.ts';
import { must } from '../text/result.ts';
import { type Place, type Printing, printGets, printPuts } from './c-convert.ts';
import { cName } from './c-names.ts';
import { type CTypes, cComment, printCTypes } from './c-types.ts';
import { leafCount } from './places.ts';
import type { Subject } from './subject.ts';

export interface CFiles {
  /** What all names begin with. */
  readonly prefix: string;
  readonly header: string;
  readonly source: string;
  /** Bytes of memory that a call works in. */
  readonly memory: number;
}

export function cFiles(subject: Subject): CFiles {
  const prefix = cName(subject.function);
  const plan = withoutConstants(schedulePlan(subject.graph));
  const types = printCTypes(subject, prefix);
  const model: Model = { subject, prefix, plan, types };
  return { prefix, header: headerText(model), source: sourceText(model), memory: 4 * Math.max(1, plan.arena) };
}

interface Model {
  readonly subject: Subject;
  readonly prefix: string;
  readonly plan: Plan;
  readonly types: CTypes;
}

/** Constants stand in the text: the memory closes the gaps where they would be. */
function withoutConstants(plan: Plan): Plan {
  const gaps = plan.buffers.filter((b) => b.data !== undefined);
  const before = (offset: number): number => gaps.reduce((n, g) => n + (g.offset < offset ? g.length : 0), 0);
  const moved = (b: Buffer): Buffer => (b.data ? b : { ...b, offset: b.offset - before(b.offset) });
  return { ...plan, arena: plan.arena - before(plan.arena), buffers: plan.buffers.map(moved) };
}

const madeBy = ({ subject }: Model): string =>
  `Made by \`sutra build\` from ${JSON.stringify(subject.program)}: ${subject.function}. Not edited by hand.`;

const hasInputs = ({ subject }: Model): boolean => subject.inputs.length > 0;

const parameters = (model: Model): string =>
  `${hasInputs(model) ? `const ${model.types.inputs} *in, ` : ''}${model.types.output} *out`;

function headerText(model: Model): string {
  const { prefix, subject, types, plan } = model;
  const guard = `${prefix.toUpperCase()}_H`;
  const doc = subject.docs.fn(subject.function);
  return `${cComment(madeBy(model))}
#ifndef ${guard}
#define ${guard}

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

${types.text}

/* Numbers that a call works in. */
#define ${prefix}_MEMORY ${Math.max(1, plan.arena)}

/*${doc === undefined ? '' : `\n * ${doc.replaceAll('*/', '* /').replaceAll('\n', '\n * ')}\n *`}
 * Gives 0; below 0 where an input does not keep its promise, and then nothing was computed; above 0 where the result stands but
 * something is to be reported. ${prefix}_message tells what. One call at a time: its memory is static.
 */
int ${prefix}_run(${parameters(model)});

/* The same in memory of the caller's, so that several calls may run at once. What is in it before does not matter. */
int ${prefix}_run_in(${parameters(model)}, float memory[${prefix}_MEMORY]);

/* What a status says. */
const char *${prefix}_message(int status);

#ifdef __cplusplus
}
#endif
#endif
`;
}

function sourceText(model: Model): string {
  const { prefix, plan, subject } = model;
  const steps = `${prefix}_steps`;
  const works = plan.steps.length > 0;
  const { prelude, data, functions } = printC(works ? [{ name: steps, plan }] : [], { width: 1, constants: 'text' });
  const results: string[] = [];
  const inputs = plan.inputs.length;
  const leaf = (n: number): Place => {
    const id = must(n < inputs ? plan.inputs[n] : plan.outputs[n - inputs]);
    return placeOf(must(plan.buffers[id]), `${prefix}_result${n - inputs}`, results);
  };
  const needs = { weights: false, largest: false };
  const printing: Printing = { types: model.types, leaf, lines: [], complaints: [], needs };
  printPuts(printing, subject.inputs);
  const puts = printing.lines.splice(0);
  printGets(
    printing,
    subject.output,
    subject.inputs.reduce((n, i) => n + leafCount(i.layout), 0),
  );
  const messages = subject.graph.alarms.map((a) => a.message);
  const reports = plan.alarms.map((id, n) => {
    const { array, offset } = placeOf(must(plan.buffers[id]), `${prefix}_alarm${n}`, results);
    return `  if (${array}[${offset}] > 0.0f) return ${n + 1};\n`;
  });
  return `${cComment(madeBy(model))}
#include "${prefix}.h"

${prelude}${data}${results.join('')}${works ? `static void ${steps}(float *arena);\n\n${functions}\n` : ''}${needs.weights ? WEIGHTS : ''}${needs.largest ? LARGEST : ''}int ${prefix}_run_in(${parameters(model)}, float memory[${prefix}_MEMORY]) {
${[...puts, works ? `  ${steps}(memory);` : '  (void)memory;', ...printing.lines].join('\n')}
${reports.join('')}  return 0;
}

int ${prefix}_run(${parameters(model)}) {
  static float memory[${prefix}_MEMORY];
  return ${prefix}_run_in(${hasInputs(model) ? 'in, ' : ''}out, memory);
}

${messageText(prefix, printing.complaints, messages)}`;
}

/** Where a value is: in the memory, or a constant of the text that is added to `results`. */
function placeOf({ offset, data }: Buffer, name: string, results: string[]): Place {
  if (!data) return { array: 'memory', offset };
  const text = `static const float ${name}[${Math.max(1, data.length)}] = {${Array.from(data, f32Literal).join(', ') || '0'}};\n`;
  if (!results.includes(text)) results.push(text);
  return { array: name, offset: 0 };
}

const WEIGHTS = `/* Not negative, and a sum of 1 within a few roundings. */
static int are_weights(const float *weights, int count) {
  double sum = 0.0;
  for (int c = 0; c < count; c++) {
    if (!(weights[c] >= 0.0f)) return 0;
    sum += weights[c];
  }
  return sum > 0.999 && sum < 1.001;
}

`;

const LARGEST = `static int largest_of(const float *weights, int count) {
  int best = 0;
  for (int c = 1; c < count; c++)
    if (weights[c] > weights[best]) best = c;
  return best;
}

`;

function messageText(prefix: string, complaints: readonly string[], alarms: readonly string[]): string {
  const rows = [
    ...complaints.map((text, i) => `    case -${i + 1}: return ${JSON.stringify(text)};\n`),
    ...alarms.map((text, i) => `    case ${i + 1}: return ${JSON.stringify(text)};\n`),
  ];
  return `const char *${prefix}_message(int status) {
  switch (status) {
${rows.join('')}    default: return status == 0 ? "done" : "no such status";
  }
}
`;
}
