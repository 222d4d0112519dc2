/**
 * The pages of errors: a program marked `sutra fails` on the page of a code is met with that code, and one marked
 * `sutra passes` with no error. Pages of reading (SU01) are run by the parser, those of names and types (SU02, SU03)
 * by the checker; the pages of later stages are run with their data by the tests of those stages.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkText } from '../src/road.ts';
import { parse } from '../src/syntax/index.ts';
import { applyEdits } from '../src/text/edits.ts';
import type { Problem } from '../src/text/problem.ts';
import { renderShort } from '../src/text/render.ts';

const FOLDER = fileURLToPath(new URL('../docs/errors/', import.meta.url));

/** A page's program stands in `page.su`, and there is no other file. */
function problemsOf(text: string): readonly Problem[] {
  const source = { name: 'page.su', text };
  const bytes = new TextEncoder().encode(text);
  const result = checkText(source, { read: (path) => (path === 'page.su' ? bytes : undefined) });
  return result.ok ? result.notes : result.problems;
}

/** The programs on a page with a mark: the fence says `sutra fails` or `sutra passes`. */
const programs = (page: string, mark: 'fails' | 'passes'): string[] =>
  [...page.matchAll(/^```sutra (\w+)\n([\s\S]*?)^```$/gm)].filter((m) => m[1] === mark).map((m) => m[2] ?? '');

describe('pages of reading and checking', () => {
  const pages = readdirSync(FOLDER).filter((name) => /^SU0[123]\d\d\.md$/.test(name));
  it('are there', () => expect(pages.length).toBeGreaterThanOrEqual(36));

  for (const name of pages) {
    const code = name.slice(0, -'.md'.length);
    const page = readFileSync(FOLDER + name, 'utf8');
    it(`${code}: the failing program fails with it`, () => {
      const failing = programs(page, 'fails');
      expect(failing.length).toBeGreaterThan(0);
      for (const text of failing) expect(problemsOf(text).map((p) => p.id)).toContain(code);
    });
    it(`${code}: the mended program passes`, () => {
      const passing = programs(page, 'passes');
      expect(passing.length).toBeGreaterThan(0);
      for (const text of passing) {
        const found = problemsOf(text);
        expect(found.filter((p) => p.severity === 'error' || p.id === code).map(renderShort)).toEqual([]);
      }
    });
  }
});

describe('pages of reading', () => {
  const pages = readdirSync(FOLDER).filter((name) => /^SU01\d\d\.md$/.test(name));
  it.each(pages)('%s: one mistake is told once, and the proposed edit mends it', (name) => {
    const code = name.slice(0, -'.md'.length);
    for (const text of programs(readFileSync(FOLDER + name, 'utf8'), 'fails')) {
      const { problems } = parse({ name: 'page.su', text });
      const mine = problems.filter((p) => p.id === code);
      expect(mine.length).toBe(1);
      const fixes = problems.flatMap((p) => (p.fix ? [p.fix] : []));
      if (fixes.length === 0) continue;
      const mended = parse({ name: 'page.su', text: applyEdits(text, fixes) });
      expect(mended.problems.filter((p) => p.id === code).map(renderShort)).toEqual([]);
    }
  });
});
