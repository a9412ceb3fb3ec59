import { inflateRawSync } from 'node:zlib';
import Big from 'big.js';

/** Reads tables: workbooks (Office Open XML, ECMA-376) and comma-separated values (RFC 4180), each cell as a text. */

/** A cell: its text, or why it has none that can be taken. */
export type Cell = { readonly text: string } | { readonly wrong: string };

export type Sheet = {
  readonly name: string;
  /** By row, from 1, then by column, from 1; blank cells are left out. */
  readonly rows: ReadonlyMap<number, ReadonlyMap<number, Cell>>;
};

/** The largest part of a workbook that is unpacked, in bytes. */
const maxPart = 64 * 1024 * 1024;

/** The sheets of a workbook. No formula is computed: a cell that has one is said to be wrong. Days are `2025-09-04`. */
export function sheetsOfWorkbook(bytes: Buffer): Sheet[] {
  const parts = unzipped(bytes);
  const part = (name: string): string => parts.get(name)?.() ?? '';
  const workbook = part('xl/workbook.xml');
  if (workbook === '') throw new Error('expected a workbook (xlsx), found a file of another kind');
  const targets = new Map(
    [...part('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\b[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target'),
    ]),
  );
  const strings = [...part('xl/sharedStrings.xml').matchAll(/<si\b[^>]*?(?:\/>|>([^]*?)<\/si>)/g)].map(([, inner = '']) =>
    textIn(inner),
  );
  const base = /date1904="(?:1|true)"/.test(workbook) ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const isDate = dateStyles(part('xl/styles.xml'));
  return [...workbook.matchAll(/<sheet\b[^>]*>/g)].map(([tag]) => {
    const target = targets.get(attribute(tag, 'r:id')) ?? '';
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    return { name: attribute(tag, 'name'), rows: rowsIn(part(path), { strings, isDate, base }) };
  });
}

type Book = { readonly strings: readonly string[]; readonly isDate: (style: number) => boolean; readonly base: number };

function rowsIn(xml: string, book: Book): Sheet['rows'] {
  const rows = new Map<number, Map<number, Cell>>();
  for (const [, attributes = '', inner = ''] of xml.matchAll(/<c\b([^>]*?)(?:\/>|>([^]*?)<\/c>)/g)) {
    const [, letters = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(attribute(attributes, 'r')) ?? [];
    const cell = cellOf(attributes, inner, book);
    if (letters === '' || ('text' in cell && cell.text.trim() === '')) continue;
    const column = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
    const cells = rows.get(Number(row)) ?? new Map<number, Cell>();
    rows.set(Number(row), cells.set(column, cell));
  }
  return rows;
}

function cellOf(attributes: string, inner: string, { strings, isDate, base }: Book): Cell {
  if (/<f\b/.test(inner)) return { wrong: 'expected a value, found a formula; type what it shows' };
  const kind = attribute(attributes, 't');
  const value = decoded(/<v\b[^>]*>([^]*?)<\/v>/.exec(inner)?.[1] ?? '');
  if (kind === 's') return { text: strings[Number(value)] ?? '' };
  if (kind === 'inlineStr') return { text: textIn(inner) };
  if (kind === 'e') return { wrong: `expected a value, found the error ${value}` };
  if (kind === 'b') return { text: value === '1' ? 'true' : 'false' };
  if (kind === 'str' || kind === 'd' || value === '') return { text: value };
  if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/.test(value)) return { wrong: `expected a number, found ${value.slice(0, 40)}` };
  if (!isDate(Number(attribute(attributes, 's') || 0))) return { text: Big(value).toFixed() };
  return { text: new Date(base + Math.floor(Number(value)) * 86_400_000).toISOString().slice(0, 10) };
}

/** Which styles of cells show a number as a day: by the built-in formats of ECMA-376, 18.8.30, or by what a format shows. */
function dateStyles(styles: string): (style: number) => boolean {
  const own = new Set(
    [...styles.matchAll(/<numFmt\b[^>]*>/g)]
      .filter(([tag]) => /[dmy]/i.test(decoded(attribute(tag, 'formatCode')).replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, '')))
      .map(([tag]) => attribute(tag, 'numFmtId')),
  );
  const formats = /<cellXfs\b[^>]*>([^]*?)<\/cellXfs>/.exec(styles)?.[1] ?? '';
  const ids = [...formats.matchAll(/<xf\b[^>]*>/g)].map(([tag]) => attribute(tag, 'numFmtId'));
  return (style) => {
    const id = ids[style] ?? '';
    return own.has(id) || [14, 15, 16, 17, 22].includes(Number(id));
  };
}

function attribute(tag: string, name: string): string {
  return decoded(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

/** All the text of a string item, without how it is pronounced. */
function textIn(inner: string): string {
  const spoken = inner.replaceAll(/<rPh\b[^]*?<\/rPh>/g, '');
  return decoded([...spoken.matchAll(/<t\b[^>]*>([^]*?)<\/t>/g)].map(([, text = '']) => text).join(''));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** The parts of an archive, each unpacked when it is asked for (APPNOTE 6.3, 4.3.12: the central directory). */
function unzipped(bytes: Buffer): Map<string, () => string> {
  const parts = new Map<string, () => string>();
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end === -1 || end + 22 > bytes.length) return parts;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let entry = 0; entry < count && at + 46 <= bytes.length; entry++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) break;
    const [method, packed, start] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    parts.set(name, () => {
      const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
      const body = bytes.subarray(data, data + packed);
      return (method === 0 ? body : inflateRawSync(body, { maxOutputLength: maxPart })).toString('utf8');
    });
    at += 46 + nameLength + extra + comment;
  }
  return parts;
}

/** The one sheet of comma-separated values; semicolons or tabs part them where the first line has those and no comma. */
export function sheetOfCsv(text: string, name: string): Sheet {
  const first = text.slice(0, /\r?\n|$/.exec(text)?.index);
  const separator = first.includes(',') ? ',' : first.includes(';') ? ';' : first.includes('\t') ? '\t' : ',';
  const rows = new Map<number, Map<number, Cell>>();
  let [row, column] = [1, 1];
  const plain = separator === '\t' ? '\\t' : separator;
  const one = new RegExp(`"((?:[^"]|"")*)"|((?:(?!${plain}|\\r?\\n)[^])*)`, 'y');
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at <= text.length;) {
    one.lastIndex = at;
    const [all = '', quoted, bare = ''] = one.exec(text) ?? [];
    // A report puts an apostrophe before what a spreadsheet would take for a formula.
    const value = (quoted?.replaceAll('""', '"') ?? bare).replace(/^'(?=['=+\-@])/, '');
    if (value.trim() !== '') rows.set(row, (rows.get(row) ?? new Map<number, Cell>()).set(column, { text: value }));
    at += all.length;
    if (text.startsWith(separator, at)) [at, column] = [at + 1, column + 1];
    else if (text.startsWith('\r\n', at)) [at, row, column] = [at + 2, row + 1, 1];
    else if (text.startsWith('\n', at)) [at, row, column] = [at + 1, row + 1, 1];
    else if (at >= text.length) break;
    else
      throw new Error(
        `expected a separator after the quotation mark in row ${row}, column ${column}, found ${text.slice(at, at + 20)}`,
      );
  }
  return { name, rows };
}
