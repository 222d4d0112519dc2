/** Questions that take as many boxes as one likes: sums of products that no box shows at once. */
import { graphBuilder } from '../../src/ops/build.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { must } from '../../src/text/result.ts';
import { openNet } from '../../src/verify/net.ts';
import { printProof } from '../../src/verify/print-proof.ts';
import { type SearchOptions, search, type Verdict } from '../../src/verify/search.ts';
import { spreadOut } from '../../src/verify/spread.ts';

/** x·y + y·z - x·z <= `most` over [-1, 1]^3; the largest value is 1, the largest sum of products 3. */
export function asked(most: number, [lo, isStrict] = [-1, false]) {
  const b = graphBuilder();
  const [x, y, z] = ['x', 'y', 'z'].map((name) => b.input(name, [1]));
  const product = (p = x, q = y) => b.op('mul', [must(p), must(q)], {});
  const value = b.sub(b.add(product(x, y), product(y, z)), product(x, z));
  const graph = b.finish([{ name: 'out', value }]);
  const box = [0, 1, 2].map(() => ({ lo: Float64Array.of(lo), hi: Float64Array.of(1) }));
  const unsafe = [[{ coefficients: Float64Array.of(-1), at: most, strict: isStrict }]];
  const spread = spreadOut(graph);
  const net = openNet(spread, new Map());
  const run = (point: readonly Float32Array[]) => must(evaluate(graph, point).outputs[0]);
  return { question: { graph, box, claim: { unsafe } }, spread, net, run };
}

export type Asked = ReturnType<typeof asked>;

export function searched(of: Asked, more: Partial<SearchOptions> = {}): Verdict {
  const { box, claim } = of.question;
  const goOn: SearchOptions['goOn'] = (p) => p.stage === 'bounds' && p.boxes < 20_000;
  return search(of.net, box, claim, { run: of.run, random: () => 0.5, goOn, ...more });
}

export const textOf = (found: Verdict, { question: { box } }: Asked): string =>
  found.kind === 'proved' ? printProof(found.proof, box) : found.kind;
