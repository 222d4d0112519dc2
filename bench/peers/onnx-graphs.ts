/**
 * The work items as ONNX graphs: forward passes, and whole training steps (forward, gradients derived by hand, Adam) as one
 * graph each. Parameters and the states of Adam go in as `name`, `name.m`, `name.v` and come out as `next name` and so on.
 */
import { must } from '../../src/text/result.ts';
import { ADAM, type Tensors, type Work } from '../work.ts';
import { type OnnxBuilder, onnxBuilder } from './onnx-write.ts';

export interface OnnxWork {
  readonly model: Uint8Array;
  /** Fed in as they stand in the tensors of the work. */
  readonly inputs: readonly string[];
  /** Trained: replaced by what comes out. */
  readonly params: readonly string[];
  /** A gradient of `p` is called `d p`: inputs and results of a graph share no name. */
  readonly outputs: readonly string[];
}

/** Shorthands over a builder. */
function ops(b: OnnxBuilder) {
  const two = (op: string) => (x: string, y: string | number) =>
    b.node(op, [x, typeof y === 'number' ? b.scalar(y) : y]);
  return {
    add: two('Add'),
    sub: two('Sub'),
    mul: two('Mul'),
    div: two('Div'),
    max: two('Max'),
    min: two('Min'),
    matmul: two('MatMul'),
    one: (op: string, x: string) => b.node(op, [x]),
    /** Transposed products: the flags of Gemm. */
    gemm: (x: string, y: string, transA: 0 | 1, transB: 0 | 1) => b.node('Gemm', [x, y], { transA, transB }),
    sum: (x: string, axis: number, keepdims: 0 | 1) => b.node('ReduceSum', [x, b.integers([axis])], { keepdims }),
    turn: (x: string) => b.node('Transpose', [x], { perm: [1, 0] }),
  };
}
type Ops = ReturnType<typeof ops>;

const shapeOf = (tensors: Tensors, name: string): readonly number[] => must(tensors.get(name)).shape;

export function onnxWork(work: Work, tensors: Tensors): OnnxWork | undefined {
  switch (work.kind) {
    case 'classifier':
      return work.mode === 'forward'
        ? classifier(tensors)
        : training(tensors, ['prototypes'], ADAM.rate, classifierStep);
    case 'rules':
      return training(tensors, ['prototypes'], 0.01, classifierStep);
    case 'mlp':
      return work.mode === 'forward' ? mlp(tensors) : training(tensors, MLP_PARAMS, ADAM.rate, mlpStep);
    case 'recurrent':
      return recurrent(tensors, 'unrolled');
    case 'matmul':
      return simple(tensors, [work.n, work.n], (o) => o.matmul('a', 'b'));
    case 'chain':
      return simple(tensors, [1 << 20], (o) => {
        const a = o.max(o.sub(o.mul('x', 'y'), 0.25), -1);
        const c = o.min(o.add(o.mul(a, 'y'), 0.5), 2);
        return o.add(o.max(o.sub(o.mul(c, 'x'), 'y'), -2), 'x');
      });
    case 'scalars':
      return simple(tensors, [], (o) => {
        let x = 'x';
        for (let i = 1; i <= 10; i++) x = o.add(o.mul(x, 'y'), i);
        return x;
      });
    default:
      return work satisfies never;
  }
}

function simple(tensors: Tensors, shape: readonly number[], body: (o: Ops) => string): OnnxWork {
  const b = onnxBuilder();
  const inputs = [...tensors.keys()];
  for (const name of inputs) b.input(name, shapeOf(tensors, name));
  const model = b.finish({ result: { value: body(ops(b)), shape } });
  return { model, inputs, params: [], outputs: ['result'] };
}

// --- the classifier --------------------------------------------------------------------------------------

const CATEGORIES = 5;

interface Connective {
  readonly a: string;
  readonly c: string;
  readonly result: string;
}

