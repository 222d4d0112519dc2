/**
 * Networks of ONNX files against onnxruntime: `node bench/run.mjs bench/onnx.ts REFERENCE.json`, where the file was made by
 * `scripts/onnx-reference.py`. Prints how many networks were read, how long it took, and the largest difference.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importOnnx } from '../src/interop/onnx/index.ts';
import { evaluator } from '../src/ops/reference.ts';
import { renderProblems } from '../src/text/render.ts';

interface Case {
  readonly net: string;
  readonly runs: readonly { readonly inputs: readonly number[][]; readonly outputs: readonly (number | null)[][] }[];
}

const [reference = ''] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(reference, 'utf8')) as readonly Case[];
let [read, wrong, milliseconds, worst] = [0, 0, 0, 0];
for (const { net, runs } of cases) {
  const bytes = readFileSync(net);
  const start = performance.now();
  const external = (name: string): Uint8Array | undefined => {
    const path = join(dirname(net), name);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  const network = importOnnx(bytes, { file: net, external });
  milliseconds += performance.now() - start;
  if (!network.ok) {
    wrong++;
    console.log(renderProblems(network.problems, 'short'));
    continue;
  }
  read++;
  const run = evaluator(network.value.graph);
  let [difference, scale] = [0, 0];
  for (const { inputs, outputs } of runs) {
    const made = run(
      inputs.map((x) => Float32Array.from(x)),
      network.value.params,
    ).outputs;
    for (const [i, expected] of outputs.entries())
      for (const [j, given] of expected.entries()) {
        const x = given ?? Number.NaN;
        const y = made[i]?.[j] ?? Number.NaN;
        if (!Object.is(x, y)) difference = Math.max(difference, Number.isNaN(x - y) ? Infinity : Math.abs(x - y));
        if (Number.isFinite(x)) scale = Math.max(scale, Math.abs(x));
      }
    if (made.some((m, i) => m.length !== outputs[i]?.length)) difference = Infinity;
  }
  worst = Math.max(worst, difference);
  if (!(difference <= 1e-6 + 1e-5 * scale)) {
    wrong++;
    console.log(`${net}: differs by ${difference} where outputs are up to ${scale}`);
  }
}
console.log(
  `${read} of ${cases.length} networks read, ${(milliseconds / cases.length).toFixed(1)} ms each; ` +
    `largest difference ${worst.toExponential(2)}; ${wrong} wrong`,
);
process.exitCode = wrong > 0 ? 1 : 0;
