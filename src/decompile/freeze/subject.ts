/** A program while it is frozen: its text, its syntax and its graphs. Every stage makes a new one from the text of the one before, from nothing. */
import type { Decl, Module } from '../../syntax/ast.ts';
import { parse, type Token, tokensOf } from '../../syntax/index.ts';
import { applyEdits } from '../../text/edits.ts';
import { ok, type Result } from '../../text/result.ts';
import type { Source } from '../../text/span.ts';
import { type Compiled, compileSource, type Host } from '../compile.ts';
import type { Change } from './change.ts';

export interface Subject {
  readonly source: Source;
  readonly module: Module;
  readonly tokens: readonly Token[];
  readonly compiled: Compiled;
  readonly host: Host;
}

export function subjectOf(compiled: Compiled, host: Host): Subject {
  const { source } = compiled;
  const { module, tree } = parse(source);
  return { source, module, tokens: tokensOf(tree.root), compiled, host };
}

/** The program with the changes made, compiled from nothing. */
export function changed(s: Subject, changes: readonly Change[]): Result<Subject> {
  const edits = changes.map(({ start, before, after }) => ({
    at: { start, end: start + before.length },
    insert: after,
  }));
  const text = applyEdits(s.source.text, edits);
  const compiled = compileSource({ name: s.source.name, text }, s.host);
  return compiled.ok ? ok(subjectOf(compiled.value, s.host)) : compiled;
}

/** The declaration of a name. */
export const declOf = (s: Subject, name: string): Decl | undefined =>
  s.module.decls.find((d) => 'name' in d && d.name.text === name);

/** How often a name stands in the text, its declaration included. */
export const countName = (s: Subject, name: string): number =>
  s.tokens.reduce((n, t) => n + Number(t.kind === 'name' && t.text === name), 0);
