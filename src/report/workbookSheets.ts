import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { escaped } from '../wording/direction.ts';
import type { Cell, Heading } from './reportTables.ts';
import { plain, type ReportDocument } from './document.ts';
import { settledZip } from './settledZip.ts';
import { inSheet, linking, onWeb, SheetLinks, type Target } from './workbookLinks.ts';

/** A workbook that is asked for, without the rows of its sheets. */
export type SheetsAsked = {
  readonly address: string;
  readonly summary: Summary;
  readonly sheets: readonly SheetAsked[];
};
type Summary = Pick<ReportDocument, 'title' | 'finding' | 'lede' | 'brief' | 'facts'>;
type SheetAsked = { readonly name: string; readonly is: string; readonly headings: readonly ColumnAsked[] };
type ColumnAsked = Pick<Heading, 'name' | 'kind'>;

/** Some of the rows of a sheet, in order. */
export type SheetRows = { readonly sheet: string; readonly rows: readonly (readonly Cell[])[] };

/**
 * A report as a workbook: a summary, then a sheet for each table. Numbers are numbers, days are days, and everything else is
 * text; nothing is ever a formula, whatever it begins with. Links lead to sheets, commitments and sources.
 */
export async function workbookOf(
  { address, summary, sheets: asked }: SheetsAsked,
  pieces: readonly SheetRows[],
): Promise<Uint8Array<ArrayBuffer>> {
  const rowsOf = Map.groupBy(pieces, ({ sheet }) => sheet);
  const named = asked.map((one) => ({ ...one, rows: (rowsOf.get(one.name) ?? []).flatMap(({ rows }) => rows) }));
  const places = placesOf(named.find(({ name }) => name === 'commitments')?.rows ?? []);
  const ofSummary = new SheetLinks();
  const links = [ofSummary];
  const sheets: Sheet[] = [
    { sheet: 'summary', data: summaryOf(summary, asked, ofSummary), columns: [{ width: 24 }, { width: 110 }] },
  ];
  for (const { name, headings, rows } of named) {
    const own = new SheetLinks();
    links.push(own);
    sheets.push({
      sheet: name,
      data: sheetOf(headings, rows, own, name === 'commitments' ? new Map() : places),
      columns: headings.map((heading) => ({ width: widthOf(heading) })),
      stickyRowsCount: 1,
    });
  }
  const options = { features: [linking(links)] };
  return settledZip(await writeExcelFile(sheets, options).toBuffer(), address);
}

type Sheet = { sheet: string; data: SheetData; columns: { width: number }[]; stickyRowsCount?: number };

/** Where each commitment stands in their sheet, whose first column is their id. */
function placesOf(commitments: readonly (readonly Cell[])[]): ReadonlyMap<Cell, Target> {
  return new Map(commitments.map(([id], index) => [id, inSheet('commitments', index + 1)]));
}

function summaryOf(
  { title, finding, lede, brief, facts }: Summary,
  sheets: readonly SheetAsked[],
  links: SheetLinks,
): SheetData {
  const row = (label: string, is: string) => [
    { value: label, fontWeight: 'bold' as const },
    { value: text(is), type: String, wrap: true },
  ];
  const rows: SheetData = [
    row('Report', title),
    row('Finding', `${finding}.`),
    ...(lede === '' ? [] : [row('Beside it', lede)]),
    ...brief.map((one) => row('In brief', plain(one))),
    ...facts.map(({ label, is }) => row(label, plain(is))),
  ];
  for (const { name, is } of sheets) {
    links.add(0, rows.length, inSheet(name, 0));
    rows.push([{ value: `Sheet ${name}`, fontWeight: 'bold', ...asLink }, ...row('', is).slice(1)]);
  }
  return rows;
}

function sheetOf(
  headings: readonly ColumnAsked[],
  rows: readonly (readonly Cell[])[],
  links: SheetLinks,
  places: ReadonlyMap<Cell, Target>,
): SheetData {
  const data: SheetData = [
    headings.map((heading) => ({ value: heading.name, fontWeight: 'bold' as const, backgroundColor: '#f4f1ea' })),
  ];
  for (const row of rows)
    data.push(
      row.map((cell, index) => {
        const { kind = 'text', name } = headings[index] ?? {};
        const to = cell === undefined ? undefined : targetOf(cell, kind, name === 'commitment' ? places : undefined);
        const begins = to !== undefined && links.add(index, data.length, to);
        return begins ? { value: text(cell ?? ''), type: String, ...asLink } : written(cell, kind);
      }),
    );
  return data;
}

function targetOf(cell: string, kind: ColumnAsked['kind'], places?: ReadonlyMap<Cell, Target>): Target | undefined {
  return kind === 'address' ? onWeb(cell) : places?.get(cell);
}

/** The first cell of a run of links looks like one. */
const asLink = { textColor: '#0b5394', textDecoration: { underline: true } } as const;

const dayMs = 24 * 60 * 60 * 1000;
/** The first day of March 1900: before it, spreadsheets count a day that never existed. */
const firstDay = Date.UTC(1900, 2, 1);
const decimal = /^-?\d+(\.\d+)?$/;
/** A spreadsheet holds 15 digits; a longer number stays text. */
const maxDigits = 15;

/**
 * A text that a spreadsheet takes for a formula, a number or a day when its cell is edited, unless it is kept as text. Only these are:
 * the library is slow to write a cell with a format.
 */
const reread = /^(?:[\s\p{C}']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\d\s.,:;/%()+-]*(?:e[+-]?\d+)?$)/iu;

function written(cell: Cell, kind: ColumnAsked['kind']) {
  if (cell === undefined) return null;
  if (kind === 'number' && decimal.test(cell) && cell.replaceAll(/\D/g, '').length <= maxDigits) {
    return { value: Number(cell), type: Number, format: cell.includes('.') ? '#,##0.######' : '#,##0' };
  }
  if (kind === 'day' && /^\d{4}-\d\d-\d\d$/.test(cell) && Date.parse(cell) >= firstDay) {
    return { value: new Date(Math.floor(Date.parse(cell) / dayMs) * dayMs), type: Date, format: 'yyyy-mm-dd' };
  }
  if (kind === 'flag') return { value: true, type: Boolean };
  return reread.test(cell) ? { value: text(cell), type: String, format: '@' } : { value: text(cell), type: String };
}

/** The maximum length of a cell. */
const maxCell = 32_767;
const plain7 = /^[ !-^`-~]*$/;
const unwritable = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** A text that XML can hold, and that a spreadsheet reads literally: `_x0041_` would be one of its escapes. */
function text(recorded: string): string {
  if (recorded.length <= maxCell && plain7.test(recorded)) return recorded;
  const seen = recorded.replaceAll(unwritable, escaped).replaceAll(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_');
  return seen.length <= maxCell ? seen : `${seen.slice(0, maxCell - 1)}…`;
}

function widthOf({ kind, name }: ColumnAsked): number {
  if (kind === 'number' || kind === 'day' || kind === 'flag') return Math.max(12, name.length + 2);
  return /words|title|quote|is$/.test(name) ? 48 : Math.max(14, name.length + 2);
}
