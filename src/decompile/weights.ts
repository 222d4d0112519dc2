/**
 * A weights file read for a program: exactly its parameters, by name, shape and type. Everything that does not fit is named
 * at once; nothing is reshaped, converted or left out.
 */
import { readSafetensors, type Tensor } from '../interop/safetensors.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { nearest } from '../text/nearest.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import type { Span } from '../text/span.ts';

export interface WantedParam {
  readonly name: string;
  readonly shape: Shape;
  readonly at: Span;
}

export function readWeights(
  file: string,
  bytes: Uint8Array,
  params: readonly WantedParam[],
): Result<ReadonlyMap<string, Float32Array>> {
  const read = readSafetensors(bytes, file);
  if (!read.ok) return read;
  const tensors = new Map(read.value.tensors.map((t) => [t.name, t]));
  const names = new Set(params.map((p) => p.name));
  const problems: Problem[] = [];
  const values = new Map<string, Float32Array>();
  for (const p of params) {
    const tensor = tensors.get(p.name);
    if (!tensor) problems.push(missing(file, p, tensors, names));
    else {
      const found = fitted(file, p, tensor);
      if (found instanceof Float32Array) values.set(p.name, found);
      else problems.push(found);
    }
  }
  for (const name of tensors.keys()) if (!names.has(name)) problems.push(unknown(file, name, names, tensors));
  return problems.length > 0 ? fail(problems) : ok(values);
}

function missing(
  file: string,
  p: WantedParam,
  tensors: ReadonlyMap<string, Tensor>,
  names: ReadonlySet<string>,
): Problem {
  const near = nearest(
    p.name,
    [...tensors.keys()].filter((n) => !names.has(n)),
  );
  const hint =
    near === undefined
      ? `It holds ${listed([...tensors.keys()])}.`
      : `It has \`${near}\`, which is no parameter of the program.`;
  return problem('missing-weight', p.at, { file, name: p.name, hint });
}

function unknown(
  file: string,
  name: string,
  names: ReadonlySet<string>,
  tensors: ReadonlyMap<string, Tensor>,
): Problem {
  const near = nearest(
    name,
    [...names].filter((n) => !tensors.has(n)),
  );
  const hint = near === undefined ? `The parameters are ${listed([...names])}.` : `Did you mean \`${near}\`?`;
  return problem('unknown-weight', undefined, { file, name, hint });
}

/** The tensor's numbers, or what does not fit. */
function fitted(file: string, p: WantedParam, tensor: Tensor): Float32Array | Problem {
  if (tensor.shape.join() !== p.shape.join()) {
    const data = { file, name: p.name, found: `[${tensor.shape.join(', ')}]`, expected: `[${p.shape.join(', ')}]` };
    return problem('weight-shape', p.at, data);
  }
  if (tensor.dtype === 'F32') return tensor.data;
  return problem('weight-type', p.at, { file, name: p.name, found: tensor.dtype });
}

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 12).map((n) => `\`${n}\``);
  return names.length === 0
    ? 'nothing'
    : `${shown.join(', ')}${names.length > 12 ? ` and ${names.length - 12} more` : ''}`;
};
