/**
 * What is measured, as data: the work items, the tensors they begin with, and what the issue asks of each. Every contender
 * (`contender.ts`) is given the same record and the same numbers, and must give the same results before it is timed.
 */
import { normals } from '../src/num/random.ts';

/** JSON goes to the peers that run in another process, so a record is plain data. */
export type Work =
  | { readonly kind: 'classifier' | 'mlp'; readonly mode: 'forward' | 'step'; readonly batch: number }
  | { readonly kind: 'recurrent' }
  | { readonly kind: 'matmul'; readonly n: 512 | 1024 }
  | { readonly kind: 'chain' }
  | { readonly kind: 'scalars' }
  | { readonly kind: 'rules' };

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type Tensors = ReadonlyMap<string, Tensor>;

/** What the issue asks, as a ratio of medians of the same run. */
export type Target =
  /** At least so many times as fast as the fastest of these contenders. */
  | { readonly kind: 'times'; readonly least: number; readonly of: readonly string[]; readonly says: string }
  /** Another of our own backends is at least so many times as fast as the first one. */
  | { readonly kind: 'own'; readonly least: number; readonly name: string }
  /** At least this part of the calibrated peak of 128-bit multiplications and additions. */
  | { readonly kind: 'peak'; readonly least: number }
  /** At most so many nanoseconds. */
  | { readonly kind: 'time'; readonly mostNs: number };

export interface Item {
  readonly id: string;
  readonly title: string;
  readonly work: Work;
  /** Multiplications and additions of one run, where GFLOP/s say something. */
  readonly flops?: number;
  /** How far results and losses may differ from ours (1e-4). */
  readonly within?: number;
  readonly targets: readonly Target[];
}

/** Adam as all contenders run it. */
export const ADAM = { rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
/** Steps whose losses, and whose parameters at the end, are compared before anything is timed. */
export const CHECKED_STEPS = 5;

const PYTHON = ['PyTorch'];
const BROWSER = ['tfjs', 'jax-js'];
const ALL = ['PyTorch', 'numpy', 'onnxruntime', ...BROWSER];

export const NATIVE = 'Sutra native';
export const THREADS = 'Sutra wasm, 2 threads';
const own = (least: number, name: string): Target => ({ kind: 'own', least, name });

const times = (least: number, of: readonly string[], says: string): Target => ({ kind: 'times', least, of, says });

const mlp = (mode: 'forward' | 'step', batch: number, targets: readonly Target[] = []): Item => ({
  id: `mlp-${mode}-${batch}`,
  title: `MLP 784-256-128-10, ${mode}, batch ${batch}`,
  work: { kind: 'mlp', mode, batch },
  flops:
    (mode === 'step' ? 6 : 2) * batch * (784 * 256 + 256 * 128 + 128 * 10) -
    (mode === 'step' ? 2 * batch * 784 * 256 : 0),
  targets,
});

const classifier = (mode: 'forward' | 'step', batch: number, targets: readonly Target[] = []): Item => ({
  id: `classifier-${mode}-${batch}`,
  title: `fuzzy rule classifier 5 x 768, ${mode}, batch ${batch}`,
  work: { kind: 'classifier', mode, batch },
  targets,
});

export const ITEMS: readonly Item[] = [
  classifier('forward', 1),
  classifier('forward', 50),
  classifier('step', 1, [times(25, PYTHON, 'PyTorch'), times(15, ['onnxruntime'], 'one ONNX graph')]),
  classifier('step', 50),
  mlp('forward', 1),
  mlp('forward', 64),
  mlp('step', 1, [times(4, PYTHON, 'PyTorch')]),
  mlp('step', 64, [times(1.5, BROWSER, 'the best JS peer'), own(1.7, THREADS)]),
  mlp('step', 1024, [own(1.7, THREADS)]),
  {
    id: 'recurrent',
    title: 'recurrent cell, 100 steps x 64, loss and gradients',
    work: { kind: 'recurrent' },
    flops: 2 * 100 * 64 * 64 * 5,
    targets: [times(2, ALL, 'the best peer')],
  },
  ...([512, 1024] as const).map(
    (n): Item => ({
      id: `matmul-${n}`,
      title: `matmul ${n}`,
      work: { kind: 'matmul', n },
      flops: 2 * n ** 3,
      targets: [{ kind: 'peak', least: 0.8 }, own(2, NATIVE)],
    }),
  ),
  {
    id: 'chain',
    title: 'chain of 10 elementwise ops, 1M floats',
    work: { kind: 'chain' },
    targets: [times(4, ['numpy'], 'numpy')],
  },
  {
    id: 'scalars',
    title: '20 scalar operations, inputs copied in',
    work: { kind: 'scalars' },
    targets: [{ kind: 'time', mostNs: 60 }],
  },
  {
    id: 'rules',
    title: '30 epochs of the published classifier, 50 x 768',
    work: { kind: 'rules' },
    within: 1e-5,
    targets: [times(4, PYTHON, 'PyTorch')],
  },
];

// --- the numbers -----------------------------------------------------------------------------------------

function drawn(shape: readonly number[], stream: number, scale: number): Tensor {
  const size = shape.reduce((n, m) => n * m, 1);
  return { shape, data: normals(size, 3, stream).map((x) => x * scale) };
}

/** Row i has its 1 at class i mod `classes`. */
function labels(rows: number, classes: number): Tensor {
  const data = new Float32Array(rows * classes);
  for (let i = 0; i < rows; i++) data[i * classes + (i % classes)] = 1;
  return { shape: [rows, classes], data };
}

const zeros = (n: number): Tensor => ({ shape: [n], data: new Float32Array(n) });

/** The names are those of the inputs and params of the programs in `programs/`. */
export function tensorsOf(work: Exclude<Work, { kind: 'rules' }>): Tensors {
  switch (work.kind) {
    case 'classifier':
      return new Map([
        ['x', drawn([work.batch, 768], 1, 1)],
        ['y', labels(work.batch, 5)],
        ['prototypes', drawn([5, 768], 2, 0.1)],
      ]);
    case 'mlp':
      return new Map([
        ['x', drawn([work.batch, 784], 1, 1)],
        ['y', labels(work.batch, 10)],
        ['w1', drawn([784, 256], 2, Math.sqrt(2 / 784))],
        ['b1', zeros(256)],
        ['w2', drawn([256, 128], 3, Math.sqrt(2 / 256))],
        ['b2', zeros(128)],
        ['w3', drawn([128, 10], 4, Math.sqrt(2 / 138))],
        ['b3', zeros(10)],
      ]);
    case 'recurrent':
      return new Map([
        ['x', drawn([100, 64], 1, 1)],
        ['y', drawn([64], 2, 0.5)],
        ['u', drawn([64, 64], 3, 0.125)],
        ['w', drawn([64, 64], 4, 0.125)],
        ['b', zeros(64)],
      ]);
    case 'matmul':
      return new Map([
        ['a', drawn([work.n, work.n], 1, 1)],
        ['b', drawn([work.n, work.n], 2, 1 / Math.sqrt(work.n))],
      ]);
    case 'chain':
      return new Map([
        ['x', drawn([1 << 20], 1, 1)],
        ['y', drawn([1 << 20], 2, 1)],
      ]);
    case 'scalars':
      return new Map([
        ['x', { shape: [], data: Float32Array.of(0.75) }],
        ['y', { shape: [], data: Float32Array.of(-0.5) }],
      ]);
    default:
      return work satisfies never;
  }
}
