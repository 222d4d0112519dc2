/**
 * The sweep over every float32: from -inf up to +inf (-0 before 0), then the NaNs. Prints the kernel as JavaScript, runs it
 * chunk by chunk, measures each result against the reference and hashes all of them.
 */
import { createHash } from 'node:crypto';
import { JS_PRELUDE, printJs } from '../../src/kernel/print-js.ts';
import { ulpError } from './error.ts';
import { type FunctionName, REFERENCE, RISING } from './reference.ts';
import { canonical, kernelOf } from './subset.ts';

export interface Finding {
  readonly inputs: number;
  readonly steps: number;
  /** Largest error in ulps, and where. */
  readonly maxUlp: number;
  readonly worst: string;
  /** Results that are not the correctly rounded ones. */
  readonly misrounded: number;
  /** Neighbours x < y with f(x) > f(y); null where the function is not monotone. */
  readonly falls: number | null;
  readonly sha256: string;
}

const CHUNK = 1 << 20;
/** Patterns in the order of the sweep: [first, step, count]. */
const RANGES: readonly (readonly [number, number, number])[] = [
  [0xff800000, -1, 0x7f800001],
  [0x00000000, 1, 0x7f800001],
  [0x7f800001, 1, 0x7fffff],
  [0xff800001, 1, 0x7fffff],
];

type Run = (first: number, step: number, count: number, x: Float32Array, out: Float32Array) => void;

/** The kernel inside a loop over bit patterns. */
function compileRun(name: FunctionName): { run: Run; steps: number } {
  const { statements, result } = printJs(kernelOf(name));
  const body = `${JS_PRELUDE}
    const $patterns = new Uint32Array(1), $values = new Float32Array($patterns.buffer);
    return (first, step, count, x, out) => {
      for (let i = 0; i < count; i++) {
        $patterns[0] = first + step * i;
        const a0 = $values[0];
        ${statements}
        x[i] = a0;
        out[i] = ${result};
      }
    };`;
  return { run: new Function(body)() as Run, steps: statements.split('\n').length };
}

interface Tally {
  inputs: number;
  maxUlp: number;
  worst: number;
  misrounded: number;
  falls: number;
  last: number;
}

/** Runs one function over all inputs; `report` hears of progress (0 to 1). */
export function sweep(name: FunctionName, report: (done: number) => void): Finding {
  const { run, steps } = compileRun(name);
  const measure = compileMeasure(name);
  const hash = createHash('sha256');
  const x = new Float32Array(CHUNK);
  const out = new Float32Array(CHUNK);
  const tally: Tally = { inputs: 0, maxUlp: 0, worst: 0, misrounded: 0, falls: 0, last: -Infinity };
  for (const [first, step, length] of RANGES) {
    for (let done = 0; done < length; done += CHUNK) {
      const count = Math.min(CHUNK, length - done);
      run(first + step * done, step, count, x, out);
      measure(x, out, count, tally);
      hash.update(canonical(out.subarray(0, count)));
      tally.inputs += count;
      report(tally.inputs / 2 ** 32);
    }
  }
  return {
    inputs: tally.inputs,
    steps,
    maxUlp: Number(tally.maxUlp.toFixed(4)),
    worst: String(tally.worst),
    misrounded: tally.misrounded,
    falls: RISING.has(name) ? tally.falls : null,
    sha256: hash.digest('hex'),
  };
}

type Measure = (x: Float32Array, out: Float32Array, count: number, tally: Tally) => void;

/** A fresh copy of the loop per function, so that the engine inlines its reference. */
function compileMeasure(name: FunctionName): Measure {
  const make = new Function('reference', 'ulpError', `return ${measureAll.toString()}`);
  return make(REFERENCE[name], ulpError) as Measure;
}

declare const reference: (x: number) => number;

function measureAll(x: Float32Array, out: Float32Array, count: number, tally: Tally): void {
  for (let i = 0; i < count; i++) {
    const got = out[i] as number;
    const truth = reference(x[i] as number);
    const number = !Number.isNaN(got);
    if (got < tally.last) tally.falls++;
    if (number) tally.last = got;
    if (got !== Math.fround(truth) && (number || !Number.isNaN(truth))) tally.misrounded++;
    else if (got !== 0) continue;
    const error = ulpError(got, truth);
    if (error > tally.maxUlp) {
      tally.maxUlp = error;
      tally.worst = x[i] as number;
    }
  }
}
