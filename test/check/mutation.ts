/**
 * Mutated programs for the checker: tokens of good programs are exchanged, dropped and doubled, so that most
 * mutants still read and reach the rules. Driven by a seed; run at length by `node bench/run.mjs test/check/run-mutation.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../src/check/index.ts';
import { showModule } from '../../src/check/show-core.ts';
import { LIBRARY } from '../../src/std/index.ts';
import { lex } from '../../src/syntax/index.ts';
import { isTrivia } from '../../src/syntax/token.ts';
import type { Problem } from '../../src/text/problem.ts';

type Random = () => number;

/** Good programs: the library, and the inputs of the golden cases that have no problems. */
export function seedPrograms(cases: string): readonly string[] {
  const golden = ['core', 'problems'].flatMap((dir) =>
    readdirSync(join(cases, dir)).flatMap((file) =>
      readFileSync(join(cases, dir, file), 'utf8')
        .split('\n----\n')
        .map((part) => part.replace(/^#.*\n/, '').split('\n==>\n')[0] ?? ''),
    ),
  );
  return [...golden, ...Object.values(LIBRARY).map((m) => m.text)];
}

const pick = <T>(items: readonly T[], random: Random): T | undefined => items[Math.floor(random() * items.length)];

/** One to four changes of tokens, mostly for a token of the same kind, so that the mutant still reads. */
export function mutate(text: string, other: string, random: Random): string {
  const { tokens } = lex({ name: 'm.su', text });
  const solid = tokens.flatMap((t, i) => (isTrivia(t.kind) ? [] : [i]));
  const donors = [...tokens, ...lex({ name: 'm.su', text: other }).tokens].filter((t) => !isTrivia(t.kind));
  const texts = tokens.map((t) => t.text);
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
    const at = pick(solid, random) ?? 0;
    const choice = random();
    const alike = donors.filter((d) => d.kind === tokens[at]?.kind);
    if (choice < 0.05) texts[at] = '';
    else if (choice < 0.1) texts[at] = `${texts[at]} ${texts[at]}`;
    else texts[at] = pick(choice < 0.9 ? alike : donors, random)?.text ?? '';
  }
  return texts.join('');
}

/** Checks a text and states what must hold of any result; throws otherwise. */
export function examine(text: string): 'good' | 'bad' {
  const source = { name: 'm.su', text };
  const { module, problems } = check(source, { resolve: () => undefined });
  if ((module === undefined) !== problems.some((p) => p.severity === 'error')) throw new Error('a module and errors');
  for (const p of problems) examineProblem(p);
  if (module && showModule(module).includes('<error>')) throw new Error('an error without a problem');
  return module ? 'good' : 'bad';
}

function examineProblem(p: Problem): void {
  for (const at of [p.at, ...p.also.map((a) => a.at), p.fix?.at]) {
    if (at && !(at.start >= 0 && at.start <= at.end && at.end <= at.source.text.length))
      throw new Error(`${p.id}: a span outside`);
  }
  if (/undefined|\[object|\?\d+:/.test(p.title + p.help) && !/undefined/.test(p.at?.source.text ?? ''))
    throw new Error(`${p.id}: ${p.title} ${p.help}`);
}
