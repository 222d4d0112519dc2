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

const OPEN: Proof = { kind: 'bounds', rows: [] };

/** Knows how many places are open. */
interface Count {
  open: number;
}

/** A place; `put` is what stands there, and is called once. */
function placeOf(count: Count, put: (proof: Proof) => void): Place {
  let isOpen = true;
  count.open++;
  const close = (proof: Proof): void => {
    invariant(isOpen, 'a place is used once');
    isOpen = false;
    count.open--;
    put(proof);
  };
  return {
    fill: close,
    split(cut) {
      const made = { ...cut, below: OPEN, above: OPEN };
      close(made);
      return [
        placeOf(count, (p) => {
          made.below = p;
        }),
        placeOf(count, (p) => {
          made.above = p;
        }),
      ];
    },
    parts(n) {
      const parts = Array.from({ length: n }, () => OPEN);
      close({ kind: 'parts', parts });
      return parts.map((_, i) =>
        placeOf(count, (p) => {
          parts[i] = p;
        }),
      );
    },
  };
}

export function growing(): { readonly root: Place; proof(): Proof } {
  let proof = OPEN;
  const count = { open: 0 };
  const root = placeOf(count, (p) => {
    proof = p;
  });
  return {
    root,
    proof: () => {
      invariant(count.open === 0, 'the proof has places that are not filled');
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
