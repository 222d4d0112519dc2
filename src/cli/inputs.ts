/** The `--in name=value` words of the command line as values by name. */
import type { Value } from '../road.ts';
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { readLiteral } from './literal.ts';

export function readInputs(words: readonly string[]): Result<{ readonly [name: string]: Value }> {
  const values: Record<string, Value> = {};
  const problems = words.flatMap((word) => {
    const at = word.indexOf('=');
    if (at < 1) return [problem('bad-input', undefined, { input: word, reason: 'there is no `name=` in it' })];
    const literal = readLiteral(word.slice(at + 1));
    if (!literal.ok) return [problem('bad-input', undefined, { input: word, reason: literal.reason })];
    const name = word.slice(0, at).trim();
    if (Object.hasOwn(values, name))
      return [problem('bad-input', undefined, { input: word, reason: `\`${name}\` is given twice` })];
    values[name] = literal.value;
    return [];
  });
  return problems.length > 0 ? fail(problems) : ok(values);
}
