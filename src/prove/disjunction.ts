/**
 * A formula as a union of conjunctions of rows. Where there would be more than a limit, parts are taken by their short row instead. What the
 * conjunctions cover may be more than where the formula holds, never less.
 */
import { must } from '../text/result.ts';
import { type Formula, opposite, type Row, rowText } from './formula.ts';

/** Rows in ascending order of their places in `rows`. */
export type Places = readonly number[];

export interface Disjunction {
  readonly rows: readonly Row[];
  readonly conjunctions: readonly Places[];
}

/** Undefined where even short rows are too many. */
export function disjunctionOf(formula: Formula, limit: number): Disjunction | undefined {
  const table = rowTable();
  const seen = new Map<Formula, readonly Places[] | undefined>();
  const conjunctions = spread(formula, { limit, table, seen });
  return conjunctions && { rows: table.rows, conjunctions: withoutLarger(conjunctions) };
}

interface RowTable {
  readonly rows: Row[];
  /** The place of a row; equal rows have one. */
  place(row: Row): number;
  /** Whether no number is in all of these. */
  excludes(places: Places): boolean;
}

function rowTable(): RowTable {
  const rows: Row[] = [];
  const byText = new Map<string, number>();
  const opposites = new Map<number, string>();
  return {
    rows,
    place(row) {
      const text = rowText(row);
      const before = byText.get(text);
      if (before !== undefined) return before;
      byText.set(text, rows.length);
      opposites.set(rows.length, rowText(opposite(row)));
      return rows.push(row) - 1;
    },
    excludes: (places) => {
      const held = new Set(places);
      return places.some((p) => held.has(byText.get(must(opposites.get(p))) ?? -1));
    },
  };
}

interface Spreading {
  readonly limit: number;
  readonly table: RowTable;
  readonly seen: Map<Formula, readonly Places[] | undefined>;
}

function spread(formula: Formula, s: Spreading): readonly Places[] | undefined {
  if (s.seen.has(formula)) return s.seen.get(formula);
  const own = spreadParts(formula, s);
  const short = formula.kind === 'known' || formula.kind === 'row' ? undefined : formula.short;
  const found = own ?? (short && [[s.table.place(short)]]);
  s.seen.set(formula, found);
  return found;
}

function spreadParts(formula: Formula, s: Spreading): readonly Places[] | undefined {
  switch (formula.kind) {
    case 'known':
      return formula.holds ? [[]] : [];
    case 'row':
      return [[s.table.place(formula.row)]];
    case 'pair':
      return spread(formula.holds, s);
    case 'any':
      return union(formula.parts, s);
    default:
      return product(formula.parts, s);
  }
}

function union(parts: readonly Formula[], s: Spreading): readonly Places[] | undefined {
  const found = new Map<string, Places>();
  for (const part of parts) {
    const own = spread(part, s);
    if (!own) return undefined;
    for (const places of own) found.set(places.join(), places);
    if (found.size > s.limit) return undefined;
  }
  return [...found.values()];
}

/** Small parts first. Where the product is too large, the part with the most conjunctions gives way to its short row. */
function product(parts: readonly Formula[], s: Spreading): readonly Places[] | undefined {
  const lists = parts.map((part) => ({ part, list: spread(part, s) }));
  for (;;) {
    if (lists.some(({ list }) => list === undefined)) return undefined;
    lists.sort((a, b) => must(a.list).length - must(b.list).length);
    const made = multiplied(
      lists.map(({ list }) => must(list)),
      s,
    );
    if (made) return made;
    const long = [...lists].reverse().find(({ part, list }) => must(list).length > 1 && shortRow(part) !== undefined);
    if (!long) return undefined;
    long.list = [[s.table.place(must(shortRow(long.part)))]];
  }
}

const shortRow = (formula: Formula): Row | undefined =>
  formula.kind === 'known' || formula.kind === 'row' ? undefined : formula.short;

function multiplied(lists: readonly (readonly Places[])[], { limit, table }: Spreading): readonly Places[] | undefined {
  let found: readonly Places[] = [[]];
  for (const list of lists) {
    const next = new Map<string, Places>();
    for (const a of found)
      for (const b of list) {
        const places = [...new Set([...a, ...b])].sort((p, q) => p - q);
        if (!table.excludes(places)) next.set(places.join(), places);
        if (next.size > limit) return undefined;
      }
    found = [...next.values()];
  }
  return found;
}

/** So many conjunctions are compared with each other. */
const FEW = 512;

/** Without conjunctions that another one covers. */
function withoutLarger(conjunctions: readonly Places[]): readonly Places[] {
  if (conjunctions.length > FEW) return conjunctions;
  const sorted = [...conjunctions].sort((a, b) => a.length - b.length);
  const kept: Places[] = [];
  for (const places of sorted) {
    const held = new Set(places);
    if (!kept.some((k) => k.every((p) => held.has(p)))) kept.push(places);
  }
  return kept;
}
