/**
 * Calls of declared functions. Arguments stand by position or by name and are put in the order of the parameters;
 * generic parameters are solved from the arguments and, where those do not say it, from the wanted result.
 * Arguments that need to know their type first (lambdas, literals) are read last.
 */
import type { Expr, Name } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import type { Label } from '../text/problem.ts';
import { must } from '../text/result.ts';
import { canBlend } from './branches.ts';
import { core, errorCore, leafOf, soften, withLeaf } from './build.ts';
import { count } from './calls-count.ts';
import { adapt, coerce } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, FnDecl } from './core.ts';
import { type Instance, instantiate, note } from './names.ts';
import { showType } from './show.ts';
import { showSignature } from './signature.ts';
import { mapType } from './substitute.ts';
import { substituteCore } from './substitute-core.ts';
import { isSoftFor, lookedUp } from './table-keys.ts';
import type { Type } from './types.ts';

type CallExpr = Extract<Expr, { kind: 'call' }>;

/** A call of a declared function; with arrays for scalars, element by element. */
export function callFn(c: Checker, e: CallExpr, decl: FnDecl, hint?: Type): Core {
  note(c, decl, e.fn.at);
  const slots = placeArgs(c, e, decl);
  if (!slots) {
    for (const [i, a] of e.args.entries()) if (a.value.kind !== 'lambda') c.infer(a.value, decl.params[i]?.type);
    return errorCore(e.at);
  }
  if (decl.cells) return callTable(c, e, decl, slots);
  if (isScalarFn(decl)) return callScalar(c, e, decl, slots);
  const use = instantiate(c, decl);
  const args = readArgs(c, decl, slots, use, hint);
  if (!solved(c, e, decl, use, hint)) return errorCore(e.at);
  return core(c.solver.type(use.result), e.at, {
    kind: 'call',
    fn: decl,
    generics: use.generics.map((g) => c.solver.arg(g)),
    args,
  });
}

/** The argument of each parameter, or nothing where the default is used. */
function placeArgs(c: Checker, e: CallExpr, decl: FnDecl): readonly (Expr | undefined)[] | undefined {
  const slots: (Expr | undefined)[] = decl.params.map(() => undefined);
  const before = c.problems.length;
  let next = 0;
  for (const a of e.args) {
    const at = a.name ? decl.params.findIndex((p) => p.name === a.name?.text) : next++;
    if (a.name && at < 0) unknownArgument(c, decl, a.name);
    else if (at >= decl.params.length) return tooMany(c, e, decl);
    else if (slots[at]) c.fail('given-twice', a.at, { name: must(decl.params[at]).name });
    else slots[at] = a.value;
  }
  const missing = decl.params.filter((_, i) => !slots[i] && !decl.defaults[i]);
  if (missing.length > 0 && c.problems.length === before) {
    const names = missing.map((p) => `\`${p.name}\``).join(', ');
    const declared = showSignature(decl);
    c.fail(
      'argument-count',
      e.at,
      { name: decl.name, expected: count(decl.params.length), found: e.args.length, declared },
      { label: `${names} is missing`, also: [{ at: decl.at, text: 'declared here' }] },
    );
  }
  return c.problems.length === before ? slots : undefined;
}

function tooMany(c: Checker, e: CallExpr, decl: FnDecl): undefined {
  c.fail(
    'argument-count',
    e.at,
    { name: decl.name, expected: count(decl.params.length), found: e.args.length, declared: showSignature(decl) },
    { also: [{ at: decl.at, text: 'declared here' }] },
  );
  return undefined;
}

function unknownArgument(c: Checker, decl: FnDecl, name: Name): void {
  const near = nearest(
    name.text,
    decl.params.map((p) => p.name),
  );
  const hint = near ? `Did you mean \`${near}\`?` : `It is declared as \`${showSignature(decl)}\`.`;
  c.fail(
    'unknown-argument',
    name.at,
    { name: decl.name, argument: name.text, hint },
    near ? { fix: { title: `write \`${near}\``, at: name.at, insert: near } } : {},
  );
}

