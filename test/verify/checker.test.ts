/** Proofs that the checker accepts, and forged ones that it refuses: trees, leaves, texts, certificates. */
import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../src/ir/graph.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { unrolled } from '../../src/passes/unroll.ts';
import {
  type CertifiedProperty,
  certified,
  makeProofCertificate,
  printProofCertificate,
  readProofCertificate,
  replayed,
} from '../../src/prove/index.ts';
import { must } from '../../src/text/result.ts';
import { check } from '../../src/verify/checker.ts';
import { mended } from '../../src/verify/mend.ts';
import { parseProof } from '../../src/verify/parse-proof.ts';
import { printProof } from '../../src/verify/print-proof.ts';
import type { Proof, Question } from '../../src/verify/question.ts';
import { questionHash } from '../../src/verify/question-hash.ts';
import { spreadOut } from '../../src/verify/spread.ts';
import { random } from '../fuzz/random.ts';

type Bounds = Extract<Proof, { kind: 'bounds' }>;
type InputSplit = Extract<Proof, { kind: 'input' }>;

interface Asked {
  readonly weight?: number;
  readonly below?: number;
  readonly lo?: number;
  /** One more input, the first. */
  readonly unread?: true;
}

/**
 * y = (|x0| by relus, x0), x0 in [-1, 1]: unsafe where x0 <= 2 and |x0| - x0 / 2 <= -below, or where |x0| >= 1 + below. The whole box is too large
 * to show it, its halves are not.
 */
function question({ weight = 1, below = 0.01, lo = -1, unread }: Asked = {}): Question {
  const b = graphBuilder();
  if (unread) b.input('unread', [1]);
  const x = b.input('x', [2]);
  const first = b.op('slice', [x], { starts: [0], limits: [1] });
  const turned = b.mul(first, b.constant([1], [-weight]));
  const zero = b.full([1], 0);
  const size = b.add(b.op('max', [first, zero], {}), b.op('max', [turned, zero], {}));
  const graph = b.finish([{ name: 'y', value: b.op('concat', [size, first], { axis: 0 }) }]);
  const row = (a: number, c: number, at: number) => ({ coefficients: Float64Array.of(a, c), at, strict: false });
  return {
    graph,
    box: [
      ...(unread ? [{ lo: Float64Array.of(0), hi: Float64Array.of(1) }] : []),
      { lo: Float64Array.of(lo, 0), hi: Float64Array.of(1, 1) },
    ],
    claim: { unsafe: [[row(0, 1, -2), row(1, -0.5, below)], [row(-1, 0, 1 + below)]] },
  };
}

const spreadOf = ({ graph }: Question) => spreadOut(unrolled(graph));
const checked = (q: Question, proof: Proof) => check(q, spreadOf(q), proof);
const isAccepted = (q: Question, proof: Proof): boolean => checked(q, proof).ok;

const leaf = (over: Partial<Bounds> = {}): Bounds => ({ kind: 'bounds', rows: [1, 0], ...over });
const split = (over: Partial<InputSplit> = {}): InputSplit => ({
  kind: 'input',
  input: 0,
  element: 0,
  cut: 0,
  below: leaf(),
  above: leaf(),
  ...over,
});

/** The result of a node of the graph in ops that have bounds. */
const resultOf = (q: Question, op: string, n = 0): ValueId =>
  must(must(spreadOf(q).graph.nodes.filter((node) => node.op === op)[n]).results[0]);

