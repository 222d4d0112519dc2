/** Numbers as written, learned numbers, and the values of constant expressions. */
import { readF32 } from '../num/literal.ts';
import type { Expr } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { core, F32, INT, numberCore } from './build.ts';
import type { Checker } from './context.ts';
import type { Core, HoleDecl } from './core.ts';
import { addSize, constantOf, mulSize, scaleSize, sizeOf } from './sizes.ts';
import type { Size, Type } from './types.ts';

type NumberExpr = Extract<Expr, { kind: 'number' }>;
type HoleExpr = Extract<Expr, { kind: 'hole' }>;

/** The nearest float32; a decimal beyond all of them is a mistake, for `inf` is how infinity is written. */
function read(c: Checker, text: string, at: Span): number {
  const value = readF32(text.replaceAll('_', ''));
  if (Math.abs(value) === Number.POSITIVE_INFINITY && !text.endsWith('inf')) c.fail('number-too-large', at, { text });
  return value;
}

/** An integer stays a compile-time `int` until something wants an f32. */
export function inferNumber(c: Checker, e: NumberExpr, hint?: Type): Core {
  const wantsF32 = hint !== undefined && c.solver.type(hint).kind === 'f32';
  if (!e.isInt || wantsF32) return numberCore(read(c, e.text, e.at), e.at);
  return numberCore(Number(e.text.replaceAll('_', '')), e.at, INT);
}

export function inferHole(c: Checker, e: HoleExpr): Core {
  if (c.frame.holes === 'forbidden') {
    return c.fail('misplaced-hole', e.at, {
      hint: 'It belongs into a function; a `param` is learned as a whole, and tests and settings are fixed.',
    });
  }
  const value = read(c, e.text, e.numberAt);
  const hole: HoleDecl = { name: '', value, at: e.numberAt };
  c.frame.found.push(hole);
  return core(F32, e.at, { kind: 'hole', value, hole });
}

/** Gives what is learned inside a definition its names, in the order of the text: numbers, `choose` and `pick` each count their own. */
export function nameHoles(name: string, holes: readonly HoleDecl[]): void {
  const seen = new Map<string, number>();
  for (const hole of [...holes].sort((a, b) => a.at.start - b.at.start)) {
    const word = hole.choice?.word ?? '';
    const ordinal = (seen.get(word) ?? 0) + 1;
    seen.set(word, ordinal);
    (hole as { name: string }).name = `${name}?${word}${ordinal}`;
  }
}

/** An int expression as a size, when it is linear in size parameters and has no loop index in it. */
export function asSize(c: Checker, e: Core): Size | undefined {
  if (e.kind === 'number') return Number.isInteger(e.value) ? sizeOf(e.value) : undefined;
  if (e.kind === 'size') return e.size;
  if (e.kind === 'local') {
    const entry = c.scope.find(e.local.name);
    return entry && 'local' in entry && entry.local === e.local ? entry.size : undefined;
  }
  if (e.kind === 'global') return asSize(c, e.decl.value);
  if (e.kind !== 'prim' || !e.prim.startsWith('int.')) return undefined;
  const parts = e.args.map((a) => asSize(c, a));
  if (parts.some((p) => !p)) return undefined;
  return sizeArithmetic(
    e.prim,
    parts.map((p) => must(p)),
  );
}

function sizeArithmetic(op: string, [a, b]: readonly Size[]): Size | undefined {
  if (!a) return undefined;
  if (op === 'int.neg') return scaleSize(a, -1);
  if (!b) return undefined;
  if (op === 'int.add') return addSize(a, b);
  if (op === 'int.sub') return addSize(a, b, -1);
  if (op === 'int.mul') return mulSize(a, b);
  const x = constantOf(a);
  const y = constantOf(b);
  if (op === 'int.mod' && x !== undefined && y !== undefined && y > 0) return sizeOf(((x % y) + y) % y);
  return undefined;
}

/** The float32 value of a constant expression: numbers, top-level lets of them, and `+ - * /` and square roots. */
export function constantValue(e: Core): number | undefined {
  if (e.kind === 'number') return e.value;
  if (e.kind === 'global') return constantValue(e.decl.value);
  if (e.kind === 'size') return constantOf(e.size);
  if (e.kind === 'coerce' && e.how === 'int-to-f32') {
    const value = constantValue(e.value);
    return value === undefined ? undefined : Math.fround(value);
  }
  if (e.kind !== 'prim') return undefined;
  const args = e.args.map(constantValue);
  if (args.some((a) => a === undefined)) return undefined;
  return constantPrim(
    e.prim,
    args.map((a) => must(a)),
  );
}

function constantPrim(name: string, [a = 0, b = 0]: readonly number[]): number | undefined {
  switch (name) {
    case 'neg':
    case 'int.neg':
      return -a;
    case 'add':
      return Math.fround(a + b);
    case 'sub':
      return Math.fround(a - b);
    case 'mul':
      return Math.fround(a * b);
    case 'div':
      return Math.fround(a / b);
    case 'sqrt':
      return Math.fround(Math.sqrt(a));
    case 'int.add':
      return a + b;
    case 'int.sub':
      return a - b;
    case 'int.mul':
      return a * b;
    case 'int.div':
      return Math.fround(a / b);
    default:
      return undefined;
  }
}

/** Whether the compiler knows the value: an `int`, or a crisp condition made of comparisons of ints. */
export function isStatic(c: Checker, e: Core): boolean {
  if (c.solver.type(e.type).kind === 'int' || e.kind === 'bool') return true;
  if (e.kind === 'local') {
    const entry = c.scope.find(e.local.name);
    return entry !== undefined && 'local' in entry && entry.local === e.local && entry.isKnown === true;
  }
  if (e.kind !== 'prim') return false;
  return (
    e.prim.startsWith('int.') ||
    (['not', 'and', 'or', 'xor', 'implies'].includes(e.prim) && e.args.every((a) => isStatic(c, a)))
  );
}
