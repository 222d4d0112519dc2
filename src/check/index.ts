/**
 * The room's face: `check` reads a source and everything it imports, and gives the checked module that
 * `lower/` works on, with all the problems found on the way.
 */
import type { Problem } from '../text/problem.ts';
import type { Source } from '../text/span.ts';
import type { Meaning } from './context.ts';
import type { CheckedModule } from './core.ts';
import { reportCreators } from './creators.ts';
import { findCycles } from './cycles.ts';
import { checkedModule, finishRoot, type ModuleUnit } from './module.ts';
import { type Host, World } from './world.ts';

export type { Host } from './world.ts';

export interface Checked {
  /** Absent when there are errors. */
  readonly module: CheckedModule | undefined;
  /** Errors and warnings by place, those of the main file first. */
  readonly problems: readonly Problem[];
  /** The user's files that were read, the main one first. */
  readonly files: readonly Source[];
}

/** Checks a program. `host.resolve` finds imported files; library modules (`std/...`) are built in. */
export function check(source: Source, host: Host): Checked {
  const world = new World(host);
  const root = world.open(source, true);
  const claims = finishRoot(root);
  finish(world, root);
  const problems = ordered(world.problems, source);
  const others = [...world.units.values()].filter((u) => u !== root);
  const module: CheckedModule = { ...checkedModule(root), ...claims, imports: others.map(checkedModule) };
  const files = [source, ...others.filter((u) => !u.isLibrary).map((u) => u.source)];
  return { module: problems.some((p) => p.severity === 'error') ? undefined : module, problems, files };
}

function finish(world: World, root: ModuleUnit): void {
  world.ensureAll([...world.reads.keys()]);
  for (const value of root.values) {
    const decl = value.found();
    if (decl?.kind === 'let') reportCreators(world, world.reads.get(decl) ?? new Map());
  }
  world.problems.push(...findCycles(world.reads));
  unusedNames(root);
}

/** Imports and params that nothing reads; where there are errors they may only seem so. */
function unusedNames(root: ModuleUnit): void {
  if (root.world.problems.some((p) => p.severity === 'error')) return;
  for (const [name, entry] of root.entries) {
    if (entry.used || name.startsWith('_') || entry.meaning.kind === 'error') continue;
    if (entry.imported && isInitialiser(entry.meaning)) continue;
    const isParam = root.values.some((v) => v.isParam && v.name === name && !entry.imported);
    if (entry.imported || isParam)
      root.report('unused-name', entry.at, { what: entry.imported ? 'the import' : 'the param', name });
  }
}

/** A function without inputs, `dense_init()`: training writes numbers where it stood, and its import stays. */
const isInitialiser = (meaning: Meaning): boolean => meaning.kind === 'fn' && meaning.decl.params.length === 0;

function ordered(problems: readonly Problem[], root: Source): readonly Problem[] {
  const seen = new Set<string>();
  const distinct = problems.filter((p) => {
    const key = `${p.id} ${p.at?.source.name} ${p.at?.start} ${p.at?.end} ${p.title}`;
    return !seen.has(key) && seen.add(key);
  });
  const file = (p: Problem): string =>
    !p.at || p.at.source === root || p.at.source.name === root.name ? '' : p.at.source.name;
  return distinct.sort((a, b) =>
    file(a) < file(b) ? -1 : file(a) > file(b) ? 1 : (a.at?.start ?? 0) - (b.at?.start ?? 0),
  );
}
