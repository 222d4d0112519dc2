/** Record literals, copies with a change, and the vectors that a literal of an enum's cases stands for. */
import type { Expr, FieldInit } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import type { Label } from '../text/problem.ts';
import { must } from '../text/result.ts';
import { arrayOf, core, errorCore, localRef, makeLocal } from './build.ts';
import { adapt, settleInt } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core } from './core.ts';
import { joinAll } from './data.ts';
import { enumIn } from './names.ts';
import { showType } from './show.ts';
import { sizeOf } from './sizes.ts';
import { substitute } from './substitute.ts';
import type { EnumDecl, GenericArg, RecordDecl, Type } from './types.ts';
import { readGenericArgs } from './written.ts';

type RecordExpr = Extract<Expr, { kind: 'record' }>;
type RecordType = Extract<Type, { kind: 'record' }>;

export function inferRecord(c: Checker, e: RecordExpr, hint?: Type): Core {
  if (e.name) return namedRecord(c, e, hint);
  const wanted = hint && c.solver.type(hint);
  if (e.spread) return copy(c, e, e.spread, wanted?.kind === 'record' ? wanted : undefined);
  if (wanted?.kind === 'record') return build(c, e, wanted.decl, wanted.args);
  const names = e.fields.map((f) => f.name.text);
  const decl = (wanted && enumIn(wanted)) ?? enumOf(c, names);
  if (decl) return casesVector(c, e, decl, wanted);
  const record = recordOf(c, names);
  if (record)
    return build(
      c,
      e,
      record,
      record.generics.map((g) => c.solver.fresh(g)),
    );
  for (const f of e.fields) c.infer(f.value);
  return c.fail('cannot-infer', e.at, {
    what: 'what this literal is',
    hint: 'Write the name of the record before the brace, `Flower { ... }`, or give one field per case of an enum.',
  });
}

function namedRecord(c: Checker, e: RecordExpr, hint?: Type): Core {
  const name = must(e.name);
  const meaning = c.module.find(name.text);
  if (meaning?.kind === 'enum') return casesVector(c, e, meaning.decl, undefined);
  if (meaning?.kind !== 'record') {
    for (const f of e.fields) c.infer(f.value);
    if (meaning?.kind === 'error') return errorCore(e.at);
    const records = [...c.module.names()].filter((n) => c.module.find(n)?.kind === 'record');
    const near = nearest(name.text, records);
    const library = c.module.exporterOf(name.text);
    const hintText = near
      ? `Did you mean \`${near}\`?`
      : library
        ? `The library has it: \`import { ${name.text} } from "${library}";\``
        : `Declare it: \`record ${name.text} { ... }\`.`;
    return c.fail('unknown-type', name.at, { name: name.text, hint: hintText });
  }
  const { decl } = meaning;
  const written = e.typeArgs.length > 0 ? readGenericArgs(c, decl.name, decl.generics, e.typeArgs, e.at) : undefined;
  const args = written ?? decl.generics.map((g) => c.solver.fresh(g));
  const wanted = hint && c.solver.type(hint);
  if (!written && wanted?.kind === 'record') c.solver.unify({ kind: 'record', decl, args }, wanted);
  if (e.spread) return copy(c, e, e.spread, { kind: 'record', decl, args });
  return build(c, e, decl, args);
}

