/**
 * Elementwise ops: the record's scalar kernel, evaluated over whole tensors. The commonest ops have a plain loop of the
 * same meaning; in float64 the elementary functions are those that the caller brought.
 */
import type { NodeOf } from '../../ir/graph.ts';
import type { OpAttrs, OpName } from '../../ir/vocabulary.ts';
import type { Arithmetic, Numbers } from './arithmetic.ts';
import { inDoubles, kernelOf, scalarExpr } from './kernels.ts';
import { PLAIN } from './plain.ts';
import { filling, type Step, type StepContext } from './step.ts';

type Loop = (out: Numbers, operands: readonly Numbers[]) => void;

function inFloat64<K extends OpName>(op: K, attrs: OpAttrs[K], { elementary }: Arithmetic): Loop {
  const given = elementary[op];
  const f = given ? ([x, y]: readonly number[]) => given(x ?? 0, y ?? 0) : inDoubles(scalarExpr(op, attrs));
  return (out, operands) => {
    for (let i = 0; i < out.length; i++) out[i] = f(operands.map((x) => x[i] as number));
  };
}

function inFloat32<K extends OpName>(op: K, attrs: OpAttrs[K]): Loop {
  const kernel = kernelOf(op, attrs);
  const plain = PLAIN[op] ?? ((out, operands) => kernel.run(operands, [out]));
  return (out, operands) => plain(out as Float32Array, operands as readonly Float32Array[]);
}

export function elementwise<K extends OpName>(node: NodeOf<K>, c: StepContext): Step {
  const { op, attrs } = node;
  return filling(node, c, c.arithmetic.name === 'f64' ? inFloat64(op, attrs, c.arithmetic) : inFloat32(op, attrs));
}
