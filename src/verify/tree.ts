/** A proof in the making: places that are filled with leaves or split, in any order. */
import { invariant } from '../text/result.ts';
import type { Leaf, Proof } from './question.ts';

type Split = Extract<Proof, { readonly kind: 'input' | 'value' | 'order' }>;
/** A split without its two proofs. */
export type Cut = Split extends infer S ? (S extends Split ? Omit<S, 'below' | 'above'> : never) : never;

/** Where one proof will stand. Used once. */
export interface Place {
  fill(proof: Proof): void;
  split(cut: Cut): readonly [below: Place, above: Place];
  /** One place per conjunction of the claim. */
  parts(count: number): readonly Place[];
}

const OPEN = { kind: 'bounds', rows: [] } as Proof;

const placeOf = (put: (proof: Proof) => void): Place => ({
  fill: put,
  split(cut) {
    const made = { ...cut, below: OPEN, above: OPEN };
    put(made);
    return [
      placeOf((p) => {
        made.below = p;
      }),
      placeOf((p) => {
        made.above = p;
      }),
    ];
  },
  parts(count) {
    const parts = Array.from({ length: count }, () => OPEN);
    put({ kind: 'parts', parts });
    return parts.map((_, i) =>
      placeOf((p) => {
        parts[i] = p;
      }),
    );
  },
});

export function growing(): { readonly root: Place; proof(): Proof } {
  let proof = OPEN;
  const root = placeOf((p) => {
    proof = p;
  });
  return {
    root,
    proof: () => {
      invariant(proof !== OPEN, 'the proof has places that are not filled');
      return proof;
    },
  };
}

/** Leaves that only name rows, each once: a search makes many. */
export function leaves(): (rows: readonly number[]) => Leaf {
  const made = new Map<string, Leaf>();
  return (rows) => {
    const key = rows.join(' ');
    const leaf = made.get(key) ?? { kind: 'bounds', rows };
    made.set(key, leaf);
    return leaf;
  };
}
