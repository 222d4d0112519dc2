/** The tasks of the MIPS list whose truth is a finite machine, with the number of states of the minimal one. */
import { BIT, bit, type Ints, ints, remembering, type SequenceTask, windowed } from './sequence.ts';

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Values of the last steps in a tuple, the newest first, then an expression of them: `s.0`, `s.1`. */
const lastBits = (size: number, of: string): string => `let zero: Index<2> = 0;
let last = scan s = (${range(1, size)
  .map(() => 'zero')
  .join(', ')}) for c in x { (${['c', ...range(0, size - 2).map((i) => `s.${i}`)].join(', ')}) };
[for s in last: ${of}]`;

const finite = (
  task: Omit<SequenceTask, 'truth' | 'length' | 'outputs'> & { states: number; outputs?: readonly Ints[] },
): SequenceTask => {
  const { states, ...rest } = task;
  return { outputs: [BIT], ...rest, length: 10, truth: { kind: 'finite', states } };
};

// --- counting modulo k -------------------------------------------------------------------------------------

const ADD_EXAMPLES: Readonly<Record<number, string>> = {
  3: '1 2 2 0 1 0 2 0 -> 1 0 2 2 0 0 2 2',
  4: '2 1 2 0 3 1 1 3 -> 2 3 1 1 0 1 2 1',
  5: '0 2 3 4 1 0 2 3 -> 0 2 0 4 0 0 2 0',
  6: '4 5 2 0 1 3 5 3 -> 4 3 5 5 0 3 2 5',
  7: '3 3 3 3 3 3 3 3 -> 3 6 2 5 1 4 0 3',
  8: '2 1 6 0 7 5 1 3 -> 2 3 1 1 0 5 6 1',
};
const addMod = (k: number): SequenceTask =>
  finite({
    name: `add_mod_${k}`,
    inputs: [ints(0, k - 1)],
    outputs: [ints(0, k - 1)],
    states: k,
    rule: remembering(0, (s, [x = 0]) => [(s + x) % k, (s + x) % k]),
    example: ADD_EXAMPLES[k] ?? '',
    spec: `let zero: Index<${k}> = 0;\nscan s = zero for c in x { (s + c) % ${k} }`,
  });

/** The parity of something that each step adds. */
const parity = (
  name: string,
  inputs: readonly Ints[],
  adds: (x: readonly number[]) => number,
  text: string,
  example: string,
): SequenceTask =>
  finite({
    name,
    inputs,
    states: 2,
    rule: remembering(0, (s, x) => [(s + adds(x)) % 2, (s + adds(x)) % 2]),
    example,
    spec: `let zero: Index<2> = 0;\nscan s = zero for c in x { (s + ${text}) % 2 }`,
  });

// --- arithmetic digit by digit -----------------------------------------------------------------------------

const ADDITION_EXAMPLES: Readonly<Record<number, string>> = {
  2: '1,1 0,1 1,0 1,1 0,0 1,0 0,1 0,0 -> 0 0 0 1 1 1 1 0',
  3: '2,2 2,0 2,2 2,2 2,0 2,2 2,2 2,0 -> 1 0 2 2 0 2 2 0',
  4: '2,3 1,3 0,1 3,1 2,3 1,3 0,1 3,1 -> 1 1 2 0 2 1 2 0',
  5: '2,4 0,3 3,0 1,0 4,3 2,4 0,3 3,0 -> 1 4 3 1 2 2 4 3',
  6: '2,5 5,3 2,5 5,5 2,3 5,5 2,5 5,3 -> 1 3 2 5 0 5 2 3',
  7: '2,6 5,3 1,5 4,5 0,3 3,6 6,0 2,6 -> 1 2 0 3 4 2 0 2',
};
/** The least significant digit first; the last carry is dropped. */
const addition = (base: number): SequenceTask =>
  finite({
    name: base === 2 ? 'binary_addition' : `base_${base}_addition`,
    inputs: [ints(0, base - 1), ints(0, base - 1)],
    outputs: [ints(0, base - 1)],
    states: 2,
    rule: remembering(0, (carry, [a = 0, b = 0]) => [Math.floor((a + b + carry) / base), (a + b + carry) % base]),
    example: ADDITION_EXAMPLES[base] ?? '',
    spec: `let none: Index<2> = 0;
let zero: Index<${base}> = 0;
let steps = scan s = (none, zero) for c in x {
  let u = c.a + c.b + s.0;
  (bit(f32(u) >= ${base}.0), u % ${base})
};
[for s in steps: s.1]`,
  });

