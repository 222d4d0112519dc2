/** Built-in functions on arrays and distributions. */
import type { Expr } from '../../syntax/ast.ts';
import type { Label } from '../../text/problem.ts';
import { must } from '../../text/result.ts';
import { arrayOf, axesOf, caseCount, core, errorCore, F32, fromAxes, leafOf, prim, softOf } from '../build.ts';
import { adapt, coerce, join, weightsOf } from '../coerce.ts';
import type { Checker } from '../context.ts';
import type { Core } from '../core.ts';
import { asSize } from '../numbers.ts';
import { showType } from '../show.ts';
import { addSize, productOf, samePolynomial } from '../sizes.ts';
import { isUnknown } from '../solve.ts';
import type { Size, Type } from '../types.ts';
import { anyArray, number, take, vector } from './arguments.ts';
import type { Intrinsic, Rule } from './table.ts';

/** What the places of a vector are: the wanted cases, the cases it is labelled with, else indices. */
function casesOf(c: Checker, v: Core, wanted: Type | undefined): Type | undefined {
  const type = c.solver.type(v.type);
  if (type.kind !== 'array') return undefined;
  const of = wanted && c.solver.type(wanted);
  const count = of && caseCount(of);
  if (of && (of.kind === 'enum' || of.kind === 'index') && count && c.solver.unifySizes(count, type.size))
    return c.solver.type(of);
  if (type.cases) return { kind: 'enum', decl: type.cases };
  return { kind: 'index', size: c.solver.size(type.size) };
}

const softmax: Rule = (c, call, hint) => {
  const [e] = take(c, call, ['scores']) ?? [];
  const wanted = hint && c.solver.type(hint);
  const of =
    wanted?.kind === 'soft'
      ? c.solver.type(wanted.of)
      : wanted?.kind === 'enum' || wanted?.kind === 'index'
        ? wanted
        : undefined;
  const v = e && vectorOf(c, e, of);
  const cases = v && casesOf(c, v, of);
  if (!v || !cases) return errorCore(call.at);
  const soft = prim('softmax', softOf(cases), call.at, [v]);
  return wanted?.kind === 'array' ? (weightsOf(soft, soft.type) ?? soft) : soft;
};

/** The scores; a literal of cases is read as the cases of the wanted enum. Labels are kept. */
function vectorOf(c: Checker, e: Expr, of: Type | undefined): Core | undefined {
  const hint: Type | undefined = of?.kind === 'enum' ? arrayOf(F32, must(caseCount(of)), of.decl) : undefined;
  const value = c.infer(e, hint);
  const type = c.solver.type(value.type);
  if (type.kind === 'array' && type.cases)
    return adapt(c, value, { ...type, of: F32 }) ?? coerce(c, value, arrayOf(F32, type.size));
  if (type.kind === 'soft') return weightsOf(value, type);
  const fitted = coerce(c, value, arrayOf(F32, c.solver.freshSize()));
  return c.solver.type(fitted.type).kind === 'error' ? undefined : fitted;
}

const argmax: Rule = (c, call, hint) => {
  const [e] = take(c, call, ['v']) ?? [];
  if (!e) return errorCore(call.at);
  const wanted = hint && c.solver.type(hint);
  const value = c.infer(e, wanted?.kind === 'enum' || wanted?.kind === 'index' ? softOf(wanted) : undefined);
  const type = c.solver.type(value.type);
  if (type.kind === 'soft') return prim('argmax', type.of, call.at, [value]);
  const v = type.kind === 'array' && type.cases ? value : coerce(c, value, arrayOf(F32, c.solver.freshSize()));
  const cases = casesOf(c, v, wanted);
  return cases ? prim('argmax', cases, call.at, [v]) : errorCore(call.at);
};

const weights: Rule = (c, call) => {
  const [e] = take(c, call, ['p']) ?? [];
  const value = e && c.infer(e);
  const type = value && c.solver.type(value.type);
  if (!value || !type || type.kind === 'error') return errorCore(call.at);
  const found = weightsOf(value, type);
  if (found) return core(found.type, call.at, found);
  const why =
    type.kind === 'soft'
      ? 'How many cases it has is not known in this generic function; `probability(p, c)` reads one weight.'
      : 'It takes a distribution or a case.';
  return c.fail('operand-types', value.at, { op: 'weights', found: showType(type), why });
};

