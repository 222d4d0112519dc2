/** Pruning keeps what outputs and alarms need, and the inputs; the checker refuses graphs that break the form. */
import { describe, expect, it } from 'vitest';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { leavesOf } from '../../src/ir/layout.ts';
import { readGraph } from '../../src/ir/parse.ts';
import { printGraph } from '../../src/ir/print.ts';
import { prune } from '../../src/ir/prune.ts';
import { verifyGraph } from '../../src/ops/verify.ts';

describe('prune', () => {
  it('drops what nothing needs, in loops too, and numbers anew', () => {
    const graph = readGraph(`
      %unused: [2] = input name="unused"
      %x: [2] = input name="x"
      %dead: [2] = exp(%x)
      %deader: [2] = log(%dead)
      %kept: [2] = neg(%x)
      %s: [2] = iterate(%kept) carries=1 max=3 cond={
        %s: [2] = input name="s"
        %zero: [] = const data=[0.0]
        output "more" %zero
      } body={
        %s: [2] = input name="s"
        %dead: [2] = exp(%s)
        %next: [2] = abs(%s)
        output "s" %next
      }
      %watched: [2] = sqrt(%kept)
      output "y" %s
      alarm "negative" %watched`);
    const pruned = verifyGraph(prune(graph));
    expect(printGraph(pruned)).not.toMatch(/exp|log/);
    expect(printGraph(pruned)).toMatch(/sqrt/);
    expect(pruned.inputs).toEqual([0, 1]);
    expect(prune(pruned)).toEqual(pruned);
  });
});

describe('the graph checker', () => {
  const graph = readGraph('%x: [2] = input name="x"\n%y: [2] = exp(%x)\n%z: [2] = neg(%y)\noutput "y" %z');
  const id = (v: number): ValueId => v as ValueId;
  const [input, exp, neg] = graph.nodes as [Graph['nodes'][number], Graph['nodes'][number], Graph['nodes'][number]];
  const refused: readonly [string, Graph, RegExp][] = [
    [
      'operands that come later',
      { ...graph, nodes: [input, { ...exp, inputs: [id(2)] }, neg] },
      /%1 = exp: operand %2 is not made before/,
    ],
    ['operands that are not there', { ...graph, nodes: [input, { ...exp, inputs: [id(-1)] }, neg] }, /not made before/],
    ['wrong numbering', { ...graph, nodes: [input, { ...exp, results: [id(2)] }, neg] }, /numbered/],
    ['wrong arity', { ...graph, nodes: [input, { ...exp, inputs: [id(0), id(0)] }, neg] }, /takes 1 operands, not 2/],
    [
      'wrong types',
      { ...graph, types: [{ shape: [2] }, { shape: [3] }, { shape: [2] }] },
      /has \[3\], its operands give \[2\]/,
    ],
    ['too many types', { ...graph, types: [...graph.types, { shape: [] }] }, /4 types for 3 values/],
    ['a forgotten input', { ...graph, inputs: [] }, /inputs/],
    ['outputs that are not there', { ...graph, outputs: [{ name: 'y', value: id(3) }] }, /no value %3/],
    [
      'two outputs of one name',
      { ...graph, outputs: [...graph.outputs, ...graph.outputs] },
      /two outputs are called y/,
    ],
  ];
  it('passes a sound graph', () => expect(verifyGraph(graph)).toBe(graph));
  it.each(refused)('refuses %s', (_, broken, message) => expect(() => verifyGraph(broken)).toThrow(message));

  it('refuses a loop whose body holds a param or an alarm', () => {
    const loop = (line: string): string => `
      %x: [] = input name="x"
      %y: [] = scan(%x) carries=1 mapped=0 length=2 reverse=false body={
        %x: [] = input name="x"
        ${line}
        output "x" %x
      }
      output "y" %y`;
    expect(() => verifyGraph(readGraph(loop('')))).not.toThrow();
    expect(() => verifyGraph(readGraph(loop('%w: [] = param name="w"')))).toThrow(/holds a param/);
    expect(() => verifyGraph(readGraph(loop('alarm "a" %x')))).toThrow(/holds an alarm/);
  });
});

describe('leavesOf', () => {
  it('gives one tensor per leaf, outer axes first', () => {
    const pair = {
      kind: 'tuple',
      items: [{ kind: 'number' }, { kind: 'cases', soft: false, size: 3, name: 'E' }],
    } as const;
    const leaves = leavesOf({ kind: 'array', size: 4, of: pair }, 'p');
    expect(leaves.map(({ path, shape }) => [path, shape])).toEqual([
      ['p.0', [4]],
      ['p.1', [4, 3]],
    ]);
  });
});
