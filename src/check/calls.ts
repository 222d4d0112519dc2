/**
 * Calls of what a name or an expression stands for: pipes, built-in functions, function values, and lambdas
 * called at once. Declared functions are in `declared-calls`.
 */
import type { Arg, Expr } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import { core, errorCore } from './build.ts';
import { count } from './calls-count.ts';
import { coerce, settleInt } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core } from './core.ts';
import { callFn } from './declared-calls.ts';
import type { Rule } from './intrinsics/table.ts';
import { showType } from './show.ts';
import type { Type } from './types.ts';
import { readType } from './written.ts';

type CallExpr = Extract<Expr, { kind: 'call' }>;
type Binary = Extract<Expr, { kind: 'binary' }>;

/** `x |> f(a)` is `f(x, a)`; `x |> f` is `f(x)`. */
export function inferPipe(c: Checker, e: Binary, hint?: Type): Core {
  const first: Arg = { at: e.left.at, value: e.left };
  const { fn, args } = e.right.kind === 'call' ? e.right : { fn: e.right, args: [] };
  return inferCall(c, { kind: 'call', at: e.at, fn, args: [first, ...args] }, hint);
}

export function inferCall(c: Checker, e: CallExpr, hint?: Type): Core {
  unnamedFirst(c, e.args);
  if (e.fn.kind === 'name') {
    const name = e.fn.name.text;
    const local = c.scope.find(name);
    const meaning = local ? undefined : c.module.find(name);
    if (meaning?.kind === 'fn') return callFn(c, e, meaning.decl, hint);
    if (meaning?.kind === 'intrinsic') return callIntrinsic(c, e, meaning.intrinsic.name, meaning.intrinsic.rule, hint);
    if (meaning?.kind === 'record' || meaning?.kind === 'enum') {
      const example =
        meaning.kind === 'record'
          ? `\`${name} { ${meaning.decl.fields.map((f) => `${f.name}: ...`).join(', ')} }\``
          : `\`${meaning.decl.cases[0] ?? name}\``;
      return c.fail('not-a-function', e.fn.at, {
        what: `the ${meaning.kind} \`${name}\``,
        hint: `A value of it is written ${example}.`,
      });
    }
  }
  return e.fn.kind === 'lambda' ? callLambda(c, e, e.fn) : callValue(c, e, c.infer(e.fn));
}

function unnamedFirst(c: Checker, args: readonly Arg[]): void {
  const named = args.find((a) => a.name)?.name;
  const late = named && args.slice(args.findIndex((a) => a.name)).find((a) => !a.name);
  if (!late) return;
  const also = [{ at: named.at, text: 'the first argument with a name' }];
  c.fail('unnamed-after-named', late.at, { name: named.text }, { also });
}

// --- built-in functions ---

function callIntrinsic(c: Checker, e: CallExpr, name: string, rule: Rule, hint?: Type): Core {
  const args = e.args.filter((a) => !a.name).map((a) => a.value);
  const named = new Map<string, Expr>();
  for (const a of e.args) {
    if (!a.name) continue;
    if (named.has(a.name.text)) c.fail('given-twice', a.at, { name: a.name.text });
    named.set(a.name.text, a.value);
  }
  return rule(c, { at: e.at, name, args, named }, hint);
}

// --- function values ---

/** `x |> (y => y * y)`: the arguments say what the parameters are. */
function callLambda(c: Checker, e: CallExpr, lambda: Extract<Expr, { kind: 'lambda' }>): Core {
  if (lambda.params.length !== e.args.length || e.args.some((a) => a.name)) return callValue(c, e, c.infer(lambda));
  const args = e.args.map((a, i) => settleInt(c, c.infer(a.value, statedType(c, lambda, i))));
  const params = args.map((a) => a.type);
  const fn = c.infer(lambda, { kind: 'fn', params, result: c.solver.freshType('R') });
  const type = c.solver.type(fn.type);
  if (type.kind !== 'fn') return errorCore(e.at);
  const fitted = args.map((a, i) => coerce(c, a, must(type.params[i])));
  return core(type.result, e.at, { kind: 'apply', fn, args: fitted });
}

function statedType(c: Checker, lambda: Extract<Expr, { kind: 'lambda' }>, i: number): Type | undefined {
  const stated = lambda.params[i]?.type;
  return stated && readType(c, stated);
}

function callValue(c: Checker, e: CallExpr, fn: Core): Core {
  const type = c.solver.type(fn.type);
  if (type.kind === 'error') {
    for (const a of e.args) c.infer(a.value);
    return errorCore(e.at);
  }
  if (type.kind !== 'fn') {
    const what = e.fn.kind === 'name' ? `\`${e.fn.name.text}\`` : 'this';
    return c.fail('not-a-function', e.fn.at, { what, hint: `It is ${showType(type)}.` });
  }
  const named = e.args.find((a) => a.name);
  if (named?.name)
    return c.fail('unknown-argument', named.name.at, {
      name: 'a function value',
      argument: named.name.text,
      hint: 'Its parameters have no names; pass the arguments in order.',
    });
  if (type.params.length !== e.args.length) {
    return c.fail('argument-count', e.at, {
      name: e.fn.kind === 'name' ? e.fn.name.text : 'this function',
      expected: count(type.params.length),
      found: e.args.length,
      declared: showType(type),
    });
  }
  const args = e.args.map((a, i) => c.check(a.value, must(type.params[i])));
  return core(c.solver.type(type.result), e.at, { kind: 'apply', fn, args });
}
