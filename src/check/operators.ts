/** Operators: arithmetic of numbers and of compile-time integers, comparisons, logic, pipes. */
import type { Expr } from '../syntax/ast.ts';
import type { Span } from '../text/span.ts';
import { BOOL, core, errorCore, F32, INT, leafOf, numberCore, prim, share } from './build.ts';
import { inferPipe } from './calls.ts';
import { logical, numeric } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, Prim } from './core.ts';
import { inferEquality } from './equality.ts';
import { indexArithmetic } from './indices.ts';
import { broadcast, connect, isError, isKind, matmul, numbers, operandProblem } from './operands.ts';

import { power } from './power.ts';
import { showType } from './show.ts';
import type { Type } from './types.ts';

type Binary = Extract<Expr, { kind: 'binary' }>;
type Unary = Extract<Expr, { kind: 'unary' }>;

export function inferUnary(c: Checker, e: Unary, hint?: Type): Core {
  if (e.op === '!') return inferNot(c, e);
  const value = c.infer(e.value, hint);
  if (value.kind === 'number') return numberCore(-value.value, e.at, value.type);
  if (isKind(c, value, 'int')) return prim('int.neg', INT, e.at, [value]);
  const number = numeric(c, value);
  if (!number) return operandProblem(c, '-', e.at, [value], 'It negates numbers.');
  return prim('neg', c.solver.type(number.type), e.at, [number]);
}

function inferNot(c: Checker, e: Unary): Core {
  const value = c.infer(e.value);
  const truth = logical(c, value);
  if (!truth) return wantTruth(c, '!', value);
  return prim('not', truth.type, e.at, [truth], c.module.logic);
}

export function inferBinary(c: Checker, e: Binary, hint?: Type): Core {
  switch (e.op) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(c, e, e.op, hint);
    case '@':
      return inferMatmul(c, e);
    case '**':
      return power(c, e.at, c.infer(e.left, arrayHint(c, hint)), c.infer(e.right));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(c, e, e.op);
    case '==':
    case '!=':
      return inferEquality(c, e, e.op);
    case '&&':
    case '||':
    case '^^':
    case '==>':
      return connective(c, e, e.op);
    case '|>':
      return inferPipe(c, e, hint);
    default:
      return e.op satisfies never;
  }
}

// --- arithmetic ---

type Arithmetic = '+' | '-' | '*' | '/' | '%';
const NUMBER_PRIM = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' } as const;
const INT_PRIM = { '+': 'int.add', '-': 'int.sub', '*': 'int.mul', '%': 'int.mod' } as const;

/** Only shapes are worth passing to operands: `0.1 * normal()` takes the wanted shape. */
const arrayHint = (c: Checker, hint?: Type): Type | undefined =>
  hint && c.solver.type(hint).kind === 'array' ? hint : undefined;

function arithmetic(c: Checker, e: Binary, op: Arithmetic, hint?: Type): Core {
  const inner = arrayHint(c, hint);
  const left = c.infer(e.left, inner);
  const right = c.infer(e.right, inner);
  if (isError(c, left) || isError(c, right)) return errorCore(e.at);
  if (isKind(c, left, 'int') && isKind(c, right, 'int') && op !== '/')
    return prim(INT_PRIM[op], INT, e.at, [left, right]);
  if (isKind(c, left, 'index') || isKind(c, right, 'index')) return indexArithmetic(c, e.at, op, left, right);
  const operands = numbers(c, op, e.at, left, right);
  if (!operands) return errorCore(e.at);
  const [a, b, type] = operands;
  return op === '%' ? remainder(e.at, a, b, type) : prim(NUMBER_PRIM[op], type, e.at, [a, b]);
}

/** `a - b * floor(a / b)`: the remainder has the sign of `b`. */
function remainder(at: Span, a: Core, b: Core, type: Type): Core {
  return share(a, 'a', (x) =>
    share(b, 'b', (y) => {
      const quotient = prim('floor', type, at, [prim('div', type, at, [x, y])]);
      return prim('sub', type, at, [x, prim('mul', type, at, [y, quotient])]);
    }),
  );
}

function inferMatmul(c: Checker, e: Binary): Core {
  const operands = [c.infer(e.left), c.infer(e.right)];
  const [left, right] = operands.map((o) => numeric(c, o));
  if (!left || !right) return operandProblem(c, '@', e.at, operands, 'It contracts arrays of numbers.');
  if (isError(c, left) || isError(c, right)) return errorCore(e.at);
  return matmul(c, e.at, left, right);
}

// --- comparisons and logic ---

function comparison(c: Checker, e: Binary, op: '<' | '<=' | '>' | '>='): Core {
  const left = c.infer(e.left);
  const right = c.infer(e.right);
  if (isError(c, left) || isError(c, right)) return errorCore(e.at);
  if (isKind(c, left, 'int') && isKind(c, right, 'int')) {
    const less: Prim = op === '<' || op === '>' ? 'int.lt' : 'int.le';
    return prim(less, BOOL, e.at, op === '<' || op === '<=' ? [left, right] : [right, left]);
  }
  const number = (x: Core): Core =>
    isKind(c, x, 'index') ? core(F32, x.at, { kind: 'coerce', how: 'index-to-f32', value: x }) : x;
  const a = numeric(c, number(left));
  const b = numeric(c, number(right));
  if (!a || !b) return operandProblem(c, op, e.at, [left, right], 'It compares numbers; cases are compared with `==`.');
  const type = broadcast(c, op, e.at, a, b, BOOL);
  return type ? prim(COMPARE[op], type, e.at, [a, b]) : errorCore(e.at);
}

const COMPARE = { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' } as const;

const CONNECT = { '&&': 'and', '||': 'or', '^^': 'xor', '==>': 'implies' } as const;

function connective(c: Checker, e: Binary, op: '&&' | '||' | '^^' | '==>'): Core {
  const left = c.infer(e.left);
  const right = c.infer(e.right);
  const a = logical(c, left) ?? wantTruth(c, op, left);
  const b = logical(c, right) ?? wantTruth(c, op, right);
  if (isError(c, a) || isError(c, b)) return errorCore(e.at);
  return connect(c, CONNECT[op], op, e.at, a, b);
}

function wantTruth(c: Checker, op: string, value: Core): Core {
  const leaf = leafOf(c.solver.type(value.type)).kind;
  if (leaf === 'f32' || leaf === 'int')
    return c.fail(
      'number-is-not-truth',
      value.at,
      { found: showType(c.solver.type(value.type)) },
      { label: `\`${op}\` joins truths` },
    );
  return operandProblem(c, op, value.at, [value], 'It joins values of type bool or truth.');
}
