/**
 * `table` and `param table`: a function on finite types, given row by row. Its cells are an array with one axis for each
 * crisp part of the arguments, a constant or a param; calling the table looks them up. Rows are read like arms of `match`.
 */
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { arrayOf, core, errorCore, localRef, makeLocal } from './build.ts';
import { ExpressionChecker } from './checker.ts';
import type { Checker } from './context.ts';
import type { Core, FnDecl, LetDecl, ParamDecl, TableText } from './core.ts';
import { keepFrame, newFrame } from './frames.ts';
import { type FnUnit, parameterType } from './functions.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { nameHoles } from './numbers.ts';
import { type Row, readPatterns, type Scrutinee, scrutineeOf } from './patterns.ts';
import { settle } from './settle.ts';
import { showType } from './show.ts';
import { sizeOf } from './sizes.ts';
import { fieldsOf, flatPattern, type Key, keysOf, lookedUp } from './table-keys.ts';
import type { Size, Type } from './types.ts';
import { learnable } from './values.ts';
import { readType } from './written.ts';

type TableAst = DeclOf<'table'>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A table with rows has at most this many cells; one without may be larger, and is loaded from a file. */
const MOST_WRITTEN = 65_536;

interface TableUnit {
  readonly unit: ModuleUnit;
  readonly ast: TableAst;
  readonly decl: FnDecl;
  readonly cells: () => ParamDecl | LetDecl | undefined;
}

export function declareTable(unit: ModuleUnit, ast: TableAst): void {
  let cells: ParamDecl | LetDecl | undefined;
  let state: 'new' | 'busy' | 'done' = 'new';
  const resolve = (): ParamDecl | LetDecl | undefined => {
    const { text, at } = ast.name;
    if (state === 'busy') unit.report('recursion', at, { name: text, cycle: `\`${text}\` -> ... -> \`${text}\`` });
    if (state !== 'new') return cells;
    state = 'busy';
    cells = readCells(table);
    state = 'done';
    return cells;
  };
  const decl: FnDecl = {
    kind: 'fn',
    name: ast.name.text,
    at: ast.name.at,
    module: unit.source.name,
    generics: [],
    params: [],
    ranges: [],
    defaults: [],
    result: { kind: 'error' },
    body: undefined,
    cells: resolve,
    ...(ast.doc !== undefined && { doc: ast.doc }),
  };
  const table: TableUnit = { unit, ast, decl, cells: resolve };
  unit.fns.push(fnUnit(table));
  unit.values.push({ name: ast.name.text, isParam: false, resolve, found: () => cells });
  unit.declare(ast.name, { kind: 'fn', decl });
}

const fnUnit = (table: TableUnit): FnUnit => ({
  decl: table.decl,
  readSignature: () => readSignature(table),
  readDefaults: () => undefined,
  readBody: () => readBody(table),
});

const checkerOf = ({ unit, ast }: TableUnit): ExpressionChecker =>
  new ExpressionChecker(
    unit,
    newFrame(ast.name.text, ast.value ? 'param' : 'no', ast.learned ? 'forbidden' : 'allowed'),
    unit.world.problems,
    unit.isLibrary,
  );

// --- the signature ---

function readSignature(table: TableUnit): void {
  const c = checkerOf(table);
  const decl = table.decl as Mutable<FnDecl>;
  const types = table.ast.params.map((p) => argumentType(c, p.type.at, readType(c, p.type)));
  const names = argumentNames(table.ast, types);
  decl.params = types.map((type, i) => {
    const { name, type: written } = must(table.ast.params[i]);
    return makeLocal(must(names[i]), type, name?.at ?? written.at);
  });
  reportTwins(table);
  decl.ranges = types.map(() => undefined);
  decl.defaults = types.map(() => undefined);
  decl.result = resultType(table, c);
  if (types.length === 0 && !table.unit.broken)
    c.fail('type-mismatch', table.ast.name.at, {
      expected: 'a table with arguments',
      found: 'one without',
      why: `A table looks its arguments up; a single value is a \`param\` or a \`let\`.`,
    });
}

function resultType({ unit, ast }: TableUnit, c: Checker): Type {
  const type = parameterType(c, readType(c, ast.result), ast.result.at);
  return ast.learned ? learnable(unit, { ...ast.name, at: ast.result.at }, type) : type;
}

