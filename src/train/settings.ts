/** The settings of a training, whether from the `train` block or the command line: what cannot work is said before the first step. */
import type { TrainTask } from '../lower/program.ts';
import { type Problem, problem } from '../text/problem.ts';
import type { Dataset } from './dataset.ts';
import { SCHEDULES } from './schedule.ts';

type Setting = readonly [setting: string, value: number | undefined, isGood: (x: number) => boolean, expected: string];

const isCount = (x: number): boolean => Number.isSafeInteger(x) && x >= 1;

export function checkSettings(task: TrainTask, dataset: Dataset): Problem[] {
  const settings: readonly Setting[] = [
    ['epochs', task.epochs, (x) => Number.isSafeInteger(x) && x >= 0, 'a whole number, at least 0'],
    ['batch', task.batch, isCount, 'a whole number, at least 1'],
    ['rate', task.optimizer.numbers.rate, (x) => Number.isFinite(x) && x > 0, 'a positive number'],
    ['clip', task.clip, (x) => Number.isFinite(x) && x > 0, 'a positive number'],
    ['patience', task.patience, isCount, 'a whole number, at least 1'],
  ];
  const problems = settings
    .filter(([, value, isGood]) => value !== undefined && !isGood(value))
    .map(([setting, value, , expected]) =>
      problem('bad-setting', task.at, { setting, found: String(value), expected }),
    );
  const { schedule } = task;
  if (schedule && !Object.hasOwn(SCHEDULES, schedule.name)) {
    const expected = `one of ${Object.keys(SCHEDULES).join(', ')}`;
    problems.push(problem('bad-setting', task.at, { setting: 'schedule', found: schedule.name, expected }));
  }
  if (task.optimizer.step === null && task.batch !== undefined && task.batch < dataset.split.trainRows) {
    const expected = 'left out with `lbfgs`, whose steps need all examples';
    problems.push(problem('bad-setting', task.at, { setting: 'batch', found: task.batch, expected }));
  }
  if (dataset.streamed && task.batch === undefined) {
    const expected = 'given, because the table is larger than the memory set aside for it and is streamed';
    problems.push(problem('bad-setting', task.at, { setting: 'batch', found: 'missing', expected }));
  }
  return problems;
}

/** `holdout` and `seed` must be right before the data are split. */
export function checkSplit(task: TrainTask): Problem[] {
  const problems: Problem[] = [];
  if (!(task.holdout >= 0 && task.holdout < 1)) {
    problems.push(
      problem('bad-setting', task.at, {
        setting: 'holdout',
        found: task.holdout,
        expected: 'a share from 0 to below 1',
      }),
    );
  }
  if (!(Number.isSafeInteger(task.seed) && task.seed >= 0)) {
    problems.push(
      problem('bad-setting', task.at, { setting: 'seed', found: task.seed, expected: 'a whole number, at least 0' }),
    );
  }
  return problems;
}
