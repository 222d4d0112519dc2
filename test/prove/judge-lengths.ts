/**
 * Judges relations for every length: random machines as programs of tables, whose verdicts and shortest words are those of their product; and false claims
 * that only hold for short inputs, none of which may be proved. Gives the first thing that is wrong.
 */
import { wasm } from '../../src/backends/wasm/index.ts';
import { compare } from '../../src/machines/compare.ts';
import type { Machine } from '../../src/machines/machine.ts';
import { randomStream } from '../../src/num/random.ts';
import { type PropertyProof, proveProperty } from '../../src/prove/index.ts';
import { must } from '../../src/text/result.ts';
import { programOf } from '../lower/lowering.ts';

function proofOf(text: string): PropertyProof {
  const program = programOf(text);
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  const { uniform: random } = randomStream(0, 0);
  let asked = 0;
  const options = { backend: wasm, random, goOn: () => asked++ < 2000 };
  const proof = proveProperty(must(program.properties[0]), params, options);
  return must(proof.ok ? proof.value : undefined);
}

// --- random machines ---------------------------------------------------------------------------------------

export function judgeMachines(count: number, seed: number): string | undefined {
  const { uniform } = randomStream(seed, 0);
  const upTo = (n: number): number => Math.floor(uniform() * n);
  for (let i = 0; i < count; i++) {
    const symbols = 1 + upTo(4);
    const a = machineOf(1 + upTo(6), symbols, upTo);
    const b = upTo(3) === 0 ? machineOf(1 + upTo(6), symbols, upTo) : changed(renamed(a), upTo);
    const wrong = judged(a, b);
    if (wrong !== undefined) return `machine ${i}: ${wrong}`;
  }
  return undefined;
}

const machineOf = (states: number, symbols: number, upTo: (n: number) => number): Machine => ({
  states,
  symbols,
  next: Int32Array.from({ length: states * symbols }, () => upTo(states)),
  out: Int32Array.from({ length: states * symbols }, () => (upTo(5) === 0 ? 1 : 0)),
});

/** The same machine with other numbers for its states but the first. */
function renamed({ states, symbols, next, out }: Machine): Machine {
  const name = (s: number): number => (s === 0 ? 0 : states - s);
  const from = (i: number): number => name(Math.floor(i / symbols)) * symbols + (i % symbols);
  return {
    states,
    symbols,
    next: Int32Array.from(next, (_, i) => name(must(next[from(i)]))),
    out: Int32Array.from(out, (_, i) => must(out[from(i)])),
  };
}

/** Half of the time with one other output. */
function changed(machine: Machine, upTo: (n: number) => number): Machine {
  const out = machine.out.slice();
  const at = upTo(2 * out.length);
  if (at < out.length) out[at] = 1 - must(out[at]);
  return { ...machine, out };
}

function programText(machine: Machine, fn: string): string {
  const { states, symbols, next, out } = machine;
  const rows = (of: (i: number) => string): string =>
    `[${Array.from({ length: states }, (_, s) => `[${Array.from({ length: symbols }, (_, x) => of(s * symbols + x)).join(', ')}]`).join(', ')}]`;
  return `param ${fn}_next: Index<${states}>[${states}, ${symbols}] = ${rows((i) => `${next[i]}`)};
param ${fn}_out: bool[${states}, ${symbols}] = ${rows((i) => (out[i] === 1 ? 'true' : 'false'))};
fn ${fn}<n>(xs: Index<${symbols}>[n]) -> bool[n] {
  let start: Index<${states}> = 0;
  let all = scan s = (start, false) for x in xs { (${fn}_next[s.0][x], ${fn}_out[s.0][x]) };
  [for s in all: s.1]
}
`;
}

function judged(a: Machine, b: Machine): string | undefined {
  const proof = proofOf(`${programText(a, 'f')}${programText(b, 'g')}prove f == g;`);
  const truth = compare(a, b);
  if (truth.kind === 'equal') return proof.verdict === 'proved' ? undefined : `equal, and ${proof.verdict}`;
  if (truth.kind !== 'differs') return truth.kind;
  if (proof.verdict !== 'refuted') return `different, and ${proof.verdict}`;
  const word = Array.from(
    { length: must(proof.length) },
    (_, k) => must(proof.witness?.[0]).indexOf(1, k * a.symbols) - k * a.symbols,
  );
  return word.join() === truth.word.join() ? undefined : `${truth.word} is shorter than ${word}`;
}

