/**
 * Assertions: forms to conditions. Every mistake has its place: unknown variables, a product of variables, an operator
 * that does not stand first. Negations are pushed inwards while reading.
 */
import { type Decimal, readDecimal } from '../../num/decimal.ts';
import { nearest } from '../../text/nearest.ts';
import { type Problem, problem } from '../../text/problem.ts';
import type { Span } from '../../text/span.ts';
import {
  added,
  type Condition,
  comparison,
  isComparison,
  minus,
  number,
  type Sum,
  scaled,
  variable,
} from './linear.ts';
import type { Form, List, Word } from './read.ts';

/** The number of a variable; a message where there is none. */
export type Lookup = (word: Word) => number | { readonly why: string };

interface Reading {
  readonly lookup: Lookup;
  readonly problems: Problem[];
}

/** The condition of `(assert C)`; undefined after a problem. */
export const conditionOf = (form: Form, lookup: Lookup, problems: Problem[]): Condition | undefined =>
  condition({ lookup, problems }, form, false);

function wrong(r: Reading, at: Span, why: string): undefined {
  r.problems.push(problem('vnnlib-assert', at, { why }));
  return undefined;
}

const OPERATORS = ['and', 'or', 'not', '=>', '<=', '<', '>=', '>', '==', '!=', '=', '+', '-', '*'];

function headOf(r: Reading, form: List): string | undefined {
  const [head, second] = form.items;
  if (head?.kind !== 'word' || head.brackets !== undefined)
    return wrong(r, form.at, 'An operator stands first in the brackets.');
  if (OPERATORS.includes(head.text)) return head.text;
  const infix = second?.kind === 'word' && OPERATORS.includes(second.text);
  const near = nearest(head.text, OPERATORS);
  const hint = near === undefined ? `The operators are ${OPERATORS.join(' ')}.` : `Did you mean \`${near}\`?`;
  const why = infix
    ? `The operator \`${second.text}\` stands in front: (${second.text} ${head.text} ...).`
    : `\`${head.text}\` is no operator. ${hint}`;
  return wrong(r, infix ? form.at : head.at, why);
}

function condition(r: Reading, form: Form, negative: boolean): Condition | undefined {
  if (form.kind === 'word') return wrong(r, form.at, 'A condition is wanted here, in brackets.');
  const head = headOf(r, form);
  if (head === undefined) return undefined;
  const args = form.items.slice(1);
  if (isComparison(head)) return compared(r, form, head, negative);
  switch (head) {
    case 'and':
    case 'or':
      return joined(
        r,
        (head === 'and') === negative ? 'or' : 'and',
        args.map((a) => [a, negative] as const),
      );
    case '=>': {
      if (args.length !== 2) return wrong(r, form.at, '`=>` takes two conditions.');
      const [a, b] = args as [Form, Form];
      const pairs = [[a, !negative] as const, [b, negative] as const];
      return joined(r, negative ? 'and' : 'or', pairs);
    }
    case 'not':
      if (args.length !== 1) return wrong(r, form.at, '`not` takes one condition.');
      return condition(r, args[0] as Form, !negative);
    default:
      return wrong(r, form.at, `\`${head}\` gives a number; a condition is wanted here.`);
  }
}

function joined(r: Reading, kind: 'and' | 'or', parts: readonly (readonly [Form, boolean])[]): Condition | undefined {
  const of = parts.map(([form, negative]) => condition(r, form, negative));
  return of.every((c) => c !== undefined) ? { kind, of } : undefined;
}

/** `(<= a b c)` chains. */
function compared(r: Reading, form: List, op: string, negative: boolean): Condition | undefined {
  const args = form.items.slice(1);
  if (args.length !== 2) return wrong(r, form.at, `\`${op}\` takes two numbers, and there are ${args.length}.`);
  const [a, b] = args.map((arg) => sum(r, arg));
  return a && b ? comparison(op, [a, b], negative, form.at) : undefined;
}

function sum(r: Reading, form: Form): Sum | undefined {
  if (form.kind === 'word') return word(r, form);
  const head = headOf(r, form);
  if (head === undefined) return undefined;
  const args = form.items.slice(1).map((arg) => sum(r, arg));
  if (!args.every((a) => a !== undefined)) return undefined;
  const [first, ...rest] = args;
  if (!first) return wrong(r, form.at, `\`${head}\` has no operands.`);
  switch (head) {
    case '+':
      return rest.reduce(added, first);
    case '-':
      return rest.length === 0 ? scaled(first, MINUS_ONE) : rest.reduce(minus, first);
    case '*':
      return rest.reduce<Sum | undefined>((a, b) => a && product(r, form, a, b), first);
    default:
      return wrong(r, form.at, `\`${head}\` gives no number.`);
  }
}

const MINUS_ONE: Decimal = { m: -1n, e: 0 };
/** Coefficients longer than this are no specification but an attack on memory. */
const MOST_BITS = 20_000;

function product(r: Reading, form: List, a: Sum, b: Sum): Sum | undefined {
  if (a.terms.size > 0 && b.terms.size > 0) return wrong(r, form.at, 'A product of variables is not linear.');
  const [variables, factor] = a.terms.size > 0 ? [a, b.constant] : [b, a.constant];
  const made = scaled(variables, factor);
  const longest = [...made.terms.values(), made.constant].some(
    ({ m, e }) => m.toString(16).length > MOST_BITS || Math.abs(e) > MOST_BITS,
  );
  return longest ? wrong(r, form.at, 'The product has too many digits.') : made;
}

function word(r: Reading, form: Word): Sum | undefined {
  if (form.brackets === undefined && /^[+-]?\.?\d/.test(form.text)) {
    const value = readDecimal(form.text);
    return value ? number(value) : wrong(r, form.at, `\`${form.text}\` is no number that can be read.`);
  }
  const found = r.lookup(form);
  return typeof found === 'number' ? variable(found) : wrong(r, form.at, found.why);
}
