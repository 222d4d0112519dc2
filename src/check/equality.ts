/** `==` and `!=`: of numbers and bools exactly, of cases crisply, of soft values by their weights. */
import type { Expr } from '../syntax/ast.ts';
import type { Span } from '../text/span.ts';
import { BOOL, errorCore, leafOf, prim, TRUTH, withLeaf } from './build.ts';
import { adapt, join, numeric } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core } from './core.ts';
import { broadcast, isKind, operandProblem } from './operands.ts';
import type { Type } from './types.ts';

type Binary = Extract<Expr, { kind: 'binary' }>;

/** A bare name may be a case that the other side explains, so it is read second. */
function operands(c: Checker, e: Binary): readonly [Core, Core] {
  if (e.left.kind === 'name' && e.right.kind !== 'name') {
    const right = c.infer(e.right);
    return [c.infer(e.left, right.type), right];
  }
  const left = c.infer(e.left);
  return [left, c.infer(e.right, left.type)];
}

export function inferEquality(c: Checker, e: Binary, op: '==' | '!='): Core {
  const [left, right] = operands(c, e);
  if (isKind(c, left, 'error') || isKind(c, right, 'error')) return errorCore(e.at);
  if (isKind(c, left, 'int') && isKind(c, right, 'int')) {
    const equal = prim('int.eq', BOOL, e.at, [left, right]);
    return op === '==' ? equal : prim('not', BOOL, e.at, [equal], c.module.logic);
  }
  return equal(c, e.at, op, left, right);
}

function equal(c: Checker, at: Span, op: '==' | '!=', left: Core, right: Core): Core {
  const a = c.solver.type(left.type);
  const b = c.solver.type(right.type);
  if (isCases(a) || isCases(b)) return equalCases(c, at, op, left, right);
  if (leafOf(a).kind === 'bool' && leafOf(b).kind === 'bool') return compare(c, at, op, left, right, BOOL);
  const [x, y] = [numeric(c, left), numeric(c, right)];
  if (!x || !y)
    return operandProblem(
      c,
      op,
      at,
      [left, right],
      'It compares numbers, bools, cases and indices; compare records and tuples by their parts.',
    );
  return compare(c, at, op, x, y, BOOL);
}

const isCases = (t: Type): boolean => ['enum', 'index', 'soft'].includes(leafOf(t).kind);

function equalCases(c: Checker, at: Span, op: '==' | '!=', left: Core, right: Core): Core {
  const a = c.solver.type(left.type);
  const b = c.solver.type(right.type);
  const leaf = join(c.solver, leafOf(a), leafOf(b));
  const [x, y] = leaf ? [adapt(c, left, withLeaf(a, leaf)), adapt(c, right, withLeaf(b, leaf))] : [];
  if (!leaf || !x || !y) return operandProblem(c, op, at, [left, right], 'Both sides must be of one type.');
  return compare(c, at, op, x, y, leaf.kind === 'soft' ? TRUTH : BOOL);
}

function compare(c: Checker, at: Span, op: '==' | '!=', left: Core, right: Core, leaf: Type): Core {
  const type = broadcast(c, op, at, left, right, leaf);
  return type ? prim(op === '==' ? 'eq' : 'ne', type, at, [left, right]) : errorCore(at);
}