/** (a + c + a·c - a² - c² + a²·c²) / 2. */
function both(o: Ops, a: string, c: string): string {
  const ac = o.mul(a, c);
  const squares = o.add(o.mul(a, a), o.mul(c, c));
  return o.mul(o.add(o.sub(o.add(o.add(a, c), ac), squares), o.mul(ac, ac)), 0.5);
}

/** Its derivative by the first operand: (1 + c - 2a + 2a·c²) / 2. */
function bothBy(o: Ops, a: string, c: string): string {
  const inner = o.add(o.sub(o.add(c, 1), o.mul(a, 2)), o.mul(o.mul(a, o.mul(c, c)), 2));
  return o.mul(inner, 0.5);
}

/** What backward needs: unit vectors, similarities, the connectives in order. */
function classifierScores(b: OnnxBuilder, o: Ops) {
  const norm = (x: string): string => o.one('Sqrt', o.sum(o.mul(x, x), 1, 1));
  const lengths = norm('prototypes');
  const units = o.div('prototypes', lengths);
  const direction = o.div('x', norm('x'));
  const like = o.gemm(direction, units, 0, 1);
  // Turn k takes for each category i the k-th of the others: one gather per turn.
  const turns: Connective[] = [];
  let scores = like;
  for (let k = 0; k < CATEGORIES - 1; k++) {
    const others = b.integers(Array.from({ length: CATEGORIES }, (_, i) => (k < i ? k : k + 1)));
    const c = o.one('Neg', b.node('Gather', [like, others], { axis: 1 }));
    const result = both(o, scores, c);
    turns.push({ a: scores, c, result });
    scores = result;
  }
  return { lengths, units, direction, like, turns, scores: o.mul(scores, 10) };
}

function classifier(tensors: Tensors): OnnxWork {
  const b = onnxBuilder();
  const o = ops(b);
  const x = shapeOf(tensors, 'x');
  b.input('x', x);
  b.input('prototypes', shapeOf(tensors, 'prototypes'));
  const value = b.node('Softmax', [classifierScores(b, o).scores], { axis: 1 });
  const model = b.finish({ result: { value, shape: [x[0] ?? 0, CATEGORIES] } });
  return { model, inputs: ['x', 'prototypes'], params: [], outputs: ['result'] };
}

/** The loss, and what a step of a model is made from. */
interface Stepped {
  readonly loss: string;
  readonly gradients: readonly string[];
}

/** d loss / d scores = (softmax - y) / rows. */
function crossEntropy(b: OnnxBuilder, o: Ops, scores: string, rows: number): { loss: string; back: string } {
  const logs = b.node('LogSoftmax', [scores], { axis: 1 });
  const loss = o.mul(b.node('ReduceSum', [o.mul(logs, 'y')], { keepdims: 0 }), -1 / rows);
  return { loss, back: o.mul(o.sub(o.one('Exp', logs), 'y'), 1 / rows) };
}

function classifierStep(b: OnnxBuilder, o: Ops, tensors: Tensors): Stepped {
  const f = classifierScores(b, o);
  const { loss, back } = crossEntropy(b, o, f.scores, shapeOf(tensors, 'x')[0] ?? 0);
  let up = o.mul(back, 10);
  const spread: string[] = [];
  for (const [k, { a, c }] of [...f.turns.entries()].reverse()) {
    // By the second operand the connective is the same with its operands exchanged; c was -like of the others.
    const toOthers = o.one('Neg', o.mul(up, bothBy(o, c, a)));
    const mark = new Float32Array(CATEGORIES * CATEGORIES);
    for (let i = 0; i < CATEGORIES; i++) mark[i * CATEGORIES + (k < i ? k : k + 1)] = 1;
    spread.push(o.matmul(toOthers, b.constant({ shape: [CATEGORIES, CATEGORIES], data: mark })));
    up = o.mul(up, bothBy(o, a, c));
  }
  const toLike = spread.reduce((sum, part) => o.add(sum, part), up);
  // d like / d p = (x̂ - like · p̂) / |p|, summed over the rows.
  const along = o.turn(o.sum(o.mul(toLike, f.like), 0, 1));
  const gradient = o.div(o.sub(o.gemm(toLike, f.direction, 1, 0), o.mul(f.units, along)), f.lengths);
  return { loss, gradients: [gradient] };
}

