import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { escaped } from '../wording/direction.ts';
import type { Cell, Heading, Table } from './reportTables.ts';
import { plain, type ReportDocument } from './document.ts';
import type { Made } from './making.ts';
import { settledZip } from './settledZip.ts';

/**
 * A report as a workbook: a summary, then a sheet for each table. Numbers are numbers, days are days, and everything else is
 * text; nothing is ever a formula, whatever it begins with.
 */
export async function workbookOf({ about, written, tables }: Made): Promise<Uint8Array<ArrayBuffer>> {
  const sheets: Sheet[] = [{ sheet: 'summary', data: summary(written, tables), columns: [{ width: 24 }, { width: 110 }] }];
  for (const [name, table] of tables) {
    sheets.push({
      sheet: name,
      data: await sheetOf(table),
      columns: table.headings.map((heading) => ({ width: widthOf(heading) })),
      stickyRowsCount: 1,
    });
  }
  return settledZip(await writeExcelFile(sheets).toBuffer(), about.address);
}

type Sheet = { sheet: string; data: SheetData; columns: { width: number }[]; stickyRowsCount?: number };

function summary({ title, finding, lede, facts }: ReportDocument, tables: Made['tables']): SheetData {
  const row = (label: string, is: string) => [
    { value: label, fontWeight: 'bold' as const },
    { value: text(is), type: String, wrap: true },
  ];
  return [
    row('Report', title),
    row('Finding', `${finding}.`),
    ...(lede === '' ? [] : [row('Beside it', lede)]),
    ...facts.map(({ label, is }) => row(label, plain(is))),
    ...[...tables].map(([name, { is }]) => row(`Sheet ${name}`, is)),
  ];
}

async function sheetOf({ headings, rows }: Table): Promise<SheetData> {
  const data: SheetData = [
    headings.map((heading) => ({ value: heading.name, fontWeight: 'bold' as const, backgroundColor: '#f4f1ea' })),
  ];
  for await (const row of rows()) data.push(row.map((cell, index) => written(cell, headings[index]?.kind ?? 'text')));
  return data;
}

const dayMs = 24 * 60 * 60 * 1000;
/** The first day of March 1900: before it, spreadsheets count a day that never existed. */
const firstDay = Date.UTC(1900, 2, 1);
const decimal = /^-?\d+(\.\d+)?$/;
/** A spreadsheet holds 15 digits; a longer number stays text. */
const maxDigits = 15;

function written(cell: Cell, kind: Heading['kind']) {
  if (cell === undefined) return null;
  if (kind === 'number' && decimal.test(cell) && cell.replaceAll(/\D/g, '').length <= maxDigits) {
    return { value: Number(cell), type: Number, format: cell.includes('.') ? '#,##0.######' : '#,##0' };
  }
  if (kind === 'day' && /^\d{4}-\d\d-\d\d$/.test(cell) && Date.parse(cell) >= firstDay) {
    return { value: new Date(Math.floor(Date.parse(cell) / dayMs) * dayMs), type: Date, format: 'yyyy-mm-dd' };
  }
  if (kind === 'flag') return { value: true, type: Boolean };
  return { value: text(cell), type: String, format: '@' };
}

/** The maximum length of a cell. */
const maxCell = 32_767;
const unwritable = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** A text that XML can hold, and that a spreadsheet reads literally: `_x0041_` would be one of its escapes. */
function text(recorded: string): string {
  const seen = recorded.replaceAll(unwritable, escaped).replaceAll(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_');
  return seen.length <= maxCell ? seen : `${seen.slice(0, maxCell - 1)}…`;
}

function widthOf({ kind, name }: Heading): number {
  if (kind === 'number' || kind === 'day' || kind === 'flag') return Math.max(12, name.length + 2);
  return /words|title|quote|is$/.test(name) ? 48 : Math.max(14, name.length + 2);
}
