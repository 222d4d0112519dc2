/** The elementary functions, each a fixed sequence of IEEE steps; measured over all floats in docs/notes/elementary.md. */
export { erf } from './erf.ts';
export { exp } from './exp.ts';
export { log } from './log.ts';
export { pow } from './pow.ts';
export { sigmoid } from './sigmoid.ts';
export { softplus } from './softplus.ts';
export { tanh } from './tanh.ts';
export { cos, sin } from './trig.ts';
