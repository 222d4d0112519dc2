/**
 * `examples/gates` as a circuit: trained, its tables minimised, each proved equal to its gates, and the whole compared on all digits:
 * `node bench/run.mjs bench/learning/gates.ts [--write]`.
 */
import { wasm } from '../../src/backends/wasm/index.ts';
import { openFiles } from '../../src/cli/files.ts';
import { openTable } from '../../src/cli/table.ts';
import {
  type Circuit,
  circuitOf,
  type Implies,
  isTable,
  outputsAt,
} from '../../src/decompile/freeze/boolean/circuit.ts';
import { coverOf, literalsOf } from '../../src/decompile/freeze/boolean/cover.ts';
import { type GateTable, gatesOf, type Network, simplifyNetwork } from '../../src/decompile/freeze/boolean/network.ts';
import { type Compiled, compile, run, type Trained, train } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import type { RowSource } from '../../src/train/rows.ts';
import { writeResults } from '../results.ts';
import { succeed, valuesOn } from './user.ts';

const [PROGRAM, DIGITS] = ['examples/gates/gates.su', 'examples/digits/digits.csv.gz'];
const [PIXELS, BITS, VOTERS, CLASSES] = [64, 192, 160, 10];

const host = openFiles();
const digits = async (): Promise<RowSource> => succeed(await openTable(DIGITS));

/** Pixel thresholds 3, 7 and 11: a bit of a pixel is true only where the lower ones are. */
const implies: Implies = (a, b) => a % PIXELS === b % PIXELS && a > b;

async function trained(): Promise<{ readonly result: Trained; readonly seconds: number }> {
  const started = process.cpuUsage();
  const compiled = succeed(compile(succeed(host.source(PROGRAM)), host));
  const result = succeed(
    await train(compiled, host, { data: { kind: 'csv', file: DIGITS, table: await digits() }, backend: wasm }),
  );
  const { user, system } = process.cpuUsage(started);
  return { result, seconds: (user + system) / 1e6 };
}

/** The program as it would be written, its tables beside it. */
function compiledAfter({ written }: Trained): Compiled {
  const sides = new Map(written.sides.map(({ path, bytes }) => [path, bytes]));
  const text = must(written.files[0]).after;
  return succeed(compile({ name: PROGRAM, text }, { read: (path) => sides.get(path) ?? host.read(path) }));
}

/** The wires that the program's own function gives, table by table. */
function wires({ source }: Compiled, name: string): readonly number[] {
  const all = `fn all() -> f32[${CLASSES}, ${VOTERS}] { [for d in 0..${CLASSES}, k in 0..${VOTERS}: f32(${name}(k, d))] }`;
  const text = `${succeed(host.source(source.name)).text}\n${all}\n`;
  const { value } = succeed(run(succeed(compile({ name: source.name, text }, host)), 'all', {}));
  return (value as number[][]).flat();
}

/** Table 160 d + k is gate 10 k + d, wired as the program's own functions say. */
function networkOf(compiled: Compiled): Network {
  const { value } = must(compiled.program.params.find((p) => p.name === 'gate'));
  const wired = [1, 2, 3, 4].map((i) => wires(compiled, `wire${i}`));
  const tables = Array.from({ length: CLASSES * VOTERS }, (_, at): GateTable => {
    const start = 16 * (CLASSES * (at % VOTERS) + Math.floor(at / VOTERS));
    const truth = Int32Array.from({ length: 16 }, (_, row) => Number(must(value[start + cellOf(row)]) > 0));
    return { inputs: wired.map((wire) => must(wire[at])), truth };
  });
  return { inputs: BITS, tables, outputs: tables.map((_, i) => BITS + i) };
}

/** The first argument is bit 0 of a row and the highest bit of a cell's place. */
const cellOf = (row: number): number => ((row & 1) << 3) | ((row & 2) << 1) | ((row & 4) >> 1) | ((row & 8) >> 3);

/** Gates of two inputs of each table's least sum of products, nothing shared; `!` is free. */
const productGates = ({ tables }: Network): number =>
  tables.reduce((sum, { truth }) => {
    const cubes = coverOf(truth);
    const products = cubes.reduce((n, c) => n + Math.max(0, literalsOf(c) - 1), 0);
    return sum + products + Math.max(0, cubes.length - 1);
  }, 0);

/** As many `&&` gates make the same: `^^` is three. */
const andNodes = ({ gates }: Circuit): number => gates.reduce((n, { kind }) => n + (kind === 'and' ? 1 : 3), 0);

/** Votes of the circuit that differ from the program's, over all digits. */
async function differences(
  compiled: Compiled,
  circuit: Circuit,
): Promise<{ readonly rows: number; readonly wrong: number }> {
  const [bits, votes] = [
    await valuesOn(compiled, 'bits', await digits()),
    await valuesOn(compiled, 'votes', await digits()),
  ];
  let wrong = 0;
  for (const [row, own] of bits.entries()) {
    const given = outputsAt(circuit, (own as boolean[]).map(Number));
    const wanted = (votes[row] as boolean[][]).flat();
    wrong += given.filter((w, i) => ((w & 1) === 1) !== wanted[i]).length;
  }
  return { rows: bits.length, wrong };
}

async function main(): Promise<void> {
  const { result, seconds } = await trained();
  const { final, search } = result.outcome;
  const compiled = compiledAfter(result);
  const network = networkOf(compiled);
  const circuit = circuitOf(network, implies);
  const proved = network.tables.filter((t, i) => isTable(circuit, must(circuit.outputs[i]), t, implies)).length;
  const { rows, wrong } = await differences(compiled, circuit);
  const percent = (x: number | undefined): string => `${(100 * must(x)).toFixed(1)} %`;
  const loss = (x: number | undefined): string => (x === undefined ? '' : x.toPrecision(3));
  const report = [
    '| what | |',
    '|---|---|',
    `| held-out digits right, the crisp program (${result.outcome.holdoutRows}) | ${percent(final.holdout_accuracy)} |`,
    `| loss of the training digits, relaxed at the end of cooling and crisp | ${loss(search?.tried[0]?.relaxed)} and ${loss(final.loss)} |`,
    `| processor time of training, reading and writing back | ${seconds.toPrecision(2)} s |`,
    `| gates before: the least sum of products of each table, nothing shared | ${productGates(network)} |`,
    `| each table as a formula, equal gates once | ${gatesOf(simplifyNetwork(network))} |`,
    `| gates after: impossible rows free, pairs shared | ${circuit.gates.length} (as \`&&\` alone ${andNodes(circuit)}) |`,
    `| tables proved equal to their gates, in all rows that can occur | ${proved} of ${network.tables.length} |`,
    `| besides: votes that differ in a run over all ${rows} digits | ${wrong} of ${rows * network.tables.length} |`,
  ].join('\n');
  console.log(report);
  if (process.argv.includes('--write')) writeResults('gates', `${report}\n`);
}

await main();