// --- false claims ------------------------------------------------------------------------------------------

const HEAD = `enum Bit { zero, one }
fn number(x: Bit) -> f32 { if x == one { 1.0 } else { 0.0 } }
`;

/** True for short inputs, or for some; by what is wrong with them. */
const FALSE: Readonly<Record<string, string>> = {
  'a position in a condition': `fn f<n>(xs: Bit[n]) -> f32[n] { [for i in 0..n: if i < 99 { 0.0 } else { number(xs[i]) }] }
    fn g<n>(xs: Bit[n]) -> f32[n] { [for x in xs: 0.0 * number(x)] }`,
  'the length in a condition': `fn f<n>(xs: Bit[n]) -> f32[n] { if n < 99 { [for x in xs: 0.0 * number(x)] } else { [for x in xs: number(x)] } }
    fn g<n>(xs: Bit[n]) -> f32[n] { [for x in xs: 0.0 * number(x)] }`,
  'the length as a bound': `fn f<n>(xs: Bit[n], t: f32 in [4, 4]) -> bool {
      let k = iterate k = t while k < 100.0 max n { k + 1.0 };
      k >= 90.0 || fold s = false for _x in xs { s }
    }
    fn g<n>(xs: Bit[n], _t: f32 in [4, 4]) -> bool { fold s = false for _x in xs { s } }`,
  'an element at a place of its own': `fn f<n>(xs: Bit[n + 1]) -> bool { xs[0] == one }
    fn g<n>(xs: Bit[n + 1]) -> bool { xs[n] == one }`,
  'no elements': `fn f<n>(xs: Bit[n]) -> f32 { fold s = 1.0 for x in xs { number(x) } }
    fn g<n>(xs: Bit[n]) -> f32 { fold s = 2.0 for x in xs { number(x) } }`,
  'a late difference': `fn f<n>(xs: Bit[n]) -> bool { let c = fold s = 0.0 for x in xs { if x == zero || s == 9.0 { 0.0 } else { s + 1.0 } }; c == 4.0 }
    fn g<n>(xs: Bit[n]) -> bool { let c = fold s = 0.0 for x in xs { if x == zero || s == 10.0 { 0.0 } else { s + 1.0 } }; c == 4.0 }`,
  'a late difference of one side of zero': `fn f<n>(xs: Bit[n]) -> f32 { fold s = 0.0 for x in xs { if s > 3.0 { -0.0 } else { s + number(x) } } }
    fn g<n>(xs: Bit[n]) -> f32 { fold s = 0.0 for x in xs { if s > 3.0 { 0.0 } else { s + number(x) } } }`,
  'a start that is given': `fn f<n>(xs: Bit[n], from: Index<5>) -> Index<5>[n] { scan s = from for x in xs { if x == one { s } else { from } } }
    fn g<n>(xs: Bit[n], from: Index<5>) -> Index<5>[n] { let zero_case: Index<5> = 4; scan s = if from == 4 { from } else { from } for x in xs { if x == one { s } else { if from == 3 { zero_case } else { from } } } }`,
  'a start that differs': `fn f<n>(xs: f32[n]) -> f32[n] { scan s = 1.0 for x in xs { 0.5 * s + x } }
    fn g<n>(xs: f32[n]) -> f32[n] { scan s = 1.5 for x in xs { 0.5 * s + x } }`,
  'a step that differs': `fn f<n>(xs: f32[n]) -> f32[n] { let all = scan s = (0.0, 0.0, 0.0) for x in xs { (s.1, s.2 * 0.5, x) }; [for s in all: s.0] }
    fn g<n>(xs: f32[n]) -> f32[n] { let all = scan s = (0.0, 0.0, 0.0) for x in xs { (s.1, s.2 * 0.25, x) }; [for s in all: s.0] }`,
  'a pulse that comes late': `fn f<n>(xs: f32[n]) -> f32[n] { let all = scan s = (0.0, 0.0, 0.0, 0.0) for x in xs { (x, s.0, s.1, s.2) }; [for s in all: s.3] }
    fn g<n>(xs: f32[n]) -> f32[n] { [for x in xs: 0.0 * x] }`,
};

/** All of them, or one. */
export function judgeFalse(only?: string): string | undefined {
  for (const [what, text] of Object.entries(FALSE)) {
    if (only !== undefined && what !== only) continue;
    const { verdict } = proofOf(`${HEAD}${text}\nprove f == g;`);
    if (verdict === 'proved') return what;
  }
  return undefined;
}
