/** Broken proofs for every length: one edit of the sources each, and on what it shows: random machines (`machines`), or a false claim. */
import type { Broken } from '../verify/bundle.ts';

const BLIND = 'lower/blind.ts';
const EXPLORE = 'machines/explore.ts';
const PRODUCT = 'prove/product.ts';
const INDUCTION = 'prove/induction.ts';

export const BROKEN_LENGTHS: Readonly<Record<string, Broken>> = {
  'positions that are numbers': {
    file: BLIND,
    from: "this.#positions.has(e.local) ? 'it computes with a position' : undefined",
    to: 'undefined',
    on: 'a position in a condition',
  },
  'a length that is a number': {
    file: BLIND,
    from: "this.#mentions(scope, e.size) ? 'it computes with the length' : undefined",
    to: 'undefined',
    on: 'the length in a condition',
  },
  'a length that bounds': {
    file: BLIND,
    from: "this.#mentions(scope, e.max) ? 'the length bounds an `iterate`' : undefined",
    to: 'undefined',
    on: 'the length as a bound',
  },
  'bodies that are not looked through': {
    file: BLIND,
    from: "if (e.kind === 'call' || e.kind === 'lift' || e.kind === 'fnref') this.#body(scope, e);",
    to: '',
    on: 'the length in a condition',
  },
  'states by half of their bits': {
    file: EXPLORE,
    from: 'const key = keyOf(this.#codes);',
    to: 'const key = keyOf(this.#codes.subarray(0, this.#codes.length / 2));',
    on: 'a late difference',
  },
  'a last state that is not left': {
    file: EXPLORE,
    from: 'while (done < known.count * symbols) {',
    to: 'while (done < (known.count - 1) * symbols) {',
    on: 'machines',
  },
  'steps that are not compared': {
    file: PRODUCT,
    from: 'agree(rowAt(rows, left, row), rowAt(rows, right, row), undefined)',
    to: 'agree(rowAt(rows, left, 0), rowAt(rows, right, 0), undefined)',
    on: 'machines',
  },
  'one start of many': {
    file: PRODUCT,
    from: 'return tableOf(held).map((leaves) => {',
    to: 'return tableOf(held).slice(0, 1).map((leaves) => {',
    on: 'a start that is given',
  },
  'no length of 0': {
    file: 'prove/lengths.ts',
    from: "if (empty.verdict !== 'proved') return empty;",
    to: '',
    on: 'no elements',
  },
  'equal steps from other starts': {
    file: INDUCTION,
    from: 'values[outputs + k], values[outputs + states + k]',
    to: 'values[outputs + k]',
    on: 'a start that differs',
  },
  'equal starts with other steps': {
    file: INDUCTION,
    from: 'values[outputs + k], values[outputs + states + k]',
    to: 'values[outputs + states + k]',
    on: 'a step that differs',
  },
  'states of later states that are left out': {
    file: 'machines/step.ts',
    from: 'open.push(must(roots[outputs + k]));',
    to: '',
    on: 'a step that differs',
  },
};
