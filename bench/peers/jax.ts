/**
 * jax-js with its WebAssembly backend (one thread: Node has no Worker of the web). Each work item is one `jit`; a training step
 * is one `jit` of loss, gradient and Adam. Arrays are owned and counted: `ref` keeps one, passing it on gives it away.
 */
import { must } from '../../src/text/result.ts';
import { type Contender, type Found, type Prepared, type Results, sink, timed } from '../contender.ts';
import { RULES_EPOCHS, RULES_RATE } from '../sutra.ts';
import { ADAM, CHECKED_STEPS, type Tensor, type Tensors } from '../work.ts';
import { loadPackage } from './packages.ts';

interface JaxArray {
  readonly ref: JaxArray;
  dispose(): void;
  dataSync(): Float32Array;
  reshape(shape: readonly number[]): JaxArray;
  add(x: JaxArray | number): JaxArray;
  sub(x: JaxArray | number): JaxArray;
  mul(x: JaxArray | number): JaxArray;
  div(x: JaxArray | number): JaxArray;
  neg(): JaxArray;
  sum(axis?: number, options?: { readonly keepdims: boolean }): JaxArray;
  mean(): JaxArray;
  transpose(): JaxArray;
  slice(...at: readonly (number | readonly number[])[]): JaxArray;
}
interface Jax {
  init(...devices: string[]): Promise<string[]>;
  defaultDevice(name: string): string;
  jit<F>(f: F): F;
  valueAndGrad(
    f: (params: JaxArray[], ...rest: JaxArray[]) => JaxArray,
  ): (params: JaxArray[], ...rest: JaxArray[]) => [JaxArray, JaxArray[]];
  readonly numpy: {
    array(data: Float32Array): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    matmul(x: JaxArray, y: JaxArray): JaxArray;
    maximum(x: JaxArray, y: JaxArray | number): JaxArray;
    minimum(x: JaxArray, y: JaxArray | number): JaxArray;
    square(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    softmax(x: JaxArray, axis?: number): JaxArray;
    logSoftmax(x: JaxArray, axis?: number): JaxArray;
  };
}

type Model = (jax: Jax, params: readonly JaxArray[], x: JaxArray) => JaxArray;

export async function openJax(root: string): Promise<Found> {
  const name = 'jax-js';
  const found = await loadPackage(root, '@jax-js/jax');
  if (typeof found === 'string') return { is: 'missing', name, why: found };
  const jax = found.module as Jax;
  const devices = await jax.init('wasm');
  if (!devices.includes('wasm')) return { is: 'missing', name, why: 'its WebAssembly backend does not start' };
  jax.defaultDevice('wasm');
  return { is: 'here', contender: contenderOf(jax, found.version) };
}

function contenderOf(jax: Jax, version: string): Contender {
  const models = { classifier: classifierScores, mlp: mlpScores };
  const np = jax.numpy;
  return {
    name: 'jax-js',
    about: `@jax-js/jax ${version}, device wasm, one thread, jit`,
    async prepare(work, tensors) {
      switch (work.kind) {
        case 'classifier':
        case 'mlp': {
          const model = models[work.kind];
          if (work.mode === 'step') return training(jax, model, tensors, ADAM.rate, undefined);
          return runs(jax, tensors, (t) => jax.nn.softmax(model(jax, paramsOf(t), must(t.x)), 1));
        }
        case 'rules':
          return training(jax, models.classifier, tensors, RULES_RATE, RULES_EPOCHS);
        case 'recurrent':
          return recurrent(jax, tensors);
        case 'matmul':
          return runs(jax, tensors, (t) => np.matmul(must(t.a), must(t.b)));
        case 'chain':
          return runs(jax, tensors, ({ x, y }) => chain(jax, must(x), must(y)));
        case 'scalars':
          return scalars(jax, tensors);
        default:
          return work satisfies never;
      }
    },
  };
}

type Named = { readonly [name: string]: JaxArray };

const paramsOf = ({ x: _, y: __, ...params }: Named): readonly JaxArray[] => Object.values(params);
const toJax = (jax: Jax, { data, shape }: Tensor): JaxArray => jax.numpy.array(data.slice()).reshape([...shape]);
const named = (jax: Jax, tensors: Tensors): Named =>
  Object.fromEntries(Array.from(tensors, ([name, t]): [string, JaxArray] => [name, toJax(jax, t)]));

function runs(jax: Jax, tensors: Tensors, body: (t: Named) => JaxArray): Prepared {
  const hasLabels = tensors.has('prototypes') || tensors.has('w1');
  const given = Object.entries(named(jax, tensors)).filter(([name]) => !(hasLabels && name === 'y'));
  const names = given.map(([name]) => name);
  const compiled = jax.jit((...xs: JaxArray[]) => body(Object.fromEntries(names.map((n, i) => [n, must(xs[i])]))));
  const arrays = given.map(([, array]) => array);
  const run = (): Float32Array => compiled(...arrays.map((a) => a.ref)).dataSync();
  return { results: new Map([['result', Float32Array.from(run())]]), time: (n) => timed(n, run) };
}

// --- models ----------------------------------------------------------------------------------------------

const mlpScores: Model = (jax, params, x) => {
  const [w1, b1, w2, b2, w3, b3] = params as [JaxArray, JaxArray, JaxArray, JaxArray, JaxArray, JaxArray];
  const { matmul } = jax.numpy;
  const h = jax.nn.relu(matmul(x, w1).add(b1));
  const g = jax.nn.relu(matmul(h, w2).add(b2));
  return matmul(g, w3).add(b3);
};

const CATEGORIES = 5;

const classifierScores: Model = (jax, [p], x) => {
  const np = jax.numpy;
  const prototypes = must(p);
  const lengths = np.sqrt(np.square(prototypes.ref).sum(1));
  const own = np.sqrt(np.square(x.ref).sum(1, { keepdims: true }));
  const like = np.matmul(x, prototypes.transpose()).div(own.mul(lengths));
  const both = (a: JaxArray, c: JaxArray): JaxArray => {
    const ac = a.ref.mul(c.ref);
    const squares = np.square(a.ref).add(np.square(c.ref));
    return a.add(c).add(ac.ref).sub(squares).add(np.square(ac)).mul(0.5);
  };
  // The k-th of the others for each category, as a product with marks: one product per turn.
  let scores = like.ref;
  for (let k = 0; k < CATEGORIES - 1; k++) {
    const mark = new Float32Array(CATEGORIES * CATEGORIES);
    for (let i = 0; i < CATEGORIES; i++) mark[(k < i ? k : k + 1) * CATEGORIES + i] = -1;
    scores = both(scores, np.matmul(like.ref, np.array(mark).reshape([CATEGORIES, CATEGORIES])));
  }
  like.dispose();
  return scores.mul(10);
};

function chain({ numpy: np }: Jax, x: JaxArray, y: JaxArray): JaxArray {
  const a = np.maximum(x.ref.mul(y.ref).sub(0.25), -1);
  const c = np.minimum(a.mul(y.ref).add(0.5), 2);
  return np.maximum(c.mul(x.ref).sub(y), -2).add(x);
}

function scalars(jax: Jax, tensors: Tensors): Prepared {
  const [x, y] = ['x', 'y'].map((n) => must(tensors.get(n)).data) as [Float32Array, Float32Array];
  const compiled = jax.jit((a: JaxArray, c: JaxArray) => {
    let at = a;
    for (let i = 1; i <= 10; i++) at = at.mul(c.ref).add(i);
    c.dispose();
    return at;
  });
  const scalar = (data: Float32Array): JaxArray => jax.numpy.array(data).reshape([]);
  const run = (): Float32Array => compiled(scalar(x), scalar(y)).dataSync();
  return { results: new Map([['result', Float32Array.from(run())]]), time: (n) => timed(n, run) };
}

/** Unrolled, as it has no loop of its own; the products with x are one. */
function recurrent(jax: Jax, tensors: Tensors): Prepared {
  const np = jax.numpy;
  const steps = must(must(tensors.get('x')).shape[0]);
  const of = jax.valueAndGrad(([u, w, b]: JaxArray[], x: JaxArray, y: JaxArray) => {
    const drive = np.matmul(x, must(u)).add(must(b));
    let h = np.zeros([1, 64]);
    for (let i = 0; i < steps; i++) h = np.tanh(np.matmul(h, must(w).ref).add(drive.ref.slice([i, i + 1])));
    must(w).dispose();
    drive.dispose();
    return np.square(h.reshape([64]).sub(y)).mean();
  });
  const compiled = jax.jit((params: JaxArray[], x: JaxArray, y: JaxArray) => of(params, x, y));
  const given = named(jax, tensors);
  const params = ['u', 'w', 'b'].map((n) => must(given[n]));
  const run = (): Float32Array[] => {
    const [loss, grads] = compiled(
      params.map((p) => p.ref),
      must(given.x).ref,
      must(given.y).ref,
    );
    return [loss, ...grads].map((a) => a.dataSync());
  };
  const first = run();
  const results: Results = new Map(['loss', 'u', 'w', 'b'].map((n, i) => [n, Float32Array.from(must(first[i]))]));
  return { results, time: (n) => timed(n, run) };
}

// --- training --------------------------------------------------------------------------------------------

/** Parameters, means and squares, in and out. */
type State = { readonly params: JaxArray[]; readonly means: JaxArray[]; readonly squares: JaxArray[] };

function training(jax: Jax, model: Model, tensors: Tensors, rate: number, epochs: number | undefined): Prepared {
  const np = jax.numpy;
  const names = [...tensors.keys()].filter((n) => n !== 'x' && n !== 'y');
  const rows = must(must(tensors.get('x')).shape[0]);
  const of = jax.valueAndGrad((params: JaxArray[], x: JaxArray, y: JaxArray) =>
    jax.nn
      .logSoftmax(model(jax, params, x), 1)
      .mul(y)
      .sum()
      .mul(-1 / rows),
  );
  const compiled = jax.jit((state: State, x: JaxArray, y: JaxArray, first: JaxArray, second: JaxArray) => {
    const [loss, gradients] = of(
      state.params.map((p) => p.ref),
      x,
      y,
    );
    const next: State = { params: [], means: [], squares: [] };
    for (const [i, g] of gradients.entries()) {
      const mean = must(state.means[i])
        .mul(ADAM.beta1)
        .add(g.ref.mul(1 - ADAM.beta1));
      const square = must(state.squares[i])
        .mul(ADAM.beta2)
        .add(np.square(g).mul(1 - ADAM.beta2));
      const scale = np.sqrt(square.ref.div(second.ref)).add(ADAM.epsilon);
      next.params.push(must(state.params[i]).sub(mean.ref.div(first.ref).mul(rate).div(scale)));
      next.means.push(mean);
      next.squares.push(square);
    }
    first.dispose();
    second.dispose();
    return { loss, next };
  });
  const [x, y] = ['x', 'y'].map((n) => toJax(jax, must(tensors.get(n)))) as [JaxArray, JaxArray];
  let state: State | undefined;
  let taken = 0;
  const begin = (): void => {
    for (const list of state ? [state.params, state.means, state.squares] : []) for (const a of list) a.dispose();
    const fresh = (n: string): JaxArray => toJax(jax, must(tensors.get(n)));
    const zeros = (n: string): JaxArray => np.zeros([...must(tensors.get(n)).shape]);
    state = { params: names.map(fresh), means: names.map(zeros), squares: names.map(zeros) };
    taken = 0;
  };
  const scalar = (value: number): JaxArray => np.array(Float32Array.of(value)).reshape([]);
  const step = (): number => {
    taken++;
    const corrections = [scalar(1 - ADAM.beta1 ** taken), scalar(1 - ADAM.beta2 ** taken)] as const;
    const { loss, next } = compiled(must(state), x.ref, y.ref, ...corrections);
    state = next;
    return must(loss.dataSync()[0]);
  };
  const losses = new Float32Array(epochs ?? CHECKED_STEPS);
  const whole = (): void => {
    begin();
    for (let i = 0; i < losses.length; i++) losses[i] = step();
  };
  whole();
  const params = must<State>(state).params.map((p) => Float32Array.from(p.ref.dataSync()));
  const results = new Map([
    ['losses', losses.slice()],
    ...names.map((n, i): [string, Float32Array] => [n, must(params[i])]),
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
  };
}
