/**
 * onnxruntime-node over the graphs of `onnx-graphs.ts`: one thread, all optimisations, results into arrays that are made once.
 * A training step feeds its results back, two sets of arrays in turn.
 */
import { must } from '../../src/text/result.ts';
import { type Contender, type Found, type Prepared, quicker, type Results } from '../contender.ts';
import { RULES_EPOCHS } from '../sutra.ts';
import { ADAM, CHECKED_STEPS, type Tensors } from '../work.ts';
import { type OnnxWork, onnxWork, recurrent } from './onnx-graphs.ts';
import { loadPackage } from './packages.ts';

interface OrtTensor {
  readonly data: Float32Array;
}
type Feeds = Record<string, OrtTensor>;
interface OrtSession {
  run(feeds: Feeds, fetches: Feeds): Promise<Feeds>;
  release(): Promise<void>;
}
interface Ort {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
}

export async function openOnnxruntime(root: string): Promise<Found> {
  const name = 'onnxruntime';
  const found = await loadPackage(root, 'onnxruntime-node');
  if (typeof found === 'string') return { is: 'missing', name, why: found };
  const ort = found.module as Ort;
  const contender: Contender = {
    name,
    about: `onnxruntime-node ${found.version}, CPU provider, one thread, sequential, all optimisations`,
    async prepare(work, tensors) {
      const graph = onnxWork(work, tensors);
      if (!graph) return undefined;
      const options = {
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
      };
      const session = await ort.InferenceSession.create(graph.model, options);
      if (work.kind === 'recurrent') {
        const other = recurrent(tensors, 'operator');
        const byOperator = await ort.InferenceSession.create(other.model, options);
        const ways = [
          { ...(await inference(ort, session, graph, tensors)), note: 'unrolled' },
          { ...(await inference(ort, byOperator, other, tensors)), note: 'forward by the operator RNN' },
        ];
        return quicker(ways, 50);
      }
      if (graph.params.length === 0) return inference(ort, session, graph, tensors);
      const epochs = work.kind === 'rules' ? RULES_EPOCHS : undefined;
      return training(ort, session, graph, tensors, epochs);
    },
  };
  return { is: 'here', contender };
}

const tensorOf = (ort: Ort, tensors: Tensors, name: string): OrtTensor => {
  const { shape, data } = must(tensors.get(name));
  return new ort.Tensor('float32', data.slice(), shape);
};

async function timed(runs: number, run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) await run();
  return (performance.now() - start) / 1000;
}

async function inference(ort: Ort, session: OrtSession, graph: OnnxWork, tensors: Tensors): Promise<Prepared> {
  const feeds = Object.fromEntries(graph.inputs.map((name) => [name, tensorOf(ort, tensors, name)]));
  const first = await session.run(feeds, Object.fromEntries(graph.outputs.map((n) => [n, null])) as unknown as Feeds);
  const fetches = first;
  const results: Results = new Map(graph.outputs.map((n) => [n.replace('d ', ''), must(first[n]).data.slice()]));
  return {
    results,
    time: (runs) => timed(runs, () => session.run(feeds, fetches)),
    close: () => void session.release(),
  };
}

/** One side of the exchange: what is fed and what is written. */
interface Side {
  readonly feeds: Feeds;
  readonly fetches: Feeds;
}

async function training(
  ort: Ort,
  session: OrtSession,
  graph: OnnxWork,
  tensors: Tensors,
  epochs: number | undefined,
): Promise<Prepared> {
  const { params } = graph;
  const kept = params.flatMap((name) => ['', '.m', '.v'].map((part) => ({ name, part })));
  const fresh = (): Feeds =>
    Object.fromEntries(kept.map(({ name, part }) => [`${name}${part}`, tensorOf(ort, tensors, name)]));
  const [here, there] = [fresh(), fresh()];
  const scalar = (): OrtTensor => new ort.Tensor('float32', new Float32Array(1), []);
  const shared: Feeds = {
    x: tensorOf(ort, tensors, 'x'),
    y: tensorOf(ort, tensors, 'y'),
    't.first': scalar(),
    't.second': scalar(),
  };
  const loss = scalar();
  const written = (to: Feeds): Feeds => ({
    loss,
    ...Object.fromEntries(kept.map(({ name, part }) => [`next ${name}${part}`, must(to[`${name}${part}`])])),
  });
  const sides: readonly Side[] = [
    { feeds: { ...shared, ...here }, fetches: written(there) },
    { feeds: { ...shared, ...there }, fetches: written(here) },
  ];
  let taken = 0;
  const begin = (): void => {
    taken = 0;
    for (const { name, part } of kept) {
      const { data } = must(here[`${name}${part}`]);
      if (part === '') data.set(must(tensors.get(name)).data);
      else data.fill(0);
    }
  };
  const [first, second] = [must(shared['t.first']).data, must(shared['t.second']).data];
  const step = async (): Promise<number> => {
    const side = must(sides[taken % 2]);
    taken++;
    first[0] = 1 - ADAM.beta1 ** taken;
    second[0] = 1 - ADAM.beta2 ** taken;
    await session.run(side.feeds, side.fetches);
    return loss.data[0] ?? 0;
  };
  const losses = new Float32Array(epochs ?? CHECKED_STEPS);
  begin();
  for (let i = 0; i < losses.length; i++) losses[i] = await step();
  const now = losses.length % 2 === 0 ? here : there;
  const results = new Map([
    ['losses', losses],
    ...params.map((name): [string, Float32Array] => [name, must(now[name]).data.slice()]),
  ]);
  const whole = async (): Promise<void> => {
    begin();
    for (let i = 0; i < losses.length; i++) await step();
  };
  return {
    results,
    async time(runs) {
      begin();
      return epochs === undefined ? timed(runs, step) : timed(runs, whole);
    },
    close: () => void session.release(),
  };
}
