/** Writes the tables of the examples that learn discrete things: `node bench/run.mjs bench/learning/write-examples.ts`. The same tables each time. */
import { writeFileSync } from 'node:fs';
import { type RandomStream, randomStream } from '../../src/num/random.ts';
import { must } from '../../src/text/result.ts';
import { MIPS } from './tasks/mips.ts';
import { digits, RASP, type RaspTask, randomWords } from './tasks/rasp.ts';
import { TOMITA } from './tasks/tomita.ts';

type Cell = number | string | boolean;
const random = (stream: number): RandomStream => randomStream(1, stream);
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const columns = (name: string, n: number): readonly string[] => range(n).map((i) => `${name}${i}`);

function write(file: string, header: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const lines = [header, ...rows].map((row) => row.join(','));
  writeFileSync(`examples/${file}`, `${lines.join('\n')}\n`);
}

/** Bits, and what is told of them. */
function bits(
  file: string,
  { rows, length, stream, of }: { rows: number; length: number; stream: number; of: (x: readonly number[]) => Cell },
): void {
  const r = random(stream);
  const made = range(rows).map(() => digits(length, 2, r));
  write(
    file,
    [...columns('x', length), 'y'],
    made.map((x) => [...x, of(x)]),
  );
}

bits('parity/parity.csv', {
  rows: 100,
  length: 9,
  stream: 1,
  of: (x) => (x.filter((b) => b === 1).length % 2 === 1 ? 'odd' : 'even'),
});
bits('div7/div7.csv', { rows: 400, length: 10, stream: 2, of: (x) => Number.parseInt(x.join(''), 2) % 7 });

/** Two numbers of six digits in base 4, the least significant first, and the digits of their sum. */
function sums(): void {
  const addition = must(MIPS.find((t) => t.name === 'base_4_addition'));
  const r = random(3);
  const rows = range(200).map(() => {
    const [a, b] = [digits(6, 4, r), digits(6, 4, r)];
    const steps = addition.rule(range(6).map((i) => [must(a[i]), must(b[i])]));
    return [...a, ...b, ...steps.map(([digit = 0]) => digit)];
  });
  write('carry/carry.csv', [...columns('a', 6), ...columns('b', 6), ...columns('y', 6)], rows);
}
sums();

for (const [i, task] of TOMITA.entries()) {
  const r = random(10 + i);
  const rows = range(300).map(() => {
    const x = digits(12, 2, r);
    return [...x, ...task.rule(x.map((b) => [b])).map(([y]) => y === 1)];
  });
  write(`tomita/tomita${i + 1}.csv`, [...columns('x', 12), ...columns('y', 12)], rows);
}

/** Words, filled up behind. */
function words(folder: string, name: string, rows: number, fill: readonly [Cell, Cell]): void {
  const task: RaspTask = must(RASP.find((t) => t.name === name));
  const [, most] = task.lengths;
  const filled = (cells: readonly Cell[], by: Cell): readonly Cell[] => range(most).map((i) => cells[i] ?? by);
  const made = randomWords(task, rows, 1).map((s) => [...filled(s, fill[0]), ...filled(task.rule(s), fill[1])]);
  write(`${folder}/${name}.csv`, [...columns('s', most), ...columns('y', most)], made);
}
words('reverse', 'reverse', 1000, [5, 5]);
words('sort', 'sort', 300, [5, 5]);
words('hist', 'hist', 400, [6, 0]);
words('hist', 'double_hist', 400, [6, 0]);
words('hist', 'most_freq', 400, [6, 6]);

function brackets(name: string, rows: number, named: readonly string[]): void {
  const task: RaspTask = must(RASP.find((t) => t.name === name));
  const verdicts = ['lost', 'partial', 'complete'];
  const made = randomWords(task, rows, 1).map((s) => [
    ...s.map((x) => must(named[x])),
    ...task.rule(s).map((y) => must(verdicts[y])),
  ]);
  write(`dyck/${name}.csv`, [...columns('s', 15), ...columns('y', 15)], made);
}
brackets('dyck1', 200, ['open', 'close']);
brackets('dyck2', 400, ['round_open', 'round_close', 'curly_open', 'curly_close']);
