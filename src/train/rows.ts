/**
 * Tables as the trainer and `run --data` meet them: a header and rows of text, however they were read. The edge (the CLI,
 * a page) makes one from a CSV file; it must be re-openable, so that a table larger than memory is read once per epoch.
 */

export interface Row {
  readonly cells: readonly string[];
  /** Line in the file, from 1, where the row starts. */
  readonly line: number;
}

export interface RowSource {
  readonly header: readonly string[];
  /** The rows after the header, in order, from the start at each call. */
  rows(): AsyncIterable<Row>;
}

/** What a `train` block learns from. `file` is the name in messages. */
export type DataSource =
  | { readonly kind: 'csv'; readonly file: string; readonly table: RowSource }
  | { readonly kind: 'safetensors'; readonly file: string; readonly bytes: Uint8Array };

/** A table that is in memory already. */
export const tableOf = (header: readonly string[], rows: readonly (readonly string[])[], firstLine = 2): RowSource => ({
  header,
  async *rows() {
    for (const [i, cells] of rows.entries()) yield { cells, line: firstLine + i };
  },
});
