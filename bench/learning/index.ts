/**
 * Learning discrete things: `node bench/run.mjs bench/learning/index.ts [--only GROUP|TASK] [--keep FILE] [--write]`. Per task whether it is solved, how it was
 * found and what was proved. With `--keep` each finished task is put into a file, and one that is there is not repeated;
 * `--write` puts the tables into RESULTS.md. Time is processor time of all templates that were tried.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeResults } from '../results.ts';
import { PUBLISHED_MONK, publishedMips } from './published.ts';
import { GROUPS, type Group, type Row, tableText } from './row.ts';
import { runSequenceTask } from './sequences.ts';
import { MIPS } from './tasks/mips.ts';
import { MONK } from './tasks/monk.ts';
import { RASP } from './tasks/rasp.ts';
import { TOMITA } from './tasks/tomita.ts';
import { runMonk, runWords } from './words.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

interface Job {
  readonly group: Group;
  readonly task: string;
  readonly run: () => Promise<Row>;
}

const JOBS: readonly Job[] = [
  ...MIPS.map(
    (t): Job => ({ group: 'mips', task: t.name, run: () => runSequenceTask(t, 'mips', publishedMips(t.name)) }),
  ),
  ...TOMITA.map((t): Job => ({ group: 'tomita', task: t.name, run: () => runSequenceTask(t, 'tomita', '') })),
  ...MONK.map((t): Job => ({ group: 'monk', task: t.name, run: () => runMonk(t, PUBLISHED_MONK[t.name] ?? '') })),
  ...RASP.map((t): Job => ({ group: 'rasp', task: t.name, run: () => runWords(t) })),
];

const kept: readonly Row[] =
  options.keep !== undefined && existsSync(options.keep)
    ? readFileSync(options.keep, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Row)
    : [];

async function rowOf(job: Job): Promise<Row> {
  const known = kept.find((r) => r.task === job.task);
  if (known) return known;
  const row = await job.run();
  if (options.keep !== undefined) appendFileSync(options.keep, `${JSON.stringify(row)}\n`);
  console.log(
    `${row.task}  ${row.isSolved ? 'solved' : 'NOT SOLVED'}  ${row.program}  ${row.strategy}  ${row.proof}  ${row.seconds.toFixed(1)} s`,
  );
  return row;
}

const wanted = JOBS.filter((j) => j.group === options.only || j.task.includes(options.only));
const rows: Row[] = [];
for (const job of wanted) rows.push(await rowOf(job));

const text = GROUPS.flatMap((group) => {
  const own = rows.filter((r) => r.group === group);
  if (own.length === 0) return [];
  return [`${own.filter((r) => r.isSolved).length} of ${own.length} tasks of ${group}.\n\n${tableText(own)}`];
}).join('\n');
console.log(`\n${text}`);
if (options.write) writeResults('learning', text);
