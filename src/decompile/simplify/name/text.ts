/** Numbers of formulas as they are written. */
import { printF32 } from '../../../num/literal.ts';

/** The shortest literal of the nearest float32. */
export const shortText = (x: number): string => printF32(Math.fround(x));
