/** The way back: names and places of nodes, names of parameters over several files, and what does not depend on what. */
import { describe, expect, it } from 'vitest';
import { check } from '../../src/check/index.ts';
import { graphText } from '../../src/ir/print.ts';
import { lower, type Program } from '../../src/lower/index.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { type Source, textOf } from '../../src/text/span.ts';
import { programOf } from './lowering.ts';

const nodesOf = (program: Program, name: string) => must(program.entries.find((e) => e.name === name)).graph.nodes;

describe('origins', () => {
  it('name the last node of a let, parts of products by their path', () => {
    const program = programOf(`record P { a: f32, b: f32 }
      fn f(x: f32) -> f32 {
        let short = tanh((x - 1.0) / 2.0);
        let p = P { a: short * 2.0, b: exp(x) };
        let (u, v) = (p.a + p.b, short);
        u * v
      }`);
    const named = nodesOf(program, 'f').flatMap((n) => (n.origin?.name ? [`${n.op} ${n.origin.name}`] : []));
    expect(named).toEqual(['input x', 'tanh short', 'mul p.a', 'exp p.b', 'add u']);
  });

  it('hold the place in the text, that of the call for library code', () => {
    const program = programOf(`import { dense, Dense } from "std/nn";
      fn f(x: f32[2], layer: Dense<2, 3>) -> f32[3] { 2.0 * dense(x, layer) }`);
    const at = (op: string): string => textOf(must(nodesOf(program, 'f').find((n) => n.op === op)?.origin).at);
    expect(at('mul')).toBe('2.0 * dense(x, layer)');
    expect(at('einsum')).toBe('dense(x, layer)');
  });

  it('survive in the bodies of loops', () => {
    const program = programOf(
      `fn f(xs: f32[3]) -> f32 { fold s = 0.0 for x in xs { let twice = x * 2.0; s + twice } }`,
    );
    const scan = nodesOf(program, 'f').find((n) => n.op === 'scan');
    const body = scan?.op === 'scan' ? scan.attrs.body.nodes : [];
    expect(body.flatMap((n) => (n.origin?.name ? [n.origin.name] : []))).toContain('twice');
  });
});

/** A program of several files. */
function linked(files: Readonly<Record<string, string>>): Program {
  const source = (name: string): Source => ({ name, text: must(files[name]) });
  const resolve = (path: string): Source | undefined =>
    files[path.replace('./', '')] === undefined ? undefined : source(path.replace('./', ''));
  const checked = check(source('main.su'), { resolve });
  const result = lower(must(checked.module, checked.problems.map((p) => p.title).join('; ')), {
    load: () => undefined,
  });
  if (!result.ok) throw new Error(result.problems.map((p) => p.title).join('; '));
  return result.value;
}

describe('several files', () => {
  const files = {
    'main.su': 'import { scaled } from "./part.su";\nparam w = 2.0;\nfn f(x: f32) -> f32 { w * scaled(x) }',
    'part.su': 'param w = 3.0;\nparam only = 5.0;\nfn scaled(x: f32) -> f32 { w * x + only + ?7.0 }',
  };

  it('keep parameters of one name apart, and their sites in their own files', () => {
    const program = linked(files);
    expect(program.params.map((p) => [p.name, must(p.value[0])])).toEqual([
      ['w', 2],
      ['part.su:w', 3],
      ['only', 5],
      ['scaled?1', 7],
    ]);
    expect(program.sites.map((s) => s.at.source.name)).toEqual(['main.su', 'part.su', 'part.su', 'part.su']);
  });

  it('compute with both', () => {
    const program = linked(files);
    const entry = must(program.entries[0]);
    const params = new Map(program.params.map((p) => [p.name, p.value]));
    expect(must(evaluate(entry.graph, [Float32Array.of(1)], params).outputs[0])[0]).toBe(30);
  });
});

describe('the graph', () => {
  const before =
    'param w = 0.5;\nparam v: f32[2] = normal();\nfn f(x: f32) -> f32 { if x > ?1.0 { w * x } else { sum(v) } }';
  const after =
    'param w = -7.25;\nparam v: f32[2] = [1.0, -0.0];\nfn f(x: f32) -> f32 { if x > ?1e-30 { w * x } else { sum(v) } }';

  it('does not depend on the values of params', () => {
    const [a, b] = [before, after].map((text) => programOf(text));
    expect(graphText(must(a?.entries[0]).graph)).toBe(graphText(must(b?.entries[0]).graph));
    expect(a?.params.map((p) => p.name)).toEqual(b?.params.map((p) => p.name));
  });

  it('lists unused params, and starts the same text from the same bits', () => {
    const text = 'param used = 1.0;\nparam unused: f32[3] = normal(scale = 0.1);\nfn f(x: f32) -> f32 { used * x }';
    const [a, b] = [programOf(text), programOf(`${text}\n// a comment`)];
    expect(a.params.map((p) => p.name)).toEqual(['used', 'unused']);
    expect(a.params.map((p) => [...p.value])).toEqual(b.params.map((p) => [...p.value]));
  });

  it('gives parameters of other names, and other seeds, other numbers', () => {
    const text = (name: string, seed: number): string => `param ${name}: f32[4] = normal();
      fn f(x: f32) -> f32 { x * sum(${name}) }
      train f { data: csv("a.csv", label = "y"), loss: (p, y) => (p - y) ** 2, optimizer: sgd(), epochs: 1, seed: ${seed} }`;
    const value = (name: string, seed: number): number[] => [...must(programOf(text(name, seed)).params[0]).value];
    expect(value('a', 1)).not.toEqual(value('b', 1));
    expect(value('a', 1)).not.toEqual(value('a', 2));
    expect(value('a', 1)).toEqual(value('a', 1));
  });
});
