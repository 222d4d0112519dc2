/**
 * Checking a program of 2,000 lines: `node bench/run.mjs bench/frontend-check.ts [lines]`. Prints the first run of a
 * fresh process (nothing compiled yet) and the median of 30 more; parsing alone is shown beside it.
 */
import { check } from '../src/check/index.ts';
import { parse } from '../src/syntax/index.ts';
import type { Source } from '../src/text/span.ts';

const LINES = Number(process.argv[2] ?? 2000);
const host = { resolve: () => undefined };

/** Functions as people write them: rules, records, matches, loops, layers, generic helpers. */
const BLOCK = (i: number): string => `
/// Rule ${i}.
record Case${i} { age: f32, weights: f32[8], kind: Kind }

param low${i}: f32[8] = normal(scale = 0.1);
param bias${i} in [-10, 10] = 0.5;

fn score${i}(c: Case${i}) -> truth {
  let near = less(c.age, bias${i}, 0.5);
  let far = similarity(c.weights, low${i});
  near && !far || c.kind == small
}

fn weigh${i}<n>(xs: f32[n + 1], ys: f32[n]) -> f32 {
  let shifted = [for i in 0..n: xs[i + 1] - ys[i]];
  fold s = last(xs) for x in shifted { s * 0.9 + relu(x) }
}

fn decide${i}(c: Case${i}, w: f32[3, 8]) -> Soft<Kind> {
  let scores = w @ c.weights + sum(for x in c.weights, y in c.weights: x * y) / 64.0;
  softmax({ small: scores[0], middle: scores[1] + score${i}(c), large: scores[2] })
}

fn name${i}(c: Case${i}, other: Kind) -> f32 {
  match (c.kind, other) {
    (small, small) => 1.0,
    (small | middle, _) => weigh${i}(c.weights, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
    (large, _) => if c.age > ?${i}.5 { 2.0 } else { sum(c.weights |> map(x => x * 2.0)) },
  }
}
`;

const HEAD = 'enum Kind { small, middle, large }\n';
const perBlock = BLOCK(0).split('\n').length - 1;
const blocks = Array.from({ length: Math.ceil(LINES / perBlock) }, (_, i) => BLOCK(i));
const source: Source = { name: 'bench.su', text: HEAD + blocks.join('') };

const time = (f: () => unknown): number => {
  const start = performance.now();
  f();
  return performance.now() - start;
};

const first = time(() => check(source, host));
const again = Array.from({ length: 30 }, () => time(() => check(source, host))).sort((a, b) => a - b);
const parsing = Array.from({ length: 30 }, () => time(() => parse(source))).sort((a, b) => a - b);
const { problems } = check(source, host);
const lines = source.text.split('\n').length;
process.stdout.write(
  `${lines} lines, ${problems.length} problems: first ${first.toFixed(1)} ms, then median ${again[15]?.toFixed(1)} ms (of which parsing ${parsing[15]?.toFixed(1)} ms), fastest ${again[0]?.toFixed(1)} ms (parsing ${parsing[0]?.toFixed(1)} ms)\n`,
);
for (const p of problems.slice(0, 3)) process.stdout.write(`${p.id} ${p.title} ${p.help}\n`);
