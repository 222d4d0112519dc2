/**
 * The expressions a table may be written as: what they are worth in every row, how many bits writing them takes, and their text as Sutra.
 * `Index` arithmetic is that of the checker: a sum is as wide as it needs to be, `% n` is an `Index<n>`.
 */
import { must } from '../../../text/result.ts';
import { columnsOf, type FiniteArg, type FiniteType, isSameType, valueText } from './finite.ts';

export type BinaryOp = '+' | '-' | '%' | '*' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '&&' | '||' | '^^';

export type TermKind =
  | { readonly kind: 'arg'; readonly arg: number }
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Term; readonly right: Term }
  | { readonly kind: 'not'; readonly of: Term }
  | { readonly kind: 'if'; readonly cond: Term; readonly then: Term; readonly other: Term };

/** A term with its type, its values in all rows and its price. */
export type Term = TermKind & {
  readonly type: FiniteType;
  readonly values: Int32Array;
  readonly bits: number;
};

const BOOL: FiniteType = { kind: 'bool' };
const index = (size: number): FiniteType => ({ kind: 'index', size });
const sizeOf = (t: Term): number => (t.type.kind === 'index' ? t.type.size : 2);

/** Prices in bits: of a name, a case, an operator, `!`, `if`; a number takes two bits and its digits' twice. */
const PRICE = { name: 4, case: 6, operator: 3, not: 2, if: 7 } as const;
export const numberBits = (n: number): number => 2 + 2 * (32 - Math.clz32(n));

/** Makes terms over the rows of some arguments. */
export interface Terms {
  readonly args: readonly Term[];
  value(type: FiniteType, value: number): Term;
  number(value: number): Term;
  binary(op: BinaryOp, left: Term, right: Term): Term;
  not(of: Term): Term;
  choice(cond: Term, then: Term, other: Term): Term;
}

export function termsOver(args: readonly FiniteArg[]): Terms {
  const columns = columnsOf(args);
  const rows = columns[0]?.length ?? 1;
  const column = (at: (row: number) => number): Int32Array => Int32Array.from({ length: rows }, (_, row) => at(row));
  const value = (type: FiniteType, v: number): Term => ({
    kind: 'value',
    value: v,
    type,
    values: new Int32Array(rows).fill(v),
    bits: type.kind === 'index' ? numberBits(v) : PRICE.case,
  });
  return {
    args: args.map(({ type }, arg) => ({ kind: 'arg', arg, type, values: must(columns[arg]), bits: PRICE.name })),
    value,
    number: (v) => value(index(v + 1), v),
    binary(op, left, right) {
      const apply = OPERATORS[op];
      const values = column((row) => apply(must(left.values[row]), must(right.values[row])));
      const type = typeOf(op, left, right);
      return { kind: 'binary', op, left, right, type, values, bits: left.bits + right.bits + PRICE.operator };
    },
    not: (of) => ({ kind: 'not', of, type: BOOL, values: of.values.map((v) => 1 - v), bits: of.bits + PRICE.not }),
    choice(cond, then, other) {
      const values = column((row) => must((cond.values[row] === 1 ? then : other).values[row]));
      const type = then.kind === 'value' && other.kind !== 'value' ? other.type : then.type;
      const wide = then.type.kind === 'index' ? index(Math.max(sizeOf(then), sizeOf(other))) : type;
      return { kind: 'if', cond, then, other, type: wide, values, bits: cond.bits + then.bits + other.bits + PRICE.if };
    },
  };
}

const OPERATORS: Readonly<Record<BinaryOp, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '%': (a, b) => a % b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => a & b,
  '||': (a, b) => a | b,
  '^^': (a, b) => a ^ b,
};

function typeOf(op: BinaryOp, left: Term, right: Term): FiniteType {
  if (op === '+') return index(sizeOf(left) + sizeOf(right) - 1);
  if (op === '-') return left.type;
  if (op === '*') return index((sizeOf(left) - 1) * (sizeOf(right) - 1) + 1);
  return op === '%' ? index(must(right.values[0])) : BOOL;
}

/** The term as one of a wanted type: an index that is narrower or wider in its type than in its values takes `% n`. Undefined where no writing of it has the type. */
export function asType(terms: Terms, t: Term, type: FiniteType): Term | undefined {
  if (type.kind !== 'index' || t.type.kind !== 'index') return isSameType(t.type, type) ? t : undefined;
  if (t.kind === 'value') return t.value < type.size ? terms.value(type, t.value) : undefined;
  if (t.type.size === type.size) return t;
  if (t.kind !== 'if') return terms.binary('%', t, terms.number(type.size));
  const [then, other] = [asType(terms, t.then, type), asType(terms, t.other, type)];
  return then && other && terms.choice(t.cond, then, other);
}

// --- text --------------------------------------------------------------------------------------------------

/** How tightly operators bind; what stands in a looser place takes parentheses. */
const TIGHTNESS: Readonly<Record<BinaryOp, number>> = {
  '||': 1,
  '^^': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '%': 6,
};
const [UNARY, ATOM] = [7, 9];

/** The term as Sutra. */
export const termText = (t: Term, args: readonly FiniteArg[]): string => write(t, args).text;

interface Piece {
  readonly text: string;
  readonly tightness: number;
}

function write(t: Term, args: readonly FiniteArg[]): Piece {
  const within = (part: Term, tightness: number): string => {
    const piece = write(part, args);
    return piece.tightness < tightness ? `(${piece.text})` : piece.text;
  };
  switch (t.kind) {
    case 'arg':
      return { text: must(args[t.arg]).name, tightness: ATOM };
    case 'value':
      return { text: valueText(t.type, t.value), tightness: ATOM };
    case 'not':
      return { text: `!${within(t.of, UNARY)}`, tightness: UNARY };
    case 'binary': {
      const at = TIGHTNESS[t.op];
      const left = within(t.left, at === 4 ? at + 1 : at);
      return { text: `${left} ${t.op} ${within(t.right, at + 1)}`, tightness: at };
    }
    case 'if':
      return {
        text: `if ${write(t.cond, args).text} { ${write(t.then, args).text} } else { ${write(t.other, args).text} }`,
        tightness: 0,
      };
    default:
      return t satisfies never;
  }
}
