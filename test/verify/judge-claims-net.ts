/** The judge of verdicts on one of the small nets, as broken searches are bundled with it. */
import { random } from '../fuzz/random.ts';
import { judgeClaims, newClaimTally } from './judge-claims.ts';
import { exactCase } from './nets-exact.ts';

/** The first contradiction within so many claims; a crash counts as one. */
export function judgeClaimsNet(name: string, claims: number, seed: number): string | undefined {
  const tally = newClaimTally();
  for (let n = seed; tally.claims < claims; n++) {
    const r = random(n);
    const found = orCrash(() => judgeClaims(r, exactCase(r, name), { boxes: 60, points: 120 }, tally));
    if (found) return found;
  }
  return undefined;
}

function orCrash(judged: () => string | undefined): string | undefined {
  try {
    return judged();
  } catch (crash) {
    return String(crash);
  }
}
