/** What the checker says of programs, and what it makes of them: golden cases, one folder for each. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LIBRARY, libraryPaths } from '../../src/std/index.ts';
import { runCases } from '../cases.ts';
import { coreOf, problemsOf } from './show.ts';

runCases('check/problems', problemsOf);
runCases('check/core', coreOf);

describe('the standard library', () => {
  for (const path of libraryPaths())
    it(`${path} has no problems`, () => expect(problemsOf(LIBRARY[path]?.text ?? '')).toBe('fine'));

  it('is embedded as it stands in std/', () => {
    const script = fileURLToPath(new URL('../../scripts/embed-std.mjs', import.meta.url));
    expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('');
  });
});
