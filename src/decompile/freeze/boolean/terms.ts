/**
 * Formulas over the arguments of a table: a bool is an input, an argument of two cases one (`b == 1`), of more cases one per case, of which
 * exactly one holds; the other combinations cannot occur and are free.
 */
import { must } from '../../../text/result.ts';
import { casesOf, FREE } from '../tables/finite.ts';
import type { Term, Terms } from '../tables/terms.ts';
import type { Formula } from './formula.ts';
import { minimise } from './minimise.ts';

/** Tables of more bits of input are not minimised. */
const MOST_BITS = 10;

/** What is true of an argument. */
interface Literal {
  readonly holds: Term;
  readonly fails: Term;
}

/** The column of bools as a formula; undefined when the arguments have too many cases. */
export function formulaTerm(terms: Terms, column: Int32Array): Term | undefined {
  const literals = terms.args.flatMap((arg) => literalsOf(terms, arg));
  if (literals.length > MOST_BITS) return undefined;
  const truth = new Int32Array(2 ** literals.length).fill(FREE);
  for (const [row, value] of column.entries()) {
    const bits = literals.reduce((n, l, i) => n | (must(l.holds.values[row]) << i), 0);
    truth[bits] = value;
  }
  return termOf(terms, minimise(truth), literals);
}

function literalsOf(terms: Terms, arg: Term): Literal[] {
  if (arg.type.kind === 'bool') return [{ holds: arg, fails: terms.not(arg) }];
  const cases = casesOf(arg.type);
  const wanted = cases === 2 ? [1] : Array.from({ length: cases }, (_, i) => i);
  return wanted.map((v) => {
    const value = terms.value(arg.type, v);
    const other = cases === 2 ? terms.binary('==', arg, terms.value(arg.type, 1 - v)) : terms.binary('!=', arg, value);
    return { holds: terms.binary('==', arg, value), fails: other };
  });
}

const OPERATOR = { and: '&&', or: '||', xor: '^^' } as const;

function termOf(terms: Terms, f: Formula, literals: readonly Literal[]): Term {
  switch (f.kind) {
    case 'constant':
      return terms.value({ kind: 'bool' }, Number(f.value));
    case 'input':
      return must(literals[f.input]).holds;
    case 'not':
      return f.of.kind === 'input' ? must(literals[f.of.input]).fails : terms.not(termOf(terms, f.of, literals));
    default:
      return f.items
        .map((item) => termOf(terms, item, literals))
        .reduce((a, b) => terms.binary(OPERATOR[f.kind], a, b));
  }
}
