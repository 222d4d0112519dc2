/** Work at parts of a task in another thread: the net and the program that runs are made there once for all parts. */
import type { Backend } from '../backends/backend.ts';
import { ready } from '../passes/index.ts';
import { unrolled } from '../passes/unroll.ts';
import { must } from '../text/result.ts';
import { openNet, spreadOut, type Task, type Work, workOf } from '../verify/index.ts';

/** `backend` gives the bits of the reference: what it finds unsafe is run again by whoever asked. */
export function workOn({ question, finishes }: Task, backend: Backend): Work {
  const { graph } = question;
  const net = openNet(spreadOut(unrolled(graph)), new Map());
  const { resident } = backend.compile(ready(graph));
  const run = (point: readonly Float32Array[]): Float32Array => {
    for (const [i, to] of resident.inputs.entries()) to.set(must(point[i]));
    resident.step();
    return must(resident.outputs[0]);
  };
  return workOf(net, question, { run, ...(finishes && { compiled: graph }) });
}
