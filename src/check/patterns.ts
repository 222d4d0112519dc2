/**
 * Patterns of `match`: what each arm fits, which cases no arm fits, and which arms can never be reached.
 * A pattern is a list of rows; a row has one set of case numbers per scrutinee, or null for all.
 */
import type { CasePattern, Expr } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import type { Checker } from './context.ts';
import type { Core } from './core.ts';
import { showType } from './show.ts';
import { constantOf } from './sizes.ts';
import type { Type } from './types.ts';

type MatchExpr = Extract<Expr, { kind: 'match' }>;
export type Row = readonly (readonly number[] | null)[];

export interface Scrutinee {
  readonly value: Core;
  readonly soft: boolean;
  /** The crisp type of its cases. */
  readonly of: Type;
  /** How many cases; Infinity when the size is a parameter. */
  readonly cases: number;
  readonly show: (index: number) => string;
}

/** What is matched on; reports a value that has no cases. */
export function scrutineeOf(c: Checker, value: Core): Scrutinee | undefined {
  const type = c.solver.type(value.type);
  const of = type.kind === 'soft' ? c.solver.type(type.of) : type;
  const soft = type.kind === 'soft' || type.kind === 'truth';
  if (of.kind === 'enum') return { value, soft, of, cases: of.decl.cases.length, show: (i) => must(of.decl.cases[i]) };
  if (of.kind === 'index')
    return { value, soft, of, cases: constantOf(of.size) ?? Number.POSITIVE_INFINITY, show: String };
  if (of.kind === 'bool' || of.kind === 'truth')
    return { value, soft, of, cases: 2, show: (i) => (i === 1 ? 'true' : 'false') };
  if (type.kind !== 'error') {
    const why =
      type.kind === 'f32' || type.kind === 'int'
        ? 'Numbers are told apart with `if` and comparisons.'
        : 'It works on cases: an enum, a bool, an index, or a tuple of them.';
    c.fail('type-mismatch', value.at, { expected: 'something with cases', found: showType(type), why });
  }
  return undefined;
}

export interface ArmRow {
  readonly arm: number;
  readonly cases: Row;
}

/** The rows of all arms in order, or of those of a `table`; reports patterns that do not adapt, missing cases and unreachable arms. */
export function readPatterns(
  c: Checker,
  at: Span,
  patterns: readonly CasePattern[],
  of: readonly Scrutinee[],
  table?: string,
): readonly ArmRow[] | undefined {
  const rows: ArmRow[] = [];
  const before: Row[] = [];
  let broken = false;
  for (const [arm, pattern] of patterns.entries()) {
    const read = rowsOf(c, pattern, of);
    if (!read) {
      broken = true;
      continue;
    }
    if (!broken && read.every((row) => isTaken(row, before, of)))
      c.warn('unreachable-arm', pattern.at, { row: table ? 'row' : 'arm' }, { label: 'never reached', also: [] });
    rows.push(...read.map((cases) => ({ arm, cases })));
    before.push(...read);
  }
  if (broken) return undefined;
  const missing = uncovered(
    of.map(() => null),
    before,
    of,
    4,
  );
  if (missing.length === 0) return rows;
  const shown =
    missing
      .slice(0, 3)
      .map((m) => `\`${showPoint(m, of)}\``)
      .join(', ') + (missing.length > 3 ? ' and others' : '');
  const words = table ? { what: `the table \`${table}\``, row: 'a row', arrow: '->' } : MATCH;
  c.fail('missing-cases', at, { missing: shown, ...words }, { label: 'not complete', also: [] });
  return undefined;
}

/** Whether the rows before take everything that a row fits. A row of one point is taken by one of them. */
function isTaken(row: Row, before: readonly Row[], of: readonly Scrutinee[]): boolean {
  const point = row.map((set) => (set?.length === 1 ? set[0] : undefined));
  if (point.includes(undefined)) return uncovered(row, before, of, 1).length === 0;
  return before.some((r) => r.every((set, i) => set === null || set.includes(must(point[i]))));
}

const MATCH = { what: 'this `match`', row: 'an arm', arrow: '=>' };

const showPoint = (point: readonly number[], of: readonly Scrutinee[]): string => {
  const parts = point.map((p, i) => (p < 0 ? '_' : must(of[i]).show(p)));
  return parts.length === 1 ? must(parts[0]) : `(${parts.join(', ')})`;
};

function rowsOf(c: Checker, p: CasePattern, of: readonly Scrutinee[]): readonly Row[] | undefined {
  if (p.kind === 'wildcard') return [of.map(() => null)];
  if (p.kind === 'or') {
    const rows = p.items.map((item) => rowsOf(c, item, of));
    if (rows.some((r) => !r)) return undefined;
    return of.length === 1
      ? [[mergeSets(rows.flatMap((r) => must(r).map((row) => must(row)[0] ?? null)))]]
      : rows.flatMap((r) => must(r));
  }
  if (p.kind !== 'tuple') {
    if (of.length === 1) {
      const set = setOf(c, p, must(of[0]));
      return set === undefined ? undefined : [[set]];
    }
    c.fail('bad-pattern', p.at, {
      type: `${of.length} values`,
      why: `Write one pattern for each: \`(${of.map(() => '_').join(', ')})\`.`,
    });
    return undefined;
  }
  if (p.items.length !== of.length) {
    const why =
      of.length === 1
        ? 'One value is matched, not a tuple.'
        : `${of.length} values are matched, the pattern has ${p.items.length} parts.`;
    c.fail('bad-pattern', p.at, { type: of.map((s) => showType(s.value.type)).join(', '), why });
    return undefined;
  }
  const sets = p.items.map((item, i) => setOf(c, item, must(of[i])));
  return sets.some((s) => s === undefined) ? undefined : [sets.map((s) => s ?? null)];
}

