import Big from 'big.js';
import { CsvError, parse } from 'csv-parse/sync';
import { strFromU8, type UnzipFileFilter, type Unzipped, unzipSync } from 'fflate';
import { SaxesParser } from 'saxes';

/** Reads tables: workbooks (Office Open XML, ECMA-376) and comma-separated values (RFC 4180), each cell as a text. */

/** A cell: its text, or why it cannot be read as one. */
export type Cell = { readonly text: string } | { readonly wrong: string };

export type Sheet = {
  readonly name: string;
  /** By row, then by column, both from 1; blank cells are left out. */
  readonly rows: ReadonlyMap<number, ReadonlyMap<number, Cell>>;
};

/** The largest part of a workbook that is unpacked, in bytes. */
const maxPart = 16 * 1024 * 1024;
/** The maximum depth of nested elements; workbooks nest less than ten deep. */
const maxDepth = 100;

/** The sheets of a workbook. Formulas are not computed: a cell with one is reported as wrong. Days are written `2025-09-04`. */
export function sheetsOfWorkbook(bytes: Buffer): Sheet[] {
  const parts = partsOf(bytes);
  const part = (name: string): Element => elementOf(parts.get(name));
  if (!parts.has('xl/workbook.xml')) throw new Error('expected a workbook (xlsx), found a file of another kind');
  const workbook = part('xl/workbook.xml');
  const targets = new Map(
    all(part('xl/_rels/workbook.xml.rels'), 'Relationship').map(({ attributes }) => [attributes['Id'], attributes['Target']]),
  );
  const strings = all(part('xl/sharedStrings.xml'), 'si').map(textIn);
  const [settings] = all(workbook, 'workbookPr');
  const isLate = ['1', 'true'].includes(settings?.attributes['date1904'] ?? '');
  const base = isLate ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const isDate = dateStyles(part('xl/styles.xml'));
  return all(workbook, 'sheet').map(({ attributes }) => {
    const target = targets.get(attributes['id']) ?? '';
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    return { name: attributes['name'] ?? '', rows: rowsIn(part(path), { strings, isDate, base }) };
  });
}

type Book = { readonly strings: readonly string[]; readonly isDate: (style: number) => boolean; readonly base: number };

function rowsIn(sheet: Element, book: Book): Sheet['rows'] {
  const rows = new Map<number, Map<number, Cell>>();
  for (const element of all(sheet, 'c')) {
    const [, letters = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(element.attributes['r'] ?? '') ?? [];
    const cell = cellOf(element, book);
    if (letters === '' || ('text' in cell && cell.text.trim() === '')) continue;
    const column = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
    const cells = rows.get(Number(row)) ?? new Map<number, Cell>();
    rows.set(Number(row), cells.set(column, cell));
  }
  return rows;
}

function cellOf(cell: Element, { strings, isDate, base }: Book): Cell {
  if (all(cell, 'f').length > 0) return { wrong: 'expected a value, found a formula; type what it shows' };
  const { t: kind, s: style } = cell.attributes;
  const value = all(cell, 'v')[0]?.text ?? '';
  if (kind === 's') return { text: strings[Number(value)] ?? '' };
  if (kind === 'inlineStr') return { text: textIn(cell) };
  if (kind === 'e') return { wrong: `expected a value, found the error ${value}` };
  if (kind === 'b') return { text: value === '1' ? 'true' : 'false' };
  if (kind === 'str' || kind === 'd' || value === '') return { text: value };
  if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/.test(value)) return { wrong: `expected a number, found ${value.slice(0, 40)}` };
  if (!isDate(Number(style ?? 0))) return { text: Big(value).toFixed() };
  return { text: new Date(base + Math.floor(Number(value)) * 86_400_000).toISOString().slice(0, 10) };
}

