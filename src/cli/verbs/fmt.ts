/** `sutra fmt FILE...`: the one layout. Only the layout changes; numbers keep their text. */
import { format } from '../../syntax/format.ts';
import type { Problem } from '../../text/problem.ts';
import { ok } from '../../text/result.ts';
import type { Source } from '../../text/span.ts';
import { replaceFiles } from '../disk.ts';
import { EXIT } from '../exit.ts';
import type { Verb } from '../main.ts';
import { plural } from '../report.ts';

export const verb: Verb<'fmt'> = async ({ args, options }, session) => {
  const problems: Problem[] = [];
  const changed: { readonly source: Source; readonly text: string }[] = [];
  for (const file of args) {
    const source = session.files.source(file);
    const formatted = source.ok ? format(source.value) : source;
    if (!source.ok || !formatted.ok) problems.push(...(formatted.ok ? [] : formatted.problems));
    else if (file === '-' && !options.check) session.terminal.out(formatted.value);
    else if (formatted.value !== source.value.text) changed.push({ source: source.value, text: formatted.value });
  }
  const names: string[] = [];
  for (const { source, text } of changed) {
    const written = options.check ? ok(undefined) : replaceFiles([{ path: source.name, content: text }]);
    if (written.ok) names.push(source.name);
    else problems.push(...written.problems);
  }
  if (problems.length > 0) {
    if (!options.json) for (const name of names) session.terminal.out(`${name}\n`);
    return session.refuse(problems, { changed: names });
  }
  const verbText = options.check ? 'would change' : 'changed';
  if (options.json) session.json({ changed: names, checked: args.length });
  else {
    for (const name of names) session.terminal.out(`${name}\n`);
    if (!args.includes('-')) session.terminal.note(`${plural(names.length, 'file')} ${verbText}\n`);
  }
  return options.check && names.length > 0 ? EXIT.untrue : EXIT.done;
};
