/**
 * Templates: programs with parts to be learned, for tasks over sequences. A template knows the types of a task and nothing else of it: how many
 * channels a step has, between which ends its numbers lie, how long the examples are. All that fit are tried, in the order of this list.
 */
import { must } from '../../src/text/result.ts';
import { CHANNELS, countOf, type Ints, type SequenceTask, sutraTypes, type Types } from './tasks/sequence.ts';

export type TaskTypes = Pick<SequenceTask, 'inputs' | 'outputs' | 'length'>;

export interface Template {
  readonly name: string;
  readonly types: Types;
  /** Where the programs are few, so that all are tried and the shortest that is right is taken; else the trainer decides how it searches. */
  readonly search?: 'enumerate';
  /** Whether the types are such that it can be tried: limits on sizes, the same for all tasks. */
  fits(task: TaskTypes): boolean;
  /** What stands between the records of a step and `fn run<n>`, `run` included. */
  body(task: TaskTypes): string;
}

/** Channels with few values are cases, others are numbers. */
const MOST_SYMBOLS = 64;
const MOST_OUTPUTS = 20;
const product = (channels: readonly Ints[]): number => channels.reduce((n, c) => n * countOf(c), 1);
const areCases = ({ inputs, outputs }: TaskTypes): boolean =>
  [...inputs, ...outputs].every((c) => c.low === 0) &&
  product(inputs) <= MOST_SYMBOLS &&
  product(outputs) <= MOST_OUTPUTS;
const isSingle = ({ inputs, outputs }: TaskTypes): boolean => inputs.length === 1 && outputs.length === 1;

/** Counters are tried where every program can be tried. */
const MOST_BITS = 20;

/** A state out of sixteen, a table of next states and one of outputs. */
const STATES = 16;
const machine: Template = {
  name: 'machine',
  types: { inputs: 'cases', outputs: 'cases' },
  fits: (task) => areCases(task) && task.outputs.length === 1,
  body(task) {
    const { input, output } = sutraTypes(task, machine.types);
    const isOne = task.inputs.length === 1;
    const types = isOne ? input : task.inputs.map((c) => `Index<${countOf(c)}>`).join(', ');
    const read = isOne ? 'c' : task.inputs.map((_, i) => `c.${CHANNELS[i]}`).join(', ');
    return `param table next(Index<${STATES}>, ${types}) -> Index<${STATES}>;
param table out(Index<${STATES}>, ${types}) -> ${output};

fn run<n>(x: ${input}[n]) -> ${output}[n] {
  let start: (Index<${STATES}>, ${output}) = (0, 0);
  let steps = scan s = start for c in x { (next(s.0, ${read}), out(s.0, ${read})) };
  [for s in steps: s.1]
}`;
  },
};

/** One counter that each symbol moves by -1, 0 or 1, and what is told of it: its value, or whether it stands above or at zero, and never fell below. */
const TELLINGS = 6;
const counter: Template = {
  name: 'counter',
  search: 'enumerate',
  types: { inputs: 'cases', outputs: 'numbers' },
  fits: (task) =>
    areCases(task) && isSingle(task) && product(task.inputs) * Math.log2(3) + Math.log2(TELLINGS) <= MOST_BITS,
  body(task) {
    const { input } = sutraTypes(task, counter.types);
    return `param table moves(${input}) -> Index<3>;

fn number(holds: bool) -> f32 { if holds { 1.0 } else { 0.0 } }

fn tell(count: f32, least: f32) -> f32 {
  choose {
    count,
    number(count > 0.0),
    number(count == 0.0),
    number(least >= 0.0),
    number(count > 0.0 && least >= 0.0),
    number(count == 0.0 && least >= 0.0),
  }
}

fn run<n>(x: ${input}[n]) -> f32[n] {
  let steps = scan s = (0.0, 0.0) for c in x {
    let count = s.0 + f32(moves(c)) - 1.0;
    (count, min(s.1, count))
  };
  [for s in steps: tell(s.0, s.1)]
}`;
  },
};

/** A counter for each output, and which symbol counts for which; the output is the one that was counted most, the first of equal ones. */
const votes: Template = {
  name: 'votes',
  search: 'enumerate',
  types: { inputs: 'cases', outputs: 'cases' },
  fits: (task) => areCases(task) && isSingle(task) && product(task.inputs) * product(task.outputs) <= MOST_BITS,
  body(task) {
    const { input, output } = sutraTypes(task, votes.types);
    const count = product(task.outputs);
    return `param table counts(${input}, ${output}) -> bool;

fn run<n>(x: ${input}[n]) -> ${output}[n] {
  let start: f32[${count}] = zeros();
  let tallies = scan s = start for c in x {
    [for k in 0..${count}: s[k] + if counts(c, k) { 1.0 } else { 0.0 }]
  };
  [for tally in tallies: argmax(tally)]
}`;
  },
};

