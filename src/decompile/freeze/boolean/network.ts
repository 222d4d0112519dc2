/**
 * Networks of truth tables (learned gates): constants run through, inputs that a table ignores are cut, tables that only pass or flip a signal
 * and equal tables become one, tables that nothing reads go. Every step keeps the outputs for every input; the measure is the number
 * of gates of two inputs that the tables' formulas take, equal ones counted once.
 */
import { must } from '../../../text/result.ts';
import type { Formula } from './formula.ts';
import { minimise } from './minimise.ts';

/** A table: row r holds the result where bit i of r is signal `inputs[i]`. */
export interface GateTable {
  readonly inputs: readonly number[];
  readonly truth: Int32Array;
}

/** Signals 0 to `inputs` - 1 are the inputs, then one per table in order, each reading signals before it. */
export interface Network {
  readonly inputs: number;
  readonly tables: readonly GateTable[];
  readonly outputs: readonly number[];
}

/** The signals of a network at an input. */
export function signalsOf(n: Network, input: readonly boolean[]): boolean[] {
  const signals = [...input];
  for (const { inputs, truth } of n.tables) {
    const row = inputs.reduce((r, s, i) => r | (Number(must(signals[s])) << i), 0);
    signals.push(truth[row] === 1);
  }
  return signals;
}

/** The same outputs from fewer tables of fewer inputs. */
export function simplifyNetwork(n: Network): Network {
  const kept: GateTable[] = [];
  const places = new Map<string, number>();
  /** Per old signal what it is: a new signal, flipped or not, or a constant. */
  const known: Signal[] = Array.from({ length: n.inputs }, (_, at) => ({ at, isFlipped: false }));
  const place = (t: GateTable): number => {
    const key = `${t.inputs.join(',')}:${t.truth.join('')}`;
    const at = places.get(key) ?? n.inputs + kept.length;
    if (!places.has(key)) kept.push(t);
    places.set(key, at);
    return at;
  };
  for (const table of n.tables) known.push(settled(table, known, place));
  const outputs = n.outputs.map((o) => outputOf(must(known[o]), place));
  return withoutDead({ inputs: n.inputs, tables: kept, outputs });
}

type Signal = { readonly at: number; readonly isFlipped: boolean } | { readonly value: number };

/** A table over what its inputs have become. */
function settled(table: GateTable, known: readonly Signal[], place: (t: GateTable) => number): Signal {
  const reads = table.inputs.map((s) => must(known[s]));
  const signals = [...new Set(reads.flatMap((r) => ('at' in r ? [r.at] : [])))].sort((a, b) => a - b);
  const truth = Int32Array.from({ length: 2 ** signals.length }, (_, row) => {
    const old = reads.reduce((r, s, i) => r | (bitOf(s, signals, row) << i), 0);
    return must(table.truth[old]);
  });
  const { inputs, truth: least } = withoutIdle({ inputs: signals, truth });
  if (inputs.length === 0) return { value: must(least[0]) };
  const isFlipped = least[0] === 1;
  if (inputs.length === 1) return { at: must(inputs[0]), isFlipped };
  // a table and its negation are one
  return { at: place({ inputs, truth: isFlipped ? least.map((v) => 1 - v) : least }), isFlipped };
}

function bitOf(s: Signal, signals: readonly number[], row: number): number {
  if ('value' in s) return s.value;
  return ((row >> signals.indexOf(s.at)) & 1) ^ Number(s.isFlipped);
}

/** Without the inputs that never change the result. */
export function withoutIdle(t: GateTable): GateTable {
  const idle = t.inputs.findIndex((_, i) => t.truth.every((v, row) => v === t.truth[row ^ (1 << i)]));
  if (idle < 0) return t;
  const low = (1 << idle) - 1;
  const truth = Int32Array.from({ length: t.truth.length / 2 }, (_, row) =>
    must(t.truth[(row & low) | ((row & ~low) << 1)]),
  );
  return withoutIdle({ inputs: t.inputs.filter((_, i) => i !== idle), truth });
}

/** An output is a signal: a constant or a flipped one takes a table. */
function outputOf(s: Signal, place: (t: GateTable) => number): number {
  if ('value' in s) return place({ inputs: [], truth: Int32Array.of(s.value) });
  return s.isFlipped ? place({ inputs: [s.at], truth: Int32Array.of(1, 0) }) : s.at;
}

function withoutDead(n: Network): Network {
  const live = new Set(n.outputs);
  for (let i = n.tables.length - 1; i >= 0; i--)
    if (live.has(n.inputs + i)) for (const s of must(n.tables[i]).inputs) live.add(s);
  const names = new Map(Array.from({ length: n.inputs }, (_, s) => [s, s]));
  const tables: GateTable[] = [];
  for (const [i, t] of n.tables.entries()) {
    if (!live.has(n.inputs + i)) continue;
    names.set(n.inputs + i, n.inputs + tables.length);
    tables.push({ ...t, inputs: t.inputs.map((s) => must(names.get(s))) });
  }
  return { inputs: n.inputs, tables, outputs: n.outputs.map((o) => must(names.get(o))) };
}

/** How many gates of two inputs the tables' formulas take; `!` is free, equal gates count once. */
export function gatesOf(n: Network): number {
  const gates = new Map<string, string>();
  const names = Array.from({ length: n.inputs }, (_, i) => `x${i}`);
  for (const { inputs, truth } of n.tables)
    names.push(
      countGates(
        minimise(truth),
        inputs.map((s) => must(names[s])),
        gates,
      ),
    );
  return gates.size;
}

/** Names the signal of a formula; its gates are filed by what they are. */
function countGates(f: Formula, inputs: readonly string[], gates: Map<string, string>): string {
  switch (f.kind) {
    case 'constant':
      return f.value ? '1' : '0';
    case 'input':
      return must(inputs[f.input]);
    case 'not':
      return flipped(countGates(f.of, inputs, gates));
    default:
      return f.items
        .map((item) => countGates(item, inputs, gates))
        .sort()
        .reduce((a, b) => {
          const key = `${f.kind} ${a} ${b}`;
          const name = gates.get(key) ?? `g${gates.size}`;
          gates.set(key, name);
          return name;
        });
  }
}

const flipped = (name: string): string => (name.startsWith('!') ? name.slice(1) : `!${name}`);
