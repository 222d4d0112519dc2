/** Properties of finite things: every combination is run by the compiled program, many at once. */
import type { Backend } from '../backends/backend.ts';
import { type Graph, sizeOf } from '../ir/graph.ts';
import { unrolledSize } from '../passes/unroll.ts';
import { invariant, must } from '../text/result.ts';
import { isPoint } from './domain.ts';
import { exactnessOf } from './exactness.ts';
import type { Asked, PropertyProof, Stated } from './property.ts';
import type { ProveOptions } from './prove.ts';
import { inRows, type Rows, rowAt } from './rows.ts';
import { sidesOf } from './trial.ts';

/** What was seen of a batch: whether an assumption held, and the first row where the property fails. */
interface Seen {
  readonly isPossible: boolean;
  readonly failed?: number;
}

type Look = (count: number) => Seen;

export function everyPoint(asked: Asked, { backend, goOn }: Pick<ProveOptions, 'backend' | 'goOn'>): PropertyProof {
  const { domain, property, params } = asked;
  const common = { kind: 'cases', parts: [] } as const;
  const isExact = exactnessOf(property, params, (i) => domain.isFixed[i] === true || isPoint(must(domain.ranges[i])));
  const { rows, look } = batches(asked, backend);
  const leaves = Array.from({ length: rows.rows }, (_, r) => rows.inputs.map((data) => rowAt(rows, data, r)));
  for (const leaf of leaves) domain.write(0, leaf);
  let [isPossible, isAllExact] = [false, domain.count <= fewOf(property.graph)];
  for (let done = 0; done < domain.count; done += rows.rows) {
    if (done > 0 && !goOn(progress(done, domain.count)))
      return { ...common, verdict: 'unknown', tiers: [], boxes: done, open: domain.count - done, reason: 'time is up' };
    const count = Math.min(rows.rows, domain.count - done);
    domain.writeRows(done, count, rows.inputs);
    rows.step();
    const seen = look(count);
    if (seen.failed !== undefined) return refutedAt(asked, done + seen.failed);
    isPossible ||= seen.isPossible;
    for (let r = 0; r < count && isAllExact; r++) isAllExact = isExact(must(leaves[r]));
  }
  const counts = { boxes: domain.count, open: 0 };
  if (!isPossible) return { ...common, ...counts, verdict: 'vacuous', tiers: [], reason: IMPOSSIBLE };
  return { ...common, ...counts, verdict: 'proved', tiers: isAllExact ? ['S1', 'S2', 'S3'] : ['S1'] };
}

/** One point by itself: the last word. */
function refutedAt({ domain, trial }: Asked, point: number): PropertyProof {
  domain.write(point, trial.inputs);
  const failed = trial.run();
  invariant(failed, 'what fails among others holds by itself');
  const witness = trial.inputs.map((xs) => xs.slice());
  return { kind: 'cases', parts: [], verdict: 'refuted', tiers: ['S1'], boxes: point + 1, open: 0, witness, failed };
}

/** The property in rows, and what looks at the first of them. */
function batches({ property, params, domain }: Asked, backend: Backend): { readonly rows: Rows; readonly look: Look } {
  const rows = inRows(property.graph, params, backend, domain.count);
  return { rows, look: property.relation ? lookAtSides(rows, property.relation.within) : lookAtBools(rows, property) };
}

function lookAtSides(rows: Rows, within: number | undefined): Look {
  const sides = sidesOf(rows.outputs).map(([left, right]) => ({ left, right, size: left.length / rows.rows }));
  const isFar = (x: number, y: number): boolean =>
    within === undefined ? !Object.is(x, y) : !(Math.abs(x - y) <= within);
  return (count) => {
    let failed = count;
    for (const { left, right, size } of sides)
      for (let k = 0; k < failed * size; k++)
        if (isFar(left[k] as number, right[k] as number)) failed = Math.floor(k / size);
    return failed < count ? { isPossible: true, failed } : { isPossible: true };
  };
}

function lookAtBools(rows: Rows, { assumes }: Pick<Stated, 'assumes'>): Look {
  const [assumed, asserted] = [rows.outputs.slice(0, assumes.length), rows.outputs.slice(assumes.length)];
  const holds = (bools: readonly Float32Array[], r: number): boolean => bools.every((b) => (b[r] as number) > 0);
  return (count) => {
    let isPossible = false;
    for (let r = 0; r < count; r++) {
      if (!holds(assumed, r)) continue;
      isPossible = true;
      if (!holds(asserted, r)) return { isPossible, failed: r };
    }
    return { isPossible };
  };
}

/** Of so many points it is asked whether they are exact: each is followed node by node. */
export function fewOf(graph: Graph): number {
  const numbers = graph.types.reduce((n, { shape }) => n + sizeOf(shape), 1);
  return Math.min(MOST_FEW, MOST_NODES / unrolledSize(graph), MOST_NUMBERS / numbers);
}

const MOST_FEW = 4096;
const MOST_NODES = 2 ** 18;
const MOST_NUMBERS = 2 ** 23;

export const IMPOSSIBLE = 'the assumptions hold nowhere';

const progress = (done: number, count: number) =>
  ({
    stage: 'bounds',
    boxes: done,
    open: count - done,
    proved: done / count,
    best: -Infinity,
    left: count - done,
    number: 1,
    cases: 1,
  }) as const;