/** The declared enum that has exactly these cases. */
function enumOf(c: Checker, names: readonly string[]): EnumDecl | undefined {
  const owners = names.length > 0 ? c.module.ownersOf(must(names[0])) : [];
  const fitting = owners.filter((o) => names.every((n) => o.cases.includes(n)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function recordOf(c: Checker, names: readonly string[]): RecordDecl | undefined {
  const fitting: RecordDecl[] = [];
  for (const name of c.module.names()) {
    const meaning = /^[A-Z]/.test(name) ? c.module.find(name) : undefined;
    if (
      meaning?.kind === 'record' &&
      names.length === meaning.decl.fields.length &&
      meaning.decl.fields.every((f) => names.includes(f.name))
    )
      fitting.push(meaning.decl);
  }
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The value written for each name, by name; reports names that are unknown or come twice. */
function fieldsByName(
  c: Checker,
  fields: readonly FieldInit[],
  known: readonly string[],
  type: string,
): ReadonlyMap<string, FieldInit> {
  const found = new Map<string, FieldInit>();
  for (const f of fields) {
    const name = f.name.text;
    const earlier = found.get(name);
    if (earlier) c.fail('given-twice', f.name.at, { name }, { also: [{ at: earlier.name.at, text: 'first here' }] });
    else if (known.includes(name)) found.set(name, f);
    else {
      const near = nearest(name, known);
      const hint = near ? `Did you mean \`${near}\`?` : `It has ${known.join(', ')}.`;
      c.fail(
        'unknown-field',
        f.name.at,
        { type, name, hint },
        near ? { fix: { title: `write \`${near}\``, at: f.name.at, insert: near } } : {},
      );
      c.infer(f.value);
    }
  }
  return found;
}

function build(c: Checker, e: RecordExpr, decl: RecordDecl, args: readonly GenericArg[]): Core {
  const before = c.problems.length;
  const given = fieldsByName(
    c,
    e.fields,
    decl.fields.map((f) => f.name),
    decl.name,
  );
  const missing = decl.fields.filter((f) => !given.has(f.name));
  if (missing.length > 0 && c.problems.length === before) {
    const names = missing.map((f) => `\`${f.name}\``).join(', ');
    c.fail(
      'missing-field',
      e.at,
      {
        type: decl.name,
        missing: names,
        hint: 'Every field needs a value; `{ ...other, field: value }` copies the rest.',
      },
      { also: [{ at: decl.at, text: 'declared here' }] },
    );
  }
  const fields = decl.fields.map((f) => {
    const written = given.get(f.name);
    const because = (): Label => ({ at: f.at, text: `\`${f.name}\` is ${showType(f.type)}` });
    return written ? c.check(written.value, substitute(f.type, decl.generics, args), because) : errorCore(e.at);
  });
  return core(c.solver.type({ kind: 'record', decl, args }), e.at, { kind: 'record', fields });
}

/** `{ ...r, field: e }`. */
function copy(c: Checker, e: RecordExpr, spread: Expr, wanted: RecordType | undefined): Core {
  const from = wanted ? c.check(spread, wanted) : c.infer(spread);
  const type = c.solver.type(from.type);
  if (type.kind !== 'record') {
    for (const f of e.fields) c.infer(f.value);
    if (type.kind === 'error') return errorCore(e.at);
    return c.fail('type-mismatch', spread.at, {
      expected: 'a record',
      found: showType(type),
      why: '`...` copies the fields of a record.',
    });
  }
  const { decl, args } = type;
  const given = fieldsByName(
    c,
    e.fields,
    decl.fields.map((f) => f.name),
    decl.name,
  );
  const local = makeLocal('copied', type, spread.at);
  const fields = decl.fields.map((f, index) => {
    const fieldType = substitute(f.type, decl.generics, args);
    const written = given.get(f.name);
    if (written)
      return c.check(written.value, fieldType, () => ({ at: f.at, text: `\`${f.name}\` is ${showType(f.type)}` }));
    return core(fieldType, spread.at, { kind: 'field', of: localRef(local, spread.at), index });
  });
  const body = core(type, e.at, { kind: 'record', fields });
  return core(type, e.at, { kind: 'let', local, value: from, body });
}

/** One value per case, in case order: an array whose axis is labelled with the enum. */
function casesVector(c: Checker, e: RecordExpr, decl: EnumDecl, wanted: Type | undefined): Core {
  const before = c.problems.length;
  const given = fieldsByName(c, e.fields, decl.cases, `the enum ${decl.name}`);
  const missing = decl.cases.filter((name) => !given.has(name));
  if (missing.length > 0) {
    if (c.problems.length === before)
      c.fail(
        'missing-field',
        e.at,
        {
          type: `a literal of the cases of ${decl.name}`,
          missing: missing.map((m) => `\`${m}\``).join(', '),
          hint: 'Each case needs its value.',
        },
        { also: [{ at: decl.at, text: 'declared here' }] },
      );
    return errorCore(e.at);
  }
  const itemHint = wanted?.kind === 'array' ? wanted.of : undefined;
  const items = decl.cases.map((name) => settleInt(c, c.infer(must(given.get(name)).value, itemHint)));
  const of = joinAll(c, items, 'value');
  const fitted = items.map((item) => adapt(c, item, of) ?? errorCore(item.at));
  return core(arrayOf(of, sizeOf(decl.cases.length), decl), e.at, { kind: 'array', items: fitted });
}
