/**
 * Sparse rows for linear ops: result k is the sum over its entries of weight times operand. Weights are float32 numbers kept as
 * doubles, so they are exact. Dense products are kept dense, for that is what networks are made of.
 */

/** Compressed rows: the entries of row k are `start[k]` to `start[k + 1]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly weight: Float64Array;
  /** All rows have all columns in order: `weight` is the matrix, row-major. */
  readonly dense: boolean;
}

export interface Entry {
  readonly row: number;
  readonly column: number;
  readonly weight: number;
}

/** Rows from lists of their entries; entries of one column are kept apart, as they are rounded apart. */
export function matrixOf(
  columns: number,
  rows: readonly (readonly (readonly [column: number, weight: number])[])[],
): Matrix {
  const count = rows.reduce((n, row) => n + row.length, 0);
  const start = new Int32Array(rows.length + 1);
  const column = new Int32Array(count);
  const weight = new Float64Array(count);
  let at = 0;
  for (const [k, row] of rows.entries()) {
    for (const [c, w] of row) {
      column[at] = c;
      weight[at++] = w;
    }
    start[k + 1] = at;
  }
  return { rows: rows.length, columns, start, column, weight, dense: isDense(columns, rows) };
}

const isDense = (columns: number, rows: readonly (readonly (readonly [number, number])[])[]): boolean =>
  columns > 1 && rows.length > 0 && rows.every((row) => row.length === columns && row.every(([c], i) => c === i));

/** One entry of weight per row: a move, where -1 is no source (a zero). */
export function moveOf(columns: number, source: Int32Array, weight = 1): Matrix {
  return matrixOf(
    columns,
    Array.from(source, (c) => (c < 0 ? [] : [[c, weight] as const])),
  );
}

/** out = A·M, added to what is there: `count` rows of coefficients over the results become rows over the operand. */
export function addProduct(coefficients: Float64Array, count: number, m: Matrix, into: Float64Array): void {
  for (let r = 0; r < count; r++) {
    if (m.dense) addDenseRow(coefficients, r, m, into);
    else addSparseRow(coefficients, r, m, into);
  }
}

function addSparseRow(coefficients: Float64Array, r: number, m: Matrix, into: Float64Array): void {
  const { rows, columns, start, column, weight } = m;
  const [from, to] = [r * rows, r * columns];
  for (let k = 0; k < rows; k++) {
    const a = coefficients[from + k] as number;
    if (a === 0) continue;
    const end = start[k + 1] as number;
    for (let e = start[k] as number; e < end; e++) {
      const j = to + (column[e] as number);
      into[j] = (into[j] as number) + a * (weight[e] as number);
    }
  }
}

/** Four rows of the matrix at a time, those with a coefficient: each number of the result is loaded and stored a quarter as often. */
function addDenseRow(
  coefficients: Float64Array,
  r: number,
  { rows, columns, weight }: Matrix,
  into: Float64Array,
): void {
  const [from, to] = [r * rows, r * columns];
  let k = 0;
  const next = (): number => {
    while (k < rows && coefficients[from + k] === 0) k++;
    return k < rows ? k++ : -1;
  };
  for (;;) {
    const [k0, k1, k2, k3] = [next(), next(), next(), next()];
    if (k0 < 0) return;
    const a0 = coefficients[from + k0] as number;
    const e0 = k0 * columns;
    if (k3 < 0) {
      addOne(a0, weight, e0, into, to, columns);
      if (k1 >= 0) addOne(coefficients[from + k1] as number, weight, k1 * columns, into, to, columns);
      if (k2 >= 0) addOne(coefficients[from + k2] as number, weight, k2 * columns, into, to, columns);
      return;
    }
    const [a1, a2, a3] = [
      coefficients[from + k1] as number,
      coefficients[from + k2] as number,
      coefficients[from + k3] as number,
    ];
    const [e1, e2, e3] = [k1 * columns, k2 * columns, k3 * columns];
    for (let j = 0; j < columns; j++) {
      into[to + j] =
        (into[to + j] as number) +
        (a0 * (weight[e0 + j] as number) + a1 * (weight[e1 + j] as number)) +
        (a2 * (weight[e2 + j] as number) + a3 * (weight[e3 + j] as number));
    }
  }
}

function addOne(a: number, weight: Float64Array, e: number, into: Float64Array, to: number, columns: number): void {
  for (let j = 0; j < columns; j++) into[to + j] = (into[to + j] as number) + a * (weight[e + j] as number);
}

/** The most entries that any column has. */
export function tallestColumn({ columns, column }: Matrix): number {
  const counts = new Int32Array(columns);
  for (const c of column) counts[c] = (counts[c] as number) + 1;
  return counts.reduce((most, n) => Math.max(most, n), 0);
}

/** out = M·x, added to what is there. */
export function addImage({ rows, start, column, weight, dense }: Matrix, x: Float64Array, into: Float64Array): void {
  for (let k = 0; k < rows; k++) {
    const first = start[k] as number;
    const end = start[k + 1] as number;
    let sum = 0;
    if (dense) for (let e = first; e < end; e++) sum += (weight[e] as number) * (x[e - first] as number);
    else for (let e = first; e < end; e++) sum += (weight[e] as number) * (x[column[e] as number] as number);
    into[k] = (into[k] as number) + sum;
  }
}
