/** How a file of printed plans begins: headers, what it refuses to be compiled with, types, and the helpers it uses. */
import type { Width } from './expr.ts';
import { helperTexts } from './helpers.ts';

export interface PreludeOptions {
  readonly width: Width;
  /** Whether the compiler may fuse a product and a sum, which changes bits. */
  readonly mayFuse: boolean;
  readonly needs: ReadonlySet<string>;
}

const HEADERS = `#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>`;

const REFUSALS = `#if defined __FAST_MATH__ || defined _M_FP_FAST
#error "the results of this file are exact only without -ffast-math"
#endif
#if defined FLT_EVAL_METHOD && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16 /* 16: as 0, and _Float16 as itself */
#error "the results of this file are exact only where float is computed as float (on x86: -msse2 -mfpmath=sse)"
#endif`;

/** Products and sums are rounded one by one. GCC does not read the pragma of the standard. */
const SEPARATE = `#if defined __clang__
#pragma STDC FP_CONTRACT OFF
#elif defined __GNUC__
#pragma GCC optimize ("fp-contract=off")
#elif defined _MSC_VER
#pragma fp_contract (off)
#else
#pragma STDC FP_CONTRACT OFF
#endif`;

const VECTORS = `/* 16 lanes, as vectors of GCC and Clang. */
typedef float f32x4 __attribute__((vector_size(16)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef float f32x16 __attribute__((vector_size(64)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef double f64x16 __attribute__((vector_size(128)));
typedef int64_t i64x16 __attribute__((vector_size(128)));
typedef uint64_t u64x16 __attribute__((vector_size(128)));
typedef float f32x16_in_memory __attribute__((vector_size(64), aligned(4), may_alias));`;

/** Ends with an empty line. */
export function preludeText({ width, mayFuse, needs }: PreludeOptions): string {
  const types = width === 16 ? [VECTORS] : [];
  const rules = mayFuse ? [REFUSALS] : [REFUSALS, SEPARATE];
  return [HEADERS, ...rules, ...types, ...helperTexts(needs)].map((part) => `${part}\n\n`).join('');
}
