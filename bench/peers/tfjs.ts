/**
 * tfjs with its WebAssembly backend (SIMD, one thread): the library's own gradients and Adam, for the MLP also both by hand, and the
 * quicker is measured. Every run ends with its result read; `tidy` keeps anything from leaking.
 */
import { must } from '../../src/text/result.ts';
import { type Contender, type Found, type Prepared, quicker, type Results, sink, timed } from '../contender.ts';
import { RULES_EPOCHS, RULES_RATE } from '../sutra.ts';
import { ADAM, CHECKED_STEPS, type Tensor, type Tensors } from '../work.ts';
import { loadPackage } from './packages.ts';

interface Tf {
  tidy<T>(f: () => T): T;
  tensor(data: Float32Array, shape: readonly number[]): TfTensor;
  variable(t: TfTensor): TfVariable;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  getBackend(): string;
  enableProdMode(): void;
  valueAndGrads(f: (...xs: TfTensor[]) => TfTensor): (xs: TfTensor[]) => { value: TfTensor; grads: TfTensor[] };
  stack(xs: readonly TfTensor[], axis: number): TfTensor;
  split(x: TfTensor, sizes: number, axis: number): TfTensor[];
  zeros(shape: readonly number[]): TfTensor;
  readonly train: { adam(rate: number, beta1: number, beta2: number, epsilon: number): TfOptimizer };
  readonly fused: {
    matMul(of: { a: TfTensor; b: TfTensor; bias: TfTensor; activation?: 'relu' }): TfTensor;
  };
  readonly losses: { softmaxCrossEntropy(labels: TfTensor, scores: TfTensor): TfTensor };
}
interface TfOptimizer {
  minimize(f: () => TfTensor, returnCost: boolean): TfTensor;
  dispose(): void;
}
interface TfTensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  dispose(): void;
  add(x: TfTensor | number): TfTensor;
  sub(x: TfTensor | number): TfTensor;
  mul(x: TfTensor | number): TfTensor;
  div(x: TfTensor | number): TfTensor;
  maximum(x: TfTensor | number): TfTensor;
  minimum(x: TfTensor | number): TfTensor;
  matMul(x: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  sum(axis?: number, keepDims?: boolean): TfTensor;
  mean(): TfTensor;
  sqrt(): TfTensor;
  square(): TfTensor;
  relu(): TfTensor;
  step(): TfTensor;
  log(): TfTensor;
  neg(): TfTensor;
  transpose(): TfTensor;
  tanh(): TfTensor;
  softmax(): TfTensor;
  reshape(shape: readonly number[]): TfTensor;
}
interface TfVariable extends TfTensor {
  assign(x: TfTensor): void;
}

type Model = (x: TfTensor, params: readonly TfTensor[]) => TfTensor;

export async function openTfjs(root: string): Promise<Found> {
  const name = 'tfjs';
  const found = await loadPackage(root, '@tensorflow/tfjs');
  if (typeof found === 'string') return { is: 'missing', name, why: found };
  const tf = found.module as Tf;
  const backend = await loadPackage(root, '@tensorflow/tfjs-backend-wasm');
  if (typeof backend === 'string') return { is: 'missing', name, why: backend };
  (backend.module as { setThreadsCount(n: number): void }).setThreadsCount(1);
  tf.enableProdMode();
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') return { is: 'missing', name, why: 'its WebAssembly backend does not start' };
  return { is: 'here', contender: contenderOf(tf, found.version) };
}

function contenderOf(tf: Tf, version: string): Contender {
  const models = { classifier: classifierScores(tf), mlp: mlpScores };
  return {
    name: 'tfjs',
    about: `@tensorflow/tfjs ${version}, backend wasm with SIMD, one thread`,
    async prepare(work, tensors) {
      switch (work.kind) {
        case 'classifier':
        case 'mlp': {
          const model = models[work.kind];
          if (work.mode === 'forward')
            return runs(tf, tensors, (t) => [model(t.x as TfTensor, paramsOf(t)).softmax()], ['result']);
          const library = training(tf, byLibrary(tf, model, ADAM.rate), tensors, undefined);
          if (work.kind === 'classifier') return library;
          const hand = training(tf, mlpByHand(tf, ADAM.rate), tensors, undefined);
          const ways = [
            { ...library, note: 'its gradients and its Adam' },
            { ...hand, note: 'gradients and Adam by hand' },
          ];
          return quicker(ways, 3);
        }
        case 'rules':
          return training(tf, byLibrary(tf, models.classifier, RULES_RATE), tensors, RULES_EPOCHS);
        case 'recurrent':
          return recurrent(tf, tensors);
        case 'matmul':
          return runs(tf, tensors, (t) => [(t.a as TfTensor).matMul(t.b as TfTensor)], ['result']);
        case 'chain':
          return runs(tf, tensors, ({ x, y }) => [chain(x as TfTensor, y as TfTensor)], ['result']);
        case 'scalars':
          return scalars(tf, tensors);
        default:
          return work satisfies never;
      }
    },
  };
}

