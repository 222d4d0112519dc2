/** From a compiled program to its shorter numbers, the line that says what is proved of them, and the claim in full. */
import { must } from '../../text/result.ts';
import type { Compiled, CompiledEntry, Host } from '../compile.ts';
import { type Claim, claimLine, identityOf, makeClaim } from './claim.ts';
import type { Values } from './flat.ts';
import { type NamedFn, named, sideOf } from './name/index.ts';
import type { Box } from './near.ts';
import { type Shorter, type ShorterOptions, shorter } from './shorter.ts';

export interface SimplifyOptions extends ShorterOptions {
  /** The boxes in words, on one line. */
  readonly over: string;
  /** The original and the result, as they are named in the folder of the result. */
  readonly files: readonly [original: string, result: string];
}

export interface Simplified extends Omit<Shorter, 'values'> {
  readonly boxes: readonly Box[];
  readonly claim: Claim;
  /** Learned functions that became formulas. */
  readonly names: readonly NamedFn[];
}

/** The program in which the numbers are written, with all its values and the comment line for it. */
export function simplified(
  original: Compiled,
  host: Host,
  entry: CompiledEntry,
  { over, files: [file, result], ...options }: SimplifyOptions,
): Simplified & { readonly c: Compiled; readonly values: Values; readonly line: string } {
  const { c, names, bound: proved } = named(original, host, entry, options);
  const { params } = c.program;
  const { graph } = must(c.entries.find((e) => e.name === entry.name));
  const before = names.length > 0 ? { original: { side: sideOf(original, entry), bound: proved } } : {};
  const { values, ...found } = shorter({ graph, params, main: c.source, ...before }, options);
  const bound = Math.min(options.within, roundedUp(found.bound));
  const after = params.map(({ name, value }) => ({ name, value: values.get(name) ?? value }));
  const about = {
    function: entry.name,
    original: { file, program: identityOf(original.graph, original.program.params) },
    simplified: { file: result, program: identityOf(c.graph, after) },
    within: options.within,
    bound,
    over,
  };
  return {
    ...found,
    c,
    names,
    bound,
    values,
    boxes: options.boxes,
    line: claimLine(about),
    claim: makeClaim(about, options.boxes),
  };
}

/** Three digits, not below x. */
export function roundedUp(x: number): number {
  const near = Number(x.toPrecision(3));
  return near >= x ? near : Number((x * 1.006).toPrecision(3));
}
