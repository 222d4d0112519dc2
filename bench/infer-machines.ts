/** How many random words it takes to learn each known machine exactly, and how long: `node bench/run.mjs bench/infer-machines.ts [exact]`. With `exact` the bound on states is exact. */
import { compare } from '../src/machines/compare.ts';
import { completed, type Giving, learnMachine, type Words } from '../src/machines/learn.ts';
import { labelledWords, TOMITA, TRUTHS, truth, wordsOf } from '../test/machines/truths.ts';

const SIZES = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

function row(
  name: string,
  states: number,
  wordsOfSize: (n: number) => Words,
  right: (m: ReturnType<typeof completed>) => boolean,
  giving: Giving,
): void {
  let enough: number | undefined;
  const marks: string[] = [];
  let seconds = 0;
  for (const n of SIZES) {
    const start = process.cpuUsage();
    const learned = learnMachine(wordsOfSize(n), { most: process.argv[2] === 'exact' ? states : 2 * states, giving });
    seconds = process.cpuUsage(start).user / 1e6;
    const isRight = learned.kind === 'machine' && right(completed(learned.machine));
    marks.push(
      learned.kind === 'machine'
        ? `${learned.machine.states}${isRight ? '=' : '!'}`
        : learned.kind === 'too many'
          ? `>${learned.states}`
          : 'contra',
    );
    if (!isRight) enough = undefined;
    else enough ??= n;
  }
  console.log(
    `${name.padEnd(26)} ${String(states).padStart(3)} states  from ${String(enough ?? 'never').padStart(6)} words  ${seconds.toFixed(3)} s of ${SIZES.at(-1)}   ${marks.join(' ')}`,
  );
}

for (const t of TRUTHS)
  row(
    t.name,
    t.machine.states,
    (n) => wordsOf(t, n, 10),
    (m) => compare(m, t.machine).kind === 'equal',
    'step',
  );
const max = truth('max_seen 100', [100], 100, 0, (m: number, x = 0) => [Math.max(m, x), Math.max(m, x)]);
row(
  max.name,
  100,
  (n) => wordsOf(max, n, 10),
  (m) => compare(m, max.machine).kind === 'equal',
  'step',
);
const prev = truth('prev1 64', [64], 64, 0, (m: number, x = 0) => [x, m]);
row(
  prev.name,
  64,
  (n) => wordsOf(prev, n, 10),
  (m) => compare(m, prev.machine).kind === 'equal',
  'step',
);

/** Every word up to length 12 comes out as it should. */
function accepts(isIn: (w: string) => boolean, m: ReturnType<typeof completed>): boolean {
  for (let length = 1; length <= 12; length++)
    for (let k = 0; k < 2 ** length; k++) {
      const word = k.toString(2).padStart(length, '0');
      let [s, out] = [0, 0];
      for (const x of word) {
        out = m.out[s * 2 + Number(x)] as number;
        s = m.next[s * 2 + Number(x)] as number;
      }
      if (out !== (isIn(word) ? 1 : 0)) return false;
    }
  return true;
}
for (const longest of [12, 16])
  for (const [i, isIn] of TOMITA.entries())
    for (const giving of ['step', 'after'] as const)
      row(
        `tomita ${i + 1} to ${longest} ${giving}`,
        [2, 3, 5, 4, 4, 3, 5][i] as number,
        (n) => labelledWords(isIn, n, longest),
        (m) => accepts(isIn, m),
        giving,
      );
