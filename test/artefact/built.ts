/** Artefacts of programs for the tests: built in memory, and loaded as a module like a user's. */
import {
  type Artefact,
  buildArtefact,
  bytesOf,
  type Subject,
  subjectOf,
  type Target,
} from '../../src/artefact/index.ts';
import { type Compiled, compile } from '../../src/road.ts';
import type { Block } from '../../src/runtime/index.ts';
import { must } from '../../src/text/result.ts';
import { EXAMPLE_GRAPHS, EXAMPLES, openProgram, succeed } from '../programs.ts';

/** The programs of the repository that have a function to build. */
export const EXAMPLE_FILES = EXAMPLE_GRAPHS;

export const exampleSubjects = (file: string): readonly Subject[] => subjectsOf(openProgram(EXAMPLES + file).compiled);

export const subjectsOf = ({ entries, module, program }: Compiled): readonly Subject[] =>
  entries.map((entry) => subjectOf({ module, entry, params: program.params }));

/** The subjects of a program that stands in one text. */
export const textSubjects = (text: string): readonly Subject[] =>
  subjectsOf(succeed(compile({ name: 'some/folder/program.su', text }, { read: () => undefined })));

export const build = (subject: Subject, target: Target): Artefact => succeed(buildArtefact(subject, target, '0.0.0'));

export const fileOf = (artefact: Artefact, name: string): Uint8Array =>
  bytesOf(must(artefact.files.find((f) => f.name === name)).content);

export const textOf = (artefact: Artefact, name: string): string => Buffer.from(fileOf(artefact, name)).toString();

export interface AnyModel {
  run(inputs: unknown, into?: unknown): unknown;
  runAll(rows: readonly unknown[], into?: unknown[]): unknown[];
  readonly alarms: readonly string[];
  readonly raw: Block;
}

export interface Script {
  load(source?: unknown): Promise<AnyModel>;
  readonly ModelError: new () => Error;
}

export async function importScript(artefact: Artefact): Promise<Script> {
  const text = Buffer.from(fileOf(artefact, 'model.js')).toString('base64');
  return (await import(`data:text/javascript;base64,${text}`)) as Script;
}

export const loadText = async (text: string): Promise<AnyModel> =>
  (await importScript(build(must(textSubjects(text).at(-1)), 'js'))).load();
