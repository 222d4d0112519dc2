/**
 * `sutra diff A B`: parameter by parameter, and which functions came, went or changed. With `--over` also how far the outputs of a function
 * are apart: a proved bound, and a point that comes near to it.
 */

import { printValue } from '../../decompile/print.ts';
import { farthest, pairOf, roundedUp, type Side } from '../../decompile/simplify/index.ts';
import { leavesOf } from '../../ir/layout.ts';
import { printF32 } from '../../num/literal.ts';
import { type Compiled, type CompiledEntry, compile, diff, entryOf, type ParamDiff, type Value } from '../../road.ts';
import { problem } from '../../text/problem.ts';
import { fail, ok, type Result } from '../../text/result.ts';
import type { Span } from '../../text/span.ts';
import { casesOf } from '../../train/search/space.ts';
import { decodeValue } from '../../train/value.ts';
import { EXIT } from '../exit.ts';
import { splitTarget } from '../files.ts';
import type { Verb } from '../main.ts';
import type { OptionsOf } from '../options.ts';
import { readBoxes } from '../over.ts';
import { changedCells } from '../parameters.ts';
import { brief, columns, jsonNumber, jsonValue } from '../print.ts';
import { lineOf, plural } from '../report.ts';
import type { Session } from '../session.ts';

interface FunctionDiff {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly at: Span;
}

export const verb: Verb<'diff'> = async ({ args: [word = '', right = ''], options }, session) => {
  const { file: left, fn } = splitTarget(word);
  const a = compileFile(left, session);
  const b = compileFile(right, session);
  if (!a.ok || !b.ok) return session.refuse([a, b].flatMap((r) => (r.ok ? [] : r.problems)));
  session.warn([...a.notes, ...b.notes]);
  const params = diff(a.value, b.value);
  const functions = functionDiffs(a.value, b.value);
  const total = new Set([...a.value.program.params, ...b.value.program.params].map((p) => p.name)).size;
  const apart = isAsked(options) ? await apartOf(a.value, b.value, fn, options) : ok(undefined);
  if (!apart.ok) return session.refuse(apart.problems);
  const told = { params, functions, total, apart: apart.value };
  if (session.options.json) tellJson(told, session);
  else session.terminal.out(textOf(told));
  return params.length + functions.length > 0 ? EXIT.untrue : EXIT.done;
};

function compileFile(file: string, session: Session): Result<Compiled> {
  const source = session.files.source(file);
  return source.ok ? compile(source.value, session.files) : source;
}

// --- outputs -------------------------------------------------------------------------------------------------

interface Apart {
  /** Proved: no output differs by more. Infinity where nothing is known. */
  readonly bound: number;
  readonly found: number;
  /** Where it differs so much, by the names of the inputs. */
  readonly at: readonly { readonly name: string; readonly value: Value; readonly text: string }[];
  readonly boxes: number;
  readonly over: string;
}

const isAsked = ({ over, radius, rows }: OptionsOf<'diff'>): boolean =>
  over.length > 0 || radius !== undefined || rows !== undefined;

async function apartOf(
  a: Compiled,
  b: Compiled,
  fn: string | undefined,
  options: OptionsOf<'diff'>,
): Promise<Result<Apart>> {
  const [f, g] = [entryOf(a, fn), entryOf(b, fn)];
  if (!f.ok || !g.ok) return fail([f, g].flatMap((r) => (r.ok ? [] : r.problems)));
  const shapes = (e: CompiledEntry): string => JSON.stringify([e.inputs.map((i) => i.layout), e.output]);
  if (f.value.name !== g.value.name || shapes(f.value) !== shapes(g.value))
    return fail([problem('not-comparable', f.value.at, { function: f.value.name, other: g.value.name })]);
  const over = await readBoxes(f.value, options);
  if (!over.ok) return over;
  const side = (c: Compiled, e: CompiledEntry): Side => ({
    graph: e.graph,
    params: new Map(c.program.params.map((p) => [p.name, p.value])),
  });
  const pair = pairOf(side(a, f.value), side(b, g.value));
  const { boxes } = over.value;
  const isSame = f.value.hash === g.value.hash && diff(a, b).length === 0;
  const { bound, found } = isSame ? { bound: 0, found: pair.far(boxes[0] ?? [], 1) } : farthest(pair, boxes);
  return ok({
    bound,
    found: found.by,
    at: inputsAt(f.value, found.point),
    boxes: boxes.length,
    over: over.value.text,
  });
}

