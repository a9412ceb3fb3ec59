import { grouped } from '../../wording/values.ts';
import type { Field } from './fields.ts';

/**
 * A form as typed: paths such as `terms.0.min`, each with its text. A form gives the body that is recorded, and a body gives a
 * form; recorded data opened in a form comes back as the same body.
 */
export type Form = ReadonlyMap<string, string>;

export type Body = Record<string, unknown>;

/** The body of a form's fields, without empty ones and without those that the kind of a term does not have. */
export function bodyOf(fields: readonly Field[], form: Form, path = ''): Body {
  const body: Body = {};
  for (const field of fields) {
    const value = valueOf(field, form, path);
    if (value !== undefined) body[field.name] = value;
  }
  return 'qualifier' in body ? typedBounds(body) : body;
}

function valueOf(field: Field, form: Form, path: string): unknown {
  const name = path + field.name;
  if ('only' in field && field.only && !field.only.includes(form.get(`${path}kind`) ?? '')) return undefined;
  if ('group' in field) return filled(bodyOf(field.group, form, `${name}.`));
  if ('values' in field) {
    const values = rowsOf(form, name).map((row) => tidied(field.values.as, form.get(`${name}.${row}`) ?? ''));
    return values.length === 0 ? undefined : values;
  }
  if ('rows' in field) {
    const rows = rowsOf(form, name).map((row) => bodyOf(field.rows, form, `${name}.${row}.`));
    if (rows.length === 0) return undefined;
    const [key, value] = field.rows;
    if (!field.keyed || !key || !value) return rows;
    return Object.fromEntries(rows.map((row) => [row[key.name] ?? '', row[value.name] ?? '']));
  }
  const text = tidied(field.as, form.get(name) ?? '');
  if (text === '') return undefined;
  return field.as === 'tick' ? true : text;
}

/** The form in which a body is opened. */
export function formOf(fields: readonly Field[], body: Body, path = ''): [string, string][] {
  const shown = recordedBounds(body);
  return fields.flatMap((field): [string, string][] => {
    const [name, value] = [path + field.name, shown[field.name]];
    if (value === undefined || value === null || value === false) return [];
    if ('group' in field) return formOf(field.group, value as Body, `${name}.`);
    if ('values' in field) return (value as string[]).map((one, row) => [`${name}.${row}`, one]);
    if (!('rows' in field)) {
      const text = value === true ? 'true' : (value as string);
      return [[name, field.as === 'figure' ? legible(text) : text]];
    }
    const [key, called] = field.rows;
    const rows =
      field.keyed && key && called
        ? Object.entries(value).map((entry) => ({ [key.name]: entry[0], [called.name]: entry[1] }))
        : (value as Body[]);
    return rows.flatMap((row, index) => formOf(field.rows, row, `${name}.${index}.`));
  });
}

/** The same form without a field, or without a row of a list. */
export function without(form: Form, removed: string): Form {
  return new Map([...form].filter(([name]) => name !== removed && !name.startsWith(`${removed}.`)));
}

/** The form with rows numbered from 0 without gaps; empty rows are dropped. */
export function compacted(form: Form, fields: readonly Field[], path = ''): [string, string][] {
  return fields.flatMap((field): [string, string][] => {
    const name = path + field.name;
    if ('group' in field) return compacted(form, field.group, `${name}.`);
    if ('values' in field)
      return rowsOf(form, name).map((row, index) => [`${name}.${index}`, form.get(`${name}.${row}`) ?? '']);
    if ('rows' in field) {
      return rowsOf(form, name).flatMap((row, index) => {
        const [from, to] = [`${name}.${row}.`, `${name}.${index}.`];
        return compacted(form, field.rows, from).map(([inner, text]): [string, string] => [
          to + inner.slice(from.length),
          text,
        ]);
      });
    }
    const text = form.get(name);
    return text === undefined || text === '' ? [] : [[name, text]];
  });
}

/** The numbers of the rows of a list that are not empty. */
export function rowsOf(form: Form, name: string): readonly number[] {
  let rows = rowsByForm.get(form);
  if (!rows) rowsByForm.set(form, (rows = rowsIn(form)));
  return rows.get(name) ?? [];
}

/** The rows of each list, for each form in use: a form has many nested lists, and searching all of it for each takes long. */
const rowsByForm = new WeakMap<Form, ReadonlyMap<string, readonly number[]>>();

/** The rows of every list of a form, each list by its path, such as `terms` and `terms.0.stages`. */
function rowsIn(form: Form): Map<string, number[]> {
  const lists = new Map<string, Set<number>>();
  for (const [path, text] of form) {
    if (text === '') continue;
    for (const { 1: row, index } of path.matchAll(/\.(0|[1-9]\d{0,5})(?=\.|$)/g)) {
      const name = path.slice(0, index);
      lists.set(name, (lists.get(name) ?? new Set()).add(Number(row)));
    }
  }
  return new Map([...lists].map(([name, rows]) => [name, [...rows].sort((a, b) => a - b)]));
}

function tidied(as: string, text: string): string {
  // A browser sends the lines of a text with CR LF, whatever was recorded.
  if (as === 'words' || as === 'prose' || as === 'line') return text.replaceAll('\r\n', '\n');
  const bare = text.trim();
  // A text that is no figure is refused as typed.
  return as === 'figure' ? (decimalOf(bare) ?? bare) : bare;
}

/** The decimal in a text with spaces or commas between thousands; undefined for anything else. */
export function decimalOf(text: string): string | undefined {
  const together = text.replaceAll(/[\s\u00a0\u2009\u202f]/g, '');
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(together)) return together.replaceAll(',', '');
  return /^\d+(\.\d+)?$/.test(together) ? together : undefined;
}

/** `350000000000` as `350 000 000 000`, which is sent in the recorded form. */
function legible(figure: string): string {
  return grouped(figure, ' ');
}

function filled(body: Body): Body | undefined {
  return Object.keys(body).length === 0 ? undefined : body;
}

const equalBounds = ['exact', 'about'];
const upperAlone = ['up-to', 'less-than'];

/** Sets the bounds of a figure that is typed once: the qualifier says which. */
function typedBounds(body: Body): Body {
  const { min, max, ...rest } = body;
  if (min === undefined || max !== undefined) return body;
  if (equalBounds.includes(String(body['qualifier']))) return { ...rest, min, max: min };
  return upperAlone.includes(String(body['qualifier'])) ? { ...rest, max: min } : body;
}

/** The reverse: a single figure is shown once, in its own field. */
function recordedBounds(body: Body): Body {
  const { qualifier, min, max, ...rest } = body;
  if (equalBounds.includes(String(qualifier)) && min === max) return { ...rest, qualifier, min };
  return upperAlone.includes(String(qualifier)) && min === undefined ? { ...rest, qualifier, min: max } : body;
}
