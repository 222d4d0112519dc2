/**
 * The modules of one check: loads what is imported (once, and never in a circle), finds library names, and
 * checks the bodies of library functions only when something reads them.
 */
import { LIBRARY, stdSource } from '../std/index.ts';
import { parse } from '../syntax/index.ts';
import { type Problem, problem } from '../text/problem.ts';
import type { Source, Span } from '../text/span.ts';
import type { Definition } from './context.ts';
import type { FnDecl } from './core.ts';
import { type ModuleUnit, openModule } from './module.ts';

export interface Host {
  /** The text of an imported file: `path` as written, `from` the name of the file that imports it. */
  resolve(path: string, from: string): Source | undefined;
}

/** Names that are in scope without an import, by the library module that has them. */
const PRELUDE: ReadonlyMap<string, string> = new Map(
  ['std/math', 'std/logic', 'std/init', 'std/optim'].flatMap((path) =>
    (LIBRARY[path]?.exports ?? []).map((name) => [name, path] as const),
  ),
);

export class World {
  readonly problems: Problem[] = [];
  /** What each definition reads, with the first place. */
  readonly reads = new Map<Definition, ReadonlyMap<Definition, Span>>();
  /** Functions whose value is, or needs, a random start or a loaded file, with the place. */
  readonly creators = new Map<Definition, Span>();
  readonly units = new Map<string, ModuleUnit>();
  private readonly opening: string[] = [];
  private readonly host: Host;
  private readonly bodies = new Map<FnDecl, () => void>();

  constructor(host: Host) {
    this.host = host;
  }

  /** Opens the module that an import names; undefined when there is none, or (reported) when it is being opened already. */
  load(path: string, from: string, at: Span): ModuleUnit | 'missing' | 'circle' {
    const source = this.sourceOf(path, from);
    if (!source) return 'missing';
    const opened = this.units.get(source.name);
    if (opened) return opened;
    const start = this.opening.indexOf(source.name);
    if (start >= 0) {
      const cycle = [...this.opening.slice(start), source.name].map((n) => `"${n}"`).join(' -> ');
      this.problems.push(problem('import-cycle', at, { cycle }));
      return 'circle';
    }
    return this.open(source, false);
  }

  open(source: Source, isRoot: boolean): ModuleUnit {
    this.opening.push(source.name);
    const { module, problems } = parse(source);
    this.problems.push(...problems);
    const unit = openModule(this, source, module, { isRoot, broken: problems.some((p) => p.severity === 'error') });
    this.opening.pop();
    this.units.set(source.name, unit);
    return unit;
  }

  private sourceOf(path: string, from: string): Source | undefined {
    const text = stdSource(path);
    return text === undefined ? this.host.resolve(path, from) : { name: path, text };
  }

  /** The module of a library name that is always in scope. */
  prelude(name: string, from: string): ModuleUnit | undefined {
    const path = PRELUDE.get(name);
    const library = path !== undefined && path !== from ? LIBRARY[path] : undefined;
    if (!library || !path || this.opening.includes(path)) return undefined;
    return this.units.get(path) ?? this.open({ name: path, text: library.text }, false);
  }

  preludeNames(): Iterable<string> {
    return PRELUDE.keys();
  }

  /** The library module that exports a name which needs an import. */
  exporterOf(name: string): string | undefined {
    return Object.keys(LIBRARY).find((path) => !PRELUDE.has(name) && LIBRARY[path]?.exports.includes(name));
  }

  /** A body to be checked when `ensure` asks for it. */
  postpone(decl: FnDecl, run: () => void): void {
    this.bodies.set(decl, run);
  }

  /** Checks the bodies of everything that can be reached from what was read so far. */
  ensureAll(from: readonly Definition[]): void {
    const seen = new Set<Definition>();
    const todo: Definition[] = [...from];
    for (let next = todo.pop(); next; next = todo.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (next.kind === 'fn') {
        this.bodies.get(next)?.();
        this.bodies.delete(next);
      }
      todo.push(...(this.reads.get(next)?.keys() ?? []));
    }
  }
}
