/**
 * The one catalogue of diagnostics: every message the project can give, by stage. A new message is one
 * record in its stage's file and one page `docs/errors/<id>.md`. Codes are never reused.
 */
import { CHECK } from './check.ts';
import { CLI } from './cli.ts';
import { DATA } from './data.ts';
import { INTEROP } from './interop.ts';
import { LOWER } from './lower.ts';
import { SYNTAX } from './syntax.ts';
import { TRAIN } from './train.ts';
import { WRITEBACK } from './writeback.ts';

export const CATALOGUE = {
  ...SYNTAX,
  ...CHECK,
  ...LOWER,
  ...DATA,
  ...TRAIN,
  ...WRITEBACK,
  ...CLI,
  ...INTEROP,
} as const;
