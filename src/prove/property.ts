/**
 * Decides a property of a program. This version tries points, corners first: it refutes, and says `unknown` where it finds no
 * counterexample.
 */
import type { Backend } from '../backends/backend.ts';
import type { Leaf } from '../ir/layout.ts';
import { leavesOf } from '../ir/layout.ts';
import type { LoweredProperty } from '../lower/program.ts';
import { ready } from '../passes/index.ts';
import { must, ok, type Result } from '../text/result.ts';
import type { Proof, Question } from '../verify/question.ts';
import { agree } from './counterexample.ts';
import type { ProveOptions } from './prove.ts';

export interface PropertyProof {
  readonly verdict: 'proved' | 'refuted' | 'unknown' | 'vacuous';
  readonly tiers: readonly ('S1' | 'S2' | 'S3')[];
  /** How it was shown. */
  readonly kind: 'bounds' | 'cases' | 'same graph' | 'polynomial';
  readonly boxes: number;
  readonly open: number;
  readonly bound?: number;
  readonly reason?: string;
  /** Per input of the graph. */
  readonly witness?: readonly Float32Array[];
  /** The asserts that are false there. */
  readonly failed?: readonly number[];
  readonly parts: readonly { readonly question: Question; readonly proof: Proof }[];
}

const RUNS = 5000;

export function proveProperty(
  property: LoweredProperty,
  params: ReadonlyMap<string, Float32Array>,
  { backend, random, goOn }: ProveOptions,
): Result<PropertyProof> {
  const judge = judgeOf(property, params, backend);
  const leaves = property.inputs.flatMap((i) =>
    leavesOf(i.layout, i.name).map((leaf, k) => ({ leaf, ...must(i.box[k]) })),
  );
  const common = { kind: 'bounds', boxes: 0, parts: [] } as const;
  for (let run = 0; run < RUNS; run++) {
    const progress = { boxes: 0, open: 1, proved: 0, number: 1, cases: 1 };
    if (run % 100 === 99 && !goOn(progress)) break;
    const point = leaves.map((l) => pointOf(l, run < 100 ? 'corner' : 'inside', random));
    const failed = judge(point);
    if (failed) return ok({ ...common, verdict: 'refuted', tiers: ['S1'], open: 1, witness: point, failed });
  }
  return ok({ ...common, verdict: 'unknown', tiers: [], open: 1, reason: 'no counterexample was found' });
}

interface Range {
  readonly leaf: Leaf;
  readonly lo: Float32Array;
  readonly hi: Float32Array;
}

/** Some value of a leaf. */
function pointOf({ leaf, lo, hi }: Range, where: 'corner' | 'inside', random: () => number): Float32Array {
  const width = leaf.layout.kind === 'cases' ? leaf.layout.size : 1;
  const isCrisp = leaf.layout.kind === 'cases' || leaf.layout.kind === 'bool';
  const isFixed = lo.every((x, i) => x === hi[i]);
  if (leaf.layout.kind === 'cases') {
    if (isFixed) return lo;
    const out = new Float32Array(lo.length);
    for (let at = 0; at < out.length; at += width) out[at + Math.floor(random() * width)] = 1;
    return out;
  }
  return Float32Array.from(lo, (low, i) => {
    const [from, to] = [Math.max(low, -1e3), Math.min(must(hi[i]), 1e3)];
    if (isCrisp || where === 'corner') return random() < 0.5 ? from : to;
    return Math.min(to, Math.max(from, Math.fround(from + random() * (to - from))));
  });
}

/** What is false at a point, if it is a counterexample. */
function judgeOf(property: LoweredProperty, params: ReadonlyMap<string, Float32Array>, backend: Backend) {
  const { assumes, asserts, relation } = property;
  const executable = backend.compile(ready(property.graph));
  return (point: readonly Float32Array[]): readonly number[] | undefined => {
    const { outputs } = executable.run(point, params);
    if (relation) {
      const half = outputs.length / 2;
      return outputs.slice(0, half).every((left, i) => agree(left, must(outputs[half + i]), relation.within))
        ? undefined
        : [];
    }
    const holds = (i: number): boolean => must(outputs[i]?.[0]) > 0;
    if (!assumes.every((_, i) => holds(i))) return undefined;
    const failed = asserts.flatMap((_, i) => (holds(assumes.length + i) ? [] : [i]));
    return failed.length > 0 ? failed : undefined;
  };
}
