/** Learned state machines come back in their smallest form, under the numbering that makes them short, and only where nothing else looks at states. */
import { describe, expect, it } from 'vitest';
import { type FreezeCertificate, makeFreezeCertificate } from '../../src/decompile/freeze/certificate.ts';
import type { Frozen } from '../../src/decompile/freeze/index.ts';
import { textHash } from '../../src/decompile/freeze/stages.ts';
import { affineNumberings } from '../../src/decompile/freeze/states/numbering.ts';
import { certifyFrozen, compile, freeze, type Host, run } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { random } from '../fuzz/random.ts';

const HOST: Host = { read: () => undefined };

interface Made {
  readonly states: number;
  next(s: number, x: number): number;
  out(s: number, x: number): number;
}

/** A machine as a learned program: copies of its states in some order, of which some are never reached. */
function program(m: Made, symbols: number, seed: number): string {
  const chance = random(seed);
  const size = 2 * m.states + 1;
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [order[i], order[j]] = [must(order[j]), must(order[i])];
  }
  const meaning = (s: number): number => must(order[s]) % m.states;
  const copy = (state: number): number =>
    chance.pick(order.flatMap((o, s) => (o % m.states === state && o < 2 * m.states ? [s] : [])));
  const rows = (f: (s: number, x: number) => number): string =>
    Array.from({ length: size * symbols }, (_, i) => [Math.floor(i / symbols), i % symbols] as const)
      .map(([s, x]) => `(${s}, ${x}) -> ${f(s, x)}`)
      .join(', ');
  return `param table next(Index<${size}>, Index<${symbols}>) -> Index<${size}> { ${rows((s, x) => copy(m.next(meaning(s), x)))} }
param table out(Index<${size}>, Index<${symbols}>) -> Index<2> { ${rows((s, x) => m.out(meaning(s), x))} }

fn run<n>(x: Index<${symbols}>[n]) -> Index<2>[n] {
  let start: (Index<${size}>, Index<2>) = (${copy(0)}, 0);
  let steps = scan s = start for c in x { (next(s.0, c), out(s.0, c)) };
  [for s in steps: s.1]
}

fn six(x: Index<${symbols}>[6]) -> Index<2>[6] { run(x) }
`;
}

function frozenWhole(text: string): Frozen {
  const compiled = compile({ name: 'out.su', text }, HOST);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.title} ${p.help}`).join('\n'));
  const done = freeze(compiled.value, HOST, ['in.su', 'out.su']);
  if (!done.ok) throw new Error(done.problems.map((p) => p.title).join('\n'));
  return done.value;
}

/** What is wrong with a certificate; nothing when it holds. */
function complaint(certificate: FreezeCertificate, text: string, result: string): string {
  const report = certifyFrozen(certificate, { name: 'in.su', text }, { name: 'out.su', text: result }, HOST);
  return report.ok ? '' : report.problems.map((p) => p.help).join();
}

function frozen(text: string): string {
  const done = frozenWhole(text);
  expect(complaint(done.certificate, text, done.text)).toBe('');
  return done.text;
}

const outputs = (text: string, x: readonly number[]): string => {
  const compiled = compile({ name: 'f.su', text }, HOST);
  const ran = run(must(compiled.ok ? compiled.value : undefined), 'six', { x: [...x] });
  return ran.ok ? ran.value.text : 'failed';
};

const machines: readonly (readonly [string, number, Made, string])[] = [
  [
    'divisible by 7',
    2,
    { states: 7, next: (s, x) => (2 * s + x) % 7, out: (s) => Number(s === 0) },
    'Index<7> {\n  (2 * s + c) % 7\n}',
  ],
  [
    'sum modulo 3',
    3,
    { states: 3, next: (s, x) => (s + x) % 3, out: (s, x) => Number((s + x) % 3 === 0) },
    'Index<3> {\n  (s + c) % 3\n}',
  ],
  ['parity', 2, { states: 2, next: (s, x) => s ^ x, out: (s, x) => s ^ x }, 'Index<2> {\n  (s + c) % 2\n}'],
  [
    'a carry',
    6,
    { states: 2, next: (s, x) => Number(x + s >= 5), out: (s) => s },
    'Index<2> {\n  if s + c >= 5 { 1 } else { 0 }\n}',
  ],
  ['the last symbol', 2, { states: 2, next: (_, x) => x, out: (s) => s }, 'Index<2> {\n  c\n}'],
];

describe('state machines', () => {
  it.each(machines)('%s', (_, symbols, machine, next) => {
    const text = program(machine, symbols, 7);
    const result = frozen(text);
    expect(result).toContain(next);
    const chance = random(2);
    for (let i = 0; i < 2; i++) {
      const x = Array.from({ length: 6 }, () => chance.below(symbols));
      expect(outputs(result, x)).toBe(outputs(text, x));
    }
  });

  it('random ones keep what they give, in no more states', () => {
    for (let seed = 1; seed <= 2; seed++) {
      const chance = random(seed);
      const states = 2 + chance.below(3);
      const table = Array.from({ length: 4 * states }, () => chance.below(states));
      const at = (s: number, x: number): number => must(table[2 * s + x]);
      const text = program({ states, next: at, out: (s, x) => at(s, x + 1) % 2 }, 2, seed);
      const result = frozen(text);
      expect(Number(/next\([^:]*: Index<(\d+)>/.exec(result)?.[1] ?? 1)).toBeLessThanOrEqual(states);
      for (let i = 0; i < 2; i++) {
        const x = Array.from({ length: 6 }, () => chance.below(2));
        expect(outputs(result, x)).toBe(outputs(text, x));
      }
    }
  });

  it.each([
    ['compared', 'fn odd(x: Index<2>[3]) -> bool { (fold s = b1 for c in x { next(s, c) }) == b2 }'],
    ['shown', 'fn last(x: Index<2>[3]) -> S { fold s = b1 for c in x { next(s, c) } }'],
    [
      'matched',
      'fn odd(x: Index<2>[3]) -> bool { match fold s = b1 for c in x { next(s, c) } { b2 => true, _ => false } }',
    ],
    ['an index of an array', 'fn odd(x: Index<2>[3], w: f32[3]) -> f32 { w[fold s = b1 for c in x { next(s, c) }] }'],
  ])('states that are %s stay as they are', (_, use) => {
    const text = `enum S { a1, b1, b2 }
