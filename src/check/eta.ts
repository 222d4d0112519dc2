/** A built-in function as a value: `map(tanh, xs)` is `map(x => tanh(x), xs)`. */
import type { Expr } from '../syntax/ast.ts';
import type { Span } from '../text/span.ts';
import { core, F32, makeLocal } from './build.ts';
import type { Checker } from './context.ts';
import type { Core } from './core.ts';
import type { Intrinsic } from './intrinsics/table.ts';
import { isUnknown } from './solve.ts';
import type { Type } from './types.ts';

/** Parameters without a known type are numbers. */
export function etaIntrinsic(c: Checker, intrinsic: Intrinsic, at: Span, hint?: Type): Core {
  const type = hint && c.solver.type(hint);
  const wanted = type?.kind === 'fn' ? type : undefined;
  const count = wanted?.params.length ?? intrinsic.arity;
  if (count === undefined) {
    return c.fail('cannot-infer', at, {
      what: `what \`${intrinsic.name}\` will be called with`,
      hint: `Write it as a lambda: \`(x: f32[3]) => ${intrinsic.name}(x)\`.`,
    });
  }
  return c.scope.within(() => {
    const params = Array.from({ length: count }, (_, i) => {
      const given = wanted?.params[i];
      const local = makeLocal(`_${i}`, given && !(given.kind === 'var' && isUnknown(given.name)) ? given : F32, at);
      c.scope.declare(local.name, { local, what: 'parameter', used: true });
      return local;
    });
    const args = params.map((p): Expr => ({ kind: 'name', at, name: { text: p.name, at } }));
    const body = intrinsic.rule(c, { at, name: intrinsic.name, args, named: new Map() }, wanted?.result);
    return core({ kind: 'fn', params: params.map((p) => p.type), result: body.type }, at, {
      kind: 'lambda',
      params,
      body,
    });
  });
}
