/**
 * Closing a loop: from a finished body to a `scan` node in the outermost place where all that it uses is known. Outputs that
 * need no loop (a slice handed through, a value that does not vary) are taken from outside, and a loop without others is none.
 */
import { must } from '../text/result.ts';
import { raise } from './alarms.ts';
import { type Body, finishBody, neededInputs, type Tensor } from './bodies.ts';
import { type Env, emit, emitAll } from './environment.ts';
import { repeat } from './tensors.ts';

export interface Steps {
  readonly length: number;
  readonly carries: readonly { readonly init: Tensor; readonly next: Tensor }[];
  /** Values of each step that are wanted as arrays. */
  readonly stacked: readonly Tensor[];
}

export interface Scanned {
  readonly last: readonly Tensor[];
  readonly stacked: readonly Tensor[];
}

/** `env` is that around the loop. */
export function closeScan(env: Env, body: Body, steps: Steps): Scanned {
  const outside = steps.stacked.map((t) => withoutLoop(env, body, t, steps.length));
  const made = steps.stacked.filter((_, i) => outside[i] === undefined);
  const alarms = body.alarms.map((a) => a.value);
  if (steps.carries.length + made.length + alarms.length === 0)
    return { last: [], stacked: outside.map((t) => must(t)) };
  const outputs = [...steps.carries.map((c) => c.next), ...made, ...alarms];
  const inputs = neededInputs(body, outputs);
  const attrs = {
    body: finishBody(body, inputs, outputs),
    carries: steps.carries.length,
    mapped: inputs.filter((i) => i.role === 'mapped').length,
    length: steps.length,
    reverse: false,
  };
  const results: readonly Tensor[] = emitAll(
    env,
    'scan',
    inputs.map((i) => i.source),
    attrs,
  );
  const last = results.slice(0, steps.carries.length);
  const arrays = results.slice(steps.carries.length);
  for (const [i, alarm] of body.alarms.entries())
    raise(env, { ...alarm, value: emit(env, 'reduceMax', [must(arrays[made.length + i])], { axes: [0] }) });
  let next = 0;
  return { last, stacked: outside.map((t) => t ?? must(arrays[next++])) };
}

/** The array of a step's value when no loop is needed for it. */
function withoutLoop(env: Env, body: Body, t: Tensor, length: number): Tensor | undefined {
  if (t.kind === 'const' || t.body !== body) return repeat(env, t, length);
  return body.inputs.find((i) => i.role === 'mapped' && i.inner === t)?.source;
}
