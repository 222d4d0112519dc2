/**
 * Evaluating the functions of a program: once on given values, or row by row over a table in blocks. Inputs are found by name;
 * the fields of a function's only record may be given directly.
 */
import { batchGraph } from '../autodiff/index.ts';
import type { Backend } from '../backends/backend.ts';
import { type Graph, sizeOf, type ValueId } from '../ir/graph.ts';
import { type Layout, leavesOf } from '../ir/layout.ts';
import type { OpName } from '../ir/vocabulary.ts';
import type { Entry, LoweredTest, ParamSpec } from '../lower/program.ts';
import { printF32 } from '../num/literal.ts';
import { evaluate } from '../ops/reference.ts';
import { ready } from '../passes/index.ts';
import { nearest } from '../text/nearest.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { listed, planRow, type RowPlan } from './columns.ts';
import { encodeRow } from './encode.ts';
import type { RowSource } from './rows.ts';
import { decodeValue, encodeValue, typeName, type Value } from './value.ts';

export type Params = ReadonlyMap<string, Float32Array>;
export type Inputs = { readonly [name: string]: Value };

export interface TraceStep {
  readonly name: string;
  readonly at: Span;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A comparison of two numbers that was made on the way, outside of loops. */
export interface Decision {
  readonly at: Span;
  readonly holds: boolean;
  /** How far its sides are apart: the distance to where it would turn over. */
  readonly by: number;
}

/** What hears of the way of one evaluation. */
export interface Witness {
  readonly trace?: (step: TraceStep) => void;
  readonly decide?: (decision: Decision) => void;
}

const COMPARISONS: readonly string[] = ['lt', 'le', 'eq'] satisfies readonly OpName[];

export const paramsOf = (specs: readonly ParamSpec[]): Params => new Map(specs.map((p) => [p.name, p.value]));

/** The function to run: the named one; without a name the trained one, else `main`, else the last. */
export function findEntry<E extends Entry>(
  entries: readonly E[],
  name: string | undefined,
  file: string,
  trained: string | undefined,
): Result<E> {
  const names = entries.map((e) => e.name);
  const wanted = name ?? [trained, 'main', names.at(-1)].find((n) => n !== undefined && names.includes(n));
  const entry = entries.find((e) => e.name === wanted);
  if (entry) return ok(entry);
  const near = name === undefined ? undefined : nearest(name, names);
  const meant = near === undefined ? '' : `Did you mean \`${near}\`? `;
  const hint =
    names.length === 0
      ? 'A function can be run when its types are known, at most one size is left to its inputs, and no argument is a function.'
      : `${meant}Those that can be run are ${listed(names)}.`;
  return fail([
    problem('no-function', undefined, { file, what: name === undefined ? 'function' : `function \`${name}\``, hint }),
  ]);
}

/** What takes named inputs. */
export type Taking = Pick<Entry, 'name' | 'inputs' | 'at'>;

// --- once ------------------------------------------------------------------------------------------------

export interface Ran {
  readonly leaves: readonly Float32Array[];
  readonly value: Value;
  readonly alarms: readonly Problem[];
}

/** Runs a ready graph of an entry on named values. */
export function runOnce(entry: Entry, graph: Graph, inputs: Inputs, params: Params, backend: Backend): Result<Ran> {
  const encoded = encodeInputs(entry, inputs);
  if (!encoded.ok) return encoded;
  const { outputs, alarms } = backend.compile(graph).run(encoded.value, params);
  return ok({ leaves: outputs, value: decodeValue(entry.output, outputs), alarms: alarmProblems(graph, alarms) });
}

/** Every named value and every comparison of numbers on the way, in the order of evaluation; loops show as their results. */
export function traceOnce(entry: Entry, inputs: Inputs, params: Params, { trace, decide }: Witness): Result<void> {
  const encoded = encodeInputs(entry, inputs);
  if (!encoded.ok) return encoded;
  const outer = new Set(entry.graph.nodes);
  const isScalar = (v: ValueId): boolean => must(entry.graph.types[v]).shape.length === 0;
  const scalars = new Map<ValueId, number>();
  for (const [i, v] of entry.graph.inputs.entries()) if (isScalar(v)) scalars.set(v, must(encoded.value[i]?.[0]));
  evaluate(entry.graph, encoded.value, params, {
    watch: (node, values) => {
      const { origin } = node;
      if (!outer.has(node)) return;
      for (const [i, v] of node.results.entries()) {
        const { shape } = must(entry.graph.types[v]);
        const data = Float32Array.from(must(values[i]));
        if (isScalar(v)) scalars.set(v, must(data[0]));
        if (origin?.name !== undefined) trace?.({ name: origin.name, at: origin.at, shape, data });
      }
      const [a, b] = node.inputs.map((v) => scalars.get(v));
      if (!decide || !origin || !COMPARISONS.includes(node.op) || a === undefined || b === undefined) return;
      decide({ at: origin.at, holds: scalars.get(must(node.results[0])) === 1, by: Math.fround(Math.abs(b - a)) });
    },
  });
  return ok(undefined);
}

/** Named values as leaves, in the order of the inputs of a function or a property. */
export function encodeInputs(entry: Taking, given: Inputs): Result<readonly Float32Array[]> {
  const inputs = adopted(entry, given);
  const names = entry.inputs.map((i) => i.name);
  const problems: Problem[] = [];
  for (const name of Object.keys(inputs)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = `${near === undefined ? '' : `Did you mean \`${near}\`? `}Its inputs are ${listed(names)}.`;
    problems.push(problem('unknown-input', entry.at, { function: entry.name, name, hint }));
  }
  const leaves: Float32Array[] = [];
  for (const { name, layout, range } of entry.inputs) {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (value === undefined) {
      const hint = `Give it as \`--in ${name}=...\`.`;
      problems.push(problem('missing-input', entry.at, { function: entry.name, name, type: typeName(layout), hint }));
      continue;
    }
    const encoded = encodeValue(layout, value, name);
    if (!encoded.ok) problems.push(...encoded.problems);
    else {
      leaves.push(...encoded.value);
      problems.push(...(range ? outside(name, encoded.value, range) : []));
    }
  }
  return problems.length > 0 ? fail(problems) : ok(leaves);
}

