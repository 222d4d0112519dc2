/**
 * The prover on ACAS Xu properties 1 to 4, against the published verdicts:
 * `node bench/run.mjs bench/prove.ts [--data FOLDER] [--limit SECONDS] [--only TEXT] [--every N] [--write]`.
 * `--only` keeps instances whose network or property contains the text, `--every N` each N-th; `--write` puts the table into
 * RESULTS.md. Time is processor time of the whole decision, reading included. Exits with 1 where a verdict contradicts a published one
 * or a witness does not stand.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasm } from '../src/backends/wasm/index.ts';
import { importOnnx, type Network, readVnnlib, type Specification } from '../src/interop/index.ts';
import { randomStream } from '../src/num/random.ts';
import { evaluate } from '../src/ops/reference.ts';
import { type Proof, proveSpecification, type Witness } from '../src/prove/index.ts';
import { must, type Result } from '../src/text/result.ts';
import { writeResults } from './results.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/vnncomp' },
    limit: { type: 'string', default: '116' },
    only: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
const SET = 'acasxu_2023';
const folder = join(options.data, SET);

interface Row {
  readonly net: string;
  readonly property: string;
  readonly proof: Proof;
  readonly seconds: number;
  /** What contradicts: the published verdict, or the witness. */
  readonly wrong: string | undefined;
}

const lines = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));

const published = new Map(
  lines(join(options.data, 'verdicts.csv'))
    .filter(([set]) => set === SET)
    .map(([, net, property, , verdict]) => [`${net},${property}`, verdict ?? '']),
);

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.id} ${p.title}: ${p.help}`).join('\n'));
  return result.value;
}

function decide(net: string, property: string): Row {
  const started = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1e6;
  };
  const file = join(folder, net);
  const network = { ...value(importOnnx(new Uint8Array(readFileSync(file)), { file })), file };
  const spec = value(readVnnlib({ name: property, text: readFileSync(join(folder, property), 'utf8') }));
  const limit = Number(options.limit);
  const settings = { backend: wasm, random: randomStream(0, 0).uniform, goOn: () => spent() < limit };
  const proof = value(proveSpecification(spec, [network], settings));
  const seconds = spent();
  return { net, property, proof, seconds, wrong: contradiction(`${net},${property}`, proof, spec, network) };
}

function contradiction(key: string, proof: Proof, spec: Specification, network: Network): string | undefined {
  const known = published.get(key);
  const isDecided = (answer: string | undefined): boolean => answer === 'sat' || answer === 'unsat';
  if (isDecided(known) && isDecided(proof.answer) && known !== proof.answer) return `published ${known}`;
  if (proof.answer === 'vacuous') return 'vacuous';
  return proof.witness ? fallen(proof.witness, spec, network) : undefined;
}

/** Why a witness does not stand, with the reference interpreter and plain float64: these specifications have coefficients of ±1. */
function fallen({ values, inside }: Witness, spec: Specification, network: Network): string | undefined {
  const of = (side: string): number[] =>
    values.filter((_, id) => spec.variables[id]?.side === side).map((v) => v.value);
  const run = evaluate(network.graph, [Float32Array.from(of('input'))], network.params);
  if (must(run.outputs[0]).some((y, i) => !Object.is(y, of('output')[i]))) return 'outputs differ from the reference';
  const number = ({ m, e }: { readonly m: bigint; readonly e: number }): number => Number(`${m}e${e}`);
  const at = (id: number): number => must(values[id]).value;
  const holds = spec.cases.some(
    (c) =>
      c.box.every(
        (r) =>
          inside === 'rounding' || (number(r.low.exact) <= at(r.variable) && at(r.variable) <= number(r.high.exact)),
      ) &&
      c.unsafe.some((all) =>
        all.every(
          (one) => one.terms.reduce((s, t) => s + number(t.coefficient) * at(t.variable), 0) <= number(one.bound),
        ),
      ),
  );
  return holds ? undefined : 'the witness does not violate the property';
}

const sorted = (xs: readonly number[]): number[] => [...xs].sort((a, b) => a - b);
const seconds = (x: number): string => x.toPrecision(2).replace(/^(\d+)\.0$/, '$1');
const middle = (xs: readonly number[]): number => sorted(xs)[Math.floor(xs.length / 2)] ?? 0;

function tableRow(name: string, rows: readonly Row[]): string {
  const count = (answer: Proof['answer']): number => rows.filter((r) => r.proof.answer === answer).length;
  const times = rows.map((r) => r.seconds);
  const boxes = rows.map((r) => r.proof.boxes);
  const strict = rows.filter((r) => r.proof.witness?.inside === 'box').length;
  const solved = count('unsat') + count('sat');
  return `| ${name} | ${rows.length} | ${solved} | ${count('unsat')} | ${count('sat')} (${strict}) | ${seconds(middle(times))} | ${seconds(Math.max(...times))} | ${seconds(times.reduce((a, b) => a + b, 0))} | ${middle(boxes)} | ${Math.max(...boxes)} |\n`;
}

function tableOf(rows: readonly Row[]): string {
  const properties = [...new Set(rows.map((r) => r.property))];
  const head =
    '| property | instances | solved | unsat | sat (strict) | median s | max s | sum s | median boxes | max boxes |\n';
  const body = properties.map((p) =>
    tableRow(
      p.replace(/.*_(\d+)\.vnnlib/, '$1'),
      rows.filter((r) => r.property === p),
    ),
  );
  return `${head}|${'---|'.repeat(10)}\n${body.join('')}${properties.length > 1 ? tableRow('all', rows) : ''}`;
}

const wanted = lines(join(folder, 'instances.csv'))
  .filter(([net, property]) => `${net} ${property}`.includes(options.only))
  .filter((_, i) => i % Number(options.every) === 0);
const rows = wanted.map(([net = '', property = '']) => {
  const row = decide(net, property);
  const { answer, boxes, witness } = row.proof;
  const where = witness?.inside === 'rounding' ? ' (at rounding)' : '';
  console.log(
    `${net.replace(/.*run2a_|_batch.*/g, '')} ${property.replace(/.*\//, '')}  ${answer}${where}  ${boxes} boxes  ${seconds(row.seconds)} s${row.wrong ? `  WRONG: ${row.wrong}` : ''}`,
  );
  return row;
});
const wrong = rows.filter((r) => r.wrong !== undefined).length;
const PUBLISHED = `Published, VNN-COMP 2025, all ten properties (186 instances, 116 s each, on larger machines): nnenum solves 186 with a median of 1.2 s, alpha-beta-CROWN 186 with 7.5 s
(with a GPU), PyRAT 185 with 7.2 s. These decide the real function with plain float arithmetic, without a term for its rounding; \`unsat\` here holds for every float32 run too.
`;

const text = `${tableOf(rows)}\nLimit ${options.limit} s of processor time each, one thread. ${wrong} verdicts contradict the published ones or have a witness that does not stand.\n\n${PUBLISHED}`;
console.log(`\n${text}`);
if (options.write) writeResults('prove', text);
process.exitCode = wrong > 0 ? 1 : 0;
