/**
 * MONK's problems (Thrun and others, "The MONK's problems", 1991): six attributes of a robot, 432 robots, and a class. The rules are
 * functions of the numbers 1 to k of the attributes' cases; the training rows are in `examples/monk`. Six labels of the third are wrong there.
 */
export interface MonkTask {
  readonly name: string;
  readonly file: string;
  readonly rule: (robot: readonly number[]) => boolean;
  readonly positives: number;
  readonly train: { readonly rows: number; readonly positives: number; readonly wrong: number };
}

export const ATTRIBUTES: readonly { readonly name: string; readonly cases: readonly string[] }[] = [
  { name: 'head', cases: ['round', 'square', 'octagon'] },
  { name: 'body', cases: ['round', 'square', 'octagon'] },
  { name: 'smile', cases: ['yes', 'no'] },
  { name: 'hold', cases: ['sword', 'balloon', 'flag'] },
  { name: 'jacket', cases: ['red', 'yellow', 'green', 'blue'] },
  { name: 'tie', cases: ['yes', 'no'] },
];

/** All 432 robots, the last attribute moving fastest. */
export const ROBOTS: readonly (readonly number[])[] = ATTRIBUTES.reduce<readonly (readonly number[])[]>(
  (robots, { cases }) => robots.flatMap((robot) => cases.map((_, i) => [...robot, i + 1])),
  [[]],
);

export const MONK: readonly MonkTask[] = [
  {
    name: 'monk_1',
    file: 'monk1_train.csv',
    rule: ([head, body, , , jacket]) => head === body || jacket === 1,
    positives: 216,
    train: { rows: 124, positives: 62, wrong: 0 },
  },
  {
    name: 'monk_2',
    file: 'monk2_train.csv',
    rule: (robot) => robot.filter((a) => a === 1).length === 2,
    positives: 142,
    train: { rows: 169, positives: 64, wrong: 0 },
  },
  {
    name: 'monk_3',
    file: 'monk3_train.csv',
    rule: ([, body, , hold, jacket]) => (jacket === 3 && hold === 1) || (jacket !== 4 && body !== 3),
    positives: 228,
    train: { rows: 122, positives: 60, wrong: 6 },
  },
];
