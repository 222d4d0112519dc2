/** Where printed code goes, and what its printers share: the buffers' names, names for values, the helpers that are needed. */
import type { BufferId, Plan } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { atom, type Term, type Width } from './expr.ts';
import type { Lines } from './lines.ts';

export interface Site {
  readonly out: Lines;
  readonly plan: Plan;
  readonly width: Width;
  /** Helpers that the file must begin with. */
  readonly needs: Set<string>;
  /** The name of a buffer's pointer; from then on the function that is being printed declares it. */
  buffer(id: BufferId): string;
  /** Writes `const type vN = value;` and gives vN. */
  name(type: string, value: string): Term;
  /** A name with this beginning that nothing in the function has. */
  fresh(beginning: string): string;
}

export interface SiteOptions {
  readonly out: Lines;
  readonly plan: Plan;
  readonly width: Width;
  readonly needs: Set<string>;
  readonly names: readonly string[];
  /** Buffers whose pointers are used are added here. */
  readonly used: Set<BufferId>;
}

/** One per printed function. */
export function newSite({ out, plan, width, needs, names, used }: SiteOptions): Site {
  const counts = new Map<string, number>();
  const fresh = (beginning: string): string => {
    const n = counts.get(beginning) ?? 0;
    counts.set(beginning, n + 1);
    return `${beginning}${n}`;
  };
  return {
    out,
    plan,
    width,
    needs,
    buffer(id) {
      used.add(id);
      return must(names[id]);
    },
    name(type, value) {
      const name = fresh('v');
      out.line(`const ${type} ${name} = ${value};`);
      return atom(name);
    },
    fresh,
  };
}
