/**
 * The tasks over words and MONK's problems: programs of a person from `examples/`, trained on the table beside them (MONK's on each of the
 * three), frozen, and run over the whole domain, input by input, where that is not too large.
 */
import { readFileSync } from 'node:fs';
import type { Value } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import type { Row, Share } from './row.ts';
import { ATTRIBUTES, type MonkTask, ROBOTS } from './tasks/monk.ts';
import { domainSize, type RaspTask, randomWords, stringsOf } from './tasks/rasp.ts';
import { frozen, type Learned, learn, linesOf, outputsOf, type Table, verdictsOf } from './user.ts';

/** Inputs that are all run, and how many are drawn where there are more. */
const MOST_RUN = 2 ** 20;
const DRAWN = 100_000;
const BLOCK = 4_096;
const PROOF_SECONDS = 120;

function readTable(path: string): Table {
  const [header = [], ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return { header, rows };
}
const read = (path: string): string => readFileSync(`examples/${path}`, 'utf8');

interface Trained {
  readonly learned: Learned;
  readonly text: string;
}

async function trained(text: string, table: Table): Promise<Trained> {
  const learned = await learn(text, table);
  return { learned, text: frozen(learned.text) };
}

/** What the program's own properties say. */
function proofOf({ learned }: Trained): string {
  const verdicts = verdictsOf(learned.text, PROOF_SECONDS);
  if (verdicts.length === 0) return '';
  return verdicts.map((v) => (v.verdict === 'proved' ? `proved (${v.how})` : v.verdict)).join(', ');
}

const costOf = ({
  restarts,
  measured,
  seconds,
  strategy,
}: Learned): Pick<Row, 'restarts' | 'measured' | 'seconds' | 'strategy'> => ({
  restarts,
  measured,
  seconds,
  strategy,
});

// --- words -------------------------------------------------------------------------------------------------

/** Where the program of a task stands, and how letters and outputs are written there; words are filled up behind. */
interface Written {
  readonly file: string;
  readonly entry: string;
  readonly letters: readonly string[];
  /** What fills up a word, and what is told there. */
  readonly fill: readonly [letter: string, output: Value];
  readonly outputs: readonly Value[];
}
const digits = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => String(i));
const numbers = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const VERDICTS = ['lost', 'partial', 'complete'];

const WRITTEN: Readonly<Record<string, Written>> = {
  reverse: { file: 'reverse/reverse', entry: 'backwards', letters: digits(5), fill: ['5', 5], outputs: numbers(5) },
  sort: { file: 'sort/sort', entry: 'sorted', letters: digits(5), fill: ['5', 5], outputs: numbers(5) },
  hist: { file: 'hist/hist', entry: 'frequencies', letters: digits(6), fill: ['6', 0], outputs: numbers(8) },
  double_hist: { file: 'hist/double_hist', entry: 'alike', letters: digits(6), fill: ['6', 0], outputs: numbers(8) },
  most_freq: { file: 'hist/most_freq', entry: 'by_frequency', letters: digits(6), fill: ['6', 6], outputs: numbers(7) },
  dyck1: { file: 'dyck/dyck1', entry: 'judged_15', letters: ['open', 'close'], fill: ['', ''], outputs: VERDICTS },
  dyck2: {
    file: 'dyck/dyck2',
    entry: 'judged',
    letters: ['round_open', 'round_close', 'curly_open', 'curly_close'],
    fill: ['', ''],
    outputs: VERDICTS,
  },
};

export async function runWords(task: RaspTask): Promise<Row> {
  const written = must(WRITTEN[task.name]);
  const made = await trained(read(`${written.file}.su`), readTable(`examples/${written.file}.csv`));
  const test = await wrongWords(task, written, made.text);
  const { published } = task;
  return {
    group: 'rasp',
    task: task.name,
    isSolved: test.wrong === 0,
    program: `examples/${written.file}.su`,
    ...costOf(made.learned),
    lines: linesOf(made.text),
    proof: proofOf(made),
    test,
    published: `${published.wrong.toLocaleString('en')} of ${published.of.toLocaleString('en')}, ${published.lines.toLocaleString('en')} lines`,
    text: made.text,
  };
}

