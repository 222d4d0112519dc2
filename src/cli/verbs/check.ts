/** `sutra check FILE...`: every error and warning of every file, and how many. */
import { compile } from '../../road.ts';
import type { Problem } from '../../text/problem.ts';
import { EXIT } from '../exit.ts';
import type { Verb } from '../main.ts';
import { counted, plural, printProblems, problemJson, sortProblems } from '../report.ts';
import type { Session } from '../session.ts';

export const verb: Verb<'check'> = async ({ args }, session) => {
  const start = session.now();
  const problems = sortProblems(args.flatMap((file) => problemsOf(file, session)));
  const errors = problems.filter((p) => p.severity === 'error').length;
  if (session.options.json) {
    const counts = { files: args.length, errors, warnings: problems.length - errors };
    session.json({ ...counts, problems: problems.map(problemJson) });
  } else {
    const { terminal } = session;
    const shown = session.options.quiet ? problems.filter((p) => p.severity === 'error') : problems;
    terminal.out(printProblems(shown, session.options['message-format'] ?? 'human', terminal.outColor));
    const took = Math.floor(session.now() - start);
    terminal.note(`${counted(problems)} in ${plural(args.length, 'file')} (${took} ms)\n`);
  }
  return errors > 0 ? EXIT.problems : EXIT.done;
};

/** A program that checks is lowered too: sizes and indices are seen there, and what no gradient reaches. */
function problemsOf(file: string, session: Session): readonly Problem[] {
  const source = session.files.source(file);
  if (!source.ok) return source.problems;
  const compiled = compile(source.value, session.files);
  return compiled.ok ? compiled.notes : compiled.problems;
}
