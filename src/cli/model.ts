/** Network files: reading an ONNX model with the files beside it, and its stages as text. For `decompile` and `explain`. */
import { dirname, join } from 'node:path';
import { schedulePlan } from '../backends/schedule/index.ts';
import { type Raised, raise } from '../decompile/raise/index.ts';
import { importOnnx, type Network } from '../interop/onnx/index.ts';
import { printGraph } from '../ir/print.ts';
import { printPlan } from '../kernel/print-nest.ts';
import { ready } from '../passes/index.ts';
import { ok, type Result } from '../text/result.ts';
import { Usage } from './exit.ts';
import type { Files } from './files.ts';
import type { Stage } from './stages.ts';

export const isModel = (path: string): boolean => path.endsWith('.onnx');

/** Reads a model; numbers outside of it stand in files beside it. */
export function readModel(path: string, files: Files): Result<Network> {
  const bytes = files.bytes(path);
  if (!bytes.ok) return bytes;
  return importOnnx(bytes.value, { file: path, external: (name) => files.read(join(dirname(path), name)) });
}

/** The model as a source that would stand at `out`. */
export function raiseModel(path: string, out: string, files: Files): Result<Raised> {
  const network = readModel(path, files);
  if (!network.ok) return network;
  const about = `The network of ${path.slice(path.lastIndexOf('/') + 1)}, ONNX opset ${network.value.opset}.`;
  return raise([{ name: 'network', graph: network.value.graph }], network.value.params, { path: out, about });
}

/** What `explain --stage` shows of a model. */
export function modelText(path: string, stage: Stage, files: Files): Result<string> {
  if (stage === 'source') {
    const raised = raiseModel(path, 'network.su', files);
    return raised.ok ? ok(raised.value.text) : raised;
  }
  const network = readModel(path, files);
  if (!network.ok) return network;
  const { graph } = network.value;
  switch (stage) {
    case 'graph':
      return ok(printGraph(graph));
    case 'ready':
      return ok(printGraph(ready(graph)));
    case 'kernels':
      return ok(printPlan(schedulePlan(ready(graph))));
    default:
      throw new Usage(`a model has the stages source, graph, ready and kernels, not ${stage}`);
  }
}
