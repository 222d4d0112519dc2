/**
 * Bounds of differences against the largest sampled ones: `node bench/run.mjs bench/differences.ts [--digits FILE.su] [--data FOLDER]`.
 * Programs are pruned ACAS Xu networks, and those with weights of three digits; with `--digits` also a trained copy of `examples/digits` whose
 * function `scores` gives what softmax is taken of.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { importOnnx, withConstants } from '../src/interop/index.ts';
import { type Graph, sizeOf } from '../src/ir/graph.ts';
import { randomStream } from '../src/num/random.ts';
import { evaluate } from '../src/ops/reference.ts';
import { unrolled } from '../src/passes/unroll.ts';
import { compile } from '../src/road.ts';
import { must } from '../src/text/result.ts';
import { boundsOf } from '../src/verify/bounds.ts';
import { boundDifference, type Ends, openNet, spreadOut } from '../src/verify/index.ts';

const { values: options } = parseArgs({
  options: {
    digits: { type: 'string' },
    data: { type: 'string', default: '../shared/data/vnncomp' },
  },
});
const chance = randomStream(0, 0).uniform;

/** No pairing: bounds of g less bounds of f. */
function apart(f: Graph, g: Graph, box: readonly Ends[]): readonly Ends[] {
  const ends = (graph: Graph): Ends[] => {
    const net = openNet(spreadOut(unrolled(graph)), new Map());
    const found = must(boundsOf(net).analyse(box));
    return net.outputs.map((value) => must(found.ends.get(value)));
  };
  const [x, y] = [ends(f), ends(g)];
  return x.map((a, o) => ({
    lo: must(y[o]).lo.map((l, k) => l - must(a.hi[k])),
    hi: must(y[o]).hi.map((h, k) => h - must(a.lo[k])),
  }));
}

const largest = (ends: readonly Ends[]): number =>
  Math.max(...ends.flatMap(({ lo, hi }) => [...lo.map((l) => -l), ...hi]));

function sampled(f: Graph, g: Graph, box: readonly Ends[], count: number): number {
  let most = 0;
  for (let n = 0; n < count; n++) {
    const corner = n % 2 === 0;
    const point = box.map(({ lo, hi }) =>
      Float32Array.from(lo, (l, j) => l + (must(hi[j]) - l) * (corner ? Math.round(chance()) : chance())),
    );
    const [a, b] = [evaluate(f, point).outputs, evaluate(g, point).outputs];
    for (const [o, xs] of a.entries())
      for (const [k, x] of xs.entries()) most = Math.max(most, Math.abs(must(b[o]?.[k]) - x));
  }
  return most;
}

const time = <T>(f: () => T): readonly [T, number] => {
  const from = performance.now();
  const made = f();
  return [made, (performance.now() - from) / 1000];
};

const show = (x: number): string => String(Number(x.toPrecision(3)));
function report(name: string, f: Graph, g: Graph, box: readonly Ends[], runs = 400): void {
  const [paired, seconds] = time(() => boundDifference(f, g, box));
  const [single, alone] = time(() => apart(f, g, box));
  console.log(
    `| ${name} | ${show(largest(single))} (${show(alone)} s) | ${paired ? show(largest(paired)) : 'nothing'} (${show(seconds)} s) | ${show(sampled(f, g, box, runs))} |`,
  );
}

const rounded = (x: number, digits: number): number => (x === 0 ? 0 : Number(x.toPrecision(digits)));
const withRounded = (graph: Graph, digits: number): Graph => ({
  ...graph,
  nodes: graph.nodes.map((n) =>
    n.op === 'const' && n.attrs.data.length > 1
      ? { ...n, attrs: { ...n.attrs, data: n.attrs.data.map((x) => rounded(x, digits)) } }
      : n,
  ),
});

if (options.digits !== undefined) aboutDigits(options.digits);
const folder = join(options.data, 'acasxu_pruned_equiv_2026');
const graphOf = (path: string): Graph => {
  const read = importOnnx(new Uint8Array(readFileSync(join(folder, path))), { file: path });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return withConstants(read.value);
};
for (const [a, b] of [
  ['1_1', 'pruned30'],
  ['3_4', 'pruned5'],
  ['2_2', 'pruned30'],
] as const) {
  const f = graphOf(`onnx/nets/ACASXU_run2a_${a}_batch_2000.onnx`);
  const g = graphOf(`onnx/nets_pruned/ACASXU_run2a_${a}_batch_2000_${b}.onnx`);
  for (const radius of [0.5, 0.1, 0.01, 0.001]) {
    const n = sizeOf(must(f.types[must(f.inputs[0])]).shape);
    const box = [{ lo: new Float64Array(n).fill(-radius), hi: new Float64Array(n).fill(radius) }];
    report(`acas ${a} ${b} ±${radius}`, f, g, box);
  }
  for (const radius of [0.5, 0.1]) {
    const box = [{ lo: new Float64Array(5).fill(-radius), hi: new Float64Array(5).fill(radius) }];
    report(`acas ${a} 3 digits ±${radius}`, f, withRounded(f, 3), box);
  }
}

function aboutDigits(file: string): void {
  const made = compile(
    { name: file, text: readFileSync(file, 'utf8') },
    { read: (path) => new Uint8Array(readFileSync(path.startsWith('/') ? path : join(dirname(file), path))) },
  );
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  const { program } = made.value;
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  const entry = must(program.entries.find((e) => e.name === 'scores'));
  const scores = withConstants({ graph: entry.graph, params });
  const rows = gunzipSync(readFileSync('examples/digits/digits.csv.gz'))
    .toString()
    .split('\n')
    .slice(1, 6)
    .map((l) => l.split(',').slice(1).map(Number));
  for (const digits of [2, 3])
    for (const radius of [0.1, 0.5, 2, 8])
      for (const row of rows.slice(0, 2)) {
        const box = [
          {
            lo: Float64Array.from(row, (x) => Math.max(0, x - radius)),
            hi: Float64Array.from(row, (x) => Math.min(16, x + radius)),
          },
        ];
        report(`digits ${digits} digits ±${radius}`, scores, withRounded(scores, digits), box, 100);
      }
  {
    const whole = [{ lo: new Float64Array(64), hi: new Float64Array(64).fill(16) }];
    report('digits 3, whole box', scores, withRounded(scores, 3), whole, 100);
  }
}
