/**
 * Long judging of raising, run by hand: `node bench/run.mjs test/decompile/judge-raise.ts [programs] [graphs]`. Every function of random
 * programs and every random graph is written as source, compiled again and compared. Prints how many are equal and which operations
 * were written as `op(...)`.
 */
import { compile } from '../../src/road.ts';
import { randomProgram } from '../fuzz/program.ts';
import { allEqual, raisedGraph, raisedProgram } from './raised.ts';

const [programs = 700, graphs = 1200] = process.argv.slice(2).map(Number);
const literal = new Map<string, number>();
const count = (text: string): void => {
  for (const [, op = ''] of text.matchAll(/\bop\(\s*"(\w+)"/g)) literal.set(op, (literal.get(op) ?? 0) + 1);
};

let functions = 0;
const wrong: string[] = [];
for (let seed = 0; seed < programs; seed++) {
  const compiled = compile({ name: 'program.su', text: randomProgram(seed) }, { read: () => undefined });
  if (!compiled.ok) continue;
  const raised = raisedProgram(compiled.value);
  functions += raised.fns.length;
  count(raised.text);
  if (!allEqual(compiled.value, raised)) wrong.push(`program ${seed}`);
}
console.log(`${programs} programs, ${functions} functions; written as op:`, Object.fromEntries(literal));
for (let seed = 0; seed < graphs; seed++) if (!raisedGraph(seed).equal) wrong.push(`graph ${seed}`);
console.log(`${graphs} graphs; not equal: ${wrong.length === 0 ? 'none' : wrong.join(', ')}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