param table next(S, Index<2>) -> S { (a1, _) -> a1, (b1, 0) -> b1, (b1, 1) -> b2, (b2, 0) -> b2, (b2, 1) -> b1 }
${use}
`;
    expect(frozen(text)).toContain('enum S { a1, b1, b2 }');
  });

  it('cases keep their names, and numbered ones become numbers', () => {
    const text = (a: string, b: string, c: string): string => `enum S { ${c}, ${a}, ${b} }
param table next(S, Index<2>) -> S { (${c}, _) -> ${c}, (${a}, 0) -> ${a}, (${a}, 1) -> ${b}, (${b}, 0) -> ${b}, (${b}, 1) -> ${a} }
param table out(S) -> bool { ${a} -> false, _ -> true }
fn odd(x: Index<2>[3]) -> bool { out(fold s = ${a} for c in x { next(s, c) }) }
`;
    expect(frozen(text('even', 'odd_', 'lost'))).toContain('enum S { even, odd_ }');
    const numbered = frozen(text('q1', 'q2', 'q0'));
    expect(numbered).toContain('fn next(s: Index<2>, c: Index<2>) -> Index<2> {\n  (s + c) % 2\n}');
    expect(numbered).not.toContain('enum');
  });
});

describe('a certificate of states', () => {
  const machine = must(machines[1])[2];
  const text = program(machine, 3, 7);
  const { certificate, text: result } = frozenWhole(text);

  it.each([
    ['other steps', '(s + c) % 3', '(s + 2 * c) % 3'],
    ['another start', 'start: (Index<3>, Index<2>) = (0, 0)', 'start: (Index<3>, Index<2>) = (1, 0)'],
  ])('with %s is refused', (_, from, to) => {
    const after = result.replace(from, to);
    expect(after).not.toBe(result);
    const stages = certificate.stages.map((stage) => ({
      ...stage,
      changes: stage.changes.map((c) =>
        c.after === '0' && from.startsWith('start') ? { ...c, after: '1' } : { ...c, after: c.after.replace(from, to) },
      ),
    }));
    const frozenFile = { ...certificate.frozen, text: textHash(after) };
    const forged = makeFreezeCertificate({ original: certificate.original, frozen: frozenFile, stages });
    expect(complaint(forged, text, after)).toMatch(/does not allow/);
  });

  it('with another map is refused', () => {
    const stages = certificate.stages.map((stage) => ({
      ...stage,
      evidence: stage.evidence.map((e) => (e.by === 'states' ? { ...e, map: [...e.map].reverse() } : e)),
    }));
    const forged = makeFreezeCertificate({ original: certificate.original, frozen: certificate.frozen, stages });
    expect(complaint(forged, text, result)).toMatch(/other evidence/);
  });
});

describe('numberings', () => {
  it('find the sum under any order of the states', () => {
    const steps = { states: 5, symbols: 2, columns: [Int32Array.of(0, 1)] };
    const name = [0, 3, 1, 4, 2];
    const next = new Int32Array(10);
    for (let s = 0; s < 5; s++) for (const x of [0, 1]) next[2 * must(name[s]) + x] = must(name[(3 * s + x) % 5]);
    const found = affineNumberings({ ...steps, next });
    expect(found.some((numbers) => name.every((n, s) => numbers[n] === s))).toBe(true);
  });

  it('find none where there is none', () => {
    const next = Int32Array.of(1, 1, 2, 0, 2, 1);
    expect(affineNumberings({ states: 3, symbols: 2, columns: [Int32Array.of(0, 1)], next })).toEqual([]);
  });
});
