/**
 * The long run behind test/bounds: `node bench/run.mjs test/fuzz/run-bounds.ts [boxes] [seed]` judges every bound rule on that many random boxes
 * and prints the first contradiction of each op, or how many boxes it had.
 */
import { ELEMENTWISE, judge, ruleOf, type Tally } from '../bounds/harness.ts';

const boxes = Number(process.argv[2] ?? 5000);
const seed = Number(process.argv[3] ?? 1);
let wrong = 0;
for (const op of ELEMENTWISE) {
  const tally: Tally = { boxes: 0, refused: 0, planes: 0 };
  const contradiction = judge(op, ruleOf(op), { seed, boxes }, tally);
  if (contradiction) wrong++;
  console.log(
    op.padEnd(13),
    contradiction ?? `${tally.boxes} boxes, ${tally.planes} with planes, ${tally.refused} refused`,
  );
}
process.exitCode = wrong > 0 ? 1 : 0;
