/** Truth tables as formulas, and networks of them: equal on every row that can occur, in the textbook's number of gates. */
import { describe, expect, it } from 'vitest';
import { type Circuit, circuitOf, isTable, outputsAt, readsOf } from '../../src/decompile/freeze/boolean/circuit.ts';
import { coverOf } from '../../src/decompile/freeze/boolean/cover.ts';
import { evaluate, type Formula, formulaBits } from '../../src/decompile/freeze/boolean/formula.ts';
import { minimise } from '../../src/decompile/freeze/boolean/minimise.ts';
import { gatesOf, type Network, signalsOf, simplifyNetwork } from '../../src/decompile/freeze/boolean/network.ts';
import { random } from '../fuzz/random.ts';

const table = (inputs: number, at: (bits: readonly number[], row: number) => number): Int32Array =>
  Int32Array.from({ length: 2 ** inputs }, (_, row) =>
    at(
      Array.from({ length: inputs }, (_, i) => (row >> i) & 1),
      row,
    ),
  );
const count = (bits: readonly number[]): number => bits.reduce((a, b) => a + b, 0);

const text = (f: Formula): string => {
  if (f.kind === 'constant') return String(f.value);
  if (f.kind === 'input') return 'abcdefgh'[f.input] ?? '';
  if (f.kind === 'not') return f.of.kind === 'input' ? `!${text(f.of)}` : `!(${text(f.of)})`;
  const sign = { and: '&', or: '|', xor: '^' }[f.kind];
  return f.items.map((i) => ('items' in i ? `(${text(i)})` : text(i))).join(sign);
};

describe('truth tables', () => {
  it.each([
    ['parity', table(5, (b) => count(b) % 2), 'a^b^c^d^e'],
    ['parity, negated', table(3, (b) => 1 - (count(b) % 2)), '!(a^b^c)'],
    ['majority', table(3, (b) => Number(count(b) >= 2)), '(a&(b|c))|(b&c)'],
    ['one that ignores inputs', table(4, (b) => b[2] ?? 0), 'c'],
    ['a constant', table(3, () => 1), 'true'],
    ['free rows', table(3, (b, row) => (row < 6 ? (b[0] ?? 0) : -1)), 'a'],
    ['nor', table(3, (b) => Number(count(b) === 0)), '!(a|b|c)'],
  ] as const)('%s', (_, truth, formula) => {
    expect(text(minimise(truth))).toBe(formula);
  });

  it('random ones of up to nine inputs, with free rows, agree wherever they are not free', () => {
    const chance = random(3);
    for (let i = 0; i < 60; i++) {
      const truth = table(1 + chance.below(i % 10 === 0 ? 9 : 6), () => (chance.chance(0.2) ? -1 : chance.below(2)));
      const found = minimise(truth);
      const wrong = Array.from(truth.keys()).filter(
        (row) => truth[row] !== -1 && Number(evaluate(found, row)) !== truth[row],
      );
      expect(wrong).toEqual([]);
    }
  });

  it('a cover has no cube that can go', () => {
    const truth = table(4, (b, row) => Number([0, 1, 2, 5, 6, 7, 8, 9, 10, 14].includes(row) && b.length > 0));
    expect(coverOf(truth)).toHaveLength(3);
    expect(formulaBits(minimise(truth))).toBeLessThan(60);
  });
});

