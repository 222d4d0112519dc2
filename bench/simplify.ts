/**
 * How much of the digits classifier goes, and what that does to its accuracy: `node bench/run.mjs bench/simplify.ts [--within E] [--only TEXT]`.
 * The classifier of `examples/digits` is trained as it stands but for its scores being a function of their own; then the scores are
 * simplified over boxes around the first rows of its table, cut to [0, 16]^64. `--only` keeps settings that contain the text.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { wasm } from '../src/backends/wasm/index.ts';
import { openTable } from '../src/cli/table.ts';
import { type Compiled, compile, entryOf, type Host, runTable, simplify, train, type Value } from '../src/road.ts';
import { must, type Result } from '../src/text/result.ts';
import { inputBoxes } from '../src/train/boxes.ts';

const { values: options } = parseArgs({
  options: { within: { type: 'string', default: '0.05' }, only: { type: 'string', default: '' } },
});
const FILE = 'examples/digits/digits.su';
const TABLE = 'examples/digits/digits.csv.gz';
const SETTINGS: readonly (readonly [rows: number, radius: number])[] = [
  [100, 0.5],
  [100, 0.25],
  [100, 0.05],
  [100, 0.01],
  [10, 0.5],
  [10, 0.25],
  [10, 0.05],
  [10, 0.03],
];

const host: Host = {
  read: (path) => {
    try {
      return new Uint8Array(readFileSync(path));
    } catch {
      return undefined;
    }
  },
};

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.id} ${p.title}: ${p.help}`).join('\n'));
  return result.value;
}

const text = readFileSync(FILE, 'utf8')
  .replace('fn classify(p: f32[64]) -> Soft<Index<10>> {', 'fn scores(p: f32[64]) -> f32[10] {')
  .replace(
    'softmax(dense(features, output))\n}',
    'dense(features, output)\n}\nfn classify(p: f32[64]) -> Soft<Index<10>> { softmax(scores(p)) }',
  );
const table = value(await openTable(TABLE));
const start = value(compile({ name: FILE, text }, host));
const trained = value(await train(start, host, { data: { kind: 'csv', file: TABLE, table }, backend: wasm }));

/** The program of a write-back, compiled from nothing. */
function after({ files, sides }: typeof trained.written): Compiled {
  const bytes = new Map(sides.map((s) => [s.path, s.bytes]));
  const own = must(files.find((f) => f.name === FILE));
  return value(compile({ name: FILE, text: own.after }, { read: (path) => bytes.get(path) ?? host.read(path) }));
}

/** The share of all rows whose largest score is that of their digit. */
async function accuracy(c: Compiled): Promise<number> {
  const at = table.header.indexOf('digit');
  const digits: string[] = [];
  for await (const row of table.rows()) digits.push(must(row.cells[at]));
  let [right, n] = [0, 0];
  for await (const batch of runTable(c, 'scores', { file: TABLE, table }, { backend: wasm }))
    for (const { value: found } of value<readonly { readonly value: Value }[]>(batch)) {
      const scores = found as readonly number[];
      if (scores.indexOf(Math.max(...scores)) === Number(digits[n++])) right++;
    }
  return right / n;
}

const original = after(trained.written);
const within = Number(options.within);
console.log(`accuracy of the original: ${(100 * (await accuracy(original))).toFixed(2)} %`);
console.log('| rows | radius | zeros | digits | bound | accuracy | proofs | processor time |');
console.log('|---|---|---|---|---|---|---|---|');
for (const [rows, radius] of SETTINGS) {
  if (!`${rows} ${radius}`.includes(options.only)) continue;
  const started = process.cpuUsage();
  const over = { ends: [{ name: 'p', lo: 0, hi: 16 }], rows: { file: TABLE, table, radius, most: rows } };
  const { boxes, text: words } = value(await inputBoxes(value(entryOf(original, 'scores')), over));
  let proofs = 0;
  const goOn = (n: number): boolean => {
    proofs = n;
    return true;
  };
  const files = ['digits.su', 'short.su'] as const;
  const found = value(simplify(original, host, 'scores', { within, boxes, over: words, files, goOn }));
  const { user, system } = process.cpuUsage(started);
  const share = `${found.after.zeros} of ${found.after.numbers} (${((100 * found.after.zeros) / found.after.numbers).toFixed(0)} %)`;
  const right = (100 * (await accuracy(after(found.written)))).toFixed(2);
  const seconds = ((user + system) / 1e6).toFixed(1);
  console.log(
    `| ${rows} | ${radius} | ${share} | ${found.before.digits} → ${found.after.digits} | ${found.bound} | ${right} % | ${proofs} | ${seconds} s |`,
  );
}
