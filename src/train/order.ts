/**
 * The order of the rows, a function of the seed alone: which are held out (the same whether the table is in memory or
 * streamed), in which order an epoch meets them. Counter-based, so nothing depends on what was drawn before.
 */
import { permutation, philox, randomStream } from '../num/random.ts';
import { must } from '../text/result.ts';

/** Streams of random numbers of one seed; `param` initialisers use others (they are below 2^32 by their ordinal). */
const SPLIT_STREAM = 0x5350_4c54;
const EPOCH_STREAM = 0x1_0000_0000;
const BUFFER_STREAM = 0x2_0000_0000;

/** Which of `rows` rows are held out. */
export interface Split {
  readonly trainRows: number;
  readonly holdoutRows: number;
  isHeldOut(row: number): boolean;
}

/** Holds out `round(rows · share)` rows, at least one when the share is positive. Needs no memory per row (Note [Split]). */
export function splitRows(rows: number, share: number, seed: number): Split {
  const holdoutRows = share <= 0 ? 0 : Math.max(1, Math.floor(rows * share + 0.5));
  const place = scatter(rows, seed);
  return {
    trainRows: rows - holdoutRows,
    holdoutRows,
    isHeldOut: (row) => holdoutRows > 0 && place(row) < holdoutRows,
  };
}

/** A permutation of 0 .. n-1 computed point by point: a Feistel network on the next even number of bits, walked until it falls below n. */
function scatter(n: number, seed: number): (row: number) => number {
  let halfBits = 1;
  while (4 ** halfBits < n) halfBits++;
  const half = 2 ** halfBits;
  const keys = [0, 1].flatMap((k) =>
    philox([k, 0, SPLIT_STREAM, 0], [seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0]),
  );
  const round = (value: number, number: number): number => mix(value ^ must(keys[number])) % half;
  const once = (row: number): number => {
    let [left, right] = [Math.floor(row / half), row % half];
    for (let r = 0; r < 8; r++) [left, right] = [right, (left + round(right, r)) % half];
    return left * half + right;
  };
  return (row) => {
    let at = once(row);
    while (at >= n) at = once(at);
    return at;
  };
}

/** Scatters 32 bits (the finaliser of MurmurHash3, Appleby). */
function mix(x: number): number {
  const a = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}

/** The order in which an epoch (from 1) takes rows that are in memory. */
export const epochOrder = (rows: number, seed: number, epoch: number): readonly number[] =>
  permutation(rows, seed, EPOCH_STREAM + epoch);

/** Draws places in the shuffle buffer of a streamed epoch. */
export const bufferPlaces = (seed: number, epoch: number): { below(n: number): number } =>
  randomStream(seed, BUFFER_STREAM + epoch);

/*
 * Note [Split]
 * A table that is larger than memory must be split while it streams past, and an index per row would be memory again. A Feistel network
 * with a keyed round function is a bijection whatever the round function is; walking its cycles restricts it to 0 .. n-1. Rows whose image lies
 * below the number of held-out rows are held out, so their number is exact.
 */
