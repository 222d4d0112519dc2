/** All built-in functions by name: one record each with its page in the reference and its typing rule. */
import { ARRAY_FUNCTIONS } from './intrinsics/arrays.ts';
import { CREATIONS } from './intrinsics/create.ts';
import { GRAPH_FUNCTIONS } from './intrinsics/graph.ts';
import { NUMBER_FUNCTIONS } from './intrinsics/numbers.ts';
import { REDUCTIONS } from './intrinsics/reduce.ts';
import type { Intrinsic } from './intrinsics/table.ts';

export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map(
  [...NUMBER_FUNCTIONS, ...REDUCTIONS, ...ARRAY_FUNCTIONS, ...CREATIONS, ...GRAPH_FUNCTIONS].map((i) => [i.name, i]),
);
