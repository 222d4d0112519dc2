/**
 * Golden cases: text files a person reads. `test/cases/<dir>/<name>.txt` holds one or more cases, several
 * separated by a line `----`; a case is a line `# title`, the input, a line `==>` and the expected output.
 * `runCases('syntax/tree', f)` makes one test per case. `BLESS=1` rewrites the outputs that differ.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Case {
  readonly title: string;
  readonly input: string;
  readonly expected: string;
}

const ROOT = fileURLToPath(new URL('./cases/', import.meta.url));
const BETWEEN = '\n----\n';
const ARROW = '\n==>\n';

/** Trailing newlines at the end of a part do not count. */
const trimEnd = (text: string): string => text.replace(/\n+$/, '');

function parseCase(text: string, file: string): Case {
  const [, title, rest] = /^# (.*)\n([\s\S]*)$/.exec(text.replace(/^\n+/, '')) ?? [];
  if (title === undefined || rest === undefined) throw new Error(`${file}: a case starts with a line "# title"`);
  const [input = '', expected = ''] = `\n${rest}\n`.split(ARROW);
  return { title, input: trimEnd(input.slice(1)), expected: trimEnd(expected) };
}

const printCase = (c: Case): string => `# ${c.title}\n${c.input}${ARROW}${c.expected}\n`;

/** Runs every case of `test/cases/<dir>` (not its subfolders) through `f` and compares with the expected output. */
export function runCases(dir: string, f: (input: string) => string): void {
  const folder = join(ROOT, dir);
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  for (const name of names.sort()) runFile(dir, join(folder, name), name, f);
}

function runFile(dir: string, path: string, name: string, f: (input: string) => string): void {
  const cases = `${readFileSync(path, 'utf8')}`.split(BETWEEN).map((text) => parseCase(text, path));
  describe(`${dir}/${name}`, () => {
    if (process.env.BLESS) {
      it('is blessed', () => {
        const blessed = cases.map((c) => printCase({ ...c, expected: trimEnd(f(c.input)) }));
        writeFileSync(path, blessed.join(BETWEEN.slice(1)));
      });
      return;
    }
    for (const c of cases) it(c.title, () => expect(trimEnd(f(c.input))).toBe(c.expected));
  });
}
