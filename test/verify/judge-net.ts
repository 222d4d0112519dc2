/** The judge on one of the small nets, as broken provers are bundled with it. */
import { random } from '../fuzz/random.ts';
import { judgeCase, newTally } from './judge.ts';
import { smallCase } from './nets.ts';

/** The first contradiction within so many boxes; a crash counts as one. */
export function judgeNet(name: string, boxes: number, seed: number): string | undefined {
  const tally = newTally();
  for (let n = seed; tally.boxes < boxes; n++) {
    const r = random(n);
    const before = tally.boxes;
    const found = judgeCase(r, smallCase(r, name), { boxes: 2, points: 12 }, tally);
    if (found) return found;
    if (tally.boxes === before) return 'no box was tried';
  }
  return undefined;
}