describe('a proof', () => {
  const q = question();

  it('is accepted where its tree covers the box and its leaves hold', () => {
    expect(checked(q, split())).toEqual({ ok: true, tiers: ['S1', 'S2', 'S3'], leaves: 2 });
  });

  it('is refused where a leaf is too large', () => {
    const found = checked(q, leaf());
    expect(found).toMatchObject({
      ok: false,
      refusals: [{ path: [], why: expect.stringContaining('row 1 of conjunction 0') }],
    });
  });

  it('names the leaf that fails, and its box', () => {
    const found = checked(q, split({ cut: 0.5 }));
    expect(found.ok ? [] : found.refusals.map((r) => [r.path, [...must(r.box[0]).hi]])).toEqual([[[0], [0.5, 1]]]);
  });

  it('may split by what a step compares, by values, and by conjunctions', () => {
    expect(isAccepted(q, byOrder(q, 1.5, 0.5))).toBe(true);
    expect(isAccepted(q, byOrder(q, 0.5, 1.5))).toBe(false);
    expect(isAccepted(q, byValue(q, 0.5, 1.5))).toBe(true);
    const rows = (n: number): Proof => leaf({ rows: [n] });
    expect(isAccepted(q, { kind: 'parts', parts: [split({ below: rows(1), above: rows(1) }), rows(0)] })).toBe(true);
  });

  it('may take slopes', () => {
    const max = resultOf(q, 'max');
    for (const byte of [0, 100, 255])
      expect(isAccepted(q, split({ above: leaf({ slopes: new Map([[max, Uint8Array.of(byte, byte)]]) }) }))).toBe(true);
  });

  it('is accepted where cases contradict each other', () => {
    const value = resultOf(q, 'mul');
    const far: Proof = { kind: 'value', value, element: 0, cut: 5, below: split(), above: { kind: 'empty' } };
    expect(checked(q, far)).toMatchObject({ ok: true, leaves: 3 });
    expect(isAccepted(q, { ...far, cut: 0.5 })).toBe(false);
    expect(isAccepted(q, { kind: 'empty' })).toBe(false);
  });

  it('by runs or bit-exact intervals is about the compiled program alone', () => {
    const tiny: Question = { ...q, box: [{ lo: Float64Array.of(0.5, 0), hi: Float64Array.of(0.5 + 2 ** -20, 0) }] };
    for (const kind of ['points', 'exact'] as const)
      expect(checked(tiny, split({ cut: 0.5 + 2 ** -21, below: { kind }, above: leaf() }))).toEqual({
        ok: true,
        tiers: ['S1'],
        leaves: 2,
      });
    expect(isAccepted(q, { kind: 'points' })).toBe(false);
    expect(isAccepted(question({ below: -0.6 }), { kind: 'exact' })).toBe(false);
  });

  it('by bit-exact intervals may have ends that are infinite and not read', () => {
    const b = graphBuilder();
    const y = b.op('exp', [b.input('x', [1])], {});
    const graph = b.finish([{ name: 'y', value: b.op('concat', [y, b.op('neg', [y], {})], { axis: 0 }) }]);
    const ask = (coefficients: readonly number[], at: number): Question => ({
      graph,
      box: [{ lo: Float64Array.of(-100), hi: Float64Array.of(100) }],
      claim: { unsafe: [[{ coefficients: Float64Array.from(coefficients), at, strict: true }]] },
    });
    expect(isAccepted(ask([1, 0], 0), { kind: 'exact' })).toBe(true);
    expect(isAccepted(ask([1, 0], -1), { kind: 'exact' })).toBe(false);
    expect(isAccepted(ask([-1, 0], 0), { kind: 'exact' })).toBe(false);
    expect(isAccepted(ask([0, 1], 0), { kind: 'exact' })).toBe(false);
    // infinite less infinite
    expect(isAccepted(ask([1, 1], 0), { kind: 'exact' })).toBe(false);
  });

  it('is mended where a leaf is too large for the checker', () => {
    const found = mended(q, spreadOf(q), leaf());
    expect(found).toMatchObject({ cuts: 1, checked: { leaves: 2 }, proof: { kind: 'input', cut: 0 } });
    expect(mended(question({ below: -0.5 }), spreadOf(q), leaf())).toHaveProperty('why');
    const more = question({ unread: true });
    expect(mended(more, spreadOf(more), leaf())).toMatchObject({ cuts: 1, proof: { kind: 'input', input: 1 } });
  });
});

/** Cases of -x0, with the slope of max(x0, 0) and the multipliers that they need. */
function byValue(q: Question, below: number, above: number): Proof {
  const of = (m: number, slope: number): Proof =>
    leaf({
      multipliers: [Float64Array.of(m), new Float64Array()],
      slopes: new Map([[resultOf(q, 'max'), Uint8Array.of(slope, 0)]]),
    });
  return { kind: 'value', value: resultOf(q, 'mul'), element: 0, cut: 0, below: of(below, 255), above: of(above, 0) };
}

