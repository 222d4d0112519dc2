/**
 * What is shown of a point where a property fails: both sides of every comparison that its asserts join, and the arguments of the
 * calls of entries, so that each can be run again. They are computed beside the property, in one tuple with it.
 */
import type { Core, Local, Prim, ProveDecl } from '../check/core.ts';
import { localsOf } from '../check/walk.ts';
import { invariant } from '../text/result.ts';
import { inputsOf, isEntry, isSized } from './entries.ts';
import { closed, type Generics, genericsOf, layoutOf } from './instance.ts';
import type { Shown } from './program.ts';
import { visit } from './walk.ts';

type Comparison = Shown['comparisons'][number];
type Call = Shown['calls'][number];

interface Found {
  readonly generics: Generics;
  readonly comparisons: Comparison[];
  readonly calls: Call[];
  /** The sides of the comparisons, two each; the arguments of the calls. */
  readonly sides: Core[];
  readonly args: Core[];
}

/** The body of a property with what is shown behind its own parts. */
export function withShown(decl: ProveDecl, generics: Generics): Omit<Shown, 'graph'> & { readonly body: Core } {
  const found: Found = { generics, comparisons: [], calls: [], sides: [], args: [] };
  const available = new Set(decl.inputs.map((i) => i.local));
  const module = decl.at.source.name;
  const go = (body: Core): Core => {
    if (body.kind === 'let') {
      findCalls(found, body.value, { available, module });
      available.add(body.local);
      const inner = go(body.body);
      return { ...body, body: inner, type: inner.type };
    }
    invariant(body.kind === 'tuple', 'a property is lets around a tuple');
    for (const [i, item] of body.items.entries()) {
      const assert = i - decl.assumes.length;
      if (assert < 0) continue;
      findComparisons(found, item, assert);
      findCalls(found, item, { available, module, ...(!decl.relation && { assert }) });
    }
    const items = [...body.items, ...found.sides, ...found.args];
    return { ...body, items, type: { kind: 'tuple', items: items.map((i) => i.type) } };
  };
  return { body: go(decl.body), comparisons: found.comparisons, calls: found.calls };
}

const JOINING: readonly Prim[] = ['not', 'and', 'or', 'xor', 'implies'];
const COMPARING: readonly Prim[] = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'];

function findComparisons(found: Found, core: Core, assert: number): void {
  if (core.kind === 'coerce') findComparisons(found, core.value, assert);
  if (core.kind !== 'prim') return;
  if (JOINING.includes(core.prim)) for (const arg of core.args) findComparisons(found, arg, assert);
  if (!COMPARING.includes(core.prim)) return;
  const [left, right] = core.args.map((arg) => layoutOf(closed(arg.type, found.generics)));
  if (!left || !right) return;
  found.comparisons.push({ assert, at: core.at, sides: [left, right] });
  found.sides.push(...core.args);
}

interface Place {
  /** What has a value where the parts of the property are computed. */
  readonly available: ReadonlySet<Local>;
  readonly module: string;
  readonly assert?: number;
}

function findCalls(found: Found, core: Core, place: Place): void {
  visit(core, (c) => {
    if (c.kind !== 'call' || c.fn.module !== place.module) return;
    if (!isEntry(c.fn) && !isSized(c.fn)) return;
    const generics = genericsOf(c.fn.generics, c.generics, found.generics);
    if (!freeLocals(c).every((local) => place.available.has(local))) return;
    found.calls.push({
      ...(place.assert !== undefined && { assert: place.assert }),
      entry: c.fn.name,
      args: inputsOf(c.fn, generics),
    });
    found.args.push(...c.args);
  });
}

/** The locals that a term reads and does not bind. */
function freeLocals(core: Core): readonly Local[] {
  const read: Local[] = [];
  const bound = new Set<Local>();
  visit(core, (c) => {
    if (c.kind === 'local') read.push(c.local);
    for (const local of localsOf(c)) bound.add(local);
  });
  return read.filter((local) => !bound.has(local));
}
