/** The identity of a question: its graph with all numbers, the box and the claim, bit by bit. */
import { graphHash } from '../ir/print.ts';
import { bitsOfF64 } from '../num/bits.ts';
import { utf8Encode } from '../num/bytes.ts';
import { sha256 } from '../num/sha256.ts';
import type { Question } from './question.ts';

export function questionHash({ graph, box, claim }: Question): string {
  const lines = [
    graphHash(graph),
    ...box.map(({ lo, hi }) => `in ${bitsIn(lo)} ${bitsIn(hi)}`),
    ...claim.unsafe.flatMap((all) => [
      'all',
      ...all.map(({ coefficients, at, strict }) => `${bitsIn(coefficients)} ${bitsIn([at])} ${strict ? '<' : '<='} 0`),
    ]),
  ];
  return `sha256:${sha256(utf8Encode(lines.join('\n')))}`;
}

const bitsIn = (xs: ArrayLike<number>): string => Array.from(xs, (x) => bitsOfF64(x).toString(16)).join();
