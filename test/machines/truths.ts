/** Machines that are known: the rules of small sequence tasks as tables, and random words of them. */
import type { Machine } from '../../src/machines/machine.ts';
import { UNKNOWN, type Words } from '../../src/machines/words.ts';
import { randomStream } from '../../src/num/random.ts';

export interface Truth {
  readonly name: string;
  /** The sizes of the inputs of a step; several are one symbol together. */
  readonly sizes: readonly number[];
  readonly outputs: number;
  readonly machine: Machine;
}

type State = string | number;
type Rule = (state: never, ...inputs: number[]) => readonly [next: State | readonly number[], out: number];

/** The reachable states of a rule, numbered as they are found. */
export function truth(name: string, sizes: readonly number[], outputs: number, start: unknown, rule: Rule): Truth {
  const symbols = sizes.reduce((n, d) => n * d, 1);
  const known = new Map<string, number>([[JSON.stringify(start), 0]]);
  const [next, out]: [number[], number[]] = [[], []];
  for (const text of known.keys())
    for (let x = 0; x < symbols; x++) {
      const [to, given] = rule(JSON.parse(text) as never, ...digits(x, sizes));
      const key = JSON.stringify(to);
      if (!known.has(key)) known.set(key, known.size);
      next.push(known.get(key) as number);
      out.push(given);
    }
  const machine = { states: known.size, symbols, next: Int32Array.from(next), out: Int32Array.from(out) };
  return { name, sizes, outputs, machine };
}

export function digits(symbol: number, sizes: readonly number[]): number[] {
  let rest = symbol;
  return [...sizes]
    .reverse()
    .map((n) => {
      const digit = rest % n;
      rest = Math.floor(rest / n);
      return digit;
    })
    .reverse();
}

const addMod = (n: number): Truth => truth(`add_mod_${n}`, [n], n, 0, (s: number, x = 0) => [(s + x) % n, (s + x) % n]);
const division = (k: number): Truth =>
  truth(`div_${k}`, [2], 2, 0, (r: number, x = 0) => [(2 * r + x) % k, Math.floor((2 * r + x) / k)]);
const addition = (n: number): Truth =>
  truth(`base_${n}_addition`, [n, n], n, 0, (c: number, a = 0, b = 0) => [
    Math.floor((a + b + c) / n),
    (a + b + c) % n,
  ]);
/** The last `n` inputs, the newest last. */
const window = (name: string, n: number, out: (last: readonly number[]) => boolean): Truth =>
  truth(name, [2], 2, new Array<number>(n - 1).fill(0), (before: readonly number[], x = 0) => {
    const last = [...before, x];
    return [last.slice(1), out(last) ? 1 : 0];
  });
const isOdd = (last: readonly number[]): boolean => last.reduce((a, b) => a + b, 0) % 2 === 1;
const alternates = (last: readonly number[]): boolean => last.every((x, i) => i === 0 || x !== last[i - 1]);

export const TRUTHS: readonly Truth[] = [
  addMod(2),
  ...[3, 5, 7].map(division),
  ...[3, 4, 5, 6, 7, 8].map(addMod),
  ...[2, 3, 4, 5, 6, 7].map(addition),
  window('alternating_last3', 3, alternates),
  window('alternating_last4', 4, alternates),
  window('parity_last2', 2, isOdd),
  window('parity_last3', 3, isOdd),
  window('parity_last4', 4, isOdd),
  truth('bit_shift_right', [2], 2, 0, (s: number, x = 0) => [x, s]),
  truth('bit_dot_prod_mod2', [2, 2], 2, 0, (s: number, a = 0, b = 0) => [(s + a * b) % 2, (s + a * b) % 2]),
  truth('parity_of_index', [2], 2, 0, (s: number) => [1 - s, s]),
  truth('previous_equals_current', [8], 2, 0, (s: number, x = 0) => [x, s === x ? 1 : 0]),
  truth('dithering', [16], 2, 0, (r: number, x = 0) => [(r + x) % 15, Math.floor((r + x) / 15)]),
  truth('min_seen', [10], 10, 9, (m: number, x = 0) => [Math.min(m, x), Math.min(m, x)]),
  truth('balanced_to_10', [2], 2, 0, (d: number, x = 0) => {
    const depth = d < 0 || d > 5 ? -1 : d + 1 - 2 * x;
    return [depth, depth === 0 ? 1 : 0];
  }),
];

/** Whether a word of 0 and 1 is in the language: Tomita 1982; of the two readings of the third the one with "anywhere later". */
export const TOMITA: readonly ((word: string) => boolean)[] = [
  (w) => !w.includes('0'),
  (w) => /^(10)*$/.test(w),
  (w) => !hasOddOnesThenOddZeros(w),
  (w) => !w.includes('000'),
  (w) => count(w, '0') % 2 === 0 && count(w, '1') % 2 === 0,
  (w) => (((count(w, '0') - count(w, '1')) % 3) + 3) % 3 === 0,
  (w) => /^0*1*0*1*$/.test(w),
];
const count = (w: string, x: string): number => w.split(x).length - 1;
function hasOddOnesThenOddZeros(w: string): boolean {
  let isOddBefore = false;
  for (const [block] of w.matchAll(/0+|1+/g)) {
    if (block[0] === '1') isOddBefore ||= block.length % 2 === 1;
    else if (isOddBefore && block.length % 2 === 1) return true;
  }
  return false;
}

/** Random words of a machine. */
export function wordsOf({ machine }: Truth, words: number, length: number, seed = 1): Words {
  const random = randomStream(seed, 0);
  const inputs = Int32Array.from({ length: words * length }, () => random.below(machine.symbols));
  const outputs = new Int32Array(inputs.length);
  for (let i = 0, s = 0; i < inputs.length; i++) {
    if (i % length === 0) s = 0;
    const at = s * machine.symbols + (inputs[i] as number);
    outputs[i] = machine.out[at] as number;
    s = machine.next[at] as number;
  }
  const starts = Int32Array.from({ length: words + 1 }, (_, w) => w * length);
  return { symbols: machine.symbols, starts, inputs, outputs };
}

/** Random words over 0 and 1 with lengths from 1 to `longest`; only the last output is seen: whether the word is in the language. */
export function labelledWords(isIn: (word: string) => boolean, words: number, longest: number, seed = 1): Words {
  const random = randomStream(seed, 0);
  const texts = Array.from({ length: words }, () =>
    Array.from({ length: 1 + random.below(longest) }, () => random.below(2)).join(''),
  );
  const starts = [0];
  for (const t of texts) starts.push((starts.at(-1) as number) + t.length);
  const inputs = Int32Array.from(texts.join(''), Number);
  const outputs = new Int32Array(inputs.length).fill(UNKNOWN);
  for (const [w, t] of texts.entries()) outputs[(starts[w + 1] as number) - 1] = isIn(t) ? 1 : 0;
  return { symbols: 2, starts: Int32Array.from(starts), inputs, outputs };
}
