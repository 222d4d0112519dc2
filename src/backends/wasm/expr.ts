/**
 * Prints scalar kernels as WebAssembly, in two modes: `scalar`, one element at a time, and `lanes`, four at a time as
 * f32x4 and i32x4 (a double is two f64x2 halves). Values that are used more than once go to locals; the rest stays on
 * the stack. Every step is the one IEEE or integer step of `kernel/expr.ts`, so the bits are those of the evaluator.
 */
import { inOrder, operandsOf } from '../../kernel/build.ts';
import type { Expr, Primitive } from '../../kernel/expr.ts';
import { COMPARES, isMask } from '../../kernel/masks.ts';
import { invariant, must } from '../../text/result.ts';
import type { Code, Local } from './code.ts';
import type { PlainOp, ValueType } from './opcodes.ts';

export type Mode = 'scalar' | 'lanes';

/** Of a double in lanes: 0 holds the first two elements, 1 the others. Everything else has only 0. */
type Half = 0 | 1;

type Step = Extract<Expr, { kind: 'step' }>;
type Constant = Extract<Expr, { kind: 'const' }>;
type Select = Extract<Expr, { kind: 'select' }>;

/** A value in a local, and how often it is still read. */
interface Kept {
  readonly local: Local;
  left: number;
}

const HALVES: readonly Half[] = [0, 1];

/** Steps that are one instruction over their operands. Comparisons leave 0 or 1. */
// biome-ignore format: a table reads better in rows
const SCALAR: { readonly [P in Primitive]?: PlainOp } = {
  'f32.add': 'f32.add', 'f32.sub': 'f32.sub', 'f32.mul': 'f32.mul', 'f32.div': 'f32.div',
  'f32.neg': 'f32.neg', 'f32.abs': 'f32.abs', 'f32.sqrt': 'f32.sqrt', 'f32.floor': 'f32.floor', 'f32.nearest': 'f32.nearest',
  'f32.lt': 'f32.lt', 'f32.le': 'f32.le', 'f32.eq': 'f32.eq',
  'f32.bits': 'i32.reinterpret_f32', 'f32.fromBits': 'f32.reinterpret_i32',
  'f32.toI32': 'i32.trunc_sat_f32_s', 'f32.fromI32': 'f32.convert_i32_s', 'f32.fromF64': 'f32.demote_f64',
  'f64.fromF32': 'f64.promote_f32', 'f64.fromI32': 'f64.convert_i32_s',
  'f64.add': 'f64.add', 'f64.sub': 'f64.sub', 'f64.mul': 'f64.mul', 'f64.div': 'f64.div',
  'f64.neg': 'f64.neg', 'f64.floor': 'f64.floor', 'f64.nearest': 'f64.nearest', 'f64.toI32': 'i32.trunc_sat_f64_s',
  'f64.lt': 'f64.lt', 'f64.le': 'f64.le',
  'i32.add': 'i32.add', 'i32.sub': 'i32.sub', 'i32.and': 'i32.and', 'i32.or': 'i32.or', 'i32.xor': 'i32.xor',
  'i32.shl': 'i32.shl', 'i32.shrS': 'i32.shr_s', 'i32.shrU': 'i32.shr_u', 'i32.lt': 'i32.lt_s', 'i32.eq': 'i32.eq',
};

/** Steps that are one instruction over four lanes, or over each half of doubles. Comparisons leave masks. */
// biome-ignore format: a table reads better in rows
const LANES: { readonly [P in Primitive]?: PlainOp } = {
  'f32.add': 'f32x4.add', 'f32.sub': 'f32x4.sub', 'f32.mul': 'f32x4.mul', 'f32.div': 'f32x4.div',
  'f32.min': 'f32x4.pmin', 'f32.max': 'f32x4.pmax',
  'f32.neg': 'f32x4.neg', 'f32.abs': 'f32x4.abs', 'f32.sqrt': 'f32x4.sqrt', 'f32.floor': 'f32x4.floor', 'f32.nearest': 'f32x4.nearest',
  'f32.lt': 'f32x4.lt', 'f32.le': 'f32x4.le', 'f32.eq': 'f32x4.eq',
  'f32.toI32': 'i32x4.trunc_sat_f32x4_s', 'f32.fromI32': 'f32x4.convert_i32x4_s',
  'f64.add': 'f64x2.add', 'f64.sub': 'f64x2.sub', 'f64.mul': 'f64x2.mul', 'f64.div': 'f64x2.div',
  'f64.neg': 'f64x2.neg', 'f64.floor': 'f64x2.floor', 'f64.nearest': 'f64x2.nearest',
  'i32.add': 'i32x4.add', 'i32.sub': 'i32x4.sub', 'i32.and': 'v128.and', 'i32.or': 'v128.or', 'i32.xor': 'v128.xor',
  'i32.lt': 'i32x4.lt_s', 'i32.eq': 'i32x4.eq',
};

