/** Simplifying: a program with shorter numbers, what is claimed of it, and the check of such a claim. */
export { type Claim, type ClaimReport, checkClaim, printClaim, readClaim, withClaimLine } from './claim.ts';
export { type Box, type Found, farthest, type Pair, pairOf, type Side } from './near.ts';
export { roundedUp, type Simplified, type SimplifyOptions, simplified } from './program.ts';
export type { Length } from './shorter.ts';
