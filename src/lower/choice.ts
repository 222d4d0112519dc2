/**
 * `if` and `match`. A choice that is known takes one side and never looks at the other. A crisp one selects, a soft one mixes;
 * a crisp `match` picks by the one-hot weights of its arms, so that its gradient is that of the soft one.
 */
import type { Core, CoreArm } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import { must } from '../text/result.ts';
import type { Tensor } from './bodies.ts';
import { type Env, emit, here, lower, report, type StaticValue, typeIn } from './environment.ts';
import { casesOf, layoutOf, partTypes, peel } from './instance.ts';
import { jointWeights, moved, twoWeights } from './prims/cases.ts';
import { tabulated } from './prims/index.ts';
import { blend } from './prims/numbers.ts';
import { spreadOver, unionOfLoops } from './statics.ts';
import { axesFrom, fromIndicator, neg, select, stack } from './tensors.ts';
import { asStatic, combine, leaf, product, staticValue, type Typed, tensorOf, under, type Value } from './values.ts';
import { read } from './views.ts';

type If = Extract<Core, { kind: 'if' }>;
type Match = Extract<Core, { kind: 'match' }>;

export function lowerIf(env: Env, core: If): Value {
  const type = typeIn(env, core.type);
  const cond = lower(env, core.cond);
  const table = asStatic(cond);
  if (table && !core.soft) return knownIf(env, core, table);
  const c = tensorOf(env, { value: cond, type: typeIn(env, core.cond.type) });
  if (core.soft) {
    const [a, b] = [lower(env, core.then), lower(env, core.else)];
    const at = here(env, core);
    if (!layoutOf(type)) return chosenByData(at, type, a);
    return combine(at, type, [a, b], ([x, y]) => (x === y ? must(x) : blend(at, c, must(x), must(y))));
  }
  const at = here(env, core);
  const a = lower({ ...env, guards: [...env.guards, () => c] }, core.then);
  const b = lower({ ...env, guards: [...env.guards, () => neg(at, c)] }, core.else);
  return choose(at, c, { a, b, type });
}

/** The values of a bool table where the conditions around hold: all true, all false, or both. */
function outcomes(env: Env, table: StaticValue): ReadonlySet<number> {
  const loops = unionOfLoops(env.condition ? [table, env.condition] : [table]);
  const values = spreadOver(table, loops);
  const holds = env.condition ? spreadOver(env.condition, loops) : undefined;
  return new Set(values.filter((_, i) => holds === undefined || holds[i] === 1));
}

/** The environment where a further known condition holds. */
export function whereHolds(env: Env, table: StaticValue): Env {
  const condition = env.condition ? tabulated(env, [env.condition, table], (a, b) => must(a) * must(b)) : table;
  return { ...env, condition };
}

function knownIf(env: Env, core: If, table: StaticValue): Value {
  const seen = outcomes(env, table);
  if (!seen.has(0)) return lower(env, core.then);
  if (!seen.has(1)) return lower(env, core.else);
  const a = lower(whereHolds(env, table), core.then);
  const b = lower(
    whereHolds(
      env,
      tabulated(env, [table], (v) => 1 - must(v)),
    ),
    core.else,
  );
  return choose(here(env, core), table, { a, b, type: typeIn(env, core.type) });
}

interface Sides {
  readonly a: Value;
  readonly b: Value;
  readonly type: Type;
}

/** `a` where the condition holds, else `b`, leaf by leaf. */
function choose(env: Env, c: Tensor | StaticValue, { a, b, type }: Sides): Value {
  const { axes, of } = peel(type);
  const parts = partTypes(of);
  if (parts && a.kind === 'product' && b.kind === 'product')
    return product(
      parts.map((p, i) => choose(env, c, { a: must(a.parts[i]), b: must(b.parts[i]), type: under(axes, p) })),
    );
  if (a.kind === 'static' && b.kind === 'static' && 'loops' in c)
    return staticValue(tabulated(env, [c, a.table, b.table], (t, x, y) => must(t === 1 ? x : y)));
  if (isCompileTime(of)) return chosenByData(env, of, a);
  const [x, y] = [tensorOf(env, { value: a, type }), tensorOf(env, { value: b, type })];
  if (x === y) return a;
  const mask = 'loops' in c ? tensorOf(env, { value: staticValue(c), type: { kind: 'bool' } }) : c;
  return leaf(select(env, mask, x, y));
}

const isCompileTime = (type: Type): boolean => type.kind === 'fn' || type.kind === 'int' || type.kind === 'string';

function chosenByData(env: Env, type: Type, value: Value): Value {
  report(env, 'chosen-function', { what: type.kind === 'int' ? 'number' : 'function' });
  return value;
}

// --- match ---

export function lowerMatch(env: Env, core: Match): Value {
  const of = core.of.map((s): Typed => ({ value: lower(env, s), type: typeIn(env, s.type) }));
  const tables = of.map((s) => asStatic(s.value));
  if (tables.every((t) => t !== undefined)) return knownMatch(env, core, tables);
  const [first] = of;
  if (of.length === 1 && first && isTwoSided(first.type)) return twoSided(env, core, first);
  return weighted(env, core, of);
}