type SoftType = Extract<Type, { kind: 'soft' }>;

const probability: Rule = (c, call) => {
  const [pe, ce] = take(c, call, ['p', 'c']) ?? [];
  if (!pe || !ce) return errorCore(call.at);
  const p = c.infer(pe);
  const type = c.solver.type(p.type);
  if (type.kind === 'error') return errorCore(call.at);
  if (type.kind !== 'soft' && !caseCount(type))
    return c.fail('operand-types', p.at, {
      op: 'probability',
      found: showType(type),
      why: 'It takes a distribution and a case.',
    });
  const soft: SoftType = type.kind === 'soft' ? type : { kind: 'soft', of: type };
  const label = c.infer(ce, soft);
  const found = c.solver.type(label.type);
  const fitted = coerce(c, label, found.kind === 'soft' ? soft : soft.of, () => ({
    at: p.at,
    text: `this is ${showType(soft)}`,
  }));
  return c.solver.type(fitted.type).kind === 'error'
    ? errorCore(call.at)
    : prim('probability', F32, call.at, [coerce(c, p, soft), fitted]);
};

const pairOfVectors =
  (name: 'dot' | 'outer'): Rule =>
  (c, call) => {
    const [ae, be] = take(c, call, ['a', 'b']) ?? [];
    const a = ae && vector(c, ae);
    if (!a || !be) return errorCore(call.at);
    const because = (): Label => ({ at: a.at, text: `this is ${showType(c.solver.type(a.type))}` });
    const b = name === 'dot' ? c.check(be, c.solver.type(a.type), because) : vector(c, be);
    if (!b || c.solver.type(b.type).kind === 'error') return errorCore(call.at);
    return prim(
      name,
      name === 'dot' ? F32 : fromAxes(F32, [...axesOf(c.solver.type(a.type)), ...axesOf(c.solver.type(b.type))]),
      call.at,
      [a, b],
    );
  };

const norm: Rule = (c, call) => {
  const [e] = take(c, call, ['v']) ?? [];
  const v = e && number(c, call, c.infer(e));
  return v ? prim('norm', F32, call.at, [v]) : errorCore(call.at);
};

const transpose: Rule = (c, call) => {
  const [e] = take(c, call, ['m']) ?? [];
  const found = e && anyArray(c, call, c.infer(e));
  if (!found) return errorCore(call.at);
  const [m, rows] = found;
  const columns = c.solver.type(rows.of);
  if (columns.kind !== 'array')
    return c.fail('operand-types', m.at, {
      op: 'transpose',
      found: showType(rows),
      why: 'It exchanges the first two axes, so it needs two.',
    });
  return prim('transpose', arrayOf(arrayOf(columns.of, rows.size), columns.size), call.at, [m]);
};

const reverse: Rule = (c, call) => {
  const [e] = take(c, call, ['xs']) ?? [];
  const found = e && anyArray(c, call, c.infer(e));
  return found ? prim('reverse', arrayOf(found[1].of, found[1].size), call.at, [found[0]]) : errorCore(call.at);
};

/** Two or more arrays, end to end. */
const concat: Rule = (c, call) => {
  if (call.args.length < 2) {
    take(c, call, ['a', 'b']);
    return errorCore(call.at);
  }
  const parts = call.args.map((e) => anyArray(c, call, c.infer(e)));
  const known = parts.filter((p) => p !== undefined);
  if (known.length < parts.length) return errorCore(call.at);
  let of: Type = { kind: 'error' };
  for (const [part, type] of known) {
    const joined = join(c.solver, of, type.of);
    if (!joined) {
      const first = must(known[0]);
      return c.fail(
        'shape-mismatch',
        part.at,
        {
          expected: showType(c.solver.type(arrayOf(of, type.size))),
          found: showType(c.solver.type(type)),
          why: 'Arrays are joined along their first axis; the rest must be the same.',
        },
        { also: [{ at: first[0].at, text: `this is ${showType(c.solver.type(first[1]))}` }] },
      );
    }
    of = joined;
  }
  const size = known.map(([, t]) => t.size).reduce((a, b) => addSize(a, b));
  const args = known.map(([part, t]) => coerce(c, part, arrayOf(of, t.size)));
  return prim('concat', c.solver.type(arrayOf(of, size)), call.at, args);
};

