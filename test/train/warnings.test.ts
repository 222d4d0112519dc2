/** What is said before and during training: numbers that stop being numbers, parameters that cannot learn, loops that do not end. */
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/road.ts';
import { textOf } from '../../src/text/span.ts';
import { hostOf, messageOf, problemsOf, program, table, trainOn, unwrap } from './programs.ts';

const rows = table('x,y\n1,1\n2,2\n4,3');

const TRAIN = (settings = 'optimizer: sgd(rate = 0.1), epochs: 3'): string =>
  `train predict { data: csv("rows.csv", label = "y"), loss: squared_error, ${settings} }`;
const HEAD = 'import { squared_error } from "std/loss";\n';

describe('a number that is none', () => {
  test('the loss: the place of the first op, its name and the parameters it depends on', async () => {
    const text = `${HEAD}param scale = -1.0;\nparam other = 1.0;
fn predict(x: f32) -> f32 {
  let shifted = x * scale;
  let bad = log(shifted);
  bad * other
}
${TRAIN()}`;
    const [p] = problemsOf(await trainOn(program(text), rows));
    expect(messageOf(p)).toContain('SU0601 the loss became NaN in epoch 1, step 1');
    expect(messageOf(p)).toContain(
      'The first NaN came out of `log` (`bad`). It depends on `scale` = -1.0. The source file is as it was.',
    );
    expect(p?.at && textOf(p.at)).toBe('log(shifted)');
  });

  test('a division by zero', async () => {
    const text = `${HEAD}param width = 0.0;\nfn predict(x: f32) -> f32 { x / width }\n${TRAIN()}`;
    const [p] = problemsOf(await trainOn(program(text), rows));
    expect(messageOf(p)).toMatch(/The first inf came out of `div`.*It depends on `width` = 0\.0\./);
  });

  test('the gradient alone: the square root at 0', async () => {
    const text = `${HEAD}param w = 0.0;\nfn predict(x: f32) -> f32 { sqrt(abs(w * x)) }\n${TRAIN()}`;
    const result = await trainOn(program(text), rows);
    // A gradient of 0 times infinity is guarded; one that is infinite is told.
    if (result.ok) expect(result.value.verified.bitsDiffer).toBe(0);
    else expect(messageOf(result.problems[0])).toMatch(/gradient of `w` became (inf|NaN)/);
  });

  test('an infinity on a branch that is not taken does no harm', async () => {
    const text = `${HEAD}param w = 1.0;\nfn predict(x: f32) -> f32 { if x < 0.0 { log(x) * w } else { w * x } }\n${TRAIN()}`;
    expect(unwrap(await trainOn(program(text), rows)).verified.bitsDiffer).toBe(0);
  });

  test('a step that overflows', async () => {
    const text = `${HEAD}param w = 1.0;\nfn predict(x: f32) -> f32 { w * x }\n${TRAIN('optimizer: sgd(rate = 1e38), epochs: 3')}`;
    const [p] = problemsOf(await trainOn(program(text), rows));
    expect(messageOf(p)).toMatch(/SU0601 the (parameter `w`|loss) became/);
  });

  test('inside a loop: the op of the body', async () => {
    const text = `${HEAD}param w = 4.0;
fn predict(x: f32) -> f32 {
  fold s = w for i in 0..6 { log(s) + 0.0 * x }
}
${TRAIN()}`;
    const [p] = problemsOf(await trainOn(program(text), rows));
    expect(messageOf(p)).toContain('came out of `log`');
  });
});

describe('what cannot learn', () => {
  const notesOf = (text: string): string[] => {
    const result = compile({ name: 'p.su', text }, hostOf({}));
    if (!result.ok) throw new Error(result.problems.map(messageOf).join('\n'));
    return result.notes.map(messageOf);
  };

  test('a param that the loss does not use', () => {
    const notes = notesOf(
      `${HEAD}param w = 1.0;\nparam idle = 2.0;\nfn other(x: f32) -> f32 { idle * x }\nfn predict(x: f32) -> f32 { w * x }\n${TRAIN()}`,
    );
    expect(notes).toEqual([
      'SU0603 no gradient reaches `idle` | The loss does not depend on it. Training leaves it as it is.',
    ]);
  });

  test('a param behind an op without gradient', () => {
    const notes = notesOf(
      `${HEAD}param w = 1.0;\nparam cut = 2.0;\nfn predict(x: f32) -> f32 { w * x + floor(cut * x) }\n${TRAIN()}`,
    );
    expect(notes[0]).toContain('SU0603 no gradient reaches `cut` | It reaches the loss only through `floor`');
    expect(notes[1]).toContain('SU0604 nothing can learn through this crisp test');
  });

  test('a crisp comparison learns through its surrogate: no warning', () => {
    expect(
      notesOf(`${HEAD}param cut = 2.0;\nfn predict(x: f32) -> f32 { if x < cut { 1.0 } else { 3.0 } }\n${TRAIN()}`),
    ).toEqual([]);
  });

  test('a program without training says nothing', () => {
    expect(notesOf('param a = 1.0;\nfn f(x: f32) -> f32 { floor(a) * x }')).toEqual([]);
  });
});

test('a loop that reaches its bound is told with its count', async () => {
  const text = `${HEAD}param w = 1.0;
fn predict(x: f32) -> f32 { iterate s = x while s < 100.0 max 2 { s + w } }
${TRAIN()}`;
  const result = await trainOn(program(text), rows);
  expect(result.ok && result.notes.map(messageOf).join()).toContain('It happened in 3 steps, first in epoch 1.');
});