// --- the MLP ---------------------------------------------------------------------------------------------

const MLP_PARAMS = ['w1', 'b1', 'w2', 'b2', 'w3', 'b3'];

function mlpLayers(b: OnnxBuilder, o: Ops) {
  const h1 = o.one('Relu', b.node('Gemm', ['x', 'w1', 'b1']));
  const h2 = o.one('Relu', b.node('Gemm', [h1, 'w2', 'b2']));
  return { h1, h2, scores: b.node('Gemm', [h2, 'w3', 'b3']) };
}

function mlp(tensors: Tensors): OnnxWork {
  const b = onnxBuilder();
  const x = shapeOf(tensors, 'x');
  b.input('x', x);
  // Weights that do not change stand in the model, so that the runtime may pack them.
  const inner = { ...b };
  const names = new Map(MLP_PARAMS.map((name) => [name, b.constant(must(tensors.get(name)))]));
  inner.node = (op, from, attributes) =>
    b.node(
      op,
      from.map((n) => names.get(n) ?? n),
      attributes,
    );
  const value = b.node('Softmax', [mlpLayers(inner, ops(inner)).scores], { axis: 1 });
  const model = b.finish({ result: { value, shape: [x[0] ?? 0, 10] } });
  return { model, inputs: ['x'], params: [], outputs: ['result'] };
}

function mlpStep(b: OnnxBuilder, o: Ops, tensors: Tensors): Stepped {
  const { h1, h2, scores } = mlpLayers(b, o);
  const { loss, back } = crossEntropy(b, o, scores, shapeOf(tensors, 'x')[0] ?? 0);
  const through = (up: string, w: string, h: string): string => o.mul(o.gemm(up, w, 0, 1), o.one('Sign', h)); // h is 0 or positive after Relu
  const d2 = through(back, 'w3', h2);
  const d1 = through(d2, 'w2', h1);
  const gradients = [
    [d1, 'x'],
    [d2, h1],
    [back, h2],
  ].flatMap(([up = '', below = '']) => [o.gemm(below, up, 1, 0), o.sum(up, 0, 0)]);
  return { loss, gradients };
}

// --- Adam ------------------------------------------------------------------------------------------------

/** `t.first` and `t.second`: 1 - beta^t, fed by the host; all else is in the graph. */
function training(
  tensors: Tensors,
  params: readonly string[],
  rate: number,
  body: (b: OnnxBuilder, o: Ops, tensors: Tensors) => Stepped,
): OnnxWork {
  const b = onnxBuilder();
  const o = ops(b);
  for (const name of ['x', 'y']) b.input(name, shapeOf(tensors, name));
  for (const name of params) for (const part of ['', '.m', '.v']) b.input(`${name}${part}`, shapeOf(tensors, name));
  const [first, second] = [b.input('t.first', []), b.input('t.second', [])];
  const { loss, gradients } = body(b, o, tensors);
  const outputs: Record<string, { value: string; shape: readonly number[] }> = { loss: { value: loss, shape: [] } };
  const scale = o.one('Sqrt', second);
  const step = o.div(b.scalar(rate), first);
  for (const [i, name] of params.entries()) {
    const g = must(gradients[i]);
    const m = o.add(o.mul(`${name}.m`, ADAM.beta1), o.mul(g, 1 - ADAM.beta1));
    const v = o.add(o.mul(`${name}.v`, ADAM.beta2), o.mul(o.mul(g, g), 1 - ADAM.beta2));
    const next = o.sub(name, o.div(o.mul(m, step), o.add(o.div(o.one('Sqrt', v), scale), ADAM.epsilon)));
    const shape = shapeOf(tensors, name);
    outputs[`next ${name}`] = { value: next, shape };
    outputs[`next ${name}.m`] = { value: m, shape };
    outputs[`next ${name}.v`] = { value: v, shape };
  }
  return { model: b.finish(outputs), inputs: ['x', 'y'], params, outputs: Object.keys(outputs) };
}

