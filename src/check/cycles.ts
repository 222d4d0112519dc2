/** Finds definitions that need themselves; each circle is reported once, with its members in order. */
import { type Problem, problem } from '../text/problem.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import type { Definition } from './context.ts';

export type Reads = ReadonlyMap<Definition, ReadonlyMap<Definition, Span>>;

export function findCycles(reads: Reads): readonly Problem[] {
  const problems: Problem[] = [];
  const done = new Set<Definition>();
  const path: Definition[] = [];
  const visit = (decl: Definition): void => {
    if (done.has(decl)) return;
    path.push(decl);
    for (const next of reads.get(decl)?.keys() ?? []) {
      const start = path.indexOf(next);
      if (start >= 0) problems.push(report(reads, path.slice(start)));
      else visit(next);
    }
    path.pop();
    done.add(decl);
  };
  for (const decl of reads.keys()) visit(decl);
  return problems;
}

function report(reads: Reads, cycle: readonly Definition[]): Problem {
  const first = must(cycle[0]);
  const step = (i: number): Span => must(reads.get(must(cycle[i]))?.get(cycle[i + 1] ?? first));
  // A table and its cells are one for whoever reads this.
  const isSame = (i: number): boolean => cycle[i]?.kind === 'fn' && cycle[i].cells?.() === (cycle[i + 1] ?? first);
  const also = cycle.flatMap((decl, i) =>
    i === 0 || isSame(i) ? [] : [{ at: step(i), text: `\`${decl.name}\` goes on here` }],
  );
  const shown = [...cycle.filter((_, i) => !isSame(i)), first].map((d) => `\`${d.name}\``).join(' -> ');
  return problem('recursion', step(0), { name: first.name, cycle: shown }, { also });
}
