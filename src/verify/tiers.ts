/** What a proof speaks of: the compiled program bit for bit (S1), any float32 order of summation (S2), the ideal real function (S3). */
import type { Proof } from './question.ts';

export type Tier = 'S1' | 'S2' | 'S3';

const ALL: readonly Tier[] = ['S1', 'S2', 'S3'];

/** Bounds hold for all three; a leaf that was shown by running the program holds for that alone. */
export function tiersOf(proof: Proof): readonly Tier[] {
  const open: Proof[] = [proof];
  for (let one = open.pop(); one; one = open.pop()) {
    if (one.kind === 'exact' || one.kind === 'points') return ['S1'];
    open.push(...partsOf(one));
  }
  return ALL;
}

function partsOf(proof: Proof): readonly Proof[] {
  switch (proof.kind) {
    case 'input':
    case 'value':
    case 'order':
      return [proof.below, proof.above];
    case 'parts':
      return proof.parts;
    case 'bounds':
    case 'empty':
    case 'exact':
    case 'points':
      return [];
    default:
      return proof satisfies never;
  }
}
