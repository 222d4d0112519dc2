/**
 * Every work item against the peers that are installed, interleaved in one run:
 * `node bench/run.mjs bench/against.ts [--only ID] [--rounds N] [--write]`. Prints the tables; with `--write` they replace their
 * section of RESULTS.md. Peers: `npm --prefix bench ci`, and Debian's python3-numpy, python3-torch, libopenblas0-pthread.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasm } from '../src/backends/wasm/index.ts';
import { wasmThreads } from '../src/backends/wasm/threads/index.ts';
import { nodeThreads } from '../src/cli/threads.ts';
import { must } from '../src/text/result.ts';
import { openBandwidth, openPeak } from './calibrate.ts';
import type { Contender, Found } from './contender.ts';
import { fade } from './flush.ts';
import { type Measured, measure, quantile } from './measure.ts';
import { nativeOf, openMaker } from './native-backend.ts';
import { openJax } from './peers/jax.ts';
import { openOnnxruntime } from './peers/onnxruntime.ts';
import { openPython } from './peers/python.ts';
import { openTfjs } from './peers/tfjs.ts';
import { comparison, contendersText, notesText, timeText, withSection } from './report.ts';
import { rulesTensors } from './rules-data.ts';
import { openProgram, sutra } from './sutra.ts';
import { ITEMS, type Item, NATIVE, THREADS, tensorsOf } from './work.ts';

const root = dirname(dirname(must(process.argv[1])));
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '41' },
    write: { type: 'boolean', default: false },
  },
});

/** What `run.mjs` lays beside the bundle. */
const WORKER = new URL('./worker.mjs', import.meta.url);

/** Ours first: the others are compared with it. A backend that runs here is `sutra(root, backend)`. */
const found: readonly Found[] = [
  { is: 'here', contender: sutra(root, wasm) },
  nativeContender(),
  {
    is: 'here',
    contender: sutra(root, wasmThreads(nodeThreads(WORKER), 2), THREADS),
  },
  await openPython(root, 'torch', 'PyTorch'),
  await openPython(root, 'numpy', 'numpy'),
  await openOnnxruntime(root),
  await openTfjs(root),
  await openJax(root),
];
function nativeContender(): Found {
  const maker = openMaker(false);
  return typeof maker === 'string'
    ? { is: 'missing', name: NATIVE, why: maker }
    : { is: 'here', contender: sutra(root, nativeOf(maker, false), NATIVE) };
}

const contenders: readonly Contender[] = found.flatMap((f) => (f.is === 'here' ? [f.contender] : []));
const peak = openPeak();
const settings = { rounds: Number(values.rounds), blockMs: 20, peak: peak.gflops };
const tensorsFor = ({ work }: Item) => (work.kind === 'rules' ? rulesTensors(root) : tensorsOf(work));

const results: Measured[] = [];
for (const item of ITEMS) {
  if (values.only && !values.only.some((id) => item.id.startsWith(id))) continue;
  const measured = await measure(item, tensorsFor(item), contenders, settings);
  results.push(measured);
  const line = measured.figures.map((f) => `${f.contender} ${timeText(f.median)}`).join(', ');
  process.stderr.write(`${item.title}: ${line}\n`);
  for (const { contender, by } of measured.differ) process.stderr.write(`  ${contender} ${by}\n`);
}
for (const c of contenders) c.close?.();

const bandwidth = openBandwidth();
const gigabytes = Array.from({ length: 9 }, bandwidth.gigabytes);
const adam = must(must(openProgram(join(root, 'bench/programs/mlp.su')).program.train).optimizer.step);
const fading = fade(adam, wasm, 10_000, 10_000);

const section = [
  `Calibration in the same run: ${median(results.map((r) => r.peak)).toPrecision(3)} GFLOP/s of 128-bit multiplications and additions, ${quantile(gigabytes, 0.5).toPrecision(2)} GB/s of memory read and written. One thread each; a peer's time is followed by how many times ours it is.`,
  comparison(
    results,
    found.map((f) => (f.is === 'here' ? f.contender.name : f.name)),
  ),
  `Adam over 10,000 numbers, 10,000 steps with zero gradients: the last 1,000 take ${(fading.last / fading.first).toFixed(2)} times the first 1,000; ${fading.denormals} denormal numbers were seen in its state.`,
  'Contenders:',
  contendersText(found),
  'Of two ways to write a peer the quicker is measured:',
  notesText(results),
].join('\n\n');

function median(list: readonly number[]): number {
  return quantile(list, 0.5);
}

process.stdout.write(`${section}\n`);
if (values.write) {
  const path = join(root, 'bench/RESULTS.md');
  writeFileSync(path, withSection(readFileSync(path, 'utf8'), 'peers', section));
}
