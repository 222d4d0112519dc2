/** The pages of this stage's errors: the failing program fails with the page's code, the mended one passes. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lowered } from './lowering.ts';

const FOLDER = fileURLToPath(new URL('../../docs/errors/', import.meta.url));

/** The fenced programs of a page that are marked `fails` or `passes`. */
const programs = (page: string, mark: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`sutra ${mark}\n([\\s\\S]*?)\`\`\``, 'g'))].map((m) => m[1] ?? '');

/** Pages whose error needs a file of weights (load.test.ts shows them) or a program longer than a page. */
const WITHOUT_PROGRAMS = ['SU0411.md', 'SU0412.md', 'SU0414.md'];

describe('pages of lowering errors', () => {
  const pages = readdirSync(FOLDER).filter((name) => /^SU04\d\d\.md$/.test(name));
  it('are there', () => expect(pages.length).toBeGreaterThanOrEqual(13));
  for (const name of pages.filter((p) => !WITHOUT_PROGRAMS.includes(p))) {
    const page = readFileSync(FOLDER + name, 'utf8');
    const code = name.replace('.md', '');
    it(`${code}: the failing program fails with it`, () => {
      const failing = programs(page, 'fails');
      expect(failing.length).toBeGreaterThan(0);
      for (const text of failing)
        expect(
          lowered(text)
            .problems.filter((p) => p.severity === 'error')
            .map((p) => p.id),
        ).toContain(code);
    });
    it(`${code}: the mended program passes`, () => {
      const passing = programs(page, 'passes');
      expect(passing.length).toBeGreaterThan(0);
      for (const text of passing)
        expect(
          lowered(text)
            .problems.filter((p) => p.severity === 'error')
            .map((p) => `${p.id} ${p.title}`),
        ).toEqual([]);
    });
  }
});

describe('calls of calls', () => {
  const chain = (length: number): string =>
    Array.from({ length }, (_, i) => `fn f${i}(x: f32) -> f32 { ${i === 0 ? 'x' : `f${i - 1}(x) + 1.0`} }`).join('\n');
  const errors = (text: string): string[] => lowered(text).problems.map((p) => p.id);
  it('may be a few hundred deep', () => expect(errors(chain(300))).toEqual([]));
  it('are refused once when there are more', () => expect(errors(chain(700))).toEqual(['SU0414']));
});
