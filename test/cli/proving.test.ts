/** The progress line of a proof, with a clock of the test's own. */
import { expect, test } from 'vitest';
import { progressOf, progressText } from '../../src/cli/proving/progress.ts';
import type { Session } from '../../src/cli/session.ts';

const AT = { stage: 'bounds', number: 1, cases: 1, boxes: 30, open: 4, proved: 0.75, best: -0.25, left: 10 } as const;

test('the line says where a search stands, and how long it may take when that can be said', () => {
  expect(progressText(AT, 6)).toBe('30 boxes, 4 open, 75 % proved, best bound -0.25, about 2 s left');
  expect(progressText({ ...AT, number: 2, cases: 6, best: -Infinity, left: undefined }, 6)).toBe(
    'case 2/6  30 boxes, 4 open, 75 % proved',
  );
  expect(progressText({ ...AT, stage: 'attack' }, 6)).toBe('looking for counterexamples');
});

test('the limit holds for each property, and the line is drawn ten times a second at most', () => {
  let now = 0;
  const lines: string[] = [];
  const terminal = { progress: (line: string) => lines.push(line) };
  const session = { now: () => now, terminal } as unknown as Session;
  const clock = { start: 0, limitMs: 500 };
  const goOn = progressOf(session, clock);
  const asked = Array.from({ length: 12 }, (_, i) => {
    now = 50 * i;
    if (i === 8) clock.start = now;
    return goOn(AT, i < 8 ? 'one' : 'two');
  });
  expect(asked).toEqual(asked.map(() => true));
  expect(lines).toHaveLength(4);
  expect([lines[0], lines[3]].map((line) => line?.slice(0, 5))).toEqual(['"one"', '"two"']);
  now = 900;
  expect(goOn(AT, 'two')).toBe(false);
});

test('what is left is estimated from the time of the search under way, not from that of all', () => {
  let now = 0;
  const lines: string[] = [];
  const terminal = { progress: (line: string) => lines.push(line) };
  const goOn = progressOf({ now: () => now, terminal } as unknown as Session, { start: 0, limitMs: 1e6 });
  const ask = (seconds: number, number: number, boxes: number): string | undefined => {
    now = 1000 * seconds;
    goOn({ ...AT, cases: 2, number, boxes });
    return lines.at(-1);
  };
  ask(0, 1, 0);
  expect(ask(60, 1, 30)).toContain('about 20 s left');
  ask(90, 2, 0);
  expect(ask(96, 2, 30)).toContain('about 2 s left');
});
