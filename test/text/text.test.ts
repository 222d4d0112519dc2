/** Places, edits, near names and the forms of messages. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/text/edits.ts';
import { applyEdits, compose, undo } from '../../src/text/edits.ts';
import { lineMap } from '../../src/text/lines.ts';
import { distance, nearest } from '../../src/text/nearest.ts';
import { problem } from '../../src/text/problem.ts';
import {
  problemJson,
  renderGithub,
  renderProblem,
  renderProblems,
  renderShort,
  sortProblems,
} from '../../src/text/render.ts';
import { Bug } from '../../src/text/result.ts';
import { span } from '../../src/text/span.ts';

/** Edits of a text that do not overlap, from sorted cut points. */
const editsOf = (text: string): fc.Arbitrary<Edit[]> =>
  fc.array(fc.tuple(fc.nat(text.length), fc.string({ maxLength: 4 })), { maxLength: 8 }).map((cuts) => {
    const points = cuts.map(([at]) => at).sort((a, b) => a - b);
    const edits: Edit[] = [];
    for (let i = 0; i + 1 < points.length; i += 2) {
      edits.push({ at: { start: points[i] ?? 0, end: points[i + 1] ?? 0 }, insert: cuts[i]?.[1] ?? '' });
    }
    return edits;
  });

const textAndEdits = fc.string({ maxLength: 40 }).chain((text) => fc.tuple(fc.constant(text), editsOf(text)));

describe('edits', () => {
  it('leave all bytes outside of their places', () => {
    expect(applyEdits('let a = 1.0; // one', [{ at: { start: 8, end: 11 }, insert: '2.5' }])).toBe(
      'let a = 2.5; // one',
    );
  });

  it('keep the order of insertions at one place', () => {
    const at = { start: 1, end: 1 };
    expect(
      applyEdits('ab', [
        { at, insert: '1' },
        { at, insert: '2' },
      ]),
    ).toBe('a12b');
  });

  it('refuse to overlap', () => {
    const edits = [
      { at: { start: 0, end: 2 }, insert: '' },
      { at: { start: 1, end: 3 }, insert: '' },
    ];
    expect(() => applyEdits('abc', edits)).toThrow(Bug);
    expect(() => applyEdits('abc', [{ at: { start: 2, end: 9 }, insert: '' }])).toThrow(Bug);
  });

  it('are undone', () => {
    fc.assert(
      fc.property(textAndEdits, ([text, edits]) => {
        expect(applyEdits(applyEdits(text, edits), undo(text, edits))).toBe(text);
      }),
    );
  });

  it('compose', () => {
    const two = textAndEdits.chain(([text, first]) =>
      fc.tuple(fc.constant(text), fc.constant(first), editsOf(applyEdits(text, first))),
    );
    fc.assert(
      fc.property(two, ([text, first, second]) => {
        expect(applyEdits(text, compose(first, second))).toBe(applyEdits(applyEdits(text, first), second));
      }),
      { numRuns: 500 },
    );
  });
});

describe('lines', () => {
  it('end at every kind of line end', () => {
    const map = lineMap({ name: 'a.su', text: 'one\ntwo\r\nthree\rfour' });
    expect([map.lines, map.line(2), map.line(3), map.line(4), map.line(5)]).toEqual([4, 'two', 'three', 'four', '']);
    expect(map.position(0)).toEqual({ line: 1, column: 1 });
    expect(map.position(5)).toEqual({ line: 2, column: 2 });
    expect(map.position(99).line).toBe(4);
  });
});

describe('nearest', () => {
  it.each([
    ['lenght', 'length'],
    ['Petal_width', 'petal_width'],
    ['petal_widht', 'petal_width'],
    ['expp', 'exp'],
    ['xyz', undefined],
    ['a', undefined],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['length', 'petal_width', 'exp', 'b'])).toBe(expected);
  });

  it('is a distance', () => {
    expect([distance('', 'abc'), distance('ab', 'ba'), distance('abc', 'abc'), distance('kitten', 'sitting')]).toEqual([
      3, 1, 0, 3,
    ]);
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => distance(a, b) === distance(b, a)));
  });
});

describe('messages', () => {
  const source = { name: 'dir/a:b.su', text: 'let x = 3\nlet yy = 4;\n' };
  const at = span(source, 9, 9);
  const missing = problem(
    'missing-semicolon',
    at,
    { what: 'a `let`' },
    {
      label: 'here',
      also: [{ at: span(source, 14, 16), text: 'the next one' }],
      fix: { title: 'put a semicolon', at, insert: ';' },
    },
  );

  it('show the place, the other end, and the proposed edit', () => {
    expect(renderProblem(missing)).toBe(
      [
        'error[SU0105]: a `;` is missing after a `let`',
        '  --> dir/a:b.su:1:10',
        '   |',
        ' 1 | let x = 3',
        '   |          ^ here',
        ' 2 | let yy = 4;',
        '   |     -- the next one',
        '   |',
        '   = help: `let` and the one-line declarations end with `;`; the value of a block, its last line, has none.',
        '   = fix: put a semicolon',
        '   |',
        ' 1 | let x = 3;',
      ].join('\n'),
    );
  });

  it('show each file that takes part', () => {
    const other = { name: 'other.su', text: 'fn f() -> f32 { 1.0 }' };
    const two = problem(
      'missing-semicolon',
      at,
      { what: 'it' },
      { also: [{ at: span(other, 3, 4), text: 'declared here' }] },
    );
    expect(renderProblem(two)).toContain(
      '  --> other.su:1:4\n   |\n 1 | fn f() -> f32 { 1.0 }\n   |    - declared here',
    );
  });

  it('are coloured only when that is asked for', () => {
    expect(renderProblem(missing)).not.toContain('\u001b');
    const colored = renderProblem(missing, { color: true });
    expect(colored).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of colours begin with one
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderProblem(missing));
  });

  it('have one line for tools', () => {
    expect(renderShort(missing)).toBe('dir/a:b.su:1:10: error SU0105: a `;` is missing after a `let`');
    expect(renderGithub(missing)).toMatch(
      /^::error file=dir\/a%3Ab\.su,line=1,endLine=1,col=10,endColumn=10,title=SU0105::/,
    );
    expect(renderGithub(missing)).not.toContain('\n');
    expect(JSON.parse(renderProblems([missing], 'json'))).toEqual(JSON.parse(JSON.stringify(problemJson(missing))));
    expect(problemJson(missing)).toMatchObject({
      v: 1,
      code: 'SU0105',
      at: { file: 'dir/a:b.su', start: { line: 1, column: 10, offset: 9 } },
    });
  });

  it('need no place', () => {
    const nowhere = problem('cannot-read', undefined, { file: 'x.su', reason: 'There is none.' });
    expect(renderShort(nowhere)).toBe('error SU0801: cannot read x.su');
    expect(renderProblem(nowhere)).toBe('error[SU0801]: cannot read x.su\n   = help: There is none.');
    expect(renderGithub(nowhere)).toMatch(/^::error title=SU0801::/);
  });

  it('are sorted by place and told once', () => {
    const early = problem('missing-semicolon', span(source, 2, 3), { what: 'it' });
    expect(sortProblems([missing, early, missing])).toEqual([early, missing]);
  });
});
