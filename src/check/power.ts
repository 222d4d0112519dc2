/**
 * `a ** b` with a constant exponent. Small whole exponents are repeated products (by squaring, so
 * `x ** 3` is `x * (x * x)`), one half is a square root, a negative whole one divides 1 by the product;
 * everything else is `pow`.
 */
import type { Span } from '../text/span.ts';
import { axesOf, errorCore, F32, fromAxes, INT, numberCore, prim, share } from './build.ts';
import { adapt, numeric } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, Prim } from './core.ts';
import { constantValue } from './numbers.ts';
import { showType } from './show.ts';
import type { Type } from './types.ts';

const LARGEST = 64;

export function power(c: Checker, at: Span, base: Core, exponent: Core): Core {
  if (base.type.kind === 'error' || exponent.type.kind === 'error') return errorCore(at);
  const value = constantValue(exponent);
  if (value === undefined)
    return c.fail('not-constant', exponent.at, {
      what: 'the exponent of `**`',
      hint: '`pow(a, b)` takes any exponent.',
    });
  const type = c.solver.type(base.type);
  if (type.kind === 'int' && Number.isInteger(value) && value >= 0 && value <= LARGEST)
    return repeated('int.mul', INT, at, base, value);
  const number = numeric(c, base);
  if (!number) return c.fail('operand-types', at, { op: '**', found: showType(type), why: 'It raises numbers.' });
  const shape = fromAxes(F32, axesOf(c.solver.type(number.type)));
  if (value === 0.5) return prim('sqrt', shape, at, [number]);
  if (!Number.isInteger(value) || Math.abs(value) > LARGEST)
    return prim('pow', shape, at, [number, adapt(c, exponent, F32) ?? exponent]);
  const product = repeated('mul', shape, at, number, Math.abs(value));
  return value < 0 ? prim('div', shape, at, [numberCore(1, at), product]) : product;
}

function repeated(mul: Prim, type: Type, at: Span, base: Core, times: number): Core {
  if (times === 0) {
    const one = numberCore(1, at, mul === 'mul' ? F32 : INT);
    return type.kind === 'array' ? prim('init.ones', type, at, []) : one;
  }
  return share(base, 'base', (x) => product(mul, type, at, x, times));
}

function product(mul: Prim, type: Type, at: Span, x: Core, times: number): Core {
  if (times === 1) return x;
  if (times % 2 === 1) return prim(mul, type, at, [x, product(mul, type, at, x, times - 1)]);
  return share(product(mul, type, at, x, times / 2), 'half', (half) => prim(mul, type, at, [half, half]));
}
