/**
 * The judge of `simplify`: random programs are simplified, and points of their boxes are run by both programs. Tells of the first that is
 * farther away than what is claimed, or of a claim that does not stand.
 */
import { type Box, checkClaim, printClaim, readClaim } from '../../src/decompile/simplify/index.ts';
import { evaluator } from '../../src/ops/reference.ts';
import { type Compiled, compile, simplify } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { inside } from '../../src/verify/index.ts';
import { type Random, random } from '../fuzz/random.ts';
import { hostOf, unwrap } from '../train/programs.ts';

const NAMES = ['x', 'y'] as const;

/** A term of some depth over two inputs, with learned numbers. */
function term(r: Random, depth: number): string {
  const number = (): string => `?${((r.below(4001) - 2000) / 1000 + r.below(1000) / 1e6).toFixed(6)}`;
  const sub = (): string => term(r, depth - 1);
  if (depth === 0) return r.pick([...NAMES.map((n) => `${number()} * ${n}`), number()]);
  return r.pick([
    () => `(${sub()} + ${sub()})`,
    () => `(${sub()} - ${number()} * ${sub()})`,
    () => `tanh(${sub()})`,
    () => `sigmoid(${sub()})`,
    () => `relu(${sub()})`,
    () => `max(${sub()}, ${number()})`,
    () => `${number()} * abs(${sub()})`,
  ])();
}

export function programText(r: Random): string {
  const ends = (): string => {
    const low = r.below(5) - 3;
    return `f32 in [${low}.0, ${low + 1 + r.below(3)}.0]`;
  };
  const inputs = NAMES.map((n) => `${n}: ${ends()}`).join(', ');
  return `fn f(${inputs}) -> (f32, f32) { (${term(r, 3)}, ${term(r, 2)}) }\n`;
}

const RUNS = 300;

/** What is wrong, if anything, with simplifying `programs` random programs. */
export function judgeSimplify(programs: number, seed: number): string | undefined {
  const r = random(seed);
  for (let k = 0; k < programs; k++) {
    const text = programText(r);
    const wrong = judged(text, 2 ** -(1 + r.below(10)), r);
    if (wrong !== undefined) return `${wrong}\n${text}`;
  }
  return undefined;
}

function judged(text: string, within: number, r: Random): string | undefined {
  const original = unwrap(compile({ name: 'p.su', text }, hostOf({})));
  const box = must(original.entries[0]).inputs.map(({ range }) => {
    const [lo, hi] = must(range);
    return { lo: Float64Array.of(lo), hi: Float64Array.of(hi) };
  });
  const options = { within, boxes: [box], over: 'all', files: ['p.su', 'q.su'], goOn: () => true } as const;
  const { written, bound, claim } = unwrap(simplify(original, hostOf({}), 'f', options));
  const after = must(written.files[0]).after;
  const result = unwrap(compile({ name: 'q.su', text: after }, hostOf({})));
  const far = farAt(original, result, box, r);
  if (!(far <= bound)) return `outputs differ by ${far}, at most ${bound} is claimed`;
  if (!(bound <= within)) return `${bound} is claimed, ${within} was asked for`;
  const read = must(readClaim(printClaim(claim)));
  return read.ok && checkClaim(read.value, original, result).ok ? undefined : `the claim of ${bound} does not stand`;
}

/** The largest difference of outputs at points of the box. */
function farAt(a: Compiled, b: Compiled, box: Box, r: Random): number {
  const [f, g] = [a, b].map((c) => {
    const run = evaluator(must(c.entries[0]).graph);
    const params = new Map(c.program.params.map((p) => [p.name, p.value]));
    return (point: Float32Array[]): number[] => run(point, params).outputs.flatMap((o) => Array.from(o));
  });
  let far = 0;
  for (let i = 0; i < RUNS; i++) {
    const place = (): number => (i % 2 === 0 ? r.bits() / 2 ** 32 : r.below(2));
    const point = box.map(({ lo, hi }) =>
      Float32Array.from(lo, (l, j) => inside(l + place() * (must(hi[j]) - l), l, must(hi[j]))),
    );
    const [x, y] = [must(f)(point), must(g)(point)];
    for (const [k, value] of x.entries()) far = Math.max(far, Math.abs(must(y[k]) - value));
  }
  return far;
}
