/** What a name stands for as a value: a local, a size, a case, a declaration of the module or of the library. */
import type { Expr, Name } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { core, ERROR, INT, localRef } from './build.ts';
import type { Checker, Definition, Meaning } from './context.ts';
import type { Core, FnDecl } from './core.ts';
import { etaIntrinsic } from './eta.ts';
import { showType } from './show.ts';
import { sizeParam } from './sizes.ts';
import { substitute } from './substitute.ts';
import type { EnumDecl, GenericArg, Type } from './types.ts';

type NameExpr = Extract<Expr, { kind: 'name' }>;

export function inferName(c: Checker, e: NameExpr, hint?: Type): Core {
  const name = e.name.text;
  const entry = c.scope.find(name);
  if (entry && 'local' in entry) {
    entry.used = true;
    return localRef(entry.local, e.at);
  }
  if (entry?.generic === 'size') {
    entry.used = true;
    return core(INT, e.at, { kind: 'size', size: sizeParam(name) });
  }
  const wanted = hint && enumIn(c.solver.type(hint));
  if (wanted?.cases.includes(name)) return caseCore(wanted, name, e);
  const own = c.module.findOwn(name);
  if (own) return meaningCore(c, e, own, hint);
  const owners = c.module.ownersOf(name);
  const owner = owners[0];
  if (owner) return owners.length === 1 ? caseCore(owner, name, e) : ambiguous(c, e.name, owners);
  const meaning = c.module.find(name);
  if (meaning) return meaningCore(c, e, meaning, hint);
  return unknown(c, e.name, wanted);
}

/** The enum whose cases a value of this type shows. */
export function enumIn(type: Type): EnumDecl | undefined {
  if (type.kind === 'enum') return type.decl;
  if (type.kind === 'soft') return enumIn(type.of);
  return type.kind === 'array' ? type.cases : undefined;
}

export const caseCore = (decl: EnumDecl, name: string, e: { readonly at: Expr['at'] }): Core =>
  core({ kind: 'enum', decl }, e.at, { kind: 'case', index: decl.cases.indexOf(name) });

function ambiguous(c: Checker, name: Name, owners: readonly EnumDecl[]): Core {
  const list = owners.map((o) => `\`${o.name}\``);
  const data = {
    name: name.text,
    owners: list.join(' and of '),
    example: owners.map((o) => `\`${o.name}.${name.text}\``).join(' or '),
  };
  return c.fail('ambiguous-case', name.at, data, {
    also: owners.map((o) => ({ at: o.at, text: `\`${o.name}\` has it` })),
  });
}

function meaningCore(c: Checker, e: NameExpr, meaning: Meaning, hint?: Type): Core {
  switch (meaning.kind) {
    case 'fn':
      return fnRef(c, meaning.decl, e, hint);
    case 'value': {
      const decl = meaning.decl();
      if (!decl) return core(ERROR, e.at, { kind: 'error' });
      note(c, decl, e.at);
      return decl.kind === 'param'
        ? core(decl.type, e.at, { kind: 'param', decl })
        : core(decl.type, e.at, { kind: 'global', decl });
    }
    case 'enum': {
      const hintText = `Write one of its cases: ${meaning.decl.cases.map((x) => `\`${x}\``).join(', ')}.`;
      return c.fail('not-a-value', e.at, { what: 'the enum', name: e.name.text, hint: hintText });
    }
    case 'record':
      return c.fail('not-a-value', e.at, {
        what: 'the record',
        name: e.name.text,
        hint: `Give its fields: \`${e.name.text} { ${meaning.decl.fields.map((f) => `${f.name}: ...`).join(', ')} }\`.`,
      });
    case 'intrinsic':
      return etaIntrinsic(c, meaning.intrinsic, e.at, hint);
    case 'error':
      return core(ERROR, e.at, { kind: 'error' });
    default:
      return meaning satisfies never;
  }
}

/** Notes that the definition at hand reads another one. */
export function note(c: Checker, decl: Definition, at: Expr['at']): void {
  if (!c.frame.reads.has(decl)) c.frame.reads.set(decl, at);
}

export interface Instance {
  readonly generics: readonly GenericArg[];
  readonly params: readonly Type[];
  readonly result: Type;
}

/** A use of a function: its signature with unknowns in the place of its parameters. */
export function instantiate(c: Checker, decl: FnDecl): Instance {
  const generics = decl.generics.map((g) => c.solver.fresh(g));
  return {
    generics,
    params: decl.params.map((p) => substitute(p.type, decl.generics, generics)),
    result: substitute(decl.result, decl.generics, generics),
  };
}

function fnRef(c: Checker, decl: FnDecl, e: NameExpr, hint?: Type): Core {
  note(c, decl, e.at);
  const use = instantiate(c, decl);
  const type: Type = { kind: 'fn', params: use.params, result: use.result };
  if (hint) c.solver.unify(type, hint);
  return core(c.solver.type(type), e.at, { kind: 'fnref', fn: decl, generics: use.generics });
}

function unknown(c: Checker, name: Name, wanted: EnumDecl | undefined): Core {
  if (c.frame.ofTraining?.has(name.text)) return c.fail('of-training', name.at, { name: name.text });
  const library = c.module.exporterOf(name.text);
  if (library) {
    const line = `import { ${name.text} } from "${library}";`;
    const fix = { title: `add \`${line}\``, at: c.module.importAt, insert: `${line}\n` };
    return c.fail('unknown-name', name.at, { name: name.text, hint: `The library has it: \`${line}\`` }, { fix });
  }
  const near = nearest(name.text, [...(wanted?.cases ?? []), ...c.scope.names(), ...c.module.names()]);
  const hint = near
    ? `Did you mean \`${near}\`?`
    : wanted
      ? `${showType({ kind: 'enum', decl: wanted })} has the cases ${wanted.cases.join(', ')}.`
      : 'Declare it or import it.';
  const fix = near ? { fix: { title: `write \`${near}\``, at: name.at, insert: near } } : {};
  return c.fail('unknown-name', name.at, { name: name.text, hint }, fix);
}