function* allWords(task: RaspTask): Generator<readonly number[]> {
  const [least, most] = task.lengths;
  for (let n = least; n <= most; n++) yield* stringsOf(task.symbols, n);
}

/** The whole domain, or so many words drawn from it. */
const wordsOf = (task: RaspTask): Iterable<readonly number[]> =>
  domainSize(task) <= MOST_RUN ? allWords(task) : randomWords(task, DRAWN);

async function wrongWords(task: RaspTask, written: Written, text: string): Promise<Share> {
  const [, most] = task.lengths;
  const header = numbers(most).map((i) => `s${i}`);
  const share = { wrong: 0, of: 0 };
  const judge = async (words: readonly (readonly number[])[]): Promise<void> => {
    const rows = words.map((s) =>
      header.map((_, i) => must(i < s.length ? written.letters[must(s[i])] : written.fill[0])),
    );
    const outputs = await outputsOf(text, written.entry, { header, rows });
    const isRight = (s: readonly number[], output: Value): boolean => {
      const wanted = task.rule(s).map((y) => must(written.outputs[y]));
      return (output as readonly Value[]).every((y, i) => y === (i < s.length ? wanted[i] : written.fill[1]));
    };
    share.wrong += words.filter((s, i) => !isRight(s, must(outputs[i]))).length;
    share.of += words.length;
  };
  let block: (readonly number[])[] = [];
  for (const word of wordsOf(task)) {
    block.push(word);
    if (block.length < BLOCK) continue;
    await judge(block);
    block = [];
  }
  if (block.length > 0) await judge(block);
  return share;
}

// --- MONK --------------------------------------------------------------------------------------------------

/** The two programs that are tried on each of the problems. */
const MONK_PROGRAMS = ['monk1', 'monk2'];
const HOLDOUT = '\n  holdout: 0.2,\n  seed: 1,\n}';

/** The program that is right on more of the held-out rows is taken, of equal ones the shorter; then it is trained on all rows. */
export async function runMonk(task: MonkTask, published: string): Promise<Row> {
  const table = readTable(`examples/monk/${task.file}`);
  const attempts: {
    readonly file: string;
    readonly text: string;
    readonly right: number;
    readonly learned: Learned;
  }[] = [];
  for (const file of MONK_PROGRAMS) {
    const text = read(`monk/${file}.su`).split('\ntest ')[0] ?? '';
    const learned = await learn(text.replace(/\n\}\s*$/, HOLDOUT), table);
    attempts.push({ file, text, right: learned.final.holdout_accuracy ?? 0, learned });
  }
  const best = attempts.reduce((a, b) =>
    b.right > a.right || (b.right === a.right && b.text.length < a.text.length) ? b : a,
  );
  const made = await trained(best.text, table);
  const test = await wrongRobots(task, made.text);
  const all = [...attempts.map((a) => a.learned), made.learned];
  return {
    group: 'monk',
    task: task.name,
    isSolved: test.wrong / test.of <= 0.03,
    program: `examples/monk/${best.file}.su`,
    strategy: made.learned.strategy,
    restarts: made.learned.restarts,
    measured: all.reduce((n, l) => n + l.measured, 0),
    seconds: all.reduce((n, l) => n + l.seconds, 0),
    lines: linesOf(made.text),
    proof: `all ${test.of} run`,
    test,
    published,
    text: made.text,
  };
}

async function wrongRobots(task: MonkTask, text: string): Promise<Share> {
  const header = ATTRIBUTES.map((a) => a.name);
  const rows = ROBOTS.map((robot) => robot.map((a, i) => must(must(ATTRIBUTES[i]).cases[a - 1])));
  const outputs = await outputsOf(text, 'member', { header, rows });
  return { wrong: ROBOTS.filter((robot, i) => task.rule(robot) !== outputs[i]).length, of: ROBOTS.length };
}
