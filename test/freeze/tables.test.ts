/** Tables come back as the function a person would have written, and as one that the checker takes and that gives every row. */
import { describe, expect, it } from 'vitest';
import {
  type FiniteArg,
  type FiniteType,
  rowOf,
  type Table,
  tableOf,
  valueText,
} from '../../src/decompile/freeze/tables/finite.ts';
import { recognise } from '../../src/decompile/freeze/tables/recognise.ts';
import { compile, run } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';

const index = (size: number): FiniteType => ({ kind: 'index', size });
const bool: FiniteType = { kind: 'bool' };
const state: FiniteType = { kind: 'enum', name: 'State', cases: ['even', 'odd'] };
const color: FiniteType = { kind: 'enum', name: 'Color', cases: ['red', 'green', 'blue'] };
const arg = (name: string, type: FiniteType): FiniteArg => ({ name, type });

const typeText = (t: FiniteType): string =>
  t.kind === 'index' ? `Index<${t.size}>` : t.kind === 'bool' ? 'bool' : t.name;

/** The text as a program, run on every row. */
function differences(table: Table, text: string): number[] {
  const params = table.args.map((a) => `${a.name}: ${typeText(a.type)}`).join(', ');
  const source = `enum State { even, odd }\nenum Color { red, green, blue }\nfn f(${params}) -> ${typeText(table.result)} { ${text} }\n`;
  const compiled = compile({ name: 'f.su', text: source }, { read: () => undefined });
  if (!compiled.ok) throw new Error(`${source}\n${compiled.problems.map((p) => `${p.title} ${p.help}`).join('\n')}`);
  return Array.from(table.values.keys()).filter((row) => {
    const given = rowOf(table.args, row).map((v, i) => [must(table.args[i]), v] as const);
    const inputs = Object.fromEntries(
      given.map(([a, v]) => [
        a.name,
        a.type.kind === 'index' ? v : a.type.kind === 'bool' ? v === 1 : valueText(a.type, v),
      ]),
    );
    const ran = run(compiled.value, 'f', inputs);
    if (!ran.ok) throw new Error(ran.problems.map((p) => p.title).join());
    return must(table.values[row]) >= 0 && ran.value.text !== valueText(table.result, must(table.values[row]));
  });
}

const s7 = arg('s', index(7));
const [a4, b4] = [arg('a', index(4)), arg('b', index(4))];
const [p, q, r] = [arg('p', bool), arg('q', bool), arg('r', bool)];
const b2 = arg('b', index(2));
const digits = [arg('c', index(2)), arg('a', index(5)), arg('b', index(5))];

const known: readonly (readonly [string, Table, string])[] = [
  ['a constant', tableOf([a4, b4], index(9), () => 5), '5'],
  ['an identity', tableOf([a4, b4], index(4), ([, b]) => b ?? 0), 'b'],
  ['a wider identity', tableOf([b2], index(5), ([b = 0]) => b), 'b % 5'],
  ['division by seven', tableOf([s7, b2], index(7), ([s = 0, b = 0]) => (2 * s + b) % 7), '(2 * s + b) % 7'],
  ['addition modulo 4', tableOf([a4, b4], index(4), ([a = 0, b = 0]) => (a + b) % 4), '(a + b) % 4'],
  ['a sum', tableOf([a4, b4], index(7), ([a = 0, b = 0]) => a + b), 'a + b'],
  ['a difference', tableOf([a4, b4], index(4), ([a = 0, b = 0]) => (a + 4 - b) % 4), '(a + 4 - b) % 4'],
  ['a digit of a sum', tableOf(digits, index(5), ([c = 0, a = 0, b = 0]) => (a + b + c) % 5), '(c + a + b) % 5'],
  ['a carry', tableOf(digits, bool, ([c = 0, a = 0, b = 0]) => Number(a + b + c >= 5)), 'c + a + b >= 5'],
  [
    'a carry as a number',
    tableOf(digits, index(2), ([c = 0, a = 0, b = 0]) => Number(a + b + c >= 5)),
    'if c + a + b >= 5 { 1 } else { 0 }',
  ],
  ['parity', tableOf([p, q, r], bool, (v) => v.reduce((n, x) => n ^ x, 0)), 'p ^^ q ^^ r'],
  ['xor', tableOf([p, q], bool, ([x = 0, y = 0]) => x ^ y), 'p ^^ q'],
  ['majority', tableOf([p, q, r], bool, (v) => Number(v.reduce((n, x) => n + x, 0) >= 2)), 'p && (q || r) || q && r'],
  ['and not', tableOf([p, q], bool, ([x = 0, y = 0]) => x & (1 - y)), 'p && !q'],
  ['the smaller', tableOf([a4, b4], index(4), ([a = 0, b = 0]) => Math.min(a, b)), 'if a < b { a } else { b }'],
  ['the larger', tableOf([a4, b4], index(4), ([a = 0, b = 0]) => Math.max(a, b)), 'if a < b { b } else { a }'],
  ['less', tableOf([a4, b4], bool, ([a = 0, b = 0]) => Number(a < b)), 'a < b'],
  ['equal', tableOf([a4, b4], bool, ([a = 0, b = 0]) => Number(a === b)), 'a == b'],
  ['equal of cases', tableOf([arg('a', color), arg('b', color)], bool, ([a = 0, b = 0]) => Number(a === b)), 'a == b'],
  ['a case', tableOf([arg('a', color)], bool, ([a = 0]) => Number(a === 1)), 'a == green'],
  [
    'a flip',
    tableOf([arg('s', state), b2], state, ([s = 0, b = 0]) => s ^ b),
    'match (s, b) { (even, 1) | (odd, 0) => odd, _ => even }',
  ],
  ['divisible', tableOf([arg('a', index(12))], bool, ([a = 0]) => Number(a % 3 === 0)), 'a % 3 == 0'],
  ['a sum that is three', tableOf([a4, b4], bool, ([a = 0, b = 0]) => Number(a + b === 3)), 'a + b == 3'],
];

describe('tables as functions', () => {
  it.each(known)('%s', (_, table, text) => {
    const found = must(recognise(table));
    expect(found.text).toBe(text);
    expect(differences(table, found.text)).toEqual([]);
  });

  it('random ones: every row, as the compiled program gives it', () => {
    const types = [index(2), index(3), index(5), bool, state, color];
    const chance = random(7);
    for (let i = 0; i < 20; i++) {
      const args = ['a', 'b', 'c'].slice(0, 1 + chance.below(2)).map((name) => arg(name, must(types[chance.below(6)])));
      const result = must(types[chance.below(6)]);
      const cases = result.kind === 'enum' ? result.cases.length : result.kind === 'bool' ? 2 : result.size;
      const table = tableOf(args, result, () => (chance.below(8) === 0 ? -1 : chance.below(cases)));
      const found = recognise(table);
      if (found) expect(differences(table, found.text)).toEqual([]);
    }
  });

  it('rows that cannot occur come out either way', () => {
    const table = tableOf([a4, b4], index(4), ([a = 0, b = 0]) => (a === 3 ? -1 : (a + b) % 4));
    expect(recognise(table)?.text).toBe('(a + b) % 4');
  });
});