const declaredAt = (decl: FnDecl, i: number): Label => {
  const p = must(decl.params[i]);
  return { at: p.at, text: `\`${p.name}\` of \`${decl.name}\` is ${showType(p.type)}` };
};

/** Where the parameter is declared, and the argument that settled a size or type which both mention. */
function whyArgument(c: Checker, decl: FnDecl, i: number, read: readonly Core[]): readonly Label[] {
  const mentions = (j: number): readonly string[] =>
    decl.generics.map((g) => g.name).filter((name) => namesIn(must(decl.params[j]).type).has(name));
  const mine = mentions(i);
  const first = read.findIndex((arg, j) => arg && j !== i && mentions(j).some((name) => mine.includes(name)));
  if (first < 0) return [declaredAt(decl, i)];
  const other = must(read[first]);
  const shared = mentions(first).filter((name) => mine.includes(name));
  const text = `this is ${showType(c.solver.type(other.type))}, which says what ${shared.map((n) => `\`${n}\``).join(' and ')} is`;
  return [declaredAt(decl, i), { at: other.at, text }];
}

/** The generic parameters that a type mentions. */
function namesIn(type: Type): ReadonlySet<string> {
  const names = new Set<string>();
  mapType(
    type,
    (name) => void names.add(name),
    (size) => {
      for (const t of size.terms) names.add(t.param);
      return size;
    },
  );
  return names;
}

function readArgs(
  c: Checker,
  decl: FnDecl,
  slots: readonly (Expr | undefined)[],
  use: Instance,
  hint?: Type,
): readonly Core[] {
  const read: Core[] = [];
  const one = (slot: Expr, i: number): void => {
    read[i] = c.check(slot, must(use.params[i]), () => whyArgument(c, decl, i, read));
  };
  for (const [i, slot] of slots.entries()) if (slot && !needsType(slot)) one(slot, i);
  if (hint && use.generics.length > 0) unifyResult(c, use.result, hint);
  for (const [i, slot] of slots.entries()) if (slot && needsType(slot)) one(slot, i);
  return slots.map((slot, i) =>
    slot ? must(read[i]) : substituteCore(must(decl.defaults[i]), decl.generics, use.generics),
  );
}

/** What such an expression is depends on what is wanted. */
function needsType(e: Expr): boolean {
  if (e.kind === 'lambda') return true;
  if (e.kind === 'call') return e.args.length === 0;
  if (e.kind === 'array') return e.items.length === 0;
  if (e.kind === 'tuple') return e.items.some(needsType);
  return e.kind === 'record' && !e.name && !e.spread;
}

/** The wanted result may say what the arguments do not; it is only a hint, so nothing is reported. */
export function unifyResult(c: Checker, result: Type, hint: Type): void {
  if (c.solver.unify(result, hint)) return;
  const wanted = c.solver.type(hint);
  if (wanted.kind === 'soft') c.solver.unify(result, wanted.of);
}

function solved(c: Checker, e: CallExpr, decl: FnDecl, use: Instance, hint?: Type): boolean {
  for (const [i, g] of use.generics.entries()) {
    const arg = c.solver.arg(g);
    if (!c.solver.isOpen(arg) || (hint && c.solver.isOpen({ kind: 'type', type: hint }))) continue;
    if (
      c.problems.some(
        (p) =>
          p.at &&
          p.at.source === e.at.source &&
          p.at.start >= e.at.start &&
          p.at.end <= e.at.end &&
          p.severity === 'error',
      )
    )
      return false;
    const name = must(decl.generics[i]).name;
    c.fail('cannot-infer', e.at, {
      what: `\`${name}\` of \`${decl.name}\``,
      hint: `No argument says it; state the type of the result: \`let x: ... = ${decl.name}(...);\`. It is declared as \`${showSignature(decl)}\`.`,
    });
    return false;
  }
  return true;
}

