/** Helpers for 16 lanes at a time, written in the vector types that GCC and Clang share. Masks are all ones or all zeros per lane. */
import type { Helper } from './helpers.ts';

export const VECTOR_HELPERS: Readonly<Record<string, Helper>> = {
  load16: { text: 'static inline f32x16 load16(const float *from) { return *(const f32x16_in_memory *)from; }' },
  store16: { text: 'static inline void store16(float *to, f32x16 x) { *(f32x16_in_memory *)to = x; }' },
  store_part16: {
    text: 'static inline void store_part16(float *to, f32x16 x, int count) { memcpy(to, &x, count * sizeof *to); }',
  },
  splat16: {
    text: 'static inline f32x16 splat16(float x) { return (f32x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }',
  },
  splat16_f64: {
    text: 'static inline f64x16 splat16_f64(double x) { return (f64x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }',
  },
  splat16_u32: {
    text: 'static inline u32x16 splat16_u32(uint32_t x) { return (u32x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }',
  },
  strided16: {
    text: `static inline f32x16 strided16(const float *from, long stride) {
  f32x16 x;
  for (int j = 0; j < 16; j++) x[j] = from[j * stride];
  return x;
}`,
  },
  gather16: {
    text: `static inline f32x16 gather16(const float *from, long stride, const int32_t *table, long step) {
  f32x16 x;
  for (int j = 0; j < 16; j++) x[j] = from[j * stride + table[j * step]];
  return x;
}`,
  },
  spread16: {
    text: `static inline void spread16(float *to, long stride, f32x16 x) {
  for (int j = 0; j < 16; j++) to[j * stride] = x[j];
}`,
  },
  f32x16_select: {
    text: `static inline f32x16 f32x16_select(u32x16 mask, f32x16 a, f32x16 b) {
  return (f32x16)((mask & ((u32x16)a ^ no_bits)) | (~mask & (u32x16)b));
}`,
    needs: ['no_bits'],
  },
  u32x16_select: {
    text: 'static inline u32x16 u32x16_select(u32x16 mask, u32x16 a, u32x16 b) { return (mask & a) | (~mask & b); }',
  },
  f64x16_select: {
    text: `static inline f64x16 f64x16_select(u32x16 mask, f64x16 a, f64x16 b) {
  const u64x16 wide = (u64x16)__builtin_convertvector((i32x16)mask, i64x16);
  return (f64x16)((wide & (u64x16)a) | (~wide & (u64x16)b));
}`,
  },
  f32x16_min: {
    text: 'static inline f32x16 f32x16_min(f32x16 a, f32x16 b) { return f32x16_select((u32x16)(b < a), b, a); }',
    needs: ['f32x16_select'],
  },
  f32x16_max: {
    text: 'static inline f32x16 f32x16_max(f32x16 a, f32x16 b) { return f32x16_select((u32x16)(a < b), b, a); }',
    needs: ['f32x16_select'],
  },
  f32x16_abs: { text: 'static inline f32x16 f32x16_abs(f32x16 x) { return (f32x16)((u32x16)x & 0x7fffffffu); }' },
  f32x16_sqrt: {
    text: `static inline f32x16 f32x16_sqrt(f32x16 x) {
  f32x16 root;
  for (int j = 0; j < 16; j++) root[j] = sqrtf(x[j]);
  return root;
}`,
  },
  f32x16_nearest: {
    text: `/* To the nearest integer, ties to even: the sum has no room for a fraction. */
static inline f32x16 f32x16_nearest(f32x16 x) {
  const u32x16 sign = (u32x16)x & 0x80000000u;
  const f32x16 size = f32x16_abs(x);
  const f32x16 near = (f32x16)((u32x16)((size + 0x1p23f) - 0x1p23f) | sign);
  return f32x16_select((u32x16)(size < 0x1p23f), near, x);
}`,
    needs: ['f32x16_abs', 'f32x16_select'],
  },
  f32x16_floor: {
    text: `static inline f32x16 f32x16_floor(f32x16 x) {
  const f32x16 near = f32x16_nearest(x);
  return f32x16_select((u32x16)(near > x), near - 1.0f, near);
}`,
    needs: ['f32x16_nearest', 'f32x16_select'],
  },
  f64x16_nearest: {
    text: `static inline f64x16 f64x16_nearest(f64x16 x) {
  const u64x16 sign = (u64x16)x & 0x8000000000000000u;
  const f64x16 size = (f64x16)((u64x16)x & 0x7fffffffffffffffu);
  const u64x16 near = (u64x16)((size + 0x1p52) - 0x1p52) | sign;
  const u64x16 small = (u64x16)(size < 0x1p52);
  return (f64x16)((small & near) | (~small & (u64x16)x));
}`,
  },
  f64x16_floor: {
    text: `static inline f64x16 f64x16_floor(f64x16 x) {
  const f64x16 near = f64x16_nearest(x);
  const u64x16 above = (u64x16)(near > x);
  return (f64x16)((above & (u64x16)(near - 1.0)) | (~above & (u64x16)near));
}`,
    needs: ['f64x16_nearest'],
  },
  f64x16_lt: {
    text: 'static inline u32x16 f64x16_lt(f64x16 a, f64x16 b) { return __builtin_convertvector((u64x16)(a < b), u32x16); }',
  },
  f64x16_le: {
    text: 'static inline u32x16 f64x16_le(f64x16 a, f64x16 b) { return __builtin_convertvector((u64x16)(a <= b), u32x16); }',
  },
  f64x16_exp2i: {
    text: `/* 2^k for -1022 <= k <= 1023. */
static inline f64x16 f64x16_exp2i(u32x16 k) { return (f64x16)(__builtin_convertvector(k + 1023u, u64x16) << 52); }`,
  },
  f32x16_toI32: {
    text: 'static inline u32x16 f32x16_toI32(f32x16 x) { return (u32x16)__builtin_convertvector(x, i32x16); }',
  },
  f64x16_toI32: {
    text: 'static inline u32x16 f64x16_toI32(f64x16 x) { return (u32x16)__builtin_convertvector(x, i32x16); }',
  },
  f32x16_fromI32: {
    text: 'static inline f32x16 f32x16_fromI32(u32x16 x) { return __builtin_convertvector((i32x16)x, f32x16); }',
  },
  f64x16_fromI32: {
    text: 'static inline f64x16 f64x16_fromI32(u32x16 x) { return __builtin_convertvector((i32x16)x, f64x16); }',
  },
  f32x16_fromF64: {
    text: 'static inline f32x16 f32x16_fromF64(f64x16 x) { return __builtin_convertvector(x, f32x16); }',
  },
  f64x16_fromF32: {
    text: 'static inline f64x16 f64x16_fromF32(f32x16 x) { return __builtin_convertvector(x, f64x16); }',
  },
  first_lanes: {
    text: `/* x in the first lanes, and in the others -0, which changes nothing that it is added to. */
static inline f32x16 first_lanes(f32x16 x, int32_t count) {
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return f32x16_select((u32x16)(lane < count), x, splat16(-0.0f));
}`,
    needs: ['f32x16_select', 'splat16'],
  },
  f32x16_sum: {
    text: `/* The sum of 16 partial sums: those 8 apart, then 4, 2, 1. */
static inline float f32x16_sum(f32x16 x) {
  const union { f32x16 all; f32x8 half[2]; } of16 = {x};
  const union { f32x8 all; f32x4 half[2]; } of8 = {of16.half[0] + of16.half[1]};
  const f32x4 four = of8.half[0] + of8.half[1];
  return (four[0] + four[2]) + (four[1] + four[3]);
}`,
  },
};
