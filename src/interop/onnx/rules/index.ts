/** The table of operators that are imported, by name. */
import type { Rule } from '../node.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { LINEAR } from './linear.ts';
import { REDUCTIONS } from './reduce.ts';
import { SHAPES } from './shape.ts';

export const RULES: ReadonlyMap<string, Rule> = new Map(
  [ELEMENTWISE, LINEAR, REDUCTIONS, SHAPES].flatMap((family) => Object.entries(family)),
);
