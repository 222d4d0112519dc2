/** Text that should be JSON, taken apart without trust: what readers of certificates and claims ask of it. */

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isText = (x: unknown): x is string => typeof x === 'string';

export const isObject = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && !Array.isArray(x);

export const isList = <T>(x: unknown, is: (item: unknown) => item is T): x is readonly T[] =>
  Array.isArray(x) && x.every(is);
