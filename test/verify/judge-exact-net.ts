/** The judge of bit-exact intervals on the small nets, as broken rules are bundled with it. */
import { random } from '../fuzz/random.ts';
import { judgeExact, newExactTally } from './judge-exact.ts';
import { exactCase } from './nets-exact.ts';

/** The first contradiction within so many boxes; a crash counts as one. */
export function judgeExactNet(name: string, boxes: number, seed: number): string | undefined {
  const tally = newExactTally();
  for (let n = seed; tally.boxes < boxes; n++) {
    const r = random(n);
    const found = judgeExact(r, exactCase(r, name), { boxes: 2, samples: 8, compiled: false }, tally);
    if (found) return found;
  }
  return undefined;
}
