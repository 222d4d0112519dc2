/**
 * That a program is what it was: function by function, the same graph once the learned numbers are constants, or the same bits in every row
 * of finite inputs, or the same but for functions of which that was shown. What no entry reaches with sizes of its own is held by the rules alone.
 */
import type { Graph } from '../../ir/graph.ts';
import { graphHash } from '../../ir/print.ts';
import { ready, settled, withNumbers } from '../../passes/index.ts';
import { must } from '../../text/result.ts';
import type { CompiledEntry } from '../compile.ts';
import { firstDifference, leavesRead, outputsOfRows, rowCount } from './rows.ts';
import type { Subject } from './subject.ts';

export type Evidence =
  /** The canonical graphs with all learned numbers as constants are one. */
  | { readonly entry: string; readonly by: 'graph'; readonly graph: string }
  /** Every row gave the same bits; what neither reads is not varied. */
  | { readonly entry: string; readonly by: 'rows'; readonly rows: number }
  /** It differs only in the functions that were replaced, each by one with the same results in every row or state. */
  | { readonly entry: string; readonly by: 'functions' }
  /** Equal for every input in its declared ranges, where calls that these make idle are left out. */
  | { readonly entry: string; readonly by: 'range' }
  /** A function of states: over the new ones, which the map gives for the old (-1 is never reached), it gives in every row what it gave. */
  | { readonly entry: string; readonly by: 'states'; readonly map: readonly number[] };

/** The evidence, or what cannot be shown. */
export type Shown = Evidence | { readonly entry: string; readonly by: 'nothing'; readonly row?: number };

/** How the functions of `after` are those of `before`. `replaced` are functions with a new body and nothing else that changed. */
export function equalities(before: Subject, after: Subject, replaced: readonly string[] = []): readonly Shown[] {
  const old = new Map(before.compiled.entries.map((e) => [e.name, e]));
  return after.compiled.entries.map((entry) => {
    const was = old.get(entry.name);
    return was ? equality(before, after, [was, entry], replaced) : { entry: entry.name, by: 'nothing' };
  });
}

type Pair = readonly [CompiledEntry, CompiledEntry];

function equality(before: Subject, after: Subject, [was, is]: Pair, replaced: readonly string[]): Shown {
  const entry = is.name;
  const isReplaced = replaced.includes(entry);
  if (!isAlike(was, is, isReplaced)) return { entry, by: 'nothing' };
  const [own, other] = [knownGraph(before, was), knownGraph(after, is)];
  const hash = graphHash(own);
  if (hash === graphHash(other)) return { entry, by: 'graph', graph: hash };
  if (replaced.length > 0 && !isReplaced) return { entry, by: 'functions' };
  const read = new Set([...leavesRead(own), ...leavesRead(other)]);
  const rows = rowCount(is.inputs, read);
  const [x, y] = [
    outputsOfRows(was, before.compiled.program.params, read),
    outputsOfRows(is, after.compiled.program.params, read),
  ];
  if (rows === undefined || !x || !y) return { entry, by: 'nothing' };
  const row = firstDifference(x, y, rows);
  return row === undefined ? { entry, by: 'rows', rows } : { entry, by: 'nothing', row };
}

/** The same inputs and the same kind of result; the arguments of a table that became a function may have other names. */
function isAlike(a: CompiledEntry, b: CompiledEntry, anyNames: boolean): boolean {
  const inputs = ({ inputs }: CompiledEntry): unknown => (anyNames ? inputs.map((i) => i.layout) : inputs);
  return JSON.stringify([inputs(a), a.output]) === JSON.stringify([inputs(b), b.output]);
}

/** With all learned numbers as constants. */
const knownGraph = ({ compiled: { program } }: Subject, entry: CompiledEntry): Graph =>
  ready(settled(withNumbers(entry.graph, new Map(program.params.map((p) => [p.name, p.value])))));

export const isShown = (shown: Shown): shown is Evidence => must(shown).by !== 'nothing';
