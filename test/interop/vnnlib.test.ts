import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misfits, readVnnlib, type Specification } from '../../src/interop/vnnlib/index.ts';
import {
  aboveF32,
  aboveF64,
  belowF32,
  belowF64,
  compareFloat,
  plus,
  printDecimal,
  quotient,
  readDecimal,
  times,
} from '../../src/num/decimal.ts';
import { lineMap } from '../../src/text/lines.ts';
import { must } from '../../src/text/result.ts';
import { succeed } from '../programs.ts';

const HEAD = '(declare-const X_0 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n';
const BOX = '(assert (<= X_0 1))(assert (>= X_0 0))';
const specOf = (text: string): Specification => succeed(readVnnlib({ name: 's.vnnlib', text }));

/** Cases as text: the box, the alternatives, why it is vacuous. */
function shown(spec: Specification): string[] {
  const name = (id: number): string => must(spec.variables[id]).name;
  return spec.cases.map((c) => {
    const box = c.box.map(
      (r) => `${name(r.variable)} ${r.low.text}${r.low.strict ? '<' : ''}..${r.high.strict ? '<' : ''}${r.high.text}`,
    );
    const links = [...c.links].map(([a, b]) => `${name(a)}=${name(b)}`);
    const unsafe = c.unsafe.map((all) =>
      all
        .map(
          (i) =>
            `${i.terms.map((t) => `${printDecimal(t.coefficient)} ${name(t.variable)}`).join(' + ')} ${i.strict ? '<' : '<='} ${printDecimal(i.bound)}`,
        )
        .join(' & '),
    );
    return [
      box.join(', '),
      ...links,
      unsafe.join(' | '),
      ...(c.vacuous === undefined ? [] : [`vacuous: ${c.vacuous}`]),
    ].join('; ');
  });
}

/** Problems as `code line:column help`. */
function complaints(text: string): string[] {
  const result = readVnnlib({ name: 's.vnnlib', text });
  return (result.ok ? result.notes : result.problems).map((p) => {
    const place = p.at && lineMap(p.at.source).position(p.at.start);
    return `${p.id} ${place?.line}:${place?.column} ${p.help}`;
  });
}

describe('specifications', () => {
  it('are boxes with an unsafe set', () => {
    expect(shown(specOf(`${HEAD}${BOX}(assert (<= (+ Y_0 (* 2 Y_1) -1e-1) (- 0.5 Y_1)))`))).toEqual([
      'X_0 0.0..1.0; 1.0 Y_0 + 3.0 Y_1 <= 0.6',
    ]);
  });

  it('have a case for each box, and alternatives for or', () => {
    const boxes = '(assert (or (and (<= X_0 1) (>= X_0 0)) (and (>= X_0 -2) (<= X_0 -1))))';
    expect(shown(specOf(`${HEAD}${boxes}(assert (or (<= Y_0 0) (not (or (<= Y_1 0) (< Y_0 Y_1)))))`))).toEqual([
      'X_0 0.0..1.0; 1.0 Y_0 <= 0.0 | -1.0 Y_1 < 0.0 & -1.0 Y_0 + 1.0 Y_1 <= 0.0',
      'X_0 -2.0..-1.0; 1.0 Y_0 <= 0.0 | -1.0 Y_1 < 0.0 & -1.0 Y_0 + 1.0 Y_1 <= 0.0',
    ]);
  });

  it('take the tighter of two bounds, scale them, and keep strictness', () => {
    const text = `${HEAD}(assert (<= (* 4 X_0) 1))(assert (< X_0 0.25))(assert (>= X_0 -3))(assert (> X_0 -7))(assert (>= Y_0 0))`;
    expect(shown(specOf(text))).toEqual(['X_0 -3.0..<0.25; -1.0 Y_0 <= 0.0']);
  });

  it('know floats around the decimals', () => {
    const [range] = must(specOf(`${HEAD}(assert (<= X_0 0.7))(assert (>= X_0 0.1))(assert (<= Y_0 0))`).cases[0]).box;
    const { hull, inside, rounded } = must(range);
    expect(rounded).toEqual([Math.fround(0.1), Math.fround(0.7)]);
    expect(inside).toEqual([Math.fround(0.1), Math.fround(0.7)]);
    expect(hull).toEqual([0.09999999999999999, 0.7000000000000001]);
    const point = must(specOf(`${HEAD}(assert (<= X_0 -0.45))(assert (>= X_0 -0.45))(assert (<= Y_0 0))`).cases[0])
      .box[0];
    expect(must(point).inside[0]).toBeGreaterThan(must(point).inside[1]);
  });

  it('of version 2 name networks and link their inputs', () => {
    const text = `(vnnlib-version <2.0>)
(declare-network f (declare-input X real [1, 2]) (declare-output Y real []))
(declare-network g (equal-to f) (declare-input U float32 [2]) (declare-output V real [1]))
(assert (and (<= X[0,0] 1) (>= X[0,0] 0) (== X[0, 1] 0.5) (== U[0] X[0,0]) (== X[0,1] U[1])))
(assert (> Y (+ V[0] 0.05)))`;
    const spec = specOf(text);
    expect(spec.networks.map((n) => [n.name, n.inputs, n.outputs, n.relation?.kind])).toEqual([
      ['f', 2, 1, undefined],
      ['g', 2, 1, 'equal-to'],
    ]);
    expect(shown(spec)).toEqual([
      'X[0,0] 0.0..1.0, X[0,1] 0.5..0.5, U[0] 0.0..1.0, U[1] 0.5..0.5; U[0]=X[0,0]; U[1]=X[0,1]; -1.0 Y + 1.0 V[0] < -0.05',
    ]);
  });
});

