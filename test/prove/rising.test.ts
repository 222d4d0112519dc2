/** Properties whose proof is that something rises or falls, without any slack; and comparisons with what may be no number. */
import { describe, expect, it } from 'vitest';
import { type Box, failedAt, prepared, proofOf } from './properties.ts';

const S123 = ['S1', 'S2', 'S3'];

function decided(
  program: string,
  takes: string,
  box: Box,
  [assert, assume]: readonly [assert: string, assume?: string | undefined],
) {
  const text = `${program}\nfn post(${takes}) -> bool { ${assert} }\nfn pre(${takes}) -> bool { ${assume ?? 'true'} }`;
  const property = prepared(text, box, { asserts: ['post'], ...(assume !== undefined && { assumes: ['pre'] }) });
  const proof = proofOf(property);
  if (proof.verdict === 'refuted') expect(failedAt(property)(proof.witness ?? [])).toEqual(proof.failed);
  return proof;
}

describe('a controller', () => {
  const CLAMPED = `param gain = 0.35;
fn command(t: f32, target: f32) -> f32 { clamp(gain * (target - t), -1.0, 1.0) }`;
  const BOX: Box = { t: [10, 35], target: [15, 25], more: [15, 25] };
  const about = (assert: string, assume?: string) =>
    decided(CLAMPED, 't: f32, target: f32, more: f32', BOX, [assert, assume]);

  it.each([
    ['t < target ==> command(t, target) >= 0.0', undefined],
    ['command(t, target) >= 0.0', 't <= target'],
    ['target <= more ==> command(t, target) <= command(t, more)', undefined],
    ['command(t, target) >= command(t, more)', 'target >= more'],
    ['command(t, target) > 0.0 ==> t < target', undefined],
  ])('%s: proved without slack in one box', (assert, assume) => {
    expect(about(assert, assume)).toMatchObject({ verdict: 'proved', tiers: S123, boxes: 1 });
  });

  it.each([
    't < target ==> command(t, target) > 0.1',
    'target < more ==> command(t, target) < command(t, more)',
    'target <= more ==> command(t, target) >= command(t, more)',
    't <= target ==> command(t, target) > 0.0',
  ])('%s: refuted', (assert) => {
    expect(about(assert)).toMatchObject({ verdict: 'refuted' });
  });
});

describe('a sum beside its term', () => {
  const SUM = 'fn moved(x: f32, m: f32) -> f32 { x + m }\nfn back(x: f32, m: f32) -> f32 { x - m }';
  const about = (assert: string) => decided(SUM, 'x: f32, m: f32', { x: [-5, 5], m: [0, 3] }, [assert]);

  it.each(['x > 2.0 ==> moved(x, m) > 2.0', 'x < 2.0 ==> back(x, m) < 2.0', 'moved(x, m) >= x', 'back(x, m) <= x'])(
    '%s: proved',
    (assert) => {
      expect(about(assert)).toMatchObject({ verdict: 'proved', tiers: S123, boxes: 1 });
    },
  );

  it.each(['x > 2.0 ==> moved(x, m) > 2.1', 'x > 2.0 ==> back(x, m) > 2.0', 'moved(x, m) > x', 'back(x, m) < x'])(
    '%s: refuted',
    (assert) => {
      expect(about(assert)).toMatchObject({ verdict: 'refuted' });
    },
  );
});

describe('thresholds of the run and of the ideal function', () => {
  const HALF =
    'fn half(x: f32) -> f32 { x * 0.5 }\nfn more(x: f32) -> f32 { x + 1.0 }\nfn twice(x: f32) -> f32 { 2.0 * x }';
  const about = (assert: string, box: Box) => decided(HALF, 'x: f32', box, [assert]);

  it('differ where the run rounds to nothing', () => {
    expect(about('x > 0.0 ==> half(x) > 0.0', { x: [0, 1e-44] })).toMatchObject({ verdict: 'refuted' });
    expect(about('x > 0.0 ==> half(x) >= 0.0', { x: [-1, 1] })).toMatchObject({ verdict: 'proved', tiers: S123 });
    expect(about('half(x) > 0.0 ==> x > 0.0', { x: [-1, 1] })).toMatchObject({ verdict: 'proved', tiers: S123 });
  });

  it('differ where the run rounds up to the limit', () => {
    expect(about('more(x) >= 2.0 ==> x >= 1.0', { x: [0.5, 1.5] }).verdict).toBe('refuted');
    expect(about('x >= 1.0 ==> more(x) >= 2.0', { x: [0.5, 1.5] })).toMatchObject({ verdict: 'proved', tiers: S123 });
    expect(about('more(x) > 2.0 ==> x > 1.0', { x: [0.5, 1.5] })).toMatchObject({ verdict: 'proved', tiers: S123 });
  });

  it.each(['twice(x) <= 2.0 ==> x <= 1.0', 'twice(x) >= 2.0 ==> x >= 1.0', 'twice(x) < 2.0 ==> x < 1.0'])(
    'are one where nothing is rounded: %s',
    (assert) => {
      expect(about(assert, { x: [-3, 3] })).toMatchObject({ verdict: 'proved', tiers: S123, boxes: 1 });
    },
  );
});

describe('what may be no number', () => {
  const ROOTS = `fn root(x: f32) -> f32 { max(sqrt(x), 1.0) }
fn logs(x: f32) -> f32 { if x > 0.0 { log(x) } else { 0.0 } }
fn plain(x: f32) -> f32 { clamp(0.5 * x, -1.0, 1.0) }`;
  const about = (assert: string, box: Box = { x: [-1, 1] }) => decided(ROOTS, 'x: f32', box, [assert]);

  it.each(['root(x) >= 0.0', 'root(x) >= 1.0', 'sqrt(x) >= 0.0 || x < -2.0', 'log(x) < 1.0 || log(x) >= 1.0'])(
    '%s is refuted',
    (assert) => {
      expect(about(assert)).toMatchObject({ verdict: 'refuted' });
    },
  );

  it.each(['root(x) >= 1.0', 'sqrt(root(x)) >= 1.0'])('%s holds where it is one', (assert) => {
    expect(about(assert, { x: [0, 1] }).verdict).toBe('proved');
  });

  it.each(['logs(x) <= 0.0', 'logs(x) < 1.0'])('%s is not refuted, the branch not being taken', (assert) => {
    expect(about(assert).verdict).not.toBe('refuted');
  });

  it.each(['plain(x) > 0.0 || plain(x) <= 0.0', 'plain(x) > 0.3 || plain(x) <= 0.3'])(
    '%s is vacuous: it says of the program only that it gives a number',
    (assert) => {
      expect(about(assert)).toMatchObject({ verdict: 'vacuous', reason: /whatever numbers the program computes/ });
    },
  );
});
