/**
 * Scalar kernels: what one op does to one element, as a DAG of IEEE and integer steps. Every backend runs exactly
 * these steps (the reference evaluates them, others print them), so all of them give the same bits.
 * Three types: `f32`, `f64` (range reduction, pow), `i32` (bit work); a comparison gives an i32 that is 0 or -1.
 */

export type KernelType = 'f32' | 'f64' | 'i32';

/**
 * The primitives. All float steps round to nearest even, none is fused. `min`/`max` are `b < a ? b : a` and `a < b ? b : a`
 * (first operand on ties and NaN); `nearest` ties to even; `f32.toI32` truncates and is defined only in range;
 * `f64.exp2i` is 2^k for -1022 <= k <= 1023; `select(mask, a, b)` is bitwise exact.
 */
export interface Primitives {
  'f32.add': ['f32', 'f32', 'f32'];
  'f32.sub': ['f32', 'f32', 'f32'];
  'f32.mul': ['f32', 'f32', 'f32'];
  'f32.div': ['f32', 'f32', 'f32'];
  'f32.min': ['f32', 'f32', 'f32'];
  'f32.max': ['f32', 'f32', 'f32'];
  'f32.neg': ['f32', 'f32'];
  'f32.abs': ['f32', 'f32'];
  'f32.sqrt': ['f32', 'f32'];
  'f32.floor': ['f32', 'f32'];
  'f32.nearest': ['f32', 'f32'];
  'f32.lt': ['f32', 'f32', 'i32'];
  'f32.le': ['f32', 'f32', 'i32'];
  'f32.eq': ['f32', 'f32', 'i32'];
  'f32.bits': ['f32', 'i32'];
  'f32.fromBits': ['i32', 'f32'];
  'f32.toI32': ['f32', 'i32'];
  'f32.fromI32': ['i32', 'f32'];
  'f32.fromF64': ['f64', 'f32'];
  'f64.fromF32': ['f32', 'f64'];
  'f64.fromI32': ['i32', 'f64'];
  'f64.add': ['f64', 'f64', 'f64'];
  'f64.sub': ['f64', 'f64', 'f64'];
  'f64.mul': ['f64', 'f64', 'f64'];
  'f64.div': ['f64', 'f64', 'f64'];
  'f64.neg': ['f64', 'f64'];
  'f64.floor': ['f64', 'f64'];
  'f64.nearest': ['f64', 'f64'];
  'f64.toI32': ['f64', 'i32'];
  'f64.lt': ['f64', 'f64', 'i32'];
  'f64.le': ['f64', 'f64', 'i32'];
  'f64.exp2i': ['i32', 'f64'];
  'i32.add': ['i32', 'i32', 'i32'];
  'i32.sub': ['i32', 'i32', 'i32'];
  'i32.and': ['i32', 'i32', 'i32'];
  'i32.or': ['i32', 'i32', 'i32'];
  'i32.xor': ['i32', 'i32', 'i32'];
  'i32.shl': ['i32', 'i32', 'i32'];
  'i32.shrS': ['i32', 'i32', 'i32'];
  'i32.shrU': ['i32', 'i32', 'i32'];
  'i32.lt': ['i32', 'i32', 'i32'];
  'i32.eq': ['i32', 'i32', 'i32'];
}

export type Primitive = keyof Primitives;

/** A node of the DAG; sharing is by identity. */
export type Expr =
  | { readonly kind: 'arg'; readonly type: KernelType; readonly index: number }
  | { readonly kind: 'const'; readonly type: KernelType; readonly value: number }
  | { readonly kind: 'step'; readonly type: KernelType; readonly step: Primitive; readonly args: readonly Expr[] }
  | {
      readonly kind: 'select';
      readonly type: KernelType;
      readonly mask: Expr;
      readonly then: Expr;
      readonly else: Expr;
    };

/** Builds kernels; used by the op table and by the elementary functions in `kernel/elementary/`. */
export interface KernelBuilder {
  f32(value: number): Expr;
  f64(value: number): Expr;
  i32(value: number): Expr;
  step<P extends Primitive>(step: P, ...args: Expr[]): Expr;
  select(mask: Expr, then: Expr, otherwise: Expr): Expr;
}
