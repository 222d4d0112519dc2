/**
 * Local robustness of the handwritten digits: `node bench/run.mjs bench/robust.ts [--limit SECONDS] [--ladder R,R] [--digits N] [--write]`.
 * Trains `examples/digits` as it stands, and the same with relu in the place of tanh and two more hidden layers. For one picture of each
 * digit and each radius of a ladder the claim is: whatever is added to the 64 pixels, up to the radius each and within 0 and 16, the
 * picture's class keeps the largest logit. Says up to which radius that is proved within the limit, and from which one it is refuted.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { wasm } from '../src/backends/wasm/index.ts';
import { openFiles } from '../src/cli/files.ts';
import { withConstants } from '../src/interop/index.ts';
import { randomStream } from '../src/num/random.ts';
import { ready } from '../src/passes/index.ts';
import { unrolled } from '../src/passes/unroll.ts';
import { compile, train } from '../src/road.ts';
import { must, type Result } from '../src/text/result.ts';
import { tableOf } from '../src/train/index.ts';
import { type Claim, type Ends, type Net, openNet, search, spreadOut } from '../src/verify/index.ts';
import { writeResults } from './results.ts';

const { values: options } = parseArgs({
  options: {
    limit: { type: 'string', default: '10' },
    digits: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    ladder: { type: 'string', default: '0.25,0.5,0.75,1,1.25,1.5,1.75,2' },
    write: { type: 'boolean', default: false },
  },
});
const LADDER = options.ladder.split(',').map(Number);
const SOURCE = 'examples/digits/digits.su';

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.id} ${p.title}: ${p.help}`).join('\n'));
  return result.value;
}

const [header = [], ...rows] = gunzipSync(readFileSync('examples/digits/digits.csv.gz'))
  .toString()
  .trim()
  .split(/\r?\n/)
  .map((line) => line.split(','));

/** The program, with its logits as a function of their own. */
const TANH = readFileSync(SOURCE, 'utf8').replace(
  /fn classify[\s\S]*?\n}\n/,
  `fn logits(p: f32[64]) -> f32[10] {
  dense(tanh(dense(p / 16.0, hidden)), output)
}

fn classify(p: f32[64]) -> Soft<Index<10>> {
  softmax(logits(p))
}
`,
);
/** relu in the place of tanh, and two more layers of 48. */
const RELU = TANH.replace(
  'tanh(dense(p / 16.0, hidden))',
  'relu(dense(relu(dense(relu(dense(p / 16.0, hidden)), middle)), last))',
)
  .replace('Dense<64, 32>', 'Dense<64, 48>')
  .replace(
    'param output: Dense<32, 10>',
    'param middle: Dense<48, 48> = dense_init();\nparam last: Dense<48, 48> = dense_init();\nparam output: Dense<48, 10>',
  );

interface Opened {
  readonly net: Net;
  readonly run: (point: readonly Float32Array[]) => Float32Array;
}

/** Trained from the text, with its weights as constants. */
async function opened(text: string): Promise<Opened> {
  const files = openFiles();
  const compiled = value(compile({ name: SOURCE, text }, files));
  const data = { kind: 'csv', file: 'digits.csv.gz', table: tableOf(header, rows) } as const;
  const { params } = value(await train(compiled, files, { data, backend: wasm }));
  const entry = must(compiled.program.entries.find((e) => e.name === 'logits'));
  const graph = withConstants({ graph: entry.graph, params: new Map(params.map((p) => [p.name, p.after])) });
  const { resident } = wasm.compile(ready(graph));
  return {
    net: openNet(spreadOut(unrolled(graph)), new Map()),
    run: (point) => {
      must(resident.inputs[0]).set(must(point[0]));
      resident.step();
      return must(resident.outputs[0]);
    },
  };
}

function around(picture: Float32Array, radius: number): Ends[] {
  const lo = Float64Array.from(picture, (x) => Math.max(0, x - radius));
  return [{ lo, hi: Float64Array.from(picture, (x) => Math.min(16, x + radius)) }];
}

/** Unsafe where another logit is as large as the one of the class. */
const keeps = (own: number): Claim => ({
  unsafe: Array.from({ length: 10 }, (_, k) => k)
    .filter((k) => k !== own)
    .map((k) => [
      {
        coefficients: Float64Array.from({ length: 10 }, (_, j) => (j === own ? 1 : j === k ? -1 : 0)),
        at: 0,
        strict: false,
      },
    ]),
});

interface Found {
  readonly verdict: string;
  readonly boxes: number;
  readonly seconds: number;
}

function decide({ net, run }: Opened, picture: Float32Array, own: number, radius: number): Found {
  const started = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1e6;
  };
  const goOn = (): boolean => spent() < Number(options.limit);
  const { kind, boxes } = search(net, around(picture, radius), keeps(own), {
    run,
    random: randomStream(0, 0).uniform,
    goOn,
  });
  return { verdict: kind, boxes, seconds: spent() };
}

const text: string[] = [];
for (const [name, program] of [
  ['64-32-10 tanh', TANH],
  ['64-48-48-48-10 relu', RELU],
] as const) {
  if (!name.includes(options.only)) continue;
  const network = await opened(program);
  const lines: string[] = [];
  const total = { proved: 0, seconds: 0 };
  for (let own = 0; own < Number(options.digits); own++) {
    const row = must(rows.find((r) => Number(r.at(-1)) === own && isRight(network, r, own)));
    const cells = LADDER.map((radius) => decide(network, pictureOf(row), own, radius));
    total.proved += cells.filter((c) => c.verdict === 'proved').length;
    total.seconds += cells.reduce((s, c) => s + c.seconds, 0);
    lines.push(
      `| ${own} | ${cells.map(({ verdict, boxes, seconds }) => `${verdict}, ${boxes}, ${seconds.toPrecision(2)} s`).join(' | ')} |`,
    );
    console.log(name, lines.at(-1));
  }
  text.push(
    `${name}: ${total.proved} of ${LADDER.length * Number(options.digits)} proved, ${Math.round(total.seconds)} s in all\n`,
    `| digit | ${LADDER.map((r) => `± ${r}`).join(' | ')} |`,
    `|${'---|'.repeat(LADDER.length + 1)}`,
    ...lines,
    '',
  );
}
console.log(`\n${text.join('\n')}`);

function pictureOf(row: readonly string[]): Float32Array {
  return Float32Array.from(row.slice(0, 64), Number);
}

function isRight({ run }: Opened, row: readonly string[], own: number): boolean {
  const logits = run([pictureOf(row)]);
  return logits.every((x, k) => k === own || x < must(logits[own]));
}

if (options.write) writeResults('robust', text.join('\n'));
