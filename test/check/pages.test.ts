/** The pages of the checker's messages: there is one for each, what fails there fails with its code, what passes is without problems. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/check/index.ts';
import { CHECK } from '../../src/text/catalogue/check.ts';

const FOLDER = fileURLToPath(new URL('../../docs/errors/', import.meta.url));

const block = (page: string, kind: string): string =>
  new RegExp(`\`\`\`sutra ${kind}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

function codesOf(text: string): readonly string[] {
  const source = { name: 'page.su', text };
  const { problems } = check(source, { resolve: (path) => (path === './page.su' ? source : undefined) });
  return problems.map((p) => p.id);
}

describe.each(Object.values(CHECK).map((entry) => [entry.id, entry.title] as const))('%s', (id, title) => {
  const page = readFileSync(`${FOLDER}${id}.md`, 'utf8');

  test('has its title', () => expect(page.startsWith(`# ${id}: ${title}\n`)).toBe(true));
  test('fails with this code alone', () => expect([...new Set(codesOf(block(page, 'fails')))]).toEqual([id]));
  test('passes when mended', () => expect(codesOf(block(page, 'passes'))).toEqual([]));
});
