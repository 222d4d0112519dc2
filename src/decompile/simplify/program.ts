/** From a compiled program to its shorter numbers, the line that says what is proved of them, and the claim in full. */
import type { Compiled, CompiledEntry } from '../compile.ts';
import { type Claim, claimLine, identityOf, makeClaim } from './claim.ts';
import type { Values } from './flat.ts';
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
}

/** With all values of the program and the comment line for it. */
export function simplified(
  c: Compiled,
  entry: CompiledEntry,
  { over, files: [original, result], ...options }: SimplifyOptions,
): Simplified & { readonly values: Values; readonly line: string } {
  const { params } = c.program;
  const { values, ...found } = shorter({ graph: entry.graph, params, main: c.source }, options);
  const bound = Math.min(options.within, roundedUp(found.bound));
  const after = params.map(({ name, value }) => ({ name, value: values.get(name) ?? value }));
  const about = {
    function: entry.name,
    original: { file: original, program: identityOf(c.graph, params) },
    simplified: { file: result, program: identityOf(c.graph, after) },
    within: options.within,
    bound,
    over,
  };
  return {
    ...found,
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
