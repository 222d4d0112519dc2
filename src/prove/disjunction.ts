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

/** Rows that were met, each once. */
interface RowTable {
  readonly rows: Row[];
  place(row: Row): number;
  /** The same conjunction with only the tightest of rows that differ in their constants; undefined where two contradict each other. */
  tightened(places: Places): Places | undefined;
}

/** Which way a row points: rows of one direction differ in their constants only. */
const direction = (terms: Row['terms']): string => terms.map(([key, c]) => (c === 0 ? '' : `${key} ${c}`)).join();

function rowTable(): RowTable {
  const rows: Row[] = [];
  const directions: (readonly [own: string, opposite: string])[] = [];
  const byText = new Map<string, number>();
  const isTighter = (a: Row, b: Row): boolean => a.at > b.at || (a.at === b.at && a.strict && !b.strict);
  return {
    rows,
    place(row) {
      const text = rowText(row);
      const before = byText.get(text);
      if (before !== undefined) return before;
      byText.set(text, rows.length);
      directions.push([direction(row.terms), direction(opposite(row).terms)]);
      return rows.push(row) - 1;
    },
    tightened(places) {
      const tightest = new Map<string, number>();
      for (const p of places) {
        const [own] = must(directions[p]);
        const before = tightest.get(own);
        if (before === undefined || isTighter(must(rows[p]), must(rows[before]))) tightest.set(own, p);
      }
      const kept = [...tightest.values()].filter((p) => !isCertain(must(rows[p])));
      const holdsBoth = (p: number): boolean => {
        const other = tightest.get(must(directions[p])[1]);
        return other === undefined || areTogether(must(rows[p]), must(rows[other]));
      };
      return [...tightest.values()].every(holdsBoth) ? kept.sort((p, q) => p - q) : undefined;
    },
  };
}

const hasNoTerms = ({ terms }: Row): boolean => terms.every(([, c]) => c === 0);

/** 0 + at <= 0. */
const isCertain = (row: Row): boolean => hasNoTerms(row) && (row.strict ? row.at < 0 : row.at <= 0);

/** Whether t + a <= 0 and -t + b <= 0 may have a number t in common. The sum of two doubles has the sign of the exact one. */
const areTogether = (a: Row, b: Row): boolean => !(a.at + b.at > 0 || (a.at === -b.at && (a.strict || b.strict)));

interface Spreading {
  readonly limit: number;
  readonly table: RowTable;
  readonly seen: Map<Formula, readonly Places[] | undefined>;
}

function spread(formula: Formula, s: Spreading): readonly Places[] | undefined {
  if (s.seen.has(formula)) return s.seen.get(formula);
  const own = spreadParts(formula, s);
  const short = shortOf(formula);
  const found = own ?? (short && conjunction(short, s));
  s.seen.set(formula, found);
  return found;
}

function spreadParts(formula: Formula, s: Spreading): readonly Places[] | undefined {
  switch (formula.kind) {
    case 'known':
      return formula.holds ? [[]] : [];
    case 'row':
      return conjunction(formula.row, s);
    case 'pair':
      return spread(formula.holds, s);
    case 'any':
      return joined(formula.parts, united, s);
    default:
      return joined(formula.parts, multiplied, s);
  }
}

type Join = (lists: readonly (readonly Places[])[], s: Spreading) => readonly Places[] | undefined;

const united: Join = (lists, { limit }) => {
  const found = new Map(lists.flat().map((places) => [places.join(), places]));
  return found.size > limit ? undefined : [...found.values()];
};

function conjunction(row: Row, { table }: Spreading): readonly Places[] {
  const places = table.tightened([table.place(row)]);
  return places ? [places] : [];
}

/** Where there are too many, the part with the most conjunctions gives way to its short row. */
function joined(parts: readonly Formula[], join: Join, s: Spreading): readonly Places[] | undefined {
  const lists = parts.map((part) => ({ part, list: spread(part, s) }));
  for (;;) {
    const known = lists.flatMap(({ list }) => (list ? [list] : []));
    if (known.length < lists.length) return undefined;
    known.sort((a, b) => a.length - b.length);
    const made = join(known, s);
    if (made) return made;
    const long = lists.reduce((a, b) => (weight(b) > weight(a) ? b : a));
    const short = shortOf(long.part);
    if (!short || weight(long) === 0) return undefined;
    long.list = conjunction(short, s);
  }
}

const shortOf = (formula: Formula): Row | undefined =>
  formula.kind === 'known' || formula.kind === 'row' ? undefined : formula.short;

/** How many conjunctions a part would save. */
const weight = ({ part, list }: { readonly part: Formula; readonly list: readonly Places[] | undefined }): number =>
  shortOf(part) && list ? list.length - 1 : 0;

const multiplied: Join = (lists, { limit, table }) => {
  let found: readonly Places[] = [[]];
  for (const list of lists) {
    const next = new Map<string, Places>();
    for (const a of found)
      for (const b of list) {
        const places = table.tightened([...a, ...b]);
        if (places) next.set(places.join(), places);
        if (next.size > limit) return undefined;
      }
    found = [...next.values()];
  }
  return found;
};

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
