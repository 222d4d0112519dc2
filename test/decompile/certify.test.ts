/** Certificates: what is equal, and each way in which something is not. */
import { describe, expect, test } from 'vitest';
import { makeCertificate, printCertificate } from '../../src/decompile/certificate.ts';
import { f32Tensor, type Tensor, writeSafetensors } from '../../src/interop/safetensors.ts';
import { type Certificate, certificateOf, certify, decompileInto, diff } from '../../src/road.ts';
import { textOf } from '../../src/text/span.ts';
import { afterOf, type Files, hostOf, messageOf, problemsOf, program, unwrap } from '../train/programs.ts';

const TEXT = `// thresholds
param short = 2.5;
param wide = 1.25;
param w: f32[3] = [0.5, -0.0, 1e-40];
fn long(x: f32) -> f32 { x - short }
fn score(x: f32) -> f32 { w[0] * long(x) + ?0.75 * wide }
`;
const filed = printCertificate(certificateOf(program(TEXT)));
const against = (text: string, certificate = filed, files: Files = {}): string[] =>
  problemsOf(certify({ name: 'p.su', text }, hostOf(files), { certificate })).map(messageOf);

const changed = (edit: (c: Certificate) => object): string => JSON.stringify(edit(JSON.parse(filed) as Certificate));

describe('equal', () => {
  test('the program itself', () => {
    const report = unwrap(certify({ name: 'p.su', text: TEXT }, hostOf({}), { certificate: filed }));
    expect(report).toMatchObject({ equal: true, parameters: 6, bitsDiffer: 0 });
    expect(report.graph).toBe((JSON.parse(filed) as Certificate).graph);
  });

  test('comments, spacing and another spelling of the same number do not matter', () => {
    expect(
      against(
        TEXT.replace('// thresholds', '/// Thresholds in cm.').replace('= 2.5', '=   2.50').replaceAll('{ x', '{\n  x'),
      ),
    ).toEqual([]);
  });

  test('the file may have another name', () => {
    expect(certify({ name: 'elsewhere/q.su', text: TEXT }, hostOf({}), { certificate: filed }).ok).toBe(true);
  });

  test('a certificate is readable JSON with the numbers in it', () => {
    const c = JSON.parse(filed) as Certificate;
    expect(c.v).toBe(1);
    expect(c.parameters[2]).toEqual({
      name: 'w',
      shape: [3],
      bits: ['3f000000', '80000000', '000116c2'],
      values: ['0.5', '-0.0', '1e-40'],
    });
    expect(c.files[0]?.lines.slice(0, 3)).toEqual([
      'param short = ? ;',
      'param wide = ? ;',
      'param w : f32 [ 3 ] = [ ? , ? , ? ] ;',
    ]);
  });
});

