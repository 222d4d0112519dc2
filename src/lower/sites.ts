/**
 * Sites: where in the text a param's value stands. Literals are replaced number by number, a `load` by its new call, and any
 * other initialiser as a whole.
 */
import type { Core, ParamDecl } from '../check/core.ts';
import { cellCount, type Layout, leavesOf } from '../ir/layout.ts';
import { must } from '../text/result.ts';
import { closed, NO_GENERICS, tensorLayout } from './instance.ts';
import type { Site, TableSite } from './program.ts';

/** Where the walk is: a part of the value, the leaf path it has, and the index of its first element in that leaf. */
interface Part {
  readonly layout: Layout;
  readonly path: string;
  readonly index: number;
}

/** The sites of a `param`: those of its value, or of the rows of its table. */
export function sitesOfParam(decl: ParamDecl, layout: Layout, root: string): readonly Site[] {
  const { table, value } = decl;
  if (!table || value.kind === 'load') return sitesOf(value, layout, root);
  const of: TableSite = {
    root,
    arguments: table.arguments.map((t) => tensorLayout(closed(t, NO_GENERICS))),
    result: tensorLayout(closed(table.result, NO_GENERICS)),
  };
  return table.rows?.flatMap((row) => rowSites(row, of)) ?? [{ kind: 'rows', at: table.endAt, ...of }];
}

/** A row for one cell is its literals; any other is a site of its own. One that no cell reads has none. */
function rowSites(row: TableRow, of: TableSite): readonly Site[] {
  const [cell] = row.cells;
  if (cell === undefined) return [];
  const found = elementSites(row.value, { layout: of.result, path: of.root, index: 0 }, cell);
  const literals = found?.every((s) => s.kind === 'number') ? found : undefined;
  if (literals && row.cells.length === 1) return literals;
  return [{ kind: 'row', at: row.at, valueAt: row.valueAt, cells: row.cells, ...(literals && { literals }), ...of }];
}

type TableRow = NonNullable<NonNullable<ParamDecl['table']>['rows']>[number];

/** The sites of a value written as `core`. */
function sitesOf(core: Core, layout: Layout, root: string): readonly Site[] {
  return literalSites(core, { layout, path: root, index: 0 }) ?? [{ kind: 'value', at: core.at, root, layout }];
}

/** Sites of a value that is written out; undefined when some part inside an array is computed. */
function literalSites(core: Core, part: Part): readonly Site[] | undefined {
  const { layout, path, index } = part;
  if (core.kind === 'coerce') return literalSites(core.value, part);
  switch (layout.kind) {
    case 'number':
    case 'bool':
    case 'truth':
    case 'cases':
      return leafSite(core, part);
    case 'record':
      if (core.kind !== 'record') return undefined;
      return core.fields.flatMap((f, i) => {
        const field = must(layout.fields[i]);
        return partSites(f, { layout: field.layout, path: `${path}.${field.name}`, index });
      });
    case 'tuple':
      if (core.kind !== 'tuple') return undefined;
      return core.items.flatMap((item, i) =>
        partSites(item, { layout: must(layout.items[i]), path: `${path}.${i}`, index }),
      );
    case 'array':
      return core.kind === 'load' ? loadSite(core, part) : arraySites(core, { ...part, layout });
    default:
      return layout satisfies never;
  }
}

/** A field stands for whole leaves, so it can be a value of its own. */
const partSites = (core: Core, part: Part): readonly Site[] =>
  literalSites(core, part) ?? [{ kind: 'value', at: core.at, root: part.path, layout: part.layout }];

const isLiteral = (core: Core): boolean =>
  core.kind === 'number' ||
  core.kind === 'bool' ||
  core.kind === 'case' ||
  (isMinus(core) && core.kind === 'prim' && core.args.every(isLiteral));

const isMinus = (core: Core): boolean => core.kind === 'prim' && (core.prim === 'neg' || core.prim === 'int.neg');

function leafSite(core: Core, { layout, path, index }: Part): readonly Site[] | undefined {
  if (core.kind === 'load') return loadSite(core, { layout, path, index });
  const isSoft = layout.kind === 'cases' && layout.soft;
  return isLiteral(core) && !isSoft ? [{ kind: 'number', at: core.at, param: path, index }] : undefined;
}

/** A whole tensor that is loaded; part of one cannot be. */
function loadSite(core: Extract<Core, { kind: 'load' }>, { layout, path, index }: Part): readonly Site[] | undefined {
  const isWhole = index === 0 && leavesOf(layout, path).length === 1;
  return isWhole ? [{ kind: 'load', at: core.at, param: path, file: core.file, tensor: core.tensor }] : undefined;
}

function arraySites(
  core: Core,
  part: Part & { readonly layout: Extract<Layout, { kind: 'array' }> },
): readonly Site[] | undefined {
  if (core.kind !== 'array') return undefined;
  const { of } = part.layout;
  const found = core.items.map((item, i) => elementSites(item, { layout: of, path: part.path, index: part.index }, i));
  return found.every((s) => s !== undefined) ? found.flat() : undefined;
}

/** Element `i` of an array: its leaves lie `i` elements further on in theirs. */
function elementSites(core: Core, part: Part, i: number): readonly Site[] | undefined {
  const own = literalSites(core, { ...part, index: 0 });
  if (!own) return undefined;
  const sizes = new Map(leavesOf(part.layout, part.path).map((l) => [l.path, cellCount(l)]));
  const moved = own.map((s): Site | undefined =>
    s.kind === 'number' ? { ...s, index: part.index + i * must(sizes.get(s.param)) + s.index } : undefined,
  );
  return moved.every((s) => s !== undefined) ? moved : undefined;
}
