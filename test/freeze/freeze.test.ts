/** Freezing a program: what comes out is plain code, equal in every bit, and its certificate is believed by nothing but replaying it. */
import { describe, expect, it } from 'vitest';
import { type FreezeCertificate, makeFreezeCertificate } from '../../src/decompile/freeze/certificate.ts';
import { type Frozen, printFreezeCertificate, readFreezeCertificate } from '../../src/decompile/freeze/index.ts';
import { textHash } from '../../src/decompile/freeze/stages.ts';
import { certifyFrozen, compile, freeze, type Host } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';

const HOST: Host = { read: () => undefined };

function frozen(text: string): Frozen {
  const compiled = compile({ name: 'out.su', text }, HOST);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.title} ${p.help}`).join('\n'));
  const done = freeze(compiled.value, HOST, ['in.su', 'out.su']);
  if (!done.ok) throw new Error(done.problems.map((p) => p.title).join('\n'));
  return done.value;
}

/** Replays; the messages of what is wrong. */
function replay(certificate: FreezeCertificate, original: string, result: string): readonly string[] {
  const report = certifyFrozen(certificate, { name: 'in.su', text: original }, { name: 'out.su', text: result }, HOST);
  return report.ok ? [] : report.problems.map((p) => `${p.id} ${p.help}`);
}

const MACHINE = `/// Parity of bits, learned.
import { binary_cross_entropy } from "std/loss";

enum State { even, odd }

param next: State[2, 2] = [[even, odd], [odd, even]];
param gain: f32 in [0, 10] = 2.5;  // how much
param w = [1, 2.5];

/// One step.
fn step(s: State, b: Index<2>) -> State { next[s][b] }

fn run(bits: Index<2>[5]) -> State {
  fold s = even for b in bits { step(s, b) }
}

fn score(x: f32) -> f32 {
  if x > ?36.6 { gain * x + w[1] } else { -?-0.5 * x + ?3 }
}

train score { data: csv("d.csv", label = "y"), loss: binary_cross_entropy }

test "one" {
  assert run([1, 0, 0, 0, 0]) == odd;
}
`;

const FROZEN = `/// Parity of bits, learned.

enum State { even, odd }

let gain: f32 = 2.5;  // how much
let w: f32[2] = [1, 2.5];

/// One step.
fn step(s: State, b: Index<2>) -> State {
  match (s, b) {
    (even, 1) | (odd, 0) => odd,
    _ => even,
  }
}

fn run(bits: Index<2>[5]) -> State {
  fold s = even for b in bits { step(s, b) }
}

fn score(x: f32) -> f32 {
  if x > 36.6 { gain * x + w[1] } else { -(-0.5) * x + 3.0 }
}

