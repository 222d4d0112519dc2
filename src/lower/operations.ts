/**
 * `op(...)`: a node of the graph as it is written, in the loop where it stands. Its own shape rule says whether the stated type is
 * what it gives. Bodies of loops are functions: their states and elements are its inputs, what they name from outside is captured.
 */
import type { Core } from '../check/core.ts';
import type { Graph } from '../ir/graph.ts';
import { leavesOf } from '../ir/layout.ts';
import type { OpAttrs, OpName, Shape } from '../ir/vocabulary.ts';
import { OPS } from '../ops/index.ts';
import { must } from '../text/result.ts';
import { raise } from './alarms.ts';
import {
  addCarry,
  addMapped,
  appendHere,
  type Body,
  finishBody,
  jointInputs,
  neededInputs,
  newBody,
  type Tensor,
} from './bodies.ts';
import { type Env, here, lower, report, typeIn } from './environment.ts';
import { applyTo } from './functions.ts';
import { leafShapes, tensorLayout } from './instance.ts';
import { sameShape } from './tensors.ts';
import { fromTensors, leaf, someValue, type Typed, tensorOf, tensorsOf, type Value } from './values.ts';

type Operation = Extract<Core, { kind: 'op' }>;

/** A loop's body or condition, open, with what it gives. */
interface Opened {
  readonly body: Body;
  readonly outputs: readonly Tensor[];
}

export function lowerOperation(env: Env, core: Operation): Value {
  const at = here(env, core);
  const type = typeIn(env, core.type);
  const args = core.args.map((a): Typed => ({ value: lower(env, a), type: typeIn(env, a.type) }));
  const shapes = leafShapes(type);
  if (!args.every((a) => leavesOf(tensorLayout(a.type), '').length === 1)) {
    report(at, 'operation-misfit', { op: core.op, why: 'each operand is one tensor' });
    return someValue(env, type);
  }
  const operands = args.map((a) => tensorOf(at, a));
  const { attrs, inputs } = withBodies(at, core, args, operands);
  const wrong = misfit(core.op, inputs, { ...attrs, shape: shapes[0] ?? [] }, shapes);
  if (wrong !== undefined) {
    report(at, 'operation-misfit', { op: core.op, why: wrong });
    return someValue(env, type);
  }
  at.build.budget--;
  const full = hasShape(core.op) ? { ...attrs, shape: must(shapes[0]) } : attrs;
  const node = { op: core.op, attrs: full as unknown as OpAttrs[OpName], origin: at.origin };
  return fromTensors(type, appendHere(at.body, node, inputs));
}

const SHAPED: readonly OpName[] = ['reshape', 'broadcast', 'const', 'random'];
const hasShape = (op: OpName): boolean => SHAPED.includes(op);

/** What is wrong with an operation on such operands, or its results not being of the stated shapes. */
function misfit(op: OpName, inputs: readonly Tensor[], attrs: object, stated: readonly Shape[]): string | undefined {
  const infer = OPS[op].infer as (
    types: readonly { shape: Shape }[],
    attrs: unknown,
  ) => readonly { shape: Shape }[] | string;
  const types = infer(
    inputs.map((t) => ({ shape: t.shape })),
    attrs,
  );
  if (typeof types === 'string') return types;
  const fits = types.length === stated.length && types.every((t, i) => sameShape(t.shape, must(stated[i])));
  const list = (shapes: readonly Shape[]): string => shapes.map((s) => `[${s.join(', ')}]`).join(', ');
  return fits ? undefined : `it gives ${list(types.map((t) => t.shape))}, stated is ${list(stated)}`;
}

/** The attributes with the bodies in them, and the operands with what these capture. */
function withBodies(env: Env, core: Operation, args: readonly Typed[], operands: readonly Tensor[]) {
  const { body, cond } = core.bodies;
  if (!body) return { attrs: core.attributes, inputs: operands };
  const carries = Number(core.attributes.carries);
  const step = open(env, body, { args, operands, carries });
  const test = cond && open(env, cond, { args, operands, carries });
  const own = inputsOf(step);
  const inputs = test ? jointInputs(own, inputsOf(test)) : own;
  const graph = ({ body: of, outputs }: Opened): Graph => finishBody(of, inputs, outputs);
  const attrs = { ...core.attributes, body: graph(step), ...(test && { cond: graph(test) }) };
  return { attrs, inputs: inputs.map((i) => i.source) };
}

/** All states and elements, and what is captured. */
const inputsOf = ({ body, outputs }: Opened) => {
  const needed = neededInputs(body, outputs);
  return body.inputs
    .filter((i) => i.role === 'carry')
    .concat(
      body.inputs.filter((i) => i.role === 'mapped'),
      needed.filter((i) => i.role === 'captured'),
    );
};

interface Given {
  readonly args: readonly Typed[];
  readonly operands: readonly Tensor[];
  readonly carries: number;
}

function open(env: Env, fn: Core, { operands, carries }: Given): Opened {
  const body = newBody(env.body);
  const inputs = operands.map((t, i) => (i < carries ? addCarry(body, t) : addMapped(body, t)));
  const inner: Env = { ...env, body, guards: [] };
  const type = typeIn(env, fn.type);
  if (type.kind !== 'fn') return { body, outputs: [] };
  const given = inputs.map((t, i): Typed => ({ value: leaf(t), type: must(type.params[i]) }));
  const value = applyTo(inner, lower(env, fn), given, type.result);
  if (body.alarms.length > 0)
    report(env, 'operation-misfit', { op: 'alarm', why: 'it has no way out of this function' });
  return { body, outputs: tensorsOf(inner, { value, type: type.result }) };
}

export function lowerAlarm(env: Env, core: Extract<Core, { kind: 'alarm' }>): Value {
  const value = lower(env, core.value);
  const at = here(env, core);
  const when = tensorOf(at, { value: lower(env, core.when), type: typeIn(env, core.when.type) });
  raise(at, { value: when, message: core.message, at: core.at });
  return value;
}
