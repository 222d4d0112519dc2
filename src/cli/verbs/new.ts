/** `sutra new DIR`: copies a template into a new or empty folder, then checks and tests it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { compile, runTests } from '../../road.ts';
import { problem } from '../../text/problem.ts';
import { makeFolder, replaceFiles } from '../disk.ts';
import { EXIT } from '../exit.ts';
import { shipped } from '../files.ts';
import type { Verb } from '../main.ts';

/** The program of every template. */
const PROGRAM = 'main.su';

export const verb: Verb<'new'> = async ({ args: [folder = ''], options }, session) => {
  const isTaken = existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0);
  if (isTaken) return session.refuse([problem('folder-not-empty', undefined, { folder })]);
  const template = options.template ?? 'rules';
  const files = templateFiles(template, basename(folder));
  const made = makeFolder(folder);
  if (!made.ok) return session.refuse(made.problems);
  const written = replaceFiles(files.map((f) => ({ path: join(folder, f.name), content: f.text })));
  if (!written.ok) return session.refuse(written.problems);
  const program = join(folder, PROGRAM);
  const source = session.files.source(program);
  const compiled = source.ok ? compile(source.value, session.files) : source;
  if (!compiled.ok) return session.refuse(compiled.problems);
  session.warn(compiled.notes);
  const tests = runTests(compiled.value);
  const next = [
    `cd ${folder}`,
    `sutra test ${PROGRAM}`,
    `sutra ${compiled.value.program.train ? 'train' : 'run'} ${PROGRAM}`,
  ];
  const names = files.map((f) => f.name);
  if (options.json) session.json({ folder, template, files: names, passed: tests.passed, failed: tests.failed, next });
  else {
    session.terminal.out(`${names.map((name) => `${join(folder, name)}\n`).join('')}`);
    session.terminal.out(`checked; ${tests.passed} passed, ${tests.failed} failed\n\n${next.join('\n')}\n`);
  }
  return tests.failed > 0 ? EXIT.untrue : EXIT.done;
};

interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a template; `{{name}}` stands for the folder's name. */
function templateFiles(template: string, name: string): TemplateFile[] {
  const root = shipped('templates', template);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ name: relative(root, path), text: readFileSync(path, 'utf8').replaceAll('{{name}}', name) }));
}
