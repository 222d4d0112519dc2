/**
 * Golden hashes of training: all parameters after ten steps of Adam, bit for bit (`test/cases/golden/adam.txt`; `BLESS=1` rewrites).
 * They hold in every process and on every machine, because nothing but IEEE operations is computed: sums have one order,
 * nothing is fused, the elementary functions are ours, random numbers are counted. A different hash is a different meaning.
 */
import { expect } from 'vitest';
import { reference } from '../../src/backends/reference.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { printF32 } from '../../src/num/literal.ts';
import { must } from '../../src/text/result.ts';
import { runCases } from '../cases.ts';
import { takeSteps } from './steps.ts';

const STEPS = 10;

/** `path`, `rows N`; then what the reference computes again: all of it, or fewer rows where it takes too long. */
function golden(input: string): string {
  const [, program = '', rows = '', slow = rows] =
    /^(\S+\.su), (\d+) rows(?:, (\d+) by the reference)?$/.exec(input) ?? [];
  const fast = takeSteps(program, Number(rows), STEPS, wasm);
  const same = slow === rows ? fast : takeSteps(program, Number(slow), STEPS, wasm);
  expect(takeSteps(program, Number(slow), STEPS, reference)).toEqual(same);
  const [first, last] = [must(fast.losses[0]), must(fast.losses.at(-1))];
  return `loss ${printF32(first)} to ${printF32(last)}\nsha256 ${fast.hash}`;
}

runCases('golden', golden);
