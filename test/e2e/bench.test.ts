/** `sutra bench` through the built binary: what it measures, and what it leaves alone. */
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, workplace } from './sutra.ts';

const place = workplace();
const { sutra, write, read, has } = place;

const RULE = `enum Side { left, right }
param middle = 0.5;
fn blend(x: f32) -> Soft<Side> { softmax({ left: middle - x, right: x - middle }) }
`;

beforeAll(() => {
  place.copy('examples/iris');
  write('rule.su', RULE);
});

describe('bench', () => {
  it('times a function with each backend, and an epoch where it is trained; the file stays', () => {
    const before = read('iris.su');
    const { code, out } = sutra('bench', 'iris.su');
    expect(code).toBe(0);
    // A line for `native` too, where a compiler and koffi are.
    const [head, slow, fast, ...rest] = out.trimEnd().split('\n');
    const last = rest.at(-1);
    expect(head).toMatch(/^backend +compile +call +rows\/s +epoch$/);
    expect([slow, fast].map((line) => line?.split(' ')[0])).toEqual(['reference', 'wasm']);
    expect(last).toMatch(
      /^classify: medians of 31 runs .* an arena of \d+ bytes, \d+ alive at once; \d+ MB of memory at most$/,
    );
    expect(read('iris.su')).toBe(before);
    expect(has('.sutra')).toBe(false);
  });

  it('measures one backend and one function, as JSON', () => {
    const { code, out } = sutra('bench', 'rule.su:blend', '--backend', 'wasm', '--rows', '16', '--json');
    expect(code).toBe(0);
    const [said] = jsonLines(out);
    expect(said).toMatchObject({
      v: 1,
      function: 'blend',
      rows: 16,
      backends: [{ backend: 'wasm', call: { runs: 31 } }],
    });
    const [figures] = (said?.backends ?? []) as Record<string, Record<string, number>>[];
    const { low_ms: low = 1, median_ms: median = 0, high_ms: high = 0 } = figures?.call ?? {};
    expect(low).toBeLessThanOrEqual(median);
    expect(high).toBeGreaterThanOrEqual(median);
    expect(figures?.epoch).toBe(undefined);
  });

  it('refuses what it cannot measure', () => {
    expect(sutra('bench', 'rule.su:blnd')).toMatchObject({ code: 1, err: expect.stringContaining('`blend`') });
    expect(sutra('bench', 'iris.su', '--data', 'absent.csv')).toMatchObject({ code: 1 });
    expect(sutra('bench', 'rule.su', '--vs', 'torch').code).toBe(2);
  });
});
