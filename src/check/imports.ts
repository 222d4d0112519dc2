/** `import { a, b as c } from "std/loss";` */

import { libraryPaths } from '../std/index.ts';
import { nearest } from '../text/nearest.ts';
import type { DeclOf, ModuleUnit } from './module.ts';

/** Names that the library will have. */
const RESERVED: Readonly<Record<string, readonly string[]>> = { 'std/vsa': ['nearest', 'codebook', 'embed'] };

export function readImport(unit: ModuleUnit, decl: DeclOf<'import'>): void {
  const unread = decl.fromAt.start === decl.fromAt.end;
  const from = unread ? 'missing' : unit.world.load(decl.from, unit.source.name, decl.fromAt);
  if (from === 'missing' && !unread) missing(unit, decl);
  if (from === 'missing' || from === 'circle') {
    for (const { name, alias } of decl.names) unit.declare(alias ?? name, { kind: 'error' }, true);
    return;
  }
  for (const { name, alias } of decl.names) {
    const entry = from.entries.get(name.text);
    if (entry && !entry.imported) {
      unit.declare(alias ?? name, entry.meaning, true);
      continue;
    }
    if (RESERVED[decl.from]?.includes(name.text)) {
      unit.report('not-yet', name.at, {
        what: `\`${name.text}\` of ${decl.from}`,
        instead: 'until then work with vectors of your own',
      });
      unit.declare(alias ?? name, { kind: 'error' }, true);
      continue;
    }
    const own = [...from.entries].filter(([, e]) => !e.imported).map(([n]) => n);
    const near = nearest(name.text, own);
    const hint = entry
      ? `It imports \`${name.text}\` itself; import it from where it is declared.`
      : near
        ? `Did you mean \`${near}\`?`
        : `It has ${own.join(', ')}.`;
    const fix = near ? { fix: { title: `write \`${near}\``, at: name.at, insert: near } } : {};
    unit.report('not-exported', name.at, { path: decl.from, name: name.text, hint }, fix);
    unit.declare(alias ?? name, { kind: 'error' }, true);
  }
}

function missing(unit: ModuleUnit, decl: DeclOf<'import'>): void {
  const near = nearest(decl.from, libraryPaths());
  const isFile = decl.from.startsWith('.');
  const hint = near
    ? `Did you mean "${near}"?`
    : isFile
      ? 'There is no such file; the path is relative to this one.'
      : `The library has ${libraryPaths().join(', ')}; a file of yours is written "./name.su".`;
  const fix = near ? { fix: { title: `write "${near}"`, at: decl.fromAt, insert: `"${near}"` } } : {};
  unit.report('unknown-module', decl.fromAt, { path: decl.from, hint }, fix);
}