// --- the recurrent cell ----------------------------------------------------------------------------------

/**
 * Forward by the operator RNN or unrolled, backward unrolled; products with x and the gradients of u and w are one product
 * each, outside of the steps.
 */
export function recurrent(tensors: Tensors, forward: 'operator' | 'unrolled'): OnnxWork {
  const b = onnxBuilder();
  const o = ops(b);
  const inputs = [...tensors.keys()];
  for (const name of inputs) b.input(name, shapeOf(tensors, name));
  const [steps, width] = shapeOf(tensors, 'x') as [number, number];
  const start = b.constant({ shape: [1, width], data: new Float32Array(width) });
  const { states, all: h } = forward === 'operator' ? byOperator(b, o, steps, width) : unrolled(b, o, steps, start);
  const off = o.sub(must(states.at(-1)), 'y');
  const loss = b.node('ReduceMean', [o.mul(off, off)], { keepdims: 0 });
  // 1 - h² of all steps at once.
  const slopes = b.nodes('Split', [o.sub(b.scalar(1), o.mul(h, h))], steps, { axis: 0 });
  let up = o.mul(off, 2 / width);
  const deltas: string[] = [];
  for (let i = steps - 1; i >= 0; i--) {
    const delta = o.mul(up, must(slopes[i]));
    deltas.unshift(delta);
    if (i > 0) up = o.gemm(delta, 'w', 0, 1);
  }
  const all = b.node('Concat', deltas, { axis: 0 });
  const before = b.node('Concat', [start, ...states.slice(0, -1)], { axis: 0 });
  const model = b.finish({
    loss: { value: loss, shape: [] },
    'd u': { value: o.gemm('x', all, 1, 0), shape: [width, width] },
    'd w': { value: o.gemm(before, all, 1, 0), shape: [width, width] },
    'd b': { value: o.sum(all, 0, 0), shape: [width] },
  });
  return { model, inputs, params: [], outputs: ['loss', 'd u', 'd w', 'd b'] };
}

interface Unrolled {
  /** After each step, one row each, and all of them. */
  readonly states: readonly string[];
  readonly all: string;
}

function unrolled(b: OnnxBuilder, o: Ops, steps: number, start: string): Unrolled {
  const drives = b.nodes('Split', [b.node('Gemm', ['x', 'u', 'b'])], steps, { axis: 0 });
  const states: string[] = [];
  for (const drive of drives) states.push(o.one('Tanh', b.node('Gemm', [states.at(-1) ?? start, 'w', drive])));
  return { states, all: b.node('Concat', states, { axis: 0 }) };
}

/** Its weights stand the other way round and have an axis of directions. */
function byOperator(b: OnnxBuilder, o: Ops, steps: number, width: number): Unrolled {
  const shaped = (x: string, shape: readonly number[]): string => b.node('Reshape', [x, b.integers(shape)]);
  const bias = b.node('Concat', ['b', b.constant({ shape: [width], data: new Float32Array(width) })], { axis: 0 });
  const turned = (w: string): string => shaped(o.turn(w), [1, width, width]);
  const y = b.node('RNN', [shaped('x', [steps, 1, width]), turned('u'), turned('w'), shaped(bias, [1, 2 * width])], {
    hidden_size: width,
  });
  const all = shaped(y, [steps, width]);
  return { states: b.nodes('Split', [all], steps, { axis: 0 }), all };
}