const isTwoSided = (type: Type): boolean => type.kind === 'bool' || type.kind === 'truth';

const fits = (arm: CoreArm, cases: readonly number[]): boolean =>
  arm.cases.every((set, k) => set === null || set.includes(must(cases[k])));

const firstFitting = (core: Match, cases: readonly number[]): number =>
  Math.max(
    0,
    core.arms.findIndex((arm) => fits(arm, cases)),
  );

function knownMatch(env: Env, core: Match, tables: readonly StaticValue[]): Value {
  const arm = tabulated(env, tables, (...cases) => firstFitting(core, cases));
  const used = [...outcomes(env, arm)].sort((x, y) => x - y);
  if (used.length <= 1) return lower(env, must(core.arms[used[0] ?? 0]).value);
  const at = here(env, core);
  const type = typeIn(env, core.type);
  const isArm = (k: number): StaticValue => tabulated(env, [arm], (v) => (v === k ? 1 : 0));
  const sides = used.map((k) => ({ k, value: lower(whereHolds(env, isArm(k)), must(core.arms[k]).value) }));
  const last = must(sides[sides.length - 1]).value;
  return sides.slice(0, -1).reduceRight((b, { k, value }) => choose(at, isArm(k), { a: value, b, type }), last);
}

/** A `match` on a bool or truth is an `if`. */
function twoSided(env: Env, core: Match, of: Typed): Value {
  const [no, yes] = [firstFitting(core, [0]), firstFitting(core, [1])].map((k) => must(core.arms[k]));
  if (!no || !yes || no === yes) return lower(env, must(no).value);
  const at = here(env, core);
  const type = typeIn(env, core.type);
  const c = tensorOf(env, of);
  if (core.soft) {
    const sides = [lower(env, yes.value), lower(env, no.value)];
    if (!layoutOf(type)) return chosenByData(at, type, must(sides[0]));
    return combine(at, type, sides, ([x, y]) => (x === y ? must(x) : blend(at, c, must(x), must(y))));
  }
  const a = lower({ ...env, guards: [...env.guards, () => c] }, yes.value);
  const b = lower({ ...env, guards: [...env.guards, () => neg(at, c)] }, no.value);
  return choose(at, c, { a, b, type });
}

/** The weight of each case: a vector of `casesOf(type).size`. */
function weightsOf(env: Env, of: Typed): Tensor {
  const t = tensorOf(env, of);
  return isTwoSided(of.type) ? twoWeights(env, t) : t;
}

/** Each arm has the weight of the combinations of cases for which it is the first that fits; the arms' values are picked or mixed by it. */
function weighted(env: Env, core: Match, of: readonly Typed[]): Value {
  const at = here(env, core);
  const type = typeIn(env, core.type);
  const counts = of.map((s) => (isTwoSided(s.type) ? 2 : casesOf(s.type).size));
  const arms = combinations(counts).map((cases) => firstFitting(core, cases));
  const used = [...new Set(arms)].sort((x, y) => x - y);
  if (used.length === 1) return lower(env, must(core.arms[must(used[0])]).value);
  const joint = of.map((s) => weightsOf(at, s)).reduce((p, q) => jointWeights(at, p, q));
  const isOneToOne = used.length === arms.length && arms.every((k, j) => used[j] === k);
  const weights = isOneToOne ? joint : moved(at, joint, (j) => used.indexOf(must(arms[j])), used.length);
  const guard = (k: number) => (): Tensor =>
    fromIndicator(at, read(at, { base: weights, at: [{ loops: [], values: Float64Array.of(k) }] }));
  const sides = used.map((k, slot) => {
    const inner = core.soft ? env : { ...env, guards: [...env.guards, guard(slot)] };
    return lower(inner, must(core.arms[k]).value);
  });
  if (!layoutOf(type)) return chosenByData(at, type, must(sides[0]));
  return combine(at, type, sides, (values) => mixture(at, weights, values, core.soft));
}

/** All tuples of cases, the last running fastest. */
const combinations = (counts: readonly number[]): readonly (readonly number[])[] =>
  counts.reduce<readonly (readonly number[])[]>(
    (rows, n) => rows.flatMap((row) => axesFrom(0, n).map((k) => [...row, k])),
    [[]],
  );

/** Σ w[k]·v[k], or the one v[k] whose weight is 1, exactly. */
export function mixture(env: Env, weights: Tensor, values: readonly Tensor[], soft: boolean): Tensor {
  const first = must(values[0]);
  if (values.every((v) => v === first)) return first;
  return lookUp(env, weights, stack(env, values, first.shape), soft);
}

/** A table's entry by a crisp or soft index. */
export function lookUp(env: Env, weights: Tensor, table: Tensor, soft: boolean): Tensor {
  const labels = axesFrom(0, table.shape.length);
  const order = soft ? (labels.length === 1 ? 'lanes' : 'sequential') : 'pick';
  return emit(env, 'einsum', [weights, table], { lhs: [0], rhs: labels, out: labels.slice(1), order });
}
