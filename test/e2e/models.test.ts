/** Network files through the built binary: `decompile`, `import` and `explain` of ONNX models, and graphs of programs as source. */
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/interop/safetensors.ts';
import { floats, modelBytes, node } from '../interop/models.ts';
import { jsonLines, workplace } from './sutra.ts';

const place = workplace();
const { sutra, write, read, has } = place;

beforeAll(() => {
  const wide = Array.from({ length: 80 }, (_, i) => i / 8);
  const tensors = { w: floats([8, 10], wide), b: floats([10], wide.slice(0, 10)) };
  const nodes = [node('Gemm', ['x', 'w', 'b'], ['h']), node('Relu', ['h'], ['y'])];
  write('net.onnx', modelBytes({ inputs: { x: ['N', 8] }, outputs: ['y'], tensors, nodes }));
  write('lstm.onnx', modelBytes({ inputs: { x: [1, 8] }, outputs: ['y'], nodes: [node('LSTM', ['x'], ['y'])] }));
  write('weights.safetensors', writeSafetensors([]));
  write('rule.su', 'param middle = 0.5;\nfn far(x: f32) -> f32 { if x > middle { x } else { 0.0 } }\n');
});

describe('decompile MODEL.onnx', () => {
  it('writes a source and the weights beside it', () => {
    expect(sutra('decompile', 'net.onnx', '-o', 'net.su')).toEqual({
      code: 0,
      out: '1 layers, 90 parameters, graph equal, 0 bits differ\n',
      err: '',
    });
    expect(has('net.safetensors')).toBe(true);
    expect(read('net.su')).toContain('//! The network of net.onnx, ONNX opset 13.');
    expect(sutra('check', 'net.su').code).toBe(0);
  });

  it('is also called import, and speaks JSON', () => {
    const { code, out } = sutra('import', 'net.onnx', '-o', 'again.su', '--json');
    expect(code).toBe(0);
    expect(jsonLines(out)).toMatchObject([
      { done: true, layers: 1, parameters: 90, graph_equal: true, file: 'again.su' },
    ]);
  });

  it('names what it does not read', () => {
    expect(sutra('decompile', 'lstm.onnx', '-o', 'lstm.su')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU1103'),
    });
    expect(has('lstm.su')).toBe(false);
    expect(sutra('decompile', 'net.onnx')).toMatchObject({ code: 2, err: expect.stringContaining('-o FILE.su') });
    expect(sutra('decompile', 'net.onnx', '--into', 'rule.su').code).toBe(2);
    expect(sutra('import', 'weights.safetensors', '-o', 'a.su').code).toBe(2);
    expect(sutra('decompile', 'none.onnx', '-o', 'a.su').code).toBe(1);
  });
});

describe('explain', () => {
  it('shows the stages of a model', () => {
    expect(sutra('explain', 'net.onnx').out).toContain('fn network(x: f32[1, 8]) -> f32[1, 10]');
    for (const stage of ['graph', 'ready', 'kernels'])
      expect(sutra('explain', 'net.onnx', '--stage', stage).out).not.toBe('');
    expect(sutra('explain', 'net.onnx', '--stage', 'tokens').code).toBe(2);
  });

  it('shows the graph of a program as source', () => {
    expect(sutra('explain', 'rule.su', '--stage', 'source').out).toBe(
      'param middle: f32 = 0.5;\n\nfn far(x: f32) -> f32 {\n  if middle < x { x } else { 0.0 }\n}\n',
    );
  });
});
