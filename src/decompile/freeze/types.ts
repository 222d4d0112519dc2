/** The types that are written in a module, wherever they stand. */
import type { Decl, Expr, Module, TypeArg, TypeExpr } from '../../syntax/ast.ts';
import { walk } from './walk.ts';

export function typesIn(module: Module): readonly TypeExpr[] {
  const found: TypeExpr[] = [];
  const add = (t: TypeExpr | undefined): void => {
    if (!t) return;
    found.push(t);
    for (const part of partsOfType(t)) add(part);
  };
  for (const d of module.decls) for (const t of typesOfDecl(d)) add(t);
  walk(module, ({ expr }) => {
    for (const t of typesOfExpr(expr)) add(t);
    return true;
  });
  return found;
}

function partsOfType(t: TypeExpr): (TypeExpr | undefined)[] {
  switch (t.kind) {
    case 'named':
      return t.args.map((a) => a.type);
    case 'array':
      return [t.of];
    case 'tuple':
      return [...t.items];
    case 'fn':
      return [...t.params, t.result];
    default:
      return [];
  }
}

function typesOfDecl(d: Decl): (TypeExpr | undefined)[] {
  switch (d.kind) {
    case 'fn':
    case 'paramFn':
    case 'table':
      return [...d.params.map((p) => p.type), d.result];
    case 'record':
      return d.fields.map((f) => f.type);
    case 'let':
    case 'param':
      return [d.type];
    case 'test':
      return d.lets.map((l) => l.type);
    case 'prove':
      return [...d.lets.map((l) => l.type), ...d.foralls.map((f) => f.type)];
    default:
      return [];
  }
}

const ofArgs = (args: readonly TypeArg[]): (TypeExpr | undefined)[] => args.map((a) => a.type);

function typesOfExpr(e: Expr): (TypeExpr | undefined)[] {
  if (e.kind === 'block') return e.lets.map((l) => l.type);
  if (e.kind === 'lambda') return e.params.map((p) => p.type);
  return e.kind === 'record' ? ofArgs(e.typeArgs) : [];
}