/** An argument is crisp and finite. */
function argumentType(c: Checker, at: Span, type: Type): Type {
  if (type.kind === 'error' || keysOf(type)) return type;
  const why =
    type.kind === 'soft'
      ? 'A table is declared on crisp types; it may be called with soft ones.'
      : 'A table looks up what has finitely many cases: enums, bools, indices, tuples and records of them.';
  c.fail('type-mismatch', at, { expected: 'a type with cases', found: showType(type), why });
  return { kind: 'error' };
}

function reportTwins({ unit, ast }: TableUnit): void {
  const named = ast.params.flatMap((p) => p.name ?? []);
  for (const [i, name] of named.entries()) {
    const earlier = named.slice(0, i).find((n) => n.text === name.text);
    if (earlier)
      unit.report('duplicate-name', name.at, { name: name.text }, { also: [{ at: earlier.at, text: 'first here' }] });
  }
}

/** Arguments without a name are called by their type: `state`, `i`; several of one by their number as well. */
function argumentNames(ast: TableAst, types: readonly Type[]): readonly string[] {
  const plain = ast.params.map((p, i) => p.name?.text ?? nameOfType(must(types[i])));
  return plain.map((name, i) => {
    if (ast.params[i]?.name || plain.filter((n) => n === name).length === 1) return name;
    return `${name}${plain.slice(0, i).filter((n) => n === name).length + 1}`;
  });
}

function nameOfType(type: Type): string {
  if (type.kind === 'enum' || type.kind === 'record')
    return type.decl.name.charAt(0).toLowerCase() + type.decl.name.slice(1);
  return type.kind === 'index' ? 'i' : type.kind === 'bool' ? 'b' : 'x';
}

const keysOfTable = (decl: FnDecl): readonly Key[] => decl.params.flatMap((p) => keysOf(p.type) ?? []);

// --- the cells ---

function readCells(table: TableUnit): ParamDecl | LetDecl | undefined {
  const { ast, decl, unit } = table;
  if (decl.params.length === 0 || [...decl.params.map((p) => p.type), decl.result].some((t) => t.kind === 'error'))
    return undefined;
  const c = checkerOf(table);
  const read = c.scope.within(() => cellsOf(c, table));
  if (!read) return undefined;
  settle(c, read.value);
  nameHoles(decl.name, c.frame.found);
  const shared = { name: decl.name, at: decl.at, type: cellsType(decl), value: read.value };
  const doc = ast.doc === undefined ? {} : { doc: ast.doc };
  const text: TableText = {
    arguments: decl.params.map((p) => p.type),
    result: decl.result,
    endAt: ast.endAt,
    ...(read.rows && { rows: read.rows }),
  };
  const made: ParamDecl | LetDecl = ast.learned
    ? { kind: 'param', frozen: ast.frozen, ...shared, ...doc, table: text }
    : { kind: 'let', ...shared, ...doc };
  keepFrame(unit.world, made, c.frame);
  return made;
}

interface Cells {
  readonly value: Core;
  readonly rows?: TableText['rows'];
}

const cellsType = (decl: FnDecl): Type =>
  keysOfTable(decl).reduceRight<Type>((of, key) => arrayOf(of, sizeOf(key.size)), decl.result);

function cellsOf(c: Checker, { ast, decl }: TableUnit): Cells | undefined {
  if (ast.value) return { value: c.check(ast.value, cellsType(decl)) };
  if (ast.rows) return cellsOfRows(c, ast, decl);
  if (ast.learned) {
    const sizes = keysOfTable(decl).map((k) => sizeOf(k.size));
    return { value: repeated(sizes, firstOf(decl.result, ast.name.at)) };
  }
  c.fail('missing-value', ast.endAt, {
    what: 'the table',
    name: decl.name,
    hint: 'A table has rows, `{ (even, 0) -> odd, ... }`; only a `param table` learns them.',
  });
  return undefined;
}

