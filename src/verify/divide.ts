/**
 * What becomes of a box that is not proved: its conjunctions one by one, two cases of a layer, or two halves of an input. All parts have
 * what is known of the whole.
 */
import type { OpName } from '../ir/vocabulary.ts';
import { must } from '../text/result.ts';
import type { Bounder, Ends } from './bounds.ts';
import { bestCandidate, JUMPS } from './branch.ts';
import { type Case, MOST_CASES } from './cases.ts';
import type { Asked, Undecided } from './judge.ts';
import { linearizer } from './linearized.ts';
import type { Cut, Place } from './tree.ts';

export interface Part extends Asked {
  /** Of the whole. */
  readonly part: number;
  /** The bound of the box that it is a part of. */
  readonly bound: number;
  readonly place: Place;
}

/** None where the box can be divided no further. */
export function divided(bounder: Bounder, whole: Part, judged: Undecided, isWide: boolean): readonly Part[] {
  const left = judged.parts.filter((one) => one === undefined).length;
  if (isWide && judged.parts.length > 1) return conjunctions(whole, judged, left);
  const { found } = judged;
  const box = found ? bounder.net.inputs.map((v) => must(found.ends.get(v))) : whole.box;
  const any = (): boolean => true;
  const cut =
    caseOf(bounder, whole, judged, isWide ? any : (op) => JUMPS.has(op)) ??
    halfOf(box, judged) ??
    caseOf(bounder, whole, judged, any);
  return cut ? parted({ ...whole, box, refines: !isWide || cut.kind === 'input' }, judged, cut) : [];
}

function conjunctions(whole: Part, { parts, found, worst }: Undecided, left: number): Part[] {
  const places = whole.place.parts(parts.length);
  return parts.flatMap((leaf, c): Part[] => {
    const place = must(places[c]);
    if (leaf) place.fill(leaf);
    const claim = { unsafe: [must(whole.claim.unsafe[c])] };
    return leaf
      ? []
      : [{ ...whole, claim, known: found?.ends, refines: false, part: whole.part / left, bound: worst, place }];
  });
}

/** The case that is worth most: of all layers where inputs are many, else of those that jump. */
function caseOf(
  { ready }: Bounder,
  whole: Part,
  judged: Undecided,
  isWanted: (op: OpName) => boolean,
): Cut | undefined {
  const { found, rows } = judged;
  if (!found || whole.cases.length >= MOST_CASES) return undefined;
  if (!ready.layers.some(({ layer }) => layer.kind === 'other' && isWanted(layer.node.op))) return undefined;
  for (const [r, row] of rows.entries()) {
    if (!ready.position.has(row.value)) continue;
    const known = r === 0 ? judged.linearized : undefined;
    const at = known ?? linearizer(ready, found, row)(found.relaxed, new Float64Array(0));
    const best = bestCandidate(ready, found, at, isWanted);
    if (best) return best.cut;
  }
  return undefined;
}

/** The input of most weight that can still be cut at a float32 number. */
function halfOf(box: readonly Ends[], judged: Undecided): Cut | undefined {
  const weights = judged.weights();
  let best: { readonly cut: Cut; readonly weight: number } | undefined;
  for (const [input, { lo, hi }] of box.entries())
    for (let element = 0; element < lo.length; element++) {
      const weight = must(must(weights[input])[element]);
      if (best && weight <= best.weight) continue;
      const [l, h] = [must(lo[element]), must(hi[element])];
      const cut = Math.fround(l + 0.5 * (h - l));
      if (cut > l && cut < h) best = { cut: { kind: 'input', input, element, cut }, weight };
    }
  return best?.cut;
}

function parted(whole: Part, { found, worst, choice }: Undecided, cut: Cut): readonly Part[] {
  const { box } = whole;
  const [below, above] = whole.place.split(cut);
  const known = found?.ends ?? whole.known;
  const base = { ...whole, known, choice, part: whole.part / 2, bound: worst };
  if (cut.kind === 'input')
    return [
      { ...base, box: cutBox(box, cut, -1), place: below },
      { ...base, box: cutBox(box, cut, 1), place: above },
    ];
  const added = (side: 1 | -1): readonly Case[] => [...whole.cases, { ...cut, side }];
  return [
    { ...base, cases: added(-1), place: below },
    { ...base, cases: added(1), place: above },
  ];
}

function cutBox(box: readonly Ends[], { input, element, cut }: Extract<Cut, { kind: 'input' }>, side: 1 | -1): Ends[] {
  return box.map(({ lo, hi }, i) => {
    if (i !== input) return { lo, hi };
    const moved = (side < 0 ? hi : lo).slice();
    moved[element] = cut;
    return side < 0 ? { lo, hi: moved } : { lo: moved, hi };
  });
}
