/** The 62 tasks of the MIPS list in alphabetical order, which is that of its table. */
import { MACHINES } from './mips-machines.ts';
import { NUMBERS } from './mips-numbers.ts';
import type { SequenceTask } from './sequence.ts';

export const MIPS: readonly SequenceTask[] = [...MACHINES, ...NUMBERS].sort((a, b) => (a.name < b.name ? -1 : 1));
