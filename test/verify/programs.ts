/** The functions of random programs as cases of the judge of bounds: lowered, with the learned numbers that the text has. */
import { unrolledSize } from '../../src/passes/unroll.ts';
import { compile } from '../../src/road.ts';
import { randomProgram } from '../fuzz/program.ts';
import type { Case } from './nets.ts';

/** Larger ones take too long for what they show. */
const MOST_NODES = 600;

export function programCases(seed: number): Case[] {
  const made = compile({ name: 'program.su', text: randomProgram(seed) }, { read: () => undefined });
  if (!made.ok) throw new Error(`seed ${seed} does not compile`);
  const { entries, params } = made.value.program;
  const numbers = new Map(params.map((p) => [p.name, p.value]));
  return entries
    .map(({ graph }) => graph)
    .filter((graph) => graph.inputs.length > 0 && unrolledSize(graph) <= MOST_NODES)
    .map((graph) => ({ graph, params: numbers }));
}
