/**
 * A proof as the checker accepts it. Search and checker bound boxes by different arithmetic, so a leaf may hold for one and fail by a hair for
 * the other; such leaves are cut in halves, which both bound more tightly. Asked before a certificate is written.
 */
import { must } from '../text/result.ts';
import { type Checked, check, type Refusal } from './checker.ts';
import type { Ends } from './ends.ts';
import type { Proof, Question } from './question.ts';
import type { Spread } from './spread.ts';

export interface Mended {
  readonly proof: Proof;
  readonly checked: Extract<Checked, { readonly ok: true }>;
  /** How many leaves had to be cut. */
  readonly cuts: number;
}

/** A leaf is cut so often at most, where nothing else is asked. */
const ROUNDS = 6;

/** The proof, or one with more leaves, that the checker accepts; or what it refuses in the last one. */
export function mended(question: Question, spread: Spread, proof: Proof, rounds = ROUNDS): Mended | Refusal {
  let [own, cuts] = [proof, 0];
  for (let round = 0; ; round++) {
    const checked = check(question, spread, own);
    if (checked.ok) return { proof: own, checked, cuts };
    if (round === rounds) return must(checked.refusals[0]);
    for (const refusal of checked.refusals) {
      const cut = cutAt(own, refusal, question.box);
      if (!cut) return refusal;
      own = cut;
      cuts++;
    }
  }
}

/** The proof with a leaf cut in halves; undefined where there is no leaf, or none that could be cut. */
function cutAt(proof: Proof, { path, box }: Refusal, whole: readonly Ends[]): Proof | undefined {
  const widest = widestOf(box, whole);
  return (
    widest && at(proof, path, (leaf) => (leaf.kind === 'bounds' ? { ...widest, below: leaf, above: leaf } : undefined))
  );
}

function at(proof: Proof, path: readonly number[], change: (leaf: Proof) => Proof | undefined): Proof | undefined {
  const [next, ...rest] = path;
  if (next === undefined) return change(proof);
  if (proof.kind === 'parts') {
    const part = at(must(proof.parts[next]), rest, change);
    return part && { ...proof, parts: proof.parts.map((p, i) => (i === next ? part : p)) };
  }
  if (!('below' in proof)) return undefined;
  const half = at(next === 0 ? proof.below : proof.above, rest, change);
  return half && (next === 0 ? { ...proof, below: half } : { ...proof, above: half });
}

/** The element of the box that is the largest part of the whole one, and its float32 middle. */
function widestOf(box: readonly Ends[], whole: readonly Ends[]) {
  let widest: { kind: 'input'; input: number; element: number; cut: number } | undefined;
  let most = 0;
  for (const [input, { lo, hi }] of box.entries())
    for (const [element, l] of lo.entries()) {
      const [h, all] = [must(hi[element]), must(whole[input])];
      const cut = Math.fround(l + 0.5 * (h - l));
      const part = (h - l) / (must(all.hi[element]) - must(all.lo[element]));
      if (!(part > most && l < cut && cut < h)) continue;
      most = part;
      widest = { kind: 'input', input, element, cut };
    }
  return widest;
}
