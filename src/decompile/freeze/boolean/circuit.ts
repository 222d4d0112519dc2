/**
 * A network of tables as a circuit of gates of two inputs, `&&` and `^^`, where negation is free. Rows that cannot occur are used, equal
 * gates are one, and of the pairs of signals that several products or sums have in common the most common is made a gate first, again and
 * again (the greedy rule of Paar, "Optimized arithmetic for Reed-Solomon encoders", ISIT 1997).
 */
import { must } from '../../../text/result.ts';
import { FREE } from '../tables/finite.ts';
import type { Formula } from './formula.ts';
import { minimise } from './minimise.ts';
import { type GateTable, type Network, simplifyNetwork } from './network.ts';

/** Twice a signal, one more where it is flipped. Signal 0 is false, the next ones are the inputs, then one per gate. */
export type Wire = number;

export interface Gate {
  readonly kind: 'and' | 'xor';
  readonly of: readonly [Wire, Wire];
}

export interface Circuit {
  readonly inputs: number;
  /** Each reads signals before it. */
  readonly gates: readonly Gate[];
  readonly outputs: readonly Wire[];
}

/** That input `a` is true only where input `b` is. */
export type Implies = (a: number, b: number) => boolean;

/** The circuit of a network; of inputs that break what is implied it may give anything. */
export function circuitOf(network: Network, implies: Implies = () => false): Circuit {
  const n = simplifyNetwork(network);
  const plan = openPlan(n.inputs);
  const wires = Array.from({ length: n.inputs }, (_, i): Wire => 2 * (i + 1));
  for (const table of n.tables) {
    const formula = minimise(withFree(table, { implies, inputs: n.inputs }));
    const reads = table.inputs.map((s) => must(wires[s]));
    wires.push(plan.add(formula, reads));
  }
  return plan.finish(n.outputs.map((o) => must(wires[o])));
}

/** The table with its impossible rows free: an input that is read twice has one value. */
function withFree(
  { inputs, truth }: GateTable,
  { implies, inputs: count }: { implies: Implies; inputs: number },
): Int32Array {
  const isInput = (s: number): boolean => s < count;
  const isImpossible = (row: number): boolean =>
    inputs.some(
      (a, i) =>
        (row >> i) % 2 === 1 &&
        inputs.some((b, j) => (row >> j) % 2 === 0 && (a === b || (isInput(a) && isInput(b) && implies(a, b)))),
    );
  return truth.map((v, row) => (isImpossible(row) ? FREE : v));
}

// --- gates of many inputs ------------------------------------------------------------------------------------

interface Wide {
  readonly kind: Gate['kind'];
  items: Wire[];
}

interface Plan {
  /** The wire of a formula over these. */
  add(f: Formula, reads: readonly Wire[]): Wire;
  finish(outputs: readonly Wire[]): Circuit;
}

function openPlan(inputs: number): Plan {
  const wides: Wide[] = [];
  const known = new Map<string, Wire>();
  const place = (kind: Gate['kind'], items: readonly Wire[]): Wire => {
    const own = distinct(kind, items).sort((a, b) => a - b);
    const key = `${kind} ${own.join()}`;
    const wire = known.get(key) ?? 2 * (inputs + 1 + wides.length);
    if (!known.has(key)) wides.push({ kind, items: own });
    known.set(key, wire);
    return wire;
  };
  const add = (f: Formula, reads: readonly Wire[]): Wire => {
    if (f.kind === 'constant') return Number(f.value);
    if (f.kind === 'input') return must(reads[f.input]);
    if (f.kind === 'not') return add(f.of, reads) ^ 1;
    const items = f.items.map((item) => add(item, reads));
    // a || b is !(!a && !b)
    if (f.kind === 'or') return place('and', items.map(flip)) ^ 1;
    if (f.kind === 'and') return place('and', items);
    const odd = items.reduce((n, w) => n ^ (w & 1), 0);
    return place('xor', items.map(plain)) ^ odd;
  };
  return { add, finish: (outputs) => paired({ inputs, wides, outputs }) };
}

const flip = (w: Wire): Wire => w ^ 1;
const plain = (w: Wire): Wire => w & ~1;

/** A product names each wire once; of a sum two of the same cancel. */
const distinct = (kind: Gate['kind'], items: readonly Wire[]): Wire[] =>
  [...new Set(items)].filter((w) => kind === 'and' || items.filter((other) => other === w).length % 2 === 1);

// --- gates of two inputs -------------------------------------------------------------------------------------

interface Wides {
  readonly inputs: number;
  readonly wides: readonly Wide[];
  readonly outputs: readonly Wire[];
}

/** Makes a gate of the pair that most have in common, as long as two have one. */
function paired({ inputs, wides, outputs }: Wides): Circuit {
  const all: Wide[] = [...wides];
  const pairs = openPairs();
  for (const [at, wide] of all.entries()) pairs.put(wide, at);
  for (let next = pairs.mostShared(); next; next = pairs.mostShared()) {
    const { kind, pair, users } = next;
    const own = users.find((at) => must(all[at]).items.length === 2) ?? all.length;
    if (own === all.length) pairs.put(must(all[all.push({ kind, items: [...pair] }) - 1]), own);
    for (const user of users) {
      if (user === own) continue;
      const wide = must(all[user]);
      pairs.remove(wide, user);
      wide.items = distinct(kind, [...wide.items.filter((w) => !pair.includes(w)), 2 * (inputs + 1 + own)]);
      pairs.put(wide, user);
    }
  }
  return chained({ inputs, wides: all, outputs });
}