/** Each output is a sum of past outputs, of this and past inputs, and of a constant, with learned weights: a linear recurrence. */
const Y_LAGS = 4;
const X_LAGS = 8;
const FIELDS = ['a', 'b'];
const recurrence: Template = {
  name: 'recurrence',
  types: { inputs: 'numbers', outputs: 'numbers' },
  fits: (task) => !areCases(task),
  body(task) {
    const { input, output } = sutraTypes(task, recurrence.types);
    const [ins, outs] = [task.inputs.length, task.outputs.length];
    const [past, now] = [`f32[${Y_LAGS}, ${outs}]`, `f32[${X_LAGS}, ${ins}]`];
    const read = ins === 1 ? '[c]' : `[${FIELDS.map((f) => `c.${f}`).join(', ')}]`;
    const told = outs === 1 ? 's.0[0, 0]' : `Out { ${FIELDS.map((f, i) => `${f}: s.0[0, ${i}]`).join(', ')} }`;
    const names = outs === 1 ? ['weights'] : FIELDS.map((f) => `weights_${f}`);
    const params = names.map((n) => `param ${n}: Weights = Weights { past: zeros(), now: zeros(), constant: 0.0 };\n`);
    return `record Weights { past: ${past}, now: ${now}, constant: f32 }
${params.join('')}
fn next(past: ${past}, now: ${now}, w: Weights) -> f32 { sum(w.past * past) + sum(w.now * now) + w.constant }

fn run<n>(x: ${input}[n]) -> ${output}[n] {
  let start: (${past}, ${now}) = (zeros(), zeros());
  let steps = scan s = start for c in x {
    let now = concat([${read}], s.1[0..${X_LAGS - 1}]);
    (concat([[${names.map((n) => `next(s.0, now, ${n})`).join(', ')}]], s.0[0..${Y_LAGS - 1}]), now)
  };
  [for s in steps: ${told}]
}`;
  },
};

/** One register: how a step changes it and what is told of it are each an expression of the input, the one before, and the register. */
const expression = (name: string): string => `fn ${name}(s: f32, x: f32, p: f32) -> f32 {
  let a = pick { x, p, s };
  let b = pick { x, p, s };
  let u = choose { a, abs(a) };
  let v = choose { b, abs(b) };
  let w = choose { u, u + v, u - v, min(u, v), max(u, v) };
  choose { w, abs(w) }
}`;
const register: Template = {
  name: 'register',
  search: 'enumerate',
  types: { inputs: 'numbers', outputs: 'numbers' },
  fits: (task) => !areCases(task) && isSingle(task),
  body: () => `${expression('keep')}

${expression('tell')}

fn run<n>(x: f32[n]) -> f32[n] {
  let steps = scan s = (0.0, 0.0, 0.0) for c in x {
    let kept = keep(s.0, c, s.1);
    (kept, c, tell(kept, c, s.1))
  };
  [for s in steps: s.2]
}`,
};

/** In the order in which they are tried, those with short programs first: the first that is right on all held-out sequences is taken. */
export const TEMPLATES: readonly Template[] = [votes, counter, machine, recurrence, register];

/** Sequences that are longer than those it learns from. */
export const LONGER = 40;

/** Of a program from a template what computes: all before the lengths are fixed. */
export const frozenCore = (text: string): string => text.slice(0, text.indexOf('\nfn trained('));

/** The whole program for a task's types; `data.csv` stands for its examples. */
export function programText(template: Template, task: TaskTypes): string {
  const { input, output, declared } = sutraTypes(task, template.types);
  const whole = (name: string, length: number): string =>
    `fn ${name}(x: ${input}[${length}]) -> ${output}[${length}] { run(x) }`;
  return `${declared}${template.body(task)}

${whole('trained', task.length)}
${whole('longer', LONGER)}

${lossText(template, task)}
train trained {
  data: csv("data.csv", label = "y"),
  loss: wrong,
  metrics: [failed],
  holdout: ${HOLDOUT},
  seed: 1,
  epochs: 40,
  restarts: 2,
  search: ${template.search ?? 'auto'},
}
`;
}
const HOLDOUT = 0.2;

const lossText = (template: Template, task: TaskTypes): string => {
  const { output } = sutraTypes(task, template.types);
  const length = task.length;
  const y = task.outputs.length === 1 ? [''] : ['.a', '.b'];
  const miss =
    template.types.outputs === 'numbers'
      ? (f: string) => `abs(p[i]${f} - y[i]${f})`
      : (f: string) => `(if p[i]${f} == y[i]${f} { 0.0 } else { 1.0 })`;
  return `fn wrong(p: ${output}[${length}], y: ${output}[${length}]) -> f32 {
  mean(for i in 0..${length}: ${y.map(miss).join(' + ')})
}
fn failed(p: ${output}[${length}], y: ${output}[${length}]) -> f32 {
  if all(for i in 0..${length}: ${y.map((f) => `p[i]${f} == y[i]${f}`).join(' && ')}) { 0.0 } else { 1.0 }
}
`;
};

export { must, X_LAGS, Y_LAGS };
