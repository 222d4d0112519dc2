/** The machine that a loop is, where what it carries has finitely many values: its table, with the numbers of every state and of every output. */
import { sizeOf } from '../ir/graph.ts';
import { evaluator } from '../ops/reference.ts';
import { must } from '../text/result.ts';
import { explore, Known, type Runner } from './explore.ts';
import type { Machine } from './machine.ts';
import type { Step } from './step.ts';

export interface LoopMachine {
  readonly machine: Machine;
  /** The numbers of a state, one leaf after the other; and of what a step gives, by the numbers in `machine.out`. */
  stateAt(state: number): Float32Array;
  outputAt(output: number): Float32Array;
}

/**
 * Of a step all of whose inputs are arrays over positions; `symbols` are the values of one position's inputs, leaf by leaf. A number where the states
 * are not all reached by `limit` steps (2^16): how many there are so far. Steps are run by the reference interpreter.
 */
export function machineOf(
  step: Step,
  symbols: readonly (readonly Float32Array[])[],
  { params, limit = 2 ** 16 }: { readonly params: ReadonlyMap<string, Float32Array>; readonly limit?: number },
): LoopMachine | number {
  const { runner, start, given } = referenceRunner(step, symbols, params);
  const [next, out]: [number[], number[]] = [[], []];
  const outputs = new Known(given.length);
  const explored = explore(runner, [start], {
    limit,
    goOn: () => true,
    ends(_, from, symbol, to) {
      next[from * symbols.length + symbol] = to;
      out[from * symbols.length + symbol] = outputs.add(given).state;
      return false;
    },
  });
  if (explored.end !== 'closed') return explored.states;
  const tables = { next: Int32Array.from(next), out: Int32Array.from(out) };
  return {
    machine: { states: explored.states, symbols: symbols.length, ...tables },
    stateAt: explored.stateAt,
    outputAt: (output) => outputs.at(output),
  };
}

function referenceRunner(
  { graph, outputs, states }: Step,
  symbols: readonly (readonly Float32Array[])[],
  params: ReadonlyMap<string, Float32Array>,
): { readonly runner: Runner; readonly start: Float32Array; readonly given: Float32Array } {
  const evaluate = evaluator(graph);
  const run = (inputs: readonly Float32Array[]) => evaluate(inputs, params).outputs;
  const sizes = graph.inputs.slice(graph.inputs.length - states).map((v) => sizeOf(must(graph.types[v]).shape));
  const split = (row: Float32Array): Float32Array[] => {
    let end = 0;
    return sizes.map((size) => {
      end += size;
      return row.slice(end - size, end);
    });
  };
  const joined = (parts: readonly ArrayLike<number>[]): Float32Array =>
    Float32Array.from(parts.flatMap((part) => Array.from(part)));
  const first = run([...must(symbols[0]), ...sizes.map((size) => new Float32Array(size))]);
  const start = joined(first.slice(outputs + states));
  const given = joined(first.slice(0, outputs));
  const runner: Runner = {
    most: 1,
    symbols: symbols.length,
    width: start.length,
    states: start.slice(),
    symbol: new Int32Array(1),
    next: start.slice(),
    run() {
      const results = run([...must(symbols[must(runner.symbol[0])]), ...split(runner.states)]);
      runner.next.set(joined(results.slice(outputs, outputs + states)));
      given.set(joined(results.slice(0, outputs)));
    },
  };
  return { runner, start, given };
}
