/**
 * The machine in a program: a learned function from a state and a symbol to a state, the functions that look at states, the states that constants
 * name. Its smallest form is found, and of the numberings of its states that under which its functions are shortest.
 */

import { minimise } from '../../../machines/minimise.ts';
import type { Decl } from '../../../syntax/ast.ts';
import { must } from '../../../text/result.ts';
import { namedArgs } from '../names.ts';
import { columnOf, finiteArgs, finiteType } from '../rows.ts';
import { declOf, type Subject } from '../subject.ts';
import {
  casesOf,
  columnsOf,
  type FiniteArg,
  type FiniteType,
  isSameType,
  rowOf,
  rowsOf,
  type Table,
} from '../tables/finite.ts';
import { type Recognised, recognise } from '../tables/recognise.ts';
import { affineNumberings, permutations } from './numbering.ts';
import { type StateConstant, stateConstants } from './parametric.ts';

/** A function of the machine; `state` is the place of the state among its arguments. */
export interface StateFunction {
  readonly name: string;
  readonly table: Table;
  readonly state: number;
  readonly isNext: boolean;
}

export interface Plan {
  readonly type: FiniteType;
  readonly to: FiniteType;
  readonly functions: readonly StateFunction[];
  readonly constants: readonly StateConstant[];
  /** The new state of each old one; -1 where none is reached. */
  readonly map: Int32Array;
  /** Per function its new table, and what it is. */
  readonly made: readonly { readonly table: Table; readonly is: Recognised }[];
}

/** The plans for the machines of a program; `learned` are the names of learned functions. */
export function plansOf(s: Subject, learned: ReadonlySet<string>): readonly Plan[] {
  const seen: FiniteType[] = [];
  for (const name of learned) {
    const next = stateFunction(s, name);
    if (next && !seen.some((t) => isSameType(t, next.table.result))) seen.push(next.table.result);
  }
  return seen.flatMap((type) => planFor(s, type, learned) ?? []);
}

/** A learned function of crisp values; as a next state its result is the type of exactly one argument. */
function stateFunction(s: Subject, name: string, type?: FiniteType): StateFunction | undefined {
  const entry = s.compiled.entries.find((e) => e.name === name);
  const d = declOf(s, name);
  const [own, result, values] = entry
    ? [finiteArgs(entry), finiteType(entry.output), columnOf(entry, s.compiled.program.params)]
    : [];
  const args = own && d?.kind === 'table' ? namedArgs(s, d, own) : own;
  const of = type ?? result;
  if (!args || !result || !values || !of) return undefined;
  const places = args.flatMap((a, i) => (isSameType(a.type, of) ? [i] : []));
  const state = places[0];
  if (places.length !== 1 || state === undefined) return undefined;
  return { name, table: { args, result, values }, state, isNext: isSameType(result, of) };
}

function planFor(s: Subject, type: FiniteType, learned: ReadonlySet<string>): Plan | undefined {
  if (type.kind === 'bool') return undefined;
  const functions = [...learned].flatMap((name) => stateFunction(s, name, type) ?? []);
  if (functions.filter((f) => f.isNext).length !== 1) return undefined;
  const constants = stateConstants(s.compiled.module, type, new Set(functions.map((f) => f.name)));
  if (!constants || constants.length === 0) return undefined;
  if (constants.some((c) => c.at.source !== s.source || c.value >= casesOf(type))) return undefined;
  const least = smallest(type, functions, constants);
  const drafts = numberings(functions, least).map((n) => planWith({ type, functions, constants }, n, least));
  // states keep their order unless another makes their steps more than a list
  const [best = drafts[0]] = drafts.filter((d) => !d.isList).sort((a, b) => a.bits - b.bits);
  const isSame = best?.plan.map.every((to, from) => to === from);
  return best && !isSame ? recognised(best.plan) : undefined;
}

// --- the smallest machine ------------------------------------------------------------------------------------

interface Least {
  readonly states: number;
  /** The class of each old state; -1 where none is reached. Class 0 starts. */
  readonly classOf: Int32Array;
}

/** Old states are told apart by everything that looks at them. All constants are reached from a state before them. */
function smallest(type: FiniteType, functions: readonly StateFunction[], constants: readonly StateConstant[]): Least {
  const next = must(functions.find((f) => f.isNext));
  const starts = [...new Set(constants.map((c) => c.value))];
  const own = rowsOf(symbolArgs(next));
  const [states, symbols] = [casesOf(type) + 1, Math.max(own, starts.length)];
  const looks = functions.filter((f) => !f.isNext);
  const colours = new Map<string, number>();
  const colourOf = (s: number): number => {
    const key = looks.map((f) => rowsAt(f, s).join(',')).join(';');
    if (!colours.has(key)) colours.set(key, colours.size + 1);
    return must(colours.get(key));
  };
  const table = Array.from({ length: states }, (_, s) => {
    if (s === 0) return Array.from({ length: symbols }, (_, x) => must(starts[Math.min(x, starts.length - 1)]) + 1);
    const row = rowsAt(next, s - 1);
    return Array.from({ length: symbols }, (_, x) => must(row[Math.min(x, own - 1)]) + 1);
  });
  const out = Array.from({ length: states }, (_, s) => new Array<number>(symbols).fill(s === 0 ? 0 : colourOf(s - 1)));
  const found = minimise({ states, symbols, next: Int32Array.from(table.flat()), out: Int32Array.from(out.flat()) });
  const classOf = Int32Array.from({ length: states - 1 }, (_, s) => Math.max(-1, must(found.stateOf[s + 1]) - 1));
  return { states: found.machine.states - 1, classOf };
}

