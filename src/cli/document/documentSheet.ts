import { buffer } from 'node:stream/consumers';
import { decodeUtf8 } from '../../../domain/json.ts';
import { announcementSections, openingSection } from '../../http/record/sections.ts';
import { isAnnouncementType } from '../../http/record/subject.ts';
import { type Body, bodyOf } from '../../http/record/values.ts';
import { input, inputName } from '../inputs.ts';
import { type Column, itemColumns, sharedColumns, sheetNames } from './sheetColumns.ts';
import type { DocumentFile } from './documentFile.ts';
import { withIds } from './itemIds.ts';
import type { Cell, Sheet } from './sheets.ts';

/**
 * A document in a spreadsheet: one sheet with what all items share, one field a row, and one sheet of items, one item a row.
 */

/** The cells as fields of a form, the place of each, and the cells that cannot be read. */
type Reading = {
  readonly form: Map<string, string>;
  readonly places: Map<string, string>;
  readonly wrong: string[];
};

export function isSpreadsheet(file: string): boolean {
  return /\.(xlsx|csv)$/i.test(file);
}

/**
 * Reads a workbook or comma-separated values. Throws a message that names each cell that cannot be read by sheet, row and
 * column.
 */
export async function readSpreadsheet(file: string): Promise<DocumentFile> {
  const bytes = await buffer(input(file));
  // Its libraries are loaded only when a table is read.
  const { sheetOfCsv, sheetsOfWorkbook } = await import('./sheets.ts');
  const sheets = /\.csv$/i.test(file) ? [sheetOfCsv(textOfCsv(bytes, file), sheetNames.items)] : sheetsOfWorkbook(bytes);
  const sheet = (name: string): Sheet | undefined => sheets.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const items = sheet(sheetNames.items) ?? (sheets.length === 1 ? sheets[0] : undefined);
  if (!items) throw new Error(`expected a sheet "${sheetNames.items}" in ${inputName(file)}, found none`);
  const reading: Reading = { form: new Map(), places: new Map(), wrong: [] };
  readShared(reading, sheet(sheetNames.shared));
  const count = readItems(reading, items);
  if (reading.wrong.length > 0) throw new Error(reading.wrong.map((one) => `${inputName(file)}, ${one}`).join('\n'));
  return { body: withIds(bodyIn(reading.form, count)), placeOf: (pointer) => placeIn(reading.places, pointer) };
}

function textOfCsv(bytes: Buffer, file: string): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new Error(`expected ${inputName(file)} to be in UTF-8, found bytes that are not UTF-8`);
  return text;
}

/** Its first column has the names of fields, its second their values. */
function readShared(reading: Reading, sheet: Sheet | undefined): void {
  for (const [row, cells] of sheet?.rows ?? []) {
    const title = textOf(cells.get(1));
    const column = columnNamed(sharedColumns, title);
    const place = `sheet ${sheet?.name}, row ${row}, column 2 (${title})`;
    if (column) take(reading, column, { cell: cells.get(2), at: 'shared.', place });
    else if (row > 1 || cells.has(2)) refuseTitle(reading, title, `sheet ${sheet?.name}, row ${row}`, row === 1);
  }
}

/** The first row has the names of the columns. Answers how many items there are. */
function readItems(reading: Reading, sheet: Sheet): number {
  const columns = new Map<number, Column>();
  let [item, term] = [-1, 0];
  for (const [row, cells] of sheet.rows) {
    if (columns.size === 0) {
      for (const [place, cell] of cells) {
        const column = columnNamed(itemColumns, textOf(cell));
        if (column) columns.set(place, column);
        else refuseTitle(reading, textOf(cell), `sheet ${sheet.name}, row ${row}, column ${place}`);
      }
      continue;
    }
    const said = [...cells].flatMap(([place, cell]) => {
      const column = columns.get(place);
      return column ? [{ column, cell, place: `sheet ${sheet.name}, row ${row}, column ${place} (${column.title})` }] : [];
    });
    const isMore = item >= 0 && said.every(({ column }) => column.name.startsWith('announcement.terms.'));
    [item, term] = isMore ? [item, term + 1] : [item + 1, 0];
    reading.places.set(`items.${item}.announcement.terms.${term}`, `sheet ${sheet.name}, row ${row}`);
    reading.places.set(`items.${item}`, reading.places.get(`items.${item}`) ?? `sheet ${sheet.name}, row ${row}`);
    for (const { column, cell, place } of said) {
      const own = { ...column, name: column.name.replace('terms.0.', `terms.${term}.`) };
      take(reading, own, { cell, at: `items.${item}.`, place });
    }
  }
  return item + 1;
}

