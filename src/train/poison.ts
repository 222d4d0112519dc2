/**
 * Where a NaN or an infinity begins: runs the gradient graph once more, keeps every value, and walks back from the first bad
 * output along bad values to the node whose operands are all good. Gives a Problem at that node's place in the source.
 */
import type { Graph, Node, ValueId } from '../ir/graph.ts';
import type { ParamSpec } from '../lower/program.ts';
import { printF32 } from '../num/literal.ts';
import { evaluate } from '../ops/reference.ts';
import { type Problem, problem } from '../text/problem.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';

export interface PoisonReport {
  readonly graph: Graph;
  readonly inputs: readonly Float32Array[];
  readonly params: ReadonlyMap<string, Float32Array>;
  /** Declarations of the trained parameters; output k + 1 of the graph is the gradient of the k-th. */
  readonly slots: readonly ParamSpec[];
  readonly at: Span;
  readonly epoch: number;
  readonly step: number;
}

type Numbers = Float32Array | Float64Array;

/** The Problem of a loss or gradient that is not finite. */
export function explainPoison(r: PoisonReport): Problem {
  const outer = new Set<Node>(r.graph.nodes);
  const values = new Map<ValueId, Numbers>();
  /** The first bad node inside a loop body, by the loop that runs it: bodies run before their loop is reported. */
  const inside = new Map<Node, Node>();
  let firstInside: Node | undefined;
  const watch = (node: Node, results: readonly Numbers[]): void => {
    if (!outer.has(node)) {
      if (firstInside === undefined && !isConstant(node) && results.some(hasBad)) firstInside = node;
      return;
    }
    for (const [i, v] of node.results.entries()) values.set(v, must(results[i]).slice());
    if (firstInside !== undefined) inside.set(node, firstInside);
    firstInside = undefined;
  };
  for (const [i, v] of r.graph.inputs.entries()) values.set(v, must(r.inputs[i]));
  evaluate(r.graph, r.inputs, r.params, { watch });
  const bad = r.graph.outputs.findIndex((o) => hasBad(must(values.get(o.value))));
  const output = r.graph.outputs[Math.max(0, bad)];
  const culprit = output ? walkBack(r.graph, values, output.value) : undefined;
  return report(r, Math.max(0, bad), values, culprit, culprit && inside.get(culprit));
}

const isBad = (x: number): boolean => !Number.isFinite(x);
const hasBad = (xs: Numbers): boolean => xs.some(isBad);
const isConstant = (node: Node): boolean => node.op === 'const' || node.op === 'input' || node.op === 'param';

function walkBack(graph: Graph, values: ReadonlyMap<ValueId, Numbers>, from: ValueId): Node | undefined {
  const makers = new Map(graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  let at = makers.get(from);
  for (;;) {
    const next = at && badOperand(at, values);
    if (next === undefined) return at;
    const maker = makers.get(next);
    // A constant infinity is what the program says; what is made of it is where it goes wrong.
    if (!maker || maker.op === 'const') return at;
    at = maker;
  }
}

/** A bad operand that reaches the result: of a select only the side that was taken where the result is bad. */
function badOperand(node: Node, values: ReadonlyMap<ValueId, Numbers>): ValueId | undefined {
  const bad = node.inputs.filter((v) => hasBad(must(values.get(v))));
  if (node.op !== 'select' || bad.length === 0) return bad[0];
  const result = must(values.get(must(node.results[0])));
  const where = result.findIndex(isBad);
  return node.inputs.slice(1).find((v) => Object.is(must(values.get(v))[where], result[where])) ?? bad[0];
}

function report(
  r: PoisonReport,
  output: number,
  values: ReadonlyMap<ValueId, Numbers>,
  culprit: Node | undefined,
  inner: Node | undefined,
): Problem {
  const value = describeBad(must(values.get(must(r.graph.outputs[output]).value)));
  const what = output === 0 ? 'loss' : `gradient of \`${must(r.slots[output - 1]).name}\``;
  const data = { what, value, epoch: r.epoch, step: r.step };
  if (!culprit) return problem('nan-in-training', r.at, { ...data, hint: '' });
  const node = inner ?? culprit;
  const made = describeBad(
    must(values.get(must(culprit.results.find((v) => hasBad(must(values.get(v)))) ?? culprit.results[0]))),
  );
  const back = output === 0 ? '' : ' on the way back';
  const named = node.origin?.name === undefined ? '' : ` (\`${node.origin.name}\`)`;
  const hint = `The first ${made} came out of \`${node.op}\`${named}${back}.${paramsOf(r, culprit)}`;
  return problem('nan-in-training', node.origin?.at ?? r.at, { ...data, hint }, { label: `${made} begins here` });
}

function describeBad(xs: Numbers): string {
  const x = xs.find(isBad);
  return x === undefined ? 'not finite' : Number.isNaN(x) ? 'NaN' : x > 0 ? 'inf' : '-inf';
}

/** The parameters that the node depends on, with their values. */
function paramsOf(r: PoisonReport, culprit: Node): string {
  const makers = new Map(r.graph.nodes.flatMap((n) => n.results.map((v) => [v, n] as const)));
  const seen = new Set<Node>();
  const names: string[] = [];
  const visit = [culprit];
  for (let node = visit.pop(); node; node = visit.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.op === 'param') names.push(node.attrs.name);
    for (const v of node.inputs) {
      const maker = makers.get(v);
      if (maker) visit.push(maker);
    }
  }
  if (names.length === 0) return '';
  const shown = names
    .sort()
    .slice(0, 6)
    .map((name) => `\`${name}\` ${rangeOf(must(r.params.get(name)))}`);
  const more = names.length > 6 ? ` and ${names.length - 6} more` : '';
  return ` It depends on ${shown.join(', ')}${more}.`;
}

function rangeOf(xs: Float32Array): string {
  if (xs.length === 1) return `= ${printF32(must(xs[0]))}`;
  let [low, high] = [Infinity, -Infinity];
  for (const x of xs) [low, high] = [Math.min(low, x), Math.max(high, x)];
  return `in [${printF32(low)}, ${printF32(high)}]`;
}
