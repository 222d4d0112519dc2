/** The tasks of the MIPS list over numbers: linear recurrences, minima, maxima and distances, counters, and one that needs all it has seen. */
import {
  BIT,
  bit,
  type Ints,
  ints,
  ofPrefix,
  remembering,
  type SequenceTask,
  type Steps,
  windowed,
} from './sequence.ts';

const HUNDRED = ints(0, 99);
const SIGNED = ints(-100, 99);
const FORCE = ints(-10, 10);
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** The last numbers in a tuple, the newest first, then an expression of them. */
const lastNumbers = (size: number, of: string): string =>
  `let last = scan s = (${range(size)
    .map(() => '0.0')
    .join(
      ', ',
    )}) for c in x { (${['c', ...range(size - 1).map((i) => `s.${i}`)].join(', ')}) };\n[for s in last: ${of}]`;

const linear = (task: Omit<SequenceTask, 'truth' | 'length'> & { length?: number }): SequenceTask => ({
  length: 10,
  ...task,
  truth: { kind: 'linear' },
});
const registers = (task: Omit<SequenceTask, 'truth' | 'length'>): SequenceTask => ({
  ...task,
  length: 10,
  truth: { kind: 'registers' },
});

// --- linear recurrences ------------------------------------------------------------------------------------

const PREVIOUS: readonly string[] = [
  '0 11 22 33 44 55 66 77',
  '0 0 11 22 33 44 55 66',
  '0 0 0 11 22 33 44 55',
  '0 0 0 0 11 22 33 44',
  '0 0 0 0 0 11 22 33',
];
const previous = (by: number): SequenceTask =>
  linear({
    name: `prev${by}`,
    inputs: [HUNDRED],
    outputs: [HUNDRED],
    length: by === 5 ? 20 : 10,
    rule: windowed(by + 1, (last) => last[by] ?? 0),
    example: `11 22 33 44 55 66 77 88 -> ${PREVIOUS[by - 1]}`,
    spec: lastNumbers(by + 1, `s.${by}`),
  });

const SUMS: Readonly<Record<number, string>> = {
  2: '1 3 6 12 24 48 96 163',
  3: '1 3 7 14 28 56 112 195',
  4: '1 3 7 15 30 60 120 211',
  5: '1 3 7 15 31 62 124 219',
  6: '1 3 7 15 31 63 126 223',
  7: '1 3 7 15 31 63 127 225',
};
const sumLast = (size: number): SequenceTask =>
  linear({
    name: `sum_last${size}`,
    inputs: [HUNDRED],
    outputs: [ints(0, 99 * size)],
    length: size > 4 ? 20 : 10,
    rule: windowed(size, (last) => last.reduce((a, b) => a + b)),
    example: `1 2 4 8 16 32 64 99 -> ${SUMS[size]}`,
    spec: lastNumbers(
      size,
      range(size)
        .map((i) => `s.${i}`)
        .join(' + '),
    ),
  });

/** A mass on a line: from velocity, place and force to the new velocity. The outputs are within the bound for ten steps. */
const newton = (
  name: string,
  {
    of,
    text,
    bound,
    example,
  }: { of: (v: number, p: number, f: number) => number; text: string; bound: Ints; example: string },
): SequenceTask =>
  linear({
    name: `newton_${name}`,
    inputs: [FORCE],
    outputs: [bound],
    rule: remembering<readonly [number, number]>([0, 0], ([v, p], [f = 0]) => {
      const faster = of(v, p, f);
      return [[faster, p + faster], p + faster];
    }),
    example: `3 -2 0 10 -10 1 4 -5 -> ${example}`,
    spec: `let steps = scan s = (0.0, 0.0) for c in x {\n  let v = ${text};\n  (v, s.1 + v)\n};\n[for s in steps: s.1]`,
  });

const magnetic = linear({
  name: 'newton_magnetic',
  inputs: [FORCE, FORCE],
  outputs: [ints(-2000, 2000), ints(-2000, 2000)],
  rule: remembering<readonly number[]>([0, 0, 0, 0], ([v = 0, w = 0, p = 0, q = 0], [f = 0, g = 0]) => {
    const [a, b] = [v + f - w, w + g + v];
    return [[a, b, p + a, q + b], p + a, q + b];
  }),
  example: '3,1 -2,0 0,-4 10,2 -10,7 1,0 -> 3,1 3,5 -1,5 5,3 3,14 -9,23',
  spec: `let steps = scan s = (0.0, 0.0, 0.0, 0.0) for c in x {
  let v = s.0 + c.a - s.1;
  let w = s.1 + c.b + s.0;
  (v, w, s.2 + v, s.3 + w)
};
[for s in steps: Out { a: s.2, b: s.3 }]`,
});