function inputsAt(entry: CompiledEntry, point: readonly Float32Array[]): Apart['at'] {
  let from = 0;
  return entry.inputs.map(({ name, layout }) => {
    const leaves = point.slice(from, from + leavesOf(layout, '').length);
    from += leaves.length;
    return { name, value: decodeValue(layout, leaves), text: printValue(layout, leaves).replace(/\s*\n\s*/g, ' ') };
  });
}

const boundText = ({ bound }: Apart): string =>
  Number.isFinite(bound) ? `outputs differ by at most ${roundedUp(bound)}` : 'no bound of the outputs is known';

/** Longer inputs are not worth a line. */
const MOST_TEXT = 400;

function pointText({ found, at }: Apart): string {
  const line = at.map(({ name, text }) => ` --in '${name}=${text}'`).join('');
  return line.length > MOST_TEXT
    ? `outputs differ by ${brief(found)} at a point of the boxes\n`
    : `outputs differ by ${brief(found)} at${line}\n`;
}

function apartJson({ bound, found, at, boxes, over }: Apart): string {
  const point = at.map(({ name, value }) => `${JSON.stringify(name)}:${jsonValue(value)}`).join(',');
  return `{"bound":${jsonNumber(bound)},"found":${jsonNumber(found)},"at":{${point}},"boxes":${boxes},"over":${JSON.stringify(over)}}`;
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

const manyText = (count: number, d: ParamDiff): string =>
  d.new && casesOf(d.new) !== undefined ? `${count} choices` : `${count} numbers, by at most ${printF32(d.largest)}`;

function paramsText(params: readonly ParamDiff[]): string {
  const rows = params.flatMap((d): string[][] => {
    const at = d.new?.at ?? d.old?.at;
    const place = at ? lineOf(at) : '';
    if (d.kind === 'added' || d.kind === 'removed') return [[d.kind, d.name, place]];
    if (d.kind === 'reshaped')
      return [[d.kind, d.name, `[${d.old?.shape.join(', ')}] -> [${d.new?.shape.join(', ')}]`, place]];
    const cells = d.old && d.new ? changedCells(d.new, d.old.value, d.new.value) : [];
    if (cells.length > FEW) return [[d.kind, d.name, manyText(cells.length, d), place]];
    return cells.map(({ name, before, after }) => [d.kind, name, `${before} -> ${after}`, place]);
  });
  return columns(rows);
}

const functionsText = (functions: readonly FunctionDiff[]): string =>
  columns(functions.map((f) => [f.kind, `fn ${f.name}`, lineOf(f.at)]));

interface Told {
  readonly params: readonly ParamDiff[];
  readonly functions: readonly FunctionDiff[];
  readonly total: number;
  readonly apart: Apart | undefined;
}

function textOf({ params, functions, total, apart }: Told): string {
  const functionPart = functions.length > 0 ? `; ${plural(functions.length, 'function')} differ` : '';
  const outputPart = apart ? `; ${boundText(apart)}` : '';
  const last = `${params.length} of ${plural(total, 'parameter')} changed${functionPart}${outputPart}\n`;
  return `${paramsText(params)}${functionsText(functions)}${apart ? pointText(apart) : ''}${last}`;
}

function tellJson({ params, functions, total, apart }: Told, session: Session): void {
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
    `{"v":1,"equal":${params.length + functions.length === 0},"total":${total},"parameters":[${parts.join(',')}],"functions":${JSON.stringify(rules)}${apart ? `,"outputs":${apartJson(apart)}` : ''}}\n`,
  );
}
