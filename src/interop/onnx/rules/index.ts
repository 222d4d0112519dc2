/** The table of operators that are imported, by name. */
import type { Rule } from '../node.ts';
import { CONSTANTS } from './constants.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { LINEAR } from './linear.ts';
import { PIECES } from './pieces.ts';
import { REDUCTIONS } from './reduce.ts';
import { SHAPES } from './shape.ts';

export const RULES: ReadonlyMap<string, Rule> = new Map(
  [ELEMENTWISE, LINEAR, REDUCTIONS, SHAPES, PIECES, CONSTANTS].flatMap((family) => Object.entries(family)),
);
