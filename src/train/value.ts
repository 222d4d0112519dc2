/**
 * Values of the language as plain data, and how they lie in tensors: numbers, booleans, case names, nested arrays, objects
 * for records, `{ case: weight }` for distributions. `run`, the CLI's JSON and the tests speak this form.
 */

export type Value = number | boolean | string | readonly Value[] | { readonly [name: string]: Value };
