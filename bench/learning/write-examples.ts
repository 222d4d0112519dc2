/** Writes the tables of the examples that learn discrete things: `node bench/run.mjs bench/learning/write-examples.ts`. The same tables each time. */
import { writeFileSync } from 'node:fs';
import { type RandomStream, randomStream } from '../../src/num/random.ts';
import { must } from '../../src/text/result.ts';
import { MIPS } from './tasks/mips.ts';
import { RASP, type RaspTask } from './tasks/rasp.ts';
import { TOMITA } from './tasks/tomita.ts';

type Cell = number | string | boolean;
const random = (stream: number): RandomStream => randomStream(1, stream);
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const digits = (n: number, base: number, r: RandomStream): readonly number[] => range(n).map(() => r.below(base));
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
  length: 8,
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

/** Words of every length, filled up behind. */
function words(folder: string, name: string, { rows, fill }: { rows: number; fill: readonly [Cell, Cell] }): void {
  const task: RaspTask = must(RASP.find((t) => t.name === name));
  const [least, most] = task.lengths;
  const r = random(20 + RASP.indexOf(task));
  const filled = (cells: readonly Cell[], by: Cell): readonly Cell[] => range(most).map((i) => cells[i] ?? by);
  const made = range(rows).map(() => {
    const s = digits(least + r.below(most - least + 1), task.symbols, r);
    return [...filled(s, fill[0]), ...filled(task.rule(s), fill[1])];
  });
  write(`${folder}/${name}.csv`, [...columns('s', most), ...columns('y', most)], made);
}
words('reverse', 'reverse', { rows: 1000, fill: [5, 5] });
words('sort', 'sort', { rows: 300, fill: [5, 5] });
words('hist', 'hist', { rows: 400, fill: [6, 0] });
words('hist', 'double_hist', { rows: 400, fill: [6, 0] });
words('hist', 'most_freq', { rows: 400, fill: [6, 6] });

/** Balanced brackets of a few kinds, opening ones even, closing ones the odd number after. */
function balanced(pairs: number, kinds: number, r: RandomStream): readonly number[] {
  if (pairs === 0) return [];
  const inside = r.below(pairs);
  const kind = 2 * r.below(kinds);
  return [kind, ...balanced(inside, kinds, r), kind + 1, ...balanced(pairs - 1 - inside, kinds, r)];
}

/** Half of the words are balanced but for their last bracket, which is cut off; half are random. */
function dyck(name: string, rows: number, brackets: readonly string[]): void {
  const task = must(RASP.find((t) => t.name === name));
  const r = random(20 + RASP.indexOf(task));
  const verdicts = ['lost', 'partial', 'complete'];
  const made = range(rows).map((i) => {
    const s = i % 2 === 0 ? balanced(8, task.symbols / 2, r).slice(0, 15) : digits(15, task.symbols, r);
    return [...s.map((x) => must(brackets[x])), ...task.rule(s).map((y) => must(verdicts[y]))];
  });
  write(`dyck/${name}.csv`, [...columns('s', 15), ...columns('y', 15)], made);
}
dyck('dyck1', 200, ['open', 'close']);
dyck('dyck2', 400, ['round_open', 'round_close', 'curly_open', 'curly_close']);
