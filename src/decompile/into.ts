/**
 * Decompile into a source: the weights of a file become the values of a program's parameters. Refuses what the program could
 * not mean: numbers that are not finite, outside a stated constraint, or no case of a crisp parameter.
 */
import { crispName, isCrisp } from '../ir/layout.ts';
import type { ParamSpec } from '../lower/program.ts';
import { printF32 } from '../num/literal.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, type Result } from '../text/result.ts';
import { indexText } from './certify.ts';
import { readWeights } from './weights.ts';

export function weightsInto(
  params: readonly ParamSpec[],
  weights: { readonly file: string; readonly bytes: Uint8Array },
): Result<ReadonlyMap<string, Float32Array>> {
  const read = readWeights(weights.file, weights.bytes, params);
  if (!read.ok) return read;
  const problems = params.flatMap((p) => {
    const found = wrongNumber(weights.file, p, must(read.value.get(p.name)));
    return found ? [found] : [];
  });
  return problems.length > 0 ? fail(problems) : read;
}

function wrongNumber(file: string, p: ParamSpec, value: Float32Array): Problem | undefined {
  const at = value.findIndex((x) => !Number.isFinite(x));
  const element = (i: number): { file: string; name: string; element: string; found: string } => ({
    file,
    name: p.name,
    element: indexText(i, p.shape),
    found: printF32(must(value[i])),
  });
  if (at >= 0) return problem('weight-not-finite', p.at, element(at));
  if (p.layout.kind === 'bool' || p.layout.kind === 'cases')
    return isCrisp(p.layout, value)
      ? undefined
      : problem('weight-no-case', p.at, { file, name: p.name, type: crispName(p.layout) });
  const range = p.range ?? (p.layout.kind === 'truth' ? ([-1, 1] as const) : undefined);
  if (!range) return undefined;
  const [low, high] = [Math.fround(range[0]), Math.fround(range[1])];
  const out = value.findIndex((x) => x < low || x > high);
  return out < 0
    ? undefined
    : problem('weight-out-of-range', p.at, { ...element(out), range: `[${printF32(low)}, ${printF32(high)}]` });
}
