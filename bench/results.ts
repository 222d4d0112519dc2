/** The tables of `RESULTS.md`: each stands between two marks of its name, and a benchmark writes its own. */
import { readFileSync, writeFileSync } from 'node:fs';

const RESULTS = 'bench/RESULTS.md';

/** Puts a table between the marks `<!-- name -->` and `<!-- /name -->`. */
export function writeResults(name: string, text: string): void {
  const before = readFileSync(RESULTS, 'utf8');
  const marks = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!marks.test(before)) throw new Error(`${RESULTS} has no place for ${name}`);
  writeFileSync(
    RESULTS,
    before.replace(marks, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`),
  );
}
