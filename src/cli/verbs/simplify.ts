/**
 * `sutra simplify FILE --within E -o OUT.su`: a program with shorter numbers, whose outputs are proved to differ by at most E over a box. What
 * is proved stands in the first line of OUT.su and, for `sutra certify --against`, in OUT.claim.json.
 */
import { basename, dirname, join, relative } from 'node:path';
import { printClaim } from '../../decompile/simplify/index.ts';
import { compile, entryOf, type Simplified, simplify, type Written } from '../../road.ts';
import { problem } from '../../text/problem.ts';
import { replaceFiles } from '../disk.ts';
import { EXIT, Usage } from '../exit.ts';
import { splitTarget } from '../files.ts';
import type { Verb } from '../main.ts';
import { readBoxes } from '../over.ts';
import { changesText } from '../parameters.ts';
import { plural } from '../report.ts';
import type { Session } from '../session.ts';

export const verb: Verb<'simplify'> = async ({ args: [word = ''], options }, session) => {
  const { file, fn } = splitTarget(word);
  const { within, out } = options;
  if (within === undefined || !(within > 0)) throw new Usage('`sutra simplify` needs `--within E`, a number above 0');
  if (out === undefined || !out.endsWith('.su')) throw new Usage('`sutra simplify` needs `-o OUT.su`');
  if (relative(file, out) === '') throw new Usage('the proof is about FILE, so it must stay: give another OUT.su');
  const source = session.files.source(file);
  if (!source.ok) return session.refuse(source.problems);
  const original = compile(source.value, session.files);
  if (!original.ok) return session.refuse(original.problems);
  session.warn(original.notes);
  const entry = entryOf(original.value, fn);
  if (!entry.ok) return session.refuse(entry.problems);
  const over = await readBoxes(entry.value, options);
  if (!over.ok) return session.refuse(over.problems);
  // under the name of the result, so that weights files are those of the result
  const compiled = compile({ ...source.value, name: out }, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  const { boxes, text } = over.value;
  const names = [relative(dirname(out), file), basename(out)] as const;
  const goOn = (proofs: number): boolean => {
    session.terminal.progress(`${plural(proofs, 'proof')}, ${boxes.length} boxes each`);
    return true;
  };
  const found = simplify(compiled.value, session.files, fn, { within, boxes, over: text, files: names, goOn });
  session.terminal.progress('');
  if (!found.ok) return session.refuse(found.problems);
  if (!found.value.isBounded)
    return session.refuse([problem('nothing-bounded', entry.value.at, { function: entry.value.name, within })]);
  return write(found.value, out, session);
};

/** `iris.short.claim.json` of `iris.short.su`. */
const claimFile = (out: string): string => out.replace(/\.su$/, '.claim.json');

function write(found: Written & Simplified, out: string, session: Session) {
  const { written, claim, params } = found;
  const beside = (path: string): string => join(dirname(out), basename(path));
  const done = replaceFiles([
    ...written.sides.map(({ path, bytes }) => ({ path: beside(path), content: bytes })),
    { path: claimFile(out), content: printClaim(claim) },
    ...written.files.map(({ after }) => ({ path: out, content: after })),
  ]);
  if (!done.ok) return session.refuse(done.problems);
  if (session.options.json) session.json(jsonOf(found, out));
  else session.terminal.out(`${namesText(found)}${changesText(params)}${lastLine(found)}`);
  return EXIT.done;
}

const jsonOf = ({ before, after, bound, claim, boxes, names }: Simplified, out: string): object => ({
  done: true,
  function: claim.function,
  names: names.map(({ name, formula }) => ({ name, formula })),
  numbers: after.numbers,
  zeros: { before: before.zeros, after: after.zeros },
  digits: { before: before.digits, after: after.digits },
  within: claim.within,
  bound,
  over: claim.over,
  boxes: boxes.length,
  file: out,
  claim: claimFile(out),
});

const namesText = ({ names }: Simplified): string =>
  names.map(({ name, formula }) => `${name} is ${formula}\n`).join('');

const lastLine = ({ before, after, bound }: Simplified): string =>
  `${plural(after.numbers, 'parameter')}: ${after.zeros} are 0 (${before.zeros} before), ${after.digits} digits (${before.digits} before); outputs differ by at most ${bound}\n`;