/** The fields of the only record, given without its name. */
function adopted(entry: Taking, given: Inputs): Inputs {
  const [only] = entry.inputs;
  if (entry.inputs.length !== 1 || only?.layout.kind !== 'record' || Object.hasOwn(given, only.name)) return given;
  const fields = only.layout.fields.map((f) => f.name);
  return Object.keys(given).some((name) => fields.includes(name)) ? { [only.name]: given } : given;
}

function outside(name: string, leaves: readonly Float32Array[], range: readonly [number, number]): Problem[] {
  const [low, high] = [Math.fround(range[0]), Math.fround(range[1])];
  const bad = leaves.flatMap((l) => Array.from(l)).find((x) => !(x >= low && x <= high));
  if (bad === undefined) return [];
  const type = `a number in [${printF32(low)}, ${printF32(high)}]`;
  const hint = 'The function states this range; what it says holds only there.';
  return [problem('wrong-value', undefined, { name, type, found: `\`${printF32(bad)}\``, hint })];
}

function alarmProblems(graph: Graph, alarms: readonly number[]): Problem[] {
  return alarms.map((i) => {
    const alarm = must(graph.alarms[i]);
    return problem('bound-reached', alarm.at, { message: alarm.message, when: '' });
  });
}

// --- a table ---------------------------------------------------------------------------------------------

export interface RowReport {
  readonly line: number;
  readonly value: Value;
}

export interface TableRun {
  readonly entry: Entry;
  readonly graph: Graph;
  readonly params: Params;
  readonly backend: Backend;
  readonly file: string;
  readonly table: RowSource;
}

const BLOCK_ROWS = 256;

/** Blocks of rows with their results; alarms are notes. The first bad row ends it with its Problems, after the good rows before it. */
export async function* runRows(run: TableRun): AsyncGenerator<Result<readonly RowReport[]>> {
  const place = { file: run.file, at: undefined };
  const planned = planRow(run.table.header, { ...place, inputs: run.entry.inputs });
  if (!planned.ok) {
    yield planned;
    return;
  }
  const plan = planned.value;
  const work = blockRunner(run, plan);
  let lines: number[] = [];
  const block = new Float32Array(BLOCK_ROWS * plan.floats);
  for await (const row of run.table.rows()) {
    const problems = encodeRow(plan, row, block, lines.length * plan.floats, place);
    if (problems.length > 0) {
      if (lines.length > 0) yield work(block, lines);
      yield fail(problems);
      return;
    }
    lines.push(row.line);
    if (lines.length < BLOCK_ROWS) continue;
    yield work(block, lines);
    lines = [];
  }
  if (lines.length > 0) yield work(block, lines);
}

function blockRunner(run: TableRun, plan: RowPlan) {
  const compiled = new Map<number, ReturnType<Backend['compile']>>();
  const executable = (rows: number) => {
    const known = compiled.get(rows) ?? run.backend.compile(ready(batchGraph(run.graph, rows)));
    compiled.set(rows, known);
    return known;
  };
  const sizes = leavesOf(run.entry.output, 'result').map((l) => sizeOf(l.shape));
  return (block: Float32Array, lines: readonly number[]): Result<readonly RowReport[]> => {
    const { outputs, alarms } = executable(lines.length).run(columnsOf(plan, block, lines.length), run.params);
    const value = (row: number): Value =>
      decodeValue(
        run.entry.output,
        outputs.map((o, i) => o.subarray(row * must(sizes[i]), (row + 1) * must(sizes[i]))),
      );
    return ok(
      lines.map((line, row) => ({ line, value: value(row) })),
      alarmProblems(run.graph, alarms),
    );
  };
}

/** The encoded rows, leaf by leaf. */
function columnsOf(plan: RowPlan, block: Float32Array, rows: number): Float32Array[] {
  return plan.leaves.map((leaf, i) => {
    const size = sizeOf(leaf.shape);
    const out = new Float32Array(rows * size);
    for (let r = 0; r < rows; r++) {
      const at = r * plan.floats + must(plan.offsets[i]);
      out.set(block.subarray(at, at + size), r * size);
    }
    return out;
  });
}

// --- tests -----------------------------------------------------------------------------------------------

/** The asserts that do not hold, with what they compare. */
export function failedAsserts(test: LoweredTest, params: Params, backend: Backend): readonly FailedAssert[] {
  const { outputs } = backend.compile(ready(test.graph)).run([], params);
  let next = test.asserts.length;
  const side = (layout: Layout): Side => {
    const leaves = outputs.slice(next, next + leavesOf(layout, '').length);
    next += leaves.length;
    return { layout, leaves };
  };
  return test.asserts.flatMap((at, i): FailedAssert[] => {
    const compared = test.sides[i];
    const sides = compared && ([side(compared[0]), side(compared[1])] as const);
    return must(must(outputs[i])[0]) > 0 ? [] : [{ at, ...(sides && { sides }) }];
  });
}

/** One side of a comparison, as it came out. */
export interface Side {
  readonly layout: Layout;
  readonly leaves: readonly Float32Array[];
}

export interface FailedAssert {
  readonly at: Span;
  /** Left and right, when the assert is a comparison. */
  readonly sides?: readonly [Side, Side];
}
