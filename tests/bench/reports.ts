import { setTimeout as sleep } from 'node:timers/promises';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import writeExcelFile from 'write-excel-file/node';
import type { Line } from '../../projections/record.ts';
import type { Report } from '../../projections/report.ts';
import { all } from '../../projections/views/builtIn.ts';
import { csvPieces } from '../../src/report/csv.ts';
import type { Block, Inlines, ReportDocument } from '../../src/report/document.ts';
import { reportAt, viewTablesOf } from '../../src/report/making.ts';
import { pdfOf } from '../../src/report/pdf.ts';
import type { Cell } from '../../src/report/reportTables.ts';
import { workbookOf } from '../../src/report/workbook.ts';
import { writtenReport } from '../../src/report/writing.ts';
import { givenSummits } from '../helpers/given.ts';
import { note, row, timed } from './measure.ts';

const figures = 10_000;

/** The rows of the table that write reports, each against the same cells or words written without any rule. */
export async function reports({ rounds, wanted }: { rounds: number; wanted: (name: string) => boolean }): Promise<void> {
  if (!wanted('report')) return;
  const { reader, cut } = await givenSummits();
  const one = await reportAt(reader, { view: all, filter: {}, filters: {}, cut: await cut({ asOf: '2025-09-30' }) });
  const report: Report = { ...one, answer: { ...one.answer, lines: repeated(one.answer.lines) } };
  const written = await writtenReport(report);
  await tables(report, written, rounds);
  await pages(written, rounds);
}

async function tables(report: Report, written: ReportDocument, rounds: number): Promise<void> {
  const made = { about: report.about, written, tables: viewTablesOf(report.answer) };
  const sheets: { sheet: string; data: { value: string; type: StringConstructor }[][] }[] = [];
  let cells: Cell[][] = [];
  for (const [sheet, table] of made.tables) {
    const rows: Cell[][] = [];
    for await (const each of table.rows()) rows.push(each);
    if (sheet === 'figures') cells = rows;
    sheets.push({ sheet, data: rows.map((each) => each.map((cell) => ({ value: cell ?? '', type: String }))) });
  }
  const headings = made.tables.get('figures')?.headings ?? [];
  const bare = (): Promise<number> => timed(() => Buffer.from(cells.map((each) => each.map(quoted).join(',')).join('\r\n')));
  const ours = (): Promise<number> =>
    timed(async () => {
      for await (const piece of csvPieces(headings, cells)) Buffer.from(piece);
    });
  await row(`report: csv of ${figures} figures`, '0.33', ours, bare, rounds, 1);
  const library = (): Promise<number> => timed(() => writeExcelFile(sheets).toBuffer());
  await row(`report: xlsx of ${figures} figures`, '0.67', () => timed(() => workbookOf(made)), library, rounds, 1);
}

/**
 * PDF on a thread that is warm, against the library alone in this thread: with the same headings, tables, lists and links to notes in its
 * own looks, and with the words alone as paragraphs. Neither side may remember what it laid out in the round before.
 */
async function pages(written: ReportDocument, rounds: number): Promise<void> {
  const plain = {
    chapters: written.chapters.map(({ title, blocks }) => ({ title, blocks: blocks.map(plainly) })),
    notes: written.notes.map((note) => textIn(note)),
  };
  const compiler = NodeCompiler.create();
  const library = (template: string, data: unknown, pdfStandard?: string) => (): Promise<number> => {
    compiler.evictCache(0);
    const document = { mainFileContent: template, inputs: { data: JSON.stringify(data) } };
    return timed(() => compiler.pdf(document, pdfStandard === undefined ? undefined : { pdfStandard }));
  };
  let [pdf, latest] = [new Uint8Array(), 0];
  const ours = (): Promise<number> =>
    timed(async () => {
      const done = new AbortController();
      const waiting = lateness(done.signal);
      pdf = await pdfOf(written);
      done.abort();
      latest = Math.max(latest, await waiting);
    });
  const texts = written.chapters.flatMap(({ title, blocks }) => [title, ...blocks.map((block) => textIn(block))]);
  await row('report: pdf, against the same tables', '0.67', ours, library(plainTemplate, plain, 'ua-1'), rounds, 1);
  await row('report: pdf, against its words', 'none', ours, library(wordsTemplate, texts), rounds, 1);
  const [, count] = /\/Count (\d+)/.exec(Buffer.from(pdf).toString('latin1')) ?? [];
  note(`that PDF has ${count} pages; meanwhile a timer of this process was at most ${latest.toFixed(1)} ms late`);
}

const wordsTemplate = '#for text in json(bytes(sys.inputs.data)) { par(text) }';
const plainTemplate = `#set document(title: "the same")
#let data = json(bytes(sys.inputs.data))
#let said(pieces) = pieces.map(p => if type(p) == str { p } else { super(p.map(n => link(label("n" + str(n)), str(n))).join(" ")) }).join()
#for chapter in data.chapters {
  heading(chapter.title)
  for one in chapter.blocks {
    if "rows" in one { table(columns: one.head.len(), table.header(..one.head), ..one.rows.map(row => row.map(said)).flatten()) }
    else if "items" in one { list(..one.items.map(said)) } else { par(said(one.text)) }
  }
}
#for (index, note) in data.notes.enumerate() [ + #note #label("n" + str(index + 1)) ]
`;

/** A block without what its pieces are, save the notes that a link leads to. */
function plainly(block: Block): object {
  const piecesOf = (line: Inlines): unknown[] =>
    line.map((one) => (typeof one === 'object' && 'notes' in one ? one.notes : textIn(one)));
  if (block.as === 'table') return { head: block.head, rows: block.rows.map((each) => each.map(piecesOf)) };
  return block.as === 'list' ? { items: block.items.map(piecesOf) } : { text: piecesOf(block.text) };
}

/** How late a timer of 5 ms was at most, ms, until the signal. */
async function lateness(signal: AbortSignal): Promise<number> {
  let most = 0;
  while (!signal.aborted) {
    const before = performance.now();
    await sleep(5);
    most = Math.max(most, performance.now() - before - 5);
  }
  return most;
}

/** Every text of a block, whatever its form. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(textIn).join(' ') : '';
}

function repeated(lines: readonly Line[]): Line[] {
  const found: Line[] = [];
  for (let count = 0; count < figures;) {
    for (const line of lines) {
      found.push(line);
      count += line.figures.length;
    }
  }
  return found;
}

function quoted(cell: Cell): string {
  return cell === undefined ? '' : `"${cell.replaceAll('"', '""')}"`;
}
