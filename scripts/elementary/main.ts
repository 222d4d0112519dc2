/** Runs the sweeps that were asked for and keeps the record and the table of the note up to date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { samplePow } from './power.ts';
import { FUNCTIONS, type FunctionName } from './reference.ts';
import { subsetHash } from './subset.ts';
import { type Finding, sweep } from './sweep.ts';

type Name = FunctionName | 'pow';
type Entry = Finding & { readonly subset: string; readonly sampled?: true };
type Record_ = { [N in Name]?: Entry };

const ALL: readonly Name[] = [...FUNCTIONS, 'pow'];
const POW_BATCHES = 3000;

/** `names`: the functions to run, all when empty. `folder`: where `elementary.json` and `elementary.md` stand. */
export async function main(names: readonly string[], folder: string): Promise<void> {
  const unknown = names.filter((n) => !(ALL as readonly string[]).includes(n));
  if (unknown.length > 0) throw new Error(`no such function: ${unknown.join(', ')}; there are ${ALL.join(', ')}`);
  const path = join(folder, 'elementary.json');
  for (const name of ALL.filter((n) => names.length === 0 || names.includes(n))) {
    const started = performance.now();
    const finding = name === 'pow' ? samplePow(POW_BATCHES, progress(name)) : sweep(name, progress(name));
    const seconds = Math.round((performance.now() - started) / 1000);
    process.stderr.write(
      `\r${name}: ${finding.maxUlp} ulp at ${finding.worst}, ${finding.falls ?? '-'} falls, ${seconds} s\n`,
    );
    const record: Record_ = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    record[name] = { ...finding, subset: subsetHash(name) };
    const sorted = Object.fromEntries(ALL.flatMap((n) => (record[n] ? [[n, record[n]]] : [])));
    writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
    writeTable(join(folder, 'elementary.md'), sorted as Record_);
  }
}

function progress(name: string): (done: number) => void {
  let shown = -1;
  return (done) => {
    const percent = Math.floor(done * 100);
    if (percent === shown || !process.stderr.isTTY) return;
    shown = percent;
    process.stderr.write(`\r${name} ${percent} %`);
  };
}

const BEGIN = '<!-- figures: written by npm run verify:elementary -->';
const END = '<!-- end of figures -->';

/** Replaces the table between the two marks of the note. */
function writeTable(path: string, record: Record_): void {
  if (!existsSync(path)) return;
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < 0) return;
  const rows = Object.entries(record).map(([name, e]) => {
    const share = ((100 * e.misrounded) / e.inputs).toFixed(2);
    const inputs = `${e.inputs.toLocaleString('en')}${e.sampled ? ' (sampled)' : ''}`;
    return `| ${name} | ${inputs} | ${e.maxUlp} | ${e.worst} | ${share} % | ${e.falls ?? ''} | \`${e.sha256.slice(0, 16)}\` |`;
  });
  const head = [
    '| function | inputs | largest error, ulp | at | not correctly rounded | falls | SHA-256 of all results |',
    '|---|---|---|---|---|---|---|',
  ];
  writeFileSync(path, `${text.slice(0, from)}${[BEGIN, ...head, ...rows].join('\n')}\n${text.slice(to)}`);
}
