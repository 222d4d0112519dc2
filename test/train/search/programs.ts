/** Small programs with choices, and the tables that they learn from. */
import type { Trained } from '../../../src/road.ts';
import type { RowSource } from '../../../src/train/rows.ts';
import { tableOf } from '../../../src/train/rows.ts';
import { program, type Settings, trainOn, unwrap } from '../programs.ts';

/** A row per point of the domain {0, ..., values - 1}^width, with its label. */
export function everyRow(
  name: string,
  width: number,
  values: readonly string[],
  label: (x: number[]) => string,
): RowSource {
  const rows = Array.from({ length: values.length ** width }, (_, n) => {
    const x = Array.from({ length: width }, (_, k) => Math.floor(n / values.length ** k) % values.length);
    return [...x.map((v) => values[v] ?? ''), label(x)];
  });
  return tableOf([...Array.from({ length: width }, (_, k) => `${name}${k}`), 'y'], rows);
}

export const PARITY = (settings = ''): string => `
enum State { even, odd }
enum Bit { zero, one }
param next: State[2, 2] = [[even, even], [even, even]];
fn parity(bits: Bit[4]) -> bool {
  let last = fold s = even for b in bits { next[s][b] };
  last == odd
}
fn error(p: bool, label: bool) -> f32 { if p == label { 0.0 } else { 1.0 } }
train parity { data: csv("rows.csv", label = "y"), loss: error, optimizer: adam(rate = 0.05), epochs: 20${settings} }
`;

export const parityRows = (): RowSource =>
  everyRow('bits', 4, ['zero', 'one'], (x) => String(x.reduce((a, b) => a + b, 0) % 2 === 1));

/** A formula of two numbers, chosen, times a number. */
export const OPS = (settings: string, loss = 'absolute_error'): string => `
import { ${loss} } from "std/loss";
enum Op { sum, product, larger, smaller, rest }
param op: Op = sum;
param left: bool = false;
param w = 1.0;
fn f(x: f32, y: f32) -> f32 {
  let a = if left { x } else { y };
  w * match op { sum => a + y, product => a * y, larger => max(a, y), smaller => min(a, y), rest => abs(a) - y }
}
train f { data: csv("rows.csv", label = "z"), loss: ${loss}, optimizer: adam(rate = 0.05), epochs: 60, ${settings} }
`;

export const opRows = (f: (x: number, y: number) => number) =>
  tableOf(
    ['x', 'y', 'z'],
    Array.from({ length: 50 }, (_, i) => {
      const [x, y] = [((i * 7) % 11) - 5, ((i * 5) % 13) - 6];
      return [x, y, f(x, y)].map(String);
    }),
  );

export const trained = async (text: string, rows: RowSource, settings: Settings = {}): Promise<Trained> =>
  unwrap(await trainOn(program(text), rows, settings));

/** The line of the written source that begins so. */
export const lineOf = (t: Trained, start: string): string | undefined =>
  t.written.files[0]?.after.split('\n').find((line) => line.startsWith(start));
