/**
 * The equations that training examples make of an affine program: at each step what it gives is the label, while the label also stands for the
 * outputs before it. Only numbers of which sums of products are exact: whole ones and their halves, quarters and so on, not too large.
 */
import type { Products } from '../../num/equations.ts';
import { must, ok, type Result } from '../../text/result.ts';
import type { Dataset } from '../dataset.ts';
import type { Affine, Place, Terms } from './affine.ts';

const MOST_ROWS = 20_000;
const BLOCK = 1000;
/** Numbers of a column may be so large: then a product is exact. */
const LARGEST = 2 ** 26;

export interface Equations {
  readonly products: Products;
  readonly count: number;
}

/** Or why there are none. */
export async function equationsOf(a: Affine, dataset: Dataset, inputs: number): Promise<Result<Equations | string>> {
  const sums = new Sums(a.unknowns.length + 1);
  let rows = 0;
  for await (const batch of dataset.batches({ part: 'train', size: BLOCK })) {
    if (!batch.ok) return batch;
    const { leaves } = batch.value;
    for (let k = 0; k < batch.value.rows; k++) {
      const numberAt =
        (base: number) =>
        ({ leaf, at }: Place): number => {
          const data = must(leaves[base + leaf]);
          return data[(k * data.length) / batch.value.rows + at] as number;
        };
      addRow(a, sums, numberAt(0), numberAt(inputs));
    }
    if (sums.isLarge) return ok('its numbers have too many digits to be exact');
    rows += batch.value.rows;
    if (rows >= MOST_ROWS) break;
  }
  return ok({ products: sums.products(), count: sums.count });
}

type NumberAt = (place: Place) => number;

/** Follows a row step by step. */
function addRow(a: Affine, sums: Sums, input: NumberAt, label: NumberAt): void {
  let states = a.start;
  const width = a.unknowns.length;
  for (let i = 0; i < a.steps; i++) {
    const known = [...states, ...must(a.reads[i]).map(input)];
    for (const { terms, labels } of a.outputs) {
      const place = labels[i];
      if (!place) continue;
      const equation = columnsOf(terms, known, width);
      equation[width] = label(place) - (equation[width] as number);
      sums.add(equation);
    }
    if (i === a.steps - 1) break;
    states = a.next.map((n) =>
      typeof n === 'number' ? label(must(a.outputs[n]?.labels[i])) : (columnsOf(n, known, width)[width] as number),
    );
  }
}

/** Per unknown what it is multiplied by; last the sum of the other terms. */
function columnsOf(terms: Terms, known: readonly number[], width: number): Float64Array {
  const columns = new Float64Array(width + 1);
  for (const { coefficient, known: factors, unknown = width } of terms) {
    let product = coefficient;
    for (const f of factors) product *= known[f] as number;
    columns[unknown] = (columns[unknown] as number) + product;
  }
  return columns;
}

/** An equation times a power of 2, so that its numbers are whole. */
function inWholeNumbers(equation: Float64Array): Float64Array {
  let columns = equation;
  while (!columns.every(Number.isInteger) && columns.every((x) => Math.abs(x) <= LARGEST))
    columns = columns.map((x) => 2 * x);
  return columns;
}

/** Sums of products: in doubles while they are exact, then carried over into whole numbers of any size. */
class Sums {
  count = 0;
  isLarge = false;
  readonly #size: number;
  readonly #near: Float64Array;
  readonly #far: bigint[];
  #bound = 0;

  constructor(size: number) {
    this.#size = size;
    this.#near = new Float64Array(size * size);
    this.#far = Array(size * size).fill(0n);
  }

  add(equation: Float64Array): void {
    this.count++;
    const columns = inWholeNumbers(equation);
    let largest = 0;
    for (const x of columns) largest = Math.max(largest, Math.abs(x));
    if (!(largest <= LARGEST)) this.isLarge = true;
    this.#bound += largest * largest;
    if (this.#bound > Number.MAX_SAFE_INTEGER) this.#carry(largest * largest);
    for (let i = 0; i < this.#size; i++) {
      const x = columns[i] as number;
      if (x === 0) continue;
      for (let j = 0; j < this.#size; j++)
        this.#near[i * this.#size + j] = (this.#near[i * this.#size + j] as number) + x * (columns[j] as number);
    }
  }

  #carry(bound: number): void {
    for (const [i, x] of this.#near.entries())
      if (Number.isFinite(x)) this.#far[i] = (this.#far[i] as bigint) + BigInt(Math.trunc(x));
    this.#near.fill(0);
    this.#bound = bound;
  }

  products(): Products {
    this.#carry(0);
    return { size: this.#size, sums: this.#far };
  }
}