/** Which cell styles show a number as a day: by the built-in formats of ECMA-376, 18.8.30, or by the format's own code. */
function dateStyles(styles: Element): (style: number) => boolean {
  const own = new Set(
    all(styles, 'numFmt')
      .filter(({ attributes }) => /[dmy]/i.test((attributes['formatCode'] ?? '').replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, '')))
      .map(({ attributes }) => attributes['numFmtId']),
  );
  const ids = all(styles, 'cellXfs')
    .flatMap((formats) => all(formats, 'xf'))
    .map(({ attributes }) => attributes['numFmtId']);
  return (style) => own.has(ids[style]) || [14, 15, 16, 17, 22].includes(Number(ids[style]));
}

/** All the text of a string item, without its phonetic guide. */
function textIn({ children }: Element): string {
  return children.map((child) => (child.name === 't' ? child.text : child.name === 'rPh' ? '' : textIn(child))).join('');
}

/** An XML element: its name and attributes without prefixes, and the text directly in it. */
type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
};

/** All elements of a name within another, in order. */
function all({ children }: Element, name: string): Element[] {
  return children.flatMap((child) => (child.name === name ? [child] : all(child, name)));
}

/** A part of a workbook, as an element that contains its root; a missing part contains nothing. */
function elementOf(xml = ''): Element {
  const open: Element[] = [{ name: '', attributes: {}, children: [], text: '' }];
  const parser = new SaxesParser({ xmlns: true, fragment: xml === '' });
  parser.on('error', ({ message }) => {
    throw new Error(`expected a workbook (xlsx), found a part that is no XML: ${message}`);
  });
  parser.on('opentag', ({ local, attributes }) => {
    const own = Object.fromEntries(Object.values(attributes).map((one) => [one.local, one.value]));
    const element: Element = { name: local, attributes: own, children: [], text: '' };
    open.at(-1)?.children.push(element);
    if (open.push(element) > maxDepth) throw new Error(`expected a workbook (xlsx), found elements more than ${maxDepth} deep`);
  });
  parser.on('text', (text) => {
    const inner = open.at(-1);
    if (inner) inner.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return open[0] as Element;
}

/** The parts of a workbook that are read, as texts by their names. */
function partsOf(bytes: Buffer): Map<string, string> {
  const parts = unzipped(bytes, ({ name, originalSize }) => {
    if (originalSize > maxPart) throw new Error(`expected parts of at most ${maxPart} bytes, found ${name} of ${originalSize}`);
    return /\.(xml|rels)$/.test(name);
  });
  return new Map(Object.entries(parts).map(([name, part]) => [name, strFromU8(part)]));
}

function unzipped(bytes: Buffer, filter: UnzipFileFilter): Unzipped {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new Error(`expected a workbook (xlsx), found a file of another kind: ${error.message}`, { cause: error });
  }
}

/** The one sheet of comma-separated values. Semicolons or tabs separate values where the first line has those and no comma. */
export function sheetOfCsv(text: string, name: string): Sheet {
  const first = text.slice(0, /\r?\n|$/.exec(text)?.index);
  const delimiter = [',', ';', '\t'].find((one) => first.includes(one)) ?? ',';
  const rows = recordsIn(text, delimiter).map((cells, index): [number, Map<number, Cell>] => [
    index + 1,
    new Map(
      cells.flatMap((cell, at): [number, Cell][] => (cell.trim() === '' ? [] : [[at + 1, { text: withoutApostrophe(cell) }]])),
    ),
  ]);
  return { name, rows: new Map(rows.filter(([, cells]) => cells.size > 0)) };
}

function recordsIn(text: string, delimiter: string): string[][] {
  try {
    return parse(text, { bom: true, delimiter, relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { message, lines, column } = error as CsvError & { lines?: number; column?: number };
    throw new Error(`expected comma-separated values, found in row ${lines}, column ${Number(column) + 1}: ${message}`, {
      cause: error,
    });
  }
}

/** A report puts an apostrophe before what a spreadsheet would take for a formula. */
function withoutApostrophe(cell: string): string {
  return cell.replace(/^'(?=['=+\-@])/, '');
}