describe('mistakes have a place', () => {
  it('of form', () => {
    expect(complaints(`${HEAD}(assert (<= X_0 1)`)).toEqual(['SU1111 4:1 This bracket is never closed.']);
    expect(complaints(`${HEAD})`)).toEqual(['SU1111 4:1 A form begins with `(`.']);
    expect(complaints(`${HEAD}${BOX}(check-sat)`)[0]).toContain('SU1111 4:39 A form begins with assert');
  });

  it('of declarations', () => {
    expect(complaints(`(declare-const X_0 Real)(declare-const X_2 Real)${BOX}`)).toEqual([
      'SU1112 1:40 X_1 is not declared.',
    ]);
    expect(complaints(`(declare-const X_0 Int)${BOX}`)[0]).toContain('SU1112 1:1 A number is declared as');
    expect(complaints(`(vnnlib-version <3.0>)${HEAD}${BOX}`)[0]).toContain('SU1112 1:1');
  });

  it('of assertions', () => {
    expect(complaints(`${HEAD}${BOX}(assert (<= Y_2 1))`)).toEqual([
      'SU1113 4:51 No variable `Y_2` is declared. Did you mean `Y_0`?',
    ]);
    expect(complaints(`${HEAD}${BOX}(assert (Y_0 < Y_1))`)).toEqual([
      'SU1113 4:47 The operator `<` stands in front: (< Y_0 ...).',
    ]);
    expect(complaints(`${HEAD}${BOX}(assert (<= (* Y_0 Y_1) 1))`)).toEqual([
      'SU1113 4:51 A product of variables is not linear.',
    ]);
    expect(complaints(`${HEAD}${BOX}(assert (<= Y_0 1 2))`)).toEqual([
      'SU1113 4:47 `<=` takes two numbers, and there are 3.',
    ]);
    expect(complaints(`${HEAD}${BOX}(assert (<= Y_0 1e999999999999))`)[0]).toContain('is no number that can be read');
  });

  it('of boxes', () => {
    expect(complaints(`${HEAD}(assert (<= X_0 1))(assert (<= Y_0 0))`)[0]).toContain(
      'SU1114 4:1 No bound is stated for X_0 (below).',
    );
  });

  it('and the alternatives must not be too many', () => {
    const choice = '(assert (or (<= Y_0 0) (<= Y_1 0)))'.repeat(40);
    expect(complaints(`${HEAD}${BOX}${choice}`)[0]).toContain('Written out, the alternatives are too many.');
  });
});

