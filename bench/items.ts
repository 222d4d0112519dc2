/** The work items that are measured: graphs of the sizes that the notes name, alone, with their gradients, and as whole steps of training. */
import { lossGradient } from '../src/autodiff/index.ts';
import { NO_UPDATES, type Updates } from '../src/backends/backend.ts';
import { openFiles } from '../src/cli/files.ts';
import { type Graph, sizeOf, type ValueId } from '../src/ir/graph.ts';
import { normals } from '../src/num/random.ts';
import { graphBuilder } from '../src/ops/build.ts';
import type { GraphBuilder } from '../src/ops/builder.ts';
import { ready } from '../src/passes/index.ts';
import { compile } from '../src/road.ts';
import { renderProblems } from '../src/text/render.ts';
import { must } from '../src/text/result.ts';
import { span } from '../src/text/span.ts';
import { fuseStep } from '../src/train/fuse.ts';
import { openParameters } from '../src/train/parameters.ts';

export interface Item {
  readonly title: string;
  readonly graph: Graph;
  readonly updates: Updates;
}

const layer = (b: GraphBuilder, x: ValueId, from: number, to: number, n: number): ValueId => {
  const w = b.param(`w${n}`, [from, to]);
  return b.add(b.einsum(x, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' }), b.param(`b${n}`, [to]));
};

function distance(b: GraphBuilder, x: ValueId, y: ValueId): ValueId {
  const d = b.sub(x, y);
  return b.sum(b.mul(d, d), [0], 'lanes');
}

/** 784-256-128-10, rectified. */
function perceptron(): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [784]), b.input('y', [10])];
  const h1 = b.max(layer(b, x, 784, 256, 1), b.full([], 0));
  const h2 = b.max(layer(b, h1, 256, 128, 2), b.full([], 0));
  return b.finish([{ name: 'loss', value: distance(b, layer(b, h2, 128, 10, 3), y) }]);
}

/** Softmax over negative squared distances to five prototypes of 768. */
function classifier(): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [768]), b.input('y', [5])];
  const p = b.param('p', [5, 768]);
  const d = b.sub(b.broadcast(x, [5, 768], [1]), p);
  const score = b.op('neg', [b.sum(b.mul(d, d), [1], 'lanes')], {});
  const e = b.op('exp', [b.sub(score, b.broadcast(b.op('reduceMax', [score], { axes: [0] }), [5], []))], {});
  const soft = b.div(e, b.broadcast(b.sum(e, [0], 'lanes'), [5], []));
  return b.finish([{ name: 'loss', value: distance(b, soft, y) }]);
}

/** `state = tanh(w · state + v · x[t])`. */
function recurrent(steps: number, states: number): Graph {
  const inner = graphBuilder();
  const [s, xt] = [inner.input('s', [states]), inner.input('x', [])];
  const [w, v] = [inner.input('w', [states, states]), inner.input('v', [states])];
  const turned = inner.einsum(s, w, { lhs: [0], rhs: [0, 1], out: [1], order: 'sequential' });
  const next = inner.op('tanh', [inner.add(turned, inner.mul(v, xt))], {});
  const body = inner.finish([{ name: 's', value: next }]);
  const b = graphBuilder();
  const [x, y] = [b.input('x', [steps]), b.input('y', [states])];
  const captured = [b.param('w1', [states, states]), b.param('b1', [states])];
  const attrs = { body, carries: 1, mapped: 1, length: steps, reverse: false };
  const last = b.op('scan', [b.full([states], 0), x, ...captured], attrs);
  return b.finish([{ name: 'loss', value: distance(b, last, y) }]);
}

function matmul(n: number): Graph {
  const b = graphBuilder();
  const [x, y] = [b.input('x', [n, n]), b.input('y', [n, n])];
  const product = b.einsum(x, y, { lhs: [0, 1], rhs: [1, 2], out: [0, 2], order: 'sequential' });
  return b.finish([{ name: 'product', value: product }]);
}

function chain(n: number): Graph {
  const b = graphBuilder();
  let x = b.input('x', [n]);
  const y = b.input('y', [n]);
  for (let i = 0; i < 5; i++) x = b.max(b.sub(b.mul(x, y), b.full([], 0.25 * i)), b.full([], -1 - i));
  return b.finish([{ name: 'x', value: x }]);
}

const twentyScalars = (): Graph => {
  const b = graphBuilder();
  let x = b.input('x', []);
  const y = b.input('y', []);
  for (let i = 0; i < 10; i++) x = b.add(b.mul(x, y), b.full([], i));
  return b.finish([{ name: 'x', value: x }]);
};

const paramsOf = (graph: Graph): { readonly name: string; readonly shape: readonly number[] }[] =>
  graph.nodes.flatMap((n) => (n.op === 'param' ? [n.attrs] : []));

/** Loss and gradient of a batch. */
const gradients = (perExample: Graph, batch: number): Graph =>
  lossGradient(perExample, batch, { of: 'loss', wrt: paramsOf(perExample).map((p) => p.name) }).graph;