/** Cases of x0 by what max(x0, 0) compares. */
function byOrder(q: Question, below: number, above: number): Proof {
  const of = (m: number, slope: number): Proof =>
    leaf({
      multipliers: [Float64Array.of(m), new Float64Array()],
      slopes: new Map([[resultOf(q, 'max', 1), Uint8Array.of(slope, 0)]]),
    });
  return { kind: 'order', value: resultOf(q, 'max'), element: 0, below: of(below, 255), above: of(above, 0) };
}

/** A tight claim: nothing of the tree may be moved. */
const TIGHT = question({ below: 1e-4 });

/** Unsafe where f(w) - f(x) <= -at, f being tanh(2 ·) of both: two copies, x in [-3, 3] and w = x + more, more in [0, 1]. */
function rising({ at = 1e-3, turned = false } = {}): Question {
  const b = graphBuilder();
  const [x, more] = [b.input('x', [1]), b.input('more', [1])];
  const copy = (v: ValueId): ValueId => b.op('tanh', [b.mul(v, b.full([1], 2))], {});
  const [first, second] = [copy(x), copy(b.add(x, more))];
  const pair = turned ? [second, first] : [first, second];
  const graph = b.finish([{ name: 'y', value: b.op('concat', pair, { axis: 0 }) }]);
  const ends = (lo: number, hi: number) => ({ lo: Float64Array.of(lo), hi: Float64Array.of(hi) });
  return {
    graph,
    box: [ends(-3, 3), ends(0, 1)],
    claim: { unsafe: [[{ coefficients: Float64Array.of(-1, 1), at, strict: false }]] },
  };
}

describe('two copies', () => {
  const whole = leaf({ rows: [0] });

  it('are bounded together: what rises is shown to, without a split', () => {
    expect(checked(rising(), whole)).toEqual({ ok: true, tiers: ['S1', 'S2', 'S3'], leaves: 1 });
    expect(isAccepted(rising({ turned: true }), whole)).toBe(false);
    expect(isAccepted(rising({ at: 1e-9 }), whole)).toBe(false);
  });
});

describe('a forged tree is refused', () => {
  const good = split();
  const forged: Readonly<Record<string, Proof>> = {
    'a box left out': split({ above: good.below, below: { kind: 'empty' } }),
    'a cut moved': split({ cut: 0.25 }),
    'a cut outside': split({ cut: 1.5 }),
    'a cut at the end': split({ cut: -1 }),
    'a cut that is no number': split({ cut: Number.NaN }),
    'a cut at infinity': split({ cut: Infinity }),
    'another input': split({ input: 1 }),
    'another element': split({ element: 1 }),
    'an element that is not there': split({ element: 2 }),
    'a negative element': split({ element: -1 }),
    'half an element': split({ element: 0.5 }),
    'another row': split({ above: leaf({ rows: [0, 0] }), below: leaf({ rows: [0, 1] }) }),
    'no rows': split({ above: leaf({ rows: [] }) }),
    'a row too many': split({ above: leaf({ rows: [1, 0, 0] }) }),
    'one part of two': { kind: 'parts', parts: [split({ below: leaf({ rows: [1] }), above: leaf({ rows: [1] }) })] },
    'parts changed over': {
      kind: 'parts',
      parts: [leaf({ rows: [0] }), split({ below: leaf({ rows: [1] }), above: leaf({ rows: [1] }) })],
    },
    'an order of what has none': {
      kind: 'order',
      value: resultOf(TIGHT, 'mul'),
      element: 0,
      below: leaf(),
      above: leaf(),
    },
    'an order of an input': {
      kind: 'order',
      value: must(TIGHT.graph.inputs[0]),
      element: 0,
      below: leaf(),
      above: leaf(),
    },
    'a value that is not there': {
      kind: 'value',
      value: 999 as ValueId,
      element: 0,
      cut: 0,
      below: leaf(),
      above: leaf(),
    },
    'a number as a value': {
      kind: 'value',
      value: resultOf(TIGHT, 'const'),
      element: 0,
      cut: 0,
      below: leaf(),
      above: leaf(),
    },
    'slopes of a linear step': split({
      above: leaf({ slopes: new Map([[resultOf(TIGHT, 'mul'), Uint8Array.of(0, 0)]]) }),
    }),
    'slopes of nothing': split({ above: leaf({ slopes: new Map([[999 as ValueId, Uint8Array.of(0, 0)]]) }) }),
    'too few slopes': split({ above: leaf({ slopes: new Map([[resultOf(TIGHT, 'max'), Uint8Array.of(0)]]) }) }),
    'multipliers of no case': split({ above: leaf({ multipliers: [Float64Array.of(1), Float64Array.of(1)] }) }),
    'multipliers of one conjunction': split({ above: leaf({ multipliers: [Float64Array.of()] }) }),
  };

  it('though the good one is accepted', () => {
    expect(isAccepted(TIGHT, good)).toBe(true);
  });

  it.each(Object.entries(forged))('%s', (_, proof) => {
    expect(isAccepted(TIGHT, proof)).toBe(false);
  });

  it.each([-1, Number.NaN, Infinity, 0, 3, 1e308])('the multiplier %d', (m) => {
    expect(isAccepted(TIGHT, byValue(TIGHT, 0.5, 1.5))).toBe(true);
    expect(isAccepted(TIGHT, byValue(TIGHT, m, 1.5))).toBe(false);
    expect(isAccepted(TIGHT, byValue(TIGHT, 0.5, m))).toBe(false);
  });

  it('a tree without end', () => {
    let proof: Proof = leaf({ rows: [1] });
    for (let n = 0; n < 5000; n++) proof = { kind: 'parts', parts: [proof] };
    proof = { kind: 'parts', parts: [proof, leaf({ rows: [0] })] };
    expect(isAccepted(TIGHT, proof)).toBe(false);
  });
});