test "one" {
  assert run([1, 0, 0, 0, 0]) == odd;
}
`;

describe('a frozen program', () => {
  it('is plain code: every other byte stays', () => {
    const { text, left } = frozen(MACHINE);
    expect(text).toBe(FROZEN);
    expect(left).toEqual([]);
  });

  it('says of every function how it is equal', () => {
    const { certificate } = frozen(MACHINE);
    const stage = must(certificate.stages.find((s) => s.rule === 'function'));
    expect(stage.evidence.map((e) => [e.entry, e.by])).toEqual([
      ['step', 'rows'],
      ['run', 'functions'],
      ['score', 'graph'],
    ]);
  });

  it.each([
    ['(2 * s + b) % 7', 'Index<7>[7, 2]', [0, 1, 2, 3, 4, 5, 6].map((s) => [0, 1].map((b) => (2 * s + b) % 7))],
    ['(s + b) % 3', 'Index<3>[3, 3]', [0, 1, 2].map((s) => [0, 1, 2].map((b) => (s + b) % 3))],
  ] as const)('has %s for its table', (formula, type, rows) => {
    const [n, m] = [rows.length, must(rows[0]).length];
    const text = `let next: ${type} = ${JSON.stringify(rows)};\nfn step(s: Index<${n}>, b: Index<${m}>) -> Index<${n}> { next[s][b] }\nfn f(x: f32) -> f32 { ?1.5 * x }\n`;
    // an Index is no type of a param yet: the function is learned through the number that it reads
    const learned = text.replace('{ next[s][b] }', '{ if f(1.0) > ?0.5 { next[s][b] } else { s } }');
    expect(frozen(learned).text).toContain(`fn step(s: Index<${n}>, b: Index<${m}>) -> Index<${n}> {\n  ${formula}\n}`);
  });

  it('keeps what is loaded or random as a frozen param', () => {
    const { text } = frozen(
      'import { dense_init, Dense } from "std/nn";\nparam h: Dense<2, 3> = dense_init();\nparam u: f32[2] = normal(scale = 0.1);\nfn f(x: f32[2]) -> f32 { x[0] * u[1] + h.b[0] }\n',
    );
    expect(text).toContain('frozen param h: Dense<2, 3> = dense_init();');
    expect(text).toContain('frozen param u: f32[2] = normal(scale = 0.1);');
  });

  it('is refused where nothing is learned', () => {
    const compiled = compile({ name: 'out.su', text: 'fn f(x: f32) -> f32 { x }\n' }, HOST);
    const done = freeze(must(compiled.ok ? compiled.value : undefined), HOST, ['in.su', 'out.su']);
    expect(done.ok ? '' : done.problems[0]?.id).toBe('SU0726');
  });
});

describe('its certificate', () => {
  const { text, certificate } = frozen(MACHINE);

  it('is read back and replayed', () => {
    const read = readFreezeCertificate(printFreezeCertificate(certificate));
    expect(replay(must(read?.ok ? read.value : undefined), MACHINE, text)).toEqual([]);
  });

  it('is refused for another original, another result, or when a byte of it was changed', () => {
    expect(replay(certificate, MACHINE.replace('2.5', '2.75'), text)).toMatchObject(
      [/SU0722/].map((r) => expect.stringMatching(r)),
    );
    expect(replay(certificate, MACHINE, text.replace('2.5', '2.75'))).toEqual([expect.stringMatching(/SU0722/)]);
    const other = readFreezeCertificate(printFreezeCertificate(certificate).replace('"rows": 4', '"rows": 5'));
    expect(other && !other.ok && other.problems[0]?.help).toMatch(/own hash/);
  });

  /** A certificate whose hashes are right and whose text leads where the forger wants. */
  const forged = (rule: string, from: string, to: string): readonly string[] => {
    const stages = certificate.stages.map((stage) => ({
      ...stage,
      changes: stage.changes.map((c) => (stage.rule === rule ? { ...c, after: c.after.replace(from, to) } : c)),
    }));
    const result = text.replace(from, to);
    const { original, frozen: named } = certificate;
    return replay(
      makeFreezeCertificate({ original, frozen: { ...named, text: textHash(result) }, stages }),
      MACHINE,
      result,
    );
  };

  it.each([
    ['another number', 'number', '36.6', '36.7', /which its rule does not allow/],
    ['a number of other bits', 'number', '36.6', '36.600002', /which its rule does not allow/],
    ['another value', 'param', 'let gain: f32', 'let gain: truth', /which its rule does not allow/],
    [
      'another function',
      'function',
      '(even, 1) | (odd, 0) => odd',
      '(even, 1) => odd',
      /which its rule does not allow/,
    ],
    [
      'a function that is equal, but other text than filed',
      'function',
      '_ => even',
      'odd => even',
      /which its rule does not allow/,
    ],
  ] as const)('is refused with %s', (_, rule, from, to, message) => {
    expect(forged(rule, from, to)).toEqual([expect.stringMatching(message)]);
  });

  it('is refused when a stage is left out, or by a rule that there is not', () => {
    const { original, frozen: named, stages } = certificate;
    const without = makeFreezeCertificate({ original, frozen: named, stages: stages.slice(1) });
    expect(replay(without, MACHINE, text).join()).toMatch(/SU07/);
    const strange = makeFreezeCertificate({
      original,
      frozen: named,
      stages: stages.map((s) => ({ ...s, rule: 'trust' })),
    });
    expect(replay(strange, MACHINE, text)).toEqual([expect.stringMatching(/a rule that is not known/)]);
  });

  it('does not believe a function replaced outside of its declaration', () => {
    const { original, frozen: named, stages } = certificate;
    const smuggled = stages.map((stage) => {
      if (stage.rule !== 'function') return stage;
      const [c] = stage.changes;
      const more = must(c).after.replace(/\}$/, '}\n\nfn extra() -> f32 { 1.0 }');
      return { ...stage, changes: [{ ...must(c), after: more }] };
    });
    expect(replay(makeFreezeCertificate({ original, frozen: named, stages: smuggled }), MACHINE, text)).toEqual([
      expect.stringMatching(/does not allow/),
    ]);
  });
});
