/** `sutra diff A B`: parameter by parameter, and which functions came, went or changed. */

import { printF32 } from '../../num/literal.ts';
import { type Compiled, compile, diff, type ParamDiff } from '../../road.ts';
import type { Result } from '../../text/result.ts';
import type { Span } from '../../text/span.ts';
import { EXIT } from '../exit.ts';
import type { Verb } from '../main.ts';
import { columns, jsonNumber } from '../print.ts';
import { lineOf, plural } from '../report.ts';
import type { Session } from '../session.ts';

interface FunctionDiff {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly at: Span;
}

export const verb: Verb<'diff'> = async ({ args: [left = '', right = ''] }, session) => {
  const a = compileFile(left, session);
  const b = compileFile(right, session);
  if (!a.ok || !b.ok) return session.refuse([a, b].flatMap((r) => (r.ok ? [] : r.problems)));
  session.warn([...a.notes, ...b.notes]);
  const params = diff(a.value, b.value);
  const functions = functionDiffs(a.value, b.value);
  const total = new Set([...a.value.program.params, ...b.value.program.params].map((p) => p.name)).size;
  if (session.options.json) tellJson(params, functions, total, session);
  else session.terminal.out(`${paramsText(params)}${functionsText(functions)}${lastLine(params, functions, total)}`);
  return params.length + functions.length > 0 ? EXIT.untrue : EXIT.done;
};

function compileFile(file: string, session: Session): Result<Compiled> {
  const source = session.files.source(file);
  return source.ok ? compile(source.value, session.files) : source;
}

/** A function is the same when its graph is: names of locals and layout do not count. */
function functionDiffs(a: Compiled, b: Compiled): FunctionDiff[] {
  const old = new Map(a.entries.map((e) => [e.name, e]));
  const now = new Map(b.entries.map((e) => [e.name, e]));
  return [
    ...a.entries.filter((e) => !now.has(e.name)).map((e) => ({ name: e.name, kind: 'removed', at: e.at }) as const),
    ...b.entries.flatMap((e): FunctionDiff[] => {
      const before = old.get(e.name);
      if (before === undefined) return [{ name: e.name, kind: 'added', at: e.at }];
      return before.hash === e.hash ? [] : [{ name: e.name, kind: 'changed', at: e.at }];
    }),
  ];
}

/** Elements listed one by one up to here. */
const FEW = 16;

function changedElements(d: ParamDiff): [number, number, number][] {
  const { old, new: now } = d;
  if (!old || !now || d.kind !== 'changed') return [];
  return [...old.value.keys()]
    .filter((i) => !Object.is(old.value[i], now.value[i]))
    .map((i) => [i, old.value[i] ?? 0, now.value[i] ?? 0]);
}

function paramsText(params: readonly ParamDiff[]): string {
  const rows = params.flatMap((d): string[][] => {
    const at = d.new?.at ?? d.old?.at;
    const place = at ? lineOf(at) : '';
    if (d.kind === 'added' || d.kind === 'removed') return [[d.kind, d.name, place]];
    if (d.kind === 'reshaped')
      return [[d.kind, d.name, `[${d.old?.shape.join(', ')}] -> [${d.new?.shape.join(', ')}]`, place]];
    const elements = changedElements(d);
    if (elements.length > FEW)
      return [[d.kind, d.name, `${elements.length} numbers, by at most ${printF32(d.largest)}`, place]];
    const isScalar = d.new?.shape.length === 0;
    return elements.map(([i, before, after]) => [
      d.kind,
      isScalar ? d.name : `${d.name}[${i}]`,
      `${printF32(before)} -> ${printF32(after)}`,
      place,
    ]);
  });
  return columns(rows);
}

const functionsText = (functions: readonly FunctionDiff[]): string =>
  columns(functions.map((f) => [f.kind, `fn ${f.name}`, lineOf(f.at)]));

function lastLine(params: readonly ParamDiff[], functions: readonly FunctionDiff[], total: number): string {
  const functionPart = functions.length > 0 ? `; ${plural(functions.length, 'function')} differ` : '';
  return `${params.length} of ${plural(total, 'parameter')} changed${functionPart}\n`;
}

function tellJson(
  params: readonly ParamDiff[],
  functions: readonly FunctionDiff[],
  total: number,
  session: Session,
): void {
  const numbers = (d: ParamDiff): string[] =>
    changedElements(d).map(
      ([i, before, after]) => `{"element":${i},"old":${jsonNumber(before)},"new":${jsonNumber(after)}}`,
    );
  const parts = params.map((d) => {
    const at = d.new?.at ?? d.old?.at;
    return `{"name":${JSON.stringify(d.name)},"kind":"${d.kind}","at":${JSON.stringify(at ? lineOf(at) : '')},"largest":${jsonNumber(d.largest)},"elements":[${numbers(d).join(',')}]}`;
  });
  const rules = functions.map((f) => ({ name: f.name, kind: f.kind, at: lineOf(f.at) }));
  session.terminal.out(
    `{"v":1,"equal":${params.length + functions.length === 0},"total":${total},"parameters":[${parts.join(',')}],"functions":${JSON.stringify(rules)}}\n`,
  );
}
