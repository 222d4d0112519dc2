/**
 * The seven tasks of "Learning Transformer Programs" (arXiv 2306.01128) with the vocabularies and lengths of its runs, in our words: strings of
 * small symbols, and for each place an output. Symbols and outputs are numbers; where an output is one of few words, these are named.
 */
import { type RandomStream, randomStream } from '../../../src/num/random.ts';
import { must } from '../../../src/text/result.ts';

export interface RaspTask {
  readonly name: string;
  /** Symbols are 0 to `symbols` - 1. */
  readonly symbols: number;
  readonly lengths: readonly [least: number, most: number];
  readonly rule: (s: readonly number[]) => readonly number[];
  /** Outputs are 0 to `outputs` - 1. */
  readonly outputs: number;
  readonly example: string;
  /** What the released programs do: wrong inputs of how many that were tried. */
  readonly published: { readonly wrong: number; readonly of: number; readonly lines: number };
}

const count = (s: readonly number[], a: number): number => s.filter((x) => x === a).length;
const distinct = (s: readonly number[]): readonly number[] => [...new Set(s)];

/** No output: what `most_freq` gives after its last symbol. */
const NOTHING = 6;

const mostFrequent = (s: readonly number[]): readonly number[] => {
  const order = [...distinct(s)].sort((a, b) => count(s, b) - count(s, a) || s.indexOf(a) - s.indexOf(b));
  return s.map((_, i) => order[i] ?? NOTHING);
};

/** Brackets of a few kinds, opening ones even, closing ones the odd number after: 0 false, 1 partial, 2 true. */
export const FALSE = 0;
export const PARTIAL = 1;
export const TRUE = 2;
function brackets(s: readonly number[]): readonly number[] {
  const stack: number[] = [];
  let isLost = false;
  return s.map((x) => {
    if (x % 2 === 0) stack.push(x);
    else if (stack.pop() !== x - 1) isLost = true;
    return isLost ? FALSE : stack.length === 0 ? TRUE : PARTIAL;
  });
}

export const RASP: readonly RaspTask[] = [
  {
    name: 'reverse',
    symbols: 5,
    lengths: [1, 6],
    rule: (s) => [...s].reverse(),
    outputs: 5,
    example: '3 1 1 0 4 -> 4 0 1 1 3',
    published: { wrong: 60, of: 19_530, lines: 709 },
  },
  {
    name: 'sort',
    symbols: 5,
    lengths: [1, 6],
    rule: (s) => [...s].sort((a, b) => a - b),
    outputs: 5,
    example: '3 1 4 1 0 4 -> 0 1 1 3 4 4',
    published: { wrong: 9, of: 19_530, lines: 917 },
  },
  {
    name: 'hist',
    symbols: 6,
    lengths: [1, 7],
    rule: (s) => s.map((a) => count(s, a)),
    outputs: 8,
    example: '3 1 1 2 1 3 5 -> 2 3 3 1 3 2 1',
    published: { wrong: 106, of: 335_922, lines: 195 },
  },
  {
    name: 'double_hist',
    symbols: 6,
    lengths: [1, 7],
    rule: (s) => s.map((b) => distinct(s).filter((a) => count(s, a) === count(s, b)).length),
    outputs: 8,
    example: '3 1 1 2 1 3 5 -> 1 1 1 2 1 1 2',
    published: { wrong: 151, of: 10_554, lines: 845 },
  },
  {
    name: 'most_freq',
    symbols: 6,
    lengths: [1, 7],
    rule: mostFrequent,
    outputs: 7,
    example: '3 1 1 2 1 3 5 -> 1 3 2 5 6 6 6',
    published: { wrong: 8_051, of: 10_554, lines: 1_230 },
  },
  {
    name: 'dyck1',
    symbols: 2,
    lengths: [15, 15],
    rule: brackets,
    outputs: 3,
    example: '0 0 1 0 1 1 0 1 1 0 0 1 0 1 0 -> 1 1 1 1 1 2 1 2 0 0 0 0 0 0 0',
    published: { wrong: 1_909, of: 32_768, lines: 1_109 },
  },
  {
    name: 'dyck2',
    symbols: 4,
    lengths: [15, 15],
    rule: brackets,
    outputs: 3,
    example: '0 2 3 1 0 2 0 3 1 0 2 3 1 2 3 -> 1 1 1 2 1 1 1 0 0 0 0 0 0 0 0',
    published: { wrong: 268, of: 3_000, lines: 1_258 },
  },
];

/** How many strings there are. */
export const domainSize = ({ symbols, lengths: [least, most] }: RaspTask): number =>
  Array.from({ length: most - least + 1 }, (_, i) => symbols ** (least + i)).reduce((a, b) => a + b);

/** Every string of a length, as the digits of 0, 1, 2, ... */
export function* stringsOf(symbols: number, length: number): Generator<readonly number[]> {
  const digits = new Array<number>(length).fill(0);
  for (;;) {
    yield [...digits];
    let at = length - 1;
    while (at >= 0 && must(digits[at]) === symbols - 1) digits[at--] = 0;
    if (at < 0) return;
    digits[at] = must(digits[at]) + 1;
  }
}

const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
export const digits = (n: number, base: number, random: RandomStream): readonly number[] =>
  range(n).map(() => random.below(base));

/** Balanced brackets of a few kinds. */
export function balanced(pairs: number, kinds: number, random: RandomStream): readonly number[] {
  if (pairs === 0) return [];
  const inside = random.below(pairs);
  const kind = 2 * random.below(kinds);
  return [kind, ...balanced(inside, kinds, random), kind + 1, ...balanced(pairs - 1 - inside, kinds, random)];
}

/** Words as they are drawn: of uniform length and letters; of brackets every other one is balanced but for its last bracket, which is cut off. */
export function randomWords(
  { symbols, lengths: [least, most], outputs }: RaspTask,
  count: number,
  stream = 0,
): readonly (readonly number[])[] {
  const random = randomStream(2306, stream);
  const areBrackets = outputs === 3;
  return range(count).map((i) =>
    areBrackets && i % 2 === 0
      ? balanced((most + 1) / 2, symbols / 2, random).slice(0, most)
      : digits(least + random.below(most - least + 1), symbols, random),
  );
}
