import type { Made } from './making.ts';
import type { Cell, Tables } from './reportTables.ts';
import { MakingThread } from './thread.ts';
import type { SheetRows, SheetsAsked } from './workbookSheets.ts';
import type { WorkbookMade } from './workbookThread.ts';

const thread = new MakingThread<SheetsAsked, WorkbookMade, SheetRows>(new URL('./workbookThread.ts', import.meta.url));

/** A report as a workbook, made on another thread: a summary, then a sheet for each table. */
export async function workbookOf({
  about,
  written,
  tables,
}: Pick<Made, 'about' | 'written' | 'tables'>): Promise<Uint8Array<ArrayBuffer>> {
  const { title, finding, lede, brief, facts } = written;
  const sheets = [...tables].map(([name, { is, headings }]) => ({
    name,
    is,
    headings: headings.map((heading) => ({ name: heading.name, kind: heading.kind })),
  }));
  const asked = { address: about.address, summary: { title, finding, lede, brief, facts }, sheets };
  const made = await thread.made(asked, rowsIn(tables));
  if ('bytes' in made) return made.bytes;
  throw new Error(`expected a workbook, found: ${made.detail}`);
}

/** How many rows are sent at a time: some 4 ms of work. */
const maxSent = 100;

async function* rowsIn(tables: Tables): AsyncGenerator<SheetRows> {
  for (const [sheet, table] of tables) {
    let rows: Cell[][] = [];
    for await (const row of table.rows()) {
      rows.push(row);
      if (rows.length < maxSent) continue;
      yield { sheet, rows };
      rows = [];
    }
    if (rows.length > 0) yield { sheet, rows };
  }
}
