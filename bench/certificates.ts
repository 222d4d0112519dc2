/**
 * Certificates of ACAS Xu proofs: `node bench/run.mjs bench/certificates.ts [--data FOLDER] [--limit SECONDS] [--only TEXT,TEXT] [--write]`.
 * Per instance that is proved: processor time of the search, of making the certificate (the checker's replay, which cuts leaves that it
 * refuses), and of replaying it from the files; its size. `--only` keeps instances whose name (`1_1 prop_3`) contains one of the texts;
 * `--write` puts the table into RESULTS.md. Exits with 1 where a proof is not accepted.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasm } from '../src/backends/wasm/index.ts';
import { importOnnx, readVnnlib } from '../src/interop/index.ts';
import { randomStream } from '../src/num/random.ts';
import {
  certified,
  makeProofCertificate,
  printProofCertificate,
  proveSpecification,
  questionsOfSpecification,
  readProofCertificate,
  replayed,
} from '../src/prove/index.ts';
import { must, type Result } from '../src/text/result.ts';
import { writeResults } from './results.ts';

/** From easy ones to those that need most time. */
const CHOSEN =
  '1_1 prop_1,4_6 prop_1,2_1 prop_3,1_1 prop_4,2_2 prop_3,4_2 prop_3,1_3 prop_4,3_3 prop_1,5_1 prop_3,3_6 prop_3,1_4 prop_3,1_1 prop_3';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/vnncomp' },
    limit: { type: 'string', default: '116' },
    only: { type: 'string', default: CHOSEN },
    write: { type: 'boolean', default: false },
  },
});
const folder = join(options.data, 'acasxu_2023');

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.id} ${p.title}: ${p.help}`).join('\n'));
  return result.value;
}

const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function timed<T>(work: () => T): readonly [T, number] {
  const start = spent();
  const made = work();
  return [made, spent() - start];
}

const read = (net: string, property: string) => {
  const file = join(folder, net);
  return {
    network: { ...value(importOnnx(new Uint8Array(readFileSync(file)), { file })), file },
    spec: value(readVnnlib({ name: property, text: readFileSync(join(folder, property), 'utf8') })),
  };
};

interface Row {
  readonly name: string;
  readonly search: number;
  readonly making: number;
  readonly replay: number;
  readonly boxes: number;
  readonly leaves: number;
  readonly cuts: number;
  readonly bytes: number;
}

/** Undefined where it is not proved. */
function measure(name: string, net: string, property: string): Row | undefined {
  const { network, spec } = read(net, property);
  const end = spent() + Number(options.limit);
  const settings = { backend: wasm, random: randomStream(0, 0).uniform, goOn: () => spent() < end };
  const [proof, search] = timed(() => value(proveSpecification(spec, [network], settings)));
  if (proof.answer !== 'unsat') return undefined;
  const shown = { tiers: ['S1', 'S2', 'S3'], kind: 'bounds', parts: proof.parts } as const;
  const [made, making] = timed(() => certified(name, shown));
  if ('why' in made) throw new Error(`${name}: ${made.why}`);
  const text = printProofCertificate(makeProofCertificate([], [made.property]));
  const [found, replay] = timed(() => {
    const anew = read(net, property);
    const property0 = must(value(readProofCertificate(text)).properties[0]);
    return replayed(property0, value(questionsOfSpecification(anew.spec, [anew.network])));
  });
  if (!found.ok) throw new Error(`${name}: ${found.why}`);
  const { leaves, cuts } = made;
  return { name, search, making, replay, boxes: proof.boxes, leaves, cuts, bytes: text.length };
}

const seconds = (x: number): string => x.toPrecision(2).replace(/^(\d+)\.0$/, '$1');
const sum = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((n, row) => n + of(row), 0);

const rowText = (r: Row): string =>
  `| ${r.name} | ${r.boxes} | ${r.leaves} | ${r.cuts} | ${seconds(r.search)} | ${seconds(r.making)} | ${seconds(r.replay)} | ${r.bytes} |\n`;

function tableOf(rows: readonly Row[]): string {
  const head =
    '| instance | boxes | leaves | leaves cut | search s | making s | replay s | bytes |\n|---|---|---|---|---|---|---|---|\n';
  const total = {
    name: 'all',
    search: sum(rows, (r) => r.search),
    making: sum(rows, (r) => r.making),
    replay: sum(rows, (r) => r.replay),
    boxes: sum(rows, (r) => r.boxes),
    leaves: sum(rows, (r) => r.leaves),
    cuts: sum(rows, (r) => r.cuts),
    bytes: sum(rows, (r) => r.bytes),
  };
  return `${head}${rows.map(rowText).join('')}${rowText(total)}`;
}

const wanted = options.only.split(',');
const instances = readFileSync(join(folder, 'instances.csv'), 'utf8')
  .trim()
  .split(/\r?\n/)
  .map((line) => line.split(','));
const rows: Row[] = [];
for (const [net = '', property = ''] of instances) {
  const name = `${net.replace(/.*run2a_|_batch.*/g, '')} ${property.replace(/.*\/|\.vnnlib/g, '')}`;
  if (!wanted.some((text) => name.includes(text))) continue;
  const row = measure(name, net, property);
  console.log(row ? rowText(row).trim() : `${name}: not proved`);
  if (row) rows.push(row);
}
const text = `${tableOf(rows)}\nProcessor time, one thread; \`making\` replays the proof, once more where leaves had to be cut; \`replay\` reads network, property and certificate from their files.\n`;
console.log(`\n${text}`);
if (options.write) writeResults('certificates', text);
