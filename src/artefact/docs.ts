/**
 * What a source says about its types and values, for the declarations of a target: doc comments, and the comment that ends the line
 * of a field or parameter, where people write the unit.
 */
import type { CheckedModule } from '../check/core.ts';
import type { Span } from '../text/span.ts';

export interface Docs {
  /** The doc comment of a function of the program. */
  fn(name: string): string | undefined;
  type(name: string): string | undefined;
  field(record: string, name: string): string | undefined;
  input(fn: string, name: string): string | undefined;
}

interface Named {
  readonly name: string;
  readonly at: Span;
  readonly doc?: string;
}

export function docsOf(module: CheckedModule): Docs {
  const modules = allOf(module);
  const records = modules.flatMap((m) => m.records);
  const types: readonly Named[] = [...records, ...modules.flatMap((m) => m.enums)];
  return {
    fn: (name) => module.fns.find((f) => f.name === name)?.doc,
    type: (name) => types.find((t) => t.name === name)?.doc,
    field(record, name) {
      const fields = records.find((r) => r.name === record)?.fields ?? [];
      return saidOf(fields, name);
    },
    input: (fn, name) => saidOf(module.fns.find((f) => f.name === fn)?.params ?? [], name),
  };
}

/** The module and what it imports, each once, in the order of the imports. */
function allOf(module: CheckedModule): readonly CheckedModule[] {
  const found = new Set<CheckedModule>();
  const visit = (m: CheckedModule): void => {
    if (found.has(m)) return;
    found.add(m);
    m.imports.forEach(visit);
  };
  visit(module);
  return [...found];
}

/** The doc comment of one of several declarations, then the comment at the end of its line. */
function saidOf(all: readonly Named[], name: string): string | undefined {
  const one = all.find((d) => d.name === name);
  if (!one) return undefined;
  const parts = [one.doc, noteOf(one.at, all)].filter((part) => part !== undefined && part !== '');
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/** `petal_length: f32,  // cm`: the comment, where the line holds no other declaration. */
function noteOf(at: Span, all: readonly Named[]): string | undefined {
  const { text } = at.source;
  const end = text.indexOf('\n', at.start);
  const line = text.slice(at.start, end < 0 ? text.length : end);
  const isAlone = all.every(
    (other) => other.at === at || other.at.start < at.start || other.at.start > at.start + line.length,
  );
  const note = /^[^/{}]*\/\/(?!\/)\s*(.*?)\s*$/.exec(line)?.[1];
  return isAlone ? note : undefined;
}
