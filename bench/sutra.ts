/**
 * Sutra as a contender: the programs of `programs/`, compiled by the road that the command line takes, run in place
 * (`Resident`). One contender per backend; a new backend is one more call of `sutra`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backend, NO_UPDATES, type Resident } from '../src/backends/backend.ts';
import { openFiles } from '../src/cli/files.ts';
import { type Compiled, compile, train } from '../src/road.ts';
import { renderProblems } from '../src/text/render.ts';
import { must, type Result } from '../src/text/result.ts';
import { fuseStep } from '../src/train/fuse.ts';
import { gradientGraph, scoreGraph } from '../src/train/graphs.ts';
import { openParameters } from '../src/train/parameters.ts';
import { type Contender, type Prepared, type Results, sink, timed } from './contender.ts';
import { ADAM, CHECKED_STEPS, type Tensor, type Tensors } from './work.ts';

export const RULES_EPOCHS = 30;
export const RULES_RATE = 0.01;

const succeed = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(renderProblems(result.problems, 'human'));
  return result.value;
};

export function openProgram(path: string): Compiled {
  const host = openFiles();
  return succeed(compile(succeed(host.source(path)), host));
}

export function sutra(root: string, backend: Backend, name = `Sutra ${backend.name}`): Contender {
  const program = (file: string): Compiled => openProgram(join(root, 'bench/programs', file));
  return {
    name,
    about: `this repository, backend ${backend.name}`,
    async prepare(work, tensors) {
      switch (work.kind) {
        case 'classifier':
        case 'mlp':
          return work.mode === 'step'
            ? step(program(`${work.kind}.su`), work.batch, backend, tensors)
            : forward(program(`${work.kind}.su`), work.batch, backend, tensors);
        case 'recurrent':
          return gradients(program('recurrent.su'), backend, tensors);
        case 'matmul':
          return plain(program(`matmul${work.n}.su`), backend, tensors);
        case 'chain':
          return plain(program('chain.su'), backend, tensors);
        case 'scalars':
          return scalars(program('scalars.su'), backend, tensors);
        case 'rules':
          return rules(root, backend, tensors);
        default:
          return work satisfies never;
      }
    },
  };
}

const dataOf = (tensors: Tensors, name: string): Float32Array => must<Tensor>(tensors.get(name), `no ${name}`).data;

function fill(resident: Resident, names: readonly string[], tensors: Tensors): void {
  for (const [i, name] of names.entries()) must(resident.inputs[i]).set(dataOf(tensors, name));
  for (const [name, view] of resident.params) view.set(dataOf(tensors, name));
}

const entryOf = ({ entries }: Compiled, name?: string) =>
  must(name === undefined ? entries.at(-1) : entries.find((e) => e.name === name));

/** Runs a resident and gives its outputs under one name, or each under its own. */
function once(resident: Resident, names: readonly string[]): Results {
  resident.step();
  return new Map(names.map((name, i) => [name, must(resident.outputs[i]).slice()]));
}

function repeated(resident: Resident, names: readonly string[]): Prepared {
  const { step } = resident;
  return { results: once(resident, names), time: (runs) => timed(runs, step) };
}

function plain(c: Compiled, backend: Backend, tensors: Tensors): Prepared {
  const entry = entryOf(c);
  const { resident } = backend.compile(entry.ready);
  fill(
    resident,
    entry.inputs.map((i) => i.name),
    tensors,
  );
  return repeated(resident, ['result']);
}

function forward(c: Compiled, batch: number, backend: Backend, tensors: Tensors): Prepared {
  const { resident } = backend.compile(scoreGraph(entryOf(c, 'classify').graph, batch));
  fill(resident, ['x'], tensors);
  return repeated(resident, ['result']);
}

function gradients(c: Compiled, backend: Backend, tensors: Tensors): Prepared {
  const { slots } = openParameters(c.program.params);
  const specs = slots.map(({ spec }) => spec);
  const { resident } = backend.compile(gradientGraph(must(c.program.train).loss, 1, specs, false));
  fill(resident, ['x', 'y'], tensors);
  return repeated(resident, ['loss', ...specs.map((s) => s.name)]);
}

