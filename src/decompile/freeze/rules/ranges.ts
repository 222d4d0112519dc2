/**
 * What declared ranges make idle: `abs(x)`, `max(x, c)`, `min(x, c)`, `clamp(x, a, b)` of a number that lies there already, bit for bit and signs of
 * zeros included. Only in functions that nothing but tests calls, for whoever calls them has promised the range.
 */
import type { Core, FnDecl, Prim } from '../../../check/core.ts';
import { childrenOf } from '../../../check/walk.ts';
import { printF32 } from '../../../num/literal.ts';
import { evaluate } from '../../../ops/reference.ts';
import { must } from '../../../text/result.ts';
import { textOf } from '../../../text/span.ts';
import { type Change, once, plainRule, type Rule } from '../change.ts';
import { type Evidence, equalities, isShown } from '../equality.ts';
import { declared, type Interval, intervalOf, isAtLeast, isPositive, type Ranges } from '../intervals.ts';
import type { Subject } from '../subject.ts';
import { isTight, type Standing, walk } from '../walk.ts';

/** In functions that were learned: what a person wrote with care stays. */
export function ranges(learned: ReadonlySet<string>): Rule {
  const open = once((s) => openFunctions(s, learned));
  return plainRule('range', (s) => open(s).flatMap((f) => idleIn(s, f)), {
    evidence: (before, after) => evidenceOf(before, after, new Set(open(before).map((f) => f.name))),
  });
}

/** With a declared range, and called by tests alone. */
function openFunctions({ compiled: { module } }: Subject, learned: ReadonlySet<string>): FnDecl[] {
  const called = new Set<FnDecl>();
  const go = (e: Core): void => {
    if (e.kind === 'call' || e.kind === 'lift' || e.kind === 'fnref') called.add(e.fn);
    for (const child of childrenOf(e)) go(child);
  };
  const bodies = [...module.fns.flatMap((f) => [f.body, ...f.defaults]), ...module.properties.map((p) => p.body)];
  for (const body of [...bodies, ...module.lets.map((l) => l.value)]) if (body) go(body);
  return module.fns.filter((f) => learned.has(f.name) && !called.has(f) && f.ranges.some((r) => r !== undefined));
}

/** The outermost idle calls of a function. */
function idleIn(s: Subject, f: FnDecl): Change[] {
  const known: Ranges = new Map(
    f.params.flatMap((p, i) => {
      const range = f.ranges[i];
      return range && p.type.kind === 'f32' ? [[p, declared(range)] as const] : [];
    }),
  );
  const standing = new Map<string, Standing>();
  walk(s.module, (at) => {
    standing.set(`${at.expr.at.start} ${at.expr.at.end} ${at.expr.kind}`, at);
    return true;
  });
  const found: Change[] = [];
  const go = (e: Core, isCompared: boolean): void => {
    const kept = e.kind === 'prim' && e.at.source === s.source ? idle(e, known, isCompared) : undefined;
    const at = standing.get(`${e.at.start} ${e.at.end} call`);
    const call = at?.expr.kind === 'call' && at.expr.args.every((a) => !a.name) ? at.expr : undefined;
    const inner = kept && call?.args[kept.arg];
    if (!kept || !at || !inner) {
      for (const child of childrenOf(e)) go(child, e.kind === 'prim' && COMPARISONS.includes(e.prim));
      return;
    }
    const text = textOf(inner.value.at);
    const after = isTight(inner.value, at.power) ? text : `(${text})`;
    found.push({ start: e.at.start, before: textOf(e.at), after, reason: kept.reason });
  };
  if (f.body) go(f.body, false);
  return found;
}

interface Kept {
  /** Its place among the arguments. */
  readonly arg: number;
  readonly reason: string;
}

/** What does not tell -0 from 0. */
const COMPARISONS: readonly Prim[] = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'];

/** Which argument the call always gives; where it is compared, but for the sign of a zero. */
function idle(e: Extract<Core, { kind: 'prim' }>, known: Ranges, isCompared: boolean): Kept | undefined {
  const args = e.args.map((a) => {
    const found = intervalOf(a, known);
    return found && isCompared ? { ...found, negativeZero: false } : found;
  });
  const [x, y, z] = args;
  if (!x) return undefined;
  const keep = (i: number, is: boolean): Kept | undefined =>
    is ? { arg: i, reason: `it lies in ${shown(must(args[i]))}` } : undefined;
  switch (e.prim) {
    case 'abs':
      return keep(0, isPositive(x));
    case 'max':
      return y && (keep(0, isAtLeast(x, y)) ?? keep(1, isAtLeast(y, x)));
    case 'min':
      return y && (keep(0, isAtLeast(y, x)) ?? keep(1, isAtLeast(x, y)));
    case 'clamp':
      return y && z && keep(0, isAtLeast(x, y) && isAtLeast(z, x));
    default:
      return undefined;
  }
}

const shown = ({ lo, hi }: Interval): string => `[${printF32(lo)}, ${printF32(hi)}]`;

/** Functions with a range are equal over it; all others as they are, and the tests say what they said. */
function evidenceOf(before: Subject, after: Subject, open: ReadonlySet<string>): readonly Evidence[] | undefined {
  if (testsOf(before) !== testsOf(after)) return undefined;
  return equalities(before, after).flatMap((e): Evidence[] => {
    if (isShown(e)) return [e];
    return open.has(e.entry) ? [{ entry: e.entry, by: 'range' }] : [];
  });
}

function testsOf({ compiled: { program } }: Subject): string {
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  return JSON.stringify(program.tests.map((t) => evaluate(t.graph, [], params).outputs.map((o) => Array.from(o))));
}
