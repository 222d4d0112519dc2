/**
 * Problems: what is wrong, where, and what to do. A Problem holds data only; its prose stands once,
 * in the catalogue. Stages collect Problems and go on, so that one run reports several.
 */
import { CATALOGUE } from './catalogue/index.ts';
import type { Span } from './span.ts';

export interface Entry {
  /** Stable code, `SU0301`; also the name of the page `docs/errors/SU0301.md`. */
  readonly id: `SU${number}`;
  readonly severity: 'error' | 'warning';
  /** One line, holes in braces. */
  readonly title: string;
  /** One sentence: why, and what to do. Same holes. */
  readonly help: string;
}

export type ProblemName = keyof typeof CATALOGUE;

/** The holes of a text; braces with a space in them are program text (`{ a }`) and stay as they are. */
type Holes<S extends string> = S extends `${string}{${infer H}}${infer Rest}`
  ? (H extends `${string} ${string}` ? never : H) | Holes<Rest>
  : never;
type HolesOf<N extends ProblemName> = Holes<(typeof CATALOGUE)[N]['title']> | Holes<(typeof CATALOGUE)[N]['help']>;
/** What a problem's message needs: exactly the holes of its catalogue entry. */
export type ProblemData<N extends ProblemName> = { readonly [H in HolesOf<N>]: string | number };

export interface Label {
  readonly at: Span;
  readonly text: string;
}

/** A proposed edit, given only when it is certainly what was meant. */
export interface Fix {
  readonly title: string;
  readonly at: Span;
  readonly insert: string;
}

export interface Problem {
  readonly name: ProblemName;
  readonly id: string;
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly help: string;
  /** Where; absent for problems that have no place in a text (a file that cannot be read). */
  readonly at?: Span;
  /** What to write under the caret. */
  readonly label?: string;
  /** Other places that take part: the other end of a disagreement. */
  readonly also: readonly Label[];
  readonly fix?: Fix;
}

export interface ProblemExtras {
  readonly label?: string;
  readonly also?: readonly Label[];
  readonly fix?: Fix;
}

const fill = (text: string, data: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, hole: string) => String(data[hole]));

/** Makes a problem of the catalogue; the compiler checks that `data` fills exactly the entry's holes. */
export function problem<N extends ProblemName>(
  name: N,
  at: Span | undefined,
  data: ProblemData<N>,
  extras: ProblemExtras = {},
): Problem {
  const entry: Entry = CATALOGUE[name];
  return {
    name,
    id: entry.id,
    severity: entry.severity,
    title: fill(entry.title, data),
    help: fill(entry.help, data),
    also: [],
    ...(at && { at }),
    ...extras,
  };
}
