/** What is told of a task, and all of it as a table. */
import { table } from '../report.ts';

export const GROUPS = ['mips', 'tomita', 'monk', 'rasp'] as const;
export type Group = (typeof GROUPS)[number];

export interface Share {
  readonly wrong: number;
  readonly of: number;
}

export interface Row {
  readonly group: Group;
  readonly task: string;
  readonly isSolved: boolean;
  /** The template, or the file of the program. */
  readonly program: string;
  readonly strategy: string;
  readonly restarts: number;
  readonly measured: number;
  readonly seconds: number;
  /** Of the frozen program, as far as it computes: without what trains and tests it. */
  readonly lines: number;
  readonly proof: string;
  readonly test: Share;
  /** On sequences longer than those it learned from. */
  readonly longer?: Share;
  readonly published: string;
  /** The frozen program. */
  readonly text: string;
}

const count = (n: number): string => n.toLocaleString('en');
const shareText = ({ wrong, of }: Share): string => `${count(wrong)} of ${count(of)}`;

const HEAD = [
  'task',
  'solved',
  'wrong',
  'wrong, 40 steps',
  'proof',
  'program',
  'lines',
  'strategy',
  'restarts',
  'measured',
  's',
  'published',
];

export const tableText = (rows: readonly Row[]): string =>
  table([
    HEAD,
    ...rows.map((r) => [
      r.task,
      r.isSolved ? 'yes' : '**no**',
      shareText(r.test),
      r.longer ? shareText(r.longer) : '',
      r.proof,
      r.program,
      String(r.lines),
      r.strategy,
      count(r.restarts),
      count(r.measured),
      String(Number(r.seconds.toPrecision(2))),
      r.published,
    ]),
  ]);
