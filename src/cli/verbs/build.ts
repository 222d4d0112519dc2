/** `sutra build FILE[:fn] --target T`: a function as files that run without sutra, executed and compared before they are put in place. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type Artefact,
  type ArtefactFile,
  buildArtefact,
  bytesOf,
  MADE_BY,
  MANIFEST,
  type Subject,
  subjectOf,
  TARGETS,
  type Target,
} from '../../artefact/index.ts';
import { sha256 } from '../../num/sha256.ts';
import { compile } from '../../road.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import { findEntry } from '../../train/run.ts';
import { makeFolder, replaceFiles } from '../disk.ts';
import { type Check, execute, type Unchecked } from '../execute.ts';
import { EXIT, type ExitCode, Usage } from '../exit.ts';
import { shipped, splitTarget } from '../files.ts';
import type { Verb } from '../main.ts';
import { columns } from '../print.ts';
import { plural } from '../report.ts';
import type { Session } from '../session.ts';

export const verb: Verb<'build'> = async ({ args: [word = ''], options }, session) => {
  const { target } = options;
  if (target === undefined) throw new Usage(`\`sutra build\` needs \`--target\`: ${TARGETS.join(', ')}`);
  if (!isHere(target)) return session.refuse([problem('target-not-here', undefined, { target })]);
  const { file, fn } = splitTarget(word);
  const subject = subjectIn(file, fn, session);
  if (!subject.ok) return session.refuse(subject.problems);
  session.warn(subject.notes);
  const made = buildArtefact(subject.value, target, versionOf());
  if (!made.ok) return session.refuse(made.problems);
  const folder = options.out ?? `${basename(file).replace(/\.su$/, '')}-${target}`;
  const foreign = foreignFiles(made.value.files, folder);
  if (foreign.length > 0) return session.refuse(foreign);
  const check = await execute(made.value, subject.value);
  const written = put(made.value.files, folder);
  if (!written.ok) return session.refuse(written.problems);
  return tell({ artefact: made.value, subject: subject.value, folder, check }, session);
};

const isHere = (target: string): target is Target => (TARGETS as readonly string[]).includes(target);

const versionOf = (): string =>
  (JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { readonly version: string }).version;

function subjectIn(file: string, fn: string | undefined, session: Session): Result<Subject> {
  const source = session.files.source(file);
  if (!source.ok) return source;
  const compiled = compile(source.value, session.files);
  if (!compiled.ok) return compiled;
  const { entries, program, module } = compiled.value;
  const entry = findEntry(entries, fn, compiled.value.source.name, program.train?.target);
  if (!entry.ok) return entry;
  return ok(subjectOf({ module, entry: entry.value, params: program.params }), compiled.notes);
}

/** Files in the way that an earlier build did not make, or that were changed since. */
function foreignFiles(files: readonly ArtefactFile[], folder: string): Problem[] {
  const known = builtBefore(join(folder, MANIFEST));
  return files.flatMap(({ name, content }) => {
    const path = join(folder, name);
    if (!existsSync(path)) return [];
    const hash = hashOf(path);
    if (hash === sha256(bytesOf(content)) || (name === MANIFEST ? known !== undefined : known?.get(name) === hash))
      return [];
    return [problem('not-ours', undefined, { file: path })];
  });
}

function hashOf(path: string): string | undefined {
  try {
    return sha256(readFileSync(path));
  } catch {
    return undefined;
  }
}

interface ManifestText {
  readonly by?: unknown;
  readonly files?: readonly { readonly name: string; readonly sha256: string }[];
}

/** The hashes of the files that a manifest lists; undefined where there is none of ours. */
function builtBefore(path: string): ReadonlyMap<string, string> | undefined {
  try {
    const { by, files = [] } = JSON.parse(readFileSync(path, 'utf8')) as ManifestText;
    return by === MADE_BY ? new Map(files.map((f) => [f.name, f.sha256])) : undefined;
  } catch {
    return undefined;
  }
}

function put(files: readonly ArtefactFile[], folder: string): Result<void> {
  const made = makeFolder(folder);
  if (!made.ok) return fail(made.problems);
  return replaceFiles(files.map(({ name, content }) => ({ path: join(folder, name), content })));
}

interface Built {
  readonly artefact: Artefact;
  readonly subject: Subject;
  readonly folder: string;
  readonly check: Check | Unchecked;
}

function tell({ artefact, subject, folder, check }: Built, session: Session): ExitCode {
  const files = artefact.files.map(({ name, content }) => ({
    path: join(folder, name),
    bytes: bytesOf(content).length,
  }));
  const alarms = subject.source.alarms.map((a) => a.message);
  if (session.options.json) {
    const checked = 'missing' in check ? null : { by: 'sampling', ...check, bits_differ: 0 };
    const { target, memory } = artefact;
    session.json({ target, function: subject.function, id: subject.hashes.id, folder, files, memory, alarms, checked });
    return EXIT.done;
  }
  session.terminal.out(columns(files.map(({ path, bytes }) => [path, `${bytes} bytes`])));
  for (const message of alarms) session.terminal.out(`it may report: ${message}\n`);
  const total = files.reduce((n, f) => n + f.bytes, 0);
  session.terminal.out(`${plural(files.length, 'file')}, ${total} bytes; ${triedText(check)}\n`);
  return EXIT.done;
}

const triedText = (check: Check | Unchecked): string =>
  'missing' in check
    ? `not executed here, for there is no ${check.missing.replace(/^an? /, '')}`
    : `executed on ${plural(check.inputs, 'sampled input')}: 0 of ${check.numbers} numbers differ from the reference (sampled, not proved)`;
