/**
 * Tasks over sequences as data: at each step a few whole numbers go in and a few come out. A rule is a plain function over a whole sequence,
 * and where the truth is finite-state, linear, or made of minima, maxima and distances, it stands beside it as Sutra text too, to prove
 * against. Definitions: "Opening the AI black box: program synthesis via mechanistic interpretability" (arXiv 2402.05110), restated in our words.
 */
import { type RandomStream, randomStream } from '../../../src/num/random.ts';
import { must } from '../../../src/text/result.ts';

/** Whole numbers between two ends, both included. */
export interface Ints {
  readonly low: number;
  readonly high: number;
}

/** A sequence: step by step the numbers of each channel. */
export type Steps = readonly (readonly number[])[];
export type Rule = (xs: Steps) => Steps;

/** What the rule remembers: a state out of finitely many, a linear combination of the past, registers of numbers, counters, or all of it. */
export type Truth =
  | { readonly kind: 'finite'; readonly states: number }
  | { readonly kind: 'linear' | 'registers' | 'counter' | 'prefix' };

export interface SequenceTask {
  readonly name: string;
  /** Per channel. What a template may know of the task is this: the two types, and the examples. */
  readonly inputs: readonly Ints[];
  readonly outputs: readonly Ints[];
  /** Steps of a training sequence. */
  readonly length: number;
  readonly truth: Truth;
  readonly rule: Rule;
  /** `1 0 1 -> 0 1 0`, with commas between channels: checked against the original generators. */
  readonly example: string;
  /** The body of `fn spec<n>(x: In[n]) -> Out[n]`: over cases where the truth is finite, else over numbers. */
  readonly spec?: string;
  /** How inputs are drawn, where not uniformly. */
  readonly sample?: (length: number, random: RandomStream) => Steps;
}

export const ints = (low: number, high: number): Ints => ({ low, high });
export const BIT = ints(0, 1);
export const countOf = ({ low, high }: Ints): number => high - low + 1;

// --- rules -------------------------------------------------------------------------------------------------

/** From the state before a step and its inputs to the state after it and the outputs. */
export const remembering =
  <S>(start: S, step: (s: S, x: readonly number[]) => readonly [S, ...number[]]): Rule =>
  (xs) => {
    let state = start;
    return xs.map((x) => {
      const [next, ...y] = step(state, x);
      state = next;
      return y;
    });
  };

/** Each output is a function of the last `size` inputs, the newest first; before the first there are zeros. */
export const windowed =
  (size: number, of: (last: readonly number[]) => number): Rule =>
  (xs) =>
    xs.map((_, t) => [of(Array.from({ length: size }, (_, k) => xs[t - k]?.[0] ?? 0))]);

/** Each output is a function of the whole input up to there. */
export const ofPrefix =
  (of: (prefix: readonly number[]) => number): Rule =>
  (xs) =>
    xs.map((_, t) => [of(xs.slice(0, t + 1).map((x) => must(x[0])))]);

export const bit = (holds: boolean): number => (holds ? 1 : 0);

// --- data --------------------------------------------------------------------------------------------------

export interface Example {
  readonly xs: Steps;
  readonly ys: Steps;
}

const uniform = (inputs: readonly Ints[], length: number, random: RandomStream): Steps =>
  Array.from({ length }, () => inputs.map((i) => i.low + random.below(countOf(i))));

/** `count` examples of a length. Streams with different numbers share nothing. */
export function examples(task: SequenceTask, count: number, length: number, stream: number): readonly Example[] {
  const random = randomStream(SEED, stream);
  return Array.from({ length: count }, () => {
    const xs = task.sample?.(length, random) ?? uniform(task.inputs, length, random);
    return { xs, ys: task.rule(xs) };
  });
}
const SEED = 2402;

const readSteps = (text: string): Steps =>
  text
    .trim()
    .split(/\s+/)
    .map((step) => step.split(',').map(Number));

/** The worked example as numbers. */
export function workedExample({ example }: SequenceTask): Example {
  const [xs = '', ys = ''] = example.split('->');
  return { xs: readSteps(xs), ys: readSteps(ys) };
}

// --- as Sutra ----------------------------------------------------------------------------------------------

/** Whether whole numbers are typed as `Index<n>`, which has cases, or as `f32`. */
export type Typing = 'cases' | 'numbers';
export interface Types {
  readonly inputs: Typing;
  readonly outputs: Typing;
}

export const CHANNELS = ['a', 'b'] as const;

/** The type of a step: several channels are a record. */
function stepType(name: string, channels: readonly Ints[], typing: Typing): { type: string; declared: string } {
  const types = channels.map((c) => (typing === 'numbers' ? 'f32' : `Index<${c.high + 1}>`));
  if (types.length === 1) return { type: must(types[0]), declared: '' };
  const fields = types.map((type, i) => `${CHANNELS[i]}: ${type}`).join(', ');
  return { type: name, declared: `record ${name} { ${fields} }\n` };
}

/** How inputs and outputs are typed, and the records that this needs. */
export function sutraTypes(
  task: Pick<SequenceTask, 'inputs' | 'outputs'>,
  types: Types,
): { readonly input: string; readonly output: string; readonly declared: string } {
  const input = stepType('In', task.inputs, types.inputs);
  const output = stepType('Out', task.outputs, types.outputs);
  return { input: input.type, output: output.type, declared: `${input.declared}${output.declared}` };
}

/** How the rule of a task is typed. */
export const specTypes = ({ truth }: SequenceTask): Types =>
  truth.kind === 'finite' ? { inputs: 'cases', outputs: 'cases' } : { inputs: 'numbers', outputs: 'numbers' };

/** The rule as a Sutra function `spec` for every length; the records are declared elsewhere. */
export function specText(task: SequenceTask): string | undefined {
  if (task.spec === undefined) return undefined;
  const { input, output } = sutraTypes(task, specTypes(task));
  const bits = task.spec.includes('bit(') ? 'fn bit(holds: bool) -> Index<2> { if holds { 1 } else { 0 } }\n\n' : '';
  const body = task.spec.trim().replace(/^/gm, '  ');
  return `${bits}fn spec<n>(x: ${input}[n]) -> ${output}[n] {\n${body}\n}\n`;
}

/** The columns of a table with these examples, as the trainer reads them, and its rows. */
export function tableRows(
  task: Pick<SequenceTask, 'inputs' | 'outputs' | 'length'>,
  data: readonly Example[],
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const columns = (name: string, channels: readonly Ints[]): string[] =>
    channels.flatMap((_, c) => {
      const base = channels.length === 1 ? name : name === 'x' ? CHANNELS[c] : `${name}.${CHANNELS[c]}`;
      return Array.from({ length: task.length }, (_unused, t) => `${base}${t}`);
    });
  const cells = (steps: Steps, channels: readonly Ints[]): string[] =>
    channels.flatMap((_, c) => steps.map((step) => String(must(step[c]))));
  return {
    header: [...columns('x', task.inputs), ...columns('y', task.outputs)],
    rows: data.map(({ xs, ys }) => [...cells(xs, task.inputs), ...cells(ys, task.outputs)]),
  };
}