const SHIFTS: { readonly [P in Primitive]?: readonly [one: PlainOp, four: PlainOp] } = {
  'i32.shl': ['i32.shl', 'i32x4.shl'],
  'i32.shrS': ['i32.shr_s', 'i32x4.shr_s'],
  'i32.shrU': ['i32.shr_u', 'i32x4.shr_u'],
};

/** From two halves of doubles to four lanes, and from the lower two lanes to doubles. */
const NARROWS: { readonly [P in Primitive]?: PlainOp } = {
  'f32.fromF64': 'f32x4.demote_f64x2_zero',
  'f64.toI32': 'i32x4.trunc_sat_f64x2_s_zero',
};
const WIDENS: { readonly [P in Primitive]?: PlainOp } = {
  'f64.fromF32': 'f64x2.promote_low_f32x4',
  'f64.fromI32': 'f64x2.convert_low_i32x4_s',
};

const bytesFrom = (...starts: readonly number[]): number[] => {
  const width = 16 / starts.length;
  return starts.flatMap((start) => Array.from({ length: width }, (_, i) => start + i));
};
/** The upper half of the first vector, below. */
const UPPER = bytesFrom(8, 8);
/** The lower halves of two vectors. */
const LOWER_OF_BOTH = bytesFrom(0, 16);
/** The lower word of each of four 64-bit lanes. */
const EVEN_WORDS = bytesFrom(0, 8, 16, 24);

export interface ExprPrinter {
  /** Prints code that leaves the value of a root on the stack: an f32, or an f32x4. Once per mention among the roots. */
  push(root: Expr): void;
}

/**
 * A printer for these roots. `loadArg` prints code that leaves argument `index` on the stack (once per argument that is
 * read more than once, else where it is read), so nothing may be stored over an argument before the last root is pushed.
 */
export function exprPrinter(
  code: Code,
  mode: Mode,
  roots: readonly Expr[],
  loadArg: (index: number) => void,
): ExprPrinter {
  const uses = countUses(mode, roots);
  const held = [new Map<Expr, Kept>(), new Map<Expr, Kept>()] as const;

  function emit(e: Expr, half: Half = 0): void {
    const kept = held[half].get(e);
    if (kept) {
      code.get(kept.local);
      if (--kept.left === 0) code.free(kept.local);
    } else {
      compute(e, half);
      const left = must(uses.get(e)) - 1;
      if (left > 0 && e.kind !== 'const') keep(e, half, left);
    }
  }

  function keep(e: Expr, half: Half, left: number): void {
    const local = code.local(typeOf(mode, e));
    code.tee(local);
    held[half].set(e, { local, left });
  }

  function compute(e: Expr, half: Half): void {
    if (e.kind === 'arg') loadArg(e.index);
    else if (e.kind === 'const') (mode === 'scalar' ? oneConstant : fourConstants)(code, e);
    else if (e.kind === 'select') mode === 'scalar' ? selectOne(e) : selectFour(e, half);
    else if (mode === 'scalar') stepOne(e);
    else stepFour(e, half);
  }

  /** Leaves something that is not 0 where the mask holds. */
  function condition(e: Expr): void {
    if (e.kind === 'step' && COMPARES.has(e.step) && uses.get(e) === 1) compareOne(e);
    else emit(e);
  }

  function compareOne(e: Step): void {
    for (const operand of e.args) emit(operand);
    code.op(must(SCALAR[e.step]));
  }

  function selectOne(e: Select): void {
    emit(e.then);
    emit(e.else);
    condition(e.mask);
    code.op('select');
  }

  function stepOne(e: Step): void {
    const [a, b] = e.args as readonly [Expr, Expr];
    if (COMPARES.has(e.step)) {
      code.i32(0);
      compareOne(e);
      code.op('i32.sub');
    } else if (e.step === 'f32.min' || e.step === 'f32.max') {
      // b < a ? b : a, and a < b ? b : a
      for (const operand of [b, a, ...(e.step === 'f32.min' ? [b, a] : [a, b])]) emit(operand);
      code.op('f32.lt');
      code.op('select');
    } else if (e.step === 'f64.exp2i') {
      emit(a);
      exponentOne(code);
    } else {
      for (const operand of e.args) emit(operand);
      code.op(must(SCALAR[e.step], () => `${e.step} has no instruction`));
    }
  }

  function selectFour(e: Select, half: Half): void {
    if (e.type === 'f32' && isMask(e.mask) && (isZero(e.then) || isZero(e.else))) {
      emit(isZero(e.then) ? e.else : e.then);
      emit(e.mask);
      code.op(isZero(e.then) ? 'v128.andnot' : 'v128.and');
      return;
    }
    emit(e.then, half);
    emit(e.else, half);
    emit(e.mask);
    if (!isMask(e.mask)) {
      code.i32x4([0, 0, 0, 0]);
      code.op('i32x4.ne');
    }
    if (e.type === 'f64') code.op(half === 0 ? 'i64x2.extend_low_i32x4_s' : 'i64x2.extend_high_i32x4_s');
    code.op('v128.bitselect');
  }

  function stepFour(e: Step, half: Half): void {
    const [a, b] = e.args as readonly [Expr, Expr];
    const shift = SHIFTS[e.step];
    const plain = LANES[e.step];
    if (plain) {
      for (const operand of e.args) emit(operand, half);
      code.op(plain);
    } else if (shift) shiftFour(shift, a, b);
    else if (e.step === 'f64.lt' || e.step === 'f64.le') {
      for (const h of HALVES) {
        emit(a, h);
        emit(b, h);
        code.op(e.step === 'f64.lt' ? 'f64x2.lt' : 'f64x2.le');
      }
      code.shuffle(EVEN_WORDS);
    } else convertFour(e.step, a, half);
  }

  function convertFour(step: Primitive, a: Expr, half: Half): void {
    const narrows = NARROWS[step];
    const widens = WIDENS[step];
    if (narrows) {
      for (const h of HALVES) {
        emit(a, h);
        code.op(narrows);
      }
      code.shuffle(LOWER_OF_BOTH);
      return;
    }
    emit(a);
    if (step === 'f64.exp2i') exponentHalf(code, half);
    else if (widens) {
      if (half === 1) upperHalf(code);
      code.op(widens);
    } else invariant(step === 'f32.bits' || step === 'f32.fromBits', () => `${step} has no instruction`);
  }

  function shiftFour([one, four]: readonly [PlainOp, PlainOp], a: Expr, b: Expr): void {
    emit(a);
    if (b.kind === 'const') {
      code.i32(b.value);
      code.op(four);
    } else {
      emit(b);
      shiftEach(code, one);
    }
  }

  return { push: (root) => emit(root) };
}