/** So wide that the claim is false. */
const wide = ({ box }: Question) =>
  box.map(({ lo, hi }) => ({ lo: lo.map((l) => l * 1.01), hi: hi.map((h) => h * 1.01) }));

describe('a box that is none is refused', () => {
  const ends = (lo: number, hi: number) => [{ lo: Float64Array.of(lo, 0), hi: Float64Array.of(hi, 1) }];
  it.each([
    [1, -1],
    [Number.NaN, 1],
    [0, Number.NaN],
    [-Infinity, 1],
    [0, Infinity],
  ])('[%d, %d]', (lo, hi) => {
    expect(isAccepted({ ...TIGHT, box: ends(lo, hi) }, leaf())).toBe(false);
    expect(isAccepted({ ...TIGHT, box: ends(lo, hi) }, { kind: 'empty' })).toBe(false);
  });
});

describe('the text of a proof', () => {
  const q = question();
  const max = resultOf(q, 'max');
  const all: Proof = {
    kind: 'parts',
    parts: [
      split({ cut: 0.1, element: 1, above: { kind: 'points' }, below: { kind: 'exact' } }),
      {
        kind: 'value',
        value: max,
        element: 0,
        cut: -0,
        below: leaf({
          rows: [300],
          multipliers: [Float64Array.of(0, 0, 0.5, 2)],
          slopes: new Map([[max, Uint8Array.of(0, 9)]]),
        }),
        above: { kind: 'order', value: max, element: 0, below: leaf({ rows: [300] }), above: { kind: 'empty' } },
      },
    ],
  };

  it('reads back to the same', () => {
    for (const proof of [all, leaf(), split(), split({ cut: Math.fround(0.3) })])
      expect(parseProof(printProof(proof, q.box), spreadOf(q).graph, q.box)).toEqual(proof);
  });

  it('is short', () => {
    expect(printProof(split({ above: split({ cut: 0.5 }) }), q.box)).toHaveLength(12);
  });

  it('is refused where it ends too soon, goes on, or is none', () => {
    const text = printProof(all, q.box);
    const { graph } = spreadOf(q);
    for (let n = 4; n < text.length; n += 4) expect(parseProof(text.slice(0, -n), graph, q.box)).toBeUndefined();
    for (const more of [`${text}AAAA`, 'x', '====', '']) expect(parseProof(more, graph, q.box)).toBeUndefined();
  });

  it('never breaks the reader or the checker, whatever its bytes', () => {
    const r = random(5);
    const spread = spreadOf(TIGHT);
    const text = Array.from(Buffer.from(printProof(all, q.box), 'base64'));
    let read = 0;
    for (let n = 0; n < 800; n++) {
      const bytes = text
        .map((x) => (r.chance(0.1) ? r.below(256) : x))
        .slice(0, r.chance(0.5) ? text.length : r.below(text.length));
      const proof = parseProof(Buffer.from(bytes).toString('base64'), spread.graph, TIGHT.box);
      if (proof) read++;
      if (proof) expect(check({ ...TIGHT, box: wide(TIGHT) }, spread, proof).ok).toBe(false);
    }
    expect(read).toBeGreaterThan(5);
  });
});

