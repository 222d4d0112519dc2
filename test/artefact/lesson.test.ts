/** The lesson on programs elsewhere: its JavaScript and its C run on what its program is built into. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { Target } from '../../src/artefact/index.ts';
import { must } from '../../src/text/result.ts';
import { build, fileOf, textSubjects } from './built.ts';

const LESSON = readFileSync(fileURLToPath(new URL('../../docs/tour/9-elsewhere.md', import.meta.url)), 'utf8');
const block = (kind: string): string => must(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\``, 'm').exec(LESSON)?.[1]);

const folder = mkdtempSync(join(tmpdir(), 'sutra-lesson-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(target: Target, more: Readonly<Record<string, string>>): void {
  const artefact = build(must(textSubjects(block('sutra'))[0]), target);
  for (const { name } of artefact.files) writeFileSync(join(folder, name), fileOf(artefact, name));
  for (const [name, text] of Object.entries(more)) writeFileSync(join(folder, name), text);
}

it('its script runs', () => {
  put('wasm', {
    'package.json': '{"type":"module"}',
    'use.js': `${block('js')}\nconsole.log(cold, pleasant, hot, results.length, hotter);`,
  });
  const { stdout, stderr } = spawnSync(process.execPath, ['use.js'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  const [refused, line = ''] = stdout.trim().split('\n');
  expect(refused).toBe('wrong-value temperature');
  const [cold = 0, pleasant = 0, hot = 0, rows, hotter = 0] = line.split(' ').map(Number);
  expect(cold + pleasant + hot).toBeCloseTo(1, 5);
  expect(pleasant).toBeGreaterThan(Math.max(cold, hot));
  expect(rows).toBe(2);
  expect(hotter).toBeGreaterThan(hot);
});

it.skipIf(spawnSync('gcc', ['--version']).status !== 0)('its program in C runs', () => {
  put('c', { 'use.c': block('c') });
  const words = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-o', 'use', 'use.c', 'feel.c', '-lm'];
  expect(spawnSync('gcc', words, { cwd: folder, encoding: 'utf8' }).stderr).toBe('');
  expect(spawnSync(join(folder, 'use'), { encoding: 'utf8' }).stdout).toMatch(/^0\.\d+\n$/);
});
