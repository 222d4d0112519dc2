/**
 * Constant folding: what is computed from constants alone is computed here, by the reference interpreter, so the result
 * has the bits it would have had. Only small results are kept as numbers; broadcasts and loops are left to run.
 */
import { type Node, sizeOf, type ValueId } from '../ir/graph.ts';
import { ARITY, type OpAttrs, type OpName } from '../ir/vocabulary.ts';
import { graphBuilder } from '../ops/build.ts';
import { OPS } from '../ops/index.ts';
import { evaluate } from '../ops/reference.ts';
import { must } from '../text/result.ts';
import type { Pass } from './pass.ts';
import { type Rewriting, type Rule, type Rules, rewrite } from './rewrite.ts';
import { exactRules, together } from './simplify/index.ts';

/** More numbers than this are not folded into a constant, nor read from one that repeats. */
const LARGEST = 4096;

/** The node that says a value is constant: a constant, or a broadcast of one that is small. */
function constantNodes(c: Rewriting, v: ValueId): readonly Node[] | undefined {
  if (sizeOf(c.shapeOf(v)) > LARGEST) return undefined;
  const node = c.made(v, 'const') ?? c.made(v, 'broadcast');
  if (!node) return undefined;
  const [source] = node.inputs;
  if (source === undefined) return [node as Node];
  const inner = c.made(source, 'const');
  return inner && [inner as Node, node as Node];
}

/** The one result of an op over constants. */
function evaluateOn<K extends OpName>(op: K, attrs: OpAttrs[K], operands: readonly (readonly Node[])[]) {
  const b = graphBuilder();
  const values = operands.map((nodes) =>
    nodes.reduce<readonly ValueId[]>((inputs, node) => b.node(node.op, inputs, node.attrs), []),
  );
  const value = b.op(
    op,
    values.map((v) => must(v[0])),
    attrs,
  );
  const [data] = evaluate(b.finish([{ name: 'value', value }]), []).outputs;
  return { shape: b.shapeOf(value), data: Float32Array.from(must(data)) };
}

const folded =
  <K extends OpName>(op: K): Rule<K> =>
  (c, inputs, attrs) => {
    const operands = inputs.map((v) => constantNodes(c, v));
    const known = operands.filter((o) => o !== undefined);
    if (known.length < operands.length || operands.length === 0) return undefined;
    if (sizeOf(resultShape(c, op, inputs, attrs)) > LARGEST) return undefined;
    return c.emit('const', [], evaluateOn(op, attrs, known));
  };

function resultShape<K extends OpName>(c: Rewriting, op: K, inputs: readonly ValueId[], attrs: OpAttrs[K]) {
  const types = OPS[op].infer(
    inputs.map((v) => ({ shape: c.shapeOf(v) })),
    attrs,
  );
  return typeof types === 'string' ? [] : must(types[0]).shape;
}

/** Every op with operands but broadcasts (they are cheaper than numbers) and loops (they can be long). */
const foldable = (Object.keys(OPS) as OpName[]).filter(
  (op) => ARITY[op] !== 0 && op !== 'broadcast' && op !== 'scan' && op !== 'iterate',
);

const foldRules: Rules = Object.fromEntries(foldable.map((op) => [op, [folded(op)]]));

export const fold: Pass = {
  name: 'fold',
  promise: 'bits',
  run: (graph) => rewrite(graph, together(foldRules, exactRules)),
};
