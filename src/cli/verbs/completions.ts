/** `sutra completions SHELL`: prints the script. */
import { completionScript, type Shell } from '../completions.ts';
import { EXIT, Usage } from '../exit.ts';
import type { Verb } from '../main.ts';
import { SHELLS } from '../options.ts';

const isShell = (word: string | undefined): word is Shell => SHELLS.some((shell) => shell === word);

export const verb: Verb<'completions'> = async ({ args: [shell] }, session) => {
  if (!isShell(shell)) throw new Usage(`\`${shell}\` is not a shell with completions; there are ${SHELLS.join(', ')}`);
  session.terminal.out(completionScript(shell));
  return EXIT.done;
};