describe('what says nothing is told', () => {
  it('an empty box', () => {
    const text = `${HEAD}(assert (<= X_0 0))\n(assert (>= X_0 0.5))(assert (<= Y_0 0))`;
    expect(complaints(text)[0]).toContain('SU1116 4:9 No input is meant: X_0 would lie between 0.5 and 0.0.');
    expect(shown(specOf(text))[0]).toContain('vacuous: X_0');
    expect(complaints(`${HEAD}(assert (< X_0 0))(assert (>= X_0 0))(assert (<= Y_0 0))`)).toHaveLength(1);
  });

  it('conditions that contradict each other, also through others', () => {
    expect(complaints(`${HEAD}${BOX}(assert (> Y_1 (+ Y_0 0.05)))(assert (< Y_1 (- Y_0 0.05)))`)[0]).toContain(
      'contradict each other',
    );
    expect(complaints(`${HEAD}${BOX}(assert (< Y_0 Y_1))(assert (< Y_1 X_0))(assert (<= X_0 Y_0))`)[0]).toContain(
      'contradict each other',
    );
    expect(complaints(`${HEAD}${BOX}(assert (<= Y_0 Y_1))(assert (<= Y_1 Y_0))`)).toEqual([]);
    expect(complaints(`${HEAD}${BOX}(assert (or (<= Y_0 0) (and (<= Y_0 1) (>= Y_0 2))))`)[0]).toContain(
      '1 of 2 alternatives',
    );
    expect(complaints(`${HEAD}${BOX}(assert (or))`)[0]).toContain('never true');
  });

  it('and another network', () => {
    const spec = specOf(`${HEAD}${BOX}(assert (<= Y_0 0))`);
    expect(misfits(spec, [{ file: 'n.onnx', inputs: 1, outputs: 2 }])).toEqual([]);
    expect(misfits(spec, [{ file: 'n.onnx', inputs: 5, outputs: 2 }]).map((p) => p.help)).toEqual([
      'It states 1 inputs and 2 outputs, and is given 5 and 2.',
    ]);
  });
});

describe('pages', () => {
  const folder = new URL('../../docs/errors/', import.meta.url).pathname;
  it.each(['SU1111', 'SU1112', 'SU1113', 'SU1114', 'SU1116'])('%s: the text fails with it', (code) => {
    const text = /```vnnlib fails\n([\s\S]*?)```/.exec(readFileSync(`${folder}${code}.md`, 'utf8'))?.[1];
    expect(complaints(must(text)).map((line) => line.slice(0, 6))).toContain(code);
  });
});

const DATA = new URL('../../../shared/data/vnncomp/', import.meta.url).pathname;
const files = ['acasxu_2023/vnnlib', 'acasxu_pruned_equiv_2026/vnnlib'].flatMap((folder) =>
  existsSync(join(DATA, folder)) ? readdirSync(join(DATA, folder)).map((name) => join(DATA, folder, name)) : [],
);

describe.runIf(files.length > 0)('the published specifications', () => {
  it.each(files)('%s', (path) => {
    const spec = specOf(readFileSync(path, 'utf8'));
    expect(spec.cases.map((c) => c.vacuous)).toEqual([undefined]);
    expect(spec.cases[0]?.box).toHaveLength(spec.networks.reduce((n, net) => n + net.inputs, 0));
  });
});

describe('decimals', () => {
  const decimal = fc
    .tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.integer({ min: -30, max: 30 }))
    .map(([m, e]) => must(readDecimal(`${m}e${e}`)));

  it('read back what they print', () =>
    fc.assert(
      fc.property(decimal, (a) => {
        expect(readDecimal(printDecimal(a))).toEqual(a);
      }),
    ));

  it('lie between the floats around them', () =>
    fc.assert(
      fc.property(decimal, (a) => {
        const [below, above] = [belowF64(a), aboveF64(a)];
        expect(compareFloat(a, below)).toBeGreaterThanOrEqual(0);
        expect(compareFloat(a, above)).toBeLessThanOrEqual(0);
        if (below !== above) expect([compareFloat(a, below), compareFloat(a, above)]).toEqual([1, -1]);
        const [low, high] = [belowF32(a), aboveF32(a)];
        expect(compareFloat(a, low)).toBeGreaterThanOrEqual(0);
        expect(compareFloat(a, high)).toBeLessThanOrEqual(0);
        expect(belowF32(a, true) < aboveF32(a, true)).toBe(true);
        expect(compareFloat(a, belowF32(a, true))).toBe(1);
      }),
    ));

  it('divide exactly or not at all', () =>
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const q = quotient(a, b);
        if (q) expect(times(q, b)).toEqual(a);
        if (b.m !== 0n) expect(quotient(times(a, b), b)).toEqual(a);
        expect(plus(plus(a, b), { m: -b.m, e: b.e })).toEqual(a);
      }),
    ));
});
