/**
 * The judge of bit-exact intervals: float32 points of random boxes, run by the reference interpreter and by the compiled program, must stay
 * within the ends as they stand; and a box of one point must give the run, bit for bit.
 */
import { wasm } from '../../src/backends/wasm/index.ts';
import { sameF32s } from '../../src/num/bits.ts';
import { endsEvaluator } from '../../src/ops/bounds/exact/index.ts';
import { evaluate, type Numbers } from '../../src/ops/reference.ts';
import { ready } from '../../src/passes/index.ts';
import { must } from '../../src/text/result.ts';
import { floatsOf } from '../../src/verify/exact.ts';
import type { Random } from '../fuzz/random.ts';
import { anyBox, anyPoint, type Case } from './nets.ts';

export interface ExactTally {
  boxes: number;
  refused: number;
  samples: number;
  points: number;
}

export const newExactTally = (): ExactTally => ({ boxes: 0, refused: 0, samples: 0, points: 0 });

type Run = (inputs: readonly Float32Array[]) => readonly Numbers[];

/** The program on both: as it is defined, and as it is compiled. */
function runsOf({ graph, params }: Case, isCompiled: boolean): Record<string, Run> {
  const reference: Run = (inputs) => evaluate(graph, inputs, params).outputs;
  if (!isCompiled) return { reference };
  const compiled = wasm.compile(ready(graph));
  return { reference, wasm: (inputs) => compiled.run(inputs, params).outputs };
}

const outside = (outputs: readonly Numbers[], ends: readonly { readonly lo: Numbers; readonly hi: Numbers }[]) =>
  outputs.flatMap((xs, o) => {
    const { lo, hi } = must(ends[o]);
    return Array.from(xs, (x, k) =>
      x >= (lo[k] as number) && x <= (hi[k] as number) ? '' : `output ${o}[${k}] = ${x} not in [${lo[k]}, ${hi[k]}]`,
    ).filter((text) => text !== '');
  })[0];

const areFinite = (outputs: readonly Numbers[]): boolean => outputs.every((xs) => xs.every(Number.isFinite));

export interface ExactEffort {
  readonly boxes: number;
  readonly samples: number;
  readonly compiled: boolean;
}

/** The first contradiction of one graph on random boxes, or nothing. */
export function judgeExact(r: Random, one: Case, effort: ExactEffort, tally = newExactTally()): string | undefined {
  const ends = endsEvaluator(one.graph, one.params);
  const runs = Object.entries(runsOf(one, effort.compiled));
  for (let n = 0; n < effort.boxes; n++) {
    tally.boxes++;
    const box = anyBox(r, one.graph);
    const floats = floatsOf(box);
    const found = floats && ends(floats)?.map(({ lo, hi }) => ({ lo: lo.slice(), hi: hi.slice() }));
    if (!found) tally.refused++;
    for (let k = 0; k < effort.samples; k++) {
      const point = anyPoint(r, box, false).map((xs) =>
        Float32Array.from(xs, (x) => (x === 0 && r.chance(0.5) ? -x : x)),
      );
      for (const [name, run] of runs) {
        const outputs = run(point);
        if (found) tally.samples++;
        const wrong = found && outside(outputs, found);
        if (wrong) return `${name}: ${wrong} at ${point.join(' ')}`;
        const own = atPoint(ends, point, outputs, tally);
        if (own) return `${name}: ${own} at ${point.join(' ')}`;
      }
    }
  }
  return undefined;
}

function atPoint(
  ends: ReturnType<typeof endsEvaluator>,
  point: readonly Float32Array[],
  outputs: readonly Numbers[],
  tally: ExactTally,
): string | undefined {
  const found = ends(point.map((xs) => ({ lo: xs, hi: xs })));
  if (!found) return undefined;
  tally.points++;
  if (!areFinite(outputs)) return undefined;
  const differs = outputs.some((xs, o) => !sameF32s(must(found[o]).lo, xs) || !sameF32s(must(found[o]).hi, xs));
  return differs
    ? `a box of one point gives ${found.map((f) => `[${f.lo} .. ${f.hi}]`)}, the run ${outputs}`
    : undefined;
}
