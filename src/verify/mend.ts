/**
 * A proof as the checker accepts it. Search and checker bound boxes by different arithmetic, so a leaf may hold for one and fail by a hair for
 * the other; such leaves are cut in halves, which both bound more tightly. Asked before a certificate is written.
 */
import { invariant, must } from '../text/result.ts';
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

/** So many leaves are cut at most: some, and more where the proof has many. */
const MOST_CUTS = 500;

/** The proof, or one with more leaves, that the checker accepts; or what it refuses in the last one. */
export function mended(question: Question, spread: Spread, proof: Proof, most = MOST_CUTS): Mended | Refusal {
  const cuts: { readonly path: readonly number[]; readonly split: Proof }[] = [];
  const { graph } = spread;
  const read = new Set([...graph.nodes.flatMap((n) => n.inputs), ...graph.outputs.map((o) => o.value)]);
  const isRead = graph.inputs.map((v) => read.has(v));
  const limit = most + 4 * leavesOf(proof);
  const checked = check(question, spread, proof, ({ path, box }, leaf) => {
    const widest = cuts.length < limit ? widestOf(box, question.box, isRead) : undefined;
    if (!widest) return undefined;
    const split = { ...widest, below: leaf, above: leaf };
    cuts.push({ path, split });
    return split;
  });
  if (!checked.ok) return must(checked.refusals[0]);
  const own = cuts.reduce((tree, { path, split }) => at(tree, path, () => split), proof);
  return { proof: own, checked, cuts: cuts.length };
}

function leavesOf(proof: Proof): number {
  if (proof.kind === 'parts') return proof.parts.reduce((n, part) => n + leavesOf(part), 0);
  return 'below' in proof ? leavesOf(proof.below) + leavesOf(proof.above) : 1;
}

function at(proof: Proof, path: readonly number[], change: () => Proof): Proof {
  const [next, ...rest] = path;
  if (next === undefined) return change();
  if (proof.kind === 'parts')
    return { ...proof, parts: proof.parts.map((part, i) => (i === next ? at(part, rest, change) : part)) };
  invariant('below' in proof, 'a path leads through splits');
  return next === 0
    ? { ...proof, below: at(proof.below, rest, change) }
    : { ...proof, above: at(proof.above, rest, change) };
}

/** The element of the box that is the largest part of the whole one, of inputs that are read, and its float32 middle. */
function widestOf(box: readonly Ends[], whole: readonly Ends[], isRead: readonly boolean[]) {
  let widest: { kind: 'input'; input: number; element: number; cut: number } | undefined;
  let most = 0;
  for (const [input, { lo, hi }] of box.entries())
    for (const [element, l] of lo.entries()) {
      const [h, all] = [must(hi[element]), must(whole[input])];
      const cut = Math.fround(l + 0.5 * (h - l));
      const part = (h - l) / (must(all.hi[element]) - must(all.lo[element]));
      if (!(isRead[input] && part > most && l < cut && cut < h)) continue;
      most = part;
      widest = { kind: 'input', input, element, cut };
    }
  return widest;
}
