/**
 * Write-back: sites and parameters to edits on the original text. Only the bytes of numbers whose bits changed are touched;
 * tensors of more than 64 numbers go to a safetensors file beside the source, which then says `load(...)` with its hash.
 */
import { sizeOf } from '../ir/graph.ts';
import { leavesOf } from '../ir/layout.ts';
import type { ParamSpec, Program, Site, TableSite } from '../lower/program.ts';
import { bitsOfF32 } from '../num/bits.ts';
import { applyEdits, type Edit } from '../text/edits.ts';
import { lineMap } from '../text/lines.ts';
import { must } from '../text/result.ts';
import type { Source, Span } from '../text/span.ts';
import { joinPath, weightsFileOf } from './paths.ts';
import { printLeaf, printValue } from './print.ts';
import { cellCount, cellsAgree, MOST_ROWS, printCell, printRow, printRows, type TableData } from './rows.ts';
import { type SideTensors, sideFiles } from './sides.ts';

export interface WriteBack {
  /** The user's files that changed: old and new text. */
  readonly files: readonly ChangedFile[];
  /** Safetensors files beside the programs. */
  readonly sides: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

export interface ChangedFile {
  readonly name: string;
  readonly before: Source;
  readonly after: string;
  readonly edits: number;
}

/** A tensor of more numbers than this does not stand in the text. */
export const LARGEST_IN_TEXT = 64;

/** Names and values of all parameters that may have changed. */
export type Values = ReadonlyMap<string, Float32Array>;

/** The edits of every file, and the weights files, for new values of a program's parameters. */
export function writeBack(program: Program, values: Values, read: (path: string) => Uint8Array | undefined): WriteBack {
  const changed = changedParams(program, values);
  const sides = sideFiles(sideTensors(program, values, changed), read);
  const edits = new Map<Source, Edit[]>();
  for (const site of program.sites) {
    const list = edits.get(site.at.source) ?? [];
    list.push(...editsOf(site, { program, values, changed, hashOf: (path) => sides.hashes.get(path) }));
    if (list.length > 0) edits.set(site.at.source, list);
  }
  const files = Array.from(edits, ([before, list]) => ({
    name: before.name,
    before,
    after: applyEdits(before.text, list),
    edits: list.length,
  }));
  return { files, sides: sides.files };
}

/** Elements whose bits differ. A -0 is not a 0; any NaN counts as changed. */
export function countChanged(before: Float32Array, after: Float32Array): number {
  let count = 0;
  for (let i = 0; i < before.length; i++) if (bitsOfF32(must(before[i])) !== bitsOfF32(must(after[i]))) count++;
  return count;
}

function changedParams(program: Program, values: Values): ReadonlySet<string> {
  return new Set(
    program.params.flatMap(({ name, value }) => (countChanged(value, values.get(name) ?? value) > 0 ? [name] : [])),
  );
}

// --- the sites -----------------------------------------------------------------------------------------

interface Writing {
  readonly program: Program;
  readonly values: Values;
  readonly changed: ReadonlySet<string>;
  /** The hash of a weights file that is written. */
  readonly hashOf: (path: string) => string | undefined;
}

const valueIn = (w: Pick<Writing, 'program' | 'values'>, name: string): Float32Array =>
  w.values.get(name) ?? specOf(w.program, name).value;
const specOf = (program: Program, name: string): ParamSpec =>
  must(
    program.params.find((p) => p.name === name),
    `no param ${name}`,
  );

function editsOf(site: Site, w: Writing): readonly Edit[] {
  if (site.kind === 'row') return rowEdits(site, w);
  const insert = editOf(site, w);
  return insert === undefined ? [] : [{ at: site.at, insert }];
}

/** What to write at a site; undefined leaves it as it is. */
function editOf(site: Exclude<Site, { kind: 'row' }>, w: Writing): string | undefined {
  switch (site.kind) {
    case 'number':
      return numberEdit(site, w);
    case 'value': {
      const leaves = leavesOf(site.layout, site.root);
      if (!leaves.some((l) => w.changed.has(l.path))) return undefined;
      const leafCall = (leaf: number): string | undefined => {
        const { path, shape } = must(leaves[leaf]);
        return isLarge(shape) ? loadCall(site.at, weightsFileOf(site.at.source.name), path, w) : undefined;
      };
      const data = leaves.map((l) => valueIn(w, l.path));
      return printValue(site.layout, data, { indent: indentAt(site.at), leafCall, anonymous: true });
    }
    case 'load': {
      const own = weightsFileOf(site.at.source.name);
      // A load of an unchanged tensor from the file that is rewritten needs the new hash as well.
      const moved = w.changed.has(site.param);
      if (!moved && (site.file !== own || w.hashOf(joinPath(site.at.source.name, own)) === undefined)) return undefined;
      return loadCall(site.at, own, moved ? site.param : site.tensor, w);
    }
    case 'rows':
      return rowsEdit(site, w);
    default:
      return site satisfies never;
  }
}

/** A row whose cells agree keeps its pattern; else each cell gets a row of its own in its place. */
function rowEdits(site: Extract<Site, { kind: 'row' }>, w: Writing): readonly Edit[] {
  if (!isTableChanged(site, w)) return [];
  const data = tableData(site, w);
  const indent = indentAt(site.at);
  const first = must(site.cells[0]);
  if (cellsAgree(site, data, site.cells)) {
    if (site.literals)
      return site.literals.flatMap((s) => {
        const insert = numberEdit(s, w);
        return insert === undefined ? [] : [{ at: s.at, insert }];
      });
    const before = leavesOf(site.result, site.root).map((l) => specOf(w.program, l.path).value);
    const [was, is] = [before, data].map((d) => printCell(site, d, first, indent));
    return was === is ? [] : [{ at: site.valueAt, insert: must(is) }];
  }
  const rows = site.cells.map((cell) => printRow(site, data, cell, indent));
  return [{ at: site.at, insert: rows.join(startsLine(site.at) ? `,\n${indent}` : ', ') }];
}

function rowsEdit(site: Extract<Site, { kind: 'rows' }>, w: Writing): string | undefined {
  if (!isTableChanged(site, w)) return undefined;
  const { source, start } = site.at;
  const lead = /\s/.test(source.text.charAt(start - 1)) ? '' : ' ';
  if (isBeside(site)) return `${lead}= ${loadCall(site.at, weightsFileOf(source.name), site.root, w)};`;
  const column = lineMap(source).position(start).column - 1 + lead.length;
  return `${lead}${printRows(site, tableData(site, w), { indent: indentAt(site.at), column })}`;
}

const isTableChanged = (of: TableSite, w: Pick<Writing, 'changed'>): boolean =>
  leavesOf(of.result, of.root).some((l) => w.changed.has(l.path));
const tableData = (of: TableSite, w: Pick<Writing, 'program' | 'values'>): TableData =>
  leavesOf(of.result, of.root).map((l) => valueIn(w, l.path));

/** A table that goes into the file beside the source: too large for rows, and one tensor. */
const isBeside = (of: TableSite): boolean => cellCount(of) > MOST_ROWS && leavesOf(of.result, of.root).length === 1;

/** Whether nothing but space stands in front of a place on its line. */
function startsLine(at: Span): boolean {
  const before = at.source.text.slice(0, at.start);
  return /(^|\n)[ \t]*$/.test(before);
}

function numberEdit(site: Extract<Site, { kind: 'number' }>, w: Writing): string | undefined {
  if (!w.changed.has(site.param)) return undefined;
  const spec = specOf(w.program, site.param);
  const width = spec.layout.kind === 'cases' ? spec.layout.size : 1;
  const [from, to] = [site.index * width, (site.index + 1) * width];
  const after = valueIn(w, site.param).subarray(from, to);
  if (countChanged(spec.value.subarray(from, to), after) === 0) return undefined;
  return `${site.lead ?? ''}${printLeaf(spec.layout, after)}`;
}

const isLarge = (shape: readonly number[]): boolean => sizeOf(shape) > LARGEST_IN_TEXT;

function loadCall(at: Span, file: string, tensor: string, w: Writing): string {
  const hash = must(w.hashOf(joinPath(at.source.name, file)), `no hash for ${file}`);
  return `load("${file}", "${tensor}", sha256 = "${hash}")`;
}

/** The spaces in front of the line on which a span begins. */
function indentAt(at: Span): string {
  const lines = lineMap(at.source);
  return /^[ \t]*/.exec(lines.line(lines.position(at.start).line))?.[0] ?? '';
}

// --- what goes beside the source -------------------------------------------------------------------------

/** The tensors that move into weights files, by the path of the file. */
function sideTensors(program: Program, values: Values, changed: ReadonlySet<string>): SideTensors[] {
  const w = { program, values };
  return program.sites.flatMap((site): SideTensors[] => {
    const path = joinPath(site.at.source.name, weightsFileOf(site.at.source.name));
    const tensor = (name: string): SideTensors => ({
      path,
      name,
      shape: specOf(program, name).shape,
      data: valueIn(w, name),
    });
    if (site.kind === 'load') return changed.has(site.param) ? [tensor(site.param)] : [];
    if (site.kind === 'rows') return isTableChanged(site, { changed }) && isBeside(site) ? [tensor(site.root)] : [];
    if (site.kind !== 'value') return [];
    const leaves = leavesOf(site.layout, site.root);
    if (!leaves.some((l) => changed.has(l.path))) return [];
    return largeLeaves(site).map((l) => tensor(l));
  });
}

/** The leaves of a value site that are printed as loads: large, and not inside an array of records. */
function largeLeaves(site: Extract<Site, { kind: 'value' }>): string[] {
  const leaves = leavesOf(site.layout, site.root);
  const called: string[] = [];
  const note = (leaf: number): string | undefined => {
    const { path, shape } = must(leaves[leaf]);
    if (!isLarge(shape)) return undefined;
    called.push(path);
    return 'load';
  };
  printValue(
    site.layout,
    leaves.map((l) => new Float32Array(sizeOf(l.shape))),
    { indent: '', leafCall: note },
  );
  return called;
}
