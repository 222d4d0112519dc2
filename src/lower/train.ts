/**
 * The `train` block as graphs for one example: loss and metrics of the target's prediction against a label, and the step of the
 * optimiser for one number. Batching and gradients are the trainer's.
 */
import type { Core, FnDecl, TrainDecl } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import { sizeOf } from '../ir/graph.ts';
import { leavesOf } from '../ir/layout.ts';
import { must } from '../text/result.ts';
import { scalar, type Tensor } from './bodies.ts';
import { beginGraph, finishGraph, inputValue, type NamedTensor, outputsOf } from './builds.ts';
import { type Env, emit, lower, type World } from './environment.ts';
import { applyTo, inline } from './functions.ts';
import { closed, genericsOf, NO_GENERICS, peel, shapeOfType, tensorLayout } from './instance.ts';
import { agreement, argmax } from './prims/cases.ts';
import type { TrainTask } from './program.ts';
import { add, axesFrom, compare, div, indicator, min, mul, sameShape, sub, sumOver, unary } from './tensors.ts';
import { leaf, leafTypes, product, type Typed, tensorOf, tensorsOf, type Value } from './values.ts';

const closedType = (type: Type): Type => closed(type, NO_GENERICS);
const F32: Type = { kind: 'f32' };

export function lowerTrain(world: World, decl: TrainDecl): TrainTask {
  const { target, data, label } = decl;
  const metrics = metricsOf(decl);
  return {
    at: decl.at,
    target: target.name,
    data,
    inputs: target.params.map((p) => ({ name: p.name, layout: tensorLayout(closedType(p.type)) })),
    label: tensorLayout(closedType(label)),
    loss: lossGraph(world, decl, metrics),
    prediction: predictionGraph(world, decl),
    metrics: metrics.map((m) => m.name),
    optimizer: lowerOptimizer(world, decl),
    epochs: decl.epochs,
    holdout: decl.holdout,
    seed: decl.seed,
    search: decl.search,
    price: decl.price,
    restarts: decl.restarts,
    ...(decl.schedule && { schedule: decl.schedule }),
    ...(decl.batch !== undefined && { batch: decl.batch }),
    ...(decl.clip !== undefined && { clip: decl.clip }),
    ...(decl.patience !== undefined && { patience: decl.patience }),
    ...(decl.classWeights && { classWeights: decl.classWeights }),
  };
}

interface Metric {
  readonly name: string;
  readonly of: (env: Env, prediction: Typed, label: Typed) => Tensor;
}

function lossGraph(world: World, decl: TrainDecl, metrics: readonly Metric[]): TrainTask['loss'] {
  const { target } = decl;
  const env = beginGraph(world, decl.at);
  const args = inputsOf(env, decl);
  const label: Typed = { value: inputValue(env, 'label', closedType(decl.label)), type: closedType(decl.label) };
  const prediction = predicted(env, decl, args);
  const outputs: NamedTensor[] = [
    { name: 'loss', tensor: applied(env, decl.loss, prediction, label) },
    ...metrics.map((m) => ({ name: m.name, tensor: m.of(env, prediction, label) })),
  ];
  return finishGraph(env, outputs, target.name);
}

function predictionGraph(world: World, decl: TrainDecl): TrainTask['prediction'] {
  const env = beginGraph(world, decl.at);
  const prediction = predicted(env, decl, inputsOf(env, decl));
  return finishGraph(env, outputsOf(env, 'result', prediction), decl.target.name);
}

const inputsOf = (env: Env, { target }: TrainDecl): Value[] =>
  target.params.map((p) => inputValue({ ...env, origin: { at: p.at } }, p.name, closedType(p.type)));

function predicted(env: Env, { target: fn }: TrainDecl, args: readonly Value[]): Typed {
  const type = closedType(fn.result);
  return { value: inline(env, { fn, generics: NO_GENERICS, args, result: type }), type };
}

/** A function of prediction and label, as a number. */
function applied(env: Env, fn: Core, prediction: Typed, label: Typed): Tensor {
  const at: Env = { ...env, origin: { at: fn.at } };
  return tensorOf(at, { value: applyTo(at, lower(env, fn), [prediction, label], F32), type: F32 });
}

/** The automatic metrics of the label's type, then those that the block names. */
function metricsOf(decl: TrainDecl): Metric[] {
  const named = decl.metrics.map(
    (m): Metric => ({
      name: m.name,
      of: (env, prediction, label) => applied(env, m.fn, prediction, label),
    }),
  );
  const automatic = automaticMetrics(closedType(decl.target.result), closedType(decl.label));
  return [...automatic.filter((a) => !named.some((m) => m.name === a.name)), ...named];
}

/** Of cases and bools the share that is right, and of several whether all are; of a number its distance. */
function automaticMetrics(prediction: Type, label: Type): readonly Metric[] {
  if (label.kind === 'f32' && SCALARS.includes(prediction.kind)) return [{ name: 'mean_absolute_error', of: distance }];
  const [given, wanted] = [leafTypes(prediction), leafTypes(label)];
  const isCrisp = wanted.length > 0 && wanted.every((t) => CRISP.includes(peel(t).of.kind));
  if (!isCrisp || given.length !== wanted.length || !given.every((t, i) => canTell(t, must(wanted[i])))) return [];
  const accuracy: Metric = { name: 'accuracy', of: (env, p, l) => meanOf(env, rightness(env, p, l)) };
  const isOne = wanted.length === 1 && label.kind !== 'array';
  return isOne ? [accuracy] : [accuracy, { name: 'exact', of: (env, p, l) => leastOf(env, rightness(env, p, l)) }];
}

