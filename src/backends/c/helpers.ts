/**
 * Small functions that printed code stands on where C has no operator of that meaning. A file begins with those that it uses. Names
 * are those of the primitives of `kernel/expr.ts`; `f32x16` and its like are 16 lanes as vectors of GCC and Clang.
 */
import { must } from '../../text/result.ts';
import { PRODUCT_HELPERS } from './product-helpers.ts';
import { VECTOR_HELPERS } from './vector-helpers.ts';

export interface Helper {
  readonly text: string;
  /** Other helpers that this one calls. */
  readonly needs?: readonly string[];
}

/** For one number at a time: C99 and `sqrtf`. */
const SCALAR_HELPERS: Readonly<Record<string, Helper>> = {
  f32_bits: {
    text: `static inline uint32_t f32_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}`,
  },
  f32_fromBits: {
    text: `static inline float f32_fromBits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}`,
  },
  no_bits: {
    text: `#ifdef __clang__
/* Zero, but Clang must not know: it takes min(c, min(x, c)) for min(x, c), which differs where x is nan. */
static const volatile uint32_t no_bits = 0;
#else
enum { no_bits = 0 };
#endif`,
  },
  f32_veiled: {
    text: 'static inline float f32_veiled(float x) { return f32_fromBits(f32_bits(x) ^ no_bits); }',
    needs: ['f32_bits', 'f32_fromBits', 'no_bits'],
  },
  f32_min: {
    text: `static inline float f32_min(float a, float b) {
  b = f32_veiled(b);
  return b < a ? b : a;
}`,
    needs: ['f32_veiled'],
  },
  f32_max: {
    text: `static inline float f32_max(float a, float b) {
  b = f32_veiled(b);
  return a < b ? b : a;
}`,
    needs: ['f32_veiled'],
  },
  f32_toI32: {
    text: `/* Towards zero; what int32_t cannot hold is never read, but must not be undefined. */
static inline uint32_t f32_toI32(float x) { return x >= -0x1p31f && x < 0x1p31f ? (uint32_t)(int32_t)x : 0; }`,
  },
  f64_toI32: {
    text: `static inline uint32_t f64_toI32(double x) { return x >= -0x1p31 && x < 0x1p31 ? (uint32_t)(int32_t)x : 0; }`,
  },
  f32_nearest: {
    text: `/* To the nearest integer, ties to even: the sum has no room for a fraction. */
static inline float f32_nearest(float x) {
  const float size = fabsf(x);
  return size < 0x1p23f ? copysignf((size + 0x1p23f) - 0x1p23f, x) : x;
}`,
  },
  f64_nearest: {
    text: `static inline double f64_nearest(double x) {
  const double size = fabs(x);
  return size < 0x1p52 ? copysign((size + 0x1p52) - 0x1p52, x) : x;
}`,
  },
  f32_floor: {
    text: `static inline float f32_floor(float x) {
  const float near = f32_nearest(x);
  return near > x ? near - 1.0f : near;
}`,
    needs: ['f32_nearest'],
  },
  f64_floor: {
    text: `static inline double f64_floor(double x) {
  const double near = f64_nearest(x);
  return near > x ? near - 1.0 : near;
}`,
    needs: ['f64_nearest'],
  },
  f64_exp2i: {
    text: `/* 2^k for -1022 <= k <= 1023. */
static inline double f64_exp2i(uint32_t k) {
  const uint64_t bits = (uint64_t)(k + 1023u) << 52;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}`,
  },
  i32_shrS: {
    text: `static inline uint32_t i32_shrS(uint32_t a, uint32_t by) {
  return a & 0x80000000u ? ~(~a >> by) : a >> by;
}`,
  },
  sum16: {
    text: `/* The sum of 16 partial sums: those 8 apart, then 4, 2, 1. */
static inline float sum16(float *lane) {
  for (int half = 8; half >= 1; half /= 2)
    for (int j = 0; j < half; j++) lane[j] += lane[j + half];
  return lane[0];
}`,
  },
};

const ALL: Readonly<Record<string, Helper>> = { ...SCALAR_HELPERS, ...VECTOR_HELPERS, ...PRODUCT_HELPERS };

/** Names that no buffer may have. */
export const HELPER_NAMES: readonly string[] = Object.keys(ALL);

/** The texts of these helpers and of what they need, in an order in which C can read them. */
export function helperTexts(used: Iterable<string>): string[] {
  const wanted = new Set<string>();
  const want = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const other of must(ALL[name], `no helper ${name}`).needs ?? []) want(other);
  };
  for (const name of used) want(name);
  return Object.entries(ALL).flatMap(([name, { text }]) => (wanted.has(name) ? [text] : []));
}