describe('refused', () => {
  test('a changed weight: which, how many, both bits', () => {
    const [found, ...more] = against(TEXT.replace('-0.0', '0.0'));
    expect(found).toBe(
      'SU0703 `w` is not the certified number: 1 of 3 differ | First at element [1]: 0.0 (bits 00000000) here, -0.0 (bits 80000000) there.',
    );
    expect(more).toEqual([]);
  });

  test('the last bit counts', () => {
    expect(against(TEXT.replace('0.75', '0.75000006'))[0]).toContain('`score?1` is not the certified number');
  });

  test('a renamed parameter', () => {
    const messages = against(TEXT.replaceAll('wide', 'broad'));
    expect(messages[0]).toContain('SU0704 parameter `wide` is called `broad` here');
    expect(messages.some((m) => m.startsWith('SU0707') && m.includes('Here stands `broad`, there `wide`'))).toBe(true);
  });

  test('reordered declarations', () => {
    const lines = TEXT.split('\n');
    const swapped = [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n');
    const messages = against(swapped);
    expect(messages[0]).toBe(
      'SU0705 the parameters stand in another order | Parameter 1 is `wide` here and `short` there.',
    );
  });

  test('another order of functions, though all graphs are equal: the first word that differs, and where', () => {
    const lines = TEXT.split('\n');
    const swapped = [...lines.slice(0, 4), lines[5], lines[4], ''].join('\n');
    const problems = problemsOf(certify({ name: 'p.su', text: swapped }, hostOf({}), { certificate: filed }));
    const text = problems.find((p) => p.id === 'SU0707');
    expect(messageOf(text)).toContain('Here stands `score`, there `long`.');
    expect(text?.at && textOf(text.at)).toBe('score');
  });

  test('an added or missing parameter', () => {
    expect(against(`param extra = 1.0;\n${TEXT}`.replace('x - short', 'x - short * extra'))[0]).toContain(
      'the certificate has no parameter `extra`',
    );
    const without = TEXT.replace('param wide = 1.25;\n', '').replace(' * wide', '');
    expect(against(without).join('\n')).toContain('the program has no parameter `wide`');
  });

  test('another function of the same parameters', () => {
    const messages = against(TEXT.replace('x - short', 'x + short'));
    expect(messages[0]).toMatch(/SU0708 `long` is another function than the certified one/);
    expect(messages[1]).toContain('SU0708 `score`');
    expect(messages[2]).toContain(
      'SU0707 p.su differs from the certified text outside its learned numbers | Here stands `+`, there `-`.',
    );
  });

  test('another shape', () => {
    expect(against(TEXT.replace('f32[3]', 'f32[2]').replace(', 1e-40', ''))[0]).toContain(
      'SU0711 the certificate: `w` has shape [3], the parameter has [2]',
    );
  });
});

describe('forged', () => {
  test('a number changed in the certificate', () => {
    const forged = filed.replace('"2.5"', '"2.0"').replace('40200000', '40000000');
    expect(against(TEXT, forged)[0]).toContain(
      'SU0702 the certificate was changed after it was made | Its own hash says sha256:',
    );
  });

  test('a certificate made anew around contradicting numbers', () => {
    const forged = changed((c) => {
      const [first, ...rest] = c.parameters;
      const parameters = [{ ...first, values: ['9.0'] }, ...rest];
      return rehashed({ ...c, parameters } as Certificate);
    });
    expect(against(TEXT, forged)[0]).toContain('SU0702');
  });

  test('a consistent certificate of other numbers is refused by the program', () => {
    const other = printCertificate(certificateOf(program(TEXT.replace('2.5', '2.0'))));
    expect(against(TEXT, other)).toEqual([expect.stringContaining('`short` is not the certified number')]);
  });

  test('text that is none', () => {
    expect(against(TEXT, 'hello')[0]).toContain('SU0701 this is no certificate that can be read');
    expect(against(TEXT, '{"v":2}')[0]).toContain('It has version 2');
    expect(
      against(
        TEXT,
        changed((c) => ({ ...c, parameters: 3 })),
      )[0],
    ).toContain('SU0701');
  });
});

/** A certificate whose own hash fits, as a forger would make it: through the public maker, then one field put in. */
function rehashed(c: Certificate): Certificate {
  const parameters = c.parameters.map((p) => ({ ...p, value: new Float32Array(p.shape.reduce((n, d) => n * d, 1)) }));
  const made = makeCertificate({ ...c, parameters });
  return { ...c, self: made.self };
}

describe('weights', () => {
  const tensors = (): Tensor[] => [
    f32Tensor('short', [], Float32Array.of(2.5)),
    f32Tensor('wide', [], Float32Array.of(1.25)),
    f32Tensor('w', [3], Float32Array.of(0.5, -0, 1e-40)),
    f32Tensor('score?1', [], Float32Array.of(0.75)),
  ];
  const put = (name: string, tensor: Tensor | undefined): Uint8Array =>
    writeSafetensors(tensors().flatMap((t) => (t.name === name ? (tensor ? [tensor] : []) : [t])));
  const compare = (weights: Uint8Array): string[] =>
    problemsOf(certify({ name: 'p.su', text: TEXT }, hostOf({}), { weights, file: 'w.safetensors' })).map(messageOf);
  const into = (weights: Uint8Array, text = TEXT): string[] =>
    problemsOf(decompileInto(program(text), hostOf({}), { file: 'w.safetensors', bytes: weights })).map(messageOf);

  test('equal weights are certified, in whatever order they are filed', () => {
    expect(compare(writeSafetensors(tensors()))).toEqual([]);
    expect(compare(writeSafetensors(tensors().reverse()))).toEqual([]);
  });

  test('other weights are refused', () => {
    expect(compare(put('wide', f32Tensor('wide', [], Float32Array.of(1.5))))).toEqual([
      expect.stringContaining('`wide` is not the certified number'),
    ]);
  });

  test('decompile --into writes them at the marks', () => {
    const weights = put('w', f32Tensor('w', [3], Float32Array.of(0.5, 7, 1e-40)));
    const done = unwrap(decompileInto(program(TEXT), hostOf({}), { file: 'w.safetensors', bytes: weights }));
    expect(done.written.files[0]?.after).toBe(TEXT.replace('-0.0', '7.0'));
    expect(
      afterOf(
        {
          ...done,
          outcome: {
            end: 'finished',
            epochs: [],
            keptEpoch: 0,
            final: {},
            trainRows: 0,
            holdoutRows: 0,
            streamed: false,
          },
          checkpoint: new Uint8Array(),
        },
        'w',
      ),
    ).toEqual([0.5, 7, Math.fround(1e-40)]);
    expect(done.verified).toEqual({ parameters: 6, bitsDiffer: 0, graphEqual: true });
  });

  test('wrong names name the nearest', () => {
    const messages = into(put('short', f32Tensor('shrot', [], Float32Array.of(1))));
    expect(messages).toEqual([
      'SU0710 w.safetensors has no tensor for the parameter `short` | It has `shrot`, which is no parameter of the program.',
      'SU0709 w.safetensors has a tensor `shrot`, and the program has no such parameter | Did you mean `short`?',
    ]);
  });

  test('shapes, types, numbers that are none', () => {
    expect(into(put('w', f32Tensor('w', [1, 3], new Float32Array(3))))[0]).toContain(
      'SU0711 w.safetensors: `w` has shape [1, 3], the parameter has [3]',
    );
    expect(into(put('wide', { name: 'wide', dtype: 'F64', shape: [], data: Float64Array.of(1) }))[0]).toContain(
      'SU0712 w.safetensors: `wide` is F64, expected F32',
    );
    expect(into(put('w', f32Tensor('w', [3], Float32Array.of(0, Number.NaN, 0))))[0]).toContain(
      'SU0713 w.safetensors: element [1] of `w` is nan',
    );
    expect(into(new Uint8Array([1, 2]))[0]).toContain('SU0520');
  });

  test('constraints and crisp parameters', () => {
    const ranged = TEXT.replace('param wide =', 'param wide: f32 in [0.0, 2.0] =');
    expect(into(put('wide', f32Tensor('wide', [], Float32Array.of(3))), ranged)[0]).toContain(
      'SU0714 w.safetensors: element [] of `wide` is 3.0, outside [0.0, 2.0]',
    );
    const crisp = 'frozen param on: bool = true;\nfn f(x: f32) -> f32 { if on { x } else { 0.0 } }';
    const weights = (x: number): Uint8Array => writeSafetensors([f32Tensor('on', [], Float32Array.of(x))]);
    expect(into(weights(0.5), crisp)[0]).toContain('SU0715 w.safetensors: `on` is bool');
    expect(into(weights(-1), crisp)).toEqual([]);
  });
});

test('diff: changed, added, removed, reshaped', () => {
  const other = TEXT.replace('2.5', '3.0')
    .replace('param wide = 1.25', 'param broad = 1.25')
    .replace('wide', 'broad')
    .replace('f32[3]', 'f32[2]')
    .replace(', 1e-40', '');
  const found = diff(program(TEXT), program(other)).map((d) => [d.kind, d.name, d.elements, d.largest]);
  expect(found).toEqual([
    ['changed', 'short', 1, 0.5],
    ['added', 'broad', 1, 0],
    ['reshaped', 'w', 2, 0],
    ['removed', 'wide', 1, 0],
  ]);
  expect(diff(program(TEXT), program(TEXT))).toEqual([]);
});
