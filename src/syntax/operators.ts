/**
 * The two-sided operators: how tightly each binds, and what several in a row mean. Read by the parser and
 * the formatter.
 */

export interface Operator {
  readonly power: number;
  readonly right?: true;
  /** Several in a row are a mistake. */
  readonly single?: true;
}

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['|>', { power: 1 }],
  ['==>', { power: 2, right: true }],
  ['||', { power: 3 }],
  ['^^', { power: 4 }],
  ['&&', { power: 5 }],
  ...['==', '!=', '<', '<=', '>', '>='].map((sign): [string, Operator] => [sign, { power: 6, single: true }]),
  ['..', { power: 7, single: true }],
  ['+', { power: 8 }],
  ['-', { power: 8 }],
  ['*', { power: 9 }],
  ['/', { power: 9 }],
  ['%', { power: 9 }],
  ['@', { power: 9 }],
  ['**', { power: 10, right: true }],
]);
