/**
 * CSV files as the trainer and `run --data` want them: a header, then rows of cells with their line numbers, streamed.
 * Quotes, CRLF and a byte order mark are read; a name that ends in `.gz` is unpacked on the way.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, type Options, parse } from 'csv-parse';
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import type { Row, RowSource } from '../train/rows.ts';
import { reasonOf } from './disk.ts';
import { cannotRead, STDIN_NAME } from './files.ts';

const OPTIONS: Options = {
  bom: true,
  info: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
};

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** Thrown while rows are streamed: the file turned out not to be a table. Caught where the rows are consumed. */
export class BrokenTable extends Error {
  override name = 'BrokenTable';
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, reason: string) {
    super(reason);
    this.file = file;
    this.line = line;
  }
}

export const brokenTable = (error: BrokenTable) =>
  problem('bad-table', undefined, { file: error.file, line: error.line, reason: error.message });

/** Opens a table: reads its header and nothing else. `-` is standard input and can be read once. */
export async function openTable(path: string): Promise<Result<RowSource>> {
  const file = path === '-' ? STDIN_NAME : path;
  try {
    if (path === '-') return await openStdin(file);
    for await (const row of rowsOf(file, createReadStream(path), path.endsWith('.gz'))) {
      return ok({
        header: row.cells,
        rows: () => afterHeader(rowsOf(file, createReadStream(path), path.endsWith('.gz'))),
      });
    }
    return ok({ header: [], rows: () => afterHeader(rowsOf(file, createReadStream(path), path.endsWith('.gz'))) });
  } catch (error) {
    if (error instanceof BrokenTable) return fail([brokenTable(error)]);
    return fail([cannotRead(file, reasonOf(error))]);
  }
}

/** Rows come as they are typed; the header is taken from the one stream. */
async function openStdin(file: string): Promise<Result<RowSource>> {
  const rows = rowsOf(file, process.stdin, false)[Symbol.asyncIterator]();
  const first = await rows.next();
  const rest = { [Symbol.asyncIterator]: () => ({ next: () => rows.next() }) };
  return ok({ header: first.done ? [] : first.value.cells, rows: () => rest });
}

async function* afterHeader(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let isHeader = true;
  for await (const row of rows) {
    if (!isHeader) yield row;
    isHeader = false;
  }
}

async function* rowsOf(file: string, stream: Readable, zipped: boolean): AsyncGenerator<Row> {
  const parser = parse(OPTIONS);
  const fail = (error: Error): void => void parser.destroy(error);
  stream.on('error', fail);
  if (zipped) stream.pipe(createGunzip().on('error', fail)).pipe(parser);
  else stream.pipe(parser);
  let lines = 0;
  // The parser counts a CRLF within quotes as two lines.
  let doubled = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const text = record.join(',');
      doubled += text.match(/\r\n/g)?.length ?? 0;
      lines = info.lines - doubled;
      // `info.lines` is the line the record ends in; a quoted cell may hold line breaks.
      yield { cells: record, line: lines - (text.match(/\r\n|\n|\r/g)?.length ?? 0) };
    }
  } catch (error) {
    throw broken(file, lines, error);
  } finally {
    stream.destroy();
  }
}

function broken(file: string, lines: number, error: unknown): unknown {
  if (error instanceof CsvError) {
    const line = typeof error.lines === 'number' ? error.lines : lines + 1;
    return new BrokenTable(file, line, sentence(error.code));
  }
  if ((error as NodeJS.ErrnoException).code?.startsWith('Z_'))
    return new BrokenTable(file, lines + 1, 'The gzip data are damaged.');
  return error;
}

function sentence(code: string): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'A quote that opens a cell is never closed.';
    case 'INVALID_OPENING_QUOTE':
      return 'A quote stands in the middle of a cell that did not begin with one.';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'A closing quote is followed by more text; write a quote inside a quoted cell twice.';
    default:
      return `The CSV reader says ${code}.`;
  }
}

const needsQuotes = /[",\r\n]/;

/** One line of CSV, without the line end. */
export const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
