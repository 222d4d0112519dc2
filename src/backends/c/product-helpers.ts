/**
 * Helpers for large products: copies of the right factor in panels that are as wide as a tile, and the sums of one tile. Each sum has one
 * accumulator and takes its terms in order, so neither tiles nor panels nor the width of vectors show in the bits.
 */
import type { Helper } from './helpers.ts';

/** Words of the panels of a block: what the second-level cache holds with room for the other factor. */
export const PANEL_WORDS = 2 ** 18;

/** The widest panel of any machine. */
export const WIDEST_PANEL = 32;

export const PRODUCT_HELPERS: Readonly<Record<string, Helper>> = {
  panels: {
    text: `/* A tile: as many accumulators as the registers of the machine hold. */
#if defined __AVX512F__
enum { TILE_ROWS = 8, PANEL = 32 };
#elif defined __AVX__ || defined __ARM_NEON
enum { TILE_ROWS = 4, PANEL = 16 };
#else
enum { TILE_ROWS = 2, PANEL = 16 };
#endif

/* Panels of a factor: PANEL columns of all its terms, one term after the other. */
static _Thread_local float panels[${PANEL_WORDS}] __attribute__((aligned(64)));`,
  },
  copy_panels: {
    text: `/* Copies \`columns\` columns of \`depth\` terms into panels; columns that a last panel has too many are 0. */
static __attribute__((noinline)) void copy_panels(const float *from, long depth, long term, long columns, long column) {
  for (long j = 0; j < columns; j += PANEL) {
    float *const to = panels + j * depth;
    const long width = columns - j < PANEL ? columns - j : PANEL;
    const float *const first = from + j * column;
    if (width == PANEL && column == 1)
      for (long k = 0; k < depth; k++) memcpy(to + k * PANEL, first + k * term, PANEL * sizeof *to);
    else {
      if (width < PANEL) memset(to, 0, depth * PANEL * sizeof *to);
      for (long k0 = 0; k0 < depth; k0 += 16)
        for (long c = 0; c < width; c++)
          for (long k = k0; k < k0 + 16 && k < depth; k++) to[k * PANEL + c] = first[k * term + c * column];
    }
  }
}`,
    needs: ['panels'],
  },
  product_tile: {
    text: `/* The sums of \`rows\` rows and the columns of a panel: depth terms each, in order. */
static inline __attribute__((always_inline)) void product_rows(
    const int rows, const int vectors, const float *left, long row, long term, const float *panel, long depth, float *sums) {
  f32x16 sum[TILE_ROWS][PANEL / 16];
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) sum[r][v] = splat16(-0.0f);
  for (long k = 0; k < depth; k++) {
    f32x16 right[PANEL / 16];
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) right[v] = load16(panel + k * PANEL + 16 * v);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
      for (int v = 0; v < vectors; v++) sum[r][v] += left[r * row + k * term] * right[v];
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) store16(sums + PANEL * r + 16 * v, sum[r][v]);
}

static __attribute__((noinline)) void product_tile(
    long rows, long columns, const float *left, long row, long term, const float *panel, long depth, float *sums) {
  if (rows == TILE_ROWS && columns > 16) product_rows(TILE_ROWS, PANEL / 16, left, row, term, panel, depth, sums);
  else if (rows == TILE_ROWS) product_rows(TILE_ROWS, 1, left, row, term, panel, depth, sums);
  else
    for (long r = 0; r < rows; r++)
      product_rows(1, PANEL / 16, left + r * row, row, term, panel, depth, sums + PANEL * r);
}`,
    needs: ['panels', 'splat16', 'load16', 'store16'],
  },
};
