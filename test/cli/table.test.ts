/** CSV files as they come: quotes, line ends, byte order marks, gzip, damage. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokenTable, csvLine, openTable } from '../../src/cli/table.ts';
import type { Row } from '../../src/train/rows.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sutra-table-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

async function read(path: string): Promise<{ header: readonly string[]; rows: Row[] }> {
  const table = await openTable(path);
  if (!table.ok) throw new Error(table.problems[0]?.title);
  const rows: Row[] = [];
  for await (const row of table.value.rows()) rows.push(row);
  return { header: table.value.header, rows };
}

describe('openTable', () => {
  it('reads a byte order mark, CRLF and quotes, and counts lines', async () => {
    const path = write('a.csv', '\ufeffname,"x ""y"""\r\n"two\r\nlines",1\r\n\r\nplain,2\r\n');
    expect(await read(path)).toEqual({
      header: ['name', 'x "y"'],
      rows: [
        { cells: ['two\r\nlines', '1'], line: 2 },
        { cells: ['plain', '2'], line: 5 },
      ],
    });
  });

  it('gives short and long rows as they stand', async () => {
    const { rows } = await read(write('b.csv', 'a,b\n1\n1,2,3\n'));
    expect(rows.map((r) => r.cells)).toEqual([['1'], ['1', '2', '3']]);
  });

  it('unpacks gzip and can be read again from the start', async () => {
    const table = await openTable(write('c.csv.gz', gzipSync('a\n1\n2\n')));
    if (!table.ok) throw new Error('refused');
    for (let pass = 0; pass < 2; pass++) {
      const cells: string[] = [];
      for await (const row of table.value.rows()) cells.push(...row.cells);
      expect(cells).toEqual(['1', '2']);
    }
  });

  it('takes an empty file as a table without columns', async () => {
    expect(await read(write('empty.csv', ''))).toEqual({ header: [], rows: [] });
  });

  it('stops reading when the reader stops', async () => {
    const path = write('long.csv', `a\n${'1\n'.repeat(200_000)}`);
    const table = await openTable(path);
    if (!table.ok) throw new Error('refused');
    let seen = 0;
    for await (const _ of table.value.rows()) if (++seen === 3) break;
    expect(seen).toBe(3);
  });

  it('says what is missing or damaged', async () => {
    expect(await openTable(join(folder, 'none.csv'))).toMatchObject({ ok: false, problems: [{ id: 'SU0801' }] });
    expect(await openTable(folder)).toMatchObject({ ok: false, problems: [{ id: 'SU0801', help: 'It is a folder.' }] });
    expect(await openTable(write('d.csv.gz', 'not gzip at all'))).toMatchObject({
      ok: false,
      problems: [{ id: 'SU0811' }],
    });
    await expect(read(write('e.csv', 'a,b\n1,"2\n3,4\n'))).rejects.toBeInstanceOf(BrokenTable);
  });
});

describe('csvLine', () => {
  it('quotes only what needs it', () => {
    expect(csvLine(['a', 'b c', 'd,e', 'f"g', 'h\ni'])).toBe('a,b c,"d,e","f""g","h\ni"');
  });
});