function cellsOfRows(c: Checker, ast: TableAst, decl: FnDecl): Cells | undefined {
  const rows = must(ast.rows);
  const keys = keysOfTable(decl);
  const scrutinees = scrutineesOf(c, decl);
  const types = decl.params.map((p) => p.type);
  const patterns = rows.map((r) => flatPattern(r.pattern, types));
  const found = scrutinees && readPatterns(c, ast.name.at, patterns, scrutinees, decl.name);
  const because = { at: ast.result.at, text: `\`${decl.name}\` gives ${showType(decl.result)}` };
  const values = rows.map((r) => c.check(r.value, decl.result, () => because));
  if (!found || values.some((v) => v.kind === 'error') || !fewEnough(c, ast, keys)) return undefined;
  const sizes = keys.map((k) => k.size);
  const points = pointsOf(sizes);
  const rowOf = points.map((point) => must(found.find((r) => fits(r.cases, point))).arm);
  const value = nested(
    sizes,
    rowOf.map((row) => must(values[row])),
    { of: decl.result, at: ast.name.at },
  );
  const cells = rows.map((): number[] => []);
  for (const [cell, row] of rowOf.entries()) must(cells[row]).push(cell);
  return {
    value,
    rows: rows.map((r, i) => ({ at: r.at, valueAt: r.value.at, value: must(values[i]), cells: must(cells[i]) })),
  };
}

function scrutineesOf(c: Checker, decl: FnDecl): readonly Scrutinee[] | undefined {
  const found = decl.params.flatMap((p) =>
    must(keysOf(p.type)).map((key) => scrutineeOf(c, key.of(localRef(p, decl.at)))),
  );
  return found.every((s) => s !== undefined) ? found : undefined;
}

function fewEnough(c: Checker, ast: TableAst, keys: readonly Key[]): boolean {
  const cells = keys.reduce((n, k) => n * k.size, 1);
  if (cells <= MOST_WRITTEN) return true;
  c.fail('large-table', ast.name.at, { cells, most: MOST_WRITTEN });
  return false;
}

const fits = (row: Row, point: readonly number[]): boolean =>
  row.every((set, i) => set === null || set.includes(must(point[i])));

/** All points of a grid, the last coordinate running fastest. */
const pointsOf = (sizes: readonly number[]): readonly (readonly number[])[] =>
  sizes.reduce<readonly (readonly number[])[]>(
    (points, size) => points.flatMap((p) => Array.from({ length: size }, (_, i) => [...p, i])),
    [[]],
  );

/** Values in row-major order as an array of arrays. */
function nested(sizes: readonly number[], values: readonly Core[], { of, at }: { of: Type; at: Span }): Core {
  let [rows, type] = [values, of];
  for (const size of [...sizes].reverse()) {
    const wider = arrayOf(type, sizeOf(size));
    const count = size === 0 ? 0 : rows.length / size;
    const items = (i: number): readonly Core[] => rows.slice(i * size, (i + 1) * size);
    rows = Array.from({ length: count }, (_, i) => core(wider, at, { kind: 'array', items: items(i) }));
    type = wider;
  }
  return rows[0] ?? core(type, at, { kind: 'array', items: [] });
}

/** The value over axes of these sizes. */
function repeated(sizes: readonly Size[], value: Core): Core {
  if (sizes.length === 0) return value;
  const binders = sizes.map((to) => ({
    local: makeLocal('_', { kind: 'int' }, value.at, true),
    source: { kind: 'range' as const, from: sizeOf(0), to },
  }));
  const type = sizes.reduceRight<Type>((of, size) => arrayOf(of, size), value.type);
  return core(type, value.at, { kind: 'comprehension', binders, body: value });
}

/** Where a table without rows begins: numbers at 0, crisp cells at their first case. */
function firstOf(type: Type, at: Span): Core {
  switch (type.kind) {
    case 'f32':
      return core(type, at, { kind: 'number', value: 0 });
    case 'bool':
      return core(type, at, { kind: 'bool', value: false });
    case 'tuple':
      return core(type, at, { kind: 'tuple', items: type.items.map((t) => firstOf(t, at)) });
    case 'record':
      return core(type, at, { kind: 'record', fields: fieldsOf(type).map((t) => firstOf(t, at)) });
    case 'array':
      return repeated([type.size], firstOf(type.of, at));
    default:
      return core(type, at, { kind: 'case', index: 0 });
  }
}

// --- the function ---

function readBody(table: TableUnit): void {
  const { decl, unit } = table;
  if (decl.body) return;
  const cells = table.cells();
  const c = checkerOf(table);
  decl.body = cells
    ? lookedUp(
        c,
        decl,
        decl.params.map((p) => localRef(p, decl.at)),
        decl.at,
      )
    : errorCore(decl.at);
  if (cells) c.frame.reads.set(cells, decl.at);
  keepFrame(unit.world, decl, c.frame);
}