/** Both numbers are copied in and the result read, call by call. `run` is the face that copies and allocates. */
function scalars(c: Compiled, backend: Backend, tensors: Tensors): Prepared {
  const executable = backend.compile(entryOf(c).ready);
  const { resident } = executable;
  const [x, y, out] = [must(resident.inputs[0]), must(resident.inputs[1]), must(resident.outputs[0])];
  const [a, b] = [must(dataOf(tensors, 'x')[0]), must(dataOf(tensors, 'y')[0])];
  fill(resident, ['x', 'y'], tensors);
  const results = once(resident, ['result']);
  const time = (runs: number): number => {
    const { step } = resident;
    let sum = 0;
    const start = performance.now();
    for (let i = 0; i < runs; i++) {
      x[0] = a;
      y[0] = b;
      step();
      sum += out[0] as number;
    }
    sink.value += sum;
    return (performance.now() - start) / 1000;
  };
  const given = [Float32Array.of(a), Float32Array.of(b)];
  const none = new Map<string, Float32Array>();
  const runs = 200_000;
  timed(runs, () => executable.run(given, none));
  const ns = (timed(runs, () => executable.run(given, none)) / runs) * 1e9;
  return { results, time, note: `the copying face \`run\`, which makes a fresh array: ${ns.toFixed(0)} ns` };
}

// --- training --------------------------------------------------------------------------------------------

interface Training {
  /** Back to the start. */
  begin(): void;
  /** Takes steps from where it stands and gives their losses. */
  steps(count: number, losses?: Float32Array): void;
  params(): [string, Float32Array][];
}

function training(c: Compiled, batch: number, backend: Backend, tensors: Tensors, rate: number): Training {
  const task = must(c.program.train);
  const { slots } = openParameters(c.program.params);
  const { step, state } = task.optimizer;
  const fused = fuseStep({ loss: task.loss, slots, weighted: false, step: must(step), stateNames: state }, batch);
  const { resident } = backend.compile(fused.graph, fused.updates ?? NO_UPDATES);
  const [x, y, t, r, ...states] = resident.inputs;
  must(x).set(dataOf(tensors, 'x'));
  must(y).set(dataOf(tensors, 'y'));
  must(r)[0] = rate;
  const clock = must(t);
  const loss = must(resident.outputs[0]);
  const run = resident.step;
  const views = fused.blocks.flatMap((block) => {
    let at = 0;
    const whole = must(resident.params.get(block.name));
    return block.slots.map(({ spec, start, end }): [string, Float32Array] => {
      at += end - start;
      return [spec.name, whole.subarray(at - (end - start), at)];
    });
  });
  let taken = 0;
  return {
    begin() {
      for (const s of states) s.fill(0);
      for (const [name, view] of views) view.set(dataOf(tensors, name));
      taken = 0;
    },
    steps(count, losses) {
      for (let i = 0; i < count; i++) {
        clock[0] = ++taken;
        run();
        if (losses) losses[i] = loss[0] as number;
        else sink.value += loss[0] as number;
      }
    },
    params: () => views.map(([name, view]) => [name, view.slice()]),
  };
}

function firstSteps(t: Training, count: number): Results {
  const losses = new Float32Array(count);
  t.begin();
  t.steps(count, losses);
  return new Map([['losses', losses], ...t.params()]);
}

function step(c: Compiled, batch: number, backend: Backend, tensors: Tensors): Prepared {
  const t = training(c, batch, backend, tensors, ADAM.rate);
  return {
    results: firstSteps(t, CHECKED_STEPS),
    time(runs) {
      t.begin();
      const start = performance.now();
      t.steps(runs);
      return (performance.now() - start) / 1000;
    },
  };
}

async function rules(root: string, backend: Backend, tensors: Tensors): Promise<Prepared> {
  const path = join(root, 'examples/rules_reference/five.su');
  const c = openProgram(path);
  const t = training(c, must(tensors.get('x')).shape[0] ?? 0, backend, tensors, RULES_RATE);
  const whole = await wholeTraining(c, path, backend);
  return {
    results: firstSteps(t, RULES_EPOCHS),
    time: (runs) =>
      timed(runs, () => {
        t.begin();
        t.steps(RULES_EPOCHS);
      }),
    note: whole,
  };
}

/** What the steps are embedded in: the third whole training of this process. */
async function wholeTraining(c: Compiled, path: string, backend: Backend): Promise<string> {
  const file = join(path, '../five.data.safetensors');
  const data = { kind: 'safetensors', file, bytes: new Uint8Array(readFileSync(file)) } as const;
  let [whole, epochs] = [0, 0];
  for (let i = 0; i < 3; i++) {
    const ends: number[] = [];
    const start = performance.now();
    succeed(await train(c, openFiles(), { data, backend, events: { epoch: () => void ends.push(performance.now()) } }));
    whole = performance.now() - start;
    epochs = ((must(ends.at(-1)) - must(ends[0])) / (ends.length - 1)) * RULES_EPOCHS;
  }
  return (
    `the steps alone are compared. \`train()\` measures loss and accuracy after each epoch: ${epochs.toFixed(1)} ms; with reading ` +
    `the data, compiling the plans, writing back and compiling what was written: ${whole.toFixed(1)} ms`
  );
}
