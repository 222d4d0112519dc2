/**
 * The op table: one record per op, complete by type. Whoever needs to know something about an op asks its record;
 * a `switch` over ops outside this room is suspicious.
 */
import type { OpTable } from './def.ts';
import { crisp } from './table/compare.ts';
import { contractions } from './table/contract.ts';
import { smooth } from './table/elementwise.ts';
import { leaves } from './table/leaves.ts';
import { loops } from './table/loops.ts';
import { reductions } from './table/reduce.ts';
import { shape } from './table/shape.ts';

export const OPS: OpTable = { ...leaves, ...smooth, ...crisp, ...shape, ...reductions, ...contractions, ...loops };