// --- tables ---

/** A table called with soft arguments gives the mixture of its cells. */
function callTable(c: Checker, e: CallExpr, decl: FnDecl, slots: readonly (Expr | undefined)[]): Core {
  const read = decl.params.map((p, i) => c.infer(must(slots[i]), p.type));
  const isSoft = decl.params.map((p, i) => isSoftFor(c.solver.type(must(read[i]).type), p.type));
  if (!isSoft.includes(true) && isScalarFn(decl)) return callScalar(c, e, decl, slots, read);
  const args = decl.params.map((p, i) =>
    isSoft[i] ? must(read[i]) : coerce(c, must(read[i]), p.type, () => declaredAt(decl, i)),
  );
  if (!isSoft.includes(true)) return core(decl.result, e.at, { kind: 'call', fn: decl, generics: [], args });
  if (args.some((a) => c.solver.type(a.type).kind === 'error') || !decl.cells?.()) return errorCore(e.at);
  if (canBlend(soften(decl.result))) return lookedUp(c, decl, args, e.at);
  const soft = must(args[isSoft.indexOf(true)]);
  const why = `An argument is soft, so the rows of \`${decl.name}\` are mixed by weight; take its most likely case with \`argmax\`.`;
  const also = [{ at: soft.at, text: 'this is soft' }];
  return c.fail('not-blendable', e.at, { type: showType(decl.result), why }, { also });
}

// --- scalar functions over arrays ---

const SCALARS: readonly Type['kind'][] = ['f32', 'truth', 'bool', 'int'];

const isScalarFn = (decl: FnDecl): boolean =>
  decl.generics.length === 0 &&
  decl.params.length > 0 &&
  SCALARS.includes(decl.result.kind) &&
  decl.params.every((p) => SCALARS.includes(p.type.kind));

/** A function of scalars called with arrays is applied element by element. */
function callScalar(
  c: Checker,
  e: CallExpr,
  decl: FnDecl,
  slots: readonly (Expr | undefined)[],
  read?: readonly Core[],
): Core {
  let shape: { readonly type: Type; readonly from: Core } | undefined;
  const args = slots.map((slot, i) => {
    if (!slot) return must(decl.defaults[i]);
    const want = must(decl.params[i]).type;
    const value = read?.[i] ?? c.infer(slot, want);
    const type = c.solver.type(value.type);
    if (type.kind !== 'array' && !(type.kind === 'soft' && want.kind === 'f32'))
      return coerce(c, value, want, () => declaredAt(decl, i));
    const lifted = liftArg(c, value, want);
    if (!lifted) return coerce(c, value, want, () => declaredAt(decl, i));
    if (shape && !c.solver.unify(withLeaf(shape.type, want), withLeaf(lifted.type, want))) {
      const [x, y] = [showType(c.solver.type(shape.from.type)), showType(c.solver.type(lifted.type))];
      const why = `\`${decl.name}\` is a function of single numbers, applied element by element, so its arrays must have one shape.`;
      return c.fail(
        'shape-mismatch',
        slot.at,
        { expected: x, found: y, why },
        { also: [{ at: shape.from.at, text: `this is ${x}` }] },
      );
    }
    shape ??= { type: lifted.type, from: value };
    return lifted;
  });
  if (!shape) return core(decl.result, e.at, { kind: 'call', fn: decl, generics: [], args });
  return core(withLeaf(c.solver.type(shape.type), decl.result), e.at, { kind: 'lift', fn: decl, generics: [], args });
}

function liftArg(c: Checker, value: Core, want: Type): Core | undefined {
  const type = c.solver.type(value.type);
  if (type.kind === 'soft') return adapt(c, value, { kind: 'array', of: want, size: c.solver.freshSize() });
  return SCALARS.includes(leafOf(type).kind) ? adapt(c, value, withLeaf(type, want)) : undefined;
}
