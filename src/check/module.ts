/**
 * One module: its names, in an order that does not matter to the program. First every name is declared, then
 * types are read, then values and bodies are checked (library bodies only when they are reached).
 */
import type { Decl, Module, Name } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { type ProblemData, type ProblemExtras, type ProblemName, problem } from '../text/problem.ts';
import { type Source, type Span, span } from '../text/span.ts';
import { checkTest } from './claims.ts';
import type { Meaning, ModuleScope, NameEntry } from './context.ts';
import type { CheckedModule, Logic, ProveDecl } from './core.ts';
import { declareRecord, type RecordUnit, readFields } from './declared-types.ts';
import { declareFn, type FnUnit } from './functions.ts';
import { readImport } from './imports.ts';
import { INTRINSICS } from './intrinsics.ts';
import { declareParamFn } from './param-fn.ts';
import { checkProve } from './properties.ts';
import { declareTable } from './tables.ts';
import { checkTrain } from './train.ts';
import type { EnumDecl } from './types.ts';
import { declareValue, type ValueUnit } from './values.ts';
import type { World } from './world.ts';

const LOGICS: readonly Logic[] = ['godel', 'kleene', 'product', 'lukasiewicz'];

export type DeclOf<K extends Decl['kind']> = Extract<Decl, { kind: K }>;

export class ModuleUnit implements ModuleScope {
  readonly world: World;
  readonly source: Source;
  readonly isRoot: boolean;
  readonly broken: boolean;
  readonly importAt: Span;
  logic: Logic = 'godel';
  /** The width of surrogates that the file chooses. */
  surrogate: number | undefined;
  readonly entries = new Map<string, NameEntry>();
  readonly enums: EnumDecl[] = [];
  readonly records: RecordUnit[] = [];
  readonly fns: FnUnit[] = [];
  readonly values: ValueUnit[] = [];
  readonly ast: Module;
  private readonly owners = new Map<string, EnumDecl[]>();
  private readonly entryOf = new Map<EnumDecl, NameEntry>();

  constructor(world: World, source: Source, ast: Module, { isRoot, broken }: Opening) {
    this.world = world;
    this.ast = ast;
    this.source = source;
    this.isRoot = isRoot;
    this.broken = broken;
    const lastImport = ast.decls.filter((d) => d.kind === 'import').pop();
    const place = lastImport ? lineAfter(source, lastImport.at.end) : (ast.decls[0]?.at.start ?? 0);
    this.importAt = span(source, place, place);
  }

  /** A library module: its bodies wait until they are read, and it gives no warnings. */
  get isLibrary(): boolean {
    return !this.isRoot && this.source.name.startsWith('std/');
  }

  report<N extends ProblemName>(name: N, at: Span, data: ProblemData<N>, extras: ProblemExtras = {}): void {
    this.world.problems.push(problem(name, at, data, extras));
  }

  findOwn(name: string): Meaning | undefined {
    const entry = this.entries.get(name);
    if (entry) entry.used = true;
    return entry?.meaning;
  }

  find(name: string): Meaning | undefined {
    const own = this.findOwn(name);
    if (own) return own;
    const library = this.world.prelude(name, this.source.name)?.entries.get(name);
    if (library) return library.meaning;
    const intrinsic = INTRINSICS.get(name);
    return intrinsic && { kind: 'intrinsic', intrinsic };
  }

  ownersOf(caseName: string): readonly EnumDecl[] {
    const owners = this.owners.get(caseName) ?? [];
    for (const owner of owners) {
      const entry = this.entryOf.get(owner);
      if (entry) entry.used = true;
    }
    return owners;
  }

  *names(): Iterable<string> {
    yield* this.entries.keys();
    yield* this.owners.keys();
    yield* INTRINSICS.keys();
    yield* this.world.preludeNames();
  }

  exporterOf(name: string): string | undefined {
    return this.world.exporterOf(name);
  }

  /** Declares a name; a second declaration is reported and left out. */
  declare(name: Name, meaning: Meaning, imported = false): void {
    const earlier = this.entries.get(name.text);
    if (earlier) {
      this.report(
        'duplicate-name',
        name.at,
        { name: name.text },
        { also: [{ at: earlier.at, text: 'first declared here' }] },
      );
      return;
    }
    const entry: NameEntry = { meaning, at: name.at, imported, used: false };
    this.entries.set(name.text, entry);
    if (meaning.kind === 'enum') this.declareCases(meaning.decl, entry);
  }

  private declareCases(decl: EnumDecl, entry: NameEntry): void {
    this.entryOf.set(decl, entry);
    for (const name of decl.cases) this.owners.set(name, [...(this.owners.get(name) ?? []), decl]);
  }
}

/** Declares all names of a module and reads its types; bodies come with `checkModule`. */
export interface Opening {
  /** The file that is checked, not one that it imports. */
  readonly isRoot: boolean;
  /** Its text has errors of syntax, so parts of it were not read. */
  readonly broken: boolean;
}