describe('networks of tables', () => {
  const and = Int32Array.of(0, 0, 0, 1);
  const nand = Int32Array.of(1, 1, 1, 0);
  const one = Int32Array.of(1, 1, 1, 1);

  it('lose constants, idle inputs, equal and dead tables', () => {
    const n: Network = {
      inputs: 2,
      tables: [
        { inputs: [0, 1], truth: one },
        { inputs: [0, 2], truth: and }, // x0
        { inputs: [3, 1], truth: and },
        { inputs: [1, 0], truth: nand }, // the negation of the one before
        { inputs: [0, 1], truth: nand }, // read by nobody
      ],
      outputs: [4, 5],
    };
    const least = simplifyNetwork(n);
    expect(least.tables).toHaveLength(2);
    expect([gatesOf(n), gatesOf(least)]).toEqual([3, 1]);
  });

  it('random ones keep every output for every input, in no more gates', () => {
    const chance = random(11);
    for (let i = 0; i < 20; i++) {
      const n = randomNetwork(chance);
      const least = simplifyNetwork(n);
      for (let row = 0; row < 2 ** n.inputs; row++) {
        const input = Array.from({ length: n.inputs }, (_, b) => ((row >> b) & 1) === 1);
        const [before, after] = [n, least].map((m) => m.outputs.map((o) => signalsOf(m, input)[o]));
        expect(after).toEqual(before);
      }
      expect(least.tables.length).toBeLessThanOrEqual(n.tables.length + n.outputs.length);
      expect(gatesOf(least)).toBeLessThanOrEqual(gatesOf(n));
    }
  });
});

/** Input bits of all rows as words. */
const rowsOf = (inputs: number): number[] =>
  Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: 2 ** inputs }, (_, row) => ((row >> i) & 1) << row).reduce((a, b) => a | b, 0),
  );

describe('circuits', () => {
  it('of random networks give every output for every input', () => {
    const chance = random(5);
    for (let i = 0; i < 40; i++) {
      const n = randomNetwork(chance);
      const circuit = circuitOf(n);
      const words = outputsAt(circuit, rowsOf(n.inputs));
      for (let row = 0; row < 2 ** n.inputs; row++) {
        const signals = signalsOf(
          n,
          Array.from({ length: n.inputs }, (_, b) => ((row >> b) & 1) === 1),
        );
        expect(words.map((w) => ((w >> row) & 1) === 1)).toEqual(n.outputs.map((o) => signals[o]));
      }
      expect(circuit.gates.length).toBeLessThanOrEqual(gatesOf(n));
    }
  });

  it('use what is implied, and pass only where it can occur', () => {
    // x0 only where x1, x2 only where x1: (x0 && x1) || x2 is x0 || x2
    const implies = (a: number, b: number): boolean => (a === 0 || a === 2) && b === 1;
    const t = {
      inputs: [0, 1, 2],
      truth: table(3, ([a = 0, b = 0, c = 0]) => Number((a === 1 && b === 1) || c === 1)),
    };
    const circuit = circuitOf({ inputs: 3, tables: [t], outputs: [3] }, implies);
    expect(circuit.gates).toHaveLength(1);
    const [output = 0] = circuit.outputs;
    expect(isTable(circuit, output, t, implies)).toBe(true);
    expect(isTable(circuit, output, t)).toBe(false);
  });

  it('a table that shares a pair with another is its table, and no circuit with a changed gate is', () => {
    const chance = random(7);
    const tables = [
      [0, 1, 2, 3],
      [3, 0, 1, 4],
      [2, 2, 4, 1],
    ].map((inputs) => ({ inputs, truth: Int32Array.from({ length: 16 }, () => chance.below(2)) }));
    const circuit = circuitOf({ inputs: 5, tables, outputs: [5, 6, 7] });
    const holds = (c: Circuit): boolean => tables.every((t, i) => isTable(c, c.outputs[i] ?? 0, t));
    expect(holds(circuit)).toBe(true);
    expect(readsOf(circuit)).toEqual([0, 1, 2, 3, 4]);
    for (const [at, { kind, of }] of circuit.gates.entries()) {
      const [a, b] = of;
      const other = { kind: kind === 'and' ? ('xor' as const) : ('and' as const), of };
      for (const broken of [other, { kind, of: [a ^ 1, b] as const }])
        expect(holds({ ...circuit, gates: circuit.gates.map((g, i) => (i === at ? broken : g)) })).toBe(false);
    }
  });
});

function randomNetwork(chance: ReturnType<typeof random>): Network {
  const inputs = 4;
  const tables = Array.from({ length: 12 }, (_, i) => {
    const reads = Array.from({ length: 1 + chance.below(3) }, () => chance.below(inputs + i));
    const truth = Int32Array.from({ length: 2 ** reads.length }, () => chance.below(2));
    return { inputs: reads, truth };
  });
  return { inputs, tables, outputs: [13, 14, 15] };
}