/** `reshape(x, 2, 3)`, or with the shape that is wanted. */
const reshape: Rule = (c, call, hint) => {
  const [e, ...sizes] = call.args;
  if (!e) {
    take(c, call, ['x']);
    return errorCore(call.at);
  }
  const value = c.infer(e);
  const x = number(c, call, value);
  const axes = sizes.length > 0 ? sizes.map((s) => readSize(c, s)) : wantedAxes(c, hint);
  if (!x || axes?.some((a) => !a)) return errorCore(call.at);
  if (!axes)
    return c.fail('cannot-infer', call.at, {
      what: 'the new shape',
      hint: 'Give its sizes, `reshape(x, 2, 3)`, or state the type of the result.',
    });
  const shape = axes.map((a) => must(a));
  const from = axesOf(c.solver.type(x.type));
  if (!samePolynomial(productOf(from), productOf(shape))) {
    return c.fail('shape-mismatch', call.at, {
      expected: showType(fromAxes(F32, shape)),
      found: showType(c.solver.type(x.type)),
      why: 'A reshape keeps the number of elements.',
    });
  }
  return prim('reshape', fromAxes(F32, shape), call.at, [x]);
};

function readSize(c: Checker, e: Expr): Size | undefined {
  const value = c.infer(e);
  const size = c.solver.type(value.type).kind === 'int' ? asSize(c, value) : undefined;
  if (!size && c.solver.type(value.type).kind !== 'error')
    c.fail('not-constant', e.at, { what: 'a size', hint: 'It is a literal or linear in size parameters.' });
  return size;
}

function wantedAxes(c: Checker, hint?: Type): readonly Size[] | undefined {
  const type = hint && c.solver.type(hint);
  if (type?.kind !== 'array' || leafOf(type).kind !== 'f32') return undefined;
  const axes = axesOf(type);
  return axes.some((a) => a.terms.some((t) => isUnknown(t.param))) ? undefined : axes;
}

const entry = (name: string, signature: string, doc: string, rule: Rule, arity = 1): Intrinsic => ({
  name,
  signature,
  doc,
  arity,
  rule,
});

export const ARRAY_FUNCTIONS: readonly Intrinsic[] = [
  entry(
    'softmax',
    'softmax(scores: f32[n]) -> Soft<Index<n>>',
    'The distribution proportional to exp(scores): over the wanted enum, the cases of the literal, or indices.',
    softmax,
  ),
  entry(
    'argmax',
    'argmax(p: Soft<E>) -> E, argmax(v: f32[n]) -> Index<n>',
    'The case of the largest weight, the first of equal ones; its gradient is a surrogate.',
    argmax,
  ),
  entry('weights', 'weights(p: Soft<E>) -> f32[n]', 'The weights of a distribution in case order.', weights),
  entry('probability', 'probability(p: Soft<T>, c: T) -> f32', 'The weight of one case.', probability, 2),
  entry('dot', 'dot(a: f32[n], b: f32[n]) -> f32', 'The sum of the products of two vectors.', pairOfVectors('dot'), 2),
  entry('outer', 'outer(a: f32[n], b: f32[m]) -> f32[n, m]', 'All products of two vectors.', pairOfVectors('outer'), 2),
  entry('norm', 'norm(v: f32[n]) -> f32', 'The square root of the sum of squares.', norm),
  entry('transpose', 'transpose(m: T[n, k]) -> T[k, n]', 'The first two axes exchanged.', transpose),
  entry(
    'reshape',
    'reshape(x: f32[...], sizes...) -> f32[...]',
    'The same numbers in row-major order under other axes.',
    reshape,
  ),
  entry('concat', 'concat(a: T[n], b: T[m], ...) -> T[n + m]', 'Arrays end to end along the first axis.', concat, 2),
  entry('reverse', 'reverse(xs: T[n]) -> T[n]', 'The elements from last to first.', reverse),
];
