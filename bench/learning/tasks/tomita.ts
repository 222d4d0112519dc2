/**
 * The seven languages of Tomita ("Dynamic construction of finite-state automata from examples using hill-climbing", 1982) as tasks over
 * sequences: after each letter, whether the word so far belongs to the language. The third is read as "anywhere later".
 */
import { BIT, bit, ofPrefix, type SequenceTask } from './sequence.ts';

export interface Language extends SequenceTask {
  /** Of the 256 words of length 8, how many belong to it. */
  readonly accepted: number;
}

const isOdd = (block: string): boolean => block.length % 2 === 1;

/** Whether a block of ones of odd length stands somewhere before a block of zeros of odd length. */
const oddOnesThenOddZeros = (word: string): boolean => {
  const odd = (word.match(/0+|1+/g) ?? []).filter(isOdd).map((block) => block[0]);
  return odd.includes('1') && odd.lastIndexOf('0') > odd.indexOf('1');
};
const times = (word: string, letter: string): number => word.split(letter).length - 1;

interface Told {
  readonly holds: (word: string) => boolean;
  readonly states: number;
  readonly accepted: number;
  /** `1 1 0 -> 1 1 0` */
  readonly example: string;
  readonly spec: string;
}

const language = (number: number, { holds, states, accepted, example, spec }: Told): Language => ({
  name: `tomita_${number}`,
  inputs: [BIT],
  outputs: [BIT],
  length: 12,
  truth: { kind: 'finite', states },
  accepted,
  rule: ofPrefix((prefix) => bit(holds(prefix.join('')))),
  example,
  spec,
});

export const TOMITA: readonly Language[] = [
  language(1, {
    holds: (word) => /^1*$/.test(word),
    states: 2,
    accepted: 1,
    example: '1 1 0 1 -> 1 1 0 0',
    spec: 'let steps = scan ones = true for c in x { ones && c == 1 };\n[for ones in steps: bit(ones)]',
  }),
  language(2, {
    holds: (word) => /^(10)*$/.test(word),
    states: 3,
    accepted: 1,
    example: '1 0 1 0 0 1 -> 0 1 0 1 0 0',
    spec: `let zero: Index<2> = 0;
let steps = scan s = (true, zero) for c in x { (s.0 && c != s.1, (s.1 + 1) % 2) };
[for s in steps: bit(s.0 && s.1 == 0)]`,
  }),
  language(3, {
    holds: (word) => !oddOnesThenOddZeros(word),
    states: 5,
    accepted: 93,
    example: '1 0 0 1 1 0 0 0 -> 1 0 1 1 1 0 1 0',
    // The letter and the parity of the block that is being read, whether a block of ones was odd, whether all is lost.
    spec: `let zero: Index<2> = 0;
let steps = scan s = (zero, zero, false, false) for c in x {
  let ends = c != s.0 && s.1 == 1;
  (c, if c == s.0 { (s.1 + 1) % 2 } else { 1 }, s.2 || ends && s.0 == 1, s.3 || ends && s.0 == 0 && s.2)
};
[for s in steps: bit(!(s.3 || s.2 && s.0 == 0 && s.1 == 1))]`,
  }),
  language(4, {
    holds: (word) => !word.includes('000'),
    states: 4,
    accepted: 149,
    example: '0 0 1 0 0 0 1 -> 1 1 1 1 1 0 0',
    spec: `let none: Index<4> = 0;
let zeros = scan s = none for c in x { if s == 3 { 3 } else if c == 1 { 0 } else { (s + 1) % 4 } };
[for s in zeros: bit(s != 3)]`,
  }),
  language(5, {
    holds: (word) => times(word, '0') % 2 === 0 && times(word, '1') % 2 === 0,
    states: 4,
    accepted: 128,
    example: '0 1 1 0 1 1 -> 0 0 0 1 0 1',
    spec: `let zero: Index<2> = 0;
let steps = scan s = (zero, zero) for c in x { ((s.0 + c) % 2, (s.1 + c + 1) % 2) };
[for s in steps: bit(s.0 == 0 && s.1 == 0)]`,
  }),
  language(6, {
    holds: (word) => (times(word, '0') - times(word, '1')) % 3 === 0,
    states: 3,
    accepted: 86,
    example: '0 0 0 1 0 1 -> 0 0 1 0 1 0',
    spec: `let none: Index<3> = 0;
let steps = scan s = none for c in x { (s + c + 1) % 3 };
[for s in steps: bit(s == 0)]`,
  }),
  language(7, {
    holds: (word) => /^0*1*0*1*$/.test(word),
    states: 5,
    accepted: 93,
    example: '0 1 0 0 1 0 -> 1 1 1 1 1 0',
    // How often the letter changed, counted from the zeros in front: at most three times.
    spec: `let none: Index<5> = 0;
let changes = scan s = none for c in x { if s == 4 || c == s % 2 { s } else { (s + 1) % 5 } };
[for s in changes: bit(s != 4)]`,
  }),
];
