/** What is left of a mistake of ours. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { reproduce } from '../../src/cli/reproducer.ts';
import { Bug } from '../../src/text/result.ts';

const folder = mkdtempSync(join(tmpdir(), 'sutra-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('is a folder with the command, the error and the sources', () => {
  const program = join(folder, 'a.su');
  writeFileSync(program, 'fn f() -> f32 { 1.0 }\n');
  const message = reproduce(new Bug('two is three'), ['run', `${program}:f`, '--in', 'x=a b'], '1.2.3');
  expect(message).toMatch(/^internal error: two is three\nThis is a mistake in sutra 1\.2\.3, not in your program\.\n/);
  const place = / written to (\S+);/.exec(message)?.[1] ?? '';
  expect(readdirSync(place).sort()).toEqual(['a.su', 'error.txt']);
  const about = readFileSync(join(place, 'error.txt'), 'utf8');
  expect(about).toContain(`sutra run ${program}:f --in 'x=a b'`);
  expect(about).toContain('two is three');
  rmSync(place, { recursive: true });
});
