/** Calls that declared ranges make idle go, unless a bit could tell: the sign of a zero, an end that is not inside. */
import { describe, expect, it } from 'vitest';
import { certifyFrozen, compile, freeze, type Host, run } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';

const HOST: Host = { read: () => undefined };

function frozen(body: string, range: string): string {
  const text = `fn f(x: f32 in ${range}, i: Index<4>) -> f32 { choose 0 { ${body}, x } }\n`;
  const compiled = compile({ name: 'out.su', text }, HOST);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.title} ${p.help}`).join('\n'));
  const done = freeze(compiled.value, HOST, ['in.su', 'out.su']);
  const { text: result, certificate } = must(done.ok ? done.value : undefined);
  expect(certifyFrozen(certificate, { name: 'in.su', text }, { name: 'out.su', text: result }, HOST).ok).toBe(true);
  const [lo = 0, hi = 0] = JSON.parse(range) as number[];
  for (const x of [lo, hi, (lo + hi) / 2, lo / 2, ...(lo <= 0 && hi >= 0 ? [0, -0] : [])]) {
    if (x < lo || x > hi) continue;
    const values = [text, result].map((t) => {
      const c = compile({ name: 'f.su', text: t }, HOST);
      const ran = run(must(c.ok ? c.value : undefined), 'f', { x, i: 2 });
      return ran.ok ? ran.value.text : 'failed';
    });
    expect(values[1]).toBe(values[0]);
  }
  return /\{ (.*) \}/.exec(result)?.[1] ?? result;
}

describe('idle calls', () => {
  it.each([
    ['abs(x) + 1', '[0.5, 10]', 'x + 1'],
    ['abs(x)', '[0, 10]', 'abs(x)'],
    ['abs(x * x + 1)', '[-3, 3]', 'abs(x * x + 1)'],
    ['abs(x + 4) * 2', '[-3, 3]', '(x + 4) * 2'],
    ['if abs(x) < 1 { 1.0 } else { 2.0 }', '[0, 10]', 'if x < 1 { 1.0 } else { 2.0 }'],
    ['max(x, 0)', '[0, 10]', 'max(x, 0)'],
    ['max(x, 0)', '[1, 10]', 'x'],
    ['max(x, 1)', '[1, 10]', 'x'],
    ['max(x, 2)', '[1, 10]', 'max(x, 2)'],
    ['min(x, 10)', '[1, 10]', 'x'],
    ['min(x, 0.5)', '[1, 10]', '0.5'],
    ['clamp(x, -1, 11)', '[0, 10]', 'x'],
    ['clamp(x, 1, 11)', '[0, 10]', 'clamp(x, 1, 11)'],
    ['abs(f32(i)) * x', '[1, 2]', 'f32(i) * x'],
    ['abs(max(x, 0.5))', '[1, 2]', 'x'],
  ])('%s over %s is %s', (body, range, expected) => {
    expect(frozen(body, range)).toBe(expected);
  });

  it('of a function that others call stay, for nothing holds them to the range', () => {
    const text = 'fn f(x: f32 in [1, 2]) -> f32 { abs(x) * ?2 }\nfn g(x: f32) -> f32 { f(x) }\n';
    const compiled = compile({ name: 'out.su', text }, HOST);
    const done = freeze(must(compiled.ok ? compiled.value : undefined), HOST, ['in.su', 'out.su']);
    expect(done.ok && done.value.text).toContain('abs(x) * 2.0');
  });
});
