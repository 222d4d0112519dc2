/**
 * Exact arithmetic of crisp indices. `Index<a> + Index<b>` is `Index<a + b - 1>`, `Index<a> * Index<b>` is
 * `Index<(a - 1) * (b - 1) + 1>`, `% c` gives `Index<c>`; a number known while compiling counts as the last case of its type,
 * a loop index as one below the end of its loop. A difference must not be able to fall below 0, so it is
 * written `(a + n - b) % n`.
 */
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { coerced, prim } from './build.ts';
import type { Checker } from './context.ts';
import type { Core } from './core.ts';
import { asSize } from './numbers.ts';
import { isKind, operandProblem } from './operands.ts';
import { showSize } from './show.ts';
import { addSize, constantOf, isNatural, mulSize, sizeOf, subSize } from './sizes.ts';
import type { Size, Type } from './types.ts';

const ONE = sizeOf(1);
const indexType = (size: Size): Type => ({ kind: 'index', size });

export function indexArithmetic(c: Checker, at: Span, op: string, left: Core, right: Core): Core {
  if (op === '%') return modulo(c, at, left, right);
  if (op === '/')
    return operandProblem(
      c,
      op,
      at,
      [left, right],
      'Indices have no exact quotient; `f32(i) / f32(j)` divides numbers.',
    );
  const a = asIndex(c, left);
  const b = asIndex(c, right);
  if (!a || !b)
    return operandProblem(
      c,
      op,
      at,
      [left, right],
      'An index goes with an index or with a number known while compiling; `f32(i)` is its number.',
    );
  if (op === '*') return times(c, at, a, b);
  return op === '+' ? add(c, at, a, b) : difference(c, at, a, b);
}

/** An index, or a number known while compiling as a value of an index type that holds it. */
function asIndex(c: Checker, e: Core): Core | undefined {
  if (isKind(c, e, 'index')) return e;
  const end = isKind(c, e, 'int') ? endOf(c, e) : undefined;
  return end && isNatural(subSize(end, ONE)) ? coerced('int-to-index', indexType(end), e) : undefined;
}

/** What an int certainly lies below, when it is not negative. */
function endOf(c: Checker, e: Core): Size | undefined {
  const exact = asSize(c, e);
  if (exact) return addSize(exact, ONE);
  if (e.kind === 'local') {
    const entry = c.scope.find(e.local.name);
    return entry && 'local' in entry && entry.local === e.local ? entry.end : undefined;
  }
  if (e.kind !== 'prim') return undefined;
  const [a, b] = e.args.map((arg) => endOf(c, arg));
  if (e.prim === 'int.mod') return must(e.args[1]).kind === 'number' ? subSize(must(b), ONE) : undefined;
  if (!a || !b) return undefined;
  if (e.prim === 'int.add') return subSize(addSize(a, b), ONE);
  if (e.prim === 'int.sub') return a;
  const largest = e.prim === 'int.mul' ? mulSize(subSize(a, ONE), subSize(b, ONE)) : undefined;
  return largest && addSize(largest, ONE);
}

function sizeOfIndex(c: Checker, e: Core): Size {
  const type = c.solver.type(e.type);
  return type.kind === 'index' ? type.size : ONE;
}

function add(c: Checker, at: Span, a: Core, b: Core): Core {
  const size = subSize(addSize(sizeOfIndex(c, a), sizeOfIndex(c, b)), ONE);
  return prim('index.add', indexType(size), at, [a, b]);
}

function times(c: Checker, at: Span, a: Core, b: Core): Core {
  const [m, n] = [subSize(sizeOfIndex(c, a), ONE), subSize(sizeOfIndex(c, b), ONE)];
  const largest = mulSize(m, n);
  if (largest) return prim('index.mul', indexType(addSize(largest, ONE)), at, [a, b]);
  const why = `Sizes are linear in the size parameters, and the product can be (${showSize(m)}) * (${showSize(n)}).`;
  return operandProblem(c, '*', at, [a, b], why);
}

function modulo(c: Checker, at: Span, left: Core, right: Core): Core {
  const by = isKind(c, right, 'int') ? asSize(c, right) : undefined;
  const positive = by && isNatural(subSize(by, ONE));
  if (!by || !positive || !isKind(c, left, 'index'))
    return operandProblem(
      c,
      '%',
      at,
      [left, right],
      'The right side must be a number known while compiling, at least 1.',
    );
  return prim('index.mod', indexType(by), at, [left, coerced('int-to-index', indexType(addSize(by, ONE)), right)]);
}

function difference(c: Checker, at: Span, a: Core, b: Core): Core {
  const least = leastValue(c, a);
  const largest = subSize(sizeOfIndex(c, b), ONE);
  if (isNatural(subSize(least, largest))) return prim('index.sub', indexType(sizeOfIndex(c, a)), at, [a, b]);
  const n = constantOf(sizeOfIndex(c, b)) ?? showSize(sizeOfIndex(c, b));
  const why = `The left side can be ${showSize(least)} and the right side ${showSize(largest)}; add a multiple of the modulus first: \`(a + ${n} - b) % ${n}\`.`;
  return c.fail('beyond-end', at, { what: 'this difference of indices', why });
}

/** A number that the value is certainly not below. */
function leastValue(c: Checker, e: Core): Size {
  if (e.kind === 'coerce' && e.how === 'int-to-index') return asSize(c, e.value) ?? sizeOf(0);
  if (e.kind !== 'prim' || e.prim !== 'index.add') return sizeOf(0);
  return e.args.reduce((sum, a) => addSize(sum, leastValue(c, a)), sizeOf(0));
}