const SCALARS: readonly Type['kind'][] = ['f32', 'truth', 'bool'];
const CRISP: readonly Type['kind'][] = ['bool', 'enum', 'index'];

/** Whether a leaf of the prediction says which case it means: scores, weights or a case for cases, a sign for bools. */
function canTell(prediction: Type, label: Type): boolean {
  const { kind } = peel(prediction).of;
  const fits = kind === 'f32' || SCALARS.includes(kind) === (peel(label).of.kind === 'bool');
  return fits && sameShape(shapeOfType(prediction), shapeOfType(label));
}

/** Per leaf, 1 where the most likely case is the label's, and where a number is positive just when the label is true. */
function rightness(env: Env, prediction: Typed, label: Typed): Tensor[] {
  const labels = tensorsOf(env, label);
  const types = leafTypes(label.type);
  return tensorsOf(env, prediction).map((p, i) => {
    const wanted = must(labels[i]);
    if (peel(must(types[i])).of.kind !== 'bool') return agreement(env, argmax(env, p), wanted);
    return indicator(env, mul(env, compare(env, 'lt', scalar(0), p), wanted));
  });
}

/** The mean over the elements of all tensors. */
function meanOf(env: Env, tensors: readonly Tensor[]): Tensor {
  const count = tensors.reduce((n, t) => n + sizeOf(t.shape), 0);
  const sums = tensors.map((t) => sumOver(env, t, axesFrom(0, t.shape.length), 'lanes'));
  const total = sums.reduce((a, b) => add(env, a, b));
  return count <= 1 ? total : div(env, total, scalar(count));
}

function leastOf(env: Env, tensors: readonly Tensor[]): Tensor {
  const least = tensors.filter((t) => sizeOf(t.shape) > 0).map((t) => lowest(env, t));
  return least.length === 0 ? scalar(1) : least.reduce((a, b) => min(env, a, b));
}

const lowest = (env: Env, t: Tensor): Tensor =>
  t.shape.length === 0 ? t : emit(env, 'reduceMin', [t], { axes: axesFrom(0, t.shape.length) });

const distance = (env: Env, prediction: Typed, label: Typed): Tensor =>
  unary(env, 'abs', sub(env, tensorOf(env, prediction), tensorOf(env, label)));

// --- optimiser ---

function lowerOptimizer(world: World, { optimizer }: TrainDecl): TrainTask['optimizer'] {
  const { name, step, numbers } = optimizer;
  if (!step) return { name, step: null, state: [], numbers };
  const settings = withDefaults(step, numbers);
  const stateType = closedType(must(step.params[2], 'an optimiser has a state').type);
  const state = leavesOf(tensorLayout(stateType), 'state').map((l) => l.path);
  return { name, step: stepGraph(world, step, settings, stateType), state, numbers: settings };
}

/** The optimiser's numbers: those the block names, else the defaults of its parameters. */
function withDefaults(step: FnDecl, numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const known: Record<string, number> = { ...numbers };
  for (const [i, local] of step.params.entries()) {
    const fallback = step.defaults[i];
    if (i >= 4 && known[local.name] === undefined && fallback) known[local.name] = constantOf(fallback);
  }
  return known;
}

function constantOf(core: Core): number {
  if (core.kind === 'number') return core.value;
  if (core.kind === 'coerce') return constantOf(core.value);
  if (core.kind === 'global') return constantOf(core.decl.value);
  return core.kind === 'prim' && core.prim === 'neg' ? -constantOf(must(core.args[0])) : 0;
}

/** One step for one number: inputs w, g, the state's leaves, t, rate; outputs w and the state's leaves. */
function stepGraph(
  world: World,
  step: FnDecl,
  numbers: Readonly<Record<string, number>>,
  stateType: Type,
): TrainTask['optimizer']['step'] {
  const env = beginGraph(world, step.at);
  const [w, g] = [inputValue(env, 'w', F32), inputValue(env, 'g', F32)];
  const state = inputValue(env, 'state', stateType);
  const [t, rate] = [inputValue(env, 't', F32), inputValue(env, 'rate', F32)];
  const byPlace: readonly Value[] = [w, g, state, t];
  const argument = (name: string, i: number): Value =>
    byPlace[i] ?? (name === 'rate' ? rate : leaf(scalar(Math.fround(numbers[name] ?? 0))));
  const args = step.params.map((p, i) => argument(p.name, i));
  const result = closedType(step.result);
  const value = inline(env, { fn: step, generics: genericsOf(step.generics, [], NO_GENERICS), args, result });
  const [next, after] = value.kind === 'product' ? value.parts : [];
  const outputs = [
    ...outputsOf(env, 'w', { value: must(next), type: F32 }),
    ...outputsOf(env, 'state', { value: after ?? product([]), type: stateType }),
  ];
  return finishGraph(env, outputs, step.name);
}
