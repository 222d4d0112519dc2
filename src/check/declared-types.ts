/** Records: their generic parameters, the types of their fields, and that none contains itself. */
import { ExpressionChecker } from './checker.ts';
import { newFrame } from './frames.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import type { RecordDecl, Type } from './types.ts';
import { readElement } from './written.ts';

export interface RecordUnit {
  readonly ast: DeclOf<'record'>;
  readonly decl: RecordDecl;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function declareRecord(unit: ModuleUnit, ast: DeclOf<'record'>): void {
  const generics = ast.generics.map((g) => ({ kind: g.kind, name: g.name.text }));
  const decl: RecordDecl = {
    kind: 'record',
    name: ast.name.text,
    at: ast.name.at,
    generics,
    fields: [],
    ...(ast.doc !== undefined && { doc: ast.doc }),
  };
  unit.records.push({ ast, decl });
  unit.declare(ast.name, { kind: 'record', decl });
}

export function readFields(unit: ModuleUnit, { ast, decl }: RecordUnit): void {
  const c = new ExpressionChecker(unit, newFrame(decl.name, 'no'), unit.world.problems, unit.isLibrary);
  const seen = new Map<string, RecordDecl['fields'][number]>();
  c.scope.within(() => {
    for (const g of ast.generics)
      c.scope.declare(g.name.text, { generic: g.kind, name: g.name.text, at: g.name.at, used: false });
    for (const f of ast.fields) {
      const type = readElement(c, f.type);
      const earlier = seen.get(f.name.text);
      if (earlier)
        unit.report(
          'duplicate-name',
          f.name.at,
          { name: f.name.text },
          { also: [{ at: earlier.at, text: 'first here' }] },
        );
      else
        seen.set(f.name.text, { name: f.name.text, at: f.name.at, type, ...(f.doc !== undefined && { doc: f.doc }) });
    }
  });
  (decl as Mutable<RecordDecl>).fields = [...seen.values()];
  const cycle = selfContaining(decl, decl, []);
  if (!cycle) return;
  unit.report('recursive-record', decl.at, {
    name: decl.name,
    cycle: [...cycle, decl].map((d) => `\`${d.name}\``).join(' -> '),
  });
  const leadsBack = (type: Type): boolean =>
    recordsIn(type).some((r) => r === decl || selfContaining(r, decl, []) !== undefined);
  const cut = decl.fields.map((f): RecordDecl['fields'][number] =>
    leadsBack(f.type) ? { ...f, type: { kind: 'error' } } : f,
  );
  (decl as Mutable<RecordDecl>).fields = cut;
}

/** The way from a record back to `target`, if there is one. */
function selfContaining(
  decl: RecordDecl,
  target: RecordDecl,
  path: readonly RecordDecl[],
): readonly RecordDecl[] | undefined {
  if (path.includes(decl)) return undefined;
  const here = [...path, decl];
  for (const inner of decl.fields.flatMap((f) => recordsIn(f.type))) {
    if (inner === target) return here;
    const found = selfContaining(inner, target, here);
    if (found) return found;
  }
  return undefined;
}

function recordsIn(type: Type): readonly RecordDecl[] {
  switch (type.kind) {
    case 'array':
      return recordsIn(type.of);
    case 'tuple':
      return type.items.flatMap(recordsIn);
    case 'record':
      return [type.decl, ...type.args.flatMap((a) => (a.kind === 'type' ? recordsIn(a.type) : []))];
    default:
      return [];
  }
}
