/** `sutra test FILE...`: the `test` blocks of each file, and the examples in its doc comments. */
import { type Compiled, compile, runTests, type TestFailure } from '../../road.ts';
import type { Result } from '../../text/result.ts';
import { type Span, textOf } from '../../text/span.ts';
import { withExamples } from '../doc-examples.ts';
import { EXIT } from '../exit.ts';
import type { Verb } from '../main.ts';
import { lineOf, placeOf } from '../report.ts';
import { backendOf, type Session } from '../session.ts';

export const verb: Verb<'test'> = async ({ args }, session) => {
  const backend = await backendOf(session);
  if (!backend.ok) return session.refuse(backend.problems);
  let passed = 0;
  const failures: TestFailure[] = [];
  const problems = args.flatMap((file) => {
    const compiled = compileFile(file, session);
    if (!compiled.ok) return compiled.problems;
    session.warn(compiled.notes);
    const report = runTests(compiled.value, { backend: backend.value });
    passed += report.passed;
    failures.push(...report.failures);
    return [];
  });
  if (problems.length > 0) return session.refuse(problems);
  if (session.options.json) session.json({ passed, failed: failures.length, failures: failures.map(failureJson) });
  else session.terminal.out(`${failures.map(failureText).join('')}${passed} passed, ${failures.length} failed\n`);
  return failures.length > 0 ? EXIT.untrue : EXIT.done;
};

function compileFile(file: string, session: Session): Result<Compiled> {
  const source = session.files.source(file);
  if (!source.ok) return source;
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return compiled;
  const extended = withExamples(compiled.value);
  return extended === undefined ? compiled : compile(extended, session.files);
}

/** What an assert states, without the word and the semicolon. */
const claimOf = (at: Span): string => textOf(at).replace(/^assert\s+|;$/g, '');

function failureText(failure: TestFailure): string {
  const asserts = failure.asserts.map(({ at, sides }) => {
    const values = sides ? `: ${sides[0]} on the left, ${sides[1]} on the right` : '';
    return `  ${lineOf(at)}: ${claimOf(at)} is false${values}\n`;
  });
  return `failed: ${failure.title}\n${asserts.join('')}`;
}

const failureJson = (failure: TestFailure): object => ({
  title: failure.title,
  ...placeOf(failure.at),
  asserts: failure.asserts.map(({ at, sides }) => ({
    ...placeOf(at),
    text: claimOf(at),
    ...(sides && { left: sides[0], right: sides[1] }),
  })),
});