describe('a certificate', () => {
  const good = certified('size', {
    tiers: ['S1', 'S2', 'S3'],
    kind: 'bounds',
    parts: [{ question: TIGHT, proof: split() }],
  });
  const property = 'property' in good ? good.property : must<CertifiedProperty>(undefined);
  const anew = (questions: readonly Question[] = [TIGHT], p: CertifiedProperty = property) => replayed(p, questions);

  it('is accepted with the questions made anew', () => {
    expect(anew()).toEqual({ ok: true, tiers: ['S1', 'S2', 'S3'], leaves: 2 });
  });

  it.each(
    Object.entries({
      'one bit of a weight': { weight: 1 + 2 ** -23 },
      'another claim': { below: 2e-4 },
      'another box': { lo: -1.5 },
    }),
  )('is refused with %s, also with its hash made to fit', (_, other) => {
    const q = question({ below: 1e-4, ...other });
    expect(anew([q])).toMatchObject({ ok: false, why: expect.stringContaining('another question') });
    const fitting = {
      ...property,
      questions: property.questions.map(({ proof }) => ({ hash: questionHash(q), proof })),
    };
    expect(anew([q], fitting).ok).toBe(_ !== 'another box');
  });

  it('is refused with more or fewer questions, or more tiers than are shown', () => {
    expect(anew([TIGHT, TIGHT]).ok).toBe(false);
    expect(anew([]).ok).toBe(false);
    expect(anew([], { ...property, questions: [] }).ok).toBe(false);
    const [own] = property.questions;
    const exact = printProof({ kind: 'points' }, [{ lo: Float64Array.of(0, 0), hi: Float64Array.of(0, 0) }]);
    const point = { ...TIGHT, box: [{ lo: Float64Array.of(0, 0), hi: Float64Array.of(0, 0) }] };
    const few = { ...property, questions: [{ ...must(own), hash: questionHash(point), proof: exact }] };
    expect(anew([point], few)).toMatchObject({ ok: false, why: 'it is not shown for S2 S3' });
    expect(anew([point], { ...few, tiers: ['S1'] }).ok).toBe(true);
  });

  it('is refused with a proof changed or of another question, though its own hash fits', () => {
    const change = (proof: string) => ({ ...property, questions: property.questions.map((q) => ({ ...q, proof })) });
    for (const proof of [split({ cut: 0.25 }), leaf(), split({ above: { kind: 'empty' } })]) {
      const text = printProofCertificate(makeProofCertificate([], [change(printProof(proof, TIGHT.box))]));
      const read = readProofCertificate(text);
      expect(read.ok && anew([TIGHT], must(read.value.properties[0])).ok).toBe(false);
    }
    expect(anew([TIGHT], change('AAAA')).ok).toBe(false);
  });

  it('is refused where its text was changed, cut short or is none', () => {
    const text = printProofCertificate(makeProofCertificate([{ file: 'a.su', sha256: '00' }], [property]));
    expect(readProofCertificate(text).ok).toBe(true);
    const others = [text.replace('a.su', 'b.su'), text.slice(0, -9), '', '[]', '{}', text.replace('"v": 1', '"v": 2')];
    for (const other of others)
      expect(readProofCertificate(other)).toMatchObject({ ok: false, problems: [{ id: 'SU1130' }] });
  });
});
