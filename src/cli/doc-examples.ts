/**
 * Examples in doc comments: a block fenced by ``` in a `///` comment holds the inside of a `test` block (lets and
 * asserts). They are appended to the program as tests, so they are checked and run like any other.
 */
import type { Checked } from '../road.ts';
import type { Source } from '../text/span.ts';

const FENCE = /^```(?:sutra)?\s*\n([\s\S]*?)^```\s*$/gm;

/** The program with its examples as tests; undefined when it has none. */
export function withExamples({ source, module }: Checked): Source | undefined {
  const declared = [...module.enums, ...module.records, ...module.lets, ...module.params, ...module.fns];
  const tests = declared.flatMap(({ name, doc }) =>
    [...(doc ?? '').matchAll(FENCE)].map(([, body = ''], i) => `test "example ${i + 1} of ${name}" {\n${body}}\n`),
  );
  return tests.length === 0 ? undefined : { name: source.name, text: `${source.text}\n${tests.join('\n')}` };
}