export function openModule(world: World, source: Source, ast: Module, opening: Opening): ModuleUnit {
  const unit = new ModuleUnit(world, source, ast, opening);
  for (const decl of ast.decls) declare(unit, decl);
  for (const record of unit.records) readFields(unit, record);
  if (unit.isLibrary) for (const fn of unit.fns) world.postpone(fn.decl, () => fn.readBody());
  else checkFunctions(unit);
  return unit;
}

const lineAfter = (source: Source, at: number): number => {
  const newline = source.text.indexOf('\n', at);
  return newline < 0 ? source.text.length : newline + 1;
};

function checkFunctions(unit: ModuleUnit): void {
  for (const fn of unit.fns) fn.readSignature();
  for (const fn of unit.fns) fn.readDefaults();
  for (const value of unit.values) value.resolve();
  for (const fn of unit.fns) fn.readBody();
}

function declare(unit: ModuleUnit, decl: Decl): void {
  if (decl.kind === 'import') readImport(unit, decl);
  else if (decl.kind === 'use') useLogic(unit, decl);
  else if (decl.kind === 'enum') declareEnum(unit, decl);
  else if (decl.kind === 'record') declareRecord(unit, decl);
  else if (decl.kind === 'fn') declareFn(unit, decl);
  else if (decl.kind === 'let' || decl.kind === 'param') declareValue(unit, decl);
  else if (decl.kind === 'table') declareTable(unit, decl);
  else if (decl.kind === 'paramFn') declareParamFn(unit, decl);
}

function useLogic(unit: ModuleUnit, decl: DeclOf<'use'>): void {
  const choice = LOGICS.find((l) => l === decl.choice.text);
  if (decl.topic.text === 'logic' && choice) {
    unit.logic = choice;
    return;
  }
  const width = Number(decl.choice.text.replaceAll('_', ''));
  if (decl.topic.text === 'surrogate' && width > 0 && width < Number.POSITIVE_INFINITY) {
    unit.surrogate = width;
    return;
  }
  const isLogic = decl.topic.text === 'logic';
  const name = isLogic ? decl.choice : decl.topic;
  const near = nearest(name.text, isLogic ? LOGICS : ['logic', 'surrogate']);
  const hint = isLogic
    ? `${near ? `Did you mean \`${near}\`? ` : ''}The logics are ${LOGICS.join(', ')}.`
    : 'Write `use logic kleene;` or `use surrogate 0.5;`.';
  unit.report('unknown-name', name.at, { name: name.text, hint });
}

function declareEnum(unit: ModuleUnit, decl: DeclOf<'enum'>): void {
  const seen = new Map<string, Name>();
  for (const name of decl.cases) {
    const earlier = seen.get(name.text);
    if (earlier)
      unit.report('duplicate-name', name.at, { name: name.text }, { also: [{ at: earlier.at, text: 'first here' }] });
    else seen.set(name.text, name);
  }
  const made: EnumDecl = {
    kind: 'enum',
    name: decl.name.text,
    at: decl.name.at,
    cases: [...seen.keys()],
    ...(decl.doc !== undefined && { doc: decl.doc }),
  };
  unit.enums.push(made);
  unit.declare(decl.name, { kind: 'enum', decl: made });
}

/** The tests, claims and training of the root module. */
export function finishRoot(unit: ModuleUnit): Pick<CheckedModule, 'tests' | 'properties' | 'train'> {
  const { decls } = unit.ast;
  const tests = decls.flatMap((d) => (d.kind === 'test' ? checkTest(unit, d) : []));
  const properties = decls.flatMap((d) => (d.kind === 'prove' ? [checkProve(unit, d)] : []));
  reportTwins(unit, properties);
  const [first, ...more] = decls.filter((d): d is DeclOf<'train'> => d.kind === 'train');
  for (const second of more)
    unit.report(
      'given-twice',
      second.at,
      { name: 'train' },
      { also: first ? [{ at: first.at, text: 'first here' }] : [] },
    );
  const train = first && checkTrain(unit, first);
  return { tests, properties, ...(train && { train }) };
}

/** A property is asked for by its title. */
function reportTwins(unit: ModuleUnit, properties: readonly ProveDecl[]): void {
  for (const [i, { title, at }] of properties.entries()) {
    const earlier = properties.slice(0, i).find((p) => p.title === title);
    if (!earlier) continue;
    unit.report('duplicate-name', at, { name: title }, { also: [{ at: earlier.at, text: 'first declared here' }] });
  }
}

/** A module as the next stage reads it; library functions that nothing reached have no body and are left out. */
export function checkedModule(unit: ModuleUnit): CheckedModule {
  const values = unit.values.flatMap((v) => v.found() ?? []);
  return {
    name: unit.source.name,
    enums: unit.enums,
    records: unit.records.map((r) => r.decl),
    lets: values.filter((d) => d.kind === 'let'),
    params: values.filter((d) => d.kind === 'param'),
    fns: unit.fns.map((f) => f.decl).filter((f) => f.body !== undefined),
    tests: [],
    properties: [],
    ...(unit.surrogate !== undefined && { surrogate: unit.surrogate }),
    imports: [],
  };
}
