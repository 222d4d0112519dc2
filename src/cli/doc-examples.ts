/**
 * Examples in doc comments: a block fenced by ``` in a `///` comment holds the inside of a `test` block (lets and
 * asserts). It becomes a test where it stands, line for line, so it is checked and run like any other and its
 * mistakes are shown at their place.
 */
import type { Checked } from '../road.ts';
import { lineMap } from '../text/lines.ts';
import type { Source } from '../text/span.ts';

const DOC_LINE = /^\/\/\/ ?/;
const OPENS = /^\/\/\/\s*```(?:sutra)?\s*$/;
const CLOSES = /^\/\/\/\s*```\s*$/;

/** The program with its examples as tests; undefined when it has none. */
export function withExamples({ source, module }: Checked): Source | undefined {
  const map = lineMap(source);
  const lines = source.text.split('\n');
  const declared = [...module.enums, ...module.records, ...module.lets, ...module.params, ...module.fns];
  let found = 0;
  for (const { name, doc, at } of declared)
    if (doc?.includes('```')) found += openExamples(lines, map.position(at.start).line - 1, name);
  return found === 0 ? undefined : { name: source.name, text: lines.join('\n') };
}

/** Turns the examples in the comment above the line `below` into tests, in place; how many there were. */
function openExamples(lines: string[], below: number, name: string): number {
  let top = below;
  while (lines[top - 1]?.startsWith('//')) top--;
  let count = 0;
  for (let from = top; from < below; from++) {
    if (!OPENS.test(lines[from] ?? '')) continue;
    const end = lines.findIndex((line, i) => i > from && i < below && CLOSES.test(line));
    if (end < 0) return count;
    count++;
    lines[from] = `test "example ${count} of ${name}" {`;
    for (let i = from + 1; i < end; i++)
      lines[i] = (lines[i] ?? '').replace(DOC_LINE, (mark) => ' '.repeat(mark.length));
    lines[end] = '}';
    from = end;
  }
  return count;
}
