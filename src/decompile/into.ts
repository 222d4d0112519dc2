/**
 * Decompile into a source: the weights of a file become the values of a program's parameters. Refuses what the program could
 * not mean: numbers that are not finite, outside a stated constraint, or no case of a crisp parameter.
 */
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
  if (p.layout.kind === 'bool' || p.layout.kind === 'cases') return isCrisp(p, value) ? undefined : notCrisp(file, p);
  const range = p.range ?? (p.layout.kind === 'truth' ? ([-1, 1] as const) : undefined);
  if (!range) return undefined;
  const [low, high] = [Math.fround(range[0]), Math.fround(range[1])];
  const out = value.findIndex((x) => x < low || x > high);
  return out < 0
    ? undefined
    : problem('weight-out-of-range', p.at, { ...element(out), range: `[${printF32(low)}, ${printF32(high)}]` });
}

function isCrisp(p: ParamSpec, value: Float32Array): boolean {
  if (p.layout.kind === 'bool') return value.every((x) => x === 1 || x === -1);
  if (p.layout.kind !== 'cases' || p.layout.soft) return true;
  for (let from = 0; from < value.length; from += p.layout.size) {
    const row = value.subarray(from, from + p.layout.size);
    if (row.filter((x) => x === 1).length !== 1 || row.filter((x) => Object.is(x, 0)).length !== p.layout.size - 1)
      return false;
  }
  return true;
}

function notCrisp(file: string, p: ParamSpec): Problem {
  const type =
    p.layout.kind === 'cases' ? (p.layout.cases ? `\`${p.layout.name}\`` : `Index<${p.layout.size}>`) : 'bool';
  return problem('weight-no-case', p.at, { file, name: p.name, type });
}
