/**
 * Picks and selections by something that depends on a choice, as mixtures; everything else as it is. Loop bodies alike. Only what
 * may be infinite pays for the guard against 0 · infinity, so a table that is looked up stays one contraction.
 */
import { iterateAsScan } from '../../autodiff/index.ts';
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { OpName } from '../../ir/vocabulary.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { finite } from '../../ops/table/compare.ts';
import { summedLabels } from '../../ops/table/contract.ts';
import { copyNode, rebuild } from '../../passes/copy.ts';
import { must } from '../../text/result.ts';
import { HANDED_ON, type Mark, markedInputs, markedOutputs, markedValues } from './flow.ts';

type Place = (b: GraphBuilder, node: Node, inputs: readonly ValueId[]) => readonly ValueId[];

/** By value: whether it depends on a choice, and whether it may be infinite or nan. */
interface Marks {
  readonly soft: readonly boolean[];
  readonly wild: readonly boolean[];
}

/** What makes an infinity or a nan from finite numbers of ordinary size. */
const WILD: readonly OpName[] = ['sqrt', 'exp', 'log', 'div', 'pow'];
/** Finite whatever their operands. */
const TAME: readonly OpName[] = ['lt', 'le', 'eq', 'argmax'];

const wild: Mark = {
  begins: (node) => (node.op === 'const' ? node.attrs.data.some((x) => !Number.isFinite(x)) : WILD.includes(node.op)),
  ends: (node) => TAME.includes(node.op),
};

/** How the nodes of a graph are placed where the marked params are distributions. */
export function mixing(graph: Graph, isChoice: (node: Node) => boolean): Place {
  const soft: Mark = { begins: isChoice, ends: () => false };
  const none = graph.inputs.map(() => false);
  return placing({ soft: markedValues(graph, none, soft), wild: markedValues(graph, none, wild) });
}

const placing =
  (marks: Marks): Place =>
  (b, node, inputs) => {
    const has = (which: keyof Marks, i: number): boolean => marks[which][must(node.inputs[i])] === true;
    if (node.op === 'select' && has('soft', 0)) return [blend(b, inputs, [has('wild', 1), has('wild', 2)])];
    if (node.op === 'einsum' && node.attrs.order === 'pick' && has('soft', 0))
      return [mixed(b, node, inputs, has('wild', 1))];
    return node.op === 'scan' || node.op === 'iterate' ? placeLoop(b, node, inputs, marks) : copyNode(b, node, inputs);
  };

// --- mixtures ----------------------------------------------------------------------------------------------

/** (1 + c)/2 · x + (1 - c)/2 · y */
function blend(b: GraphBuilder, [c, x, y]: readonly ValueId[], isWild: readonly boolean[]): ValueId {
  const half = b.full([], 0.5);
  const part = b.mul(must(c), half);
  const [yes, no] = [b.add(part, half), b.sub(half, part)];
  return b.add(weighed(b, yes, must(x), isWild[0] === true), weighed(b, no, must(y), isWild[1] === true));
}

/** w · v; of what may be infinite 0 where it is, unless w is 1. */
function weighed(b: GraphBuilder, w: ValueId, v: ValueId, isWild: boolean): ValueId {
  if (!isWild) return b.mul(w, v);
  const whole = b.op('stopGradient', [b.op('le', [b.full(b.shapeOf(w), 1), w], { width: 1 })], {});
  return b.mul(w, b.select(whole, v, finite(b, v)));
}

/** Σ w · v over the summed labels, in the order of the pick. */
function mixed(b: GraphBuilder, node: NodeOf<'einsum'>, inputs: readonly ValueId[], isWild: boolean): ValueId {
  const [w, v] = [must(inputs[0]), must(inputs[1])];
  if (!isWild) return b.einsum(w, v, { ...node.attrs, order: 'sequential' });
  const { lhs, rhs, out } = node.attrs;
  const labels = [...out, ...summedLabels(node.attrs)];
  const sizes = new Map([
    ...lhs.map((l, i) => [l, must(b.shapeOf(w)[i])] as const),
    ...rhs.map((l, i) => [l, must(b.shapeOf(v)[i])] as const),
  ]);
  const shape = labels.map((l) => must(sizes.get(l)));
  const spread = (x: ValueId, own: readonly number[]): ValueId => {
    const kept = labels.filter((l) => own.includes(l));
    const turned = b.transpose(
      x,
      kept.map((l) => own.indexOf(l)),
    );
    return b.broadcast(
      turned,
      shape,
      kept.map((l) => labels.indexOf(l)),
    );
  };
  const terms = weighed(b, spread(w, lhs), spread(v, rhs), true);
  return b.sum(terms, labels.map((_, i) => i).slice(out.length), 'sequential');
}

// --- loops -------------------------------------------------------------------------------------------------

function placeLoop(
  b: GraphBuilder,
  node: NodeOf<'scan'> | NodeOf<'iterate'>,
  inputs: readonly ValueId[],
  marks: Marks,
): readonly ValueId[] {
  const given = (which: keyof Marks): boolean[] => node.inputs.map((v) => marks[which][v] === true);
  const soft = markedInputs(node, given('soft'), HANDED_ON);
  const inner = { soft, wild: markedInputs(node, given('wild'), wild) };
  if (!soft.includes(true)) return copyNode(b, node, inputs);
  if (node.op === 'scan') return b.node('scan', inputs, { ...node.attrs, body: mixedBody(node.attrs.body, inner) });
  const { cond, body, carries } = node.attrs;
  if (!markedOutputs(cond, soft, HANDED_ON).includes(true))
    return b.node('iterate', inputs, { ...node.attrs, cond: mixedBody(cond, inner), body: mixedBody(body, inner) });
  const scan = iterateAsScan(node);
  const put = <T>(list: readonly T[], item: T): T[] => [...list.slice(0, carries), item, ...list.slice(carries)];
  const marked = { soft: put(inner.soft, true), wild: put(inner.wild, false) };
  const results = b.node('scan', put(inputs, b.full([], 1)), { ...scan, body: mixedBody(scan.body, marked) });
  return results.slice(0, carries);
}

/** A body whose inputs have these marks. */
function mixedBody(body: Graph, inputs: Marks): Graph {
  return rebuild(
    body,
    placing({ soft: markedValues(body, inputs.soft, HANDED_ON), wild: markedValues(body, inputs.wild, wild) }),
  );
}