const ADAM = `param w = 0.5;
fn f(x: f32) -> f32 { w * x }
fn loss(y: f32, wanted: f32) -> f32 { (y - wanted) * (y - wanted) }
train f { data: csv("none.csv", label = "y"), loss: loss, optimizer: adam(rate = 0.001), epochs: 1, batch: 1, seed: 1 }
`;

/** One Adam step of one number, from the standard library. */
function adam(): { readonly step: Graph; readonly stateNames: readonly string[] } {
  const result = compile({ name: 'adam.su', text: ADAM }, { read: () => undefined });
  if (!result.ok) throw new Error(result.problems.map((p) => JSON.stringify(p)).join('\n'));
  const { step, state } = must(result.value.program.train).optimizer;
  return { step: must(step ?? undefined), stateNames: state };
}

/** Gradient and Adam in one plan, in place. */
function trained(title: string, perExample: Graph, batch: number): Item {
  const at = span({ name: 'bench', text: '' }, 0, 0);
  let end = 0;
  const slots = paramsOf(perExample).map(({ name, shape }) => {
    const start = end;
    end += sizeOf(shape);
    const value = new Float32Array(sizeOf(shape));
    return { start, end, spec: { name, shape, value, at, frozen: false, layout: { kind: 'number' as const } } };
  });
  const { graph, updates } = fuseStep({ loss: perExample, slots, weighted: false, ...adam() }, batch);
  return { title, graph, updates };
}

const plain = (title: string, graph: Graph): Item => ({ title, graph, updates: NO_UPDATES });

const BATCHES = [1, 64, 1024];

/** Made when they are measured, for some are large. */
export const ITEMS: readonly (readonly [title: string, make: (title: string) => Item])[] = [
  ['20 scalar operations', (t) => plain(t, twentyScalars())],
  ['chain of 15 over 1M', (t) => plain(t, chain(1 << 20))],
  ...[256, 512, 1024].map((n) => [`matmul ${n}`, (t: string) => plain(t, matmul(n))] as const),
  ['classifier 5 x 768, batch 1, forward', (t) => plain(t, ready(classifier()))],
  ...[1, 50].flatMap(
    (n) =>
      [
        [`classifier 5 x 768, batch ${n}, gradient`, (t: string) => plain(t, gradients(classifier(), n))],
        [`classifier 5 x 768, batch ${n}, step`, (t: string) => trained(t, classifier(), n)],
      ] as const,
  ),
  ['mlp 784-256-128-10, batch 1, forward', (t) => plain(t, ready(perceptron()))],
  ...BATCHES.flatMap(
    (n) =>
      [
        [`mlp 784-256-128-10, batch ${n}, gradient`, (t: string) => plain(t, gradients(perceptron(), n))],
        [`mlp 784-256-128-10, batch ${n}, step`, (t: string) => trained(t, perceptron(), n)],
      ] as const,
  ),
  ['recurrent cell, 100 x 64, gradient', (t) => plain(t, gradients(recurrent(100, 64), 1))],
  ['recurrent cell, 100 x 64, step', (t) => trained(t, recurrent(100, 64), 1)],
];

/** The whole step of training of a program with so many examples. */
export function itemOfProgram(path: string, rows: number): Item {
  const host = openFiles();
  const source = host.source(path);
  if (!source.ok) throw new Error(renderProblems(source.problems, 'human'));
  const result = compile(source.value, host);
  if (!result.ok) throw new Error(renderProblems(result.problems, 'human'));
  const { train, params } = result.value.program;
  const { loss, optimizer } = must(train, 'the program does not train');
  const { slots } = openParameters(params);
  const task = { loss, slots, weighted: false, step: must(optimizer.step ?? undefined), stateNames: optimizer.state };
  return { title: `${path}, batch ${rows}, step`, ...fuseStep(task, rows) };
}

export interface Values {
  readonly inputs: readonly Float32Array[];
  readonly params: ReadonlyMap<string, Float32Array>;
}

/**
 * Numbers for the inputs (the states of an optimiser begin at zero, what it counts and its rate are fixed) and params; small ones,
 * so that no softmax saturates: denormal numbers would be measured instead of the code.
 */
export function valuesOf({ graph, updates }: Item): Values {
  const states = new Set(updates.values());
  const names = new Map(graph.nodes.flatMap((n) => (n.op === 'input' ? [[must(n.results[0]), n.attrs.name]] : [])));
  const inputs = graph.inputs.map((v, i) => {
    const size = sizeOf(must(graph.types[v]).shape);
    if (states.has(v)) return new Float32Array(size);
    if (names.get(v) === 't') return Float32Array.of(1);
    if (names.get(v) === 'rate') return Float32Array.of(0.001);
    return normals(size, 1, i).map((x) => x / 8);
  });
  const params = new Map(
    paramsOf(graph).map(({ name, shape }, i) => [name, normals(sizeOf(shape), 2, i).map((x) => x / 8)]),
  );
  return { inputs, params };
}