function columnNamed(columns: readonly Column[], title: string): Column | undefined {
  return columns.find((column) => column.title.toLowerCase() === title.trim().toLowerCase());
}

function refuseTitle({ wrong }: Reading, title: string, place: string, isHeading = false): void {
  if (!isHeading) wrong.push(`${place}: expected the name of a field of the template, found "${title.slice(0, 40)}"`);
}

function textOf(cell: Cell | undefined): string {
  return cell && 'text' in cell ? cell.text : '';
}

function take(
  { form, places, wrong }: Reading,
  { name, isList }: Column,
  { cell, at, place }: { cell: Cell | undefined; at: string; place: string },
): void {
  if (!cell) return;
  if ('wrong' in cell) {
    wrong.push(`${place}: ${cell.wrong}`);
    return;
  }
  const values = isList ? cell.text.split(';') : [cell.text];
  for (const [index, value] of values.entries()) {
    const path = isList ? (name.includes('*') ? name.replace('*', String(index)) : `${name}.${index}`) : name;
    form.set(at + path, value);
    places.set(at + path, place);
  }
}

function bodyIn(form: Map<string, string>, count: number): Body {
  const fieldsOf = (type: Parameters<typeof announcementSections>[0]) =>
    announcementSections(type).flatMap(({ fields }) => fields);
  const items = [...Array(count).keys()].map((item) => {
    const at = `items.${item}.`;
    const typed = form.get(`${at}type`)?.trim() || 'formalised';
    const opening = { to: [], ...bodyOf(openingSection.fields, form, `${at}opening.`) };
    const announcement = bodyOf(fieldsOf(isAnnouncementType(typed) ? typed : 'formalised'), form, `${at}announcement.`);
    return { commitment: form.get(`${at}commitment`)?.trim() ?? opening, announcement: { type: typed, ...announcement } };
  });
  return { shared: bodyOf(fieldsOf('formalised'), form, 'shared.'), items };
}

/** The cell for a pointer into the body: the field's own, else the shared one, else the cell of its row where it would be. */
function placeIn(places: ReadonlyMap<string, string>, pointer: string): string {
  const path = pointer.slice(1).replaceAll('/', '.').replace('.commitment.', '.opening.');
  const item = /^items\.\d+/.exec(path)?.[0] ?? 'shared';
  const announced = path.startsWith(`${item}.announcement.`) ? path.replace(`${item}.announcement`, 'shared') : 'shared';
  const found = nearest(places, path, item) ?? nearest(places, announced, 'shared');
  if (found !== undefined) return found;
  const term = /^items\.\d+\.announcement\.terms\.\d+/.exec(path)?.[0] ?? '';
  const row = places.get(term) ?? places.get(item) ?? `sheet ${sheetNames.items}`;
  const name = path.slice(item.length + 1).replace(/terms\.\d+/, 'terms.0');
  const column = itemColumns.find((one) => one.name === name);
  return column ? `${row}, column ${itemColumns.indexOf(column) + 1} (${column.title})` : row;
}

/** The cell of a field, or of what it is a part of. */
function nearest(places: ReadonlyMap<string, string>, path: string, above: string): string | undefined {
  for (let name = path; name.length > above.length; name = name.slice(0, name.lastIndexOf('.'))) {
    const place = /\.terms\.\d+$/.test(name) ? undefined : places.get(name);
    if (place !== undefined) return place;
  }
  return undefined;
}
