/**
 * What annealing alone finds, the other strategies left out: `node bench/run.mjs bench/learning/annealing.ts [--only NAME] [--seeds N] [--write]`. Per task how many of
 * the seeds end with a crisp program without a mistake on its examples, and how many beginnings that took. The settings were chosen on these
 * same tasks, so the table says what they can do, not what a new task will need.
 */
import { parseArgs } from 'node:util';
import type { Compiled } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { type RowSource, tableOf } from '../../src/train/rows.ts';
import { anneal } from '../../src/train/search/anneal.ts';
import { random } from '../../test/fuzz/random.ts';
import { program, unwrap } from '../../test/train/programs.ts';
import { contextOf, machine, sequences } from '../../test/train/search/harness.ts';
import { writeResults } from '../results.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '4' },
    write: { type: 'boolean', default: false },
  },
});
const SEEDS = Number(options.seeds);
const RESTARTS = 8;
const ROWS = 2000;
/** A squared error that rounding explains. */
const RIGHT = 1e-4;

type Digits = readonly number[];
const sum = (xs: Digits): number => xs.reduce((a, b) => a + b, 0);
const isMultiple = (xs: Digits): number => (xs.reduce((n, x) => 2 * n + x, 0) % 7 === 0 ? 1 : 0);

function isBalanced(xs: Digits): number {
  let depth = 0;
  for (const x of xs) {
    depth += x === 0 ? 1 : -1;
    if (depth < 0) return 0;
  }
  return depth === 0 ? 1 : 0;
}

/** The last digit of a sum in base 3; a symbol is a pair of digits. */
function sumInBase3(xs: Digits): number {
  let [carry, digit] = [0, 0];
  for (const x of xs) {
    const all = Math.floor(x / 3) + (x % 3) + carry;
    [digit, carry] = [all % 3, Math.floor(all / 3)];
  }
  return digit;
}

const TREE = `enum Op { plus, minus, back, times, larger, smaller }
param a: Op = plus;
param b: Op = plus;
param c: Op = plus;
fn apply(o: Op, x: f32, y: f32) -> f32 {
  match o { plus => x + y, minus => x - y, back => y - x, times => x * y, larger => max(x, y), smaller => min(x, y) }
}
fn f(x: f32, y: f32) -> f32 { apply(c, apply(a, x, y), apply(b, x, y)) }
`;
const RULE = `enum Side { first, second }
param side: Side = first;
param flip: bool = false;
param t = 0.0;
param u = 0.0;
param v = 1.0;
fn f(x: f32, y: f32) -> f32 {
  let above = match side { first => x, second => y } > t;
  if above == flip { u } else { v }
}
`;

interface Task {
  readonly name: string;
  readonly open: () => readonly [Compiled, RowSource];
}

interface Shape {
  readonly states: number;
  readonly base?: number;
  readonly outputs?: number;
  readonly length?: number;
}

/** A machine of so many states whose outputs are told at each step, or only at the end. */
const machines = (name: string, rule: (xs: Digits) => number, each: boolean, shape: Shape): Task => {
  const { states, base = 2, outputs = 2, length = 10 } = shape;
  const told = (xs: Digits) => (each ? xs.map((_, i) => `o${rule(xs.slice(0, i + 1))}`) : `o${rule(xs)}`);
  return {
    name: `${name}, ${each ? 'each' : 'end'}, ${states} states`,
    open: () => [
      program(machine({ states, base, length, outputs, each })),
      sequences(told, { rows: ROWS, length, base }),
    ],
  };
};

const formula = (name: string, text: string, rule: (x: number, y: number) => number): Task => ({
  name,
  open() {
    const r = random(3);
    const number = (): number => (r.below(2001) - 1000) / 500;
    const rows = Array.from({ length: 200 }, () => {
      const [x, y] = [number(), number()];
      return [x, y, rule(x, y)].map(String);
    });
    const train = `train f { data: csv("rows.csv", label = "z"), loss: squared_error, optimizer: adam(rate = 0.05), epochs: 60 }\n`;
    return [program(`import { squared_error } from "std/loss";\n${text}${train}`), tableOf(['x', 'y', 'z'], rows)];
  },
});

const parity = (xs: Digits): number => sum(xs) % 2;
const lastFour = (xs: Digits): number => sum(xs.slice(-4)) % 2;
const TASKS: readonly Task[] = [
  machines('parity', parity, true, { states: 2 }),
  machines('parity of 20 digits', parity, true, { states: 4, length: 20 }),
  machines('divisible by 7', isMultiple, true, { states: 8 }),
  machines('divisible by 7', isMultiple, true, { states: 16 }),
  machines('divisible by 7', isMultiple, false, { states: 16 }),
  machines('sum mod 5', (xs) => sum(xs) % 5, true, { states: 6, base: 5, outputs: 5 }),
  machines('sum mod 5', (xs) => sum(xs) % 5, false, { states: 8, base: 5, outputs: 5 }),
  machines('parity of the last 4', lastFour, true, { states: 16 }),
  machines('addition in base 3', sumInBase3, true, { states: 2, base: 9, outputs: 3 }),
  machines('addition in base 3', sumInBase3, false, { states: 4, base: 9, outputs: 3 }),
  machines('balanced parentheses', isBalanced, true, { states: 8 }),
  machines('balanced parentheses', isBalanced, false, { states: 8 }),
  formula('abs(x - y) from three of six operations', TREE, (x, y) => Math.abs(x - y)),
  formula('(x - y) * (y - x), the same program', TREE, (x, y) => (x - y) * (y - x)),
  formula('a side, a threshold, a direction and two numbers', RULE, (_, y) => (y > 0.7 ? -2 : 3)),
];

async function rowOf({ name, open }: Task): Promise<string> {
  const context = await contextOf(...open());
  const started = process.cpuUsage().user;
  let [solved, beginnings] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const job = { ...context.job, task: { ...context.job.task, seed, restarts: RESTARTS } };
    const found = unwrap(await anneal.search({ ...context, job }));
    beginnings += found.restarts;
    if (unwrap(await context.measure(found.values, 'train')).loss < RIGHT) solved++;
  }
  const seconds = (process.cpuUsage().user - started) / 1e6 / SEEDS;
  const row = `| ${name} | ${solved} of ${SEEDS} | ${Number((beginnings / SEEDS).toFixed(1))} | ${Number(seconds.toPrecision(2))} |`;
  console.log(row);
  return row;
}

const rows: string[] = [];
for (const task of TASKS.filter((t) => t.name.includes(must(options.only)))) rows.push(await rowOf(task));
const head = `| task | solved, of seeds | beginnings, at most ${RESTARTS} | processor seconds |\n|---|---|---|---|`;
if (options.write) writeResults('annealing', `${head}\n${rows.join('\n')}\n`);
