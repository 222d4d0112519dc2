/** What training keeps while it runs, with a clock of the test's own. */
import { expect, test } from 'vitest';
import { progressOf } from '../../src/cli/progress.ts';
import { CHECKPOINT, type Run } from '../../src/cli/runs.ts';
import type { Session } from '../../src/cli/session.ts';
import { ok } from '../../src/text/result.ts';

test('a checkpoint is kept after the first epoch that ends half a minute after the last one', () => {
  let now = 0;
  const kept: number[] = [];
  const run = {
    log: () => undefined,
    put: (files: Readonly<Record<string, Uint8Array | string>>) => {
      kept.push(Number(files[CHECKPOINT]?.[0]));
      return ok(undefined);
    },
  } as unknown as Run;
  const session = { now: () => now, options: {}, terminal: {}, mark: { text: '' } } as unknown as Session;
  const events = progressOf(session, run);
  for (let epoch = 1; epoch <= 10; epoch++) {
    now += 11_000;
    const report = { epoch, loss: 1, metrics: {}, rate: 1, best: false };
    events.epoch?.(report, () => Uint8Array.of(epoch));
  }
  expect(kept).toEqual([3, 6, 9]);
});