const LINEAR: readonly SequenceTask[] = [
  linear({
    name: 'current_number',
    inputs: [HUNDRED],
    outputs: [HUNDRED],
    rule: (xs) => xs,
    example: '7 0 99 42 42 3 15 60 -> 7 0 99 42 42 3 15 60',
    spec: '[for c in x: c]',
  }),
  linear({
    name: 'diff_last2',
    inputs: [SIGNED],
    outputs: [ints(-199, 199)],
    rule: windowed(2, ([now = 0, before = 0]) => now - before),
    example: '-3 5 -5 -100 99 0 -1 7 -> -3 8 -10 -95 199 -99 -1 8',
    spec: lastNumbers(2, 's.0 - s.1'),
  }),
  linear({
    name: 'sum_all',
    inputs: [HUNDRED],
    outputs: [ints(0, 990)],
    rule: remembering(0, (s, [x = 0]) => [s + x, s + x]),
    example: '5 10 0 99 1 2 3 4 -> 5 15 15 114 115 117 120 124',
    spec: 'scan s = 0.0 for c in x { s + c }',
  }),
  ...[1, 2, 3, 4, 5].map(previous),
  ...[2, 3, 4, 5, 6, 7].map(sumLast),
  newton('freebody', {
    of: (v, _, f) => v + f,
    text: 's.0 + c',
    bound: ints(-550, 550),
    example: '3 4 5 16 17 19 25 26',
  }),
  newton('gravity', {
    of: (v, _, f) => v + f - 1,
    text: 's.0 + c - 1.0',
    bound: ints(-605, 495),
    example: '2 1 -1 6 2 -2 -3 -10',
  }),
  newton('spring', {
    of: (v, p, f) => v + f - p,
    text: 's.0 + c - s.1',
    bound: ints(-100, 100),
    example: '3 1 -2 7 -1 -7 -2 0',
  }),
  magnetic,
];

// --- minima, maxima, distances -----------------------------------------------------------------------------

const REGISTERS: readonly SequenceTask[] = [
  registers({
    name: 'abs_current',
    inputs: [SIGNED],
    outputs: [ints(0, 100)],
    rule: windowed(1, ([x = 0]) => Math.abs(x)),
    example: '-3 5 0 -100 99 -1 7 -42 -> 3 5 0 100 99 1 7 42',
    spec: '[for c in x: abs(c)]',
  }),
  registers({
    name: 'abs_diff',
    inputs: [SIGNED],
    outputs: [ints(0, 199)],
    rule: windowed(2, ([now = 0, before = 0]) => Math.abs(now - before)),
    example: '-3 5 5 -100 99 0 -1 7 -> 3 8 0 105 199 99 1 8',
    spec: lastNumbers(2, 'abs(s.0 - s.1)'),
  }),
  registers({
    name: 'diff_abs_values',
    inputs: [SIGNED],
    outputs: [ints(-100, 100)],
    rule: windowed(2, ([now = 0, before = 0]) => Math.abs(now) - Math.abs(before)),
    example: '-3 5 -5 -100 99 0 -1 7 -> 3 2 0 95 -1 -99 1 6',
    spec: lastNumbers(2, 'abs(s.0) - abs(s.1)'),
  }),
  registers({
    name: 'max_seen',
    inputs: [HUNDRED],
    outputs: [HUNDRED],
    rule: remembering(0, (m, [x = 0]) => [Math.max(m, x), Math.max(m, x)]),
    example: '7 3 12 12 40 8 99 50 -> 7 7 12 12 40 40 99 99',
    spec: 'scan s = 0.0 for c in x { max(s, c) }',
  }),
];

// --- counters ----------------------------------------------------------------------------------------------

const MAJORITY: readonly string[] = [
  '1 0 1 1 0 0 0 1 -> 1 0 1 1 1 0 0 0',
  '2 1 1 2 2 0 0 0 -> 2 1 1 1 2 2 2 0',
  '3 1 3 1 2 2 2 0 -> 3 1 3 1 1 1 2 2',
];

/** The most frequent value so far, the smallest of those that tie. */
const majority = (most: number): SequenceTask => ({
  name: `majority_0_${most}`,
  inputs: [ints(0, most)],
  outputs: [ints(0, most)],
  length: 10,
  truth: { kind: 'counter' },
  rule: ofPrefix((prefix) => {
    const counts = range(most + 1).map((v) => prefix.filter((x) => x === v).length);
    return counts.indexOf(Math.max(...counts));
  }),
  example: MAJORITY[most - 1] ?? '',
});

/** 0 opens, 1 closes: whether all is closed and nothing was closed too early. */
function balanced(prefix: readonly number[]): number {
  let depth = 0;
  for (const x of prefix) {
    depth += 1 - 2 * x;
    if (depth < 0) return 0;
  }
  return bit(depth === 0);
}

/** A random palindrome of 2 to `length` bits, then random bits. */
const palindromes: NonNullable<SequenceTask['sample']> = (length, random): Steps => {
  const size = 2 + random.below(length - 1);
  const half = range(Math.ceil(size / 2)).map(() => random.below(2));
  return range(length).map((i) => [i < size ? (half[Math.min(i, size - 1 - i)] ?? 0) : random.below(2)]);
};

const COUNTERS: readonly SequenceTask[] = [
  ...[1, 2, 3].map(majority),
  {
    name: 'evens_counter',
    inputs: [ints(0, 9)],
    outputs: [ints(0, 10)],
    length: 10,
    truth: { kind: 'counter' },
    rule: remembering(0, (s, [x = 0]) => [s + bit(x % 2 === 0), s + bit(x % 2 === 0)]),
    example: '3 4 0 7 8 8 1 2 -> 0 1 2 2 3 4 4 5',
  },
  {
    name: 'balanced_parenthesis',
    inputs: [BIT],
    outputs: [BIT],
    length: 10,
    truth: { kind: 'counter' },
    rule: ofPrefix(balanced),
    example: '0 1 0 0 1 1 0 1 -> 0 1 0 0 0 1 0 1',
  },
  {
    name: 'bit_palindrome',
    inputs: [BIT],
    outputs: [BIT],
    length: 10,
    truth: { kind: 'prefix' },
    rule: ofPrefix((prefix) => bit(prefix.every((x, i) => x === prefix[prefix.length - 1 - i]))),
    example: '1 0 0 1 0 0 1 1 -> 1 0 0 1 0 0 1 0',
    sample: palindromes,
  },
];

export const NUMBERS: readonly SequenceTask[] = [...LINEAR, ...REGISTERS, ...COUNTERS];
