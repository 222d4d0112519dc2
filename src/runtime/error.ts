/** What a model throws: a mistake of its caller, or of the file that was given as the model. Everything else would be a mistake of ours. */

/**
 * `wrong-artefact`: the bytes are not this model. `missing-input`: there is no such input. `wrong-value`: its kind is another.
 * `wrong-length`: a list or tensor has another size. `out-of-range`: outside of what the program promises.
 */
export type ModelErrorCode = 'wrong-artefact' | 'missing-input' | 'wrong-value' | 'wrong-length' | 'out-of-range';

export class ModelError extends Error {
  override name = 'ModelError';
  readonly code: ModelErrorCode;
  /** The input, as `flower.petal_length`; empty for the artefact itself. */
  readonly path: string;
  /** The number of the row that was being read, where there are several. */
  readonly row: number | undefined;

  constructor(code: ModelErrorCode, path: string, message: string, row?: number) {
    super(row === undefined ? message : `row ${row}: ${message}`);
    this.code = code;
    this.path = path;
    this.row = row;
  }
}

/** The same error, told of the row it was met in. */
export const inRow = (error: unknown, row: number): unknown =>
  error instanceof ModelError && error.row === undefined
    ? new ModelError(error.code, error.path, error.message, row)
    : error;

const shown = (x: unknown): string => {
  const text = typeof x === 'string' ? JSON.stringify(x) : Array.isArray(x) ? `a list of ${x.length}` : String(x);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
};

/** A value of the wrong kind, or none. `wanted`: `a number`, `setosa, versicolor or virginica`. */
export function refuse(path: string, wanted: string, x: unknown): never {
  if (x === undefined) throw new ModelError('missing-input', path, `the input ${path} is missing: ${wanted}`);
  throw new ModelError('wrong-value', path, `the input ${path} is ${wanted}, and ${shown(x)} is none`);
}

export function outOfRange(path: string, low: number, high: number, x: number): never {
  throw new ModelError('out-of-range', path, `the input ${path} lies in [${low}, ${high}], and ${x} does not`);
}

/** The object that holds the inputs. A name that no input has is told where an input is missing. */
export function fieldsOf(x: unknown, path: string, names: readonly string[]): void {
  if (typeof x !== 'object' || x === null) refuse(path, `an object with ${names.join(', ')}`, x);
  for (const name of names) {
    if ((x as Record<string, unknown>)[name] !== undefined) continue;
    const full = path === '' ? name : `${path}.${name}`;
    const given = Object.keys(x as object).filter((other) => !names.includes(other));
    const instead = given.length > 0 ? `; no input has the name ${given.slice(0, 5).join(', ')}` : '';
    throw new ModelError('missing-input', full, `the input ${full} is missing${instead}`);
  }
}