const DIVISION_EXAMPLES: Readonly<Record<number, string>> = {
  3: '1 1 0 1 0 1 1 0 -> 0 1 0 0 0 1 1 1',
  5: '1 1 0 1 0 1 1 0 -> 0 0 1 0 1 0 1 0',
  7: '1 1 0 1 0 1 1 0 -> 0 0 0 1 1 1 1 0',
};
/** A remainder, and whether it was reached: `u = scale * r + x`, the output is `u >= by`, the next remainder `u % by`. */
const remainder = (by: number, scale: number): { readonly rule: SequenceTask['rule']; readonly spec: string } => ({
  rule: remembering(0, (r, [x = 0]) => [(scale * r + x) % by, Math.floor((scale * r + x) / by)]),
  spec: `let none: Index<${by}> = 0;
let zero: Index<2> = 0;
let steps = scan s = (none, zero) for c in x {
  let u = ${scale} * s.0 + c;
  (u % ${by}, bit(f32(u) >= ${by}.0))
};
[for s in steps: s.1]`,
});
/** The most significant bit first, without a delay: the current generator; the paper's conversations show it one step later. */
const division = (by: number): SequenceTask =>
  finite({ name: `div_${by}`, inputs: [BIT], states: by, example: DIVISION_EXAMPLES[by] ?? '', ...remainder(by, 2) });

// --- the last few bits -------------------------------------------------------------------------------------

const PARITY_LAST: Readonly<Record<number, string>> = {
  2: '1 0 1 1 0 1 0 0 -> 1 1 1 0 1 1 1 0',
  3: '1 0 1 1 0 1 0 0 -> 1 1 0 0 0 0 1 1',
  4: '1 0 1 1 0 1 0 0 -> 1 1 0 1 0 1 0 1',
};
const parityLast = (size: number): SequenceTask =>
  finite({
    name: `parity_last${size}`,
    inputs: [BIT],
    states: 2 ** (size - 1),
    rule: windowed(size, (last) => last.reduce((a, b) => a + b) % 2),
    example: PARITY_LAST[size] ?? '',
    spec: lastBits(
      size,
      `(${range(0, size - 1)
        .map((i) => `s.${i}`)
        .join(' + ')}) % 2`,
    ),
  });

const alternating = (size: number, states: number, example: string): SequenceTask =>
  finite({
    name: `alternating_last${size}`,
    inputs: [BIT],
    states,
    rule: windowed(size, (last) => bit(last.every((x, i) => i === 0 || x !== last[i - 1]))),
    example,
    spec: lastBits(
      size,
      `bit(${range(1, size - 1)
        .map((i) => `s.${i - 1} != s.${i}`)
        .join(' && ')})`,
    ),
  });

// --- without a memory --------------------------------------------------------------------------------------

const bitwise = (
  name: string,
  inputs: readonly Ints[],
  of: (x: readonly number[]) => boolean,
  text: string,
  example: string,
): SequenceTask =>
  finite({
    name,
    inputs,
    states: 1,
    rule: (xs) => xs.map((x) => [bit(of(x))]),
    example,
    spec: `[for c in x: bit(${text})]`,
  });

const PAIR = [BIT, BIT];
const SQUARES = [0, 1, 4, 9, 16];
const PAIRS = '0,0 0,1 1,0 1,1 0,0 1,1 0,1 1,0';