type Named = Readonly<Record<string, TfTensor>>;

const paramsOf = ({ x: _, y: __, ...params }: Named): readonly TfTensor[] => Object.values(params);
const toTf = (tf: Tf, { data, shape }: Tensor): TfTensor => tf.tensor(data.slice(), shape);
const named = (tf: Tf, tensors: Tensors): Named =>
  Object.fromEntries(Array.from(tensors, ([name, t]) => [name, toTf(tf, t)]));

/** Outside of `tidy`, which would look for tensors among all numbers of an array that leaves it. */
function read(results: readonly TfTensor[]): Float32Array[] {
  const arrays = results.map((t) => t.dataSync());
  for (const t of results) t.dispose();
  return arrays;
}

function runs(tf: Tf, tensors: Tensors, body: (t: Named) => TfTensor[], names: readonly string[]): Prepared {
  const given = named(tf, tensors);
  const run = (): Float32Array[] => read(tf.tidy(() => body(given)));
  const first = run();
  return {
    results: new Map(names.map((name, i) => [name, Float32Array.from(must(first[i]))])),
    time: (n) => timed(n, run),
    close: () => Object.values(given).forEach((t) => void t.dispose()),
  };
}

// --- models ----------------------------------------------------------------------------------------------

const mlpScores: Model = (x, [w1, b1, w2, b2, w3, b3]) => {
  const layer = (a: TfTensor, w: TfTensor | undefined, b: TfTensor | undefined): TfTensor =>
    a.matMul(must(w)).add(must(b));
  return layer(layer(layer(x, w1, b1).relu(), w2, b2).relu(), w3, b3);
};

function classifierScores(tf: Tf): Model {
  const count = 5;
  // The k-th of the others for each category as a product with marks: its gradient is a product again, that of `gather` is not there.
  const others = Array.from({ length: count - 1 }, (_, k) => {
    const mark = new Float32Array(count * count);
    for (let i = 0; i < count; i++) mark[(k < i ? k : k + 1) * count + i] = -1;
    return tf.tensor(mark, [count, count]);
  });
  const both = (a: TfTensor, c: TfTensor): TfTensor => {
    const ac = a.mul(c);
    return a.add(c).add(ac).sub(a.square()).sub(c.square()).add(ac.square()).mul(0.5);
  };
  return (x, [p]) => {
    const prototypes = must(p);
    const lengths = prototypes.square().sum(1).sqrt();
    const like = x.matMul(prototypes, false, true).div(x.square().sum(1, true).sqrt().mul(lengths));
    let scores = like;
    for (const turn of others) scores = both(scores, like.matMul(turn));
    return scores.mul(10);
  };
}

function chain(x: TfTensor, y: TfTensor): TfTensor {
  const a = x.mul(y).sub(0.25).maximum(-1);
  const c = a.mul(y).add(0.5).minimum(2);
  return c.mul(x).sub(y).maximum(-2).add(x);
}

function scalars(tf: Tf, tensors: Tensors): Prepared {
  const [x, y] = ['x', 'y'].map((n) => must(tensors.get(n)).data) as [Float32Array, Float32Array];
  const run = (): Float32Array => {
    const results = tf.tidy(() => {
      let at = tf.tensor(x, []);
      const by = tf.tensor(y, []);
      for (let i = 1; i <= 10; i++) at = at.mul(by).add(i);
      return [at];
    });
    return must(read(results)[0]);
  };
  return { results: new Map([['result', Float32Array.from(run())]]), time: (n) => timed(n, run) };
}

function recurrent(tf: Tf, tensors: Tensors): Prepared {
  const { x, y, u, w, b } = named(tf, tensors) as Record<'x' | 'y' | 'u' | 'w' | 'b', TfTensor>;
  const steps = must(must(tensors.get('x')).shape[0]);
  const of = tf.valueAndGrads((u, w, b) => {
    let h = tf.zeros([1, 64]);
    for (const drive of tf.split(x.matMul(must(u)).add(must(b)), steps, 0)) h = drive.add(h.matMul(must(w))).tanh();
    return h.reshape([64]).sub(y).square().mean();
  });
  const run = (): Float32Array[] => {
    const results = tf.tidy(() => {
      const { value, grads } = of([u, w, b]);
      return [value, ...grads];
    });
    return read(results);
  };
  const first = run();
  const results: Results = new Map(['loss', 'u', 'w', 'b'].map((n, i) => [n, Float32Array.from(must(first[i]))]));
  return { results, time: (n) => timed(n, run) };
}

