/** A program raised: its functions as their graphs have them, inlined and simplified, under the types of their signatures. */
import type { Result } from '../../text/result.ts';
import type { Compiled, CompiledEntry } from '../compile.ts';
import { type Raised, type RaiseOptions, raise } from './index.ts';

/** One file with the given functions of a program, every number written out. */
export function raiseProgram(
  { program, source }: Pick<Compiled, 'program' | 'source'>,
  entries: readonly CompiledEntry[],
  options: Pick<RaiseOptions, 'literally'> = {},
): Result<Raised> {
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  const specs = new Map(program.params.map((p) => [p.name, { ...p, kind: p.layout }]));
  const fns = entries.map(({ name, ready, inputs, output }) => ({ name, graph: ready, signature: { inputs, output } }));
  return raise(fns, params, { ...options, path: source.name, specs, mostInline: Number.POSITIVE_INFINITY });
}