const symbolArgs = (f: StateFunction): readonly FiniteArg[] => f.table.args.filter((_, i) => i !== f.state);

/** The results in a state, symbol by symbol. */
const rowsAt = (f: StateFunction, state: number): number[] =>
  Array.from(f.table.values.keys()).flatMap((row) =>
    rowOf(f.table.args, row)[f.state] === state ? [must(f.table.values[row])] : [],
  );

// --- numberings ----------------------------------------------------------------------------------------------

/** Numbers of the classes: as the states stand in the type, as they are reached, sums modulo their number, and all orders of few. */
function numberings(functions: readonly StateFunction[], { states, classOf }: Least): Int32Array[] {
  const order: number[] = [];
  for (const c of classOf) if (c >= 0 && !order.includes(c)) order.push(c);
  const asWritten = new Int32Array(states);
  for (const [number, c] of order.entries()) asWritten[c] = number;
  const reached = Int32Array.from({ length: states }, (_, c) => c);
  return [asWritten, reached, ...affineOnes(functions, { states, classOf }), ...permutations(states)];
}

function affineOnes(functions: readonly StateFunction[], { states, classOf }: Least): Int32Array[] {
  const next = must(functions.find((f) => f.isNext));
  const args = symbolArgs(next);
  const symbols = rowsOf(args);
  const steps = Array.from({ length: states }, (_, c) =>
    rowsAt(next, classOf.indexOf(c)).map((to) => must(classOf[to])),
  ).flat();
  const columns = args.every((a) => a.type.kind === 'index') ? columnsOf(args) : undefined;
  return affineNumberings({ states, symbols, next: Int32Array.from(steps), columns });
}

type Found = Pick<Plan, 'type' | 'functions' | 'constants'>;
type Draft = Omit<Plan, 'made'> & { readonly tables: readonly Table[] };

interface Priced {
  readonly plan: Draft;
  readonly bits: number;
  /** The next state is told case by case. */
  readonly isList: boolean;
}

/** The price of a function of no form that is shorter than its rows. */
const UNWRITTEN = 1e6;

/** The machine under a numbering of the classes, and what its functions take to write as they are seen at a glance. */
function planWith(found: Found, numbers: Int32Array, least: Least): Priced {
  const map = least.classOf.map((c) => (c < 0 ? -1 : must(numbers[c])));
  const drafts = targets(found.type, map, least.states).map((to) => {
    const tables = found.functions.map((f) => moved(f, map, to));
    const seen = tables.map((t) => recognise(t, { search: false }));
    const next = seen[found.functions.findIndex((f) => f.isNext)];
    return {
      plan: { ...found, to, map, tables },
      bits: seen.reduce((n, r) => n + (r?.bits ?? UNWRITTEN), 0),
      isList: !next || next.form === 'match',
    };
  });
  return must(drafts.sort((a, b) => a.bits - b.bits)[0]);
}

/** Indices stay indices, cases cases; cases that are numbers but for their letter may become indices. */
function targets(type: FiniteType, map: Int32Array, states: number): FiniteType[] {
  if (type.kind !== 'enum') return [{ kind: 'index', size: states }];
  const cases = Array.from({ length: states }, (_, n) => must(type.cases[map.indexOf(n)]));
  const own: FiniteType = { ...type, cases };
  return type.cases.every((c) => /^[a-z]+_?\d+$/.test(c)) ? [{ kind: 'index', size: states }, own] : [own];
}

function moved(f: StateFunction, map: Int32Array, to: FiniteType): Table {
  const args = f.table.args.map((a, i) => (i === f.state ? { ...a, type: to } : a));
  const values = Int32Array.from({ length: rowsOf(args) }, (_, row) => {
    const at = rowOf(args, row);
    const old = at.map((v, i) => (i === f.state ? map.indexOf(v) : v));
    const from = old.reduce((r, v, i) => r * casesOf(must(f.table.args[i]).type) + v, 0);
    const value = must(f.table.values[from]);
    return f.isNext ? must(map[value]) : value;
  });
  return { args, result: f.isNext ? to : f.table.result, values };
}

/** The plan with its functions as short as they get; none where one of them has no form. */
function recognised({ tables, ...plan }: Draft): Plan | undefined {
  const made = tables.map((table) => ({ table, is: recognise(table, { always: true }) }));
  return made.every((m): m is Plan['made'][number] => m.is !== undefined) ? { ...plan, made } : undefined;
}

/** The declaration of a function of the machine. */
export const declarationOf = (s: Subject, f: StateFunction): Extract<Decl, { kind: 'fn' | 'table' }> | undefined => {
  const d = declOf(s, f.name);
  return d?.kind === 'fn' || d?.kind === 'table' ? d : undefined;
};