interface Pairs {
  put(wide: Wide, at: number): void;
  remove(wide: Wide, at: number): void;
  /** The pair that most have, two or more. */
  mostShared():
    | { readonly kind: Gate['kind']; readonly pair: readonly Wire[]; readonly users: readonly number[] }
    | undefined;
}

function openPairs(): Pairs {
  const users = new Map<string, Set<number>>();
  /** The pairs by the number of their users. */
  const bySize: Set<string>[] = [];
  const change = (key: string, edit: (own: Set<number>) => void): void => {
    const own = users.get(key) ?? new Set();
    bySize[own.size]?.delete(key);
    edit(own);
    users.set(key, own);
    while (bySize.length <= own.size) bySize.push(new Set());
    must(bySize[own.size]).add(key);
  };
  return {
    put(wide, at) {
      for (const key of pairsIn(wide)) change(key, (own) => own.add(at));
    },
    remove(wide, at) {
      for (const key of pairsIn(wide)) change(key, (own) => own.delete(at));
    },
    mostShared() {
      while (bySize.at(-1)?.size === 0) bySize.pop();
      if (bySize.length <= 2) return undefined;
      const [best] = must(bySize.at(-1));
      const [kind, ...pair] = must(best).split(' ');
      const own = [...must(users.get(must(best)))];
      return { kind: kind === 'and' ? 'and' : 'xor', pair: pair.map(Number), users: own };
    },
  };
}

const pairsIn = ({ kind, items }: Wide): string[] =>
  items.flatMap((a, i) => items.slice(i + 1).map((b) => `${kind} ${Math.min(a, b)} ${Math.max(a, b)}`));

/** What is left of each gate's inputs one after the other; only what the outputs need. */
function chained({ inputs, wides, outputs }: Wides): Circuit {
  const gates: Gate[] = [];
  const known = new Map<string, Wire>();
  const done = new Map<number, Wire>();
  const gate = (kind: Gate['kind'], a: Wire, b: Wire): Wire => {
    const key = `${kind} ${a} ${b}`;
    const wire = known.get(key) ?? 2 * (inputs + gates.push({ kind, of: [a, b] }));
    known.set(key, wire);
    return wire;
  };
  const two = (kind: Gate['kind'], x: Wire, y: Wire): Wire => {
    const [a, b] = x < y ? [x, y] : [y, x];
    if (kind === 'and') return a === 0 || a === flip(b) ? 0 : a === 1 || a === b ? b : gate(kind, a, b);
    const odd = (a ^ b) & 1;
    const [p, q] = [plain(a), plain(b)];
    return (p === q ? 0 : p === 0 ? q : gate(kind, p, q)) ^ odd;
  };
  const wireOf = (w: Wire): Wire => {
    const at = (w >> 1) - inputs - 1;
    if (at < 0) return w;
    const { kind, items } = must(wides[at]);
    const own = done.get(at) ?? items.map(wireOf).reduce((a, b) => two(kind, a, b), kind === 'and' ? 1 : 0);
    done.set(at, own);
    return own ^ (w & 1);
  };
  return { inputs, outputs: outputs.map(wireOf), gates };
}

// --- what a circuit gives ------------------------------------------------------------------------------------

/** The outputs at 32 inputs at a time: bit k of each word belongs to the k-th. */
export function outputsAt({ gates, outputs }: Circuit, inputs: readonly number[]): number[] {
  const signals = [0, ...inputs];
  const at = (w: Wire): number => must(signals[w >> 1]) ^ -(w & 1);
  for (const { kind, of } of gates) signals.push(kind === 'and' ? at(of[0]) & at(of[1]) : at(of[0]) ^ at(of[1]));
  return outputs.map(at);
}

/** The circuit of these outputs alone. */
export function coneOf({ inputs, gates }: Circuit, outputs: readonly Wire[]): Circuit {
  return chained({ inputs, wides: gates.map(({ kind, of }) => ({ kind, items: [...of] })), outputs });
}

/** The inputs that a circuit reads. */
export function readsOf({ inputs, gates, outputs }: Circuit): readonly number[] {
  const signals = [...outputs, ...gates.flatMap(({ of }) => of)].map((w) => (w >> 1) - 1);
  return [...new Set(signals.filter((s) => s >= 0 && s < inputs))].sort((a, b) => a - b);
}

/** Whether an output of a circuit is a table, in every row that can occur. */
export function isTable(circuit: Circuit, output: Wire, table: GateTable, implies: Implies = () => false): boolean {
  const cone = coneOf(circuit, [output]);
  if (!readsOf(cone).every((s) => table.inputs.includes(s))) return false;
  const truth = withFree(table, { implies, inputs: circuit.inputs });
  const given = new Array<number>(circuit.inputs).fill(0);
  return truth.every((v, row) => {
    for (const [i, s] of table.inputs.entries()) given[s] = -((row >> i) & 1);
    const [word] = outputsAt(cone, given);
    return v === FREE || word === -v;
  });
}
