/** Graph text: golden cases, and what the hash does and does not depend on. */
import { describe, expect, it } from 'vitest';
import { parseGraph, readGraph } from '../../src/ir/parse.ts';
import { graphHash, graphText, printGraph } from '../../src/ir/print.ts';
import { f32OfBits } from '../../src/num/bits.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { verifyGraph } from '../../src/ops/verify.ts';
import { Bug } from '../../src/text/result.ts';
import { span } from '../../src/text/span.ts';
import { runCases } from '../cases.ts';

function read(text: string): string {
  const parsed = parseGraph(text);
  if (!parsed.ok) return `line ${parsed.line}: ${parsed.message}`;
  try {
    return printGraph(verifyGraph(parsed.value));
  } catch (error) {
    if (error instanceof Bug) return `checker: ${error.message}`;
    throw error;
  }
}

runCases('ir', read);

const LOOP = `
  %xs: [4] = input name="xs"
  %zero: [] = const data=[0.0]
  %last: [] = scan(%zero, %xs) carries=1 mapped=1 length=4 reverse=false body={
    %s: [] = input name="total"
    %x: [] = input name="x"
    %next: [] = add(%s, %x)
    output "total" %next
  }
  output "result" %last
  alarm "too long" %last`;

describe('the hash of a graph', () => {
  const hash = (text: string): string => graphHash(readGraph(text));

  it('is sha256 of the canonical text', () => {
    expect(hash(LOOP)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('does not depend on names inside loops, on messages, or on where a node comes from', () => {
    expect(hash(LOOP.replaceAll('"total"', '"sum"'))).toBe(hash(LOOP));
    expect(hash(LOOP.replace('too long', 'much too long'))).toBe(hash(LOOP));
    const graph = readGraph(LOOP);
    const at = span({ name: 'a.su', text: 'abc' }, 0, 3);
    const placed = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, origin: { at, name: 'n' } })) };
    expect(graphText(placed)).toBe(graphText(graph));
  });

  it('depends on names outside, attributes and bits', () => {
    const others = [
      LOOP.replace('name="xs"', 'name="ys"'),
      LOOP.replace('"result"', '"answer"'),
      LOOP.replace('reverse=false', 'reverse=true'),
      LOOP.replace('[0.0]', '[-0.0]'),
      LOOP.replace('add(%s, %x)', 'add(%x, %s)'),
    ];
    expect(new Set([LOOP, ...others].map(hash)).size).toBe(6);
  });
});

describe('constants', () => {
  it('keep the bits of a nan', () => {
    const b = graphBuilder();
    const data = new Float32Array(new Uint32Array([0x7fc00001, 0xffc00000, 0x7fc00000]).buffer);
    const graph = b.finish([{ name: 'x', value: b.op('const', [], { shape: [3], data }) }]);
    const [node] = readGraph(printGraph(graph)).nodes;
    const back = node?.op === 'const' ? node.attrs.data : new Float32Array();
    expect([...new Uint32Array(back.buffer)]).toEqual([0x7fc00001, 0xffc00000, 0x7fc00000]);
  });

  it('that are slices of larger data print their own part', () => {
    const b = graphBuilder();
    const data = Float32Array.from({ length: 100 }, (_, i) => f32OfBits(i)).subarray(20, 60);
    const graph = b.finish([{ name: 'x', value: b.op('const', [], { shape: [40], data }) }]);
    const [node] = readGraph(printGraph(graph)).nodes;
    expect(node?.op === 'const' && node.attrs.data).toEqual(Float32Array.from(data));
  });
});

describe('the parser of graph text', () => {
  it('never throws on broken text', () => {
    const text = printGraph(readGraph(LOOP));
    for (let i = 0; i < text.length; i++) {
      for (const insert of ['', '%', '"', '{', '}', '[', ',', 'nan', '\\']) {
        const parsed = parseGraph(text.slice(0, i) + insert + text.slice(i + 1));
        expect(typeof parsed.ok).toBe('boolean');
      }
      expect(parseGraph(text.slice(0, i)).ok || i > 0).toBe(true);
    }
  });
});