export const MACHINES: readonly SequenceTask[] = [
  ...[3, 4, 5, 6, 7, 8].map(addMod),
  parity('parity_all', [BIT], ([x = 0]) => x, 'c', '1 0 1 1 0 1 0 0 -> 1 1 0 1 1 0 0 0'),
  parity('parity_zeros', [BIT], ([x = 0]) => 1 - x, 'bit(c == 0)', '1 0 1 1 0 1 0 0 -> 0 1 1 1 0 0 1 0'),
  parity(
    'bit_dot_prod_mod2',
    PAIR,
    ([a = 0, b = 0]) => a * b,
    'bit(c.a == 1 && c.b == 1)',
    '1,1 1,0 0,1 1,1 1,1 0,0 1,1 0,1 -> 1 1 1 0 1 1 0 0',
  ),
  // The parity of the position, counted from 0, whatever the input.
  finite({
    name: 'parity_bits_mod2',
    inputs: [BIT],
    states: 2,
    rule: (xs) => xs.map((_, t) => [t % 2]),
    example: '1 0 1 1 0 1 0 0 -> 0 1 0 1 0 1 0 1',
    spec: 'let one: Index<2> = 1;\nscan s = one for _c in x { (s + 1) % 2 }',
  }),
  ...[2, 3, 4, 5, 6, 7].map(addition),
  ...[3, 5, 7].map(division),
  finite({
    name: 'dithering',
    inputs: [ints(0, 15)],
    states: 15,
    example: '7 8 15 3 14 0 12 1 -> 0 1 1 0 1 0 0 1',
    ...remainder(15, 1),
  }),
  ...[2, 3, 4].map(parityLast),
  alternating(3, 4, '1 0 1 1 0 1 0 0 -> 0 1 1 0 0 1 1 0'),
  alternating(4, 6, '1 0 1 1 0 1 0 1 -> 0 0 1 0 0 0 1 1'),
  finite({
    name: 'bit_shift_right',
    inputs: [BIT],
    states: 2,
    rule: windowed(2, ([, before = 0]) => before),
    example: '1 0 1 1 0 1 0 0 -> 0 1 0 1 1 0 1 0',
    spec: lastBits(2, 's.1'),
  }),
  // The original removes duplicates; of 8^10 sequences there are next to none.
  finite({
    name: 'previous_equals_current',
    inputs: [ints(0, 7)],
    states: 8,
    rule: windowed(2, ([now = 0, before = 0]) => bit(now === before)),
    example: '0 0 5 5 5 2 7 7 -> 1 1 0 1 1 0 0 1',
    spec: 'let none: Index<8> = 0;\nlet last = scan s = (none, none) for c in x { (c, s.0) };\n[for s in last: bit(s.0 == s.1)]',
  }),
  finite({
    name: 'min_seen',
    inputs: [ints(0, 9)],
    outputs: [ints(0, 9)],
    states: 10,
    rule: remembering(9, (m, [x = 0]) => [Math.min(m, x), Math.min(m, x)]),
    example: '9 7 8 5 6 5 1 3 -> 9 7 7 5 5 5 1 1',
    spec: 'let most: Index<10> = 9;\nscan s = most for c in x { if f32(c) < f32(s) { c } else { s } }',
  }),
  bitwise('bitwise_and', PAIR, ([a, b]) => a === 1 && b === 1, 'c.a == 1 && c.b == 1', `${PAIRS} -> 0 0 0 1 0 1 0 0`),
  bitwise('bitwise_or', PAIR, ([a, b]) => a === 1 || b === 1, 'c.a == 1 || c.b == 1', `${PAIRS} -> 0 1 1 1 0 1 1 1`),
  bitwise('bitwise_xor', PAIR, ([a, b]) => a !== b, 'c.a != c.b', `${PAIRS} -> 0 1 1 0 0 0 1 1`),
  bitwise('bitwise_not', [BIT], ([x]) => x === 0, 'c == 0', '1 0 1 1 0 1 0 0 -> 0 1 0 0 1 0 1 1'),
  bitwise('evens_detector', [ints(0, 9)], ([x = 0]) => x % 2 === 0, 'c % 2 == 0', '3 4 0 7 8 9 1 2 -> 0 1 1 0 1 0 0 1'),
  bitwise(
    'perfect_square_detector',
    [ints(0, 19)],
    ([x = 0]) => SQUARES.includes(x),
    SQUARES.map((s) => `c == ${s}`).join(' || '),
    '0 1 2 4 8 9 16 17 -> 1 1 0 1 0 1 1 0',
  ),
];