/** How often the value of each node is read (each half of a double, that is) when the roots are printed. */
function countUses(mode: Mode, roots: readonly Expr[]): Map<Expr, number> {
  const uses = new Map<Expr, number>();
  const add = (e: Expr, times: number): void => {
    uses.set(e, (uses.get(e) ?? 0) + times);
  };
  for (const e of inOrder(roots)) {
    const twice = mode === 'scalar' && e.kind === 'step' && (e.step === 'f32.min' || e.step === 'f32.max');
    const byHalves = mode === 'lanes' && e.type === 'f64';
    for (const operand of operandsOf(e)) add(operand, twice || (byHalves && operand.type !== 'f64') ? 2 : 1);
  }
  for (const root of roots) add(root, 1);
  return uses;
}

const typeOf = (mode: Mode, e: Expr): ValueType => (mode === 'lanes' ? 'v128' : e.type);

/** All bits are zero. */
const isZero = (e: Expr): boolean => e.kind === 'const' && Object.is(e.value, 0);

function oneConstant(code: Code, { type, value }: Constant): void {
  if (type === 'f32') code.f32(value);
  else if (type === 'f64') code.f64(value);
  else code.i32(value);
}

function fourConstants(code: Code, { type, value }: Constant): void {
  if (type === 'f32') code.f32x4([value, value, value, value]);
  else if (type === 'f64') code.f64x2([value, value]);
  else code.i32x4([value, value, value, value]);
}

function upperHalf(code: Code): void {
  code.i32x4([0, 0, 0, 0]);
  code.shuffle(UPPER);
}

/** 2^k: the biased exponent moved to its place in a double. */
function exponentOne(code: Code): void {
  code.i32(1023);
  code.op('i32.add');
  code.op('i64.extend_i32_s');
  code.i32(52);
  code.op('i64.extend_i32_s');
  code.op('i64.shl');
  code.op('f64.reinterpret_i64');
}

function exponentHalf(code: Code, half: Half): void {
  code.i32x4([1023, 1023, 1023, 1023]);
  code.op('i32x4.add');
  code.op(half === 0 ? 'i64x2.extend_low_i32x4_s' : 'i64x2.extend_high_i32x4_s');
  code.i32(52);
  code.op('i64x2.shl');
}

/** Shifts each lane of the first vector on the stack by that of the second. */
function shiftEach(code: Code, op: PlainOp): void {
  const [values, counts] = [code.local('v128'), code.local('v128')];
  code.set(counts);
  code.tee(values);
  for (const lane of [0, 1, 2, 3]) {
    code.get(values);
    code.lane('i32x4.extract_lane', lane);
    code.get(counts);
    code.lane('i32x4.extract_lane', lane);
    code.op(op);
    code.lane('i32x4.replace_lane', lane);
  }
  code.free(values);
  code.free(counts);
}
