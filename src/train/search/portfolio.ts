/** The strategies, one a line. The driver takes those that are fit in the order of their costs; of equal ones as they stand here. */
import { anneal } from './anneal.ts';
import { enumerate } from './enumerate.ts';
import { gradient } from './gradient.ts';
import { local } from './local.ts';
import { machine } from './machine.ts';
import { recurrence } from './recurrence.ts';
import type { Strategy } from './strategy.ts';

export const PORTFOLIO: readonly Strategy[] = [recurrence, machine, gradient, enumerate, anneal, local];
