/**
 * `--over` of the command line: `name=[lo, hi]` for ends by name, or a table, around whose rows the boxes lie. Shared by `simplify` and
 * `diff`.
 */
import type { Entry } from '../lower/program.ts';
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { type InputBoxes, inputBoxes, type NamedEnds, type Over } from '../train/boxes.ts';
import { Usage } from './exit.ts';
import { readLiteral } from './literal.ts';
import { BrokenTable, brokenTable, openTable } from './table.ts';

export interface OverOptions {
  readonly over: readonly string[];
  readonly radius: number | undefined;
  readonly rows: number | undefined;
}

/** The boxes of a function's inputs that the options mean. */
export async function readBoxes(entry: Entry, options: OverOptions): Promise<Result<InputBoxes>> {
  const over = await readOver(options);
  if (!over.ok) return over;
  try {
    return await inputBoxes(entry, over.value);
  } catch (error) {
    if (error instanceof BrokenTable) return fail([brokenTable(error)]);
    throw error;
  }
}

async function readOver({ over, radius, rows }: OverOptions): Promise<Result<Over>> {
  const [file, ...more] = over.filter((word) => !word.includes('='));
  if (more.length > 0) throw new Usage(`\`--over\` takes one table, not ${[file, ...more].join(' and ')}`);
  if (file === undefined && (radius !== undefined || rows !== undefined))
    throw new Usage('`--radius` and `--rows` go with `--over TABLE`');
  if (file !== undefined && radius === undefined) throw new Usage('`--over TABLE` needs `--radius R`');
  const ends = over.filter((word) => word.includes('=')).map(endsOf);
  const problems = ends.flatMap((e) => (e.ok ? [] : e.problems));
  if (problems.length > 0) return fail(problems);
  const named = ends.flatMap((e) => (e.ok ? [e.value] : []));
  if (file === undefined) return ok({ ends: named });
  const table = await openTable(file);
  if (!table.ok) return table;
  const around = { file, table: table.value, radius: radius ?? 0, ...(rows !== undefined && { most: rows }) };
  return ok({ ends: named, rows: around });
}

function endsOf(word: string): Result<NamedEnds> {
  const at = word.indexOf('=');
  const name = word.slice(0, at).trim();
  const bad = (reason: string): Result<NamedEnds> => fail([problem('bad-over', undefined, { word, reason })]);
  if (name === '') return bad('there is no name before `=`');
  const literal = readLiteral(word.slice(at + 1));
  if (!literal.ok) return bad(literal.reason);
  const { value } = literal;
  if (!Array.isArray(value) || value.length !== 2) return bad('the two ends stand in brackets');
  const [lo, hi] = value;
  return ok({ name, lo, hi });
}
