/** Programs for the tests of this room: text to lowered program, and runs of it on the reference interpreter, before and after the passes. */
import { check } from '../../src/check/index.ts';
import { printValue } from '../../src/decompile/print.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { leavesOf } from '../../src/ir/layout.ts';
import { type LoadTensor, lower, type Program } from '../../src/lower/index.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
import { ready } from '../../src/passes/pipelines.ts';
import type { Problem } from '../../src/text/problem.ts';
import { must } from '../../src/text/result.ts';
import { textOf } from '../../src/text/span.ts';
import { encodeValue, type Value } from '../../src/train/value.ts';

export interface Lowered {
  readonly program: Program | undefined;
  readonly problems: readonly Problem[];
}

/** Checks and lowers a program; both stages' problems. */
export function lowered(text: string, load: LoadTensor = () => undefined): Lowered {
  const checked = check({ name: 'test.su', text }, { resolve: () => undefined });
  if (!checked.module) return { program: undefined, problems: checked.problems };
  const result = lower(checked.module, { load });
  return result.ok
    ? { program: result.value, problems: [...checked.problems, ...result.notes] }
    : { program: undefined, problems: [...checked.problems, ...result.problems] };
}

export const problemLine = (p: Problem): string =>
  `${p.id} ${p.title}${p.at ? ` | ${textOf(p.at).split('\n')[0]}` : ''}`;

/** The program, or an error that lists its problems. */
export function programOf(text: string, load?: LoadTensor): Program {
  const { program, problems } = lowered(text, load);
  if (!program) throw new Error(problems.map((p) => `${problemLine(p)} (${p.help})`).join('\n'));
  return program;
}

const bitsOf = (data: Float32Array): number[] => [...new Uint32Array(data.slice().buffer)];

/** Runs a graph as it was lowered and after the passes; their bits must agree. */
export function runGraph(
  program: Program,
  graph: Graph,
  inputs: readonly Float32Array[],
): { readonly outputs: readonly Float32Array[]; readonly alarms: readonly string[] } {
  verifyGraph(graph);
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  const plain = evaluate(graph, inputs, params);
  const quick = evaluate(ready(graph), inputs, params);
  const [a, b] = [plain, quick].map((e) => JSON.stringify([e.outputs.map((o) => bitsOf(o as Float32Array)), e.alarms]));
  if (a !== b) throw new Error(`the passes change the result: ${a} and ${b}`);
  return {
    outputs: plain.outputs as readonly Float32Array[],
    alarms: plain.alarms.map((i) => must(graph.alarms[i]).message),
  };
}

/** The value of an entry as Sutra text; alarms in lines after it. */
export function runEntry(program: Program, name: string, inputs: readonly Value[]): string {
  const entry = program.entries.find((e) => e.name === name);
  if (!entry) throw new Error(`there is no entry ${name}; there are ${program.entries.map((e) => e.name).join(', ')}`);
  const tensors = entry.inputs.flatMap(({ name: input, layout }, i) => {
    const encoded = encodeValue(layout, must(inputs[i], `${name} lacks an input`), input);
    if (!encoded.ok) throw new Error(encoded.problems.map(problemLine).join('\n'));
    return encoded.value;
  });
  const { outputs, alarms } = runGraph(program, entry.graph, tensors);
  if (outputs.length !== leavesOf(entry.output, 'result').length) throw new Error('an output is missing');
  return [printValue(entry.output, outputs), ...alarms.map((a) => `! ${a}`)].join('\n');
}

/** Runs every test block; the sources of the asserts that do not hold. */
export const failedAsserts = (program: Program): string[] =>
  program.tests.flatMap((t) =>
    runGraph(program, t.graph, []).outputs.flatMap((o, i) => (must(o[0]) > 0 ? [] : [textOf(must(t.asserts[i]))])),
  );
