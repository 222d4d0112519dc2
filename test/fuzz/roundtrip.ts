/**
 * The round trip on one random program: random bits at every parameter, written back, compiled from nothing. Called by the test
 * (2,000 programs) and by `npm run fuzz` (as many as asked for).
 */

import { writeBack } from '../../src/decompile/writeback.ts';
import type { ParamSpec } from '../../src/lower/program.ts';
import { bitsOfF32, f32OfBits } from '../../src/num/bits.ts';
import { type Compiled, compile, type Host } from '../../src/road.ts';
import { renderProblem } from '../../src/text/render.ts';
import { randomProgram } from './program.ts';
import { type Random, random } from './random.ts';

/** What a trip saw: counts, for the report. */
export interface Trip {
  readonly params: number;
  readonly numbers: number;
  readonly sites: number;
}

const NAME = 'program.su';
const SPECIAL = [0x80000000, 0, 1, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff, 0xff7fffff, 0x3f800001, 0xbf7fffff];

/** Any finite float32: often a special one, else random bits. */
function finiteBits(r: Random): number {
  if (r.chance(0.3)) return r.pick(SPECIAL);
  const bits = r.bits();
  return (bits & 0x7f800000) === 0x7f800000 ? bits & 0xbfffffff : bits;
}

export function randomValue(r: Random, p: ParamSpec): Float32Array {
  const { layout } = p;
  switch (layout.kind) {
    case 'number':
    case 'truth': {
      const [lo, hi] = p.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      return p.value.map(() => Math.min(Math.max(f32OfBits(finiteBits(r)), lo), hi));
    }
    case 'bool':
      return p.value.map(() => (r.chance(0.5) ? 1 : -1));
    case 'cases': {
      const value = new Float32Array(p.value.length);
      for (let at = 0; at < value.length; at += layout.size) value[at + r.below(layout.size)] = 1;
      return value;
    }
    default:
      return layout satisfies never;
  }
}

function compiled(text: string, files: ReadonlyMap<string, Uint8Array>): Compiled {
  const host: Host = { read: (path) => files.get(path) };
  const result = compile({ name: NAME, text }, host);
  if (result.ok) return result.value;
  throw new Error(`does not compile:\n${result.problems.map((p) => renderProblem(p)).join('\n')}`);
}

/** Whether `after` is `before` with nothing but the sites replaced. */
function onlySitesChanged(before: Compiled, after: string): boolean {
  const spans = before.program.sites.map((s) => s.at).sort((a, b) => a.start - b.start);
  const { text } = before.source;
  let from = 0;
  let at = 0;
  for (const [i, s] of spans.entries()) {
    const piece = text.slice(from, s.start);
    const found = i === 0 ? (after.startsWith(piece) ? 0 : -1) : after.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
    from = s.end;
  }
  return after.length >= at + (text.length - from) && after.endsWith(text.slice(from));
}

/** Makes the trip; throws with the program's text when anything differs. */
export function roundTrip(seed: number): Trip {
  const text = randomProgram(seed);
  const complain = (what: string): never => {
    throw new Error(`seed ${seed}: ${what}\n${text}`);
  };
  const first = compiled(text, new Map());
  const r = random(seed ^ 0x5eed);
  const values = new Map(first.program.params.filter((p) => !p.frozen).map((p) => [p.name, randomValue(r, p)]));
  const written = writeBack(first.program, values, () => undefined);
  const after = written.files[0]?.after ?? text;
  if (!onlySitesChanged(first, after)) complain(`a byte outside the sites changed:\n${after}`);
  const second = compiled(after, new Map(written.sides.map((s) => [s.path, s.bytes])));
  if (second.graph !== first.graph) complain(`the graph differs:\n${after}`);
  const names = first.program.params.map((p) => p.name).join();
  if (second.program.params.map((p) => p.name).join() !== names) complain(`other parameters:\n${after}`);
  let numbers = 0;
  for (const p of second.program.params) {
    const wanted = values.get(p.name) ?? first.program.params.find((q) => q.name === p.name)?.value;
    p.value.forEach((x, i) => {
      if (bitsOfF32(x) !== bitsOfF32(wanted?.[i] ?? Number.NaN))
        complain(`${p.name}[${i}] is ${x}, not ${wanted?.[i]}:\n${after}`);
      numbers++;
    });
  }
  return { params: second.program.params.length, numbers, sites: first.program.sites.length };
}
