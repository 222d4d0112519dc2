/** The table that a program trains from, opened: the one its `train` block names, or another. `sutra train` and `sutra bench` read it. */
import { existsSync } from 'node:fs';
import { type Compiled, type DataSource, trainingFile } from '../road.ts';
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { Usage } from './exit.ts';
import type { Session } from './session.ts';
import { openTable } from './table.ts';

export async function openTrainingData(
  compiled: Compiled,
  other: string | undefined,
  session: Session,
): Promise<Result<DataSource>> {
  const named = trainingFile(compiled);
  if (named === undefined) return fail([problem('no-train-block', undefined, { file: compiled.source.name })]);
  const path = other ?? named.path;
  if (path === '-') throw new Usage('`--data -` is not possible here: training reads the table more than once');
  if (other === undefined ? named.kind === 'safetensors' : path.endsWith('.safetensors')) {
    const bytes = session.files.bytes(path);
    return bytes.ok ? ok({ kind: 'safetensors', file: path, bytes: bytes.value }) : bytes;
  }
  const table = await openTable(path);
  if (table.ok) return ok({ kind: 'csv', file: path, table: table.value });
  if (other !== undefined || existsSync(path)) return table;
  return fail(table.problems.map((p) => ({ ...p, at: named.at })));
}