/** The cases one scrutinee may have; null for all, undefined when the pattern is broken. */
function setOf(c: Checker, p: CasePattern, of: Scrutinee): readonly number[] | null | undefined {
  const bad = (why: string): undefined => void c.fail('bad-pattern', p.at, { type: showType(of.value.type), why });
  switch (p.kind) {
    case 'wildcard':
      return null;
    case 'or': {
      const sets = p.items.map((item) => setOf(c, item, of));
      return sets.some((s) => s === undefined) ? undefined : mergeSets(sets.map((s) => s ?? null));
    }
    case 'bool':
      return of.of.kind === 'bool' || of.of.kind === 'truth'
        ? [p.value ? 1 : 0]
        : bad('`true` and `false` are the cases of a bool.');
    case 'number':
      if (of.of.kind !== 'index')
        return bad('Numbers are the cases of an index; those of a bool are `true` and `false`.');
      return p.value < of.cases ? [p.value] : bad(`It has the cases 0 to ${of.cases - 1}.`);
    case 'case':
      return caseSet(c, p, of);
    case 'tuple':
      return bad('A tuple stands at the top of a pattern only.');
    default:
      return p satisfies never;
  }
}

function caseSet(c: Checker, p: Extract<CasePattern, { kind: 'case' }>, of: Scrutinee): readonly number[] | undefined {
  const name = p.name.text;
  const type = of.of;
  if (type.kind !== 'enum')
    return void c.fail('bad-pattern', p.at, {
      type: showType(of.value.type),
      why: `\`${name}\` is no case of it; \`_\` fits everything.`,
    });
  const bare = name.startsWith(`${type.decl.name}.`) ? name.slice(type.decl.name.length + 1) : name;
  const index = type.decl.cases.indexOf(bare);
  if (index >= 0) return [index];
  const near = nearest(name, type.decl.cases);
  const hint = near ? `Did you mean \`${near}\`?` : `Its cases are ${type.decl.cases.join(', ')}.`;
  c.fail(
    'unknown-field',
    p.at,
    { type: `the enum ${type.decl.name}`, name, hint },
    near ? { fix: { title: `write \`${near}\``, at: p.at, insert: near } } : {},
  );
  return undefined;
}

function mergeSets(sets: readonly (readonly number[] | null)[]): readonly number[] | null {
  if (sets.some((s) => s === null)) return null;
  return [...new Set(sets.flatMap((s) => s ?? []))].sort((a, b) => a - b);
}

/** Points of `box` that no row fits, at most `limit`; -1 stands for any case. */
function uncovered(box: Row, rows: readonly Row[], of: readonly Scrutinee[], limit: number, column = 0): number[][] {
  if (limit <= 0) return [];
  if (rows.length === 0)
    return [
      of.slice(column).map((_, i) => box[column + i]?.[0] ?? (must(of[column + i]).cases === 0 ? -2 : -1)),
    ].filter((p) => !p.includes(-2));
  if (column === of.length) return [];
  const found: number[][] = [];
  for (const group of groups(box[column] ?? null, rows, must(of[column]), column)) {
    const rest = uncovered(box, group.rows, of, limit - found.length, column + 1);
    found.push(...rest.map((point) => [group.sample, ...point]));
  }
  return found;
}

/** Cases of one column that the same rows adapt, taken together. */
function groups(
  box: readonly number[] | null,
  rows: readonly Row[],
  of: Scrutinee,
  column: number,
): readonly { sample: number; rows: readonly Row[] }[] {
  const named = new Set(rows.flatMap((r) => r[column] ?? []));
  const candidates = box ?? [...named].sort((a, b) => a - b);
  const result = new Map<string, { sample: number; rows: readonly Row[] }>();
  for (const value of candidates) {
    const fitting = rows.filter((r) => r[column] === null || r[column]?.includes(value));
    const key = fitting.map((r) => rows.indexOf(r)).join();
    if (!result.has(key) || fitting.length === 0)
      result.set(fitting.length === 0 ? `${value}` : key, { sample: value, rows: fitting });
  }
  if (!box && named.size < of.cases) {
    const sample = firstUnnamed(named, of);
    result.set('rest', { sample, rows: rows.filter((r) => r[column] === null) });
  }
  return [...result.values()];
}

function firstUnnamed(named: ReadonlySet<number>, of: Scrutinee): number {
  for (let i = 0; i < of.cases; i++) if (!named.has(i)) return i;
  return -1;
}

/** The arms of a `match` on a compile-time number: numbers per arm, and which arm takes the rest. */
export function intCases(
  c: Checker,
  e: MatchExpr,
): { readonly numbers: readonly (readonly number[])[]; readonly rest: number } | undefined {
  const numbers: number[][] = [];
  for (const [arm, { pattern }] of e.arms.entries()) {
    if (pattern.kind === 'wildcard') {
      if (arm < e.arms.length - 1) c.warn('unreachable-arm', must(e.arms[arm + 1]).pattern.at, { row: 'arm' });
      return { numbers, rest: arm };
    }
    const items = pattern.kind === 'or' ? pattern.items : [pattern];
    const values = items.flatMap((p) => (p.kind === 'number' ? [p.value] : []));
    if (values.length < items.length)
      return void c.fail('bad-pattern', pattern.at, { type: 'int', why: 'Numbers and `_` fit a compile-time number.' });
    numbers.push(values);
  }
  return void c.fail('missing-cases', e.at, { missing: 'any other number', ...MATCH });
}