// --- training --------------------------------------------------------------------------------------------

/** One step on the parameters that it was opened with, and the loss of it. */
interface Steps {
  step(): TfTensor;
  close(): void;
}
type OpenSteps = (x: TfTensor, y: TfTensor, params: readonly TfVariable[]) => Steps;

/** The library's gradients and its own Adam. */
const byLibrary =
  (tf: Tf, model: Model, rate: number): OpenSteps =>
  (x, y, params) => {
    const optimizer = tf.train.adam(rate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
    const cost = (): TfTensor => tf.tidy(() => tf.losses.softmaxCrossEntropy(y, model(x, params)));
    return { step: () => optimizer.minimize(cost, true), close: () => optimizer.dispose() };
  };

/** Gradients by hand: products are turned before, for turned operands of `matMul` take its slow way. */
const mlpByHand =
  (tf: Tf, rate: number): OpenSteps =>
  (x, y, params) => {
    const states = params.map((p) => ({ p, m: tf.variable(tf.zeros(p.shape)), v: tf.variable(tf.zeros(p.shape)) }));
    const turned = x.transpose();
    let taken = 0;
    const gradients = (): { loss: TfTensor; all: TfTensor[] } => {
      const [w1, b1, w2, b2, w3, b3] = params.map((p) => must(p)) as TfTensor[] as [
        TfTensor,
        TfTensor,
        TfTensor,
        TfTensor,
        TfTensor,
        TfTensor,
      ];
      const h1 = tf.fused.matMul({ a: x, b: w1, bias: b1, activation: 'relu' });
      const h2 = tf.fused.matMul({ a: h1, b: w2, bias: b2, activation: 'relu' });
      const p = tf.fused.matMul({ a: h2, b: w3, bias: b3 }).softmax();
      const rows = must(x.shape[0]);
      const d3 = p.sub(y).div(rows);
      const d2 = d3.matMul(w3.transpose()).mul(h2.step());
      const d1 = d2.matMul(w2.transpose()).mul(h1.step());
      const layers = [
        [turned, d1],
        [h1.transpose(), d2],
        [h2.transpose(), d3],
      ] as const;
      return {
        loss: p.mul(y).sum(1).log().mean().neg(),
        all: layers.flatMap(([below, d]) => [below.matMul(d), d.sum(0)]),
      };
    };
    const step = (): TfTensor =>
      tf.tidy(() => {
        taken++;
        const [first, second] = [1 - ADAM.beta1 ** taken, 1 - ADAM.beta2 ** taken];
        const { loss, all } = gradients();
        for (const [i, { p, m, v }] of states.entries()) {
          const g = must(all[i]);
          m.assign(m.mul(ADAM.beta1).add(g.mul(1 - ADAM.beta1)));
          v.assign(v.mul(ADAM.beta2).add(g.square().mul(1 - ADAM.beta2)));
          const scale = v
            .sqrt()
            .mul(second ** -0.5)
            .add(ADAM.epsilon);
          p.assign(p.sub(m.mul(rate / first).div(scale)));
        }
        return loss;
      });
    return { step, close: () => [turned, ...states.flatMap(({ m, v }) => [m, v])].forEach((t) => void t.dispose()) };
  };

function training(tf: Tf, open: OpenSteps, tensors: Tensors, epochs: number | undefined): Prepared {
  const [x, y] = ['x', 'y'].map((n) => toTf(tf, must(tensors.get(n)))) as [TfTensor, TfTensor];
  const names = [...tensors.keys()].filter((n) => n !== 'x' && n !== 'y');
  const params = names.map((n) => tf.variable(toTf(tf, must(tensors.get(n)))));
  let steps: Steps | undefined;
  const begin = (): void => {
    steps?.close();
    for (const [i, n] of names.entries()) must(params[i]).assign(toTf(tf, must(tensors.get(n))));
    steps = open(x, y, params);
  };
  const step = (): number => {
    const cost = must(steps).step();
    const loss = must(cost.dataSync()[0]);
    cost.dispose();
    return loss;
  };
  const losses = new Float32Array(epochs ?? CHECKED_STEPS);
  const whole = (): void => {
    begin();
    for (let i = 0; i < losses.length; i++) losses[i] = step();
  };
  whole();
  const results = new Map([
    ['losses', losses.slice()],
    ...names.map((n, i): [string, Float32Array] => [n, Float32Array.from(must(params[i]).dataSync())]),
  ]);
  return {
    results,
    time(n) {
      if (epochs !== undefined) return timed(n, whole);
      begin();
      return timed(n, () => {
        sink.value += step();
      });
    },
    close: () => params.forEach((p) => void p.dispose()),
  };
}
